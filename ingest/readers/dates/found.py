"""What a date in a text is: the value found and the moment that it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from ingest.readers.dates.clock import Clock, zone_offset

Precision = Literal["day", "minute", "second"]
Label = Literal["published", "modified"]


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text: `at` in UTC; `start` and `end` (exclusive) in code points of the text.

    `label` is what the words before it (or right after it) say that happened then.
    """

    at: datetime
    precision: Precision
    zone_given: bool
    relative: bool
    start: int
    end: int
    confidence: float
    note: str | None = None
    label: Label | None = None


@dataclass(slots=True)
class Match:
    """A date as it stands in the folded text, before it is counted from anything."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    clock: Clock | None = None
    confidence: float = 0.95
    notes: tuple[str, ...] = ()
    # Relative: this much before the reference; whole days when `days` is set.
    back: timedelta | None = None
    days: int | None = None
    month_first_too: bool = False

    @property
    def relative(self) -> bool:
        return self.back is not None or self.days is not None or self.year is None


def resolve(match: Match, received_at: datetime | None) -> FoundDate | None:
    """The moment that a match names; None if it counts from `received_at` and there is none, or no such day exists."""
    notes = list(match.notes)
    confidence = match.confidence
    reference = received_at.astimezone(UTC) if received_at else None
    if match.relative and reference is None:
        return None
    try:
        if match.back is not None and reference is not None:
            at = (reference - match.back).replace(second=0, microsecond=0)
            return FoundDate(at, "minute", False, True, match.start, match.end, confidence, "counted from received_at")
        if match.days is not None and reference is not None:
            day = (reference - timedelta(days=match.days)).date()
            notes.append("counted from received_at")
        elif match.year is None and reference is not None:
            day = _nearest_year(match, reference.date())
            notes.append("no year: taken from received_at")
            confidence *= 0.85
        else:
            day = date(match.year or 0, match.month or 0, match.day or 0)
        clock = match.clock
        if clock is None:
            notes.append("date alone: midnight UTC")
            at, precision, zone_given = datetime.combine(day, time(), UTC), "day", False
        else:
            at, zone_given = _with_clock(day, clock, notes)
            precision = "minute" if clock.second is None else "second"
            confidence *= clock.confidence
    except (ValueError, OverflowError):
        return None
    return FoundDate(
        at,
        precision,  # type: ignore[arg-type]
        zone_given,
        match.relative,
        match.start,
        match.end,
        round(confidence, 3),
        "; ".join(notes) or None,
    )


def _with_clock(day: date, clock: Clock, notes: list[str]) -> tuple[datetime, bool]:
    if clock.hour == 24:
        day += timedelta(days=1)
    local = datetime.combine(day, time(clock.hour % 24, clock.minute, clock.second or 0))
    if clock.zone is None:
        notes.append("no zone: taken as UTC")
        return local.replace(tzinfo=UTC), False
    offset = clock.zone if isinstance(clock.zone, int) else zone_offset(clock.zone, local)
    if clock.note:
        notes.append(clock.note)
    return local.replace(tzinfo=timezone(timedelta(minutes=offset))).astimezone(UTC), True


def _nearest_year(match: Match, reference: date) -> date:
    """The latest such day that is not more than two days ahead (clocks differ); 29 February may be four years off."""
    for year in range(reference.year + 1, reference.year - 9, -1):
        try:
            day = date(year, match.month or 0, match.day or 0)
        except ValueError:
            continue
        if day <= reference + timedelta(days=2):
            return day
    raise ValueError("no such day")
