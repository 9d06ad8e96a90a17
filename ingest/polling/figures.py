"""How many sources are polled, in which state, and how late the polls are, for whoever watches over the service."""

from __future__ import annotations

from django.db.models import Count, Min
from django.utils import timezone

from ingest.models import SeenEntry, Subscription, SubscriptionState
from newsapi import health, metrics


def subscriptions() -> dict[str, int]:
    """Subscriptions by state."""
    counts: dict[str, int] = dict.fromkeys(SubscriptionState.values, 0)
    rows = Subscription.objects.order_by().values("state").annotate(count=Count("id"))
    return counts | {row["state"]: row["count"] for row in rows}


def waiting() -> health.Waiting:
    """Polls that are due, and pages of entries to be fetched; since when the oldest of them is."""
    now = timezone.now()
    polls = Subscription.objects.filter(next_poll_at__lte=now).aggregate(count=Count("id"), since=Min("next_poll_at"))
    pages = SeenEntry.objects.filter(fetch_at__lte=now).aggregate(count=Count("id"), since=Min("fetch_at"))
    since = min((row["since"] for row in (polls, pages) if row["since"]), default=now)
    return health.Waiting(polls["count"] + pages["count"], (now - since).total_seconds())


def register() -> None:
    metrics.show("newsapi_subscriptions", "Addresses that are polled.", subscriptions, label="state", slow=False)
    health.watch_queue("polls", waiting)
