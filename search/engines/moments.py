"""Times as engines keep them: microseconds since 1970, and the calendar intervals (in UTC) that they are counted by."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

INTERVALS = ("hour", "day", "week", "month")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONDAY = date(1969, 12, 29)


def micros(moment: datetime) -> int:
    """Microseconds since 1970. Engines' own dates end in 2262 or know no microseconds, so integers are kept."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1)


def interval_number(moment: datetime, interval: str) -> int:
    """Which hour, day, week or month since 1970 a time is in."""
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    if interval == "hour":
        return micros(moment) // 3_600_000_000
    if interval == "day":
        return (moment.date() - EPOCH.date()).days
    if interval == "week":
        return (moment.date() - _MONDAY).days // 7
    return (moment.year - 1970) * 12 + moment.month - 1


def interval_start(number: int, interval: str) -> str:
    """When an interval starts, as RFC 3339. Its start may lie before year 1, where datetime ends."""
    try:
        if interval == "hour":
            start = EPOCH + timedelta(hours=number)
        elif interval == "day":
            start = EPOCH + timedelta(days=number)
        elif interval == "week":
            start = datetime(_MONDAY.year, _MONDAY.month, _MONDAY.day, tzinfo=UTC) + timedelta(weeks=number)
        else:
            start = datetime(1970 + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    except OverflowError:
        start = datetime.min.replace(tzinfo=UTC)
    return rfc3339(start)


def rfc3339(moment: datetime) -> str:
    """Of a time in UTC, to the second; years have four digits."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
