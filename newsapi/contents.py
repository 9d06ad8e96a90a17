"""Bodies of answers: their Content-Encoding undone and their bytes counted while they stream."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

AT_ONCE = 1 << 18
"""Bytes unpacked at a time: a bomb is noticed before it is in memory."""


class ContentError(ValueError):
    """The body cannot be taken. `code`: too_large, unsupported_encoding or bad_encoding."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def read(chunks: Iterable[bytes], encoding: str, length: str, limit: int, *, cut: bool = False) -> tuple[bytes, bool]:
    """The unpacked body of at most `limit` bytes, and whether more was cut off. Raises ContentError.

    `encoding` and `length` are the headers Content-Encoding and Content-Length; without `cut` a longer body is refused,
    at once if its length says so.
    """
    if length.isascii() and length.isdigit() and int(length) > limit:
        raise ContentError(
            code="too_large", detail=f"It promises {int(length):,} bytes, beyond the {limit:,} that are taken."
        )
    decode = _decoder(encoding)
    body = bytearray()
    for chunk in chunks:
        for piece in decode(chunk, limit - len(body) + 1):
            body += piece
            if len(body) > limit:
                if cut:
                    return bytes(body[:limit]), True
                raise ContentError(code="too_large", detail=f"It goes on beyond the {limit:,} bytes that are taken.")
    return bytes(body), False


Decode = Callable[[bytes, int], Iterator[bytes]]


def _decoder(encoding: str) -> Decode:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return lambda chunk, most: iter((chunk,))
    if name in ("gzip", "x-gzip"):
        return _Inflate(zlib.MAX_WBITS | 16)
    if name == "deflate":
        return _Inflate(zlib.MAX_WBITS)
    raise ContentError(
        code="unsupported_encoding", detail=f"The body is encoded as “{name[:40]}”, which was not asked for."
    )


class _Inflate:
    """gzip (of one or more members), and deflate with or without the zlib header (RFC 9110 section 8.4.1)."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._inflater = zlib.decompressobj(bits)
        self._begun = False

    def __call__(self, chunk: bytes, most: int) -> Iterator[bytes]:
        while chunk:
            if self._inflater.eof:
                if self._bits != zlib.MAX_WBITS | 16 or not chunk.startswith(b"\x1f\x8b"):
                    # Left-overs after the end, which everybody ignores.
                    return
                self._inflater = zlib.decompressobj(self._bits)
            try:
                piece = self._inflater.decompress(chunk, max(1, min(most, AT_ONCE)))
            except zlib.error as error:
                if self._begun or self._bits != zlib.MAX_WBITS:
                    raise ContentError(
                        code="bad_encoding", detail=f"The compressed body is broken: {error}."
                    ) from error
                self._bits = -zlib.MAX_WBITS
                self._inflater = zlib.decompressobj(self._bits)
                continue
            self._begun = True
            chunk = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
            if piece:
                most -= len(piece)
                yield piece
