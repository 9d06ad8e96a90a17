"""Crosstabs from tantivy's aggregations. Terms are asked for uncut, so counts are exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tantivy import Query, Searcher

from search.crosstabs import (
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
    Run,
    Spans,
    Stats,
    Summary,
    Top,
    hollow,
    runs,
)
from search.engines.tantivy.aggregating import UNCUT
from search.engines.tantivy.schema import SORT_KEY, column

Raw = dict[str, Any]


def tabulate(searcher: Searcher, query: Query, asked: Crosstab, total: int) -> dict[Path, Cell]:
    """The cells of a crosstab over the `total` articles that match."""
    if hollow(asked):
        return {}
    if not asked.leaves and not asked.levels:
        return {(): Cell(total)} if total else {}
    request = _leaves(asked.leaves)
    for level in reversed(asked.levels):
        request = _level(level, request)
    raw = searcher.aggregate(query, request)
    if not total:
        return {}
    found: dict[Path, Cell] = {}
    _read(asked.levels, asked.leaves, raw, total, (), found)
    return found


def _level(level: Level, below: Raw) -> Raw:
    if isinstance(level, Keys):
        terms = {"field": column(level.field), "size": len(level.values), "segment_size": UNCUT}
        return {"at": {"terms": {**terms, "include": list(level.values)}, "aggs": below}}
    return {name: {**one, "aggs": below} for name, one in _spans(level, "at").items()}


def _spans(spans: Spans, name: str) -> dict[str, Raw]:
    if not spans.bounds:
        return {}
    found = runs(spans)
    if found is None:
        ranges = [{"key": str(index), "from": low, "to": high} for index, (low, high) in enumerate(spans.bounds)]
        return {name: {"range": {"field": column(spans.field), "ranges": ranges}}}
    return {f"{name}-{run.first}": {"histogram": _histogram(spans.field, run)} for run in found}


def _histogram(field: str, run: Run) -> Raw:
    return {
        "field": column(field), "interval": run.length, "offset": run.low % run.length, "min_doc_count": 1,
        "hard_bounds": {"min": run.low, "max": run.high - 1},
    }  # fmt: skip


def _leaves(leaves: Sequence[Leaf]) -> Raw:
    asked: Raw = {}
    for number, leaf in enumerate(leaves):
        name = f"leaf{number}"
        match leaf:
            case Spans():
                asked |= _spans(leaf, name)
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


def _read(
    levels: Sequence[Level], leaves: Sequence[Leaf], raw: Raw, count: int, path: Path, found: dict[Path, Cell]
) -> None:
    """Recurses as deep as there are levels, which are few."""
    if not levels:
        found[path] = Cell(count, tuple(_answer(leaf, f"leaf{n}", raw) for n, leaf in enumerate(leaves)))
        return
    for key, bucket in _buckets(levels[0], "at", raw):
        if bucket["doc_count"]:
            _read(levels[1:], leaves, bucket, bucket["doc_count"], (*path, key), found)


def _buckets(level: Level, name: str, raw: Mapping[str, Any]) -> list[tuple[str | int, Raw]]:
    if isinstance(level, Keys):
        return [(bucket["key"], bucket) for bucket in raw[name]["buckets"]]
    if not level.bounds:
        return []
    found = runs(level)
    if found is None:
        # tantivy adds what lies below, between and above, under keys of its own.
        return [(int(bucket["key"]), bucket) for bucket in raw[name]["buckets"] if bucket["key"].isdigit()]
    return [(run.index(bucket["key"]), bucket) for run in found for bucket in raw[f"{name}-{run.first}"]["buckets"]]


def _answer(leaf: Leaf, name: str, raw: Mapping[str, Any]) -> Answer:
    return _ANSWERS[type(leaf)](leaf, name, raw)


def _span_counts(leaf: Any, name: str, raw: Mapping[str, Any]) -> Answer:
    found = ((int(key), bucket["doc_count"]) for key, bucket in _buckets(leaf, name, raw))
    return dict(sorted((key, count) for key, count in found if count))


def _top(leaf: Any, name: str, raw: Mapping[str, Any]) -> Answer:
    buckets = tuple((bucket["key"], bucket["doc_count"]) for bucket in raw[name]["buckets"])
    other = raw[name]["sum_other_doc_count"] + sum(count for _, count in buckets[leaf.size :])
    return Counted(buckets[: leaf.size], other)


def _stats(leaf: Any, name: str, raw: Mapping[str, Any]) -> Answer:
    one = raw[name]
    return Summary(int(one["count"]), one["min"], one["max"], one["sum"] or 0.0)


_ANSWERS: dict[type, Callable[[Any, str, Mapping[str, Any]], Answer]] = {
    Spans: _span_counts,
    Top: _top,
    Stats: _stats,
    Distinct: lambda leaf, name, raw: int(raw[name]["value"] or 0),
    Newest: lambda leaf, name, raw: tuple(
        int(hit["docvalue_fields"]["number"][0]) for hit in raw[name]["hits"][: leaf.size]
    ),
}
