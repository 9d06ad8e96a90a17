"""Endpoints: making, changing, pausing, testing and removing them, and rotating their secrets."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from newsapi import http
from newsapi.addresses import is_allowed
from newsapi.errors import InvalidParameter, NewsApiError
from search.members import Members, wrong
from webhooks import matching, payloads, signing
from webhooks.models import Delivery, Endpoint, EndpointState, Event, SavedSearch

MOST = 100
"""Endpoints of one key."""
MOST_SEARCHES = 500
OVERLAP = 24 * 3_600
"""Seconds in which the old secret signs too."""


class TooManyEndpoints(NewsApiError):
    code = "too_many_webhooks"
    title = "There are too many webhooks"
    status = 422


class NotActive(NewsApiError):
    code = "webhook_not_active"
    title = "The webhook takes nothing now"
    status = 409


def create(owner: str, body: Any) -> Endpoint:
    """Make an endpoint; its secret is shown with the answer to this only. Raises NewsApiError, naming the member."""
    members = Members(body, "")
    endpoint = Endpoint(owner=owner, events=list(payloads.DEFAULT))
    members.text("url")
    given = members.get("secret")
    if given is not None:
        signing.key_of(members.text("secret"))
    endpoint.secret = given.strip() if given else signing.new_secret()
    _, searches = _read(endpoint, members)
    with transaction.atomic():
        if Endpoint.objects.filter(owner=owner).count() >= MOST:
            raise TooManyEndpoints(f"A key has at most {MOST} webhooks; remove one first.")
        matching.begin()
        endpoint.save(force_insert=True)
        endpoint.searches.set(searches or ())
    return endpoint


def change(endpoint: Endpoint, body: Any) -> Endpoint:
    """Change the members that are given. `state` pauses (what matches waits) and resumes. Raises NewsApiError."""
    members = Members(body, "")
    state = members.get("state")
    fields, searches = _read(endpoint, members)
    endpoint.updated_at = timezone.now()
    values = {name: getattr(endpoint, name) for name in (*fields, "updated_at")}
    if state is not None:
        values |= _begun_anew(members.choice("state", (EndpointState.ACTIVE, EndpointState.PAUSED)))
    with transaction.atomic():
        Endpoint.objects.filter(pk=endpoint.pk).update(**values)
        if searches is not None:
            endpoint.searches.set(searches)
    endpoint.refresh_from_db()
    return endpoint


def _begun_anew(state: str) -> dict[str, Any]:
    found: dict[str, Any] = {"state": state, "state_reason": ""}
    if state == EndpointState.ACTIVE:
        found |= {"failures": 0, "failing_since": None, "not_before": None}
    return found


def _read(endpoint: Endpoint, members: Members) -> tuple[list[str], list[SavedSearch] | None]:
    """Take over what is given; the names of the columns, and the searches where they are given."""
    fields = []
    if members.get("url") is not None:
        endpoint.url = check_url(members.text("url"))
        fields.append("url")
    if members.get("description") is not None:
        endpoint.description = _text(members.text("description"))
        fields.append("description")
    if (events := members.texts("events", 20)) is not None:
        for event in events:
            if event not in payloads.EVENTS:
                raise wrong("events", f"some of {', '.join(payloads.EVENTS)}", event)
        endpoint.events = list(dict.fromkeys(events))
        fields.append("events")
    if members.get("payload") is not None:
        endpoint.payload = members.choice("payload", payloads.FORMS)
        fields.append("payload")
    if "rate" in members.value:
        endpoint.rate = members.integer("rate", 0, 0, 100_000) or None
        fields.append("rate")
    if members.get("concurrency") is not None:
        endpoint.concurrency = members.integer("concurrency", 5, 1, 50)
        fields.append("concurrency")
    searches = _searches(endpoint, members)
    if "searches" in members.value:
        endpoint.every_search = searches is None
        fields.append("every_search")
    members.end()
    return fields, ([] if searches is None else searches) if "searches" in members.value else None


def _searches(endpoint: Endpoint, members: Members) -> list[SavedSearch] | None:
    """The owner's searches with these ids; None where it is to have every one."""
    if members.get("searches") is None:
        return None
    written = members.texts("searches", MOST_SEARCHES) or ()
    try:
        ids = {UUID(one) for one in written}
    except ValueError as error:
        raise wrong("searches", "a list of ids of saved searches", list(written)) from error
    found = list(SavedSearch.objects.filter(owner=endpoint.owner, id__in=ids))
    if missing := ids - {one.id for one in found}:
        raise InvalidParameter(f"searches: there is no saved search {min(missing)}.", parameter="searches")
    return found


def _text(written: str) -> str:
    if len(written) > 500 or "\0" in written or any("\ud800" <= char <= "\udfff" for char in written):
        raise wrong("description", "a text of at most 500 characters", written)
    return written


def check_url(written: str) -> str:
    """The address to send to. Raises NewsApiError for what is none, or is an address that is never connected to.

    Names are looked up at each delivery, and their addresses checked then.
    """
    if "\0" in written or any("\ud800" <= char <= "\udfff" for char in written):
        raise wrong("url", "an address", written)
    try:
        url = http.parse(written)
    except NewsApiError as error:
        error.extra["parameter"] = "url"
        raise
    try:
        address = ipaddress.ip_address(url.host.strip("[]"))
    except ValueError:
        return str(url)
    if not is_allowed(address, settings.OUTBOUND_ALLOWED_NETWORKS):
        raise http.AddressRefused(
            f"{address} is not a public address. OUTBOUND_ALLOWED_NETWORKS can allow its network.", parameter="url"
        )
    return str(url)


def rotate(endpoint: Endpoint, body: Any) -> Endpoint:
    """Give it a new secret (or the `secret` in the body); the one so far signs too for `overlap` seconds."""
    members = Members(body or {}, "")
    given = members.get("secret")
    if given is not None:
        signing.key_of(members.text("secret"))
    overlap = members.integer("overlap", OVERLAP, 0, 30 * 24 * 3_600)
    members.end()
    endpoint.old_secret, endpoint.secret = endpoint.secret, given.strip() if given else signing.new_secret()
    endpoint.old_secret_until = timezone.now() + timedelta(seconds=overlap)
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return endpoint


def test(endpoint: Endpoint) -> Delivery:
    """Send it a test event. Raises NotActive."""
    if endpoint.state != EndpointState.ACTIVE:
        raise NotActive(f"The webhook is {endpoint.state}; set its state to active first.", parameter="state")
    with transaction.atomic():
        event = Event.objects.create(
            owner=endpoint.owner, type=payloads.TEST, data={"webhook": str(endpoint.id), "text": "It works."}
        )
        return Delivery.objects.create(event=event, endpoint=endpoint)


def as_json(endpoint: Endpoint, *, secret: bool = False) -> dict[str, Any]:
    """An endpoint as the API shows it; the secret only where it was just made."""
    waiting = Delivery.objects.filter(endpoint=endpoint, next_at__isnull=False).count()
    searches = None if endpoint.every_search else [str(pk) for pk in endpoint.searches.values_list("pk", flat=True)]
    shown: dict[str, Any] = {
        "id": str(endpoint.id),
        "url": endpoint.url,
        "description": endpoint.description or None,
        "events": endpoint.events,
        "searches": searches,
        "payload": endpoint.payload,
        "rate": endpoint.rate,
        "concurrency": endpoint.concurrency,
        "state": endpoint.state,
        "state_reason": endpoint.state_reason or None,
        "health": {
            "waiting": waiting,
            "failures": endpoint.failures,
            "failing_since": endpoint.failing_since,
            "last_success_at": endpoint.last_success_at,
            "not_before": endpoint.not_before,
        },
        "old_secret_until": endpoint.old_secret_until if endpoint.old_secret else None,
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
        "links": {
            "self": f"/v1/webhooks/{endpoint.id}",
            "test": f"/v1/webhooks/{endpoint.id}/test",
            "rotate": f"/v1/webhooks/{endpoint.id}/rotate",
            "replay": f"/v1/webhooks/{endpoint.id}/replay",
            "deliveries": f"/v1/deliveries?webhook={endpoint.id}",
        },
    }
    return {**shown, "secret": endpoint.secret} if secret else shown


def disable(endpoint: Endpoint, reason: str) -> None:
    """Send nothing more there, and tell its owner's other endpoints that ask for it."""
    now = timezone.now()
    with transaction.atomic():
        if (
            not Endpoint.objects.filter(pk=endpoint.pk)
            .exclude(state=EndpointState.DISABLED)
            .update(state=EndpointState.DISABLED, state_reason=reason[:300], updated_at=now)
        ):
            return
        others = Endpoint.objects.filter(owner=endpoint.owner, state=EndpointState.ACTIVE).exclude(pk=endpoint.pk)
        told = [one for one in others if payloads.DISABLED in one.events]
        if told:
            data = {"webhook": str(endpoint.id), "url": endpoint.url, "reason": reason}
            event = Event.objects.create(owner=endpoint.owner, type=payloads.DISABLED, data=data)
            Delivery.objects.bulk_create([Delivery(event=event, endpoint=one) for one in told])
