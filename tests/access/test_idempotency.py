"""A write that is sent twice happens once."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from access import idempotency, services
from access.models import KeptAnswer
from ingest.models import Batch, Capture

pytestmark = pytest.mark.django_db
DOCUMENT = {"text": "Harbour Post\n\nA bridge opens\n\nHAMBURG - The mayor opened a bridge over the Elbe on Friday."}
NAMES = ["0d9e", '"0d9e-4f"', "a" * 255]


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost", "x-api-key": services.create_key("test", ["ingest", "read"])[1]})


def post(client: Client, name: str, document: Any = DOCUMENT, address: str = "/v1/documents", **headers: str) -> Any:
    return client.post(
        address, json.dumps(document), content_type="application/json", headers={"idempotency-key": name, **headers}
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_same_request_again_gets_the_same_answer(client: Client, name: str) -> None:
    first = post(client, name)
    assert first.status_code == 202
    again = post(client, name)
    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Capture.objects.count() == 1


def test_quoted_or_not_it_is_the_same_key(client: Client) -> None:
    assert post(client, "abc").status_code == 202
    assert post(client, '"abc"').headers["Idempotent-Replayed"] == "true"


def test_another_request_under_the_same_key_is_refused(client: Client) -> None:
    post(client, "abc")
    for other in (
        post(client, "abc", {**DOCUMENT, "language": "de"}),
        post(client, "abc", DOCUMENT, "/v1/exports"),
        client.delete("/v1/articles/x", headers={"idempotency-key": "abc"}),
    ):
        assert other.status_code == 422, other.content
        assert other.json()["code"] == "idempotency_key_reused"
        assert other.headers["Content-Type"] == "application/problem+json"
    assert Capture.objects.count() == 1


def test_keys_of_different_callers_do_not_meet(client: Client) -> None:
    other = Client(headers={"host": "localhost", "x-api-key": services.create_key("other", ["ingest"])[1]})
    assert post(client, "abc").json()["id"] != post(other, "abc").json()["id"]


def test_without_the_header_nothing_is_kept(client: Client) -> None:
    client.post("/v1/documents", DOCUMENT, content_type="application/json")
    client.get("/v1/documents", headers={"idempotency-key": "abc"})
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "a b", "é", "a" * 256, '"a', 'a"', "a\tb"])
def test_a_key_that_is_none_is_named(client: Client, name: str) -> None:
    answer = post(client, name)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
    assert not Capture.objects.exists()


def test_what_was_refused_may_be_sent_again_mended(client: Client) -> None:
    assert post(client, "abc", {"text": 5}).status_code == 422
    assert post(client, "abc").status_code == 202


def test_who_may_not_write_is_told_so_and_claims_nothing(client: Client) -> None:
    reader = Client(headers={"host": "localhost", "x-api-key": services.create_key("r", ["read"])[1]})
    assert post(reader, "abc").status_code == 403
    assert post(Client(headers={"host": "localhost", "x-api-key": "nk_no"}), "abc").status_code == 401
    assert post(Client(headers={"host": "localhost"}), "abc").status_code == 401
    assert not KeptAnswer.objects.exists()


def test_a_second_one_waits_for_the_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def receive(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.undo()
        seen.append(post(client, "abc"))
        raise DatabaseError("gone")

    from ingest import services as ingest

    monkeypatch.setattr(ingest, "receive", receive)
    client.raise_request_exception = False
    failed = post(client, "abc")
    assert failed.status_code >= 500
    [second] = seen
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_flight")
    assert int(second.headers["Retry-After"]) > 0
    # What failed changed nothing: the key is free again.
    assert post(client, "abc").status_code == 202


def test_a_claim_of_a_killed_process_is_taken_over_after_a_while(client: Client) -> None:
    key = services.list_keys().get()
    row = KeptAnswer.objects.create(owner=str(key.id), name="abc", claimed_until=timezone.now() + timedelta(seconds=9))
    assert post(client, "abc").status_code == 409
    KeptAnswer.objects.filter(id=row.id).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert post(client, "abc").status_code == 202
    assert post(client, "abc").headers["Idempotent-Replayed"] == "true"


def test_a_bulk_load_is_loaded_once(client: Client) -> None:
    body = b"\n".join(
        json.dumps({"text": f"Post\n\nHeadline {n}\n\nSome words of a text."}).encode() for n in range(50)
    )

    def load(content: bytes) -> Any:
        return client.post(
            "/v1/documents/bulk", content, content_type="application/x-ndjson", headers={"idempotency-key": "b"}
        )

    first = load(body)
    assert first.status_code == 202, first.content
    assert load(body).content == first.content
    assert load(body + b"\n{}").status_code == 422
    assert Batch.objects.count() == 1
    assert Capture.objects.count() == 50


def test_a_deletion_is_acknowledged_again(client: Client) -> None:
    from tests.search.changes import add, document

    [article] = add(document())
    for replayed in (False, True):
        answer = client.delete(f"/v1/articles/{article.id}", headers={"idempotency-key": "d"})
        assert (answer.status_code, "Idempotent-Replayed" in answer.headers) == (204, replayed)
    assert client.delete(f"/v1/articles/{article.id}").status_code == 410


def test_answers_are_kept_for_a_day(client: Client) -> None:
    post(client, "abc")
    assert idempotency.forget() == 0
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert "Idempotent-Replayed" not in post(client, "abc").headers
    KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert idempotency.forget() == 1


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.models import QuerySet

    real = QuerySet.update

    def update(self: Any, **values: Any) -> int:
        if "fingerprint" in values:
            raise DatabaseError("locked")
        return real(self, **values)

    monkeypatch.setattr(QuerySet, "update", update)
    assert post(client, "abc").status_code == 202
    monkeypatch.undo()
    # Rather told to wait than done twice.
    assert post(client, "abc").status_code == 409


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="threads of SQLite in memory do not wait for each other's locks"
)
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = services.create_key("test", ["ingest"])[1]
    statuses: list[int] = []
    go = threading.Barrier(6)

    def send() -> None:
        client = Client(headers={"host": "localhost", "x-api-key": secret})
        try:
            go.wait(60)
            statuses.append(post(client, "abc").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert Capture.objects.count() == 1
    assert set(statuses) <= {202, 409} and 202 in statuses
