"""How OpenAPI describes this room's objects."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from articles.schema import ARTICLE, ID, PROBLEM, TIME
from search import query_schema
from webhooks.searches import SCHEDULES

TEXT = {"type": "string"}
NONE = {404: OpenApiResponse(PROBLEM, "There is no such thing, or it is another key's")}
WRONG = {400: OpenApiResponse(PROBLEM, "A member or parameter cannot be used")}
FULL = {422: OpenApiResponse(PROBLEM, "There are too many, or the address is refused")}
LINKS = {"type": "object", "additionalProperties": TEXT}
PAGED = [
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}),
    OpenApiParameter("cursor", str, description="The `next` of the page before"),
]


def listed(item: dict[str, Any]) -> dict[str, Any]:
    """A page of these."""
    return {
        "type": "object",
        "properties": {"results": {"type": "array", "items": item}, "next": {"type": ["string", "null"]}},
    }


ASKED: dict[str, Any] = {
    "oneOf": [TEXT, query_schema.EXPLAINED_REQUEST],
    "description": "A text as `q`, or an object with `q` or `query` and filters, as for POST /v1/search",
}
SEARCH_REQUEST: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {**TEXT, "maxLength": 200},
        "search": ASKED,
        "schedule": {"enum": list(SCHEDULES), "default": "each"},
        "active": {"type": "boolean", "default": True},
    },
    "additionalProperties": False,
    "example": {"name": "Iran in English", "search": {"q": "iran OR tehran", "language": "en"}},
}
SEARCH: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": ID,
        **SEARCH_REQUEST["properties"],
        "created_at": TIME,
        "updated_at": TIME,
        "links": LINKS,
    },
}
PREVIEW: dict[str, Any] = {
    "type": "object",
    "properties": {
        "since": TIME,
        "total": {"type": "integer", "description": "Articles that would have been reported"},
        "results": {"type": "array", "items": ARTICLE, "description": "The newest of them"},
    },
}
