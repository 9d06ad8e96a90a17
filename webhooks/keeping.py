"""How long the outbox is kept, and whose endpoints are stopped."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.apps import apps
from django.db.models import Q, QuerySet

from webhooks import endpoints
from webhooks.models import Delivery, DeliveryState, Endpoint, EndpointState, Event

KEPT = timedelta(days=30)
AT_ONCE = 1_000


def forget(now: datetime) -> int:
    """Give up what waits for longer than KEPT, and remove the events of before, with deliveries and attempts."""
    old = now - KEPT
    Delivery.objects.filter(next_at__isnull=False, created_at__lt=old).update(
        state=DeliveryState.DEAD, next_at=None, finished_at=now, error="It waited for 30 days."
    )
    count = 0
    while ids := list(_over(old).values_list("pk", flat=True)[:AT_ONCE]):
        count += len(ids)
        Event.objects.filter(pk__in=ids).delete()
    return count


def _over(old: datetime) -> QuerySet[Event]:
    """Events whose deliveries are all over for so long."""
    recent = Delivery.objects.filter(Q(next_at__isnull=False) | Q(finished_at__gte=old))
    return Event.objects.filter(at__lt=old).exclude(pk__in=recent.values("event"))


def stop_revoked() -> int:
    """Disable the endpoints whose key is not in use any more; how many."""
    live = Endpoint.objects.exclude(owner="").exclude(state=EndpointState.DISABLED)
    owners = set(live.order_by().values_list("owner", flat=True).distinct())
    if not owners:
        return 0
    keys = apps.get_model("access", "ApiKey").objects.filter(pk__in=owners, revoked_at__isnull=True)
    found = list(live.filter(owner__in=owners - {str(pk) for pk in keys.values_list("pk", flat=True)}))
    for one in found:
        endpoints.disable(one, "Its API key was revoked.")
    return len(found)
