"""Articles and entries are kept as long as is wanted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from ingest.models import Capture, SeenEntry, SubscriptionState
from ingest.polling import retention
from tests.ingest.api import process
from tests.ingest.polling.site import Site, feed, item, make_due, poll, subscribe

pytestmark = pytest.mark.django_db


def test_articles_are_kept_as_long_as_the_source_allows(site: Site) -> None:
    dates = [timezone.now() - timedelta(days=days) for days in (1, 5, 20)]
    items = [item(number, pubDate=f"{date:%a, %d %b %Y %H:%M:%S} GMT") for number, date in enumerate(dates)]
    site.pages["/feed"] = feed(*items)
    subscription = subscribe(f"{site.url}/feed", retention_days=10)
    poll()
    process()
    assert sorted(Article.objects.values_list("external_id", flat=True)) == [f"https://example.org/{n}" for n in (0, 1)]
    assert retention.expire(timezone.now()) == 0
    assert retention.expire(timezone.now() + timedelta(days=6)) == 1
    gone = Article.objects.get(deleted_at__isnull=False)
    assert gone.document == {}
    assert Capture.objects.count() == 1
    # It is still in the feed, and does not come in again.
    make_due()
    site.pages["/feed"] = feed(*items, channel="<ttl>5</ttl>")
    poll()
    assert Capture.objects.count() == 1
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.ACTIVE


def test_what_no_source_has_any_more_is_forgotten(site: Site) -> None:
    site.pages["/feed"] = feed(item(1), item(2))
    subscribe(f"{site.url}/feed")
    poll()
    SeenEntry.objects.filter(id=SeenEntry.objects.values_list("id")[:1]).update(
        seen_at=timezone.now() - timedelta(days=100)
    )
    assert retention.forget(timezone.now()) == 1
    assert SeenEntry.objects.count() == 1
