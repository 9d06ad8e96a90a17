"""When to come back: an interval that adapts to the source, what its server and feed ask for, and backoff on errors.

Pure functions of times and headers; randomness comes in as a number from 0 to 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median

SHORTEST = 120
LONGEST = 86_400
"""Seconds: the interval of a source lies between these."""
FIRST = 900
"""Seconds, where nothing tells how often a source has something new."""
LONGEST_RETRY = 7 * 86_400
"""Seconds: how far a Retry-After is followed."""
FASTER, SLOWER = 0.7, 1.3
SPREAD = 0.1
"""The part of an interval over which polls are spread, so that sources added together do not stay together."""
_DIRECTIVE = re.compile(r"\s*([A-Za-z-]+)\s*(?:=\s*\"?([^\",]*)\"?)?\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the source asks for: not to come back within `at_least` s, nor in these hours and days (0: Monday), UTC."""

    at_least: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


def first_interval(published: Sequence[datetime], now: datetime) -> int:
    """Half the usual time between two entries, by their dates; a source that fell silent is asked less often."""
    times = sorted({min(time, now) for time in published}, reverse=True)[:20]
    if len(times) < 2:
        return FIRST
    gap = median((later - earlier).total_seconds() for later, earlier in pairwise(times))
    silence = (now - times[0]).total_seconds()
    return _within(max(gap / 2, silence / 20))


def adapted(interval: int, new: int) -> int:
    """The interval after a poll that found so many new entries: shorter if there were any, longer if none."""
    if not new:
        return _within(interval * SLOWER)
    return _within(interval * FASTER ** min(new, 3))


def next_poll(now: datetime, interval: int, wishes: Wishes, chance: float) -> datetime:
    """When to poll after a success: not before the interval nor what was wished, outside hours and days to skip."""
    seconds = max(interval, min(wishes.at_least, LONGEST))
    at = now + timedelta(seconds=min(seconds * (1 + SPREAD * chance), LONGEST))
    for _ in range(7 * 24):
        if at.hour not in wishes.skip_hours and at.weekday() not in wishes.skip_days:
            return at
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1, seconds=int(600 * chance))
    # Every hour of every day is to be skipped: that cannot be meant.
    return now + timedelta(seconds=LONGEST)


def after_failure(now: datetime, failures: int, interval: int, retry_after: int | None, chance: float) -> datetime:
    """When to try again after so many failures in a row (1 or more): ever later, up to a day, half of it by chance.

    What the server asks for in Retry-After is kept, up to a week.
    """
    seconds = min(max(SHORTEST, min(interval or SHORTEST, 1_800)) * 2.0 ** min(failures - 1, 12), LONGEST)
    seconds *= 0.5 + 0.5 * chance
    return now + timedelta(seconds=max(seconds, SHORTEST / 2, min(retry_after or 0, LONGEST_RETRY)))


def retry_after(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds of a Retry-After header (RFC 9110 section 10.2.3), a number or a date; None where it says nothing."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return int(value[:9])
    return _until(value, now)


def max_age(headers: Mapping[str, str], now: datetime) -> int:
    """Seconds for which an answer is fresh (RFC 9111 section 4.2), by Cache-Control, else Expires; 0 where unknown."""
    directives = {name.lower(): value for name, value in _DIRECTIVE.findall(headers.get("cache-control", "")[:1_000])}
    if "no-cache" in directives or "no-store" in directives:
        return 0
    age = headers.get("age", "").strip()
    spent = int(age[:9]) if age.isascii() and age.isdigit() else 0
    given = directives.get("max-age", "").strip()
    if given.isascii() and given.isdigit():
        return max(0, int(given[:9]) - spent)
    if "max-age" in directives:
        return 0
    return _until(headers.get("expires", ""), now) or 0


def _until(date: str, now: datetime) -> int | None:
    try:
        at = parsedate_to_datetime(date.strip())
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        return max(0, int((at - now).total_seconds()))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _within(seconds: float) -> int:
    return int(min(max(seconds, SHORTEST), LONGEST))
