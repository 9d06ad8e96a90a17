"""`/v1/timeline`: coverage over time, split by a field, as a share of all coverage, beside the period before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django.http import QueryDict

from newsapi.errors import InvalidParameter
from newsapi.parameters import boolean, choice, did_you_mean, integer, nearest, single
from search import engines, filters
from search.aggregations import calendars
from search.aggregations.asking import Asking
from search.aggregations.calendars import SECOND, label
from search.aggregations.spanning import check_spans, extent
from search.crosstabs import Answer, Leaf, Spans, Stats, Summary, Top
from search.engines.moments import EPOCH, micros
from search.filters import Parameter
from search.insights import asked
from search.insights.asked import average, named, summary, top
from search.query import Query

INTERVALS = ("hour", "day", "week", "month", "quarter", "year")
MAX_SIZE = 50
FIRST = EPOCH.replace(year=1)
"""No article is older."""


def parameters() -> tuple[Parameter, ...]:
    return asked.with_filters(
        Parameter("interval", "Interval", "Of the zone's clock; weeks begin on Monday", "select", INTERVALS,
                  default="day"),
        Parameter("time_zone", "Time zone", "IANA name", default="UTC", example="Europe/Berlin"),
        Parameter("split", "Split by", "A series for each of the commonest values", "select", asked.OF),
        Parameter("size", "Series", f"How many, 1 to {MAX_SIZE}", "number", default=5, low=1, high=MAX_SIZE),
        Parameter("compare", "Compare", "Beside it the period of the same length before; needs published_after",
                  "select", ("false", "true"), default="false"),
    )  # fmt: skip


def timeline(params: QueryDict) -> dict[str, Any]:
    """`{total, previous_total?, interval, time_zone, buckets, series?}`. Raises NewsApiError.

    A bucket has `key` (when it begins), `count`, `share` (of all articles of the time, 0 to 1), `sentiment` (average)
    and, compared, `previous`; a series has `counts` in the order of the buckets.
    """
    now = asked.now()
    found = asked.read(params, parameters(), now)
    interval = choice(params, "interval", INTERVALS, "day")
    zone = read_zone(params)
    size = integer(params, "size", 5, 1, MAX_SIZE)
    split = asked.facet(params, "", "split") if "split" in params else None
    compare = boolean(params, "compare")
    start, end = (filters.moment(params, f"published_{name}", now) for name in ("after", "before"))
    if compare and start is None:
        raise InvalidParameter("compare needs published_after: when the period begins.", parameter="compare")
    asking = Asking(engines.get_reader(), found.query)
    spans = _spans(asking, interval, zone, start, end, now)
    leaves: list[Leaf] = [spans, Stats("sentiment"), *([Top(split, size)] if split else [])]
    whole = asking.whole(leaves)
    counts = _counts(whole.answers[0]) if whole.answers else {}
    tones = asking.cells((), (spans,), [(index,) for index in counts], [Stats("sentiment")])
    all_ = _counts(Asking(asking.reader, asked.coverage(params, now).query).whole([spans]).answers[0:1])
    before: list[int] | None = None
    answer: dict[str, Any] = {"total": whole.count}
    if compare and start is not None:
        previous = _previous(asking, asked.without_dates(params, now).query, interval, zone, start, end or now)
        before, answer["previous_total"] = previous
    asking.spend(len(spans.bounds) * (1 + (size if split else 0)))
    buckets = []
    for index, (low, _) in enumerate(spans.bounds):
        count = counts.get(index, 0)
        tone = tones[index,].answers[0] if (index,) in tones else Summary()
        bucket = {
            "key": label(int(low), zone),
            "count": count,
            "share": round(count / all_[index], 6) if all_.get(index) else None,
            "sentiment": average(summary(tone)),
        }
        if before is not None:
            bucket["previous"] = before[index] if index < len(before) else 0
        buckets.append(bucket)
    answer |= {"interval": interval, "time_zone": zone, "buckets": buckets}
    if split:
        values = top(whole.answers[2]).buckets if whole.answers else ()
        answer["series"] = _series(asking, split, list(values), spans)
    return answer


def read_zone(params: QueryDict) -> str:
    """The time zone. Raises InvalidParameter with the nearest name."""
    zone = single(params, "time_zone") or "UTC"
    if zone not in available_timezones():
        suggestion = nearest(zone, available_timezones())
        raise InvalidParameter(
            f"time_zone is {zone[:80]!r}; it must be an IANA time zone such as Europe/Berlin."
            f"{did_you_mean(suggestion)}",
            parameter="time_zone", suggestion=suggestion,
        )  # fmt: skip
    return zone


def _spans(
    asking: Asking, interval: str, zone: str, start: datetime | None, end: datetime | None, now: datetime
) -> Spans:
    """From the asked time's beginning (else the first article) to its end (else the last, or now if asked from)."""
    ends = extent(asking, "date")
    if start is None and ends is None:
        return Spans("date", ())
    low = micros(start) if start else int(ends[0]) if ends else 0
    last = int(ends[1]) if ends else low
    high = micros(end) - 1 if end else max(last, micros(now)) if start else last
    return spans_of(interval, zone, low, max(high, low))


def spans_of(interval: str, zone: str, low: int, high: int) -> Spans:
    """Intervals from one moment (µs) to another. Raises QueryTooLarge."""
    check_spans((high - low) // (calendars.length(interval) * SECOND))
    return Spans("date", calendars.spans(interval, zone, low // SECOND * SECOND, high // SECOND * SECOND))


def _previous(
    asking: Asking, query: Query, interval: str, zone: str, start: datetime, end: datetime
) -> tuple[list[int], int]:
    """Counts of the period of the same length before, in order, and their total."""
    length = max(end - start, timedelta(seconds=1))
    begin = start - length if start - FIRST > length else FIRST
    spans = spans_of(interval, zone, micros(begin), micros(start) - 1)
    found = Asking(asking.reader, query).whole([spans], [asked.between(begin, start)])
    counts = _counts(found.answers[0:1])
    return [counts.get(index, 0) for index in range(len(spans.bounds))], found.count


def _series(asking: Asking, field: str, values: list[tuple[str, int]], spans: Spans) -> list[dict[str, Any]]:
    cells = asking.cells((), (field,), [(key,) for key, _ in values], [spans])
    known = named(field, [key for key, _ in values])
    found = []
    for key, count in values:
        counts = _counts(cells[key,].answers[0:1]) if (key,) in cells else {}
        some = [counts.get(index, 0) for index in range(len(spans.bounds))]
        found.append({"key": key, "name": known.get(key, key), "count": count, "counts": some})
    return found


def _counts(answer: Answer | tuple[Answer, ...]) -> dict[int, int]:
    if isinstance(answer, tuple):
        answer = answer[0] if answer else {}
    assert isinstance(answer, dict)
    return answer
