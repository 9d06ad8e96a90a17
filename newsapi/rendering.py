"""JSON by orjson: fast, strict, and cards of the index pass through it untouched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import BaseRenderer

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def default(value: Any) -> Any:
    """Lazy strings and mappings that orjson does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def dumps(data: Any, *, indent: bool = False) -> bytes:
    """UTF-8 JSON; `orjson.Fragment` values go through as they are."""
    return orjson.dumps(data, default=default, option=OPTIONS | (orjson.OPT_INDENT_2 if indent else 0))


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "text"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        if data is None:
            return b""
        if isinstance(data, bytes):
            return data
        html = bool(renderer_context and renderer_context.get("indent"))
        return dumps(data, indent=html)


class ProblemRenderer(JSONRenderer):
    """RFC 9457: the same JSON under its own media type."""

    media_type = "application/problem+json"
    format = "problem"
