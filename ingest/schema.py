"""How OpenAPI describes this room's objects."""

from __future__ import annotations

from typing import Any

from ingest.models import CaptureState

STRING = {"type": ["string", "null"]}
TIME = {"type": ["string", "null"], "format": "date-time"}
ID = {"type": "string", "format": "uuid"}
REASON = {"type": ["object", "null"], "description": "Problem details: code, title, detail, and what is to blame"}
DOCUMENT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "description": "As scraped or pasted, site furniture and all"},
        "html": {"type": "string", "description": "A page; instead of text"},
        "external_id": {"type": "string", "maxLength": 255, "description": "Your own id: another text is a revision"},
        "url": {"type": "string", "format": "uri", "description": "Alone: the page is fetched from there"},
        "source": {"type": "string", "description": "The publisher's name or domain"},
        "language": {"type": "string", "description": "BCP 47, where you know it"},
        "section": {"type": "string", "maxLength": 200, "description": "Its section, where the document names none"},
        "published_at": {"type": "string", "format": "date-time"},
        "received_at": {"type": "string", "format": "date-time", "description": "When you got it; now by default"},
        "enrich": {
            "type": "boolean",
            "description": "false: without entities, topics, sentiment and found keywords; NEWSAPI_ENRICH by default",
        },
    },
    "anyOf": [{"required": ["text"]}, {"required": ["html"]}, {"required": ["url"]}],
    "additionalProperties": False,
}
ITEMS: dict[str, dict[str, Any]] = {
    "application/vnd.iptc.ninjs+json": {"type": "object", "description": "IPTC ninjs 1 to 3", "required": ["uri"]},
    "application/ld+json": {
        "type": ["object", "array"],
        "description": "schema.org NewsArticle (or another kind of Article), alone, in a list or in @graph",
    },
}
CAPTURE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": ID,
        "status": {"enum": CaptureState.values},
        "pending": {"type": "boolean", "description": "It waits to be structured (again)"},
        "reason": REASON,
        "article": {"type": ["string", "null"], "format": "uuid"},
        "duplicate_of": {"type": ["string", "null"], "format": "uuid", "description": "The article there already was"},
        "external_id": STRING,
        "media_type": {"type": "string"},
        "size": {"type": "integer", "description": "Bytes"},
        "hints": {"type": "object"},
        "received_at": TIME,
        "processed_at": TIME,
        "attempts": {"type": "integer"},
        "batch": {"type": ["string", "null"], "format": "uuid"},
        "line": {"type": ["integer", "null"]},
        "page": {
            "type": ["object", "null"],
            "description": "Of a document that is an address: how far its page is",
            "properties": {
                "url": {"type": "string", "description": "Where it came from, after redirects"},
                "media_type": STRING,
                "fetched_at": TIME,
                "attempts": {"type": "integer"},
                "next_attempt_at": TIME,
            },
        },
        "links": {"type": "object", "additionalProperties": STRING},
    },
}
CAPTURES: dict[str, Any] = {
    "type": "object",
    "properties": {"results": {"type": "array", "items": CAPTURE}, "next": STRING},
}
BATCH: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": ID,
        "lines": {"type": "integer"},
        "accepted": {"type": "integer"},
        "rejected_count": {"type": "integer"},
        "rejected": {
            "type": "array",
            "description": "The first 1,000",
            "items": {"type": "object", "properties": {"line": {"type": "integer"}, "reason": REASON}},
        },
        "progress": {"type": "object", "properties": {state: {"type": "integer"} for state in CaptureState.values}},
        "complete": {"type": "boolean", "description": "All of it was read and structured"},
        "error": REASON,
        "created_at": TIME,
        "links": {"type": "object", "additionalProperties": STRING},
    },
}
