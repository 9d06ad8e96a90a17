"""Tags, compression, links, other sites' pages and addresses that are to go."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.response import Response

from newsapi.api import ApiView
from newsapi.transfer import CODINGS, SMALL, Transfer, chosen
from tests.search.api import Archive, archive

__all__ = ["archive"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None),
        ("identity", None),
        ("gzip", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("*;q=0", None),
        ("gzip;q=0.5, identity", None),
        ("gzip, identity;q=0.5", "gzip"),
        ("deflate", None),
        ("gzip;q=x", None),
        (",,;", None),
    ],
)
def test_the_coding_that_both_like_best(accepted: str, coding: str | None) -> None:
    assert chosen(accepted) == coding


@given(st.text())
def test_any_header_is_read(accepted: str) -> None:
    assert chosen(accepted) in (None, *CODINGS)


def test_a_list_is_tagged_and_not_sent_again(archive: Archive) -> None:
    first = archive.client.get("/v1/articles?limit=5")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = archive.client.get("/v1/articles?limit=5", headers={"if-none-match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    assert "Content-Type" not in again.headers
    assert {"Authorization", "X-Api-Key"} <= set(again.headers["Vary"].split(", "))
    assert archive.client.get("/v1/articles?limit=6", headers={"if-none-match": tag}).status_code == 200
    archive.add({"headline": "New"})
    assert archive.client.get("/v1/articles?limit=5", headers={"if-none-match": tag}).status_code == 200


def test_an_error_has_no_tag(archive: Archive) -> None:
    answer = archive.client.get("/v1/articles?limit=0", headers={"if-none-match": "*"})
    assert answer.status_code == 400
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_for_people_is_not_tagged(archive: Archive) -> None:
    answer = archive.client.get("/v1/articles", headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert "ETag" not in answer.headers


def test_answers_are_compressed_for_who_takes_it(archive: Archive) -> None:
    plain = archive.client.get("/v1/articles?limit=20")
    packed = archive.client.get("/v1/articles?limit=20", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content)
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
    # Both forms are one content: whichever tag comes back is right.
    for tag in (plain.headers["ETag"], packed.headers["ETag"]):
        again = archive.client.get("/v1/articles?limit=20", headers={"if-none-match": tag, "accept-encoding": "gzip"})
        assert again.status_code == 304


def test_an_articles_own_tag_stays_usable_when_compressed(archive: Archive) -> None:
    address = f"/v1/articles/{archive.articles[6].id}"
    plain = archive.client.get(address)
    packed = archive.client.get(address, headers={"accept-encoding": "gzip"})
    if "Content-Encoding" in packed.headers:
        assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    assert archive.client.get(address, headers={"if-none-match": packed.headers["ETag"]}).status_code == 304


def answered(content: bytes, kind: str, **headers: str) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(content, content_type=kind, headers=headers)

    return Transfer(view)(RequestFactory().get("/v1/x", headers={"accept-encoding": "gzip"}))


@pytest.mark.parametrize("kind", ["application/json", "application/problem+json", "text/csv; charset=utf-8"])
def test_text_is_compressed_and_small_text_is_not(kind: str) -> None:
    assert answered(b"x" * (SMALL + 1), kind).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in answered(b"x" * SMALL, kind).headers


@pytest.mark.parametrize("kind", ["application/zip", "image/png", "application/octet-stream"])
def test_what_is_packed_already_is_not(kind: str) -> None:
    assert "Content-Encoding" not in answered(b"x" * 9999, kind).headers
    assert answered(b"x" * 9999, "text/plain", **{"Content-Encoding": "br"}).headers["Content-Encoding"] == "br"


def test_head_says_what_get_would(archive: Archive) -> None:
    whole = archive.client.get("/v1/articles?limit=3")
    head = archive.client.head("/v1/articles?limit=3")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag"):
        assert head.headers[name] == whole.headers[name]


def links(answer: Any) -> dict[str, str]:
    found = {}
    for part in answer.headers["Link"].split(", "):
        address, _, relation = part.partition("; ")
        found[relation.removeprefix('rel="').rstrip('"')] = address.strip("<>")
    return found


def test_pages_link_to_the_next_the_first_and_themselves(archive: Archive) -> None:
    first = archive.client.get("/v1/articles?limit=15&q=report")
    one = links(first)
    assert one["self"] == one["first"] == "http://localhost/v1/articles?limit=15&q=report"
    assert one["next"] == first.json()["next"]
    second = links(archive.client.get(one["next"]))
    assert second["self"] == one["next"]
    assert second["first"] == one["first"]
    last = links(archive.client.get(second["next"]))
    assert "next" not in last


class Leaving(ApiView):
    permission_classes = []
    authentication_classes = []
    deprecated = datetime(2026, 1, 1, tzinfo=UTC)
    sunset = datetime(2027, 1, 1, tzinfo=UTC)
    successor = "/docs/changes"

    def get(self, request: Any) -> Response:
        return Response({})


def test_an_address_that_is_to_go_says_so() -> None:
    answer = Leaving.as_view()(RequestFactory().get("/v1/old"))
    assert answer.headers["Deprecation"] == "@1767225600"
    assert answer.headers["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert answer.headers["Link"] == '</docs/changes>; rel="deprecation"'


SITE = "https://news.example"


def test_other_sites_are_told_nothing_by_default(archive: Archive) -> None:
    answer = archive.client.get("/v1/articles", headers={"origin": SITE})
    assert not any(name.startswith("Access-Control") for name in answer.headers)


def test_named_sites_may_ask(archive: Archive, settings: Any) -> None:
    settings.CORS_ORIGINS = frozenset((SITE,))
    asked = archive.client.options(
        "/v1/documents",
        headers={
            "origin": SITE,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization",
        },
    )
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == SITE
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    answer = archive.client.get("/v1/articles", headers={"origin": SITE})
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "RateLimit" in answer.headers["Access-Control-Expose-Headers"]
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    failed = archive.client.get("/v1/articles?limit=0", headers={"origin": SITE})
    assert failed.headers["Access-Control-Allow-Origin"] == SITE
    other = archive.client.get("/v1/articles", headers={"origin": "https://other.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    settings.CORS_ORIGINS = frozenset("*")
    answer = archive.client.get("/v1/articles", headers={"origin": "https://other.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer.content)["total"]
