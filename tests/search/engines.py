"""Both engines, empty, for tests that expect the same of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines import open_engine
from search.engines.base import Engine
from tests.search.elastic import temporary


@pytest.fixture(params=["tantivy", "elasticsearch"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "tantivy":
        yield open_engine("tantivy:", str(tmp_path))
        return
    with temporary(request.getfixturevalue("elasticsearch_url")) as elasticsearch:
        yield elasticsearch
