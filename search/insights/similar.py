"""`/v1/articles/{id}/similar`: articles about the same, in any language, by what they share and how rare that is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson
from django.http import QueryDict

from articles.selectors import article_json, get_article
from newsapi.parameters import integer
from search import engines
from search.aggregations.asking import Asking
from search.filters import Parameter
from search.insights import asked
from search.query import Node, Not, Or, Query, Term
from search.results import Search

WEIGHTS = {"entity": 1.0, "keyword": 0.7, "topic": 0.5}
"""What sharing one counts for: a name says more than a word that an article happened to use often, and that more than
a topic, which thousands share."""
CANDIDATES = 300
MAX_LIMIT = 100
LEAST = 0.05
"""Below this two articles have nothing in common but the news."""

Feature = tuple[str, str]


def parameters() -> tuple[Parameter, ...]:
    limit = Parameter("limit", "Limit", f"How many, 1 to {MAX_LIMIT}", "number", default=10, low=1, high=MAX_LIMIT)
    return asked.with_filters(limit)


def similar(article_id: UUID, params: QueryDict) -> dict[str, Any]:
    """`{results}`: articles as lists show them, with `score` (0 to 1) and `shared`. Raises NewsApiError.

    The cosine between what two articles have (entities, keywords, topics), each weighted by its inverse document
    frequency (Spärck Jones 1972). Looked at are the newest articles that have one of the rarest of these.
    """
    found = asked.read(params, parameters(), asked.now())
    limit = integer(params, "limit", 10, 1, MAX_LIMIT)
    own = features(article_json(get_article(article_id)))
    asking = Asking(engines.get_reader(), Query(filters=(Term("duplicate", (False,)),)))
    weights = _weights(asking, own)
    wanted = _rarest(asking, own)
    if not wanted:
        return {"results": []}
    narrowed = (*found.query.filters, found.query.text, Not(Term("id", (str(article_id),))), wanted)
    query = Query(filters=narrowed, languages=found.query.languages)
    hits = asking.reader.search(Search(query, limit=CANDIDATES, watermark=asking.watermark)).hits
    cards = [orjson.loads(hit.card) for hit in hits]
    ranked = sorted(
        ((_cosine(own, features(card), weights), -number) for number, card in enumerate(cards)), reverse=True
    )
    results = []
    for likeness, place in ranked[:limit]:
        if likeness < LEAST:
            break
        card = cards[-place]
        shared = [{"field": field, "key": key} for field, key in sorted(own & features(card), key=weights.__getitem__)]
        results.append({**card, "score": round(likeness, 4), "shared": shared[::-1][:20]})
    return {"results": results}


def features(document: Mapping[str, Any]) -> frozenset[Feature]:
    """What an article is about, as pairs of field and value."""
    found: list[Feature] = []
    found += (("entity", str(one.get("id"))) for one in _objects(document, "entities") if one.get("id"))
    found += (("keyword", str(one)) for one in document.get("keywords") or () if one)
    found += (("topic", str(one.get("code"))) for one in _objects(document, "topics") if one.get("code"))
    return frozenset(found)


def _objects(document: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    return document.get(name) or ()


def _weights(asking: Asking, own: frozenset[Feature]) -> dict[Feature, float]:
    """The inverse document frequency of each feature."""
    total = asking.whole(()).count + 1
    weights: dict[Feature, float] = {}
    for field, keys in _by_field(own).items():
        counts = asked.counts(asking, field, keys)
        for key in keys:
            weights[field, key] = WEIGHTS[field] * math.log1p(total / (1 + counts.get(key, 0)))
    return weights


def _rarest(asking: Asking, own: frozenset[Feature]) -> Node | None:
    """Articles that have one of the rarest features: as many of these as it takes for enough candidates."""
    counted: list[tuple[int, Feature]] = []
    for field, keys in _by_field(own).items():
        if field != "topic":
            counts = asked.counts(asking, field, keys)
            # One is the article itself.
            counted += [(counts.get(key, 0), (field, key)) for key in keys if counts.get(key, 0) > 1]
    chosen: list[Feature] = []
    enough = 0
    for count, feature in sorted(counted):
        if enough >= CANDIDATES:
            break
        chosen.append(feature)
        enough += count
    if not chosen:
        return None
    return Or(tuple(Term(field, tuple(keys)) for field, keys in _by_field(chosen).items()))


def _by_field(features: Iterable[Feature]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field, key in sorted(features):
        found.setdefault(field, []).append(key)
    return found


def _cosine(own: frozenset[Feature], other: frozenset[Feature], weights: Mapping[Feature, float]) -> float:
    """What the other has beyond may be rare or common: each counts as much as one of our own on average."""
    shared = own & other
    if not shared:
        return 0.0
    squares = {feature: weights[feature] ** 2 for feature in own}
    both = math.fsum(squares[feature] for feature in shared)
    mine = math.fsum(squares.values())
    typical = mine / len(own)
    theirs = both + typical * (len(other) - len(shared))
    return both / math.sqrt(mine * theirs) if mine and theirs else 0.0
