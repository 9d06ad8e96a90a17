"""What can be counted, on every engine alike."""

from __future__ import annotations

from collections.abc import Sequence

from search.crosstabs import MAX_CELLS, Crosstab, Distinct, Keys, Spans, Stats, Top
from search.engines.base import QueryTooLarge, Unsupported
from search.engines.moments import INTERVALS
from search.fields import BY_NAME, Kind
from search.results import Aggregation, Histogram, Search, Terms

SORTS = ("-date", "date", "relevance")


def check_search(search: Search, relevance_bound: int) -> None:
    """Raises Unsupported for an order that there is not."""
    if search.sort not in SORTS:
        raise Unsupported(f"Cannot sort by “{search.sort}”: only by -date, date or relevance.", sort=search.sort)
    if search.sort == "relevance" and search.after is not None:
        raise Unsupported("A list by relevance cannot go on after a sort key.")
    if search.sort == "relevance" and search.limit > relevance_bound:
        raise Unsupported(f"By relevance at most {relevance_bound} are ranked.")


def check_aggregations(aggregations: Sequence[Aggregation]) -> None:
    """Raises Unsupported for what cannot be counted."""
    for one in aggregations:
        level: Aggregation | None = one
        depth = 0
        while level is not None:
            depth += 1
            if isinstance(level, Terms) and not (level.field in BY_NAME and BY_NAME[level.field].facet):
                raise Unsupported(f"Cannot count by “{level.field}”.", field=level.field)
            if isinstance(level, Histogram) and level.interval not in INTERVALS:
                raise Unsupported(f"Cannot count by “{level.interval}”, only by hour, day, week or month.")
            if level.metric is not None and _kind(level.metric) not in (Kind.NUMBER, Kind.INTEGER):
                raise Unsupported(f"Cannot average “{level.metric}”.", field=level.metric)
            level = level.then
        if depth > 2:
            raise Unsupported("Counts have at most two levels.")


def check_crosstab(asked: Crosstab) -> None:
    """Raises Unsupported for what cannot be counted, QueryTooLarge for more cells than one answer has."""
    for one in (*asked.levels, *asked.leaves):
        if isinstance(one, Keys | Top | Distinct) and not (one.field in BY_NAME and BY_NAME[one.field].facet):
            raise Unsupported(f"Cannot count by “{one.field}”.", field=one.field)
        if isinstance(one, Spans | Stats) and _kind(one.field) not in (Kind.NUMBER, Kind.INTEGER, Kind.DATE):
            raise Unsupported(f"Cannot reckon with “{one.field}”.", field=one.field)
    if asked.cells() > MAX_CELLS:
        raise QueryTooLarge(f"This is {asked.cells():,} buckets; at most {MAX_CELLS:,} are counted at once.")


def _kind(name: str) -> Kind | None:
    return BY_NAME[name].kind if name in BY_NAME else None
