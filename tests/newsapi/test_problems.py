"""Problems outside the API views, and what browsers see of them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from ingest.models import Capture

LOCAL = {"HTTP_HOST": "localhost"}


def test_an_unknown_address_names_the_one_that_was_meant() -> None:
    for wrong, right in (
        ("/v1/articles/", "/v1/articles"),
        ("/v1/article", "/v1/articles"),
        ("/v1/topic", "/v1/topics"),
    ):
        answer = Client(**LOCAL).get(wrong)
        assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"
        assert answer.json()["suggestion"] == right and right in answer.json()["detail"]


def test_a_browser_gets_a_page() -> None:
    answer = Client(**LOCAL).get("/nope/<script>", HTTP_ACCEPT="text/html,application/xhtml+xml")
    assert answer.status_code == 404 and answer["Content-Type"].startswith("text/html")
    assert b"<script>" not in answer.content and b"/docs/errors#not_found" in answer.content


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/schema", "/v1/articles", "/v1/documents/bulk"])
def test_other_methods_say_which_are_possible(path: str) -> None:
    answer = Client(**LOCAL, enforce_csrf_checks=True).put(path)
    assert answer.status_code == 405 and answer["Content-Type"] == "application/problem+json"
    assert "OPTIONS" in answer["Allow"] and "PUT is not possible here" in answer.json()["detail"]


def test_a_form_without_its_token_is_a_problem() -> None:
    answer = Client(**LOCAL, enforce_csrf_checks=True).post("/login", {"key": "x"})
    assert answer.status_code == 403 and answer.json()["code"] == "csrf_failed"


def test_another_host_is_named() -> None:
    answer = Client(HTTP_HOST="evil.example").get("/v1/articles")
    assert answer.status_code == 400 and "evil.example" in answer.json()["detail"]


def test_answers_are_not_kept() -> None:
    assert Client(**LOCAL).get("/nope")["Cache-Control"] == "no-store"
    assert {"Authorization", "X-Api-Key"} <= set(Client(**LOCAL).get("/nope")["Vary"].split(", "))


@pytest.mark.django_db
def test_the_next_page_of_documents_is_a_link() -> None:
    for number in range(2):
        Capture.objects.create(content=b"x", media_type=f"text/plain; n={number}")
    page = Client(**LOCAL).get("/v1/documents?limit=1", HTTP_ACCEPT="text/html").content.decode()
    [following] = re.findall(r'rel="next" href="([^"]+)"', page)
    assert following.startswith("?limit=1&amp;cursor=")
    assert Client(**LOCAL).get("/v1/documents" + following.replace("&amp;", "&")).status_code == 200
