"""What a reader knows of the index: the newest number soon, the languages as often as counting them is cheap."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import orjson
import pytest

from search.engines.elasticsearch import reader as reading
from search.engines.elasticsearch.reader import ElasticsearchReader


class Cluster:
    """Answers what a reader asks of it, and notes whether that was to count."""

    def __init__(self) -> None:
        self.took, self.index, self.number, self.shards, self.languages = 0, "t-1", 1, 1, ["en"]
        self.asked: list[str] = []
        self.check = Mock()

    def ask(self, target: str, body: bytes) -> dict[str, Any]:
        answer = {"took": self.took, "_shards": {"total": self.shards}, "hits": {"hits": []}}
        if "aggs" not in orjson.loads(body):
            self.asked.append("newest")
            return answer | {"hits": {"hits": [{"_index": self.index, "sort": [self.number]}]}}
        self.asked.append("count")
        found = {"watermark": {"value": self.number}, "languages": _buckets(self.languages)}
        return answer | {"aggregations": found | {"indices": _buckets([self.index])}}

    def reader(self) -> ElasticsearchReader:
        indices = Mock(connection=self, check=self.check)
        indices.target.return_value = "t-read"
        return ElasticsearchReader(indices)


def _buckets(keys: list[str]) -> dict[str, Any]:
    return {"buckets": [{"key": key} for key in keys]}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Mock:
    clock = Mock(monotonic=Mock(return_value=100.0))
    monkeypatch.setattr(reading, "time", clock)
    return clock


def test_where_counting_is_cheap_it_is_done_each_time(clock: Mock) -> None:
    cluster = Cluster()
    reader = cluster.reader()
    cluster.number, cluster.languages = 2, ["de", "en"]
    assert (reader.watermark(), reader.languages()) == (1, ("en",))
    clock.monotonic.return_value += reading.FRESH
    assert (reader.watermark(), reader.languages()) == (2, ("de", "en"))
    assert cluster.asked == ["count", "count"]


def test_where_counting_takes_long_only_the_newest_is_looked_for(clock: Mock) -> None:
    cluster = Cluster()
    cluster.took = 100
    reader = cluster.reader()
    cluster.languages = ["de", "en"]
    for number in (2, 3, 4):
        cluster.number = number
        clock.monotonic.return_value += reading.FRESH
        assert (reader.watermark(), reader.languages()) == (number, ("en",))
    clock.monotonic.return_value += reading.SHARE * 0.1
    assert reader.languages() == ("de", "en")
    assert cluster.asked == ["count", "newest", "newest", "newest", "count"]


@pytest.mark.parametrize("change", [{"index": "t-2"}, {"shards": 2}])
def test_other_indices_are_counted_and_checked_at_once(clock: Mock, change: dict[str, Any]) -> None:
    cluster = Cluster()
    cluster.took = 60_000
    reader = cluster.reader()
    vars(cluster).update(change, languages=["de"])
    clock.monotonic.return_value += reading.FRESH
    assert reader.languages() == ("de",)
    assert cluster.asked == ["count", "newest", "count"] and cluster.check.called
