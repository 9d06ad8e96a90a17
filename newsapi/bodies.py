"""Reading request bodies without letting slow or broken senders hold every thread of the process.

The server (granian) hands over a stream whose `read` blocks for as long as the sender likes, and which ends quietly
where a connection breaks off. Here a short pause is free, a longer one needs one of the places for waiting
(newsapi.places), and a stream that ends before its Content-Length is an error.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from django.core.exceptions import BadRequest

from newsapi import places
from newsapi.errors import NewsApiError

PIECE = 64 * 1024
PAUSE = 0.5
"""Seconds that a sender may keep one read waiting without a place."""
PATIENCE = 20.0
"""Seconds that one piece may take to arrive: 64 KB in 20 s is slower than any line in use."""
FREE = 3.0
"""Seconds that a sender may keep all reads of a body waiting without a place."""

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Source(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


# BadRequest as well, so that Django answers it with handler400 where no API view is involved.
class BrokenBody(NewsApiError, BadRequest):
    code = "bad_body"
    title = "The body could not be read"


class SlowBody(NewsApiError, BadRequest):
    code = "slow_body"
    title = "The body did not arrive in time"
    status = 408


class Busy(NewsApiError, BadRequest):
    code = "busy"
    title = "Too many requests are waiting"
    status = 503


class Body:
    """`wsgi.input` with patience. `length` is the Content-Length, None for a chunked body."""

    def __init__(self, source: Source, length: int | None) -> None:
        self._source = source
        self._left = length
        self._length = length
        self._buffer = bytearray()
        self._ended = length == 0
        self._waited = 0.0
        self._wanted: SimpleQueue[int] | None = None
        self._arrived: SimpleQueue[bytes | BaseException] = SimpleQueue()
        self._place = False

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end. Raises BrokenBody, SlowBody, Busy."""
        while not self._ended and (size < 0 or len(self._buffer) < size):
            self._fill(PIECE if size < 0 else min(PIECE, size - len(self._buffer)))
        return self._take(len(self._buffer) if size < 0 else size)

    def readline(self, size: int = -1) -> bytes:
        while True:
            end = self._buffer.find(b"\n") + 1
            if end or self._ended or 0 <= size <= len(self._buffer):
                break
            self._fill(PIECE)
        end = end or len(self._buffer)
        return self._take(end if size < 0 else min(end, size))

    def readlines(self, hint: int = -1) -> list[bytes]:
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def close(self) -> None:
        """Let the thread that reads for this body go, and give the place back."""
        self._ended = True
        if self._wanted is not None:
            self._wanted.put(0)
        self._leave()

    def _leave(self) -> None:
        if self._place:
            self._place = False
            places.leave()

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _fill(self, size: int) -> None:
        wanted = size if self._left is None else min(size, self._left)
        piece = self._next(wanted)
        self._buffer += piece
        if self._left is not None:
            self._left -= len(piece)
            if not piece:
                self._ended = True
                raise BrokenBody(
                    f"The body breaks off: {self._length:,} bytes were announced, {self._length - self._left:,} came."
                    if self._length is not None
                    else "The body breaks off."
                )
        self._ended = not piece or self._left == 0
        if self._ended:
            self._leave()

    def _next(self, size: int) -> bytes:
        if self._wanted is None:
            self._wanted = SimpleQueue()
            # The server's read cannot be interrupted; it returns at the latest when the connection is closed.
            threading.Thread(
                target=_pump, args=(self._source, self._wanted, self._arrived), name="body", daemon=True
            ).start()
        self._wanted.put(size)
        began = time.monotonic()
        try:
            found = self._arrived.get(timeout=PATIENCE if self._place else PAUSE)
        except Empty:
            found = self._wait_longer()
        self._waited += time.monotonic() - began
        if isinstance(found, BaseException):
            raise BrokenBody("The connection broke off before the body was complete.") from found
        if self._waited > FREE and not self._place:
            self._enter()
        return found

    def _enter(self) -> None:
        if not self._place and not places.enter():
            self._ended = True
            raise Busy("Too many bodies arrive slowly at the same time; send this one again.", retry_after=2)
        self._place = True

    def _wait_longer(self) -> bytes | BaseException:
        try:
            self._enter()
            return self._arrived.get(timeout=PATIENCE)
        except Empty:
            self._ended = True
            raise SlowBody(f"The body paused for more than {PATIENCE:.0f} s; send it again, faster.") from None


def _pump(source: Source, wanted: SimpleQueue[int], arrived: SimpleQueue[bytes | BaseException]) -> None:
    while size := wanted.get():
        try:
            piece = bytes(source.read(size))
        except Exception as error:  # noqa: BLE001 (the server's own; told to the reader, which says what it means)
            arrived.put(error)
            return
        arrived.put(piece)
        if not piece:
            return


def patient(application: Application) -> Application:
    """A WSGI application whose requests' bodies are read with patience."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        length = str(environ.get("CONTENT_LENGTH") or "")
        if not chunked and not (length.isascii() and length.isdigit() and int(length)):
            return application(environ, start_response)
        body = Body(environ["wsgi.input"], None if chunked else int(length))
        environ["wsgi.input"] = body
        try:
            return application(environ, start_response)
        finally:
            # An answer is complete when it is returned: nothing reads the body any more.
            body.close()

    return serve
