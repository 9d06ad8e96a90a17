"""Reading a request's body as a stream: limited, decompressed on the way, chunked or not."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Protocol

from django.http import HttpRequest, UnreadablePostError

from newsapi.errors import NewsApiError, TooLarge, UnsupportedEncoding

PIECE = 64 * 1024
GZIP = 31
"""zlib's window bits for a gzip wrapper (RFC 1952)."""


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class BadBody(NewsApiError):
    """The body breaks off, or is not in the encoding that it claims."""

    code = "bad_body"
    title = "The body could not be read"


def open_body(request: HttpRequest, limit: int) -> Iterator[bytes]:
    """The body in pieces of at most PIECE bytes, decompressed where `Content-Encoding` is gzip.

    Raises UnsupportedEncoding; and while it is read TooLarge beyond `limit` (uncompressed bytes), BadBody.
    """
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip"):
        raise UnsupportedEncoding(f"Content-Encoding is {encoding[:50]!r}; it must be gzip or left out.")
    length = request.headers.get("Content-Length", "")
    if encoding not in ("gzip", "x-gzip") and length.isdigit() and int(length) > limit:
        raise TooLarge(f"The body has {int(length):,} bytes; it may have {limit:,}.")
    return pieces(_stream(request), limit, compressed=encoding in ("gzip", "x-gzip"))


def pieces(stream: Readable, limit: int, *, compressed: bool = False) -> Iterator[bytes]:
    """The stream in pieces; see open_body."""
    count = 0
    for piece in _gunzip(_raw(stream)) if compressed else _raw(stream):
        count += len(piece)
        if count > limit:
            raise TooLarge(f"The body is over {limit:,} bytes{' when decompressed' if compressed else ''}.")
        yield piece


def read_body(request: HttpRequest, limit: int) -> bytes:
    """The whole body. Raises what open_body does."""
    whole = io.BytesIO()
    for piece in open_body(request, limit):
        whole.write(piece)
    return whole.getvalue()


def _stream(request: HttpRequest) -> Readable:
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower() and not request.META.get("CONTENT_LENGTH"):
        # Django takes a body without Content-Length for empty; the server's own stream knows where it ends.
        stream: Readable = request.META.get("wsgi.input") or request
        return stream
    return request


def _raw(stream: Readable) -> Iterator[bytes]:
    while True:
        try:
            piece = stream.read(PIECE)
        except (UnreadablePostError, OSError) as error:
            raise BadBody("The connection broke off before the body was complete.") from error
        if not piece:
            return
        yield bytes(piece)


def _gunzip(compressed: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress, one bounded piece at a time however much it would expand; members may follow one another."""
    decoder = zlib.decompressobj(GZIP)
    begun = False
    try:
        for piece in compressed:
            rest = piece
            while rest:
                if decoder.eof:
                    decoder = zlib.decompressobj(GZIP)
                found = decoder.decompress(rest, PIECE)
                begun = True
                if found:
                    yield found
                rest = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
        if begun and not decoder.eof:
            raise BadBody("The gzip stream breaks off before its end.")
    except zlib.error as error:
        raise BadBody(f"The body is not gzip, as Content-Encoding says: {error}.") from error
