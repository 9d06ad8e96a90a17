"""Where an article begins: its first paragraph, below headline, standfirst, byline and date."""

from __future__ import annotations

from ingest.readers.text import headline as headlines
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.known import is_name
from ingest.readers.text.people import byline_of, is_role
from ingest.readers.text.vocabulary import unspaced

LONGEST_HEADLINE = 45
_META = (Kind.DATE, Kind.SOURCE)


def headline_like(entry: Entry) -> bool:
    if entry.units > LONGEST_HEADLINE or not entry.own:
        return False
    if entry.kind is Kind.SHORT:
        return entry.units >= 2 or unspaced(entry.text[0]) or bool(entry.block.heading)
    if entry.text.endswith(("?", "!", "”", "»", '"', "’", "…", "...", "؟", "？", "！", "」", "“", "'")):
        return entry.units <= 32
    return False


def body_start(entries: list[Entry]) -> int:
    """The position of the first paragraph of the article."""
    seen = False
    own = [i for i, entry in enumerate(entries) if entry.own]
    for order, i in enumerate(own):
        entry = entries[i]
        following = own[order + 1] if order + 1 < len(own) else None
        if entry.kind is Kind.PARAGRAPH:
            if entry.block.heading or (entry.units <= LONGEST_HEADLINE and _repeated(entries, own, order)):
                entry.kind, seen = Kind.SHORT, True
                continue
            if not seen and following is not None and headline_like(entry) and order < 6:
                entry.kind, seen = Kind.SHORT, True
                continue
            return i
        if entry.kind is Kind.SENTENCE:
            if entry.text.endswith(("…", "...")) and order < 8 and _repeated(entries, own, order):
                entry.kind, seen = Kind.SHORT, True
                continue
            later = [entries[j] for j in own[order + 1 : order + 3]]
            if seen and later and later[0].kind is Kind.PARAGRAPH and not _meta_between(entries, i, own[order + 1]):
                return i
            if any(e.kind is Kind.PARAGRAPH for e in (entries[j] for j in own[order + 1 :])):
                seen = seen or headline_like(entry)
                continue
            if order == 0 and later and not (later[0].own and later[0].kind is Kind.SENTENCE) and headline_like(entry):
                seen = True
                continue
            return i
        if entry.units >= 3:
            seen = True
    return len(entries)


def _repeated(entries: list[Entry], own: list[int], order: int) -> bool:
    """Whether a block stands there again, whole or cut short, once or twice, within a few lines: as headlines do."""
    key = headlines.key_of(entries[own[order]].text)
    near = [*own[max(0, order - 4) : order], *own[order + 1 : order + 6]]
    return (
        1
        <= sum(
            headlines.same(key, headlines.key_of(entries[j].text)) for j in near if entries[j].units <= LONGEST_HEADLINE
        )
        <= 3
    )


def _meta_between(entries: list[Entry], start: int, end: int) -> bool:
    return any(
        entry.kind in _META or (entry.kind is Kind.SHORT and byline_of(entry)) for entry in entries[start + 1 : end]
    )


def _paragraphs(entries: list[Entry], start: int) -> int:
    """How many paragraphs follow a position."""
    return sum(entry.kind is Kind.PARAGRAPH for entry in entries[start + 1 :])


def past_meta(entries: list[Entry], start: int) -> int:
    """If a byline or date follows the first sentences, those are a standfirst and the article begins below."""
    if not any(headline_like(entry) for entry in entries[:start]):
        return start
    above = any(entry.kind is Kind.DATE or (entry.kind is Kind.SHORT and byline_of(entry)) for entry in entries[:start])
    sentences = 0
    for i in range(start, min(start + 7, len(entries))):
        entry = entries[i]
        if entry.kind in (Kind.PARAGRAPH, Kind.SENTENCE):
            byline = byline_of(entry) if entry.units <= 14 else None
            if byline is None:
                sentences += 1
                if sentences > 2 or entry.units > 70:
                    return start
                continue
        meta = entry.kind is Kind.DATE or (entry.own and entry.units <= 16 and byline_of(entry) is not None)
        if not meta and entry.kind is Kind.SHORT and is_name(entry.text):
            after = entries[i + 1] if i + 1 < len(entries) else None
            meta = after is not None and (after.kind is Kind.DATE or is_role(after))
        if meta:
            if above and entry.kind is Kind.DATE and not sentences:
                return start
            end = i + 1
            while end < len(entries) and entries[end].kind not in (Kind.PARAGRAPH, Kind.SENTENCE):
                counter = entries[end].units <= 3 and "#" in entries[end].key
                comments = entries[end].kind is Kind.COMMENTS and not counter
                # A button "Comments" beside the date has the article below it, not what readers say.
                if comments and entries[end].units <= 2 and _paragraphs(entries, end) >= sentences + 2:
                    comments = False
                if entries[end].kind is Kind.LIST or comments:
                    return start
                end += 1
            rest = sum(e.kind is Kind.PARAGRAPH for e in entries[end:])
            return end if rest >= 1 and end < len(entries) and rest >= sentences else start
        if entry.kind in (Kind.LIST, Kind.RELATED, Kind.COMMENTS, Kind.TAGS):
            return start
    return start
