"""What callers write as a value, read by the kind of its field: numbers, dates, ranges, yes and no. Pure."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Any

from newsapi.parameters import FALSE, RELATIVE, TIME_FORMS, TRUE, UNITS, parse_time
from search.analysis import fold
from search.fields import BY_NAME, Field, Kind
from search.query import Exists, Node, Or, Range, Term, Value

_YEAR_MONTH = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_SHIFTED = re.compile(r"(now|[0-9T:.+Z-]+\|\|)((?:[+-]\d{1,6}[smhdwMy]|/[smhdwMy])*)", re.ASCII)
_STEP = re.compile(r"([+-])(\d{1,6})([smhdwMy])|/([smhdwMy])", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})", re.ASCII)
TIME_SPANS = (
    f"{TIME_FORMS[: TIME_FORMS.index(', an')]}, a month (2026-06), a year, {TIME_FORMS[TIME_FORMS.index('an R') :]}, "
    "also now-7d, now-1M/M, 2026-01-01||+2w"
)
LAST = datetime.max.replace(tzinfo=UTC)


class Mismatch(ValueError):
    """A value that its field cannot have. Whoever reads the parameter or the query says where it stood."""

    def __init__(self, detail: str, *, expected: str | None = None, suggestion: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.expected = expected
        self.suggestion = suggestion


def plain(field: Field, value: str) -> tuple[Value, ...]:
    """The value itself, folded where the field is: what a keyword means without looking names up."""
    return (fold(value) if field.folded else value,)


def term(field: Field, values: tuple[Value, ...]) -> Node:
    """Articles with one of these values. `has:sentiment` asks whether a field has a value, whatever it is."""
    if field.name != "has":
        return Term(field.name, values)
    fields = [value for value in values if str(value) in BY_NAME]
    others = tuple(value for value in values if str(value) not in BY_NAME)
    nodes: list[Node] = [*([Term("has", others)] if others else []), *(Exists(str(value)) for value in fields)]
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def boolean(value: str) -> bool:
    if value.lower() in TRUE | FALSE:
        return value.lower() in TRUE
    raise Mismatch(f"{value[:40]!r} is neither true nor false.", expected="true or false")


def number(field: Field, value: str) -> float | int:
    """Raises Mismatch for what is no number, not finite, or has a fraction where whole numbers count."""
    if field.kind is Kind.INTEGER:
        if _INTEGER.fullmatch(value):
            return int(value)
        raise Mismatch(f"{value[:40]!r} is no whole number.", expected="a whole number")
    if _NUMBER.fullmatch(value) and math.isfinite(float(value)):
        return float(value)
    raise Mismatch(f"{value[:40]!r} is no number.", expected="a number such as -0.3")


def moments(value: str, *, now: datetime) -> tuple[datetime, datetime]:
    """The first moment of a time, and the moment after its last: a day, a month or a year last, an instant does not."""
    text = value.strip()
    if text in ("today", "yesterday"):
        day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return (day, day + timedelta(days=1)) if text == "today" else (day - timedelta(days=1), day)
    try:
        if shifted := _SHIFTED.fullmatch(text):
            return _shifted(now if shifted[1] == "now" else moments(shifted[1][:-2], now=now)[0], shifted[2])
        if found := _YEAR_MONTH.fullmatch(text):
            year, month, day_ = int(found[1]), int(found[2] or 1), int(found[3] or 1)
            start = datetime(year, month, day_, tzinfo=UTC)
            if found[3]:
                return start, min(start, LAST - timedelta(days=1)) + timedelta(days=1)
            years, months = divmod(month if found[2] else 12, 12)
            return start, LAST if year == 9999 and years else datetime(year + years, months + 1, 1, tzinfo=UTC)
        moment = parse_time(text, now=now)
    except (ValueError, OverflowError) as error:
        reason = str(error) if isinstance(error, ValueError) and "no time" in str(error) else f"{text[:40]!r}: {error}"
        raise Mismatch(
            f"{reason.partition('; it must be')[0]}; it must be {TIME_SPANS}.", expected=TIME_SPANS
        ) from error
    return moment, moment


def _shifted(moment: datetime, steps: str) -> tuple[datetime, datetime]:
    """`-7d`, `+1M`, `/d` in their order. After a rounding at the end it is the whole day (month, …) that is meant."""
    end = moment
    for sign, number_, unit, rounded in _STEP.findall(steps):
        if rounded:
            moment = _begin(moment.astimezone(UTC), rounded)
            end = _later(moment, 1, rounded)
        else:
            moment = end = _later(moment, int(sign + number_), unit)
    return moment, end


def _later(moment: datetime, number_: int, unit: str) -> datetime:
    """So many units later; a month later is the same day, or its last. Errors of datetime beyond the calendar."""
    if unit in UNITS:
        return moment + timedelta(**{UNITS[unit]: number_})
    years, month = divmod(moment.month - 1 + number_ * (12 if unit == "y" else 1), 12)
    first = moment.replace(year=moment.year + years, month=month + 1, day=1)
    return first.replace(day=min(moment.day, monthrange(first.year, first.month)[1]))


def _begin(moment: datetime, unit: str) -> datetime:
    """The start of the second, minute, …, week (Monday), month or year that a time in UTC is in."""
    if unit == "s":
        return moment.replace(microsecond=0)
    if unit in "mh":
        return moment.replace(microsecond=0, second=0, minute=moment.minute if unit == "m" else 0)
    start = moment.replace(microsecond=0, second=0, minute=0, hour=0)
    if unit == "w":
        return start - timedelta(days=start.weekday())
    if unit == "y":
        return start.replace(month=1, day=1)
    return start.replace(day=1) if unit == "M" else start


def _ordered(field: Field) -> None:
    if field.kind not in (Kind.NUMBER, Kind.INTEGER, Kind.DATE):
        raise Mismatch("only numbers and dates have ranges.", expected="a value")


def equals(field: Field, value: str, *, now: datetime) -> Range:
    """`words:500`, `date:2026-06-18` (the whole day), `date:7d` (since then)."""
    if field.kind is not Kind.DATE:
        exact = number(field, value)
        return Range(field.name, gte=exact, lte=exact)
    start, end = moments(value, now=now)
    if start != end:
        return Range(field.name, gte=start, lt=end)
    return Range(field.name, gte=start) if RELATIVE.fullmatch(value.strip().lower()) else _instant(field, start)


def _instant(field: Field, moment: datetime) -> Range:
    return Range(field.name, gte=moment, lte=moment)


def lower(field: Field, value: str, inclusive: bool, now: datetime) -> dict[str, Any]:
    """The lower bound of a Range: not of the number or time itself, unless `inclusive`. Raises Mismatch."""
    if field.kind is not Kind.DATE:
        return {"gte" if inclusive else "gt": number(field, value)}
    start, end = moments(value, now=now)
    if inclusive:
        return {"gte": start}
    return {"gt": start} if start == end else {"gte": end}


def upper(field: Field, value: str, inclusive: bool, now: datetime) -> dict[str, Any]:
    """The upper bound of a Range, as `lower`."""
    if field.kind is not Kind.DATE:
        return {"lte" if inclusive else "lt": number(field, value)}
    start, end = moments(value, now=now)
    if not inclusive:
        return {"lt": start}
    return {"lte": start} if start == end else {"lt": end}


def compare(field: Field, operator: str, value: str, *, now: datetime) -> Range:
    """`words:>500`, `date:>=2026-06-18`. A day, month or year counts whole: `date:>2026` begins with 2027."""
    _ordered(field)
    bound = (lower if operator[0] == ">" else upper)(field, value, operator.endswith("="), now)
    return Range(field.name, **bound)


def span(field: Field, low: str, high: str, low_inclusive: bool, high_inclusive: bool, *, now: datetime) -> Range:
    """`date:[2026-01-01 TO 2026-02-01]` with both days, `words:{100 TO *]` above 100."""
    _ordered(field)
    bounds: dict[str, Any] = {}
    if low != "*":
        bounds |= lower(field, low, low_inclusive, now)
    if high != "*":
        bounds |= upper(field, high, high_inclusive, now)
    if not bounds:
        raise Mismatch("a range needs a bound.", expected=f"{field.name}:* for 'has a value'")
    least, most = bounds.get("gte", bounds.get("gt")), bounds.get("lte", bounds.get("lt"))
    if least is not None and most is not None and least > most:
        raise Mismatch(f"the range begins at {low}, after its end, {high}.", expected="the smaller bound first")
    return Range(field.name, **bounds)
