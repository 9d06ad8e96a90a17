"""When calendar and fixed intervals begin, in any time zone, with changes of clocks: whole microseconds since 1970."""

# ruff: noqa: DTZ001, DTZ901 (what a zone's clock shows has no zone in it)

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from search.engines.moments import EPOCH

CALENDAR = ("hour", "day", "week", "month", "quarter", "year")
SECOND = 1_000_000
LENGTHS = {"hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_592_000, "quarter": 7_776_000, "year": 31_536_000}
"""Seconds, about: months and years are longer or shorter."""
_NAIVE = datetime(1970, 1, 1)
_FIRST = (datetime.min - _NAIVE) // timedelta(microseconds=1)
_LAST = (datetime.max - _NAIVE) // timedelta(microseconds=1)
MONDAY = -3 * 86_400 * SECOND
"""A Monday's midnight: that of 29 December 1969."""


def length(interval: str | int) -> int:
    """Seconds of an interval, about."""
    return LENGTHS[interval] if isinstance(interval, str) else interval


@lru_cache(256)
def spans(interval: str | int, zone: str, low: int, high: int) -> tuple[tuple[int, int], ...]:
    """The intervals that hold the moments from `low` to `high`, both included, as half-open spans.

    Calendar intervals begin with the clocks of the zone: a day has 23 or 25 hours when these change, an hour around
    a change by half an hour is longer. Fixed ones count from 1970-01-01T00:00:00Z, whatever the zone.
    """
    if isinstance(interval, int) or (zone == "UTC" and interval in ("hour", "day", "week")):
        return tuple(_even(interval, low, high))
    starts = _hours(ZoneInfo(zone), low, high) if interval == "hour" else _dates(interval, ZoneInfo(zone), low, high)
    found: list[tuple[int, int]] = []
    start = next(starts)
    for following in starts:
        # A day may be left out altogether, where a country moved over the date line.
        if following > start:
            if following > low:
                found.append((start, following))
            start = following
    return _covering(found, low, high)


def _covering(found: list[tuple[int, int]], low: int, high: int) -> tuple[tuple[int, int], ...]:
    """Where the zone's clock leaves the years that can be written, the outermost intervals reach as far as needed."""
    if not found:
        found = [(low // SECOND * SECOND, (high // SECOND + 1) * SECOND)]
    if found[0][0] > low:
        found[0] = low // SECOND * SECOND, found[0][1]
    if found[-1][1] <= high:
        found[-1] = found[-1][0], (high // SECOND + 1) * SECOND
    return tuple(found)


def label(moment: int, zone: str) -> str:
    """A moment as RFC 3339, with the zone's clock; before year 1 and after 9999 the nearest that can be written."""
    local = _local(moment, ZoneInfo(zone))
    text = local.replace(tzinfo=None, microsecond=0).isoformat()
    return text + ("Z" if zone == "UTC" else _offset_text(local))


def _offset_text(local: datetime) -> str:
    """RFC 3339 has no seconds in offsets, which some were before 1972."""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _even(interval: str | int, low: int, high: int) -> Iterator[tuple[int, int]]:
    step = length(interval) * SECOND
    zero = MONDAY if interval == "week" else 0
    for start in range((low - zero) // step * step + zero, high + 1, step):
        yield start, start + step


def _local(moment: int, zone: ZoneInfo) -> datetime:
    """The clock at a moment, held within the years that can be written."""
    inside = min(max(moment, _FIRST), _LAST)
    try:
        return (EPOCH + timedelta(microseconds=inside)).astimezone(zone)
    except OverflowError:
        return (_NAIVE + timedelta(microseconds=inside)).replace(tzinfo=zone)


def _moment(local: datetime, zone: ZoneInfo) -> int:
    """When the clock shows this (for the first time), or jumps over it."""
    offset = local.replace(tzinfo=zone).utcoffset() or timedelta()
    return (local - _NAIVE - offset) // timedelta(microseconds=1)


def _hours(zone: ZoneInfo, low: int, high: int) -> Iterator[int]:
    local = _local(low, zone)
    past = local.minute * 60 + local.second
    start = low // SECOND * SECOND - past * SECOND
    while True:
        yield start
        if start > high:
            return
        start += 3_600 * SECOND
        clock = _local(start, zone)
        if clock.minute or clock.second:
            start += (3_600 - clock.minute * 60 - clock.second) * SECOND


def _dates(interval: str, zone: ZoneInfo, low: int, high: int) -> Iterator[int]:
    clock = _local(low, zone).replace(tzinfo=None)
    day = datetime(clock.year, clock.month, clock.day)
    try:
        # One earlier: it may be that the clock shows the same date twice.
        local = _begin(day, interval) - timedelta(days=1)
        local = _begin(local, interval)
    except OverflowError:
        local = datetime.min
    while True:
        start = _moment(local, zone)
        yield start
        if start > high:
            return
        try:
            local = _next(local, interval)
        except (OverflowError, ValueError):
            yield (max(high, start) // SECOND + 1) * SECOND
            return


def _begin(day: datetime, interval: str) -> datetime:
    if interval == "day":
        return day
    if interval == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[interval]
    return datetime(day.year, month, 1)


def _next(local: datetime, interval: str) -> datetime:
    if interval in ("day", "week"):
        return local + timedelta(days=1 if interval == "day" else 7)
    months = local.year * 12 + local.month - 1 + {"month": 1, "quarter": 3, "year": 12}[interval]
    return datetime(months // 12, months % 12 + 1, 1)
