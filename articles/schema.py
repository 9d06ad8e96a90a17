"""How OpenAPI describes this room's objects."""

from __future__ import annotations

from typing import Any

from articles.corrections import READERS

STRING = {"type": ["string", "null"]}
STRINGS = {"type": "array", "items": {"type": "string"}}
TIME = {"type": ["string", "null"], "format": "date-time"}
ID = {"type": "string", "format": "uuid"}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": _object(**properties)}


MENTION = {
    "field": {"enum": ["headline", "standfirst", "body"]},
    "start": {"type": "integer"},
    "end": {"type": "integer"},
    "text": {"type": "string"},
    "kind": {"enum": ["name", "alias", "demonym"]},
}
ENTITY = {
    "id": ID,
    "type": {"enum": ["person", "organisation", "place"]},
    "name": {"type": "string"},
    "country": STRING,
    "coordinates": {"type": ["array", "null"], "items": {"type": "number"}, "description": "Latitude, longitude"},
    "ids": {"type": "object", "additionalProperties": {"type": "string"}},
}
ARTICLE = _object(
    id=ID,
    number={"type": "integer", "description": "Ever-growing: the watermark of snapshots"},
    revision={"type": "integer", "description": "Counts new texts"},
    version={"type": "integer", "description": "Counts every change"},
    date={"type": "string", "format": "date-time", "description": "When published, else when received"},
    duplicate_of={"type": ["string", "null"], "format": "uuid", "description": "The original with the same body"},
    external_id=STRING,
    received_at=TIME,
    updated_at=TIME,
    site=STRING,
    source=_object(id=ID, name=STRING, domain=STRING),
    section=_object(label=STRING, language=STRING, name=STRING, topic=STRING),
    headline=STRING,
    standfirst=STRING,
    byline=STRING,
    authors=STRINGS,
    credited_to=STRING,
    dateline=_object(place=STRING, date=STRING),
    published_at=TIME,
    modified_at=TIME,
    language=_object(code=STRING, confidence={"type": "number"}),
    paragraphs=STRINGS,
    body={"type": "string", "description": "The paragraphs joined by an empty line"},
    body_markdown={
        "type": ["string", "null"],
        "description": "Of pages: the body with subheadings, lists, quotations, links and figures",
    },
    word_count={"type": "integer"},
    reading_time={"type": "integer", "description": "Seconds"},
    keywords=STRINGS,
    images=_list(url=STRING, caption=STRING, credit=STRING),
    url=STRING,
    access={"enum": ["free", "metered", "paywalled", None], "description": "Who may read the page, as it says itself"},
    genre={
        "type": ["string", "null"],
        "description": "opinion, analysis, background, review, live, interview, obituary, fact_check, press_release, "
        "sponsored or satire; null is news, or not said",
    },
    entities=_list(**ENTITY, salience={"type": "number"}, mentions=_list(**MENTION)),
    topics=_list(code={"type": "string"}, name={"type": "string"}, score={"type": "number"}),
    sentiment=_object(score={"type": "number"}, method={"type": "string"}),
    fingerprints=_object(content={"type": "string"}, near={"type": "string"}),
    provenance={"type": "object", "description": "By field: method, confidence, version, lines"},
)
CORRECTION: dict[str, Any] = {
    "type": "object",
    "minProperties": 1,
    "properties": {name: ARTICLE["properties"].get(name, {}) for name in READERS},
    "additionalProperties": False,
}
ENTITY_OBJECT = _object(**ENTITY)
SOURCE_OBJECT = _object(id=ID, name={"type": "string"}, domain=STRING, since=TIME)
TOPIC_OBJECT = _object(
    code={"type": "string"},
    name={"type": "string"},
    level={"type": "integer"},
    parent=STRING,
    ancestors=_list(code={"type": "string"}, name={"type": "string"}),
    children=_list(code={"type": "string"}, name={"type": "string"}),
)
PROBLEM = _object(
    type={"type": "string"},
    title={"type": "string"},
    status={"type": "integer"},
    code={"type": "string"},
    detail={"type": "string"},
)
