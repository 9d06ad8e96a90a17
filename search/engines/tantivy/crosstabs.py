"""Crosstabs from tantivy's aggregations. Terms are asked for uncut, so counts are exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tantivy import Query, Searcher

from search.crosstabs import (
    EXACT,
    LONG,
    Answer,
    Cell,
    Counted,
    Crosstab,
    Distinct,
    Keys,
    Leaf,
    Level,
    Newest,
    Path,
    Plan,
    Run,
    Spans,
    Stats,
    Summary,
    Top,
    hollow,
    plan,
)
from search.engines.moments import EPOCH, interval_number
from search.engines.tantivy.aggregating import UNCUT
from search.engines.tantivy.schema import SORT_KEY, column, interval_column

Raw = dict[str, Any]


class Counting(NamedTuple):
    """How spans are counted. `months`: the numbers of UTC's months, where the spans are these: they have a column."""

    plan: Plan
    months: Sequence[int] | None


Plans = dict[str, Counting]
"""Of levels and leaves, by name."""


def tabulate(searcher: Searcher, query: Query, asked: Crosstab, total: int) -> dict[Path, Cell]:
    """The cells of a crosstab over the `total` articles that match."""
    if hollow(asked):
        return {}
    if not asked.leaves and not asked.levels:
        return {(): Cell(total)} if total else {}
    parts = (*((f"at{n}", level) for n, level in enumerate(asked.levels)), *named_leaves(asked))
    plans = {name: _counting(one) for name, one in parts if isinstance(one, Spans)}
    request = _leaves(asked, plans)
    for number, level in reversed(list(enumerate(asked.levels))):
        request = _level(level, f"at{number}", plans, request)
    raw = searcher.aggregate(query, request)
    if not total:
        return {}
    found: dict[Path, Cell] = {}
    _read(asked, plans, raw, total, (), found)
    return found


def _level(level: Level, name: str, plans: Plans, below: Raw) -> Raw:
    if isinstance(level, Keys):
        terms = {"field": column(level.field), "size": len(level.values), "segment_size": UNCUT}
        return {name: {"terms": {**terms, "include": list(level.values)}, "aggs": below}}
    return {each: {**one, "aggs": below} for each, one in _spans(plans[name], name).items()}


def _counting(spans: Spans) -> Counting:
    found = plan(spans)
    return Counting(found, _months(found))


def _spans(counting: Counting, name: str) -> dict[str, Raw]:
    spans, months = counting
    if months:
        bounds = {"min": months[0], "max": months[-1]}
        column_ = {"field": interval_column("month"), "interval": 1, "min_doc_count": 1, "hard_bounds": bounds}
        return {name: {"histogram": column_}}
    asked = {f"{name}-{run.first}": {"histogram": _histogram(spans.field, run)} for run in spans.runs}
    if spans.others:
        ranges = [{"key": str(index), "from": low, "to": high} for index, low, high in spans.others]
        asked[name] = {"range": {"field": column(spans.field), "ranges": ranges}}
    return asked


def _months(spans: Plan) -> list[int] | None:
    """The numbers of the spans, where these are months of UTC one after the other."""
    if spans.field != "date" or spans.runs or len(spans.others) < LONG:
        return None
    found: list[int] = []
    for _, low, high in spans.others:
        if abs(low) > EXACT or abs(high) > EXACT:
            return None
        start, end = (EPOCH + timedelta(microseconds=int(moment)) for moment in (low, high))
        number = interval_number(start, "month")
        if (found and number != found[-1] + 1) or start != _month(number) or end != _month(number + 1):
            return None
        found.append(number)
    return found


def _month(number: int) -> datetime:
    """Of a month counted from January 1970."""
    return datetime(1970 + number // 12, number % 12 + 1, 1, tzinfo=UTC)


def _histogram(field: str, run: Run) -> Raw:
    return {
        "field": column(field), "interval": run.length, "offset": run.low % run.length, "min_doc_count": 1,
        "hard_bounds": {"min": run.low, "max": run.high - 1},
    }  # fmt: skip


def named_leaves(asked: Crosstab) -> list[tuple[str, Leaf]]:
    """Leaves with the names by which they are asked for."""
    return [(f"leaf{number}", leaf) for number, leaf in enumerate(asked.leaves)]


def _leaves(crosstab: Crosstab, plans: Plans) -> Raw:
    asked: Raw = {}
    for name, leaf in named_leaves(crosstab):
        match leaf:
            case Spans():
                asked |= _spans(plans[name], name)
            case Top(field, size, exclude):
                terms: Raw = {"field": column(field), "size": max(size, 1), "segment_size": UNCUT}
                asked[name] = {"terms": terms | ({"exclude": list(exclude)} if exclude else {})}
            case Stats(field):
                asked[name] = {"stats": {"field": column(field)}}
            case Distinct(field):
                asked[name] = {"cardinality": {"field": column(field)}}
            case Newest(size):
                newest = {"size": max(size, 1), "sort": [{SORT_KEY: "desc"}], "docvalue_fields": ["number"]}
                asked[name] = {"top_hits": newest}
    return asked


def _read(asked: Crosstab, plans: Plans, raw: Raw, count: int, path: Path, found: dict[Path, Cell]) -> None:
    """Recurses as deep as there are levels, which are few."""
    if len(path) == len(asked.levels):
        found[path] = Cell(count, tuple(_answer(leaf, name, plans, raw) for name, leaf in named_leaves(asked)))
        return
    name = f"at{len(path)}"
    if name in plans:
        buckets: Iterable[tuple[str | int, Raw]] = _span_buckets(plans[name], name, raw)
    else:
        buckets = ((bucket["key"], bucket) for bucket in raw[name]["buckets"])
    for key, bucket in buckets:
        if bucket["doc_count"]:
            _read(asked, plans, bucket, bucket["doc_count"], (*path, key), found)


def _span_buckets(counting: Counting, name: str, raw: Mapping[str, Any]) -> Iterator[tuple[int, Raw]]:
    spans, months = counting
    if months:
        yield from ((int(bucket["key"]) - months[0], bucket) for bucket in raw[name]["buckets"])
        return
    for run in spans.runs:
        for bucket in raw[f"{name}-{run.first}"]["buckets"]:
            yield run.index(bucket["key"]), bucket
    if spans.others:
        # tantivy adds what lies below, between and above, under keys of its own.
        yield from ((int(bucket["key"]), bucket) for bucket in raw[name]["buckets"] if bucket["key"].isdigit())


def _answer(leaf: Leaf, name: str, plans: Plans, raw: Mapping[str, Any]) -> Answer:
    if isinstance(leaf, Spans):
        found = ((key, bucket["doc_count"]) for key, bucket in _span_buckets(plans[name], name, raw))
        return dict(sorted((key, count) for key, count in found if count))
    return _ANSWERS[type(leaf)](leaf, name, raw)


def _top(leaf: Any, name: str, raw: Mapping[str, Any]) -> Answer:
    buckets = tuple((bucket["key"], bucket["doc_count"]) for bucket in raw[name]["buckets"])
    other = raw[name]["sum_other_doc_count"] + sum(count for _, count in buckets[leaf.size :])
    return Counted(buckets[: leaf.size], other)


def _stats(leaf: Any, name: str, raw: Mapping[str, Any]) -> Answer:
    one = raw[name]
    return Summary(int(one["count"]), one["min"], one["max"], one["sum"] or 0.0)


_ANSWERS: dict[type, Callable[[Any, str, Mapping[str, Any]], Answer]] = {
    Top: _top,
    Stats: _stats,
    Distinct: lambda leaf, name, raw: int(raw[name]["value"] or 0),
    Newest: lambda leaf, name, raw: tuple(
        int(hit["docvalue_fields"]["number"][0]) for hit in raw[name]["hits"][: leaf.size]
    ),
}
