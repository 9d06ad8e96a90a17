"""An index that is still to be built is an error, never an empty answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from search import engines
from search.models import Quarantine
from tests.search.api import Archive, archive

__all__ = ["archive"]
ADDRESSES = ["/v1/articles", "/v1/articles?q=climate&sort=relevance", "/v1/aggregations?by=source", "/v1/topics"]


@pytest.fixture
def lost(archive: Archive) -> Archive:
    """Articles of an hour ago, and nothing of them in the index."""
    engines.get_engine().clear()
    Article.objects.update(created_at=timezone.now() - timedelta(hours=1))
    return archive


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_reads_an_index_that_was_lost_says_so(lost: Archive, address: str) -> None:
    response = lost.client.get(address)
    assert response.status_code == 503, response.content
    assert response.json()["code"] == "index_building"
    assert int(response.headers["Retry-After"]) > 0


def test_the_first_articles_of_a_new_archive_are_waited_for_in_silence(lost: Archive) -> None:
    Article.objects.update(created_at=timezone.now())
    assert lost.get("/v1/articles")["total"] == 0


def test_what_was_refused_or_deleted_is_not_missing(lost: Archive) -> None:
    first, *others = Article.objects.all()
    Quarantine.objects.create(article_id=first.id, number=first.number, version=1, reason="too long")
    Article.objects.filter(id__in=[article.id for article in others]).update(deleted_at=timezone.now())
    assert lost.get("/v1/articles")["total"] == 0


def test_nothing_found_in_an_index_that_is_there_is_nothing(archive: Archive) -> None:
    Article.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert archive.get("/v1/articles", q="nowhere")["total"] == 0
