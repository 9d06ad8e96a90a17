"""HTTP/1.1 (RFC 9112) as a node speaks it, over a socket that is connected: one send, few reads, nothing parsed twice.

http.client and urllib3 take longer for a request and its answer than everything else that a search costs here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from typing import NamedTuple, Protocol

PIECE = 256 * 1024
"""Bytes read at a time at most."""
MAX_HEAD = 64 * 1024
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})(?: [^\r\n]*)?")
_UNSAFE = re.compile(r"[^!-~]")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?")


class Source(Protocol):
    def recv(self, size: int, /) -> bytes: ...


class Broken(Exception):
    """What came is no answer, or breaks off."""


class Answer(NamedTuple):
    """`headers` by their names in small letters; with `reusable` the connection can take another request."""

    status: int
    headers: dict[str, str]
    body: bytes
    reusable: bool


def request(method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """A request as it is sent. Raises ValueError for a target or header that would not be one line."""
    if _UNSAFE.search(target):
        raise ValueError(f"not the target of a request: {target[:100]!r}")
    lines = [f"{method} {target} HTTP/1.1"]
    for name, value in headers.items():
        if "\r" in value or "\n" in value:
            raise ValueError(f"the header {name} has several lines")
        lines.append(f"{name}: {value}")
    if body is not None:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")


def answer(sock: Source, method: str, first: bytes) -> Answer:
    """Read the answer to a request; `first` is what was read of it already.

    Raises Broken, TimeoutError and other OSErrors; the connection is of no use then.
    """
    reader = _Reader(sock, first)
    while True:
        version, status, headers = _head(reader.through(b"\r\n\r\n", MAX_HEAD))
        if status >= 200:
            break
    keep = "close" not in headers.get("connection", "").lower() if version else False
    if method == "HEAD" or status in (204, 304):
        return Answer(status, headers, b"", keep and reader.spent)
    coding = headers.get("transfer-encoding", "").lower()
    length = headers.get("content-length", "")
    if coding == "chunked":
        body = _chunks(reader)
    elif coding:
        raise Broken(f"the transfer coding {coding[:50]!r} was not asked for")
    elif length.isascii() and length.isdigit():
        body = reader.exactly(int(length))
    elif length:
        raise Broken(f"the content length {length[:50]!r} is none")
    else:
        body, keep = reader.rest(), False
    return Answer(status, headers, _plain(body, headers.get("content-encoding", "")), keep and reader.spent)


class _Reader:
    """Bytes of a socket, in the portions that the grammar has."""

    def __init__(self, sock: Source, first: bytes) -> None:
        self._sock = sock
        self._data = first
        self._at = 0

    @property
    def spent(self) -> bool:
        """Nothing came after what was read."""
        return self._at == len(self._data)

    def through(self, mark: bytes, limit: int) -> bytes:
        """What comes before `mark`, which is passed over."""
        while (end := self._data.find(mark, self._at)) < 0:
            if len(self._data) - self._at > limit:
                raise Broken("a head without an end")
            self._data = self._data[self._at :] + self._more()
            self._at = 0
        found = self._data[self._at : end]
        self._at = end + len(mark)
        return found

    def exactly(self, size: int) -> bytes:
        have = len(self._data) - self._at
        if have >= size:
            self._at += size
            return self._data[self._at - size : self._at]
        pieces = [self._data[self._at :]]
        while have < size:
            piece = self._more()
            pieces.append(piece)
            have += len(piece)
        self._data = pieces[-1]
        self._at = len(self._data) - (have - size)
        if have > size:
            pieces[-1] = self._data[: self._at]
        return b"".join(pieces)

    def rest(self) -> bytes:
        """All until the connection ends."""
        pieces = [self._data[self._at :]]
        while piece := self._sock.recv(PIECE):
            pieces.append(piece)
        self._at = len(self._data)
        return b"".join(pieces)

    def _more(self) -> bytes:
        piece = self._sock.recv(PIECE)
        if not piece:
            raise Broken("the connection ended before the answer did")
        return piece


def _head(text: bytes) -> tuple[bool, int, dict[str, str]]:
    """Whether it is HTTP/1.1, the status, and the headers; a name that is there twice has both values (section 5.3)."""
    line, *lines = text.split(b"\r\n")
    match = _STATUS.fullmatch(line)
    if match is None:
        raise Broken(f"no status line of HTTP/1: {line[:100]!r}")
    headers: dict[str, str] = {}
    for one in lines:
        name, colon, value = one.decode("latin-1").partition(":")
        if not colon or not name or _UNSAFE.search(name):
            raise Broken(f"no header: {one[:100]!r}")
        name, value = name.lower(), value.strip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return match[1] == b"1", int(match[2]), headers


def _chunks(reader: _Reader) -> bytes:
    pieces = []
    while True:
        size = _SIZE.fullmatch(reader.through(b"\r\n", MAX_HEAD))
        if size is None:
            raise Broken("a chunk without its size")
        length = int(size[1], 16)
        if not length:
            break
        pieces.append(reader.exactly(length))
        if reader.exactly(2) != b"\r\n":
            raise Broken("a chunk is longer than its size")
    while reader.through(b"\r\n", MAX_HEAD):
        # Trailers say nothing that is of use.
        continue
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _plain(body: bytes, coding: str) -> bytes:
    """Nobody asks for compressed answers; something between a node and here may compress all the same."""
    if coding.lower() in ("", "identity"):
        return body
    if coding.lower() not in ("gzip", "x-gzip"):
        raise Broken(f"the content coding {coding[:50]!r} was not asked for")
    try:
        return zlib.decompress(body, wbits=31)
    except zlib.error as error:
        raise Broken(f"what is said to be gzip is not: {error}") from error
