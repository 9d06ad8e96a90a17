"""Elasticsearch conforms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from search.engines.base import Engine
from tests.search.conformance import EngineConformance
from tests.search.elastic import temporary


class TestElasticsearch(EngineConformance):
    @pytest.fixture(autouse=True)
    def _engine(self, elasticsearch_url: str) -> Iterator[None]:
        with temporary(elasticsearch_url) as self.engine:
            yield

    def make_engine(self, tmp_path: Any) -> Engine:
        return self.engine
