"""Whatever the index holds, a comparison with the database makes it as the database is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Article
from newsapi.ids import new_id
from search import reconciling
from search.engines.base import Engine, Stored
from search.indexing import Indexer
from search.models import Quarantine, Reconciliation
from search.query import Text
from search.reconciling import Row, compare, request
from search.tasks import reconcile
from tests.search.changes import add, delete, document, edit, follow, found
from tests.search.conforming.archive import article
from tests.search.engines import engine

__all__ = ["engine"]

IDS = st.integers(1, 6).map(lambda n: UUID(int=n))


@pytest.fixture
def indexer(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Indexer]:
    monkeypatch.setattr("search.indexing.LOOK", 0)
    indexer = Indexer(engine)
    yield indexer
    indexer.close()


def compared(indexer: Indexer) -> Reconciliation:
    """One comparison, by the indexer, until it and all changes are done."""
    wish = request()
    while wish.finished_at is None:
        indexer.run_once()
        wish.refresh_from_db()
    follow(indexer)
    return wish


def stored(engine: Engine) -> list[tuple[int, int, bool]]:
    return [(one.number, one.version, one.deleted) for one in engine.reader().stored(0, 1_000)]


@pytest.mark.django_db(transaction=True)
def test_what_differs_is_repaired(engine: Engine, indexer: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "WINDOW", 3)
    made = add(*(document(f"text {n}") for n in range(1, 9)))
    follow(indexer)
    delete(made[4])
    delete(made[5])
    follow(indexer)
    assert compared(indexer).repaired == 0
    # Behind the indexer's back: changes without a Change, and writes that no row knows of.
    Article.objects.filter(number=1).update(version=5, document=document("repaired"))
    Article.objects.filter(number=2).update(version=5, deleted_at=timezone.now(), document={})
    Article.objects.filter(number=6).update(version=9, deleted_at=None, document=document("repaired"))
    indexer.close()
    with engine.writer() as writer:
        ghost = article(5, "ghost", id=new_id(), first_seen=timezone.now())
        ahead = article(3, "ahead", id=made[2].id, version=70, first_seen=made[2].created_at)
        buried = article(4, id=made[3].id, version=1, deleted=True, first_seen=made[3].created_at)
        writer.write([ghost, ahead, buried])
        writer.commit(writer.offset())
    assert found(engine, Text("ghost ahead")) == set() and found(engine, Text("ghost")) == {5}
    assert compared(indexer).repaired == 6
    assert found(engine, Text("repaired")) == {1, 6} and found(engine) == {1, 3, 4, 6, 7, 8}
    kept = [(1, 5, False), (2, 5, True), (3, 71, False), (4, 1, False), (6, 9, False), (7, 1, False), (8, 1, False)]
    assert sorted(stored(engine)) == sorted([*kept, (5, 1, True), (5, 2, True)])
    assert found(engine, Text("ahead")) == set() and found(engine, Text("text")) == {3, 4, 7, 8}
    again = compared(indexer)
    assert (again.compared, again.repaired, again.purged) == (8, 0, 1)
    assert sorted(stored(engine)) == sorted([*kept, (5, 2, True)])


@pytest.mark.django_db(transaction=True)
def test_tombstones_are_forgotten_after_a_day(engine: Engine, indexer: Indexer) -> None:
    one, two, _ = add(document(), document(), document())
    follow(indexer)
    delete(one)
    delete(two)
    follow(indexer)
    assert compared(indexer).purged == 0
    Article.objects.filter(number=1).update(deleted_at=timezone.now() - timedelta(days=2))
    assert compared(indexer).purged == 1
    assert stored(engine) == [(2, 2, True), (3, 1, False)]
    assert (compared(indexer).repaired, compared(indexer).purged) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_what_was_set_aside_is_tried_again(engine: Engine, indexer: Indexer) -> None:
    (one,) = add({"language": 5})
    follow(indexer)
    assert Quarantine.objects.count() == 1
    compared(indexer)
    assert Quarantine.objects.count() == 1
    Article.objects.filter(id=one.id).update(document=document())
    assert compared(indexer).repaired == 1
    assert found(engine) == {1} and not Quarantine.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_asked_for_twice_it_is_done_once() -> None:
    reconcile()
    reconcile()
    assert Reconciliation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_articles_go_on_meanwhile(engine: Engine, indexer: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciling, "WINDOW", 2)
    made = add(*(document() for _ in range(6)))
    follow(indexer)
    wish = request()
    for n, one in enumerate(made):
        edit(one, document=document(f"edited{n}"))
        add(document("later"))
        indexer.run_once()
    while wish.finished_at is None:
        indexer.run_once()
        wish.refresh_from_db()
    follow(indexer)
    assert found(engine, Text("later")) == set(range(7, 13)) and found(engine, Text("edited5")) == {6}
    assert [one[1] for one in stored(engine)] == [2] * 6 + [1] * 6


@given(
    st.dictionaries(IDS, st.tuples(st.integers(1, 4), st.booleans(), st.booleans())),
    st.dictionaries(IDS, st.tuples(st.integers(1, 4), st.booleans())),
)
def test_a_repaired_index_needs_no_repair(
    rows: dict[UUID, tuple[int, bool, bool]], index: dict[UUID, tuple[int, bool]]
) -> None:
    def differences():  # type: ignore[no-untyped-def]
        return compare(
            [Stored(id_, id_.int, *one) for id_, one in index.items()],
            [Row(id_, id_.int, version, gone, gone and old) for id_, (version, gone, old) in rows.items()],
        )

    repair = differences()
    for one in repair.ahead:
        rows[one.id] = (one.version + 1, *rows[one.id][1:])
        index[one.id] = rows[one.id][:2]
    for id_ in repair.stale:
        index[id_] = rows[id_][:2]
    for one in repair.orphans:
        index[one.id] = (one.version, True)
    for one in repair.done:
        assert index.pop(one.id)[1]
    left = differences()
    assert not left.stale and not left.orphans and not left.ahead
    live = {id_: version for id_, (version, gone) in index.items() if not gone}
    assert live == {id_: version for id_, (version, gone, _) in rows.items() if not gone}
