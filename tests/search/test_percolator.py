"""The percolator answers as the engine does, whatever is asked of whatever articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import percolator
from search.engines.base import QueryTooLarge, Unsupported
from search.engines.tantivy import TantivyEngine
from search.percolator import Percolator
from search.query import And, Not, Query, Range, Term, Text
from search.results import IndexDocument, Search
from tests.search.conforming.archive import article
from tests.search.test_differential import Pair, queries, writes


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    engine = TantivyEngine.open("tantivy:", str(tmp_path_factory.mktemp("index")))
    found = Pair(engine, engine)
    found.engines = (engine,)  # type: ignore[assignment]
    yield found


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(writes(), max_size=12), st.lists(queries, min_size=1, max_size=6))
def test_it_finds_what_a_search_finds(pair: Pair, documents: list[IndexDocument], asked: list[Query]) -> None:
    # The same documents in the engine's archive, whose languages are those of all examples together.
    said: dict[tuple[int, int], IndexDocument] = {}
    documents = [said.setdefault((one.number, one.version), one) for one in documents]
    pair.begin([documents])
    moved = Percolator(pair._moved(one) for one in documents)
    reader = pair.readers[0]
    for query in asked:
        mine = pair.query(query)
        hits = reader.search(Search(mine, limit=1_000)).hits
        assert moved.matching(mine) == {UUID(int=hit.number) for hit in hits}


def test_the_newest_version_counts_and_what_was_deleted_does_not() -> None:
    asked = Percolator(
        [
            article(1, "storm", version=1),
            article(1, "calm", version=2),
            article(2, "storm", version=3, deleted=True),
            article(2, "storm", version=2),
            article(3, "storms"),
        ]
    )
    assert asked.matching(Query(Text("storm"))) == {UUID(int=3)}
    assert asked.matching(Query(Text("calm"), (Not(Term("duplicate", (True,))),))) == {UUID(int=1)}


def test_of_no_articles_none_match() -> None:
    assert Percolator(()).matching(Query()) == set()


def test_what_cannot_be_asked_is_refused_as_in_a_search() -> None:
    with pytest.raises(Unsupported):
        percolator.check(Query(Term("nosuchfield", ("x",))))
    with pytest.raises(QueryTooLarge):
        percolator.check(Query(And((Text(" ".join(f"word{n}" for n in range(3_000))),))))
    percolator.check(Query(Text("storm"), (Range("words", gte=5),)))


def test_files_are_not_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Percolator([article(1, "storm")]).matching(Query(Text("storm")))
    assert not list(tmp_path.iterdir())
