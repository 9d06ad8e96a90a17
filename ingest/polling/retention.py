"""What is kept of a source for so many days only, and what is remembered of entries that no source has any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from articles import services
from articles.selectors import Gone
from ingest.models import Capture, SeenEntry, Subscription
from newsapi.errors import NotFound

AT_ONCE = 500
"""Articles that one run removes of a source; the next run goes on."""
FORGOTTEN_AFTER = timedelta(days=90)
"""An entry that its source has not had for so long is forgotten; should it come back, it counts as new."""


def expire(now: datetime) -> int:
    """Remove the articles, and what arrived of them, that are older than their source allows; how many."""
    total = 0
    for subscription in Subscription.objects.filter(retention_days__isnull=False):
        before = now - timedelta(days=subscription.retention_days or 0)
        rows = SeenEntry.objects.filter(subscription=subscription, at__lt=before, capture_id__isnull=False)
        for row in rows.order_by("at").only("id", "capture_id")[:AT_ONCE]:
            if row.capture_id is not None:
                total += _remove(row.capture_id)
            SeenEntry.objects.filter(id=row.id).update(capture_id=None)
    return total


def _remove(capture_id: UUID) -> int:
    """Remove the article of a capture, and all that arrived under its id."""
    capture = Capture.objects.filter(id=capture_id).defer("content").first()
    if capture is None:
        return 0
    article_id = capture.article_id
    removed = 0
    if article_id is not None:
        try:
            services.delete(article_id)
            removed = 1
        except (NotFound, Gone):
            pass
        Capture.objects.filter(article_id=article_id, external_id=capture.external_id).delete()
    Capture.objects.filter(id=capture.id).delete()
    return removed


def forget(now: datetime) -> int:
    """Drop entries that were not seen for long, so that the table grows with the sources and not with time."""
    old = SeenEntry.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER, fetch_at__isnull=True)
    # Those of a source that is paused, or whose articles are to be removed one day, are still needed.
    done = old.filter(subscription__last_success_at__gt=now - timedelta(days=7)).exclude(
        subscription__retention_days__isnull=False, capture_id__isnull=False
    )
    ids = list(done.values_list("id", flat=True)[: 20 * AT_ONCE])
    for start in range(0, len(ids), AT_ONCE):
        SeenEntry.objects.filter(id__in=ids[start : start + AT_ONCE]).delete()
    return len(ids)
