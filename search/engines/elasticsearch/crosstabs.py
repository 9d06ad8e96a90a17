"""Crosstabs from Elasticsearch's aggregations, exact over however many shards.

Levels have known values, which every shard counts. Where the commonest values of a cell are in doubt (over several
shards), that cell alone is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from elasticsearch.dsl import query as dsl

from search.crosstabs import (
    EXACT,
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
from search.engines.elasticsearch.aggregating import FIRST, PORTION, Aggregator, Ask, Raw
from search.engines.elasticsearch.mapping import SORT_KEY, TIME, column
from search.results import Terms

PRECISION = 40_000
"""Different values up to which Elasticsearch counts nearly exactly."""


class Tabulator:
    """Answers one crosstab. `sharded` says whether there may be several shards."""

    def __init__(self, ask: Ask, sharded: bool, asked: Crosstab) -> None:
        self._ask = ask
        self._sharded = sharded
        self._asked = asked
        self._leaf_names = [(f"leaf{number}", leaf) for number, leaf in enumerate(asked.leaves)]
        parts = (*((f"at{number}", level) for number, level in enumerate(asked.levels)), *self._leaf_names)
        self._plans = {name: plan(one) for name, one in parts if isinstance(one, Spans)}
        self._found: dict[Path, Cell] = {}

    def run(self, total: Callable[[], int]) -> dict[Path, Cell]:
        """The cells. `total` is known after the first question."""
        asked = self._asked
        request = self._leaves()
        for number, level in reversed(list(enumerate(asked.levels))):
            request = self._level(level, f"at{number}", request)
        raw = self._ask([], {} if hollow(asked) else request)
        if total() and not hollow(asked):
            self._read(raw, total(), ())
        return self._found

    def _leaves(self) -> Raw:
        asked: Raw = {}
        for name, leaf in self._leaf_names:
            match leaf:
                case Spans():
                    asked |= _spans(self._plans[name], name)
                case Top():
                    asked[name] = {"terms": self._terms(leaf)}
                case Stats(field):
                    asked[name] = {"stats": {"field": column(field)}}
                case Distinct(field):
                    asked[name] = {"cardinality": {"field": column(field), "precision_threshold": PRECISION}}
                case Newest(size):
                    asked[name] = {
                        "top_hits": {"size": max(size, 1), "sort": [{SORT_KEY: "desc"}], "_source": ["number"]}
                    }
        return asked

    def _terms(self, leaf: Top) -> Raw:
        asked: Raw = {"field": column(leaf.field), "size": max(leaf.size, 1)}
        if leaf.exclude:
            asked["exclude"] = list(leaf.exclude)
        if self._sharded:
            size = min(max(FIRST, 4 * leaf.size), PORTION)
            asked |= {"shard_size": size, "show_term_doc_count_error": True}
        return asked

    def _level(self, level: Level, name: str, below: Raw) -> Raw:
        if isinstance(level, Keys):
            size = len(level.values)
            terms = {"field": column(level.field), "size": size, "shard_size": size, "include": list(level.values)}
            return {name: {"terms": terms, "aggs": below}}
        return {each: {**one, "aggs": below} for each, one in _spans(self._plans[name], name).items()}

    def _read(self, raw: Raw, count: int, path: Path) -> None:
        """Recurses as deep as there are levels, which are few."""
        if len(path) == len(self._asked.levels):
            answers = (self._answer(leaf, name, raw, path) for name, leaf in self._leaf_names)
            self._found[path] = Cell(count, tuple(answers))
            return
        name = f"at{len(path)}"
        buckets: Iterable[tuple[str | int, Raw]] = (
            _buckets(self._plans[name], name, raw)
            if name in self._plans
            else ((bucket["key"], bucket) for bucket in raw[name]["buckets"])
        )
        for key, bucket in buckets:
            if bucket["doc_count"]:
                self._read(bucket, bucket["doc_count"], (*path, key))

    def _answer(self, leaf: Leaf, name: str, raw: Mapping[str, Any], path: Path) -> Answer:
        match leaf:
            case Spans():
                found = ((key, bucket["doc_count"]) for key, bucket in _buckets(self._plans[name], name, raw))
                return dict(sorted((key, count) for key, count in found if count))
            case Top():
                return self._top(leaf, raw[name], path)
            case Stats():
                one = raw[name]
                return Summary(one["count"], one["min"], one["max"], one["sum"] or 0.0)
            case Distinct():
                return int(raw[name]["value"])
            case Newest(size):
                return tuple(hit["_source"]["number"] for hit in raw[name]["hits"]["hits"][:size])

    def _top(self, leaf: Top, raw: Raw, path: Path) -> Counted:
        buckets = [(bucket["key"], bucket["doc_count"]) for bucket in raw["buckets"]]
        # However shards cut their lists, what is listed and what is not adds up to all.
        occurrences = raw.get("sum_other_doc_count", 0) + sum(count for _, count in buckets)
        if self._sharded and _doubtful(raw):
            exact = Terms(leaf.field, leaf.size + len(leaf.exclude))
            ((*found,),) = Aggregator(self._ask, self._sharded).run([exact], self._filters(path))
            buckets = [(bucket.key, bucket.count) for bucket in found if bucket.key not in leaf.exclude]
        shown = tuple(buckets[: leaf.size])
        return Counted(shown, occurrences - sum(count for _, count in shown))

    def _filters(self, path: Path) -> list[dsl.Query]:
        found: list[dsl.Query] = []
        for level, key in zip(self._asked.levels, path, strict=True):
            if isinstance(level, Keys):
                found.append(dsl.Terms(column(level.field), [key]))
            else:
                low, high = level.bounds[int(key)]
                found.append(dsl.Range(column(level.field), {"gte": low, "lt": high}))
        return found


def _doubtful(raw: Raw) -> bool:
    """Whether a shard left out something that could be among the commonest, or count for them."""
    return bool(raw.get("doc_count_error_upper_bound")) or any(
        bucket.get("doc_count_error_upper_bound") for bucket in raw["buckets"]
    )


def _spans(spans: Plan, name: str) -> dict[str, Raw]:
    asked = {f"{name}-{run.first}": {"histogram": _histogram(spans.field, run)} for run in spans.runs}
    if spans.others:
        asked[name] = _ranges(spans)
    return asked


def _ranges(spans: Plan) -> Raw:
    if spans.field != "date" or all(-EXACT <= bound <= EXACT for _, *pair in spans.others for bound in pair):
        ranges = [{"key": str(index), "from": low, "to": high} for index, low, high in spans.others]
        return {"range": {"field": column(spans.field), "ranges": ranges}}
    # Far away microseconds are not exact, but milliseconds are; bounds that far away are whole seconds.
    ranges = [
        {"key": str(index), "from": int(low) // 1000, "to": int(high) // 1000} for index, low, high in spans.others
    ]
    return {"date_range": {"field": TIME, "ranges": ranges}}


def _histogram(field: str, run: Run) -> Raw:
    # The bounds are held against where an interval begins, from which some versions take the offset first.
    offset = run.low % run.length
    return {
        "field": column(field), "interval": run.length, "offset": offset, "min_doc_count": 1,
        "hard_bounds": {"min": run.low - offset, "max": run.high - run.length},
    }  # fmt: skip


def _buckets(spans: Plan, name: str, raw: Mapping[str, Any]) -> Iterator[tuple[int, Raw]]:
    for run in spans.runs:
        for bucket in raw[f"{name}-{run.first}"]["buckets"]:
            yield run.index(bucket["key"]), bucket
    if spans.others:
        yield from ((int(bucket["key"]), bucket) for bucket in raw[name]["buckets"])
