"""Documents that come as an address: what is fetched, what is refused in words, what is tried again, over sockets."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.utils import timezone

from articles.models import Article
from ingest import fetching, figures, services
from ingest.models import Capture, CaptureState, Fetch, Host
from newsapi.http import Client, Limits
from tests.bounds import EVENT
from tests.ingest.api import PARAGRAPHS, process, reader
from tests.ingest.api import client as api
from tests.ingest.polling.site import Answer, Asked, Site, client, feed, item

pytestmark = pytest.mark.django_db
PAGE = (
    "<!DOCTYPE html><html><head><title>Council votes to rebuild the bridge</title>"
    '<meta property="og:site_name" content="Northfield Courier"></head><body><article>'
    "<h1>Council votes to rebuild the bridge</h1>" + "".join(f"<p>{part}</p>" for part in PARAGRAPHS) + "</article>"
)
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


def post(url: str, **more: Any) -> Any:
    answer = api().post("/v1/documents", {"url": url, **more}, format="json")
    assert answer.status_code == 202, answer.json()
    return answer.json()


def fetch(with_client: Client | None = None) -> int:
    return fetching.run(EVENT, client=with_client or client(), between=process)


def make_due() -> None:
    Fetch.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    Host.objects.update(busy_until=timezone.now())


def document(made: Any) -> Any:
    return reader().get(f"/v1/documents/{made['id']}").json()


def test_the_address_is_kept_first_and_the_page_is_structured_when_it_is_there(site: Site) -> None:
    site.pages["/a?b=1"] = Answer(PAGE, headers=HTML)
    made = post(f"{site.url}/a?b=1", source="courier.example", external_id="c-1")
    assert (made["status"], made["pending"]) == ("received", True)
    assert not site.asked and not Article.objects.exists()
    assert document(made)["page"]["next_attempt_at"]
    assert fetch() == 1
    found = document(made)
    assert found["status"] == "structured" and found["page"]["fetched_at"] and not found["page"]["next_attempt_at"]
    article = Article.objects.get()
    assert article.headline == "Council votes to rebuild the bridge"
    assert article.url == f"{site.url}/a?b=1" and article.external_id == "c-1"
    assert article.document["source"]["domain"] == "courier.example"
    content = reader().get(found["links"]["page"])
    assert content.content == PAGE.encode() and content["Content-Type"] == "application/octet-stream"
    assert orjson.loads(reader().get(found["links"]["content"]).content)["url"] == f"{site.url}/a?b=1"
    # It is there: nothing is asked for again, however often it is structured.
    services.restructure(wake=False)
    process()
    assert fetch() == 0 and len(site.asked) == 1


def test_whoever_waits_gets_the_article(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/a"] = Answer(PAGE, headers=HTML)
    monkeypatch.setattr("newsapi.wakeups.wait", lambda name, timeout: bool(fetch()))
    answer = api().post("/v1/documents", {"url": f"{site.url}/a"}, format="json", HTTP_PREFER="wait=10")
    assert answer.status_code == 201 and answer.json()["headline"] == "Council votes to rebuild the bridge"
    answer = api().post("/v1/documents", {"url": f"{site.url}/missing"}, format="json", HTTP_PREFER="wait=10")
    assert answer.status_code == 422 and "404" in answer.json()["detail"]


def test_the_address_at_the_end_of_redirects_is_the_articles(site: Site) -> None:
    site.pages["/short"] = Answer("", 301, {"Location": "/long"})
    site.pages["/long"] = Answer(PAGE, headers=HTML)
    made = post(f"{site.url}/short")
    fetch()
    assert document(made)["page"]["url"] == f"{site.url}/long" == Article.objects.get().url


LINKED = {"@type": "NewsArticle", "headline": "Ferry is late again", "articleBody": "\n\n".join(PARAGRAPHS)}
OTHERS: list[tuple[Answer, str, str]] = [
    (Answer(feed(item(1)), headers={"Content-Type": "text/html"}), "feed", "POST /v1/sources"),
    (
        Answer('<?xml version="1.0"?><!-- x --><urlset><url><loc>https://e.org</loc></url></urlset>'),
        "sitemap",
        "sources",
    ),
    (Answer(gzip.compress(b"<urlset></urlset>"), headers={"Content-Type": "application/xml"}), "sitemap", "sources"),
    (Answer('{"version": "https://jsonfeed.org/version/1.1", "items": []}'), "feed", "sources"),
    (Answer(b"%PDF-1.7\n%\xe2\xe3", headers={"Content-Type": "text/html"}), "pdf", "a PDF file"),
    (Answer(b"\x89PNG\r\n\x1a\n" + bytes(100)), "image", "an image"),
    (Answer(b"PK\x03\x04" + bytes(100)), "archive", "an archive"),
    (Answer(bytes(range(256)) * 20), "binary", "binary data"),
    (Answer(b"  \n"), "empty", "answers with nothing"),
]


@pytest.mark.parametrize("answer, found, words", OTHERS, ids=[str(number) for number in range(len(OTHERS))])
def test_what_is_no_page_is_rejected_and_said_to_be_what_it_is(
    site: Site, answer: Answer, found: str, words: str
) -> None:
    site.pages["/a"] = answer
    made = post(f"{site.url}/a")
    fetch()
    told = document(made)
    assert told["status"] == "rejected" and not told["pending"]
    assert told["reason"]["code"] == "no_page" and told["reason"]["found"] == found
    assert words in told["reason"]["detail"]


def test_text_and_json_articles_are_taken_too(site: Site) -> None:
    site.pages["/a.txt"] = Answer(
        "A headline of some words\n\n" + "\n\n".join(PARAGRAPHS), headers={"Content-Type": "text/plain"}
    )
    site.pages["/a.json"] = Answer(orjson.dumps(LINKED), headers={"Content-Type": "application/ld+json"})
    site.pages["/b.json"] = Answer('{"temperature": 21}', headers={"Content-Type": "application/json"})
    made = [post(f"{site.url}/{name}") for name in ("a.txt", "a.json", "b.json")]
    fetch()
    assert [document(each)["status"] for each in made] == ["structured", "structured", "rejected"]
    assert "no article" in document(made[2])["reason"]["detail"]


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_an_answer_that_will_stay_is_a_rejection(site: Site, status: int) -> None:
    site.pages["/a"] = Answer("no", status)
    made = post(f"{site.url}/a")
    fetch()
    assert document(made)["status"] == "rejected" and str(status) in document(made)["reason"]["detail"]


def test_what_may_pass_is_tried_three_times_ever_later(site: Site) -> None:
    site.pages["/a"] = Answer("busy", 503)
    made = post(f"{site.url}/a")
    waits = []
    for attempt in (1, 2):
        began = timezone.now()
        fetch()
        told = document(made)
        assert told["status"] == "received" and told["pending"] and told["page"]["attempts"] == attempt
        assert "tried again" in told["reason"]["detail"]
        waits.append(Fetch.objects.get().due_at - began)  # type: ignore[operator]
        assert fetch() == 0
        make_due()
    assert waits[0] < timedelta(seconds=30) < waits[1]
    fetch()
    assert document(made)["status"] == "failed" and document(made)["reason"]["code"] == "http_status"
    # Asked to do it again, it begins anew.
    site.pages["/a"] = Answer(PAGE, headers=HTML)
    make_due()
    assert services.restructure(wake=False) == 1
    assert document(made)["status"] == "received"
    fetch()
    assert document(made)["status"] == "structured"


def test_a_busy_server_passes(site: Site) -> None:
    site.pages["/a"] = Answer("later", 429, {"Retry-After": "999999999"})
    post(f"{site.url}/a")
    fetch()
    assert Host.objects.get().busy_until < timezone.now() + timedelta(hours=2)


def test_addresses_that_must_not_be_asked(site: Site) -> None:
    strict = Client(user_agent="newsapi-test")
    made = [post(url) for url in (f"{site.url}/a", "http://[::ffff:127.0.0.1]/a", "http://169.254.169.254/latest")]
    fetch(strict)
    assert {document(each)["reason"]["code"] for each in made} == {"address_refused"}
    assert not site.asked


@pytest.mark.parametrize("url", ["ftp://example.org/a", "javascript:alert(1)", "not an address", "http://", 5])
def test_what_is_no_address_is_refused_at_once(url: Any) -> None:
    answer = api().post("/v1/documents", {"url": url}, format="json")
    assert answer.status_code == 422 and answer.json()["field"] == "url"
    assert not Capture.objects.exists()


def test_a_host_is_asked_one_thing_at_a_time(site: Site) -> None:
    def slow(asked: Asked) -> Answer:
        return Answer(PAGE.replace("rebuild", asked.path[1:]), headers=HTML)

    for number in range(6):
        site.pages[f"/{number}"] = slow
        post(f"{site.url}/{number}")
    assert fetch() == 6
    assert site.most_at_once == 1


def test_a_bulk_load_of_addresses_keeps_to_robots_txt_and_a_single_one_need_not(site: Site) -> None:
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /private/\n"
    site.pages["/private/a"] = site.pages["/b"] = Answer(PAGE, headers=HTML)
    lines = b"\n".join(orjson.dumps({"url": f"{site.url}{path}"}) for path in ("/private/a", "/b"))
    batch = services.receive_batch([lines], wake=False)
    assert fetch() == 2
    states = dict(Capture.objects.filter(batch=batch).values_list("line", "state"))
    assert states == {1: CaptureState.REJECTED, 2: CaptureState.STRUCTURED}
    assert Capture.objects.get(line=1).reason["code"] == "robots_disallow"
    assert site.paths().count("/robots.txt") == 1 and "/private/a" not in site.paths()
    made = post(f"{site.url}/private/a", external_id="by hand")
    fetch()
    assert "/private/a" in site.paths() and document(made)["status"] in ("structured", "duplicate")


def test_what_a_killed_worker_was_at_is_due_again(site: Site) -> None:
    site.pages["/a"] = Answer(PAGE, headers=HTML)
    made = post(f"{site.url}/a")
    [claimed] = fetching.claim(5, timezone.now())
    assert fetching.claim(5, timezone.now()) == [] and fetch() == 0
    later = timezone.now() + timedelta(hours=1)
    [again] = fetching.claim(5, later)
    assert (claimed.attempt, again.attempt) == (1, 2)
    [third] = fetching.claim(5, later + timedelta(hours=1))
    assert third.attempt == 3 and fetching.claim(5, later + timedelta(hours=2)) == []
    assert document(made)["status"] == "failed" and document(made)["reason"]["code"] == "gave_up"


def test_a_fault_of_ours_is_told_and_ends_nobody_else(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/a"] = Answer(PAGE, headers=HTML)
    made = post(f"{site.url}/a")
    monkeypatch.setattr(fetching, "_refusal", lambda answer: 1 / 0)
    fetch()
    assert document(made)["status"] == "failed" and document(made)["reason"]["code"] == "internal_error"


def one_byte_at_a_time(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def breaks_off(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<html>")


def promises_too_much(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n<html>")


def inflates(connection: socket.socket) -> None:
    body = gzip.compress(bytes(50_000_000), 1)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)


def is_no_http(connection: socket.socket) -> None:
    connection.sendall(b"220 mail.example.org ESMTP\r\n")


BAD: list[tuple[Callable[[socket.socket], None], str, str]] = [
    (one_byte_at_a_time, "received", "too_slow"),
    (breaks_off, "received", "interrupted"),
    (is_no_http, "received", "interrupted"),
    (promises_too_much, "rejected", "too_large"),
    (inflates, "rejected", "too_large"),
]


@pytest.mark.parametrize("talk, state, code", BAD, ids=[talk.__name__ for talk, _, _ in BAD])
def test_a_server_that_misbehaves_ends_as_a_state_and_keeps_nobody_waiting(
    talk: Callable[[socket.socket], None], state: str, code: str, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    site.pages["/a"] = Answer(PAGE, headers=HTML)
    bad, good = post(f"http://127.0.0.1:{listener.getsockname()[1]}/a"), post(f"{site.url}/a")
    if code == "too_slow":
        monkeypatch.setattr(fetching, "LIMITS", Limits(deadline=3.0))
    try:
        assert fetch() == 2
    finally:
        listener.close()
    told = document(bad)
    assert (told["status"], told["reason"]["code"]) == (state, code)
    assert len(told["reason"]["detail"]) > 10
    assert code == "too_slow" or document(good)["status"] == "structured"


@pytest.mark.parametrize("target", ["http://169.254.169.254/", "http://[::ffff:10.0.0.1]/", "file:///etc/passwd", "/a"])
def test_redirects_to_where_nobody_should_go(target: str, site: Site) -> None:
    site.pages["/a"] = Answer("", 302, {"Location": target})
    made = post(f"{site.url}/a")
    fetch()
    told = document(made)
    assert told["status"] == "rejected"
    assert told["reason"]["code"] in ("address_refused", "invalid_url", "too_many_redirects")


def test_a_page_larger_than_the_limit_is_rejected(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LIMITS", Limits(body=1_000))
    site.pages["/a"] = Answer(PAGE + "x" * 2_000, headers=HTML)
    made = post(f"{site.url}/a")
    fetch()
    assert document(made)["reason"]["code"] == "too_large"


def test_how_many_pages_wait_is_a_figure(site: Site) -> None:
    assert figures.fetches().number == 0
    post(f"{site.url}/a")
    found = figures.fetches()
    assert found.number == 1 and found.oldest >= 0.0
