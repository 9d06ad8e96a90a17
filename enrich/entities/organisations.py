"""Organisations by pattern: "… Ministry", "Bank of …", "… Ltd", and the acronym in parentheses after a name."""

from __future__ import annotations

import re

from enrich.entities.document import BESIDE, CAPS, CONNECTOR, NORMAL, PARTICLE, Document, Token
from enrich.entities.lexicon import lexicon
from enrich.entities.spans import Span

_ACRONYM = re.compile(r"[ \u00a0]\(([A-Z][A-Za-z&.-]{1,9})\)")
LONGEST = 8
# Heads that make a name of whatever stands before them; the others want more than a bare place or common word in front.
_STRONG = frozenset(
    "inc incorporated ltd limited llc plc gmbh corp corporation ministry university college institute association federation "
    "confederation foundation airlines airways fc afc cf orchestra philharmonic ballet holdings bancorp pharmaceuticals therapeutics "
    "consortium constabulary parliament brigade battalion partei verband universitat ministerium bundesamt".split()
)
# A head that ends a name only with a name before it; "the Group", "new team" are nothing.
_GENERIC = frozenset(
    "group team band church news service services office project board energy systems technologies partners capital exchange "
    "force united front movement party league union network press radio television records studios museum gallery theatre theater".split()
)


def organisation_spans(
    doc: Document, tokens: list[Token], demonyms: dict[str, str], places: dict[int, str]
) -> list[Span]:
    """Candidates for organisations. `places` gives the country of the tokens that name a place or demonym."""
    words = lexicon()
    spans: list[Span] = []
    for at, token in enumerate(tokens):
        folded = token.folded
        if folded in words.org_heads:
            span = _headed(doc, tokens, at, places)
            if span is not None:
                spans.append(span)
        if folded in words.org_starts and at + 1 < len(tokens) and tokens[at + 1].link in (CONNECTOR, PARTICLE):
            if doc.segment(token.start).mode == NORMAL or folded in ("university", "bank", "ministry", "department"):
                spans.append(_spanning(doc, tokens, at, _right(tokens, at), places))
    return spans


def _headed(doc: Document, tokens: list[Token], at: int, places: dict[int, str]) -> Span | None:
    words = lexicon()
    mode = doc.segment(tokens[at].start).mode
    first = at
    while first > 0 and at - first < LONGEST:
        link = tokens[first].link
        before = tokens[first - 1]
        if link not in (BESIDE, CONNECTOR, PARTICLE):
            break
        if link != BESIDE and (
            before.folded in words.titles or mode != NORMAL or before.initial and before.folded in words.common
        ):
            break
        if link != BESIDE and doc.text[before.end : tokens[first].start].strip() in (
            "and",
            "for",
            "on",
            "y",
            "e",
            "et",
            "und",
        ):
            # "Obama and Congress" are two; "Science and Technology Committee" is one, which a modifier in front shows.
            if before.folded not in words.common and before.folded not in words.org_modifiers:
                break
        if (
            before.folded in words.common
            and before.folded not in words.org_modifiers
            and (before.initial or mode != NORMAL)
        ):
            break
        if before.folded in words.titles | words.roles and before.folded not in words.org_modifiers:
            break
        if mode != NORMAL and before.folded not in words.org_modifiers and first - 1 not in places:
            break
        first -= 1
    last = at
    if at + 1 < len(tokens) and tokens[at + 1].link in (CONNECTOR, PARTICLE) and mode == NORMAL:
        gap = doc.text[tokens[at].end : tokens[at + 1].start].strip()
        if gap not in ("and", "&", "y", "e", "et", "und", "on", "i"):
            last = _right(tokens, at)
    if first == at and last == at:
        return None
    head = tokens[at].folded
    inner = tokens[first:at]
    if last == at and not _telling(head, inner, first, places):
        return None
    if mode == CAPS and head not in _STRONG:
        return None
    return _spanning(doc, tokens, first, last, places)


def _telling(head: str, inner: list[Token], first: int, places: dict[int, str]) -> bool:
    """Whether what stands before the head makes it a name."""
    common = lexicon().common
    modifiers = lexicon().org_modifiers
    if not inner:
        return False
    proper = [token for token in inner if token.folded not in common or token.folded in modifiers]
    if head in _STRONG:
        return bool(proper)
    if head in _GENERIC:
        return any(token.folded not in common for token in inner) and not (len(inner) == 1 and first in places)
    return bool(proper)


def _right(tokens: list[Token], at: int) -> int:
    """The last token of what an "of" brings with it."""
    last = at + 1
    while last + 1 < len(tokens) and last - at < LONGEST and tokens[last + 1].link == BESIDE:
        last += 1
    return last


def _spanning(doc: Document, tokens: list[Token], first: int, last: int, places: dict[int, str]) -> Span:
    start, end = tokens[first].start, tokens[last].end
    country = next((places[at] for at in range(first, last + 1) if places.get(at)), None)
    match = _ACRONYM.match(doc.text, end)
    return Span(
        start,
        end,
        "organisation",
        words=tuple(token.folded for token in tokens[first : last + 1]),
        rank=1,
        country=country,
        acronym=match[1] if match else None,
        tokens=(first, last),
    )


def acronym_after(doc: Document, end: int) -> str | None:
    """The acronym in parentheses that follows a name."""
    match = _ACRONYM.match(doc.text, end)
    return match[1] if match else None
