"""Bodies that come slowly, break off, or have no length."""

from __future__ import annotations

import io
import threading
from typing import Any

import pytest

from newsapi import places
from newsapi.bodies import Body, BrokenBody, patient


def body(content: bytes, length: int | None) -> Body:
    return Body(io.BytesIO(content), length, places.away)


def test_a_whole_body_in_any_pieces() -> None:
    content = b"one\ntwo\n" + b"x" * 200_000
    assert body(content + b"the next request", len(content)).read() == content
    assert body(content, None).read() == content
    found = body(content, len(content))
    assert [found.readline(), found.read(2), found.readline()] == [b"one\n", b"tw", b"o\n"]
    assert len(found.read(1_000_000)) == 200_000 and found.read(5) == b"" and found.read() == b""
    assert body(b"a\nb\nc", 5).readlines() == [b"a\n", b"b\n", b"c"]


def test_a_body_that_breaks_off_is_not_taken_for_a_short_one() -> None:
    with pytest.raises(BrokenBody, match="1,000 bytes were announced, 14 came"):
        body(b"half of an art", 1_000).read()


def test_a_refused_body_closes_the_connection() -> None:
    def refuse(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("415 Unsupported Media Type", [("Content-Type", "text/plain")])
        return []

    def take(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ["wsgi.input"].read()
        return refuse(environ, start_response)

    for application, closes in ((refuse, True), (take, False)):
        headers: dict[str, str] = {}
        patient(application)(
            {"wsgi.input": io.BytesIO(b"abc"), "CONTENT_LENGTH": "3"}, lambda _, found, kept=headers: kept.update(found)
        )
        assert ("Connection" in headers) is closes


class Slow(io.BytesIO):
    """Waits for its sender."""

    def __init__(self) -> None:
        super().__init__(b"abc")
        self.asked, self.sent = threading.Event(), threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked.set()
        self.sent.wait(10)
        return super().read(size)


def test_who_waits_for_a_sender_leaves_the_place_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_work", threading.Semaphore(1))

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        return [environ["wsgi.input"].read()]

    slow, answers = Slow(), []
    thread = threading.Thread(
        target=lambda: answers.extend(patient(application)({"wsgi.input": slow, "CONTENT_LENGTH": "3"}, None))
    )
    thread.start()
    assert slow.asked.wait(10)
    assert patient(application)({"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}, None) == [b""]
    assert not answers
    slow.sent.set()
    thread.join(10)
    assert answers == [b"abc"]
    assert places._work.acquire(blocking=False), "the place was given back"
