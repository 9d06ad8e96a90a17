"""Answers questions from the live index: sees a commit with the next question, and a rebuilt index too."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import tantivy
from tantivy import Order
from tantivy import Query as TantivyQuery

from search.crosstabs import Crosstab, Table
from search.engines.base import Capabilities, EngineUnavailable, Stored
from search.engines.building import build_parts
from search.engines.checking import check_aggregations, check_crosstab, check_search
from search.engines.tantivy import storage
from search.engines.tantivy.aggregating import Aggregator
from search.engines.tantivy.crosstabs import tabulate
from search.engines.tantivy.queries import Builder, filtered, integers, unsigned_range
from search.engines.tantivy.schema import LANGUAGE, SORT_KEY, STORED, VERSION, numbers_of, schema, unpack
from search.query import All, Query
from search.results import Aggregation, Buckets, Hit, Page, Search

CAPABILITIES = Capabilities("tantivy")
NIL = UUID(int=0)
LARGEST = 2**63 - 1
KEPT = 512
"""Counts and aggregations kept until the next commit."""
T = TypeVar("T")


Ranked = tuple[int, tantivy.DocAddress, float | None]
"""Sort key, where the document is, score."""


class Seen(NamedTuple):
    """What changes with every commit (tantivy's list of segments) and every rebuild (the pointer)."""

    directory: Path
    pointer: str
    pointed: tuple[int, int, int]
    meta: str
    listed: tuple[int, int, int]

    @classmethod
    def now(cls, root: Path, generation: str | None = None) -> Seen | None:
        """Of the live index, or of one generation; None where there is no index."""
        try:
            # The pointer is looked at before it is read: if it changes in between, the next look tells.
            pointer = str(root / generation / storage.MADE if generation else root / storage.POINTER)
            pointed = _sign(pointer)
            directory = root / generation if generation else storage.live(root)
            meta = str(directory / storage.META) if directory else ""
            return cls(directory, pointer, pointed, meta, _sign(meta)) if directory else None
        except FileNotFoundError:
            return None

    def still(self) -> bool:
        """Costs two looks at the file system: every question begins with it."""
        try:
            return _sign(self.meta) == self.listed and _sign(self.pointer) == self.pointed
        except FileNotFoundError:
            return False


def _sign(path: str) -> tuple[int, int, int]:
    found = os.stat(path)  # noqa: PTH116 (a Path takes longer than the look itself)
    return found.st_ino, found.st_mtime_ns, found.st_size


class Snapshot:
    """One commit of the index, and what was worked out about it."""

    def __init__(self, index: tantivy.Index, seen: Seen) -> None:
        self.index = index
        self.seen = seen
        self.searcher = index.searcher()
        self.documents: int = self.searcher.num_docs
        newest = self.searcher.search(TantivyQuery.all_query(), limit=1, count=False, order_by_field="number").hits
        self.watermark: int = newest[0][0] if newest else 0
        spoken = self.searcher.terms_with_prefix(LANGUAGE, "", TantivyQuery.all_query(), None)
        self.languages = tuple(sorted(language for language, count in spoken if count))
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer to a question asked before of this commit, else a new one."""
        try:
            return self._kept[key]  # type: ignore[no-any-return]
        except KeyError:
            answer = make()
        self._kept[key] = answer
        while len(self._kept) > KEPT:
            try:
                self._kept.popitem(last=False)
            except KeyError:
                break
        return answer

    def forget(self) -> None:
        self._kept.clear()


class TantivyReader:
    """Reads `root`'s live index, or one generation; where there is none yet, everything is empty."""

    capabilities = CAPABILITIES

    def __init__(self, root: Path, generation: str | None = None) -> None:
        self._root = root
        self._generation = generation
        self._snapshot: Snapshot | None = None
        self._lock = threading.Lock()
        self._many: set[str] = set()
        self._snapshot = self._renewed()

    def search(self, search: Search) -> Page:
        check_search(search, self.capabilities.relevance_bound)
        snapshot = self._current()
        if snapshot is None:
            return Page(0, ())
        scored = search.sort == "relevance" and not isinstance(search.query.text, All)
        query = self._built(snapshot, search.query, search.watermark, scored)
        if query is None:
            return Page(0, ())
        # tantivy makes room for `limit` hits before it looks, and panics at 0.
        limit = min(search.limit, snapshot.documents)
        counted = (search.query, search.watermark)
        if limit <= 0:
            return Page(self._count(snapshot, query, counted), ())
        if scored:
            total, ranked = _ranked(snapshot.searcher, query, limit)
        else:
            order = Order.Asc if search.sort == "date" else Order.Desc
            total, ranked = self._by_date(snapshot, query, limit, search.after, order, counted)
            if search.sort == "relevance":
                ranked = [(key, address, 0.0) for key, address, _ in ranked]
        shown = len(ranked) if search.cards is None else max(search.cards, 0)
        numbers = numbers_of(snapshot.searcher, "number", [address for _, address, _ in ranked[shown:]])
        bare = [
            Hit(NIL, number, key, b"", score) for number, (key, _, score) in zip(numbers, ranked[shown:], strict=True)
        ]
        return Page(total, (*(_hit(snapshot.searcher, *one) for one in ranked[:shown]), *bare))

    def _by_date(
        self, snapshot: Snapshot, query: TantivyQuery, limit: int, after: int | None, order: Order, counted: Hashable
    ) -> tuple[int, list[Ranked]]:
        total = None
        if after is not None:
            total = self._count(snapshot, query, counted)
            rest = (
                unsigned_range(SORT_KEY, None, after - 1)
                if order is Order.Desc
                else unsigned_range(SORT_KEY, after + 1)
            )
            query = filtered(query, [rest], scored=False)
        result = snapshot.searcher.search(query, limit, count=after is None, order_by_field=SORT_KEY, order=order)
        return (_total(result) if total is None else total), [(key, address, None) for key, address in result.hits]

    def count(self, query: Query, watermark: int | None = None) -> int:
        snapshot = self._current()
        built = self._built(snapshot, query, watermark) if snapshot else None
        return self._count(snapshot, built, (query, watermark)) if snapshot and built else 0

    def aggregate(self, query: Query, aggregations: Sequence[Aggregation]) -> tuple[Buckets, ...]:
        snapshot = self._current()
        built = self._built(snapshot, query, None) if snapshot else None
        check_aggregations(aggregations)
        if snapshot is None or built is None:
            return tuple(Buckets(0, ()) for _ in aggregations)

        def answer() -> tuple[Buckets, ...]:
            total = self._count(snapshot, built, (query, None))
            return tuple(
                Buckets(total, found) for found in Aggregator(snapshot.searcher, self._many).run(built, aggregations)
            )

        return snapshot.once((query, tuple(aggregations)), answer)

    def tabulate(self, query: Query, asked: Crosstab, watermark: int | None = None) -> Table:
        check_crosstab(asked)
        snapshot = self._current()
        built = self._built(snapshot, query, watermark) if snapshot else None
        if snapshot is None or built is None:
            return Table(0)

        def answer() -> Table:
            total = self._count(snapshot, built, (query, watermark))
            return Table(total, tabulate(snapshot.searcher, built, asked, total))

        return snapshot.once((query, asked, watermark), answer)

    def fetch(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        snapshot = self._current()
        wanted = [number for number in dict.fromkeys(numbers) if 0 <= number < 2**63]
        if snapshot is None or not wanted:
            return ()
        query = TantivyQuery.term_set_query(schema(), "number", wanted)
        result = snapshot.searcher.search(query, len(wanted), count=False, order_by_field=SORT_KEY)
        found = {hit.number: hit for hit in (_hit(snapshot.searcher, *one, None) for one in result.hits)}
        return tuple(found[number] for number in numbers if number in found)

    def watermark(self) -> int:
        snapshot = self._current()
        return snapshot.watermark if snapshot else 0

    def languages(self) -> tuple[str, ...]:
        snapshot = self._current()
        return tuple(language for language in snapshot.languages if language != "und") if snapshot else ()

    def stored(self, after: int, limit: int) -> list[Stored]:
        snapshot = self._current()
        if snapshot is None or limit <= 0:
            return []
        query = integers("number", max(after, -1) + 1, LARGEST)
        room = min(limit, snapshot.documents)
        hits = (
            snapshot.searcher.search(query, room, count=False, order_by_field="number", order=Order.Asc).hits
            if room
            else []
        )
        addresses = [address for _, address in hits]
        versions = numbers_of(snapshot.searcher, VERSION, addresses)
        found: dict[UUID, Stored] = {}
        for (number, address), version in zip(hits, versions, strict=True):
            id_, _, _ = unpack(snapshot.searcher.doc(address)[STORED][0])
            found[id_] = Stored(id_, number, version)
        last = hits[-1][0] if len(hits) == limit else LARGEST
        for buried in self._tombstones(snapshot):
            # One that is older than the article was overtaken by it.
            if buried.id is None or buried.number is None or not after < buried.number <= last:
                continue
            if buried.id not in found or found[buried.id].version < buried.version:
                found[buried.id] = Stored(buried.id, buried.number, buried.version, deleted=True)
        return sorted(found.values(), key=lambda one: one.number)[:limit]

    def _tombstones(self, snapshot: Snapshot) -> list[storage.Tombstone]:
        directory = snapshot.seen.directory
        try:
            written = _sign(str(directory / storage.TOMBSTONES))
        except FileNotFoundError:
            return []
        return snapshot.once(("tombstones", written), lambda: list(storage.read_tombstones(directory).values()))

    def forget(self) -> None:
        """Drop the answers that are kept until the next commit."""
        if self._snapshot is not None:
            self._snapshot.forget()

    def _count(self, snapshot: Snapshot, query: TantivyQuery, counted: Hashable) -> int:
        return snapshot.once(counted, lambda: _total(snapshot.searcher.search(query, limit=1)))

    def _built(
        self, snapshot: Snapshot, query: Query, watermark: int | None, scored: bool = False
    ) -> TantivyQuery | None:
        languages = query.languages or snapshot.languages
        parts = build_parts(Builder, query, languages, self.capabilities.max_clauses, scored)
        if parts is None:
            return None
        text, filters = parts
        if watermark is not None and watermark < snapshot.watermark:
            filters.append(integers("number", 0, watermark))
        if filters and isinstance(query.text, All):
            text, *filters = filters
        return filtered(text, filters, scored)

    def _current(self) -> Snapshot | None:
        """What was committed last. While one thread opens a new commit, the others go on with the one before."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.seen.still():
            return snapshot
        if not self._lock.acquire(blocking=snapshot is None):
            return snapshot
        try:
            self._snapshot = self._renewed()
        finally:
            self._lock.release()
        return self._snapshot

    def _renewed(self) -> Snapshot | None:
        for attempt in range(10):
            seen = Seen.now(self._root, self._generation)
            if seen is None:
                return None
            if self._snapshot is not None and self._snapshot.seen == seen:
                return self._snapshot
            try:
                return self._opened(seen)
            except ValueError as error:
                # A commit or a rebuild may take files away between reading their names and opening them.
                if attempt == 9:
                    raise EngineUnavailable(f"The index in {self._root} cannot be read: {error}") from error
        return None

    def _opened(self, seen: Seen) -> Snapshot:
        if self._snapshot is not None and self._snapshot.seen.directory == seen.directory:
            index = self._snapshot.index
            index.reload()
        else:
            readable, reason = storage.outdated(seen.directory)
            if not readable:
                raise EngineUnavailable(f"{reason} It has to be built anew (newsapi reindex).", code="index_outdated")
            index = tantivy.Index.open(str(seen.directory))
            index.config_reader("manual", 0)
            index.reload()
        return Snapshot(index, seen)


def _ranked(searcher: tantivy.Searcher, query: TantivyQuery, limit: int) -> tuple[int, list[Ranked]]:
    """The best, ties newest first. tantivy cannot break ties by a field, so all that tie at the edge are fetched."""
    wanted = limit + 16
    while True:
        result = searcher.search(query, wanted)
        hits = result.hits
        if len(hits) < wanted or hits[-1][0] < hits[limit - 1][0]:
            break
        wanted = min(wanted * 4, _total(result) + 1)
    # Beyond the page only those that tie with its last hit can get into it.
    edge = hits[min(limit, len(hits)) - 1][0] if hits else 0.0
    candidates = [hit for hit in hits if hit[0] >= edge]
    keys = numbers_of(searcher, SORT_KEY, [address for _, address in candidates])
    ranked = sorted((-score, -key, address) for key, (score, address) in zip(keys, candidates, strict=True))
    return _total(result), [(-key, address, -score) for score, key, address in ranked[:limit]]


def _hit(searcher: tantivy.Searcher, key: int, address: tantivy.DocAddress, score: float | None) -> Hit:
    id_, number, card = unpack(searcher.doc(address)[STORED][0])
    return Hit(id_, number, key, card, score)


def _total(result: Any) -> int:
    """All that match, which tantivy's type stubs do not know of."""
    return int(result.count)
