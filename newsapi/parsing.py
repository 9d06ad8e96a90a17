"""JSON bodies by orjson, with errors that give the line and column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.parsers import BaseParser

from newsapi.errors import InvalidJson, TooLarge, UnsupportedEncoding

MAX_BYTES = 12_000_000


def loads(data: bytes) -> Any:
    """Parse JSON (RFC 8259, UTF-8). Raises InvalidJson with the position."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InvalidJson(
            f"The body is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno}).",
            line=error.lineno,
            column=error.colno,
        ) from error


class JSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        request = (parser_context or {}).get("request")
        encoding = request.headers.get("Content-Encoding", "identity") if request else "identity"
        if encoding.strip().lower() not in ("", "identity"):
            raise UnsupportedEncoding(f"Content-Encoding is {encoding[:50]!r}; this body is taken only without one.")
        data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise TooLarge(f"The body is over {MAX_BYTES:,} bytes.")
        return loads(data)
