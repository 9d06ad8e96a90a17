"""How OpenAPI describes sources that are polled."""

from __future__ import annotations

from typing import Any

from ingest.models import SubscriptionKind, SubscriptionState
from ingest.polling.fields import STATES

STRING = {"type": ["string", "null"]}
TIME = {"type": ["string", "null"], "format": "date-time"}
ID = {"type": "string", "format": "uuid"}
COUNT = {"type": "integer"}
URI = {"type": "string", "format": "uri"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


DEFAULTS: dict[str, Any] = {
    "language": {**STRING, "description": "BCP 47: of articles that are too short to tell"},
    "country": {**STRING, "description": "ISO 3166-1 alpha-2: of the source"},
    "section": {**STRING, "description": "Of entries, where the feed's section is known"},
    "licence": {**STRING, "description": "A note for people"},
    "enrich": {"type": "boolean", "description": "false: no entities, topics, sentiment and found keywords"},
    "full_text": {"type": "boolean", "description": "Fetch the page of each entry; sitemaps and pages always do"},
    "rate": {"type": ["number", "null"], "description": "Requests a minute to its host, at most"},
    "retention_days": {"type": ["integer", "null"], "description": "Articles are removed after so many days"},
}
KIND = {"enum": SubscriptionKind.values}
CHANGE: dict[str, Any] = {
    "type": "object",
    "properties": {"state": {"enum": list(STATES)}, **DEFAULTS},
    "additionalProperties": False,
}
PREVIEW: dict[str, Any] = {
    "type": "object",
    "properties": {
        "url": {**URI, "description": "A home page, a feed or a sitemap"},
        "kind": {**KIND, "description": "What it is; then the address is taken as it is"},
    },
    "required": ["url"],
    "additionalProperties": False,
}
ADD: dict[str, Any] = {
    "type": "object",
    "properties": {
        **PREVIEW["properties"],
        "name": {**STRING, "description": "The publisher's name, where what the source says is not right"},
        "domain": {**STRING, "description": "The publisher's domain"},
        **CHANGE["properties"],
    },
    "required": ["url"],
    "additionalProperties": False,
}
POLLING = {
    "type": ["object", "null"],
    "description": "Null where nothing of it is polled",
    "properties": {
        "state": {"enum": SubscriptionState.values},
        "subscriptions": COUNT,
        "last_success_at": TIME,
        "next_poll_at": TIME,
    },
}
HEALTH = _object(
    last_polled_at=TIME,
    last_success_at=TIME,
    last_error={"type": ["object", "null"], "description": "code, detail in words, at"},
    failures={**COUNT, "description": "In a row"},
    problems=_list({"type": "string"}),
    articles_a_day={"type": ["number", "null"]},
    entries=COUNT,
    pages_waiting=COUNT,
    entries_without_article=COUNT,
    interval={"type": ["integer", "null"], "description": "Seconds"},
    next_poll_at=TIME,
)
SUBSCRIPTION = _object(
    id=ID,
    source=_object(id=ID, name={"type": "string"}),
    url=URI,
    kind=KIND,
    title=STRING,
    home_url=STRING,
    moved_from=STRING,
    state={"enum": SubscriptionState.values},
    state_reason=STRING,
    **DEFAULTS,
    health=HEALTH,
    created_at=TIME,
    links={"type": "object", "additionalProperties": STRING},
)
SUBSCRIPTIONS = _object(results=_list(SUBSCRIPTION), next=STRING)
POLLED_SOURCE = _object(
    id=ID, name={"type": "string"}, domain=STRING, since=TIME, polling=POLLING, subscriptions=_list(SUBSCRIPTION)
)
_READING: dict[str, Any] = {
    "url": URI,
    "kind": KIND,
    "title": STRING,
    "home_url": STRING,
    "language": STRING,
    "interval": {"type": "integer", "description": "Seconds to the next poll, as things are"},
    "problems": _list({"type": "string"}),
    "entry_count": COUNT,
    "entries": _list(
        _object(
            id={"type": "string"},
            url=STRING,
            title=STRING,
            authors=_list({"type": "string"}),
            published_at=TIME,
            tags=_list({"type": "string"}),
            characters=COUNT,
            excerpt=STRING,
        )
    ),
}
PREVIEWED = _object(found=_list(_object(url=URI, kind=KIND, title=STRING, entries=COUNT, newest=TIME)), **_READING)
ERROR = {"type": ["object", "null"], "properties": {"code": {"type": "string"}, "detail": {"type": "string"}}}
TESTED = _object(
    results=_list(_object(subscription=ID, ok={"type": "boolean"}, error=ERROR, seconds={"type": "number"}, **_READING))
)
IMPORTED = _object(
    added=COUNT,
    known=COUNT,
    rejected=_list(_object(position=COUNT, url={"type": "string"}, reason={"type": "object"})),
)
