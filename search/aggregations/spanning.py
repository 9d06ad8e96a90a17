"""The spans that histograms need: from the first article to the last, without the deserts between outliers."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from search.aggregations.asking import Asking
from search.aggregations.calendars import SECOND, length, spans
from search.aggregations.tree import DateHistogram, Histogram
from search.crosstabs import Spans, Stats, Summary
from search.engines.base import QueryTooLarge

MAX_SPANS = 20_000
"""Intervals of one histogram, empty ones included."""
COARSE = 500
"""Parts into which a long time is divided to see where there is something at all."""


def extent(asking: Asking, field: str) -> tuple[float, float] | None:
    """The least and the greatest value of a field among all that match."""
    (found,) = asking.whole([Stats(field)]).answers or (Summary(),)
    assert isinstance(found, Summary)
    return None if found.least is None or found.greatest is None else (found.least, found.greatest)


def date_spans(asking: Asking, node: DateHistogram) -> Spans:
    """Intervals with all articles that match, in order; with `empty` each of them from the first to the last."""
    ends = extent(asking, "date")
    if ends is None:
        return Spans("date", ())
    # Engines reckon with floating point numbers, which far away are off by some microseconds.
    low, high = (int(end) // SECOND * SECOND for end in ends)
    high += SECOND - 1
    each = length(node.interval) * SECOND
    if (high - low) // each <= COARSE:
        return Spans("date", spans(node.interval, node.zone, low, high))
    if node.empty:
        check_spans((high - low) // each)
        return Spans("date", spans(node.interval, node.zone, low, high))
    found: dict[tuple[int, int], None] = {}
    for first, last in _inhabited(asking, low, high):
        check_spans(len(found) + (last - first) // each)
        found |= dict.fromkeys(spans(node.interval, node.zone, first, last))
    return Spans("date", tuple(sorted(found)))


def _inhabited(asking: Asking, low: int, high: int) -> list[tuple[int, int]]:
    """The parts of a time that have articles: first and last moments, neighbouring parts together."""
    step = ((high - low) // COARSE // SECOND + 1) * SECOND
    bounds = tuple((start, start + step) for start in range(low, high + 1, step))
    (counts,) = asking.whole([Spans("date", bounds)]).answers or ({},)
    assert isinstance(counts, dict)
    found: list[tuple[int, int]] = []
    for index in sorted(counts):
        start, end = bounds[index]
        if found and found[-1][1] == start - 1:
            found[-1] = found[-1][0], end - 1
        else:
            found.append((start, end - 1))
    return found


def number_spans(asking: Asking, node: Histogram) -> Spans:
    """Steps from the least value to the greatest."""
    ends = extent(asking, node.field)
    if ends is None:
        return Spans(node.field, ())
    low, high = (Fraction(end) for end in ends)
    first = (low - node.offset) // node.interval
    last = (high - node.offset) // node.interval
    check_spans(last - first + 1)
    # A value that was written as a decimal lies, as a float, a little off: it belongs where it was written.
    starts = [_number(node.offset + node.interval * step) for step in range(first, last + 3)]
    inhabited = [pair for pair in pairwise(starts) if pair[1] > ends[0] and pair[0] <= ends[1]]
    return Spans(node.field, tuple(inhabited))


def _number(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)


def check_spans(count: int) -> None:
    """Raises QueryTooLarge for a histogram that is too long."""
    if count > MAX_SPANS:
        raise QueryTooLarge(
            f"The histogram has {count:,} intervals; at most {MAX_SPANS:,} are counted. Ask for longer intervals, no"
            " empty buckets, or fewer articles.",
            limit=MAX_SPANS,
        )
