"""What reaches a receiver, and what becomes of deliveries to those that fail."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook

from newsapi.http import Client as Outbound
from tests.bounds import EVENT
from tests.search.changes import delete
from tests.webhooks.api import deliver, due, hook, match, publish, save, send
from tests.webhooks.receiver import Receiver, Says, client
from webhooks import keeping
from webhooks.delivering import Run
from webhooks.models import Attempt, Delivery, Endpoint, Event

pytestmark = pytest.mark.django_db


def one(api: Client, receiver: Receiver, path: str = "/x", headline: str = "Storm", **more: Any) -> Endpoint:
    """An endpoint that one article waits for."""
    save(api)
    endpoint = hook(api, receiver.url + path, **more)
    publish(headline)
    assert match() == 1
    return endpoint


def state(path: str = "") -> Delivery:
    return Delivery.objects.get(endpoint__url__endswith=path)


def test_a_delivery_is_signed_and_says_what_matched(api: Client, receiver: Receiver) -> None:
    endpoint = one(api, receiver, headline="Storm over Oslo")
    assert deliver() == 1
    [got] = receiver.got
    data = Webhook(endpoint.secret).verify(got.body, got.headers)
    event = Event.objects.get()
    assert got.id == f"msg_{event.id.hex}" == data["id"]
    assert (data["type"], got.headers["webhook-event"]) == ("article.matched", "article.matched")
    assert data["data"]["article"]["headline"] == "Storm over Oslo"
    assert data["data"]["search"]["name"] == "storm"
    assert "body" not in data["data"]["article"]
    row = state()
    assert (row.state, row.attempts, row.status, row.next_at) == ("delivered", 1, 200, None)
    tried = Attempt.objects.get()
    assert (tried.number, tried.status, tried.error, tried.body) == (1, 200, "", "ok")
    assert deliver() == 0


@pytest.mark.parametrize(("form", "has"), [("full", "paragraphs_or_body"), ("ids", "version")])
def test_the_payload_is_as_asked_for(api: Client, receiver: Receiver, form: str, has: str) -> None:
    one(api, receiver, payload=form)
    deliver()
    article = receiver.got[0].json["data"]["article"]
    if form == "ids":
        assert set(article) == {"id", "number", "revision", "version"}
    else:
        assert article["body"] == "Storm was in the news."


def test_of_a_removed_article_nothing_but_its_id_is_sent(api: Client, receiver: Receiver) -> None:
    save(api)
    hook(api, f"{receiver.url}/x")
    [article] = publish("Storm")
    match()
    delete(article)
    deliver()
    assert receiver.got[0].json["data"]["article"] == {"id": str(article.id), "deleted": True}


def test_both_secrets_sign_while_they_overlap(api: Client, receiver: Receiver) -> None:
    endpoint = one(api, receiver)
    rotated = send(api, "POST", f"/v1/webhooks/{endpoint.id}/rotate", {"overlap": 600})
    deliver()
    for secret in (endpoint.secret, rotated["secret"]):
        Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    Endpoint.objects.update(old_secret_until=timezone.now())
    send(api, "POST", f"/v1/webhooks/{endpoint.id}/test", status=202)
    deliver()
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(endpoint.secret).verify(receiver.got[1].body, receiver.got[1].headers)


@pytest.mark.parametrize("status", [300, 302, 400, 404, 500])
def test_only_2xx_is_success(api: Client, receiver: Receiver, status: int) -> None:
    one(api, receiver)
    receiver.says["/x"] = Says(status, b"no" * 20_000, {"Location": f"{receiver.url}/elsewhere"})
    assert deliver() == 1
    row, tried = state(), Attempt.objects.get()
    assert (row.state, row.status, tried.status) == ("waiting", status, status)
    assert str(status) in row.error and len(tried.body) == 16_384
    assert row.next_at is not None
    assert timedelta(seconds=3) < row.next_at - timezone.now() < timedelta(seconds=6.5)
    assert receiver.of("/elsewhere") == []


def test_the_same_id_comes_again_until_the_tenth_try(api: Client, receiver: Receiver) -> None:
    one(api, receiver)
    receiver.says["/x"] = Says(500)
    for _ in range(10):
        assert deliver() == 1
        due()
    assert deliver() == 0
    row = state()
    assert (row.state, row.attempts) == ("dead", 10) and row.finished_at is not None
    assert len({got.id for got in receiver.got}) == 1 and len(receiver.got) == 10
    receiver.says.clear()
    assert send(api, "POST", f"/v1/webhooks/{row.endpoint_id}/replay", {}, 202) == {"deliveries": 1}
    due()
    assert deliver() == 1 and state().state == "delivered"
    assert Endpoint.objects.get().failures == 0


def test_a_410_disables_and_the_owner_is_told(api: Client, receiver: Receiver) -> None:
    one(api, receiver, "/gone")
    hook(api, f"{receiver.url}/told", events=["endpoint.disabled"])
    receiver.says["/gone"] = Says(410)
    deliver()
    endpoint = Endpoint.objects.get(url__endswith="/gone")
    assert endpoint.state == "disabled" and "410" in endpoint.state_reason
    deliver()
    [got] = receiver.of("/told")
    assert (got.json["type"], got.json["data"]["webhook"]) == ("endpoint.disabled", str(endpoint.id))
    due()
    assert deliver() == 0
    send(api, "PATCH", f"/v1/webhooks/{endpoint.id}", {"state": "active"})
    receiver.says.clear()
    assert deliver() == 1


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(api: Client, receiver: Receiver, status: int) -> None:
    one(api, receiver)
    receiver.says["/x"] = Says(status, headers={"Retry-After": "600"})
    deliver()
    row, endpoint = state(), Endpoint.objects.get()
    assert row.next_at is not None and row.next_at - timezone.now() > timedelta(seconds=590)
    assert endpoint.not_before is not None and endpoint.not_before - timezone.now() > timedelta(seconds=590)
    publish("Storm again")
    match()
    assert deliver() == 0


def test_an_endpoint_that_fails_is_left_alone_ever_longer_and_given_up_after_five_days(
    api: Client, receiver: Receiver
) -> None:
    one(api, receiver)
    receiver.says["/x"] = Says(500)
    for _ in range(6):
        deliver()
        due()
    deliver()
    endpoint = Endpoint.objects.get()
    assert endpoint.failures == 7 and endpoint.not_before is not None
    assert endpoint.not_before - timezone.now() > timedelta(seconds=30)
    due()
    Endpoint.objects.update(failing_since=F("failing_since") - timedelta(days=5, minutes=1))
    deliver()
    endpoint.refresh_from_db()
    assert endpoint.state == "disabled" and "only failed since" in endpoint.state_reason


def test_an_address_inside_is_never_connected_to(api: Client, receiver: Receiver, settings: Any) -> None:
    one(api, receiver)
    Endpoint.objects.update(url=receiver.url.replace("127.0.0.1", "inside.example") + "/x")
    rebinding = Outbound(user_agent="test", resolver=lambda name: ["127.0.0.1"])
    assert Run(rebinding).run() == 1
    assert receiver.got == [] and Attempt.objects.get().code == "address_refused"
    assert "not a public address" in state().error


def test_a_dropped_connection_is_tried_again(api: Client, receiver: Receiver) -> None:
    one(api, receiver)
    receiver.says["/x"] = Says(drop=True)
    deliver()
    assert state().state == "waiting" and Attempt.objects.get().code == "interrupted"
    receiver.says.clear()
    due()
    deliver()
    assert [got.id for got in receiver.got] == [receiver.got[0].id] * 2 and state().state == "delivered"


@pytest.mark.django_db(transaction=True)
def test_a_slow_endpoint_costs_others_nothing_and_concurrency_holds(api: Client, receiver: Receiver) -> None:
    save(api)
    slow, quick = hook(api, f"{receiver.url}/slow", concurrency=2), hook(api, f"{receiver.url}/quick")
    publish(*(f"Storm {n}" for n in range(30)))
    assert match() == 60
    go_on = threading.Event()
    receiver.says["/slow"] = Says(before=lambda: go_on.wait(EVENT))

    def release() -> None:
        receiver.wait(30, "/quick", EVENT)
        go_on.set()

    waiting = threading.Thread(target=release)
    waiting.start()
    deliver()
    waiting.join()
    assert len(receiver.of("/quick")) == 30
    assert receiver.most["/slow"] <= 2 and receiver.most["/quick"] <= 5
    due()
    deliver()
    assert Delivery.objects.filter(endpoint=quick, state="delivered").count() == 30
    assert Delivery.objects.filter(endpoint=slow, state="delivered").exists()


def test_a_rate_holds(api: Client, receiver: Receiver) -> None:
    save(api)
    hook(api, f"{receiver.url}/x", rate=60)
    publish(*(f"Storm {n}" for n in range(20)))
    match()
    assert 1 <= Run(client()).run(2.0) <= 6


def test_what_is_paused_waits(api: Client, receiver: Receiver) -> None:
    endpoint = one(api, receiver)
    send(api, "PATCH", f"/v1/webhooks/{endpoint.id}", {"state": "paused"})
    assert deliver() == 0
    send(api, "PATCH", f"/v1/webhooks/{endpoint.id}", {"state": "active"})
    assert deliver() == 1


def test_a_process_that_is_gone_holds_no_endpoint(api: Client, receiver: Receiver) -> None:
    one(api, receiver)
    Endpoint.objects.update(busy_by="elsewhere:1:2:3", busy_until=timezone.now() + timedelta(hours=1))
    assert deliver() == 0
    Endpoint.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    assert deliver() == 1


def test_what_is_over_is_forgotten_after_thirty_days(api: Client, receiver: Receiver) -> None:
    one(api, receiver)
    deliver()
    assert keeping.forget(timezone.now()) == 0
    assert keeping.forget(timezone.now() + timedelta(days=31)) == 1
    assert not Delivery.objects.exists() and not Attempt.objects.exists()


def test_what_waits_for_too_long_is_given_up(api: Client, receiver: Receiver) -> None:
    one(api, receiver)
    assert keeping.forget(timezone.now() + timedelta(days=31)) == 0
    assert state().state == "dead"
