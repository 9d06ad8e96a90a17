"""Looking at deliveries, sending one again, and replaying those of an endpoint since a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from newsapi.errors import InvalidParameter
from newsapi.parameters import choice, parse_time, single, time
from search.members import Members, wrong
from webhooks import payloads
from webhooks.endpoints import NotActive
from webhooks.models import Attempt, Delivery, DeliveryState, Endpoint, EndpointState, Event

FILTERS = ("webhook", "search", "article", "type", "state", "since")
TYPES = (*payloads.EVENTS, payloads.TEST)
WHICH = ("failed", "all")
AT_ONCE = 1_000
_AGAIN: dict[str, Any] = {"state": DeliveryState.WAITING, "tries": 0, "finished_at": None}


def of_owner(owner: str) -> QuerySet[Delivery]:
    return Delivery.objects.filter(endpoint__owner=owner).select_related("event")


def filtered(rows: QuerySet[Delivery], params: QueryDict) -> QuerySet[Delivery]:
    """Those that the filters ask for. Raises InvalidParameter."""
    for name, column in (("webhook", "endpoint_id"), ("search", "event__search_id"), ("article", "event__article_id")):
        if (written := single(params, name)) is not None:
            rows = rows.filter(**{column: _id(name, written)})
    if "type" in params:
        rows = rows.filter(event__type=choice(params, "type", TYPES, ""))
    if "state" in params:
        rows = rows.filter(state=choice(params, "state", DeliveryState.values, ""))
    if (since := time(params, "since")) is not None:
        rows = rows.filter(created_at__gte=since)
    return rows


def _id(name: str, written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise InvalidParameter(f"{name} is {written[:100]!r}; it must be an id.", parameter=name) from error


def as_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery as the API shows it."""
    event = delivery.event
    return {
        "id": str(delivery.id),
        "message_id": payloads.message_id(event),
        "type": event.type,
        "webhook": str(delivery.endpoint_id),
        "search": str(event.search_id) if event.search_id else None,
        "article": str(event.article_id) if event.article_id else None,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "status": delivery.status,
        "error": delivery.error or None,
        "next_attempt_at": delivery.next_at,
        "created_at": delivery.created_at,
        "finished_at": delivery.finished_at,
        "links": {
            "self": f"/v1/deliveries/{delivery.id}",
            "redeliver": f"/v1/deliveries/{delivery.id}/redeliver",
            "webhook": f"/v1/webhooks/{delivery.endpoint_id}",
        },
    }


def with_attempts(delivery: Delivery) -> dict[str, Any]:
    """The same with what came of every try, newest first."""
    tried = Attempt.objects.filter(delivery=delivery).order_by("-id")[:200]
    return {**as_json(delivery), "tries": [_attempt(one) for one in tried]}


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "number": one.number,
        "at": one.at,
        "seconds": one.seconds,
        "status": one.status,
        "code": one.code or None,
        "error": one.error or None,
        "headers": one.headers,
        "body": one.body,
    }


def redeliver(delivery: Delivery) -> Delivery:
    """Send it once more, with the same `webhook-id`, whatever became of it. Raises NotActive."""
    _check(delivery.endpoint)
    Delivery.objects.filter(pk=delivery.pk).update(**_AGAIN, next_at=timezone.now())
    delivery.refresh_from_db()
    return delivery


def _check(endpoint: Endpoint) -> None:
    if endpoint.state == EndpointState.DISABLED:
        raise NotActive("The webhook is disabled; set its state to active first.", parameter="state")


def replay(endpoint: Endpoint, body: Any) -> int:
    """Send again what an endpoint was sent `since` a time: what failed, or all, then also what it was not sent.

    With `search` only what that one found. How many deliveries wait for it now. Raises NewsApiError.
    """
    members = Members(body or {}, "")
    which = members.choice("which", WHICH, "failed")
    written = members.text("since", "30d")
    search = members.get("search")
    members.end()
    try:
        since = parse_time(written)
    except ValueError as error:
        raise InvalidParameter(f"since: {error}.", parameter="since") from error
    if search is not None and not isinstance(search, str):
        raise wrong("search", "the id of a saved search", search)
    search_id = None if search is None else _id("search", search)
    _check(endpoint)
    now = timezone.now()
    rows = Delivery.objects.filter(endpoint=endpoint, event__at__gte=since, next_at__isnull=True)
    if which == "failed":
        rows = rows.filter(state=DeliveryState.DEAD)
    if search_id is not None:
        rows = rows.filter(event__search_id=search_id)
    with transaction.atomic():
        count = _again(rows, now)
        return count + (_missed(endpoint, since, search_id, now) if which == "all" else 0)


def _again(rows: QuerySet[Delivery], now: datetime) -> int:
    ids = list(rows.values_list("pk", flat=True))
    for begin in range(0, len(ids), AT_ONCE):
        Delivery.objects.filter(pk__in=ids[begin : begin + AT_ONCE]).update(**_AGAIN, next_at=now)
    return len(ids)


def _missed(endpoint: Endpoint, since: datetime, search_id: UUID | None, now: datetime) -> int:
    """Events of its searches that came while it was not there or disabled."""
    events = Event.objects.filter(owner=endpoint.owner, at__gte=since, type__in=endpoint.events, search__isnull=False)
    if search_id is not None:
        events = events.filter(search_id=search_id)
    if not endpoint.every_search:
        events = events.filter(search__in=endpoint.searches.all())
    sent = Delivery.objects.filter(endpoint=endpoint).values("event_id")
    ids = list(events.filter(~Q(pk__in=sent)).values_list("pk", flat=True))
    Delivery.objects.bulk_create(
        [Delivery(event_id=pk, endpoint=endpoint, next_at=now) for pk in ids], batch_size=500, ignore_conflicts=True
    )
    return len(ids)
