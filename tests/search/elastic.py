"""An Elasticsearch engine for a test, with a prefix of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import urllib3

from search.engines.elasticsearch.address import Address
from search.engines.elasticsearch.engine import ElasticsearchEngine, Options


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
    found = urllib3.request("GET", f"{url}/{prefix}-*?filter_path=*.settings.index.uuid").json()
    if names := ",".join(found):
        urllib3.request("DELETE", f"{url}/{names}")
