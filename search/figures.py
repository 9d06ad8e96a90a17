"""Whether the search engine answers, and how far the index is behind the database."""

from __future__ import annotations

from django.db.models import Min
from django.utils import timezone

from articles.models import Change, Consumer
from articles.publishing import published
from newsapi import health, metrics
from search import quarantine
from search.engines import get_reader
from search.indexing import CONSUMER


def check() -> None:
    """Raises EngineUnavailable where the engine does not answer."""
    get_reader().watermark()


def unindexed() -> health.Waiting:
    """Changes that cannot be found yet. Numbers may have gaps, so a long queue is a little shorter than this says."""
    offset = Consumer.objects.filter(name=CONSUMER).values_list("offset", flat=True).first() or 0
    unpublished = Change.objects.filter(seq__isnull=True)
    count = max(0, published() - offset) + unpublished.count()
    oldest = Change.objects.filter(seq__gt=offset).order_by("seq").values_list("at", flat=True).first()
    oldest = oldest or unpublished.aggregate(oldest=Min("at"))["oldest"]
    age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    return health.Waiting(count, max(0.0, age))


def quarantined() -> dict[str, int]:
    return {"": quarantine.count()}


def register() -> None:
    health.depend_on("search", check)
    health.watch_queue("changes", unindexed)
    metrics.show("newsapi_quarantined_articles", "Articles that the engine refuses.", quarantined, slow=False)
