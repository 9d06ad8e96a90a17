"""Saved searches: what can be saved, what it asks, and whose it is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from access.services import create_key
from search.query import Query
from tests.search.api import Archive, archive
from webhooks import queries
from webhooks.models import SavedSearch

__all__ = ["archive"]
pytestmark = pytest.mark.django_db


def send(client: Client, method: str, address: str, body: Any = None, status: int = 200, **headers: str) -> Any:
    answer = client.generic(
        method, address, b"" if body is None else orjson.dumps(body), "application/json", headers=headers
    )
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def test_a_search_is_saved_shown_changed_and_removed(archive: Archive) -> None:
    client = archive.client
    made = send(client, "POST", "/v1/searches", {"search": {"q": "climate", "source": "bbc.com"}}, 201)
    assert (made["name"], made["schedule"], made["active"]) == ("climate", "each", True)
    address = made["links"]["self"]
    assert send(client, "GET", address) == made
    changed = send(client, "PATCH", address, {"name": "Climate", "active": False})
    assert (changed["name"], changed["active"], changed["search"]) == ("Climate", False, made["search"])
    send(client, "PATCH", address, {"search": "summit"})
    row = SavedSearch.objects.get()
    assert (row.revision, row.search) == (2, {"q": "summit"})
    assert [one["id"] for one in send(client, "GET", "/v1/searches")["results"]] == [made["id"]]
    send(client, "DELETE", address, status=204)
    send(client, "GET", address, status=404)


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "search"),
        ([], None),
        ({"search": {"q": "(iran"}}, "search.q"),
        ({"search": {"q": "a", "query": "b"}}, "search.query"),
        ({"search": {"query": {"op": "text"}}}, "search.query.text"),
        ({"search": {"country": "Atlantis"}}, "search.country"),
        ({"search": {"limit": 5}}, "search.limit"),
        ({"search": "a", "schedule": "hourly"}, "schedule"),
        ({"search": "a", "active": "yes"}, "active"),
        ({"search": "a", "name": "x" * 201}, "name"),
        ({"search": "a\0b"}, "search.q"),
        ({"search": "a", "owner": "me"}, "owner"),
    ],
)
def test_what_cannot_be_saved_is_named(archive: Archive, body: Any, parameter: str | None) -> None:
    problem = send(archive.client, "POST", "/v1/searches", body, 400)
    assert problem.get("parameter") == parameter or parameter is None, problem
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    "search",
    [
        {"q": "climate AND (summit OR talks) -football"},
        {"query": {"op": "near", "words": ["a", "b"], "distance": 3}, "country": ["IR", "-US"]},
        {"published_after": "2026-06-01", "words_min": 5, "language": ["en", "fr"]},
        {"q": 'headline:"regime change" OR clim* OR summt~1 date:[2026-01-01 TO 2026-02-01]', "duplicates": "show"},
    ],
)
def test_what_is_kept_of_a_search_asks_the_same(archive: Archive, search: Any) -> None:
    asked = queries.read(search)
    kept = queries.restore(queries.write(asked))
    assert without_positions(kept) == without_positions(asked.query)
    assert not queries.moves(search, asked)


def without_positions(query: Query) -> str:
    return re.sub(r", position=\w+", "", repr(query))


def test_ages_move_on(archive: Archive) -> None:
    search = {"q": "climate", "published_after": "7d"}
    assert queries.moves(search, queries.read(search))


def test_a_preview_says_what_would_have_been_reported(archive: Archive) -> None:
    made = send(archive.client, "POST", "/v1/searches", {"search": {"q": "climate", "duplicates": "show"}}, 201)
    found = send(archive.client, "GET", f"{made['links']['preview']}?since=1d")
    assert found["total"] == 0 and found["results"] == []
    problem = send(archive.client, "GET", f"{made['links']['preview']}?since=soon", status=400)
    assert problem["parameter"] == "since"
    late = (timezone.now() + timedelta(days=1)).isoformat().replace("+", "%2B")
    send(archive.client, "GET", f"{made['links']['preview']}?since={late}", status=400)


def test_nobody_sees_or_changes_another_ones(archive: Archive) -> None:
    mine, theirs = (create_key(name, ["read"])[1] for name in ("mine", "theirs"))
    made = send(archive.client, "POST", "/v1/searches", {"search": "climate"}, 201, authorization=f"Bearer {mine}")
    for method, address in (
        ("GET", made["links"]["self"]),
        ("PATCH", made["links"]["self"]),
        ("DELETE", made["links"]["self"]),
        ("GET", made["links"]["preview"]),
    ):
        send(archive.client, method, address, {} if method == "PATCH" else None, 404, authorization=f"Bearer {theirs}")
        send(archive.client, method, address, {} if method == "PATCH" else None, 404)
    assert send(archive.client, "GET", "/v1/searches", authorization=f"Bearer {theirs}")["results"] == []
    assert len(send(archive.client, "GET", "/v1/searches", authorization=f"Bearer {mine}")["results"]) == 1
