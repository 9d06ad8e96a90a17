"""A text of a few lines and nothing else, as typed into a form: a headline, and an article that may lack full stops."""

from __future__ import annotations

import re

from enrich import sections
from ingest.readers.text.dateline import read_dateline
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.headline import key_of, same
from ingest.readers.text.known import publisher
from ingest.readers.text.people import byline_of
from ingest.readers.text.prefixes import domain
from ingest.readers.text.vocabulary import normalise, vocabulary

_MOST = 6
_SENTENCES = re.compile(r"[^\W\d_]{3,}[.!?]\s+[^\W_]")
_TEXT = 12
"""Words from which a line reads as text where what stands above it is much shorter."""


def mark_text(entries: list[Entry]) -> None:
    """Make paragraphs of the lines that are the article where no line reads as one by itself.

    Only in texts of two to six lines without furniture: of a page that was scraped, length and full stops tell better.
    """
    if not 2 <= len(entries) <= _MOST or not all(entry.own or entry.kind is Kind.DATE for entry in entries):
        return
    own = [entry for entry in entries if entry.own]
    if len(own) < 2 or own[0].stop or any(entry.kind is Kind.PARAGRAPH for entry in own):
        return
    if len(own) == 2:
        first = 1 if _headline_and_text(own[0], own[1]) else None
    else:
        first = next((i for i in range(1, len(own)) if _reads_as_text(own, i)), None)
    for entry in own[first:] if first is not None else ():
        if byline_of(entry) is None:
            entry.kind = Kind.PARAGRAPH


def _headline_and_text(above: Entry, below: Entry) -> bool:
    if same(key_of(above.text), key_of(below.text)) or below.text[0].islower() or _is_label(above):
        return False
    if byline_of(above) is not None or byline_of(below) is not None:
        return False
    return below.stop or below.units > above.units > 1


def _is_label(entry: Entry) -> bool:
    """Whether a line above a headline is a site or a section."""
    key = normalise(entry.text)
    return (
        sections.lookup(entry.text) is not None
        or vocabulary().label("any", key) is not None
        or vocabulary().label("loud", key) is not None
        or domain(entry.text) is not None
        or publisher(entry.text) is not None
    )


def _reads_as_text(own: list[Entry], i: int) -> bool:
    entry = own[i]
    if _SENTENCES.search(entry.text) and entry.units >= 6:
        return True
    filed = read_dateline(entry.text, None)
    if filed is not None and filed.place and filed.end < len(entry.text):
        return True
    above = own[:i]
    return entry.units >= max(_TEXT, 2 * max(line.units for line in above)) and not any(
        _is_label(line) for line in above
    )
