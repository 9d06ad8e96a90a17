"""How OpenAPI describes this room: parameters are read off the same catalogue as the checks."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from articles.schema import ARTICLE, ENTITY_OBJECT, PROBLEM, SOURCE_OBJECT
from search.filters import Parameter

TYPES: dict[str, Any] = {"number": OpenApiTypes.NUMBER}
INTEGERS = ("limit", "size", "facet_size")
FLAG = ("false", "true")
COUNT = {"type": "integer", "description": "Articles, exactly"}


def parameters(described: tuple[Parameter, ...]) -> list[OpenApiParameter]:
    """The parameters of an endpoint for `extend_schema`."""
    return [
        OpenApiParameter(
            name=each.name,
            type=_type(each),
            description=each.help,
            enum=None if each.multi or each.choices == FLAG else each.choices or None,
            default=False if each.choices == FLAG else each.default,
            many=each.multi,
            explode=True if each.multi else None,
            examples=[OpenApiExample(each.name, value=[each.example] if each.multi else each.example)]
            if each.example
            else [],
        )
        for each in described
    ]


def _type(parameter: Parameter) -> Any:
    if parameter.name in INTEGERS:
        return {"type": "integer", "minimum": parameter.low, "maximum": parameter.high}
    if parameter.type == "number":
        return {"type": "number", "minimum": parameter.low, "maximum": parameter.high}
    return OpenApiTypes.BOOL if parameter.choices == FLAG else OpenApiTypes.STR


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list_of(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


HIGHLIGHTS = _object(
    headline={"type": ["string", "null"]},
    standfirst={"type": ["string", "null"]},
    body={"type": "array", "items": {"type": "string"}},
)
FACETS = {
    "type": "object",
    "description": "Where `facets` asks for them: by field, most articles first",
    "additionalProperties": _list_of(_object(key={"type": "string"}, name={"type": "string"}, count=COUNT)),
}
LISTING = _object(
    total=COUNT,
    results=_list_of(_object(**ARTICLE["properties"], highlights=HIGHLIGHTS)),
    facets=FACETS,
    next={"type": ["string", "null"], "format": "uri", "description": "The next page; null at the end"},
)
_BUCKET = {
    "key": {"type": "string", "description": "Id, code, label, or the start of an interval"},
    "name": {"type": "string"},
    "count": COUNT,
    "sentiment": {"type": ["number", "null"], "description": "Average, −1 to 1"},
}
AGGREGATION = _object(
    total=COUNT,
    buckets=_list_of(_object(**_BUCKET, buckets=_list_of(_object(**_BUCKET)))),
)
COUNTED = {"count": COUNT, "url": {"type": "string"}}
NEXT = {"type": ["string", "null"], "format": "uri", "description": "The next page; null at the end"}
ENTITIES = _object(results=_list_of(_object(**ENTITY_OBJECT["properties"], **COUNTED)), next=NEXT)
SOURCES = _object(results=_list_of(_object(**SOURCE_OBJECT["properties"], **COUNTED)), next=NEXT)
TOPICS = _object(
    results=_list_of(
        _object(
            code={"type": "string"},
            name={"type": "string"},
            level={"type": "integer"},
            **COUNTED,
            topics={"type": "array", "items": {"type": "object"}, "description": "Those below, alike"},
        )
    )
)
ERRORS = {
    400: OpenApiResponse(PROBLEM, "A parameter is unknown or has a value that cannot be used; `parameter` names it"),
    503: OpenApiResponse(PROBLEM, "The search engine does not answer"),
}
GONE = {410: OpenApiResponse(PROBLEM, "The cursor is too old")}
