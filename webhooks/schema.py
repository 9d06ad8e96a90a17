"""How OpenAPI describes this room's objects."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from articles.schema import ARTICLE, ID, PROBLEM, TIME
from search import query_schema
from webhooks.deliveries import TYPES, WHICH
from webhooks.models import DeliveryState, EndpointState
from webhooks.payloads import EVENTS, FORMS
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
SECRET: dict[str, Any] = {**TEXT, "description": "whsec_ and 24 to 64 random bytes in base64; absent: one is made"}
WEBHOOK_REQUEST: dict[str, Any] = {
    "type": "object",
    "properties": {
        "url": {**TEXT, "format": "uri"},
        "description": {**TEXT, "maxLength": 500},
        "events": {"type": "array", "items": {"enum": list(EVENTS)}, "default": ["article.matched"]},
        "searches": {"type": ["array", "null"], "items": ID, "description": "null: every search of yours"},
        "payload": {"enum": list(FORMS), "default": "compact"},
        "rate": {"type": ["integer", "null"], "minimum": 0, "maximum": 100_000, "description": "Deliveries a minute"},
        "concurrency": {"type": "integer", "minimum": 1, "maximum": 50, "default": 5},
    },
    "additionalProperties": False,
    "example": {"url": "https://example.org/hook", "events": ["article.matched", "article.revised"]},
}
NEW_WEBHOOK: dict[str, Any] = {
    **WEBHOOK_REQUEST,
    "required": ["url"],
    "properties": {**WEBHOOK_REQUEST["properties"], "secret": SECRET},
}
CHANGED_WEBHOOK: dict[str, Any] = {
    **WEBHOOK_REQUEST,
    "properties": {**WEBHOOK_REQUEST["properties"], "state": {"enum": ["active", "paused"]}},
}
HEALTH: dict[str, Any] = {
    "type": "object",
    "properties": {
        "waiting": {"type": "integer", "description": "Deliveries that are not over"},
        "failures": {"type": "integer", "description": "In a row"},
        "failing_since": TIME,
        "last_success_at": TIME,
        "not_before": TIME,
    },
}
WEBHOOK: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": ID,
        **WEBHOOK_REQUEST["properties"],
        "state": {"enum": list(EndpointState.values)},
        "state_reason": {"type": ["string", "null"]},
        "health": HEALTH,
        "old_secret_until": TIME,
        "created_at": TIME,
        "updated_at": TIME,
        "links": LINKS,
    },
}
WEBHOOK_WITH_SECRET: dict[str, Any] = {**WEBHOOK, "properties": {**WEBHOOK["properties"], "secret": SECRET}}
ROTATION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "secret": SECRET,
        "overlap": {"type": "integer", "default": 86_400, "description": "Seconds in which both sign"},
    },
    "additionalProperties": False,
}
REPLAY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "which": {"enum": list(WHICH), "default": "failed"},
        "since": {**TEXT, "default": "30d", "description": "A time, or an age"},
        "search": {**ID, "description": "Only what this search found"},
    },
    "additionalProperties": False,
}
REPLAYED: dict[str, Any] = {"type": "object", "properties": {"deliveries": {"type": "integer"}}}
DELIVERY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": ID,
        "message_id": {**TEXT, "description": "The webhook-id"},
        "type": {"enum": list(TYPES)},
        "webhook": ID,
        "search": {**ID, "type": ["string", "null"]},
        "article": {**ID, "type": ["string", "null"]},
        "state": {"enum": list(DeliveryState.values)},
        "attempts": {"type": "integer"},
        "status": {"type": ["integer", "null"], "description": "Of the last answer"},
        "error": {"type": ["string", "null"]},
        "next_attempt_at": TIME,
        "created_at": TIME,
        "finished_at": TIME,
        "links": LINKS,
    },
}
ATTEMPT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "number": {"type": "integer"},
        "at": TIME,
        "seconds": {"type": "number"},
        "status": {"type": ["integer", "null"]},
        "code": {"type": ["string", "null"]},
        "error": {"type": ["string", "null"]},
        "headers": {"type": "object", "additionalProperties": TEXT},
        "body": {**TEXT, "description": "The first 16 KB of the answer"},
    },
}
DELIVERY_WITH_TRIES: dict[str, Any] = {
    "type": "object",
    "properties": {**DELIVERY["properties"], "tries": {"type": "array", "items": ATTEMPT}},
}
STOPPED = {409: OpenApiResponse(PROBLEM, "The webhook is not active")}
DELIVERY_FILTERS = [
    OpenApiParameter("webhook", ID),
    OpenApiParameter("search", ID),
    OpenApiParameter("article", ID),
    OpenApiParameter("type", str, enum=list(TYPES)),
    OpenApiParameter("state", str, enum=list(DeliveryState.values)),
    OpenApiParameter("since", str, description="Made since this time; an age such as 24h is taken too"),
]
