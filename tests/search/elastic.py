"""An Elasticsearch engine for a test, with a prefix of its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from uuid import uuid4

import urllib3

from search.engines.elasticsearch.address import Address
from search.engines.elasticsearch.engine import ElasticsearchEngine, Options

AT_ONCE = 8
AT_A_TIME = 50
"""Indices in one request: Elasticsearch takes request lines of 4,096 bytes."""


class Stock:
    """Engines with an empty live generation, made many at a time: a cluster makes several indices as quickly as one."""

    def __init__(self, url: str, options: Options | None) -> None:
        self.prefix = f"t{uuid4().hex[:12]}"
        self._url = url
        self._options = options or Options()
        self._numbers = count(1)
        self._ready: list[ElasticsearchEngine] = []

    def __call__(self, ready: bool = True) -> ElasticsearchEngine:
        if not ready:
            return self._engine(next(self._numbers))
        if not self._ready:
            with ThreadPoolExecutor(AT_ONCE) as threads:
                self._ready = list(threads.map(self._made, [next(self._numbers) for _ in range(AT_ONCE)]))
        return self._ready.pop()

    def _engine(self, number: int) -> ElasticsearchEngine:
        return ElasticsearchEngine(Address.parse(f"{self._url}/{self.prefix}-{number}"), self._options)

    def _made(self, number: int) -> ElasticsearchEngine:
        engine = self._engine(number)
        with engine.writer():
            return engine


@contextmanager
def many(url: str, options: Options | None = None) -> Iterator[Stock]:
    """A stock of engines, whose indices are all deleted afterwards."""
    stock = Stock(url, options)
    try:
        yield stock
    finally:
        remove(url, stock.prefix)


@contextmanager
def temporary(url: str, options: Options | None = None) -> Iterator[ElasticsearchEngine]:
    """An engine with nothing in it, whose indices are deleted afterwards."""
    prefix = f"t{uuid4().hex[:12]}"
    try:
        yield ElasticsearchEngine(Address.parse(f"{url}/{prefix}"), options or Options())
    finally:
        remove(url, prefix)


def remove(url: str, prefix: str) -> None:
    """Every index with this prefix."""
    found = list(urllib3.request("GET", f"{url}/{prefix}-*?filter_path=*.settings.index.uuid").json())
    for start in range(0, len(found), AT_A_TIME):
        answer = urllib3.request(
            "DELETE", f"{url}/{','.join(found[start : start + AT_A_TIME])}?ignore_unavailable=true"
        )
        assert answer.status == 200, answer.data
