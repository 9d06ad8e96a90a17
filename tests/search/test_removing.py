"""Removing what a query finds: counted first, each article once, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from access.services import create_key
from articles import changefeed
from articles.models import Article, Change, Consumer
from search import engines, removing, rows
from tests.search.api import Archive, archive

__all__ = ["archive"]
LIST = "/v1/articles"


@pytest.fixture(autouse=True)
def _key(archive: Archive) -> None:
    archive.client.defaults["HTTP_X_API_KEY"] = create_key("test", ["ingest", "read"])[1]


def delete(archive: Archive, query: str, status: int = 200) -> Any:
    answer = archive.client.delete(f"{LIST}?{query}")
    assert answer.status_code == status, answer.content
    return answer.json()


def index(archive: Archive) -> None:
    """What the indexer does."""
    batch = rows.by_id(Article.objects.filter(deleted_at__isnull=False).values_list("id", flat=True))
    archive.offset += 1
    with engines.get_engine().writer() as writer:
        writer.write(batch.documents)
        writer.commit(archive.offset)


def test_a_dry_run_counts_and_leaves_everything(archive: Archive) -> None:
    assert delete(archive, "q=football&dry_run=true") == {"total": 8, "deleted": 0, "left": 8}
    assert not Change.objects.exists()


def test_what_was_confirmed_is_removed_and_leaves_tombstones(archive: Archive) -> None:
    found = {one["id"] for one in archive.get(LIST, q="football", limit=100)["results"]}
    assert delete(archive, "q=football&confirm=8") == {"total": 8, "deleted": 8, "left": 0}
    changefeed.latest()
    changes = changefeed.read(0, 100)
    assert {str(change.article_id) for change in changes if change.kind == "deleted"} == found
    assert len([change for change in changes if change.kind == "deleted"]) == 8
    for article in Article.objects.filter(id__in=found):
        assert article.deleted_at and not article.document
    index(archive)
    assert archive.get(LIST, q="football")["total"] == 0
    assert archive.get(LIST)["total"] == 32
    # Again: there is nothing left to remove.
    assert delete(archive, "q=football&confirm=8") == {"total": 0, "deleted": 0, "left": 0}


def test_another_number_removes_nothing(archive: Archive) -> None:
    problem = delete(archive, "q=football&confirm=7", 409)
    assert (problem["code"], problem["total"]) == ("count_not_confirmed", 8)
    problem = delete(archive, "q=football", 400)
    assert (problem["parameter"], problem["total"]) == ("confirm", 8)
    assert not Article.objects.filter(deleted_at__isnull=False).exists()


@pytest.mark.parametrize("query", ["", "confirm=40", "duplicates=show&confirm=41", "dry_run=true"])
def test_without_a_filter_it_is_refused(archive: Archive, query: str) -> None:
    assert delete(archive, query, 400)["parameter"] == "q"


@pytest.mark.parametrize("query", ["q=(", "nosuch=1", "q=a&limit=5", "q=a&confirm=x", "topic=politcs&dry_run=true"])
def test_mistakes_are_named(archive: Archive, query: str) -> None:
    assert delete(archive, query.replace("q=a", "q=football"), 400)["parameter"] in query


def test_a_repetition_before_the_index_knows_removes_nothing_twice(archive: Archive) -> None:
    delete(archive, "q=football&confirm=8")
    assert delete(archive, "q=football&confirm=8")["deleted"] == 0
    assert Change.objects.filter(kind="deleted").count() == 8


def test_when_the_time_is_over_it_goes_on_with_the_same_request(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removing, "AT_ONCE", 3)
    monkeypatch.setattr(removing, "SECONDS", 0.0)
    assert delete(archive, "q=football&confirm=8") == {"total": 8, "deleted": 0, "left": 8}


def test_the_answer_waits_for_the_index(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    Consumer.objects.create(name="indexer", offset=1)
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        Consumer.objects.filter(name="indexer").update(offset=changefeed.latest())

    monkeypatch.setattr("search.removing.time.sleep", pause)
    delete(archive, "q=football&confirm=8")
    assert removing.LOOK_EVERY in waited


def test_who_only_reads_may_not(archive: Archive) -> None:
    archive.client.defaults["HTTP_X_API_KEY"] = create_key("reader", ["read"])[1]
    assert archive.client.delete(f"{LIST}?q=football&dry_run=true").status_code == 403
