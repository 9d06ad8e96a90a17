"""How OpenAPI describes insights."""

from __future__ import annotations

from typing import Any

from articles.schema import ARTICLE, ENTITY_OBJECT
from search.schema import COUNT


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": _object(**properties)}


STRING = {"type": "string"}
NUMBER = {"type": "number"}
MAYBE = {"type": ["number", "null"]}
COUNTS = {"type": "array", "items": {"type": "integer"}}
TONE = {"type": ["number", "null"], "description": "Average sentiment, −1 to 1"}
SHARE = {"type": ["number", "null"], "description": "0 to 1"}
SCORE = {"type": "number", "description": "How surely the share is larger, in standard errors"}
NAMED = {"key": STRING, "name": STRING, "count": COUNT}
MOMENT = {"type": ["string", "null"], "format": "date-time"}
TIMELINE = _object(
    total=COUNT,
    previous_total=COUNT,
    interval=STRING,
    time_zone=STRING,
    buckets=_list(key=STRING, count=COUNT, share=SHARE, sentiment=TONE, previous=COUNT),
    series=_list(**NAMED, counts=COUNTS),
)
TRENDING = _object(
    **{"from": MOMENT, "to": MOMENT},
    total=COUNT,
    previous_total=COUNT,
    results=_list(**NAMED, expected=NUMBER, previous=COUNT, score=SCORE, history=COUNTS, sentiment=TONE),
)
COOCCURRENCE = _object(
    total=COUNT,
    nodes=_list(**NAMED),
    edges=_list(source=STRING, target=STRING, count=COUNT, pmi=MAYBE, npmi=MAYBE, log_likelihood=NUMBER),
    matrix={"type": "array", "items": COUNTS},
)
COMPARISON = _object(
    total=COUNT,
    results=_list(
        compare=STRING,
        count=COUNT,
        share=SHARE,
        sentiment=TONE,
        words=MAYBE,
        distinctive={"type": "object", "additionalProperties": _list(**NAMED, elsewhere=COUNT, score=SCORE)},
    ),
)
MAP = _object(
    type={"const": "FeatureCollection"},
    total=COUNT,
    located=COUNT,
    unlocated=COUNT,
    other=COUNT,
    features=_list(type=STRING, id=STRING, geometry={"type": "object"}, properties={"type": "object"}),
)
SIMILAR = _object(
    results=_list(**ARTICLE["properties"], score=NUMBER, shared=_list(field=STRING, key=STRING)),
)
PROFILE = _object(
    **ENTITY_OBJECT["properties"],
    count=COUNT,
    share=SHARE,
    first_seen=MOMENT,
    last_seen=MOMENT,
    sentiment=TONE,
    timeline=_list(key=STRING, count=COUNT, sentiment=TONE),
    **{"with": _list(**NAMED, npmi=NUMBER, log_likelihood=NUMBER)},
    sources=_list(**NAMED),
    topics=_list(**NAMED),
)
SUGGESTIONS = _object(
    results=_list(type=STRING, key=STRING, name=STRING, count=COUNT, filter={"type": "object"}),
)
