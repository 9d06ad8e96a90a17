"""Exact counts from Elasticsearch's aggregations, over however many shards and values.

On one shard terms are exact as they come. Over several a count is a bound until the candidates have been counted again;
where even the candidates are open, every value is counted, in portions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch.dsl import query as dsl

from search.engines.base import QueryTooLarge
from search.engines.elasticsearch.mapping import TIME, column
from search.engines.elasticsearch.queries import between
from search.engines.moments import EPOCH, rfc3339
from search.results import Aggregation, Bucket, Histogram, Terms

PORTION = 50_000
"""Buckets of one answer, below Elasticsearch's limit (`search.max_buckets` is 65,536)."""
PAGE = 10_000
"""Intervals of one page."""
FIRST = 200
"""Candidates that each shard names at first, at least."""

Raw = dict[str, Any]
Ask = Callable[[Sequence[dsl.Query], Raw], Raw]
"""Runs aggregations over the articles that match and pass some more filters: {name: aggregation} to {name: result}."""


class Aggregator:
    """Aggregates over the articles that match one query. `sharded` says whether there may be several shards."""

    def __init__(self, ask: Ask, sharded: bool) -> None:
        self._ask = ask
        self._sharded = sharded

    def run(self, aggregations: Sequence[Aggregation], filters: Sequence[dsl.Query] = ()) -> list[tuple[Bucket, ...]]:
        """The buckets of each aggregation."""
        wanted = {str(n): one for n, one in enumerate(aggregations) if one.size is None or one.size > 0}
        # All first levels in one pass over the articles.
        found = self._ask(filters, {name: self._first(one) for name, one in wanted.items()}) if wanted else {}
        answers: list[tuple[Bucket, ...]] = []
        for n, one in enumerate(aggregations):
            if str(n) not in wanted:
                answers.append(())
                continue
            if isinstance(one, Histogram):
                raw = self._intervals(one, filters, found[str(n)])
            else:
                raw = self._exact(one, filters, found[str(n)])
            below = self._under(one, filters, [bucket["key"] for bucket in raw]) if one.then is not None else None
            answers.append(tuple(_bucket(one, bucket, below) for bucket in raw))
        return answers

    def _first(self, one: Aggregation) -> Raw:
        if isinstance(one, Histogram):
            return self._composite(one, None)
        return self._terms(one, one.size if not self._sharded else max(FIRST, 4 * one.size))

    def _terms(self, one: Terms, size: int) -> Raw:
        size = min(size, PORTION)
        asked: Raw = {"field": column(one.field), "size": size}
        if self._sharded:
            asked |= {"shard_size": size, "show_term_doc_count_error": True}
        return {"terms": asked, **_average(one)}

    def _exact(self, one: Terms, filters: Sequence[dsl.Query], raw: Raw) -> list[Raw]:
        size = max(FIRST, 4 * one.size)
        while True:
            buckets, unseen = list(raw["buckets"]), raw["doc_count_error_upper_bound"]
            if not _open(raw):
                return buckets[: one.size]
            if len(buckets) >= one.size:
                least = buckets[one.size - 1]["doc_count"]
                # What no shard named, and what was named but cut off, must count less than the last one shown.
                cut = buckets[-1]["doc_count"] + unseen if len(buckets) >= size else unseen
                if max(unseen, cut) < least:
                    keys = [bucket["key"] for bucket in buckets if bucket["doc_count"] + unseen >= least]
                    return _most(self._counted(one, filters, keys), one.size)
            if size >= PORTION:
                return self._all(one, filters)
            size *= 10
            raw = self._ask(filters, {"a": self._terms(one, size)})["a"]

    def _counted(self, one: Terms, filters: Sequence[dsl.Query], keys: Sequence[str]) -> list[Raw]:
        """These values, each counted on every shard."""
        asked = {"field": column(one.field), "size": len(keys), "shard_size": len(keys), "include": list(keys)}
        return list(self._ask(filters, {"a": {"terms": asked, **_average(one)}})["a"]["buckets"])

    def _all(self, one: Terms, filters: Sequence[dsl.Query]) -> list[Raw]:
        """The best of all values, a part of them at a time."""
        parts, part = 16, 0
        best: list[Raw] = []
        while part < parts:
            asked = {
                "field": column(one.field), "size": PORTION, "shard_size": PORTION,
                "include": {"partition": part, "num_partitions": parts},
            }  # fmt: skip
            raw = self._ask(filters, {"a": {"terms": asked, **_average(one)}})["a"]
            if raw["sum_other_doc_count"] or raw["doc_count_error_upper_bound"]:
                # Too many for one answer. Partitions are counted anew, since a finer cut is another one.
                parts, part, best = parts * 8, 0, []
                continue
            best = _most(best + raw["buckets"], one.size)
            part += 1
        return best

    def _composite(self, one: Histogram, after: Raw | None) -> Raw:
        """Intervals, the latest first, a page of them."""
        source = {"field": TIME, "calendar_interval": one.interval, "order": "desc"}
        page = PAGE if one.size is None else min(one.size, PAGE)
        asked: Raw = {"size": page, "sources": [{"start": {"date_histogram": source}}]}
        return {"composite": asked | ({"after": after} if after else {}), **_average(one)}

    def _intervals(self, one: Histogram, filters: Sequence[dsl.Query], raw: Raw) -> list[Raw]:
        """Ascending, page after page."""
        latest: list[Raw] = []
        page = PAGE if one.size is None else min(one.size, PAGE)
        while True:
            latest += [bucket | {"key": bucket["key"]["start"]} for bucket in raw["buckets"]]
            if len(raw["buckets"]) < page or (one.size is not None and len(latest) >= one.size):
                return latest[: one.size][::-1]
            raw = self._ask(filters, {"a": self._composite(one, raw["after_key"])})["a"]

    def _under(
        self, one: Aggregation, filters: Sequence[dsl.Query], keys: Sequence[Any]
    ) -> dict[Any, tuple[Bucket, ...]]:
        """The second level of the buckets with these keys, of as many at once as Elasticsearch gives."""
        then = one.then
        assert then is not None
        if then.size is not None and then.size <= 0:
            return {}
        inner = self._inner(then)
        each = 1 + (inner["terms"]["size"] if isinstance(then, Terms) else 2)
        most = max(PORTION // each, 1)
        below: dict[Any, tuple[Bucket, ...]] = {}
        todo = [list(keys[at : at + most]) for at in range(0, len(keys), most)]
        while todo:
            some = todo.pop()
            if len(some) == 1:
                below[some[0]] = self.run([then], [*filters, _within(one, some)])[0]
                continue
            try:
                asked = {"a": {**_only(one, some), "aggs": {"below": inner}}}
                raw = self._ask([*filters, _within(one, some)], asked)["a"]["buckets"]
            except QueryTooLarge:
                todo += [some[: len(some) // 2], some[len(some) // 2 :]]
                continue
            for bucket in raw:
                if _open(bucket["below"]):
                    todo.append([bucket["key"]])
                    continue
                found = bucket["below"]["buckets"]
                if then.size is not None:
                    found = found[: then.size] if isinstance(then, Terms) else found[-then.size :]
                below[bucket["key"]] = tuple(_bucket(then, one_below, None) for one_below in found)
        return below

    def _inner(self, then: Aggregation) -> Raw:
        if isinstance(then, Terms):
            return self._terms(then, max(FIRST, 4 * then.size) if self._sharded else then.size)
        asked: Raw = {"field": TIME, "calendar_interval": then.interval, "min_doc_count": 1}
        return {"date_histogram": asked, **_average(then)}


def _open(raw: Raw) -> bool:
    """Whether counts are bounds only, as they may be over several shards."""
    return bool(raw.get("doc_count_error_upper_bound")) or any(
        bucket.get("doc_count_error_upper_bound") for bucket in raw["buckets"]
    )


def _average(one: Aggregation) -> Raw:
    return {"aggs": {"average": {"avg": {"field": column(one.metric)}}}} if one.metric is not None else {}


def _only(one: Aggregation, keys: Sequence[Any]) -> Raw:
    """Only the buckets with these keys (of a histogram: from the first to the last, see `_within`)."""
    if isinstance(one, Histogram):
        return {"date_histogram": {"field": TIME, "calendar_interval": one.interval, "min_doc_count": 1}}
    return {"terms": {"field": column(one.field), "size": len(keys), "include": list(keys)}}


def _within(one: Aggregation, keys: Sequence[Any]) -> dsl.Query:
    """Only articles that are in one of the buckets."""
    if isinstance(one, Histogram):
        return between(TIME, int(keys[0]), _end(int(keys[-1]), one.interval) - 1)
    return dsl.Terms(column(one.field), list(keys))


def _end(start: int, interval: str) -> int:
    """When the interval that begins at `start` ends, in milliseconds since 1970."""
    if interval != "month":
        return start + {"hour": 3_600, "day": 86_400, "week": 604_800}[interval] * 1000
    moment = EPOCH + timedelta(milliseconds=start)
    years, month = divmod(moment.month, 12)
    # Year 9999 ends where datetime does.
    following = moment.year + years
    if following > 9999:
        return start + 31 * 86_400_000
    return (datetime(following, month + 1, 1, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1)


def _most(buckets: Sequence[Raw], size: int) -> list[Raw]:
    return sorted(buckets, key=lambda bucket: (-bucket["doc_count"], bucket["key"]))[:size]


def _start(millis: int) -> str:
    """RFC 3339. The first week may begin before year 1, where datetime ends."""
    try:
        return rfc3339(EPOCH + timedelta(milliseconds=millis))
    except OverflowError:
        return rfc3339(datetime.min.replace(tzinfo=UTC))


def _bucket(one: Aggregation, raw: Raw, below: dict[Any, tuple[Bucket, ...]] | None) -> Bucket:
    key = raw["key"] if isinstance(one, Terms) else _start(int(raw["key"]))
    average = raw["average"]["value"] if one.metric is not None else None
    return Bucket(key, raw["doc_count"], average, below.get(raw["key"], ()) if below is not None else None)
