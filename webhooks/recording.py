"""What came of tries, written down: attempts, deliveries, and how their endpoints are."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from webhooks import endpoints, schedule
from webhooks.models import Attempt, Delivery, DeliveryState, Endpoint
from webhooks.sending import GONE, Outcome


def record(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write down all of these in one transaction; those of deliveries that were removed meanwhile are dropped."""
    disabled: list[tuple[Endpoint, str]] = []
    with transaction.atomic():
        ids = [one.delivery.pk for one in outcomes]
        kept = {
            row.pk: row for row in Delivery.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
        }
        here = [one for one in outcomes if one.delivery.pk in kept]
        Attempt.objects.bulk_create([_attempt(one, kept[one.delivery.pk]) for one in here])
        _delivered([one for one in here if one.delivered], now)
        for one in here:
            if not one.delivered:
                _failed(one, kept[one.delivery.pk], now)
        by_endpoint: dict[UUID, list[Outcome]] = {}
        for one in here:
            by_endpoint.setdefault(one.endpoint_id, []).append(one)
        for row in Endpoint.objects.filter(pk__in=sorted(by_endpoint)):
            if reason := _fold(row, by_endpoint[row.pk], now):
                disabled.append((row, reason))
    for row, reason in disabled:
        endpoints.disable(row, reason)


def _attempt(one: Outcome, delivery: Delivery) -> Attempt:
    return Attempt(
        delivery_id=one.delivery.pk, number=delivery.attempts + 1, at=one.at, seconds=round(one.seconds, 4),
        status=one.status, code=one.code, error=one.error, headers=one.headers, body=one.body,
    )  # fmt: skip


def _delivered(outcomes: Iterable[Outcome], now: datetime) -> None:
    by_status: dict[int | None, list[UUID]] = {}
    for one in outcomes:
        by_status.setdefault(one.status, []).append(one.delivery.pk)
    for status, ids in by_status.items():
        Delivery.objects.filter(pk__in=ids).update(
            state=DeliveryState.DELIVERED, next_at=None, finished_at=now, status=status, error="",
            tries=F("tries") + 1, attempts=F("attempts") + 1,
        )  # fmt: skip


def _failed(one: Outcome, delivery: Delivery, now: datetime) -> None:
    wait = schedule.wait(delivery.tries + 1, random.random(), one.wish)
    dead = wait is None
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.DEAD if dead else DeliveryState.WAITING,
        next_at=None if wait is None else now + timedelta(seconds=wait),
        finished_at=now if dead else None,
        status=one.status,
        error=one.error,
        tries=F("tries") + 1,
        attempts=F("attempts") + 1,
    )


def _fold(row: Endpoint, outcomes: Iterable[Outcome], now: datetime) -> str | None:
    """How an endpoint is after these; why it is to be disabled, if it is."""
    reason, wish = None, None
    for one in outcomes:
        if one.delivered:
            row.failures, row.failing_since, row.last_success_at, row.not_before = 0, None, now, None
            continue
        row.failures += 1
        row.failing_since = row.failing_since or now
        wish = max(wish or 0, one.wish or 0) or None
        if one.status == GONE:
            reason = one.error
    if row.failing_since is not None:
        if now - row.failing_since > schedule.GIVEN_UP_AFTER:
            reason = reason or f"It only failed since {row.failing_since:%Y-%m-%d %H:%M} UTC."
        if rest := schedule.rest(row.failures, random.random(), wish):
            row.not_before = now + timedelta(seconds=rest)
    Endpoint.objects.filter(pk=row.pk).update(
        failures=row.failures, failing_since=row.failing_since, last_success_at=row.last_success_at,
        not_before=row.not_before,
    )  # fmt: skip
    return reason
