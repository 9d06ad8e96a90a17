"""Reading request bodies without letting slow or broken senders hold every thread of the process.

The server (granian) hands over a stream whose `read` blocks for as long as the sender likes, which cannot be left
before its end (that freezes the process), and which ends quietly where a connection breaks off. So there are more
threads than requests that are worked on at a time: who waits for a sender does not count. And a stream that ends
before its Content-Length is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from django.core.exceptions import BadRequest

from newsapi import places
from newsapi.errors import NewsApiError

PIECE = 64 * 1024
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Source(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


# BadRequest as well, so that Django answers it with handler400 where no API view is involved.
class BrokenBody(NewsApiError, BadRequest):
    code = "bad_body"
    title = "The body could not be read"


class Body:
    """`wsgi.input`. `length` is the Content-Length, None for a chunked body; `waiting` is entered around each read."""

    def __init__(self, source: Source, length: int | None, waiting: Callable[[], AbstractContextManager[Any]]) -> None:
        self._source = source
        self._length = length
        self._left = length
        self._waiting = waiting
        self._buffer = bytearray()
        self._ended = length == 0

    @property
    def ended(self) -> bool:
        """Nothing of it is left on the connection."""
        return self._ended

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end. Raises BrokenBody."""
        while not self._ended and (size < 0 or len(self._buffer) < size):
            self._fill(PIECE if size < 0 else min(PIECE, size - len(self._buffer)))
        return self._take(len(self._buffer) if size < 0 else size)

    def readline(self, size: int = -1) -> bytes:
        while b"\n" not in self._buffer and not self._ended and not 0 <= size <= len(self._buffer):
            self._fill(PIECE)
        end = self._buffer.find(b"\n") + 1 or len(self._buffer)
        return self._take(end if size < 0 else min(end, size))

    def readlines(self, hint: int = -1) -> list[bytes]:
        return list(self)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _fill(self, size: int) -> None:
        try:
            with self._waiting():
                piece = bytes(self._source.read(size if self._left is None else min(size, self._left)))
        except OSError as error:
            self._ended = True
            raise BrokenBody("The connection broke off before the body was complete.") from error
        self._buffer += piece
        if self._left is None or self._length is None:
            self._ended = not piece
            return
        self._left -= len(piece)
        self._ended = not piece or not self._left
        if self._left and not piece:
            raise BrokenBody(
                f"The body breaks off: {self._length:,} bytes were announced, {self._length - self._left:,} came."
            )


def _closing(start_response: Any, body: Body) -> Any:
    """The server closes a connection whose request it did not read to the end; this tells the client so."""

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, headers if body.ended else [*headers, ("Connection", "close")], *more)

    return start


def patient(application: Application) -> Application:
    """A WSGI application that works on a bounded number of requests at a time, those not counted that wait."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        length = str(environ.get("CONTENT_LENGTH") or "")
        if chunked or (length.isascii() and length.isdigit()):
            body = Body(environ["wsgi.input"], None if chunked else int(length), places.away)
            environ["wsgi.input"] = body
            start_response = _closing(start_response, body)
        with places.working():
            return application(environ, start_response)

    return serve
