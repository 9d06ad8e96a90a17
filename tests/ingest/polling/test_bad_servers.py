"""Servers that misbehave end as a clear state on their subscription, in time, and keep nobody else waiting."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import pytest
from django.db import DataError
from django.utils import timezone

from ingest.models import Capture, Host, Subscription, SubscriptionState
from ingest.polling import entries, fetching
from ingest.polling.poller import Poller
from ingest.polling.reading import Reading, read
from newsapi.http import Limits, Response
from tests.bounds import promised
from tests.ingest.polling.site import Answer, Site, client, feed, item, subscribe

pytestmark = pytest.mark.django_db
Talk = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "FEED_LIMITS", Limits(deadline=1.0, body=1_000_000))


@pytest.fixture
def talking() -> Iterator[Callable[[Talk], str]]:
    listeners: list[socket.socket] = []

    def start(talk: Talk) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    talk(connection)
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/feed"

    yield start
    for listener in listeners:
        listener.close()


def never_ends(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def breaks_off(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss><channel>")


def promises_too_much(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n<rss>")


def is_no_http(connection: socket.socket) -> None:
    connection.sendall(b"220 mail.example.org ESMTP\r\n")


def inflates(connection: socket.socket) -> None:
    body = gzip.compress(b" " * 200_000_000, 1)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)


@pytest.mark.parametrize("talk", [never_ends, breaks_off, promises_too_much, is_no_http, inflates])
def test_a_server_that_misbehaves_is_failing_and_the_others_are_polled(
    talk: Talk, talking: Callable[[Talk], str], site: Site
) -> None:
    bad = subscribe(talking(talk))
    site.pages["/feed"] = feed(item(1))
    subscribe(f"{site.url}/feed")
    began = time.monotonic()
    assert Poller(client()).run(4.0) == 2
    assert time.monotonic() - began < promised(6.0)
    bad.refresh_from_db()
    assert bad.state == SubscriptionState.FAILING
    assert bad.last_error is not None
    assert len(bad.last_error["detail"]) > 10
    assert Capture.objects.count() == 1


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address_refused"),
        ("http://[::ffff:10.0.0.1]/", "address_refused"),
        ("file:///etc/passwd", "invalid_url"),
        ("/feed", "too_many_redirects"),
    ],
)
def test_redirects_to_where_nobody_should_go(target: str, code: str, site: Site) -> None:
    site.pages["/feed"] = Answer("", 301, {"Location": target})
    subscribe(f"{site.url}/feed")
    Poller(client()).run(4.0)
    found = Subscription.objects.get()
    assert (found.state, (found.last_error or {})["code"]) == (SubscriptionState.FAILING, code)
    assert (found.url, found.moved_from) == (f"{site.url}/feed", "")


@pytest.mark.parametrize(
    "bomb",
    [
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c '
        '"&b;&b;&b;&b;&b;&b;&b;&b;">]><rss version="2.0"><channel><title>&c;</title></channel></rss>',
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
        "<item><title>A &x; title of an entry</title><guid>1</guid></item></channel></rss>",
    ],
)
def test_entities_are_not_followed(bomb: str, site: Site) -> None:
    site.pages["/feed"] = bomb
    subscribe(f"{site.url}/feed")
    Poller(client()).run(4.0)
    assert Subscription.objects.get().last_polled_at is not None
    assert not any(b"root:" in bytes(capture.content) for capture in Capture.objects.all())


def test_a_reader_that_fails_is_a_state_and_stops_nobody(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(answer: Response, kind: str | None, now: datetime) -> Reading:
        if "/odd" in answer.url:
            raise RecursionError("too deep")
        return read(answer, kind, now)

    monkeypatch.setattr("ingest.polling.storing.read", stumbles)
    for path in ("/odd", "/feed"):
        site.pages[path] = feed(item(1))
        subscribe(f"{site.url}{path}")
    Poller(client()).run(4.0)
    odd = Subscription.objects.get(url__endswith="/odd")
    assert (odd.last_error or {})["code"] == "internal_error"
    assert Capture.objects.count() == 1


def test_an_answer_that_the_database_does_not_take_is_a_state_and_stops_nobody(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(subscription: Subscription, reading: Reading, parts: Iterable[Reading], now: datetime) -> entries.Taken:
        if "/odd" in subscription.url:
            raise DataError("value too long for type character varying(300)")
        return whole(subscription, reading, parts, now)

    whole = entries.take
    monkeypatch.setattr(entries, "take", take)
    for path in ("/odd", "/feed"):
        site.pages[path] = feed(item(1))
        subscribe(f"{site.url}{path}")
    Poller(client()).run(4.0)
    odd = Subscription.objects.get(url__endswith="/odd")
    assert (odd.last_error or {})["code"] == "internal_error"
    assert Capture.objects.count() == 1
    assert Host.objects.get().busy_until <= timezone.now()


def test_an_entry_whose_link_leads_nowhere_still_comes_in(site: Site) -> None:
    links = ["http://example.org:99999/a", "http://[::1/", "https://example.org/a b", "http://example.org/%zz", "//"]
    site.pages["/feed"] = feed(*(item(number, guid=str(number), link=link) for number, link in enumerate(links)))
    subscribe(f"{site.url}/feed", full_text=False)
    Poller(client()).run(4.0)
    assert Capture.objects.count() == len(links)
