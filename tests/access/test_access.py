"""Keys, scopes, local reading and sessions, through the API's own views."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from access import services
from access.models import ApiKey
from newsapi.errors import InvalidParameter, NotFound

pytestmark = pytest.mark.django_db
REMOTE = {"REMOTE_ADDR": "203.0.113.9"}
TOPICS = "/v1/topics/medtop:11000000"


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    services.forget()
    yield
    services.forget()


def make(*scopes: str) -> str:
    return services.create_key("test", scopes)[1]


def get(path: str = TOPICS, **headers: Any) -> Any:
    return APIClient().get(path, HTTP_HOST=headers.pop("HTTP_HOST", "localhost:8000"), **headers)


def test_a_key_has_256_bits_and_only_its_hash_is_kept() -> None:
    row, key = services.create_key("crawler", ["ingest", "read"])
    assert key.startswith("nk_") and len(key) >= 3 + 43
    assert row.digest == hashlib.sha256(key.encode()).hexdigest()
    assert key not in str(ApiKey.objects.filter(id=row.id).values().get())
    assert services.verify(key) == row
    assert services.verify(key + "x") is None


@pytest.mark.parametrize("name, scopes", [("x", []), ("x", ["write"]), ("", ["read"]), ("x" * 101, ["read"])])
def test_keys_need_a_name_and_scopes_that_exist(name: str, scopes: list[str]) -> None:
    with pytest.raises(InvalidParameter):
        services.create_key(name, scopes)


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]", "[::1]:8000", "LOCALHOST"])
@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_reading_from_this_machine_needs_no_key(host: str, address: str) -> None:
    assert get(HTTP_HOST=host, REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "X_FORWARDED_FOR",
        "X_FORWARDED_HOST",
        "X_FORWARDED_ANYTHING",
        "FORWARDED",
        "VIA",
        "X_REAL_IP",
        "CF_CONNECTING_IP",
    ],
)
def test_what_was_forwarded_is_not_local(header: str) -> None:
    answer = get(**{f"HTTP_{header}": "127.0.0.1"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "not_authenticated"


@pytest.mark.parametrize("address", ["203.0.113.9", "10.0.0.1", "::2", "", "unix:"])
def test_other_machines_need_a_key(address: str) -> None:
    assert get(REMOTE_ADDR=address).status_code == 401


def test_another_host_name_is_not_local(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for host in ("attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example:8000", "localhost:80x"):
        assert get(HTTP_HOST=host).status_code in (400, 401), host


@pytest.mark.parametrize(
    "headers", [{"HTTP_AUTHORIZATION": "Bearer {}"}, {"HTTP_AUTHORIZATION": "bearer {}"}, {"HTTP_X_API_KEY": "{}"}]
)
def test_a_key_opens_reading_from_elsewhere(headers: dict[str, str]) -> None:
    key = make("read")
    assert get(**REMOTE, **{name: value.format(key) for name, value in headers.items()}).status_code == 200


@pytest.mark.parametrize("key", ["", "nk_wrong", "nk_" + "a" * 5000, "ключ", "nk_\udcff", "a b c"])
def test_a_wrong_key_is_a_401_even_where_none_is_needed(key: str) -> None:
    for header in ({"HTTP_AUTHORIZATION": f"Bearer {key}"}, {"HTTP_X_API_KEY": key}):
        answer = get(**header)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
        assert answer.json()["code"] == "authentication_failed"


def test_writing_needs_a_key_also_on_this_machine() -> None:
    answer = APIClient().post("/v1/documents", {"text": "x"}, format="json")
    assert answer.status_code == 401


def test_the_missing_scope_is_named() -> None:
    answer = APIClient().post("/v1/documents", {"text": "x"}, format="json", HTTP_X_API_KEY=make("read"))
    assert answer.status_code == 403
    assert "ingest" in answer.json()["detail"]
    assert get(**REMOTE, HTTP_X_API_KEY=make("ingest")).status_code == 403
    assert get(**REMOTE, HTTP_X_API_KEY=make("admin")).status_code == 200


def test_a_revoked_key_is_no_key() -> None:
    row, key = services.create_key("gone", ["read"])
    assert get(**REMOTE, HTTP_X_API_KEY=key).status_code == 200
    services.revoke(row.prefix)
    assert get(**REMOTE, HTTP_X_API_KEY=key).status_code == 401
    with pytest.raises(NotFound):
        services.revoke(row.id)


def test_keys_are_revoked_by_name_only_where_it_is_clear() -> None:
    make("read"), make("read")
    with pytest.raises(InvalidParameter):
        services.revoke("test")


def test_verifying_costs_no_query_once_known(django_assert_num_queries: Any) -> None:
    key = make("read")
    services.verify(key)
    with django_assert_num_queries(0):
        services.verify(key)
        services.verify(key)


def test_last_use_is_kept_to_the_minute(django_assert_num_queries: Any) -> None:
    row, key = services.create_key("used", ["read"])
    assert row.last_used_at is None
    services.verify(key)
    row.refresh_from_db()
    first = row.last_used_at
    assert first is not None
    services.forget()
    with django_assert_num_queries(1):
        services.verify(key)
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    services.forget()
    services.verify(key)
    row.refresh_from_db()
    assert row.last_used_at is not None and row.last_used_at >= first


def test_a_busy_database_does_not_fail_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    key = make("read")

    def busy(*args: object, **kwargs: object) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", busy)
    assert services.verify(key) is not None


def login(client: Client, key: str, **form: str) -> Any:
    token = client.get("/login").cookies["csrftoken"].value
    return client.post("/login", {"key": key, "csrfmiddlewaretoken": token, **form})


def test_login_exchanges_a_key_for_a_session() -> None:
    row, key = services.create_key("person", ["read", "ingest"])
    client = Client(enforce_csrf_checks=True)
    answer = login(client, f" {key} ", next="/v1/topics")
    assert answer.status_code == 302 and answer["Location"] == "/v1/topics"
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert client.get(TOPICS, **REMOTE).status_code == 200
    services.revoke(row.id)
    assert client.get(TOPICS, **REMOTE).status_code == 401


def test_a_session_writes_only_with_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    login(client, make("ingest"))
    body = {"text": "A headline\n\nA paragraph of some words, and then some more of them."}
    refused = client.post("/v1/documents", body, content_type="application/json")
    assert refused.status_code == 403 and refused.json()["code"] == "csrf_failed"
    token = client.cookies["csrftoken"].value
    taken = client.post("/v1/documents", body, content_type="application/json", headers={"X-CSRFToken": token})
    assert taken.status_code == 202


def test_login_refuses_a_wrong_key_and_a_missing_token() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = login(client, "nk_wrong")
    assert answer.status_code == 401 and b"not known" in answer.content
    assert client.post("/login", {"key": make("read")}).status_code == 403


@pytest.mark.parametrize("target", ["https://attacker.example/", "//attacker.example", "javascript:alert(1)", "\\\\x"])
def test_login_leads_to_no_other_site(target: str) -> None:
    assert login(Client(), make("read"), next=target)["Location"] == "/"


def test_logout_ends_the_session() -> None:
    client = Client()
    login(client, make("read"))
    assert client.get(TOPICS, **REMOTE).status_code == 200
    assert client.get("/logout").status_code == 302
    assert client.get(TOPICS, **REMOTE).status_code == 200
    client.post("/logout")
    assert client.get(TOPICS, **REMOTE).status_code == 401


def test_cookies_are_secure_where_the_connection_is() -> None:
    assert not Client().get("/login").cookies["csrftoken"]["secure"]
    assert Client().get("/login", secure=True).cookies["csrftoken"]["secure"]
