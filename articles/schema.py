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
    duplicate_of={
        "type": ["string", "null"],
        "format": "uuid",
        "description": "The original that has the same body, or nearly the same",
    },
    similarity={
        "type": ["number", "null"],
        "description": "Of a duplicate: the share (0 to 1) of the shorter body that is in the other",
    },
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
REVISIONS = _object(
    results=_list(
        revision={"type": "integer"},
        headline=STRING,
        word_count={"type": ["integer", "null"]},
        until=TIME,
        link={"type": "string"},
    )
)
REVISION = _object(
    article=ID,
    revision={"type": "integer"},
    until={**TIME, "description": "When another text took its place"},
    headline=STRING,
    standfirst=STRING,
    paragraphs=STRINGS,
    body={"type": ["string", "null"]},
)
_SHOWN = {
    "id": ID,
    "headline": STRING,
    "source": STRING,
    "url": STRING,
    "date": TIME,
    "link": {"type": "string"},
}
_INPUT = {
    "id": ID,
    "status": {"enum": ["received", "structured", "duplicate", "rejected", "failed"]},
    "reason": {"type": ["object", "null"], "description": "Why it was dropped: code, title, detail"},
    "received_at": TIME,
    "link": {"type": "string"},
}
EXPLANATION = _object(
    document={**_object(**_INPUT), "description": "Where the id is that of a document"},
    article=ID,
    is_duplicate={"type": "boolean"},
    duplicate_of={**_object(**_SHOWN), "type": ["object", "null"]},
    similarity={"type": ["number", "null"]},
    because={
        **_object(
            code={"enum": ["same_body", "near_body"]},
            detail={"type": "string"},
            contained={"type": "number", "description": "Share of the shorter body's phrases that are in the other"},
            resemblance={"type": "number", "description": "Share of all phrases that are in both (Jaccard)"},
            phrases={"type": "array", "items": {"type": "integer"}, "description": "Of the shorter, of the longer"},
        ),
        "type": ["object", "null"],
    },
    duplicates=_list(**_SHOWN, similarity={"type": ["number", "null"]}),
    revision={"type": "integer"},
    inputs=_list(**_INPUT),
    gone={"type": "string", "description": "Where the document's article was deleted"},
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
