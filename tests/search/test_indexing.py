"""The index follows the changes: everything once, in order, whatever was interrupted."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from articles.leases import Lease
from articles.models import Article, Change, ChangeKind, Consumer, Source
from articles.publishing import publish, published
from search import analysis, indexing
from search.cards import make_document
from search.engines import open_engine
from search.engines.base import Engine, EngineUnavailable
from search.following import Follower
from search.indexing import CONSUMER, Indexer
from search.models import Quarantine
from search.query import Query, Range, Term, Text
from search.results import Search, Terms
from tests.bounds import EVENT
from tests.search.changes import add, document, edit, follow, found

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine("tantivy:", str(tmp_path))


@pytest.fixture
def indexer(engine: Engine) -> Iterator[Indexer]:
    indexer = Indexer(engine)
    yield indexer
    indexer.close()


def test_new_changed_and_deleted_articles(engine: Engine, indexer: Indexer) -> None:
    one, two, three = add(document("storm"), document("storm"), document("calm"))
    follow(indexer)
    assert found(engine, Text("storm")) == {one.number, two.number}
    edit(one, document=document("calm"))
    edit(two, ChangeKind.DELETED, document={}, deleted_at=timezone.now())
    follow(indexer)
    assert found(engine, Text("storm")) == set()
    assert found(engine) == {one.number, three.number}


def test_nothing_to_do(indexer: Indexer) -> None:
    assert indexer.run_once() == 0


def test_all_changes_are_numbered_in_their_order() -> None:
    add(*(document() for _ in range(5)))
    assert publish() == 5 and publish() == 0
    add(document())
    assert publish() == 1
    numbers = list(Change.objects.order_by("id").values_list("seq", flat=True))
    assert numbers == sorted(set(numbers)) and published() == numbers[-1]


def test_a_change_that_is_committed_late_is_followed(engine: Engine, indexer: Indexer) -> None:
    add(document("first"), document("late"), document("third"))
    late = Change.objects.order_by("id")[1]
    kept = {field.attname: getattr(late, field.attname) for field in Change._meta.concrete_fields}
    late.delete()
    follow(indexer)
    Change.objects.create(**kept)
    Article.objects.filter(id=kept["article_id"]).update(version=2, document=document("arrived"))
    follow(indexer)
    assert found(engine, Text("arrived")) == {2}


def test_numbers_go_on_after_changes_were_cleared_away(engine: Engine, indexer: Indexer) -> None:
    add(document("a"), document("b"))
    follow(indexer)
    Change.objects.all().delete()
    add(document("c"))
    follow(indexer)
    assert found(engine) == {1, 2, 3}


def test_goes_on_where_it_stopped(engine: Engine) -> None:
    first = Indexer(engine)
    follow(first)
    add(*(document() for _ in range(7)))
    assert first.run_once(limit=3) == 3
    first.close()
    second = Indexer(engine)
    assert second.run_once(limit=100) == 4
    assert second.run_once() == 0
    second.close()
    assert len(found(engine)) == 7
    assert Consumer.objects.get(name="indexer").offset == published()


def test_the_row_is_read_as_it_is_now(engine: Engine, indexer: Indexer) -> None:
    follow(indexer)
    (one,) = add(document("old"))
    edit(one, document=document("new"))
    assert indexer.run_once(limit=1) == 1
    assert indexer.run_once(limit=1) == 1
    follow(indexer)
    assert found(engine, Text("new")) == {1} and found(engine, Text("old")) == set()


def test_a_new_index_is_built_from_the_rows(engine: Engine, indexer: Indexer) -> None:
    add(document("a"), document("b"))
    publish()
    Change.objects.all().delete()
    follow(indexer)
    assert found(engine) == {1, 2}


def test_an_index_ahead_of_the_database_is_built_anew(engine: Engine) -> None:
    add(*(document("gone") for _ in range(5)))
    first = Indexer(engine)
    follow(first)
    first.close()
    Change.objects.all().delete()
    Article.objects.all().delete()
    Consumer.objects.all().delete()
    add(document("kept"))
    second = Indexer(engine)
    follow(second)
    second.close()
    assert {hit.number for hit in engine.reader().search(Search(Query())).hits} == {6}


def test_runs_until_it_is_told_to_stop(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing.wakeups, "wait", lambda name, timeout: stop.wait(0.01))
    stop = threading.Event()
    add(document("one"))
    thread = threading.Thread(target=Indexer(engine).run, args=(stop,))
    thread.start()
    try:
        reader = engine.reader()
        deadline = datetime.now(UTC) + timedelta(seconds=EVENT)
        while reader.count(Query(Text("one"))) != 1 and datetime.now(UTC) < deadline:
            stop.wait(0.01)
        assert reader.count(Query(Text("one"))) == 1
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    with engine.writer():
        pass


def test_what_an_article_is_found_and_counted_by(engine: Engine, indexer: Indexer) -> None:
    source = Source.objects.create(key="bbc.com", name="BBC", domain="bbc.com")
    person = {"id": "p1", "type": "person", "name": "Ann", "salience": 0.5, "country": "DE", "mentions": [{"start": 1}]}
    place = {"id": "l1", "type": "place", "name": "Iran", "salience": 0.5, "country": "IR", "mentions": []}
    (one,) = add(
        document(
            section={"label": "Bota", "language": "sq", "name": "World", "topic": None},
            authors=["José Ñandú"],
            keywords=["Öl"],
            credited_to="The Guardian",
            language={"code": "pt-BR", "confidence": 1.0},
            entities=[person, place],
            topics=[{"code": "medtop:1", "name": "a", "score": 1.0}, {"code": "medtop:2", "name": "b", "score": 0.5}],
            sentiment={"score": -0.25, "method": "lexicon"},
            word_count=2,
            paragraphs=["Some text"],
            provenance={"body": {}},
            fingerprints={"content": "x"},
        ),
        source=source,
    )
    follow(indexer)
    for field, value in (
        ("source", str(source.id)), ("section", "world"), ("section", "BOTA"), ("author", "jose nandu"),
        ("keyword", "ol"), ("credited_to", "the guardian"), ("language", "pt"), ("language", "pt-br"),
        ("country", "IR"), ("entity", "p1"), ("entity.place", "l1"), ("entity_type", "person"),
        ("topic", "medtop:2"), ("duplicate", False), ("id", str(one.id)),
    ):  # fmt: skip
        assert found(engine, Term(field, (value,))) == {1}, field
    assert found(engine, Term("country", ("DE",))) == found(engine, Term("entity.person", ("l1",))) == set()
    assert found(engine, Range("sentiment", lt=0)) == found(engine, Range("words", gte=2)) == {1}
    reader = engine.reader()
    for field, key in (("section", "World"), ("author", "José Ñandú"), ("language", "pt-BR")):
        assert [bucket.key for bucket in reader.aggregate(Query(), [Terms(field)])[0].buckets] == [key]
    card = json.loads(reader.search(Search(Query())).hits[0].card)
    assert card["id"] == str(one.id) and card["number"] == 1 and card["body"] == "Some text"
    assert card["entities"][0] == {key: value for key, value in person.items() if key != "mentions"}
    assert not {"paragraphs", "provenance", "fingerprints"} & set(card)


def test_a_bare_document_is_indexed(engine: Engine, indexer: Indexer) -> None:
    add({}, {"headline": None, "body": None, "section": None, "language": None, "entities": None, "topics": None})
    follow(indexer)
    assert found(engine) == {1, 2}


def test_tombstone() -> None:
    (one,) = add(document())
    one.deleted_at = timezone.now()
    assert make_document(one).deleted and not make_document(one).texts


def test_one_indexes_and_others_stand_by(engine: Engine, indexer: Indexer) -> None:
    follow(indexer)
    other = Indexer(engine)
    with pytest.raises(EngineUnavailable, match="Another process indexes"):
        other.run_once()
    add(document("a"))
    follow(indexer)
    indexer.close()
    add(document("b"))
    follow(other)
    other.close()
    assert found(engine) == {1, 2}


def test_a_lease_that_ran_out_is_taken_over(engine: Engine) -> None:
    lost = Lease(CONSUMER, seconds=-1)
    assert lost.hold()
    with closing(Indexer(engine)) as indexer:
        add(document())
        follow(indexer)
        assert found(engine) == {1}


class Away:
    """An engine that fails as often as told, whatever it is asked."""

    parallel = False

    def __init__(self, engine: Engine, times: int) -> None:
        self._engine = engine
        self.times = times

    def __getattr__(self, name: str) -> Any:
        if self.times > 0:
            self.times -= 1
            raise EngineUnavailable("It is away.")
        return getattr(self._engine, name)


def run_until(indexer: Indexer, done: Callable[[], bool]) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=indexer.run, args=(stop,))
    thread.start()
    try:
        deadline = time.monotonic() + EVENT
        while not done() and time.monotonic() < deadline:
            stop.wait(0.02)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive() and done()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "RETRY", (0.01, 0.02))
    monkeypatch.setattr(indexing.wakeups, "wait", lambda name, timeout: time.sleep(0.01))


def test_an_engine_that_is_away_is_waited_for(engine: Engine, impatient: None) -> None:
    add(*(document() for _ in range(3)))
    reader = engine.reader()
    run_until(Indexer(Away(engine, 5)), lambda: reader.count(Query()) == 3)


def test_a_database_that_is_away_is_waited_for(
    engine: Engine, impatient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(*(document() for _ in range(3)))
    failures = iter([True, True, True])
    follow_changes = Follower.follow

    def fail(self: Follower, limit: int = 1) -> int:
        if next(failures, False):
            raise OperationalError("the connection is lost")
        return follow_changes(self, limit)

    monkeypatch.setattr(Follower, "follow", fail)
    reader = engine.reader()
    run_until(Indexer(engine), lambda: reader.count(Query()) == 3)


def test_what_cannot_be_indexed_is_set_aside_until_a_newer_version(engine: Engine, indexer: Indexer) -> None:
    _, bad, _ = add(document(), {"language": 5}, document())
    follow(indexer)
    assert found(engine) == {1, 3}
    (row,) = Quarantine.objects.all()
    assert (row.article_id, row.number, row.version) == (bad.id, 2, 1) and "int" in row.reason
    edit(bad, document=document())
    follow(indexer)
    assert found(engine) == {1, 2, 3} and not Quarantine.objects.exists()


def test_another_analysis_is_built_beside_the_live_index(
    engine: Engine, indexer: Indexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(document("one"))
    follow(indexer)
    live = engine.live()
    monkeypatch.setattr(indexing, "LOOK", 0)
    monkeypatch.setattr(analysis, "VERSION", "another")

    class AtOnce(threading.Thread):
        """In its turn: SQLite in memory has no patience between threads."""

        def start(self) -> None:
            self.run()

    monkeypatch.setattr(indexing, "threading", SimpleNamespace(Thread=AtOnce))
    follow(indexer)
    add(document("two"))
    follow(indexer)
    assert engine.live() != live and engine.outdated() is None and found(engine) == {1, 2}


def test_an_index_that_was_emptied_is_built_anew(engine: Engine, indexer: Indexer) -> None:
    add(document(), document())
    follow(indexer)
    indexer.close()
    Change.objects.all().delete()
    engine.clear()
    follow(indexer)
    assert found(engine) == {1, 2}


def test_a_swap_is_followed(engine: Engine, indexer: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "LOOK", 0)
    add(document())
    follow(indexer)
    engine.activate(engine.create().name)
    assert found(engine) == set()
    # The new one has followed nothing yet: it finds the changes itself.
    follow(indexer)
    assert found(engine) == {1}
