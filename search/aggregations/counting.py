"""Counting articles by one or two fields or over time: `by=topic`, `by=date,source&interval=week`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import QueryDict

from newsapi.errors import InvalidParameter
from newsapi.parameters import check_known, choice, did_you_mean, integer, nearest
from search import engines, filters, names
from search.fields import FACETS
from search.filters import Parameter, filter_parameters, split_values
from search.results import Aggregation, Bucket, Histogram, Terms

INTERVALS = ("hour", "day", "week", "month")
MAX_SIZE = 1_000
MAX_CELLS = 65_000
"""Buckets of two levels together that one answer may have."""
BY = (*(field.name for field in FACETS), "date")


def aggregation_parameters() -> tuple[Parameter, ...]:
    """Everything that `GET /v1/aggregations` takes."""
    return (
        *filter_parameters(),
        Parameter(
            "by", "Count by", f"One or two, separated by a comma: {', '.join(BY)}", example="topic,source", multi=True
        ),
        Parameter("interval", "Interval", "Of by=date, in UTC; weeks begin on Monday", "select", INTERVALS,
                  default="day"),
        Parameter(
            "size", "Size", f"Most buckets a level, 1 to {MAX_SIZE:,}; of dates the latest (all if left out)", "number",
            default=10, low=1, high=MAX_SIZE,
        ),
    )  # fmt: skip


def aggregate(params: QueryDict) -> dict[str, Any]:
    """`{total, buckets}` as the parameters ask for. Raises NewsApiError for what cannot be used."""
    check_known(params, (parameter.name for parameter in aggregation_parameters()))
    filters.check_text(params)
    levels = read_by(params.getlist("by"))
    interval = choice(params, "interval", INTERVALS, "day")
    if "interval" in params and "date" not in levels:
        raise InvalidParameter("interval belongs to by=date.", parameter="interval")
    size = integer(params, "size", 10, 1, MAX_SIZE)
    asked = filters.read(params)
    reader = engines.get_reader()
    limits = [MAX_CELLS + 1 if level == "date" and "size" not in params else size for level in levels]
    if len(levels) == 1 or math.prod(limits) > MAX_CELLS:
        single = reader.aggregate(
            asked.query, [build([level], interval, [most]) for level, most in zip(levels, limits, strict=True)]
        )
        _check_cells([len(each.buckets) for each in single], interval)
        if len(levels) == 1:
            return {"total": single[0].total, "buckets": shown(single[0].buckets, levels, interval)}
    (found,) = reader.aggregate(asked.query, [build(levels, interval, limits)])
    return {"total": found.total, "buckets": shown(found.buckets, levels, interval)}


def _check_cells(counts: Sequence[int], interval: str) -> None:
    """Raises InvalidParameter for an answer of more buckets than anyone reads, before it is worked out."""
    if math.prod(counts) > MAX_CELLS:
        raise InvalidParameter(
            f"This is up to {' × '.join(f'{count:,}' for count in counts)} buckets; at most {MAX_CELLS:,} are given at"
            " once. Ask for a smaller size, a longer interval, or by more filters for fewer articles.",
            parameter="size",
        )


def read_by(written: Sequence[str]) -> list[str]:
    """The one or two levels of `by`. Raises InvalidParameter with the nearest field."""
    found = []
    for excluded, value in (pair for text in written for pair in split_values(text, "by")):
        name = value.lower().replace("organization", "organisation")
        if excluded or name not in BY:
            suggestion = nearest(name, BY)
            raise InvalidParameter(
                f"by: articles cannot be counted by {value[:80]!r}.{did_you_mean(suggestion)}"
                f" Possible are: {', '.join(BY)}.",
                parameter="by", suggestion=suggestion,
            )  # fmt: skip
        found.append(name)
    if not found:
        raise InvalidParameter(f"by is missing; it is one or two of {', '.join(BY)}.", parameter="by")
    if len(found) > 2:
        raise InvalidParameter(f"by has {len(found)} fields; at most two are possible.", parameter="by")
    if len(set(found)) < len(found):
        raise InvalidParameter(f"by names {found[0]} twice.", parameter="by")
    return found


def build(levels: Sequence[str], interval: str, limits: Sequence[int]) -> Aggregation:
    """The aggregation for these levels, the first outermost, each with the average sentiment of its buckets.

    `limits` are the most buckets of each level: of a histogram the latest.
    """
    inner: Aggregation | None = None
    for level, most in reversed(list(zip(levels, limits, strict=True))):
        if level == "date":
            inner = Histogram(interval, most, inner, "sentiment")
        else:
            inner = Terms(level, most, inner, "sentiment")
    assert inner is not None
    return inner


def shown(buckets: Iterable[Bucket], levels: Sequence[str], interval: str = "day") -> list[dict[str, Any]]:
    """Buckets as the API shows them, with names; one look-up of names a level."""
    top = list(buckets)
    below = [bucket for outer in top for bucket in outer.buckets or ()]
    named = [
        _names(level, [bucket.key for bucket in row], interval)
        for level, row in zip(levels, (top, below), strict=False)
    ]

    def one(bucket: Bucket, level: int) -> dict[str, Any]:
        average = bucket.average
        members: dict[str, Any] = {
            "key": bucket.key,
            "name": named[level].get(bucket.key, bucket.key),
            "count": bucket.count,
            "sentiment": None if average is None else round(average, 4),
        }
        if level + 1 < len(levels):
            members["buckets"] = [one(each, level + 1) for each in bucket.buckets or ()]
        return members

    return [one(bucket, 0) for bucket in top]


def _names(level: str, keys: list[str], interval: str) -> dict[str, str]:
    if level == "date":
        length = {"hour": 16, "month": 7}.get(interval, 10)
        return {key: key[:length].replace("T", " ") for key in keys}
    return names.names(level, dict.fromkeys(keys))
