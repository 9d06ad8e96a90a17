"""Bodies that come slowly, break off, or have no length."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from newsapi import bodies, places
from newsapi.bodies import Body, BrokenBody, Busy, SlowBody, patient


class Stuck(io.BytesIO):
    """Gives what it has, then waits for the sender like a server does."""

    def __init__(self, content: bytes = b"") -> None:
        super().__init__(content)
        self.closed_by_peer = threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        if not found:
            self.closed_by_peer.wait(10)
        return found


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PAUSE", 0.02)
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    monkeypatch.setattr(places, "_free", threading.BoundedSemaphore(1))


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    stream = Stuck(b"abc")
    yield stream
    stream.closed_by_peer.set()


def test_a_whole_body_in_any_pieces() -> None:
    content = b"one\ntwo\n" + b"x" * 200_000
    assert Body(io.BytesIO(content + b"the next request"), len(content)).read() == content
    assert Body(io.BytesIO(content), None).read() == content
    body = Body(io.BytesIO(content), len(content))
    assert [body.readline(), body.read(2), body.readline()] == [b"one\n", b"tw", b"o\n"]
    assert len(body.read(1_000_000)) == 200_000 and body.read(5) == b"" and body.read() == b""
    assert list(Body(io.BytesIO(b"a\nb\nc"), 5)) == [b"a\n", b"b\n", b"c"]


def test_a_body_that_breaks_off_is_not_taken_for_a_short_one() -> None:
    body = Body(io.BytesIO(b"half of an art"), 1_000)
    with pytest.raises(BrokenBody, match="1,000 bytes were announced, 14 came"):
        body.read()


def test_a_sender_that_stops_is_left_after_a_while(stuck: Stuck) -> None:
    with pytest.raises(SlowBody):
        Body(stuck, 10).read()


def test_slow_senders_cannot_hold_every_thread(stuck: Stuck) -> None:
    assert places.enter()
    with pytest.raises(Busy):
        Body(stuck, 10).read()


def test_a_place_is_given_back(stuck: Stuck) -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with pytest.raises(SlowBody):
            environ["wsgi.input"].read()
        assert not places.enter()
        return []

    patient(application)({"wsgi.input": stuck, "CONTENT_LENGTH": "10"}, None)
    assert places.enter()


def test_requests_without_a_body_are_left_alone() -> None:
    stream = io.BytesIO()
    for length in ("", "0"):
        environ = {"wsgi.input": stream, "CONTENT_LENGTH": length}
        patient(lambda environ, start: [])(environ, None)
        assert environ["wsgi.input"] is stream
