"""Elasticsearch conforms, in one shard, in several, and with an index a month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from search.engines import open_engine
from search.engines.base import EngineUnavailable
from search.engines.elasticsearch import mapping
from search.engines.elasticsearch.address import Address
from search.engines.elasticsearch.engine import ElasticsearchEngine, Options
from search.query import Query, Text
from search.results import Histogram, Terms
from tests.search.conformance import EngineConformance
from tests.search.conforming.archive import Archive, MakeEngine, article
from tests.search.conforming.counting import Counting
from tests.search.conforming.tabulating import Tabulating
from tests.search.elastic import many


class TestElasticsearch(EngineConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def make_engine(cls, elasticsearch_url: str) -> Iterator[MakeEngine]:
        with many(elasticsearch_url) as make:
            yield make


class TestSeveralShards(Counting, Tabulating):
    """Counts are exact where each shard only knows a part."""

    @pytest.fixture(scope="class")
    @classmethod
    def make_engine(cls, elasticsearch_url: str) -> Iterator[MakeEngine]:
        with many(elasticsearch_url, Options(shards=3)) as make:
            yield make


@pytest.fixture
def monthly(elasticsearch_url: str) -> Iterator[ElasticsearchEngine]:
    with many(elasticsearch_url, Options(period="month")) as make:
        yield make(ready=False)


def seen(month: int, number: int, **given: Any) -> Any:
    return article(number, "storm", first_seen=datetime(2026, month, 15, tzinfo=UTC), **given)


def test_an_index_a_month(monthly: ElasticsearchEngine) -> None:
    archive = Archive(monthly).write(*(seen(n % 3 + 1, n, source=f"s{n % 2}") for n in range(1, 31)))
    assert archive.found(Text("storm")) == set(range(1, 31))
    assert archive.counts(Terms("source", size=1)) == [("s0", 15)]
    # The date is corrected, the month stays: there are not two of it.
    archive.write(seen(1, 3, version=2, date=datetime(2030, 1, 1, tzinfo=UTC)), seen(2, 4, version=2, deleted=True))
    assert archive.found() == set(range(1, 31)) - {4} and archive.numbers()[0] == 3
    live = monthly.live()
    assert live is not None
    reader = monthly.reader()
    assert monthly.drop_period("202602") == 1 and monthly.drop_period("202602") == 0
    assert archive.found() == {n for n in range(1, 31) if n % 3 != 1}
    assert reader.count(Query()) == 20
    archive.write(seen(2, 40))
    assert 40 in archive.found() and monthly.live() == live


def test_months_behind_a_swap(monthly: ElasticsearchEngine) -> None:
    archive = Archive(monthly).write(seen(1, 1), seen(2, 2))
    made = monthly.create()
    with monthly.writer(made.name) as writer:
        writer.write([seen(1, 1), seen(2, 2), seen(3, 3)])
        writer.commit(5)
        assert archive.found() == {1, 2}
        monthly.activate(made.name)
        # A month that the writer meets when its generation is live already.
        writer.write([seen(4, 4)])
        writer.commit(6)
    assert archive.found() == {1, 2, 3, 4}
    assert archive.counts(Histogram("month"))[0][1] == 4
    monthly.discard(monthly.generations()[0].name)
    assert archive.found() == {1, 2, 3, 4}


def test_the_last_month_of_all_can_be_dropped(monthly: ElasticsearchEngine) -> None:
    archive = Archive(monthly).write(seen(1, 1))
    live = monthly.live()
    this_month = f"{datetime.now(UTC):%Y%m}"
    for period in ("202601", this_month):
        monthly.drop_period(period)
    assert archive.found() == set()
    archive.write(seen(5, 9))
    assert archive.found() == {9} and live in [one.name for one in monthly.generations()]


def test_another_layout_is_an_error_that_says_what_to_do(
    elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with many(elasticsearch_url) as make:
        engine = make(ready=False)
        archive = Archive(engine).write(article(1, "a"))
        monkeypatch.setattr(mapping, "fingerprint", lambda: "other")
        other = ElasticsearchEngine(engine.address, Options())
        assert other.outdated() is not None
        for ask in (other.reader, other.writer().__enter__, lambda: other.activate(str(engine.live()))):
            with pytest.raises(EngineUnavailable, match="newsapi reindex") as raised:
                ask()
            assert raised.value.code == "index_outdated"
        made = other.create()
        with other.writer(made.name) as writer:
            writer.write([article(2, "b")])
            writer.commit(1)
        other.activate(made.name)
        assert other.reader().count(Query()) == 1
        monkeypatch.undo()
        with pytest.raises(EngineUnavailable):
            archive.found()


def test_prefixes_do_not_meet(elasticsearch_url: str) -> None:
    with many(elasticsearch_url) as make:
        one = make(ready=False)
        other = ElasticsearchEngine(one.address.within("staging"), Options())
        Archive(one).write(article(1))
        assert other.live() is None and other.generations() == ()
        Archive(other).write(article(2), article(3))
        one.clear()
        assert [generation.name for generation in one.generations()] == ["000002"]
        assert other.reader().count(Query()) == 2


def test_addresses() -> None:
    address = Address.parse("https://us%40er:p%3Aw@one:9243,two/archive")
    assert address.nodes == ("https://one:9243", "https://two:443")
    assert (address.user, address.password, address.prefix) == ("us@er", "p:w", "archive")
    assert Address.parse("http://127.0.0.1").nodes == ("http://127.0.0.1:9200",)
    assert Address.parse("http://[::1]:9201/").nodes == ("http://[::1]:9201",)
    for wrong in (
        "http://",
        "http://host:port",
        "http://u:secret@host/Upper",
        "http://a,,b",
        "http://h/a/b",
        "ftp://x",
    ):
        with pytest.raises(EngineUnavailable, match="SEARCH_URL") as raised:
            Address.parse(wrong)
        assert "secret" not in raised.value.detail


def test_the_settings_choose_the_engine(tmp_path: Any) -> None:
    assert isinstance(open_engine("http://127.0.0.1:1/x", str(tmp_path)), ElasticsearchEngine)
