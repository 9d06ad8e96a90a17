"""A reader that gives up on an engine in this process: one that works in Rust cannot be stopped, only left alone.

What is surely quick is asked directly; the rest in a thread, so many at a time, and whoever waits for it waits for
SEARCH_TIMEOUT at most. A question that was given up still works to its end, in its place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from typing import TypeVar

from search.budget import cost
from search.crosstabs import Crosstab, Table
from search.engines.base import Capabilities, EngineUnavailable, Reader, Stored
from search.query import Fuzzy, Near, Query, Wildcard, leaves
from search.results import Aggregation, Buckets, Hit, Page, Search

AT_ONCE = 8
"""Questions at a time that may take long."""
QUICK = 64
"""Clauses up to which a query of words and values is surely quick."""
RETRY_AFTER = 5
T = TypeVar("T")


class SearchTimeout(EngineUnavailable):
    """The engine works, but not quickly enough."""

    code = "search_timeout"
    title = "The search took too long"
    status = 504


class DeadlineReader:
    """Asks `reader`, for `seconds` at most."""

    def __init__(self, reader: Reader, seconds: float) -> None:
        self.reader = reader
        self.capabilities: Capabilities = reader.capabilities
        self._seconds = seconds
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def search(self, search: Search) -> Page:
        return self._answer(quick(search.query), lambda: self.reader.search(search))

    def count(self, query: Query, watermark: int | None = None) -> int:
        return self._answer(quick(query), lambda: self.reader.count(query, watermark))

    def aggregate(self, query: Query, aggregations: Sequence[Aggregation]) -> tuple[Buckets, ...]:
        return self._answer(False, lambda: self.reader.aggregate(query, aggregations))

    def tabulate(self, query: Query, asked: Crosstab, watermark: int | None = None) -> Table:
        return self._answer(False, lambda: self.reader.tabulate(query, asked, watermark))

    def fetch(self, numbers: Sequence[int]) -> tuple[Hit, ...]:
        return self.reader.fetch(numbers)

    def watermark(self) -> int:
        return self.reader.watermark()

    def languages(self) -> tuple[str, ...]:
        return self.reader.languages()

    def stored(self, after: int, limit: int) -> list[Stored]:
        return self.reader.stored(after, limit)

    def _answer(self, directly: bool, ask: Callable[[], T]) -> T:
        if directly:
            return ask()
        until = time.monotonic() + self._seconds
        if not self._places.acquire(timeout=self._seconds):
            raise self._late("Other searches kept the engine busy longer")
        answer: Future[T] = Future()
        threading.Thread(target=self._work, args=(ask, answer), name="search", daemon=True).start()
        try:
            return answer.result(timeout=max(until - time.monotonic(), 0))
        except Late as error:
            # The engine's own errors are no Late: an answer is set before anyone is told.
            raise self._late("The search took longer") from error

    def _work(self, ask: Callable[[], T], answer: Future[T]) -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # noqa: BLE001 (handed to whoever asked)
            answer.set_exception(error)
        finally:
            self._places.release()

    def _late(self, why: str) -> SearchTimeout:
        return SearchTimeout(
            f"{why} than SEARCH_TIMEOUT allows ({self._seconds:g} s). Ask for fewer words with wildcards or near each"
            " other, or by filters for fewer articles.",
            retry_after=RETRY_AFTER,
        )


def quick(query: Query) -> bool:
    """Whether nothing in a query has to walk the dictionary or look at places of words in many ways."""
    total = 0
    for root in (query.text, *query.filters):
        for leaf, _ in leaves(root):
            total += cost(leaf)
            if total > QUICK or isinstance(leaf, Wildcard | Fuzzy) or (isinstance(leaf, Near) and len(leaf.words) > 2):
                return False
    return True
