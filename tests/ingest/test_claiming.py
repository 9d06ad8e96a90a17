"""Finding work stays quick however many captures there are: by index, without sorting, on every database."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article, Change
from ingest import pipeline
from ingest.models import Capture, CaptureState, Priority

pytestmark = pytest.mark.django_db

DONE, WAITING = 12_000, 3_000


def capture(n: int, pending: bool) -> Capture:
    return Capture(
        media_type="text/plain",
        content=b"x" * 50,
        pending=pending,
        priority=(Priority.SINGLE, Priority.BULK)[n % 2],
        state=CaptureState.RECEIVED if pending else CaptureState.STRUCTURED,
        lease_until=timezone.now() + timedelta(hours=1) if n % 10 == 0 and pending else None,
    )


@pytest.fixture
def archive() -> None:
    rows = [capture(n, pending=False) for n in range(DONE)] + [capture(n, pending=True) for n in range(WAITING)]
    Capture.objects.bulk_create(rows)
    analyze("ingest_capture")


def analyze(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def plan(rows: QuerySet[Capture]) -> str:
    with transaction.atomic():
        return rows.explain()


def is_by_index(shown: str, index: str) -> bool:
    """The index gives the rows in order: nothing is sorted, the table itself is not read through."""
    return index in shown and not re.search(r"\bSort\b|TEMP B-TREE|Seq Scan|SCAN (?!.*INDEX)", shown)


@pytest.mark.usefixtures("archive")
def test_claiming_reads_the_index_of_what_waits() -> None:
    rows = pipeline.in_order(pipeline.claimable()).select_for_update(skip_locked=True)
    shown = plan(rows[: pipeline.CHUNK])
    assert is_by_index(shown, "capture_pending"), shown


@pytest.mark.usefixtures("archive")
def test_so_does_looking_whether_anything_waits() -> None:
    shown = plan(pipeline.in_order(pipeline.claimable()).values("id")[:1])
    assert is_by_index(shown, "capture_pending"), shown
    assert pipeline.waits()
    Capture.objects.filter(lease_until=None).update(pending=False)
    assert not pipeline.waits()


def test_publishing_does_not_read_what_is_published() -> None:
    article = Article.objects.create(
        number=1, date=timezone.now(), received_at=timezone.now(), content_hash="1", document={}
    )
    Change.objects.bulk_create(Change(article=article, kind="updated", version=n, seq=n + 1) for n in range(DONE))
    Change.objects.bulk_create(Change(article=article, kind="updated", version=n) for n in range(20))
    analyze("articles_change")
    shown = Change.objects.filter(seq__isnull=True).order_by("id")[:5000].explain()
    # A few may be sorted; what is published is not looked at.
    found = ("change_unpublished", "Index Cond: (seq IS NULL)", "(seq=?)")
    assert any(each in shown for each in found), shown
