"""What waits to be sent, for whoever watches over the service."""

from __future__ import annotations

from django.db.models import Count, Min
from django.utils import timezone

from newsapi import health, metrics
from webhooks.models import Delivery, Endpoint, EndpointState


def endpoints() -> dict[str, int]:
    """Endpoints by state."""
    counts: dict[str, int] = dict.fromkeys(EndpointState.values, 0)
    return counts | dict(Endpoint.objects.order_by().values_list("state").annotate(count=Count("id")))


def waiting() -> health.Waiting:
    """Deliveries to live endpoints that are due, and for how long the oldest has been."""
    now = timezone.now()
    due = Delivery.objects.filter(next_at__lte=now, endpoint__state=EndpointState.ACTIVE)
    found = due.aggregate(count=Count("id"), oldest=Min("next_at"))
    return health.Waiting(found["count"], (now - found["oldest"]).total_seconds() if found["oldest"] else 0.0)


def register() -> None:
    metrics.show("newsapi_webhooks", "Webhook endpoints.", endpoints, label="state")
    health.watch_queue("deliveries", waiting)
