"""A reader that tells the metrics how long the engine takes, whichever it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from newsapi import metrics
from search.crosstabs import Crosstab, Table
from search.engines.base import Capabilities, EngineUnavailable, Reader, Stored
from search.query import Query
from search.results import Aggregation, Buckets, Hit, Page, Search

T = TypeVar("T")


class TimedReader:
    """Passes every question on."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.capabilities: Capabilities = reader.capabilities

    def search(self, search: Search) -> Page:
        return _timed("search", lambda: self.reader.search(search))

    def count(self, query: Query, watermark: int | None = None) -> int:
        return _timed("count", lambda: self.reader.count(query, watermark))

    def aggregate(self, query: Query, aggregations: Sequence[Aggregation]) -> tuple[Buckets, ...]:
        return _timed("aggregate", lambda: self.reader.aggregate(query, aggregations))

    def tabulate(self, query: Query, asked: Crosstab, watermark: int | None = None) -> Table:
        return _timed("aggregate", lambda: self.reader.tabulate(query, asked, watermark))

    def fetch(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        return _timed("fetch", lambda: self.reader.fetch(numbers))

    def watermark(self) -> int:
        return self.reader.watermark()

    def languages(self) -> tuple[str, ...]:
        return self.reader.languages()

    def stored(self, after: int, limit: int) -> list[Stored]:
        return self.reader.stored(after, limit)


def _timed(call: str, ask: Callable[[], T]) -> T:
    began = time.perf_counter()
    try:
        found = ask()
    except EngineUnavailable:
        metrics.engine_answered(call, time.perf_counter() - began, failed=True)
        raise
    metrics.engine_answered(call, time.perf_counter() - began)
    return found
