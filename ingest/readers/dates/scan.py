"""Finding dates in a text: cheap tests first, then the forms, then what belongs to each (weekday, time, label)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime

from ingest.documents import parse_time
from ingest.readers.dates import absolute, labels
from ingest.readers.dates.clock import US_ZONES, clock_after, clock_before
from ingest.readers.dates.folding import fold
from ingest.readers.dates.found import FoundDate, Match, resolve
from ingest.readers.dates.names import names
from ingest.readers.dates.relative import relative, words

# Running prose says "two years ago" of other things than its own publication.
RELATIVE_WITHIN = 120
# A page of text may be passed by mistake; the date of an article is near its head or its foot.
LONGEST = 100_000

_DIGIT = re.compile(r"\d|[〇一二三四五六七八九十]月")
_NUMERIC_HINT = re.compile(r"\d\s?[-/.]\s?\d{1,2}\s?[-/. ]|\d{8}t|\d\d \d\d \d{4}")
_EAST_HINT = re.compile(r"[月월日일]|thang|thg|сарын")
_RELATIVE_EAST = re.compile("[前전今昨]|오늘|어제|วันนี้|เมื่อวาน")


def matches(folded: str, original: str, language: str | None) -> list[Match]:
    """Dates of a folded text as they stand, in order, none overlapping another."""
    has_digit = _DIGIT.search(folded) is not None
    short = len(folded) <= RELATIVE_WITHIN
    if not has_digit and not short:
        return []
    found_words = set(absolute.WORD.findall(folded))
    relative_too = short and (
        words().any_in(found_words) or _RELATIVE_EAST.search(folded) is not None or (len(folded) <= 6 and has_digit)
    )
    if not has_digit and not relative_too:
        return []
    found = list(_absolute(folded, original, language, found_words)) if has_digit else []
    if not short:
        found = [match for match in found if match.year is not None]
    if relative_too:
        found += relative(folded, found_words)
    found = _apart(found)
    floor = 0
    for i, match in enumerate(found):
        ceiling = found[i + 1].start if i + 1 < len(found) else len(folded)
        _complete(match, folded, floor, ceiling, language)
        floor = match.end
    return found


def _absolute(folded: str, original: str, language: str | None, found_words: set[str]) -> Iterator[Match]:
    table = names()
    if _NUMERIC_HINT.search(folded):
        us = not US_ZONES.isdisjoint(found_words) and not (language or "").startswith("zh")
        yield from absolute.numeric(folded, language, us)
    if (
        not found_words.isdisjoint(table.months)
        or not found_words.isdisjoint(table.jalali)
        or (table.two_words and not found_words.isdisjoint(table.two_words))
    ):
        yield from absolute.named(folded, original, language)
    if _EAST_HINT.search(folded):
        yield from absolute.east_asian(folded, language)


def _apart(found: list[Match]) -> list[Match]:
    """Without overlaps: of two, the one that knows its year, then the longer."""
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (m.year is None, m.relative, m.start - m.end, m.start)):
        if all(match.end <= other.start or match.start >= other.end for other in kept[-64:]):
            kept.append(match)
    return sorted(kept, key=lambda m: m.start)


def _complete(match: Match, folded: str, floor: int, ceiling: int, language: str | None) -> None:
    """Adds the weekday before a date and the time after or before it; a weekday settles which number is the month."""
    weekday = None
    if match.back is None:
        before = _word_before(folded, match.start, floor)
        if before:
            weekday = names().weekdays[before[0]]
            match.start = before[1]
        after = None if match.clock else clock_after(folded, match.end, language)
        if match.clock:
            pass
        elif after and after[1] <= ceiling:
            match.clock, match.end = after
        else:
            earlier = clock_before(folded, match.start, floor, language)
            if earlier:
                match.clock, match.start = earlier
    if match.month_first_too and weekday is not None and weekday >= 0 and match.year and match.month and match.day:
        if date(match.year, match.month, match.day).weekday() == weekday:
            match.confidence, match.notes = 0.95, ()
        elif date(match.year, match.day, match.month).weekday() == weekday:
            match.month, match.day = match.day, match.month
            match.confidence, match.notes = 0.93, ("the weekday says which number is the month",)


_MACHINE = re.compile(r"(?:19|20)\d\d-\d\d-\d\dT[0-2]\d:\d\d:[0-5]\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_WORD_END = re.compile(absolute.WORD.pattern + r"(?=[\s.,(]{1,4}$)")


def _word_before(folded: str, start: int, floor: int) -> tuple[str, int] | None:
    """The weekday that stands right before `start`, and where it begins."""
    begin = max(floor, start - 24)
    window = folded[begin:start]
    found = _WORD_END.search(window)
    if found and found[0] in names().weekdays and names().weekdays[found[0]] >= 0:
        return found[0], begin + found.start()
    return None


def find_dates(text: str, *, received_at: datetime | None = None, language: str | None = None) -> list[FoundDate]:
    """All dates of `text` in order; relative ones only with `received_at`, and only in short texts.

    `language` (BCP 47) settles what is read differently in different places, such as 6/7/2026.
    """
    folded, back = fold(text[:LONGEST])
    found: list[FoundDate] = []
    said_from = 0
    for match in matches(folded, text if back is None else folded, language):
        date_found = resolve(match, received_at)
        label = labels.label_near(folded, said_from, match.start, match.end)
        said_from = match.end
        if date_found is None:
            continue
        start, end = date_found.start, date_found.end
        if back is not None:
            start, end = back[start], back[end]
        found.append(_placed(date_found, start, end, label))
    return found


def _placed(found: FoundDate, start: int, end: int, label: labels.Label | None) -> FoundDate:
    return FoundDate(
        found.at, found.precision, found.zone_given, found.relative, start, end, found.confidence, found.note, label
    )


def find_date(text: str, *, received_at: datetime | None = None, language: str | None = None) -> FoundDate | None:
    """The first date of `text`; None if there is none. See find_dates."""
    if _MACHINE.fullmatch(text):
        # By far the most dates of pages and feeds are written by machines, and say all that there is to find out.
        with suppress(ValueError):
            return FoundDate(parse_time(text), "second", True, False, 0, len(text), 0.98)
    found = find_dates(text, received_at=received_at, language=language)
    return found[0] if found else None
