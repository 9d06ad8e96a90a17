"""Endpoints: what can be made, what is shown, and whose they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from access.services import create_key, revoke
from tests.webhooks.api import deliver, hook, match, publish, save, send
from tests.webhooks.receiver import Receiver
from webhooks import keeping
from webhooks.models import Delivery, Endpoint, Event

pytestmark = pytest.mark.django_db


def test_a_webhook_is_made_changed_and_removed_and_its_secret_shown_once(api: Client, db: None) -> None:
    made = send(api, "POST", "/v1/webhooks", {"url": "https://example.org/hook"}, 201)
    assert made["secret"].startswith("whsec_")
    assert (made["events"], made["searches"], made["payload"]) == (["article.matched"], None, "compact")
    address = made["links"]["self"]
    assert "secret" not in send(api, "GET", address) and "secret" not in send(api, "GET", "/v1/webhooks")["results"][0]
    search = save(api)
    changed = send(
        api, "PATCH", address, {"searches": [str(search.id)], "payload": "full", "rate": 60, "concurrency": 2}
    )
    assert (changed["searches"], changed["payload"], changed["rate"]) == ([str(search.id)], "full", 60)
    assert send(api, "PATCH", address, {"searches": None, "rate": None})["searches"] is None
    assert send(api, "PATCH", address, {"state": "paused"})["state"] == "paused"
    assert send(api, "POST", made["links"]["test"], status=409)["code"] == "webhook_not_active"
    rotated = send(api, "POST", made["links"]["rotate"], {"overlap": 60})
    assert rotated["secret"] != made["secret"] and rotated["old_secret_until"]
    send(api, "DELETE", address, status=204)
    send(api, "GET", address, status=404)


@pytest.mark.parametrize(
    ("body", "status", "parameter"),
    [
        ({}, 400, "url"),
        ({"url": "ftp://example.org"}, 422, "url"),
        ({"url": "https://user:pass@example.org"}, 422, "url"),
        ({"url": "x" * 9000}, 422, "url"),
        ({"url": "http://127.0.0.1/"}, 422, "url"),
        ({"url": "http://[::ffff:10.0.0.1]/"}, 422, "url"),
        ({"url": "http://[64:ff9b::7f00:1]/"}, 422, "url"),
        ({"url": "http://169.254.169.254/latest"}, 422, "url"),
        ({"url": "https://example.org", "events": ["article.read"]}, 400, "events"),
        ({"url": "https://example.org", "payload": "xml"}, 400, "payload"),
        ({"url": "https://example.org", "searches": ["1"]}, 400, "searches"),
        ({"url": "https://example.org", "searches": ["01a20584-134d-73ed-a5dc-d80132210bed"]}, 400, "searches"),
        ({"url": "https://example.org", "rate": -1}, 400, "rate"),
        ({"url": "https://example.org", "concurrency": 51}, 400, "concurrency"),
        ({"url": "https://example.org", "secret": "secret"}, 400, "secret"),
        ({"url": "https://example.org", "state": "active"}, 400, "state"),
        ({"url": "https://example.org/\0"}, 400, "url"),
        ({"url": 5}, 400, "url"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_named(api: Client, body: Any, status: int, parameter: str) -> None:
    problem = send(api, "POST", "/v1/webhooks", body, status)
    assert problem["parameter"] == parameter, problem
    assert not Endpoint.objects.exists()


def test_nobody_reads_replays_or_changes_another_ones(api: Client, receiver: Receiver) -> None:
    mine, theirs = (create_key(name, ["read", "ingest", "admin"])[1] for name in ("mine", "theirs"))
    search = save(api, key=mine)
    endpoint = hook(api, f"{receiver.url}/mine", mine)
    publish("Storm")
    match(), deliver()
    [delivery] = Delivery.objects.all()
    own = {
        f"/v1/searches/{search.id}": ("GET", "PATCH", "DELETE"),
        f"/v1/searches/{search.id}/preview": ("GET",),
        f"/v1/webhooks/{endpoint.id}": ("GET", "PATCH", "DELETE"),
        f"/v1/webhooks/{endpoint.id}/test": ("POST",),
        f"/v1/webhooks/{endpoint.id}/rotate": ("POST",),
        f"/v1/webhooks/{endpoint.id}/replay": ("POST",),
        f"/v1/deliveries/{delivery.id}": ("GET",),
        f"/v1/deliveries/{delivery.id}/redeliver": ("POST",),
    }
    for key in (theirs, ""):
        for address, methods in own.items():
            for method in methods:
                send(api, method, address, None if method in ("GET", "DELETE") else {}, 404, key)
        for address in ("/v1/searches", "/v1/webhooks", "/v1/deliveries", f"/v1/deliveries?webhook={endpoint.id}"):
            assert send(api, "GET", address, key=key)["results"] == []
        send(api, "POST", "/v1/webhooks", {"url": "https://example.org", "searches": [str(search.id)]}, 400, key)
    assert len(send(api, "GET", "/v1/deliveries", key=mine)["results"]) == 1
    # What another key searches for is not sent to mine.
    save(api, "calm", key=theirs)
    publish("Calm")
    assert match() == 0


def test_the_webhooks_of_a_revoked_key_are_stopped(api: Client, receiver: Receiver) -> None:
    key, secret = create_key("gone", ["read"])
    endpoint = hook(api, f"{receiver.url}/x", secret)
    other = hook(api, f"{receiver.url}/y")
    revoke(key)
    assert keeping.stop_revoked() == 1 and keeping.stop_revoked() == 0
    endpoint.refresh_from_db()
    other.refresh_from_db()
    assert (endpoint.state, endpoint.state_reason, other.state) == ("disabled", "Its API key was revoked.", "active")


def test_deliveries_are_filtered_sent_again_and_replayed(api: Client, receiver: Receiver) -> None:
    search = save(api)
    endpoint = hook(api, f"{receiver.url}/x")
    publish("Storm one", "Storm two")
    match(), deliver()
    found = send(api, "GET", f"/v1/deliveries?state=delivered&search={search.id}&type=article.matched&since=1h")
    assert len(found["results"]) == 2 and found["next"] is None
    page = send(api, "GET", "/v1/deliveries?limit=1")
    assert send(api, "GET", f"/v1/deliveries?limit=1&cursor={page['next']}")["results"][0] != page["results"][0]
    assert send(api, "GET", "/v1/deliveries?state=lost", status=400)["parameter"] == "state"
    assert send(api, "GET", "/v1/deliveries?webhook=x", status=400)["parameter"] == "webhook"
    again = send(api, "POST", found["results"][0]["links"]["redeliver"], status=202)
    assert again["state"] == "waiting"
    assert deliver() == 1
    assert [one.id for one in receiver.got].count(again["message_id"]) == 2
    shown = send(api, "GET", again["links"]["self"])
    assert [one["number"] for one in shown["tries"]] == [2, 1] and shown["tries"][0]["body"] == "ok"
    assert send(api, "POST", f"/v1/webhooks/{endpoint.id}/replay", {"since": "1h"}, 202) == {"deliveries": 0}
    assert send(api, "POST", f"/v1/webhooks/{endpoint.id}/replay", {"which": "all"}, 202) == {"deliveries": 2}
    assert deliver() == 2
    send(api, "POST", f"/v1/webhooks/{endpoint.id}/replay", {"since": "soon"}, 400)
    # One that was not there is sent what came before.
    late = hook(api, f"{receiver.url}/late")
    assert send(api, "POST", f"/v1/webhooks/{late.id}/replay", {"which": "all"}, 202) == {"deliveries": 2}
    assert deliver() == 2 and len(receiver.of("/late")) == 2
    assert Event.objects.count() == 2
