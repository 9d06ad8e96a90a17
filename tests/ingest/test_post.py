"""POST /v1/documents: what is taken, what is refused and how, and what waiting gives."""

from __future__ import annotations

import gzip
import threading
from typing import Any

import orjson
import pytest

from ingest import services
from ingest.models import Capture, CaptureState
from newsapi import places
from tests.ingest.api import client, post, process, reader, text

pytestmark = pytest.mark.django_db
URL = "/v1/documents"


def send(body: bytes | str, content_type: str, path: str = URL, **headers: Any) -> Any:
    return client().generic("POST", path, body, content_type=content_type, **headers)


def test_a_document_is_kept_byte_for_byte_before_the_answer() -> None:
    body = orjson.dumps({"text": text(), "external_id": "a-1", "source": "example.org"}) + b" \n"
    answer = send(body, "application/json")
    assert answer.status_code == 202
    assert answer["Location"] == f"/v1/documents/{answer.json()['id']}"
    assert answer.json()["status"] == "received" and answer.json()["external_id"] == "a-1"
    assert bytes(Capture.objects.get().content) == body
    content = reader().get(f"{answer['Location']}/content")
    assert content.content == body
    assert content["X-Content-Type-Options"] == "nosniff"
    assert content["Content-Disposition"].startswith("attachment")


def test_it_says_what_became_of_it() -> None:
    answer = post(client(), text=text(), source="example.org")
    process()
    document = reader().get(answer["Location"]).json()
    assert document["status"] == "structured" and document["reason"] is None
    article = reader().get(document["links"]["article"]).json()
    assert article["id"] == document["article"]
    assert article["headline"] == "Council votes to rebuild the harbour bridge"


def test_text_in_any_charset_with_what_is_known_as_parameters() -> None:
    body = text("Müller gewinnt die Wahl in Köln").encode("cp1252")
    answer = send(
        body, "text/plain; charset=windows-1252", f"{URL}?source=example.org&external_id=k%C3%B6ln&language=de"
    )
    assert answer.status_code == 202 and answer.json()["external_id"] == "köln"
    assert bytes(Capture.objects.get().content) == body
    process()
    article = reader().get(f"/v1/articles/{Capture.objects.get().article_id}").json()
    assert "Müller" in article["headline"]
    assert article["source"]["domain"] == "example.org" and article["external_id"] == "köln"


def test_html_is_taken_as_such() -> None:
    page = "<html><body><article><h1>A headline of some words</h1>" + "".join(
        f"<p>{part}</p>" for part in text().split("\n\n")[1:]
    )
    assert send(page, "text/html; charset=utf-8").status_code == 202
    process()
    assert Capture.objects.get().state == CaptureState.STRUCTURED


def test_a_body_may_be_gzip() -> None:
    body = gzip.compress(orjson.dumps({"text": text()}))
    assert send(body, "application/json", HTTP_CONTENT_ENCODING="gzip").status_code == 202


BAD: list[tuple[bytes, str, int, str]] = [
    (b"", "application/json", 422, "empty_body"),
    (b" \n\t ", "text/plain", 422, "empty_body"),
    (b'{"text": "  \\n "}', "application/json", 422, "invalid_document"),
    (b"{", "application/json", 400, "invalid_json"),
    (b'{"text": "\xff\xfe"}', "application/json", 400, "invalid_json"),
    (b"[" * 100_000, "application/json", 400, "invalid_json"),
    (b'{"text": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001, "application/json", 400, "invalid_json"),
    (b"[]", "application/json", 422, "invalid_document"),
    (b"null", "application/json", 422, "invalid_document"),
    (b"17", "application/json", 422, "invalid_document"),
    (b"{}", "application/json", 422, "invalid_document"),
    (b'{"text": 5}', "application/json", 422, "invalid_document"),
    (b'{"text": "x y", "html": "<p>x"}', "application/json", 422, "invalid_document"),
    (b'{"text": "x y", "published_at": "0000-01-01"}', "application/json", 422, "invalid_document"),
    (b'{"text": "x y", "published_at": "99999-01-01"}', "application/json", 422, "invalid_document"),
    (b'{"text": "x y", "url": "javascript:alert(1)"}', "application/json", 422, "invalid_document"),
    (b'{"text": "x y", "txet": "z"}', "application/json", 422, "invalid_document"),
    (b'{"text": "x y", "external_id": ["a"]}', "application/json", 422, "invalid_document"),
    (b'{"text": "x y", "external_id": "' + b"a" * 256 + b'"}', "application/json", 422, "invalid_document"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "text/plain", 422, "binary_document"),
    (b"x", "application/xml", 415, "unsupported_media_type"),
    (b"x", "", 415, "unsupported_media_type"),
    (b"x=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
]


@pytest.mark.parametrize("body, content_type, status, code", BAD)
def test_what_is_no_document_is_a_problem_that_says_so(body: bytes, content_type: str, status: int, code: str) -> None:
    answer = send(body, content_type)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["detail"] and problem["status"] == status
    assert not Capture.objects.exists()


def test_errors_name_the_field_and_the_position() -> None:
    assert send(b'{"text": "x", "txet": 1}', "application/json").json()["field"] == "txet"
    assert send(b'{"text": "\xff"}', "application/json").json()["position"] == 10
    assert "text/plain" in send(b"x", "image/png").json()["detail"]
    assert send(b"x y z", "text/plain", f"{URL}?sorce=x").json()["parameter"] == "sorce"
    assert send(b'{"text": "x y"}', "application/json", f"{URL}?source=x").json()["parameter"] == "source"


@pytest.mark.parametrize("query", ["published_at=yesterday", "url=x", "source=a&source=b", "nope=1"])
def test_parameters_of_a_text_are_checked(query: str) -> None:
    assert 400 <= send(text(), "text/plain", f"{URL}?{query}").status_code < 500


def test_too_large_is_413(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.inputs.MAX_BYTES", 1000)
    for body, headers in [(b"x " * 600, {}), (gzip.compress(b"x " * 600), {"HTTP_CONTENT_ENCODING": "gzip"})]:
        answer = send(body, "text/plain", **headers)
        assert answer.status_code == 413 and answer.json()["code"] == "too_large"


@pytest.mark.parametrize(
    "body, encoding, status",
    [(b"no gzip", "gzip", 400), (gzip.compress(b"x" * 999)[:-9], "gzip", 400), (b"x", "br", 415)],
)
def test_a_body_that_is_not_in_its_encoding(body: bytes, encoding: str, status: int) -> None:
    answer = send(body, "text/plain", HTTP_CONTENT_ENCODING=encoding)
    assert answer.status_code == status and "ncod" in answer.json()["detail"] + "ncod"


ODD = [
    b"\x00\x01NUL\x00 bytes in a text that is otherwise one.\n\nAnd a second paragraph of it, with words.",
    b'{"text": "lone \\ud800 surrogate in a text, and more words\\n\\nthan one line has"}',
    "‮ right to left ‬​​ and zero widths\n\nin a text of several words".encode(),
    b"word " * 1_000_000,
    b"a" * 200_000,
    "\n".join("ab" for _ in range(20_000)).encode(),
    b'{"text": "x"}',
]


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_odd_text_is_an_article_or_a_clear_refusal_never_lost(body: bytes) -> None:
    answer = send(body, "application/json" if body.startswith(b"{") else "text/plain")
    assert answer.status_code in (202, 422), answer.json()
    process()
    states = set(Capture.objects.values_list("state", flat=True))
    assert states <= {CaptureState.STRUCTURED, CaptureState.REJECTED}
    for reason in Capture.objects.filter(state=CaptureState.REJECTED).values_list("reason", flat=True):
        assert reason["detail"]


class Waiting:
    """Stands in for the workers: they are done the moment somebody waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        monkeypatch.setattr("newsapi.wakeups.wait", self.wait)

    def wait(self, name: str, timeout: float) -> bool:
        self.names.append(name)
        process()
        return True


def test_waiting_gives_the_article(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Waiting(monkeypatch)
    answer = client().post(URL, {"text": text()}, format="json", HTTP_PREFER="respond-async, wait=10")
    assert answer.status_code == 201
    article = answer.json()
    assert answer["Location"] == f"/v1/articles/{article['id']}"
    assert answer["Preference-Applied"] == "wait=10"
    assert article["number"] == 1 and article["revision"] == 1 and article["duplicate_of"] is None
    assert waiting.names == [f"capture:{Capture.objects.get().id}"]


def test_waiting_for_a_duplicate(monkeypatch: pytest.MonkeyPatch) -> None:
    Waiting(monkeypatch)
    first = client().post(URL, {"text": text()}, format="json", HTTP_PREFER="wait=5")
    again = client().post(URL, {"text": text()}, format="json", HTTP_PREFER="wait=5")
    assert again.status_code == 200
    assert again.json()["status"] == "duplicate" and again.json()["duplicate_of"] == first.json()["id"]


def test_waiting_for_what_cannot_be_structured(monkeypatch: pytest.MonkeyPatch) -> None:
    Waiting(monkeypatch)

    def broken(raw: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("ingest.structuring.structure", broken)
    answer = client().post(URL, {"text": text()}, format="json", HTTP_PREFER="wait=5")
    assert answer.status_code == 422
    assert answer.json()["document"] == str(Capture.objects.get().id)
    assert Capture.objects.get().state == CaptureState.FAILED


def test_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsapi.wakeups.wait", lambda name, timeout: False)
    answer = client().post(URL, {"text": text()}, format="json", HTTP_PREFER="wait=0")
    assert answer.status_code == 202 and answer["Preference-Applied"] == "wait=0"


@pytest.mark.parametrize(
    "prefer, applied", [("wait=1000", "wait=30"), ("wait=x", None), ("wait=-1", None), ("return=minimal", None)]
)
def test_preferences_that_make_no_sense_are_ignored(
    monkeypatch: pytest.MonkeyPatch, prefer: str, applied: str | None
) -> None:
    Waiting(monkeypatch)
    answer = client().post(URL, {"text": text()}, format="json", HTTP_PREFER=prefer)
    assert answer.get("Preference-Applied") == applied
    assert answer.status_code == (201 if applied else 202)


def test_places_for_waiting_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    Waiting(monkeypatch)
    monkeypatch.setattr(places, "_waits", threading.BoundedSemaphore(1))
    assert places.enter()
    with services._place() as free:
        assert not free


def test_the_list_of_what_arrived() -> None:
    writer = client()
    ids = [post(writer, text=text(marker=str(n)), external_id=f"e{n}").json()["id"] for n in range(5)]
    found = reader()
    page = found.get(URL, {"limit": 2}).json()
    assert [item["id"] for item in page["results"]] == [ids[4], ids[3]]
    page = found.get(URL, {"limit": 3, "cursor": page["next"]}).json()
    assert [item["id"] for item in page["results"]] == [ids[2], ids[1], ids[0]] and page["next"] is None
    assert [item["id"] for item in found.get(URL, {"external_id": "e1"}).json()["results"]] == [ids[1]]
    assert found.get(URL, {"status": "structured"}).json()["results"] == []
    assert found.get(URL, {"status": "recieved"}).json()["suggestion"] == "received"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "cursor=forged", "batch=1", "status=x", "page=2", "external_id="]
)
def test_parameters_of_the_list_are_checked(query: str) -> None:
    assert reader().get(f"{URL}?{query}").status_code == 400


@pytest.mark.parametrize(
    "path", ["documents/1", "documents/1/content", "batches/1", "documents/00000000-0000-0000-0000-000000000000"]
)
def test_what_is_not_there_is_404(path: str) -> None:
    answer = reader().get(f"/v1/{path}")
    assert answer.status_code == 404 and answer.json()["code"] == "not_found"


def test_the_browsable_pages_open() -> None:
    answer = post(client(), text=text())
    for path in (URL, answer["Location"], f"{URL}/bulk"):
        page = reader().get(path, HTTP_ACCEPT="text/html")
        assert page.status_code in (200, 405) and b"<html" in page.content
