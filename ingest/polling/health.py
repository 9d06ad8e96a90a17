"""How the sources are: what was read last, what went wrong in words, how much comes, when it is polled next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.http import QueryDict
from django.utils import timezone

from ingest.models import SeenEntry, Subscription, SubscriptionState
from newsapi.errors import InvalidParameter
from newsapi.parameters import choice, integer, single

WEEK = timedelta(days=7)
PARAMETERS = ("state", "limit", "cursor")


def of_sources(source_ids: Iterable[UUID | str]) -> dict[str, dict[str, Any]]:
    """By source id: how many addresses are polled, their worst state, last success, last error and next poll."""
    rows = Subscription.objects.filter(source_id__in=list(source_ids)).values("source_id")
    found = rows.annotate(
        subscriptions=Count("id"),
        active=Count("id", filter=Q(state=SubscriptionState.ACTIVE)),
        failing=Count("id", filter=Q(state=SubscriptionState.FAILING)),
        last_success_at=Max("last_success_at"),
        next_poll_at=Min("next_poll_at"),
    ).order_by()
    summaries = {}
    for row in found:
        state = "failing" if row["failing"] else "active" if row["active"] else "paused"
        summaries[str(row["source_id"])] = {
            "state": state,
            "subscriptions": row["subscriptions"],
            "last_success_at": row["last_success_at"],
            "next_poll_at": row["next_poll_at"],
        }
    return summaries


def as_json(subscriptions: Sequence[Subscription]) -> list[dict[str, Any]]:
    """Subscriptions as the API shows them, with their health."""
    now = timezone.now()
    counts = _counts([each.id for each in subscriptions], now)
    return [_one(each, counts.get(each.id, {}), now) for each in subscriptions]


def _counts(ids: Sequence[UUID], now: datetime) -> dict[UUID, Mapping[str, Any]]:
    rows = SeenEntry.objects.filter(subscription_id__in=ids).values("subscription_id").order_by()
    found = rows.annotate(
        entries=Count("id"),
        week=Count("id", filter=Q(at__gt=now - WEEK)),
        first=Min("at"),
        pages=Count("id", filter=Q(fetch_at__isnull=False)),
        refused=Count("id", filter=Q(error__isnull=False)),
    )
    return {row["subscription_id"]: row for row in found}


def _one(each: Subscription, counts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "id": str(each.id),
        "source": {"id": str(each.source_id), "name": each.source.name},
        "url": each.url,
        "kind": each.kind,
        "title": each.title or None,
        "home_url": each.home_url or None,
        "moved_from": each.moved_from or None,
        "state": each.state,
        "state_reason": each.state_reason or None,
        "language": each.language or None,
        "country": each.country or None,
        "section": each.section or None,
        "licence": each.licence or None,
        "full_text": each.full_text,
        "enrich": each.enrich,
        "rate": each.rate,
        "retention_days": each.retention_days,
        "health": {
            "last_polled_at": each.last_polled_at,
            "last_success_at": each.last_success_at,
            "last_error": each.last_error,
            "failures": each.failures,
            "problems": each.problems,
            "articles_a_day": _a_day(counts, now),
            "entries": counts.get("entries", 0),
            "pages_waiting": counts.get("pages", 0),
            "entries_without_article": counts.get("refused", 0),
            "interval": each.interval or None,
            "next_poll_at": each.next_poll_at,
        },
        "created_at": each.created_at,
        "links": {"self": f"/v1/subscriptions/{each.id}", "source": f"/v1/sources/{each.source_id}"},
    }


def _a_day(counts: Mapping[str, Any], now: datetime) -> float | None:
    """Over the last week, or the time that the entries span where that is shorter; None before the first entry."""
    first = counts.get("first")
    if first is None:
        return None
    days: float = min(WEEK, max(now - first, timedelta(days=1))) / timedelta(days=1)
    return round(float(int(counts["week"]) / days), 2)


def list_subscriptions(params: QueryDict) -> dict[str, Any]:
    """`{results, next}`, oldest first; `next` is the cursor after which to go on. Raises InvalidParameter."""
    limit = integer(params, "limit", 50, 1, 500)
    rows = Subscription.objects.select_related("source").order_by("id")
    if "state" in params:
        rows = rows.filter(state=choice(params, "state", SubscriptionState.values, ""))
    if (after := single(params, "cursor")) is not None:
        try:
            rows = rows.filter(id__gt=UUID(after))
        except ValueError as error:
            raise InvalidParameter(f"cursor is {after[:100]!r}; it must be as given.", parameter="cursor") from error
    found = list(rows[: limit + 1])
    return {"results": as_json(found[:limit]), "next": str(found[limit - 1].id) if len(found) > limit else None}
