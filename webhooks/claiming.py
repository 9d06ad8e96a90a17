"""Who sends where: one process at a time serves an endpoint, so rate and concurrency hold over all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.leases import ended
from webhooks.models import Delivery, Endpoint, EndpointState


def due(now: datetime) -> QuerySet[Endpoint]:
    """Endpoints that take deliveries now and have some."""
    waiting = Delivery.objects.filter(endpoint=OuterRef("pk"), next_at__lte=now)
    open_ = Q(not_before__isnull=True) | Q(not_before__lte=now)
    return Endpoint.objects.filter(open_, Exists(waiting), state=EndpointState.ACTIVE)


def is_due(now: datetime) -> bool:
    """Whether there is anything to send that nobody is at."""
    return due(now).filter(_free(now)).exists()


def claim(owner: str, at_most: int, now: datetime) -> list[Endpoint]:
    """Take up to so many endpoints that have something to send, those served longest ago first."""
    if at_most < 1 or not due(now).filter(_free(now)).exists():
        return []
    with transaction.atomic():
        free = (
            due(now).filter(_free(now)).order_by("busy_until", "id").select_for_update(skip_locked=True, of=("self",))
        )
        found = list(free[:at_most])
        Endpoint.objects.filter(pk__in=[one.pk for one in found]).update(busy_by=owner, busy_until=now + _lease())
    return found


def keep(owner: str, endpoints: Collection[UUID], now: datetime) -> dict[UUID, Endpoint]:
    """Go on serving endpoints; as they are now, without those that were removed, stopped or taken over."""
    ours = Endpoint.objects.filter(pk__in=list(endpoints), busy_by=owner, state=EndpointState.ACTIVE)
    ours.filter(busy_until__lt=now + _lease() * 3 / 4).update(busy_until=now + _lease())
    return {one.pk: one for one in ours}


def give_back(owner: str, endpoints: Iterable[UUID], now: datetime) -> None:
    """End serving them. `busy_until` says from then on when that was."""
    Endpoint.objects.filter(pk__in=list(endpoints), busy_by=owner).update(busy_by="", busy_until=now)


def _lease() -> timedelta:
    return timedelta(seconds=settings.LEASE_SECONDS)


def _free(now: datetime) -> Q:
    """Nobody serves it: given back, a lease that ran out, or a process of this machine that is known to be gone."""
    owners = Endpoint.objects.exclude(busy_by="").values_list("busy_by", flat=True).distinct()
    gone = [owner for owner in owners if ended(owner)]
    return Q(busy_by="") | Q(busy_until__lt=now) | Q(busy_by__in=gone)
