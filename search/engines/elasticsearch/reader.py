"""Answers questions from the live indices, or from one generation."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from elasticsearch.dsl import query as dsl

from search.crosstabs import Crosstab, Table
from search.engines.base import Capabilities, Stored
from search.engines.building import I64, build_parts
from search.engines.checking import check_aggregations, check_crosstab, check_search
from search.engines.elasticsearch.aggregating import Aggregator, Raw
from search.engines.elasticsearch.connection import encoded, path
from search.engines.elasticsearch.crosstabs import Tabulator
from search.engines.elasticsearch.documents import hit
from search.engines.elasticsearch.indices import Indices
from search.engines.elasticsearch.mapping import DELETED, LANGUAGE, SHIFT, SORT_KEY, VERSION
from search.engines.elasticsearch.queries import Asked, QueryBuilder, between, live
from search.query import All, Query
from search.results import Aggregation, Buckets, Hit, Page, Search

CAPABILITIES = Capabilities("elasticsearch")
NIL = UUID(int=0)
FRESH = 0.5
"""Seconds that what is known of the index (newest number, languages) counts as new."""
SHARE = 20
LONGEST = 5.0
"""Languages are counted over all articles. That is done again after SHARE times what it took, LONGEST seconds at most,
so that it stays a small part of the cluster's work however large the archive is."""
WINDOW = 10_000
"""Hits of one answer (`index.max_result_window`)."""
OPTIONS = "?ignore_unavailable=true&allow_partial_search_results=false"
"""A part that is away is an error, never a shorter answer; no index at all is an empty one."""

_THERE = {"bool": {"must_not": [{"term": {DELETED: True}}]}}


class Known(NamedTuple):
    """What the articles indexed are, at some moment."""

    at: float
    count_again: float
    watermark: int
    languages: tuple[str, ...]
    indices: frozenset[str]
    shards: int


class ElasticsearchReader:
    """Reads whatever is live, or one generation; where there is none yet, everything is empty."""

    capabilities = CAPABILITIES

    def __init__(self, indices: Indices, generation: str | None = None) -> None:
        self._indices = indices
        self._generation = generation
        target = path(indices.target(generation), "_search") + OPTIONS
        self._target = target
        # Several shards have statistics of their own; scores have to be comparable. One shard costs nothing more.
        self._ranking_target = target + "&search_type=dfs_query_then_fetch"
        self._known: Known | None = None
        self._lock = threading.Lock()
        # What the caller may not have to wait for later: whether the index can be read at all.
        self._known = self._renewed()

    def search(self, search: Search) -> Page:
        check_search(search, self.capabilities.relevance_bound)
        scored = search.sort == "relevance" and not isinstance(search.query.text, All)
        query = self._built(search.query, search.watermark, scored)
        if query is None:
            return Page(0, ())
        limit = max(search.limit, 0)
        if scored:
            return self._ranked(query, limit, search.cards)
        return self._by_date(query, search, limit)

    def _ranked(self, query: dsl.Query, limit: int, cards: int | None) -> Page:
        """The best, ties newest first. The third key is there to be read, not to sort by."""
        shown = limit if cards is None else min(max(cards, 0), limit)
        body: dict[str, Any] = {
            "query": query.to_dict(), "size": limit, "track_total_hits": True, "track_scores": True,
            "sort": [{"_score": "desc"}, {SORT_KEY: "desc"}, {"number": "desc"}],
        }  # fmt: skip
        if shown < limit:
            body |= {"_source": False, "stored_fields": "_none_"}
        answer = self._ask(body, self._ranking_target)
        raws = answer["hits"]["hits"]
        if shown == limit:
            return Page(_total(answer), tuple(hit(raw, raw["sort"][0]) for raw in raws))
        bare = [Hit(NIL, raw["sort"][2], raw["sort"][1] + SHIFT, b"", raw["sort"][0]) for raw in raws]
        full = {one.number: one for one in self.fetch([one.number for one in bare[:shown]])}
        hits = [replace(full.get(one.number, one), score=one.score) for one in bare[:shown]]
        return Page(_total(answer), (*hits, *bare[shown:]))

    def _by_date(self, query: dsl.Query, search: Search, limit: int) -> Page:
        """In portions of what Elasticsearch gives at once; mostly that is one."""
        order = "asc" if search.sort == "date" else "desc"
        score = 0.0 if search.sort == "relevance" else None
        shown = limit if search.cards is None else max(search.cards, 0)
        after = None if search.after is None else search.after
        hits: list[Hit] = []
        total: int | None = None
        asked = query.to_dict()
        while total is None or len(hits) < limit:
            size = min(limit - len(hits), WINDOW)
            bare = len(hits) >= shown
            if not bare:
                size = min(size, max(shown - len(hits), 1), 1_000 if limit > 1_000 else size)
            body: dict[str, Any] = {
                "query": asked, "size": size, "track_total_hits": total is None,
                "sort": [{SORT_KEY: order}, {"number": order}],
            }  # fmt: skip
            if bare:
                body |= {"_source": False, "stored_fields": "_none_"}
            if after is not None:
                # The sort key alone is unique.
                body["search_after"] = [after - SHIFT, I64[1] if order == "asc" else I64[0]]
            answer = self._ask(body)
            raws = answer["hits"]["hits"]
            total = _total(answer) if total is None else total
            if bare:
                hits += [Hit(NIL, raw["sort"][1], raw["sort"][0] + SHIFT, b"", score) for raw in raws]
            else:
                hits += [hit(raw, score) for raw in raws]
            if len(raws) < size or not size:
                break
            after = hits[-1].sort_key
        return Page(total or 0, tuple(hits))

    def count(self, query: Query, watermark: int | None = None) -> int:
        built = self._built(query, watermark)
        if built is None:
            return 0
        return _total(self._ask({"query": built.to_dict(), "size": 0, "track_total_hits": True}))

    def aggregate(self, query: Query, aggregations: Sequence[Aggregation]) -> tuple[Buckets, ...]:
        built = self._asked(query)
        check_aggregations(aggregations)
        if built is None:
            return tuple(Buckets(0, ()) for _ in aggregations)
        totals: list[int] = []

        def ask(filters: Sequence[dsl.Query], asked: Raw) -> Raw:
            body = {"query": live(built, filters, scored=False).to_dict(), "size": 0, "aggs": asked}
            answer = self._ask(body | {"track_total_hits": not totals})
            if not totals:
                totals.append(_total(answer))
            # Where there is no index there are no aggregations either.
            empty: Raw = {"buckets": [], "doc_count_error_upper_bound": 0}
            return {name: answer.get("aggregations", {}).get(name, empty) for name in asked}

        found = Aggregator(ask, self._current().shards > 1).run(aggregations)
        total = totals[0] if totals else self.count(query)
        return tuple(Buckets(total, buckets) for buckets in found)

    def tabulate(self, query: Query, asked: Crosstab, watermark: int | None = None) -> Table:
        check_crosstab(asked)
        built = self._built(query, watermark)
        if built is None:
            return Table(0)
        totals: list[int] = []

        def ask(filters: Sequence[dsl.Query], request: Raw) -> Raw:
            narrowed = dsl.Bool(filter=[built, *filters]) if filters else built
            body = {"query": narrowed.to_dict(), "size": 0, "track_total_hits": not totals}
            answer = self._ask(body | ({"aggs": request} if request else {}))
            if not totals:
                totals.append(_total(answer))
            empty: Raw = {"buckets": [], "doc_count_error_upper_bound": 0}
            return {name: answer.get("aggregations", {}).get(name, empty) for name in request}

        found = Tabulator(ask, self._current().shards > 1, asked).run(lambda: totals[0])
        return Table(totals[0], found)

    def fetch(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        wanted = [number for number in dict.fromkeys(numbers) if 0 <= number <= I64[1]]
        found: dict[int, Hit] = {}
        for at in range(0, len(wanted), 1_000):
            some = wanted[at : at + 1_000]
            query = live(Asked(dsl.Terms("number", some)), [], scored=False)
            answer = self._ask({"query": query.to_dict(), "size": len(some), "track_total_hits": False})
            found |= {one.number: one for one in (hit(raw, None) for raw in answer["hits"]["hits"])}
        return tuple(found[number] for number in numbers if number in found)

    def watermark(self) -> int:
        return self._current().watermark

    def languages(self) -> tuple[str, ...]:
        return tuple(language for language in self._current().languages if language != "und")

    def stored(self, after: int, limit: int) -> list[Stored]:
        found: list[Stored] = []
        while len(found) < limit:
            size = min(limit - len(found), WINDOW)
            body = {
                "query": between("number", min(max(after, -1) + 1, I64[1]), None).to_dict(),
                "size": size, "track_total_hits": False, "sort": [{"number": "asc"}],
                "_source": False, "docvalue_fields": [VERSION, DELETED],
            }  # fmt: skip
            raws = self._ask(body)["hits"]["hits"]
            for raw in raws:
                fields = raw["fields"]
                deleted = bool(fields.get(DELETED, [False])[0])
                found.append(Stored(UUID(raw["_id"]), raw["sort"][0], fields[VERSION][0], deleted))
            if len(raws) < size:
                break
            after = found[-1].number
        return found

    def _ask(self, body: dict[str, Any], target: str | None = None) -> Any:
        return self._indices.connection.ask(target or self._target, encoded(body))

    def _asked(self, query: Query) -> Asked | None:
        """All that is asked, None where nothing can match. Nothing in it is scored."""
        parts = self._parts(query, scored=False)
        if parts is None:
            return None
        text, filters = parts
        return QueryBuilder((), 0, False).all_of([text, *filters]) if filters else text

    def _built(self, query: Query, watermark: int | None, scored: bool = False) -> dsl.Query | None:
        parts = self._parts(query, scored)
        if parts is None or (watermark is not None and watermark < 0):
            return None
        text, filters = parts
        numbers = [] if watermark is None else [between("number", 0, min(watermark, I64[1]))]
        return live(text, [*(one.query for one in filters), *numbers], scored)

    def _parts(self, query: Query, scored: bool) -> tuple[Asked, list[Asked]] | None:
        languages = query.languages or self._current().languages
        return build_parts(QueryBuilder, query, languages, self.capabilities.max_clauses, scored)

    def _current(self) -> Known:
        """What is known, renewed now and then: by one thread, while the others go on with what there was."""
        known = self._known
        age = time.monotonic() - known.at if known else FRESH * 2
        if known is not None and age < FRESH:
            return known
        if not self._lock.acquire(blocking=age >= FRESH * 2):
            assert known is not None
            return known
        try:
            known = self._known
            if known is None or time.monotonic() - known.at >= FRESH:
                self._known = known = self._renewed()
            return known
        finally:
            self._lock.release()

    def _renewed(self) -> Known:
        began = time.monotonic()
        known = self._known
        if known is not None and began < known.count_again:
            watermark = self._newest(known)
            if watermark is not None:
                return known._replace(at=began, watermark=watermark)
        return self._counted(began)

    def _newest(self, known: Known) -> int | None:
        """The newest number, read off an end of the index; None where the indices are others than those known."""
        body: dict[str, Any] = {
            "size": 1, "track_total_hits": False, "query": _THERE, "sort": [{"number": "desc"}],
            "_source": False, "stored_fields": "_none_",
        }  # fmt: skip
        answer = self._ask(body)
        hits = answer["hits"]["hits"]
        if not hits or hits[0]["_index"] not in known.indices or answer["_shards"]["total"] != known.shards:
            return None
        return int(hits[0]["sort"][0])

    def _counted(self, began: float) -> Known:
        body: dict[str, Any] = {
            "size": 0, "track_total_hits": False, "query": _THERE,
            "aggs": {
                "watermark": {"max": {"field": "number"}},
                "languages": {"terms": {"field": LANGUAGE, "size": 1_000}},
                "indices": {"terms": {"field": "_index", "size": 1_000}},
            },
        }  # fmt: skip
        answer = self._ask(body)
        found = answer.get("aggregations")
        if found is None:
            return Known(began, began, 0, (), frozenset(), 0)
        languages = tuple(sorted(bucket["key"] for bucket in found["languages"]["buckets"]))
        indices = frozenset(bucket["key"] for bucket in found["indices"]["buckets"])
        if self._known is None or not indices <= self._known.indices:
            self._indices.check(indices)
        highest = found["watermark"]["value"]
        count_again = began + min(max(SHARE * answer.get("took", 0) / 1000, FRESH), LONGEST)
        return Known(began, count_again, int(highest or 0), languages, indices, answer["_shards"]["total"])


def _total(answer: Any) -> int:
    return int(answer["hits"]["total"]["value"])
