"""How OpenAPI describes queries as trees, `POST /v1/search` and `/v1/query`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

from search import schema
from search.fields import BY_NAME, TEXT_FIELDS
from search.filters import filter_parameters
from search.selectors import list_parameters
from search.tree import OPS

_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS = [field.name for field in TEXT_FIELDS]
_BOUND = {"type": ["number", "string"]}
TREE: dict[str, Any] = {
    "type": "object",
    "description": "`op` says what it is; /docs/query has what each takes",
    "required": ["op"],
    "properties": {
        "op": {"type": "string", "enum": list(OPS)},
        "field": {"type": "string", "enum": list(BY_NAME), "description": f"Of texts {', '.join(_TEXTS)}"},
        "text": _TEXT,
        "words": {"type": "array", "items": _TEXT, "minItems": 1},
        "distance": {"type": "integer", "minimum": 0, "maximum": 100},
        "pattern": _TEXT,
        "word": _TEXT,
        "values": {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "minItems": 1},
        **dict.fromkeys(("gte", "gt", "lte", "lt"), _BOUND),
        "children": {"type": "array", "items": {"type": "object"}, "minItems": 1},
        "child": {"type": "object"},
        "factor": {"type": "number", "minimum": 0.01, "maximum": 100},
        "q": _TEXT,
    },
}  # fmt: skip
_SCALARS: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 1_000, "default": 20},
    "facet_size": {"type": "integer", "minimum": 1, "maximum": 1_000, "default": 10},
    "highlight": {"type": "boolean", "default": False},
}


def _members(names: tuple[str, ...] = ()) -> dict[str, Any]:
    """The twins of the parameters."""
    found: dict[str, Any] = {"query": {"oneOf": [_TEXT, TREE], "description": "As `q`, or as a tree"}}
    for parameter in list_parameters() if not names else filter_parameters():
        kind: dict[str, Any] = _SCALARS.get(parameter.name) or _kind(parameter.type, parameter.multi)
        enum = {"enum": list(parameter.choices)} if parameter.choices and "type" in kind and not parameter.multi else {}
        found[parameter.name] = {**kind, **(enum if kind == _TEXT else {}), "description": parameter.help}
    return found


def _kind(type_: str, multi: bool) -> dict[str, Any]:
    if type_ == "number":
        return {"type": "number"}
    return {"oneOf": [_TEXT, {"type": "array", "items": _TEXT}]} if multi else _TEXT


REQUEST: dict[str, Any] = {
    "type": "object",
    "properties": {**_members(), "aggregations": {"type": "object", "description": "As for /v1/aggregations"}},
    "additionalProperties": False,
}
EXPLAINED_REQUEST: dict[str, Any] = {
    "type": "object", "properties": _members(("filters",)), "additionalProperties": False,
}  # fmt: skip
_FACET = {
    "type": "array",
    "items": {"type": "object", "properties": {"key": _TEXT, "name": _TEXT, "count": schema.COUNT}},
}
RESPONSE: dict[str, Any] = {
    "type": "object",
    "properties": {
        **schema.LISTING["properties"],
        "next": {"type": ["string", "null"], "description": "The `cursor` of the next page; null at the end"},
        "facets": {"type": "object", "additionalProperties": _FACET},
        "aggregations": {"type": "object"},
    },
}
WARNINGS = (
    "matches_nothing", "excludes_nothing", "only_stop_words", "leading_wildcard", "operator_in_small_letters",
    "only_exclusions", "not_counted",
)  # fmt: skip
EXPLANATION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "q": _TEXT,
        "query": {**_TEXT, "description": "The query as it is printed; it parses to the same tree"},
        "sentence": _TEXT,
        "total": {"type": ["integer", "null"], "description": "Articles, exactly; null where counting took too long"},
        "cost": {"type": "object", "properties": {"clauses": {"type": "integer"}, "most": {"type": "integer"}}},
        "tree": TREE,
        "clauses": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "clause": _TEXT, "meaning": _TEXT, "excluded": {"type": "boolean"},
                    "position": {"type": "integer"}, "count": schema.COUNT,
                },
            },
        },
        "warnings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "code": {"type": "string", "enum": list(WARNINGS)}, "detail": _TEXT, "clause": _TEXT,
                    "position": {"type": "integer"}, "suggestion": _TEXT,
                },
            },
        },
    },
}  # fmt: skip
EXAMPLES = [
    OpenApiExample(
        "A page with facets and aggregations",
        value={
            "query": '"climate summit"~5 OR NEAR(talks iran, 10)', "exclude_source": ["bbc.com"],
            "published_after": "30d",
            "facets": ["source", "country"], "highlight": True, "sort": "relevance", "limit": 20,
            "aggregations": {"by_week": {"date_histogram": {"interval": "week"}}},
        },
        request_only=True,
    ),
    OpenApiExample(
        "A tree",
        value={
            "query": {
                "op": "and",
                "children": [
                    {"op": "text", "text": "summit", "field": "headline"},
                    {"op": "not", "child": {"op": "term", "field": "country", "values": ["IR"]}},
                ],
            },
        },
        request_only=True,
    ),
]  # fmt: skip
