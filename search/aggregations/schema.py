"""How OpenAPI describes trees of aggregations."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

from search.aggregations.reading import FACET_NAMES, NUMBERS, RANGED
from search.filters import filter_parameters

_TREE = {
    "type": "object",
    "description": "Aggregations by names of your own, each with one member that says what it is",
    "additionalProperties": {"type": "object"},
}


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


_FACET = {"type": "string", "enum": list(FACET_NAMES)}
_NUMBER = {"type": "string", "enum": list(NUMBERS)}
_KEYS = {"type": "array", "items": {"type": "string"}}
_FIGURE = _object("field", field=_NUMBER)
NODE: dict[str, Any] = _object(
    terms=_object(
        "field",
        field=_FACET,
        size={"type": "integer", "minimum": 1, "maximum": 10_000, "default": 10},
        min_count={"type": "integer", "minimum": 1, "default": 1},
        order={"type": "string", "default": "-count"},
        include=_KEYS,
        exclude=_KEYS,
    ),
    date_histogram=_object(
        interval={"type": "string", "default": "day"},
        time_zone={"type": "string", "default": "UTC"},
        empty={"type": "boolean", "default": True},
    ),
    histogram=_object(
        "field", "interval", field=_NUMBER, interval={"type": "number"}, offset={"type": "number"},
        empty={"type": "boolean", "default": True},
    ),
    ranges=_object(
        "field", "ranges", field={"type": "string", "enum": list(RANGED)},
        ranges={"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 20},
    ),
    filter={"type": ["object", "string"]},
    filters={"type": "object"},
    missing=_object("field", field={"type": "string"}),
    **dict.fromkeys(("count", "average", "min", "max", "sum", "stats"), _FIGURE),
    percentiles=_object(
        "field", field=_NUMBER, percents={"type": "array", "items": {"type": "number", "minimum": 0, "maximum": 100}}
    ),
    distinct=_object("field", field=_FACET),
    articles=_object(size={"type": "integer", "minimum": 1, "maximum": 100, "default": 3}),
    aggregations=_TREE,
)  # fmt: skip
REQUEST: dict[str, Any] = _object(
    "aggregations",
    **{parameter.name: {"description": parameter.help} for parameter in filter_parameters()},
    aggregations={**_TREE, "additionalProperties": NODE},
)
RESPONSE: dict[str, Any] = _object(
    total={"type": "integer", "description": "Articles, exactly"},
    aggregations={"type": "object", "additionalProperties": {"type": "object"}},
)
EXAMPLES = [
    OpenApiExample(
        "The tone of each source over the months, as Berlin sees them",
        value={
            "published_after": "365d",
            "aggregations": {
                "sources": {
                    "terms": {"field": "source", "size": 5},
                    "aggregations": {
                        "tone": {"average": {"field": "sentiment"}},
                        "months": {"date_histogram": {"interval": "month", "time_zone": "Europe/Berlin"}},
                    },
                }
            },
        },
        request_only=True,
    ),
    OpenApiExample(
        "Long and short articles, and who has no author",
        value={
            "aggregations": {
                "length": {"ranges": {"field": "words", "ranges": [{"to": 200}, {"from": 200}]}},
                "typical": {"percentiles": {"field": "words", "percents": [50, 95]}},
                "unsigned": {"missing": {"field": "author"}, "aggregations": {"newest": {"articles": {"size": 2}}}},
            }
        },
        request_only=True,
    ),
]
