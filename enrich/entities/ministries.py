"""Ministries whose names are not a row of capitalised words: "ministère de la Santé", "Министерство обороны"."""

from __future__ import annotations

import re

from enrich.entities.document import NORMAL, Document
from enrich.entities.spans import Span

_CAP = r"[A-ZÀ-ÞŁŚŻŠČŽĐȘȚ][\w-]+"
_OF = r"(?:de la |de l['’]|des |du |del |della |dello |dell['’]|degli |dei |delle |de |da |do |das |dos |van |e |i )"
_AND = r"(?: (?:et|y|e|dhe|en) "
_MINISTRY = re.compile(
    rf"\b[Mm]inist(?:[èe]re|erio|ero|[ée]rio|erie|ri[aë]|ris[ëe]|rin[ëe]) {_OF}{_CAP}"
    rf"(?: (?:të )?{_CAP}| étrangères| nationale| publique| intérieure)?{_AND}{_OF}?{_CAP}(?: të {_CAP})?)?"
    rf"|\bMinisterul(?:ui)? {_CAP}(?: {_CAP})?"
    r"|\b(?:Министерств|Міністерств|Ministerstw|Ministerstv)\w{1,2} (?:\w+(?:ых|их|ого|ої|ých|ích|ych|ich|ej) )?\w{4,}"
    r"(?: Narodowej| Zagranicznych)?"
)
# One word: "Außenministerium", "Bundesnetzagentur".
_GERMAN = re.compile(
    r"\b[A-ZÄÖÜ][a-zäöüß]*ministeriums?\b|\bBundes[a-zäöüß]{3,}(?:amt|agentur|anstalt|gericht|verband|zentrale)e?s?\b"
)


def ministry_spans(doc: Document) -> list[Span]:
    """Candidates for organisations; nothing is searched in texts without any."""
    folded = doc.folded
    found: list[tuple[int, int]] = []
    if "ministe" in folded or "ministri" in folded or "министерств" in folded or "міністерств" in folded:
        found += [match.span() for match in _MINISTRY.finditer(doc.text)]
    if "ministerium" in folded or "bundes" in folded:
        found += [match.span() for match in _GERMAN.finditer(doc.text)]
    return [
        Span(start, end, "organisation", words=tuple(folded[start:end].split()), rank=2)
        for start, end in found
        if end - start > 11 and doc.segment(start).mode == NORMAL
    ]
