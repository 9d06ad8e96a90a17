"""Exact counts from tantivy's aggregations, whatever the number of different values.

tantivy cuts each segment's list of terms (so counts may be wrong) and refuses to give more than 65,000 buckets. So
terms are asked for uncut, averages and second levels only for the buckets that will be shown, in portions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tantivy import Query, Searcher

from search.engines.moments import interval_start
from search.engines.tantivy.queries import filtered, integers
from search.engines.tantivy.schema import column, interval_column, schema
from search.results import Aggregation, Bucket, Histogram, Terms

UNCUT = 1_000_000_000
"""Terms that each segment hands over: all of them."""
FEW = 2_000
"""With averages, as many are asked for at first: averaging many takes long, and few fields have that many."""
PORTION = 50_000
"""Buckets asked for at once, below tantivy's limit."""

Raw = dict[str, Any]


class Aggregator:
    """Aggregates over one commit. `many` remembers the fields that turned out to have many different values."""

    def __init__(self, searcher: Searcher, many: set[str]) -> None:
        self._searcher = searcher
        self._many = many

    def run(self, query: Query, aggregations: Sequence[Aggregation]) -> list[tuple[Bucket, ...]]:
        """The buckets of each aggregation over the articles that match."""
        asked = {str(n): self._terms(one) for n, one in enumerate(aggregations) if isinstance(one, Terms)}
        # All terms in one pass over the articles.
        found = self._searcher.aggregate(query, asked) if asked else {}
        answers: list[tuple[Bucket, ...]] = []
        for n, one in enumerate(aggregations):
            if one.size is not None and one.size <= 0:
                answers.append(())
                continue
            if isinstance(one, Histogram):
                raw = self._intervals(query, one)
            else:
                raw = self._averaged(query, one, found[str(n)])
            below = self._under(query, one, [bucket["key"] for bucket in raw]) if one.then is not None else None
            answers.append(tuple(_bucket(one, bucket, below) for bucket in raw))
        return answers

    def _terms(self, one: Terms) -> Raw:
        asked: Raw = {"field": column(one.field), "size": max(one.size, 1), "segment_size": UNCUT}
        if one.metric is None or one.field in self._many:
            return {"terms": asked}
        return {"terms": {**asked, "segment_size": max(FEW, one.size)}, "aggs": _average(one)}

    def _averaged(self, query: Query, one: Terms, raw: Raw) -> list[Raw]:
        """The buckets, with the averages that the first pass left out."""
        if one.metric is None:
            return list(raw["buckets"])
        if one.field not in self._many:
            if not raw["doc_count_error_upper_bound"]:
                return list(raw["buckets"])
            self._many.add(one.field)
            raw = self._searcher.aggregate(query, {"a": self._terms(one)})["a"]
        keys = [bucket["key"] for bucket in raw["buckets"]]
        asked = {"a": {**_only(one, keys), "aggs": _average(one)}}
        return list(self._searcher.aggregate(query, asked)["a"]["buckets"]) if keys else []

    def _intervals(self, query: Query, one: Histogram) -> list[Raw]:
        """Ascending; where there are too many at once, those of halves of the time they span."""
        name = interval_column(one.interval)
        ends = self._searcher.aggregate(query, {"low": {"min": {"field": name}}, "high": {"max": {"field": name}}})
        if ends["low"]["value"] is None:
            return []
        asked: Raw = {"histogram": {"field": name, "interval": 1, "min_doc_count": 1}, "aggs": _average(one)}
        whole = int(ends["low"]["value"]), int(ends["high"]["value"])
        todo, latest = [whole], list[Raw]()
        while todo and (one.size is None or len(latest) < one.size):
            low, high = span = todo.pop()
            part = query if span == whole else filtered(query, [integers(name, low, high)], scored=False)
            try:
                latest += reversed(self._searcher.aggregate(part, {"a": asked})["a"]["buckets"])
            except ValueError as error:
                if low == high or not _too_many(error):
                    raise
                todo += [(low, (low + high) // 2), ((low + high) // 2 + 1, high)]
        return latest[: one.size][::-1]

    def _under(self, query: Query, one: Aggregation, keys: Sequence[Any]) -> dict[Any, tuple[Bucket, ...]]:
        """The second level of the buckets with these keys, of as many at once as tantivy gives."""
        then = one.then
        assert then is not None
        if then.size is not None and then.size <= 0:
            return {}
        inner = self._inner(then)
        each = then.size + 1 if isinstance(then, Terms) else 2
        below: dict[Any, tuple[Bucket, ...]] = {}
        todo = [list(keys)] if keys else []
        while todo:
            some = todo.pop()
            part = _within(query, one, some)
            if len(some) == 1:
                below[some[0]] = self.run(part, [then])[0]
                continue
            raw: list[Raw] | None = None
            if len(some) * each <= PORTION:
                raw = self._together(part, {**_only(one, some), "aggs": {"below": inner}})
            if raw is None:
                todo += [some[: len(some) // 2], some[len(some) // 2 :]]
                continue
            for bucket in raw:
                found = bucket["below"]["buckets"]
                if isinstance(then, Histogram) and then.size is not None:
                    found = found[-then.size :] if then.size > 0 else []
                below[bucket["key"]] = tuple(_bucket(then, one_below, None) for one_below in found)
        return below

    def _inner(self, then: Aggregation) -> Raw:
        if isinstance(then, Histogram):
            name = interval_column(then.interval)
            return {"histogram": {"field": name, "interval": 1, "min_doc_count": 1}, "aggs": _average(then)}
        return {**self._terms(replace(then, metric=None)), "aggs": _average(then)}

    def _together(self, query: Query, asked: Raw) -> list[Raw] | None:
        """The buckets, None if they are too many."""
        try:
            return list(self._searcher.aggregate(query, {"a": asked})["a"]["buckets"])
        except ValueError as error:
            if not _too_many(error):
                raise
            return None


def _average(one: Aggregation) -> Raw:
    return {"average": {"avg": {"field": column(one.metric)}}} if one.metric is not None else {}


def _only(one: Aggregation, keys: Sequence[Any]) -> Raw:
    """Only the buckets with these keys (of a histogram: from the first to the last, see `_within`)."""
    if isinstance(one, Histogram):
        return {"histogram": {"field": interval_column(one.interval), "interval": 1, "min_doc_count": 1}}
    return {"terms": {"field": column(one.field), "size": len(keys), "segment_size": UNCUT, "include": list(keys)}}


def _within(query: Query, one: Aggregation, keys: Sequence[Any]) -> Query:
    """Only articles that are in one of the buckets."""
    if isinstance(one, Histogram):
        within = integers(interval_column(one.interval), int(keys[0]), int(keys[-1]))
    else:
        within = Query.term_set_query(schema(), column(one.field), list(keys))
    return filtered(query, [within], scored=False)


def _bucket(one: Aggregation, raw: Raw, below: dict[Any, tuple[Bucket, ...]] | None) -> Bucket:
    key = raw["key"] if isinstance(one, Terms) else interval_start(int(raw["key"]), one.interval)
    average = raw["average"]["value"] if one.metric is not None else None
    return Bucket(key, raw["doc_count"], average, below.get(raw["key"], ()) if below is not None else None)


def _too_many(error: ValueError) -> bool:
    return "limit was exceeded" in str(error)
