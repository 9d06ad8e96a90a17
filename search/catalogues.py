"""The lists of entities, topics and sources, each with how many of the articles asked for it has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from articles import topics
from articles.models import Entity, Source
from articles.selectors import entity_json, source_json
from newsapi.parameters import check_known, choice, integer, single
from newsapi.text import fold
from search import engines, filters, ranking
from search.engines.base import Reader
from search.filters import Filters, Parameter, filter_parameters
from search.names import ENTITY_TYPES
from search.query import Query
from search.ranking import Page, Place, Ranking
from search.results import Bucket, Terms

MAX = 1_000
CANDIDATES = 300
"""Entities of a name, if there are no more, that are counted one by one."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list; `cursor` leads to the next one, None at the end."""

    results: list[dict[str, Any]]
    cursor: str | None


def _parameters(what: str, *more: Parameter) -> tuple[Parameter, ...]:
    """The filters of articles, but `q` is about the names of what is listed."""
    rest = (parameter for parameter in filter_parameters() if parameter.name != "q")
    return (
        Parameter("q", "Name", f"Only {what} with a word that begins like this"),
        *more,
        Parameter("limit", "Limit", f"How many, 1 to {MAX:,}", "number", default=20, low=1, high=MAX),
        Parameter("cursor", "Cursor", "Where to go on: from `next`"),
        *rest,
    )


def entity_parameters() -> tuple[Parameter, ...]:
    kind = Parameter("type", "Type", "Only entities of this type", "select", ENTITY_TYPES)
    return _parameters("entities", kind)


def source_parameters() -> tuple[Parameter, ...]:
    return _parameters("sources")


def topic_parameters() -> tuple[Parameter, ...]:
    return tuple(parameter for parameter in filter_parameters() if parameter.name != "q")


def _articles(params: QueryDict, now: datetime | None = None) -> Filters:
    """The articles that count; `q` is about names here."""
    rest = params.copy()
    rest.pop("q", None)
    return filters.read(rest, now=now)


def _cursor(params: QueryDict, name: str, following: Place | None) -> str | None:
    return ranking.write_place(params, name, following) if following else None


def _begins(folded: str, prefix: str) -> bool:
    return folded.startswith(prefix) or f" {prefix}" in folded


def _counts(reader: Reader, query: Query, field: str, size: int) -> dict[str, Bucket]:
    (found,) = reader.aggregate(query, [Terms(field, size)])
    return {bucket.key: bucket for bucket in found.buckets}


def list_entities(params: QueryDict) -> Listing:
    """Entities with `count`, most articles first. Raises NewsApiError for what cannot be used."""
    check_known(params, (parameter.name for parameter in entity_parameters()))
    filters.check_text(params)
    limit = integer(params, "limit", 20, 1, MAX)
    kind = choice(params, "type", ENTITY_TYPES, "") if "type" in params else ""
    written = single(params, "q") if "q" in params else None
    reader, place, query = _asked(params, "entities")
    counted = Ranking(reader, query, f"entity.{kind}" if kind else "entity", place.watermark)
    named = _named(fold(written), kind) if written else None
    found, following = _entity_page(counted, place, limit, named, kind)
    rows = _entities([key for key, _ in found])
    results = [
        {**entity_json(rows[key]), "count": count, "url": f"/v1/entities/{key}"} for key, count in found if key in rows
    ]
    return Listing(results, _cursor(params, "entities", following))


def _entity_page(counted: Ranking, place: Place, limit: int, named: QuerySet[Entity] | None, kind: str) -> Page:
    def beyond(rows: QuerySet[Entity]) -> Callable[[str, int], list[str]]:
        def more(key: str, size: int) -> list[str]:
            above = rows.filter(id__gt=key) if key else rows
            return [str(found) for found in above.order_by("id").values_list("id", flat=True)[:size]]

        return more

    if named is None:
        return counted.page(place, limit, beyond(Entity.objects.filter(type=kind) if kind else Entity.objects.all()))
    few = [str(found) for found in named.values_list("id", flat=True)[: CANDIDATES + 1]]
    if len(few) > CANDIDATES:
        only = {str(found) for found in named.values_list("id", flat=True).iterator()}
        return counted.page(place, limit, beyond(named), only)
    top = counted.top(MAX)
    counts = [(key, top[key] if key in top else counted.count(key)) for key in few]
    ordered = sorted(((key, count) for key, count in counts if count), key=lambda each: (-each[1], each[0]))
    return ranking.after(ordered, place, limit)


def _named(prefix: str, kind: str) -> QuerySet[Entity]:
    """Entities with a word that begins like this."""
    rows = Entity.objects.filter(Q(folded__startswith=prefix) | Q(folded__contains=f" {prefix}"))
    return rows.filter(type=kind) if kind else rows


def _entities(keys: list[str]) -> dict[str, Entity]:
    found: dict[str, Entity] = {}
    for start in range(0, len(keys), 500):
        found |= {str(row.id): row for row in Entity.objects.filter(id__in=keys[start : start + 500])}
    return found


def list_sources(params: QueryDict) -> Listing:
    """Sources with `count`, most articles first, then by name; those without articles too."""
    check_known(params, (parameter.name for parameter in source_parameters()))
    filters.check_text(params)
    limit = integer(params, "limit", 20, 1, MAX)
    written = single(params, "q") if "q" in params else None
    prefix = fold(written) if written else ""
    reader, place, query = _asked(params, "sources")
    counts = Ranking(reader, query, "source", place.watermark).ranked()
    filtered = any(name not in ("q", "limit", "format", "duplicates", "cursor") for name in params)
    names = {str(key): (folded, domain) for key, folded, domain in Source.objects.values_list("id", "folded", "domain")}
    order = sorted(
        (-counts.get(key, 0), folded, key)
        for key, (folded, domain) in names.items()
        if (key in counts or not filtered) and (not prefix or _begins(folded, prefix) or domain.startswith(prefix))
    )
    last = (-place.count, names.get(place.key, ("", ""))[0], place.key)
    begin = bisect_right(order, last) if place.key else 0
    shown = order[begin : begin + limit]
    rows = {str(row.id): row for row in Source.objects.filter(id__in=[key for _, _, key in shown])}
    results = [
        {**source_json(rows[key]), "count": -minus, "url": f"/v1/sources/{key}"}
        for minus, _, key in shown
        if key in rows
    ]
    more = begin + limit < len(order)
    following = replace(place, count=-shown[-1][0], key=shown[-1][2]) if more else None
    return Listing(results, _cursor(params, "sources", following))


def _asked(params: QueryDict, name: str) -> tuple[Reader, Place, Query]:
    """The reader, where the list begins or goes on, and the articles that count."""
    place = ranking.read_place(params, name)
    asked = _articles(params, place.now if place else None)
    reader = engines.get_reader()
    return reader, place or Place(reader.watermark(), asked.now), asked.query


def list_topics(params: QueryDict) -> dict[str, Any]:
    """`{results}`: the tree of topics that have articles, each with `count` (articles of it or below it)."""
    check_known(params, (parameter.name for parameter in topic_parameters()))
    filters.check_text(params)
    counts = _counts(engines.get_reader(), _articles(params).query, "topic", 2 * MAX)

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
