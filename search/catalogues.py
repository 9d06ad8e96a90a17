"""The lists of entities, topics and sources, each with how many of the articles asked for it has."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import QueryDict

from articles import topics
from articles.models import Entity, Source
from articles.selectors import entity_json, source_json
from newsapi.parameters import check_known, choice, integer, single
from newsapi.text import fold
from search import engines, filters
from search.engines.base import Reader
from search.filters import Parameter, filter_parameters
from search.names import ENTITY_TYPES
from search.query import Query, Term
from search.results import Bucket, Terms

MAX = 1_000
CANDIDATES = 300
"""Entities of a name that are looked at one by one where the most frequent ones do not fill the list."""


def _parameters(what: str, *more: Parameter) -> tuple[Parameter, ...]:
    """The filters of articles, but `q` is about the names of what is listed."""
    rest = (parameter for parameter in filter_parameters() if parameter.name != "q")
    return (
        Parameter("q", "Name", f"Only {what} with a word that begins like this"),
        *more,
        Parameter("limit", "Limit", f"How many, 1 to {MAX:,}", "number", default=20, low=1, high=MAX),
        *rest,
    )


def entity_parameters() -> tuple[Parameter, ...]:
    kind = Parameter("type", "Type", "Only entities of this type", "select", ENTITY_TYPES)
    return _parameters("entities", kind)


def source_parameters() -> tuple[Parameter, ...]:
    return _parameters("sources")


def topic_parameters() -> tuple[Parameter, ...]:
    return tuple(parameter for parameter in filter_parameters() if parameter.name != "q")


def _articles(params: QueryDict) -> Query:
    """The query for the articles that count; `q` is about names here."""
    rest = params.copy()
    rest.pop("q", None)
    return filters.read(rest).query


def _begins(name: str, prefix: str) -> bool:
    folded = fold(name)
    return folded.startswith(prefix) or f" {prefix}" in folded


def _counts(reader: Reader, query: Query, field: str, size: int) -> dict[str, Bucket]:
    (found,) = reader.aggregate(query, [Terms(field, size)])
    return {bucket.key: bucket for bucket in found.buckets}


def list_entities(params: QueryDict) -> dict[str, Any]:
    """`{results}`: entities with `count`, most articles first. Raises NewsApiError for what cannot be used."""
    check_known(params, (parameter.name for parameter in entity_parameters()))
    filters.check_text(params)
    limit = integer(params, "limit", 20, 1, MAX)
    kind = choice(params, "type", ENTITY_TYPES, "") if "type" in params else ""
    written = single(params, "q") if "q" in params else None
    query = _articles(params)
    reader = engines.get_reader()
    field = f"entity.{kind}" if kind else "entity"
    prefix = fold(written) if written else ""
    counts = {key: bucket.count for key, bucket in _counts(reader, query, field, MAX if prefix else limit).items()}
    rows = _entities(list(counts))
    found = [key for key in counts if key in rows and (not prefix or _begins(rows[key].name, prefix))]
    if prefix and len(found) < limit:
        more = Entity.objects.filter(Q(folded__startswith=prefix) | Q(folded__contains=f" {prefix}"))
        more = more.filter(type=kind) if kind else more
        for row in more.order_by("folded")[:CANDIDATES]:
            key = str(row.id)
            if key not in counts and (count := reader.count(_with(query, key))):
                counts[key], rows[key] = count, row
                found.append(key)
        found.sort(key=lambda key: (-counts[key], key))
    return {
        "results": [
            {**entity_json(rows[key]), "count": counts[key], "url": f"/v1/entities/{key}"} for key in found[:limit]
        ]
    }


def _with(query: Query, key: str) -> Query:
    return Query(query.text, (*query.filters, Term("entity", (key,))), query.languages)


def _entities(keys: list[str]) -> dict[str, Entity]:
    found: dict[str, Entity] = {}
    for start in range(0, len(keys), 500):
        found |= {str(row.id): row for row in Entity.objects.filter(id__in=keys[start : start + 500])}
    return found


def list_sources(params: QueryDict) -> dict[str, Any]:
    """`{results}`: sources with `count`, most articles first, then by name; those without articles too."""
    check_known(params, (parameter.name for parameter in source_parameters()))
    filters.check_text(params)
    limit = integer(params, "limit", 20, 1, MAX)
    written = single(params, "q") if "q" in params else None
    prefix = fold(written) if written else ""
    counts = _counts(engines.get_reader(), _articles(params), "source", MAX)
    filtered = any(name not in ("q", "limit", "format", "duplicates") for name in params)
    rows = {str(row.id): row for row in Source.objects.filter(id__in=list(counts))}
    if not filtered and len(rows) < MAX:
        rows |= {str(row.id): row for row in Source.objects.order_by("folded")[: MAX - len(rows)]}
    found = [
        {**source_json(row), "count": counts[key].count if key in counts else 0, "url": f"/v1/sources/{key}"}
        for key, row in rows.items()
        if not prefix or _begins(row.name, prefix) or row.domain.startswith(prefix)
    ]
    found.sort(key=lambda source: (-source["count"], fold(source["name"])))
    return {"results": found[:limit]}


def list_topics(params: QueryDict) -> dict[str, Any]:
    """`{results}`: the tree of topics that have articles, each with `count` (articles of it or below it)."""
    check_known(params, (parameter.name for parameter in topic_parameters()))
    filters.check_text(params)
    counts = _counts(engines.get_reader(), _articles(params), "topic", 2 * MAX)

    made: dict[str, dict[str, Any]] = {}
    top: list[dict[str, Any]] = []
    for code, topic in topics.all_topics().items():  # parents come before their children
        count = counts[code].count if code in counts else 0
        if not count and topic.level > 1:
            continue
        made[code] = {
            "code": code, "name": topic.name, "level": topic.level, "count": count, "url": f"/v1/topics/{code}",
            "topics": [],
        }  # fmt: skip
        above = made.get(topic.parent or "")
        (above["topics"] if above else top).append(made[code])
    for siblings in (top, *(topic["topics"] for topic in made.values())):
        siblings.sort(key=lambda topic: (-topic["count"], topic["name"]))
    return {"results": top}
