"""A syntax tree as Elasticsearch queries."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import NamedTuple

import orjson
from elasticsearch.dsl import query as dsl

from search.engines.building import Builder
from search.engines.elasticsearch.mapping import (
    ANYWHERE,
    DELETED,
    HAS,
    LANGUAGE,
    column,
    matched,
    stemmed,
    written,
)
from search.fields import Field, Kind
from search.nearness import Block
from search.patterns import Piece, lucene, trailing_only

MAX_HEIGHT = 20
"""Elasticsearch takes 30 levels (`indices.query.bool.max_nested_depth`); the rest is parsed by itself."""
MAX_TERMS = 50_000
"""Values of one `terms` query (`index.max_terms_count` is 65,536)."""
REWRITE = "constant_score"
"""However many words of the dictionary match, all of them count."""
ALIKE = 1 / 2.2
"""What is not weighed scores as much beside words as with tantivy, whose BM25 has the factor k1 + 1."""


class Asked(NamedTuple):
    """A query, and how many levels it has."""

    query: dsl.Query
    height: int = 1


class QueryBuilder(Builder[Asked]):
    """Builds the queries of one request for Elasticsearch."""

    def everything(self) -> Asked:
        return Asked(dsl.MatchAll())

    def nothing(self) -> Asked:
        return Asked(dsl.MatchNone())

    def any_of(self, queries: Sequence[Asked]) -> Asked:
        low = [_low(one) for one in queries]
        return Asked(dsl.Bool(should=[one.query for one in low]), 1 + max(one.height for one in low))

    def all_of(self, wanted: Sequence[Asked], unwanted: Sequence[Asked] = ()) -> Asked:
        low, excluded = [_low(one) for one in wanted], [_low(one) for one in unwanted]
        required = [one.query for one in low]
        made = dsl.Bool(must=required) if self.scored else dsl.Bool(filter=required)
        if excluded:
            made.must_not = [one.query for one in excluded]
        return Asked(made, 1 + max(one.height for one in (*low, *excluded)))

    def stem(self, field: Field | None, stem: str) -> Asked:
        if field is None:
            return Asked(term(ANYWHERE, stem))
        return self._boosted(stemmed(field.name), stem, field)

    def within(self, query: Asked, languages: Sequence[str]) -> Asked:
        only = Asked(dsl.Terms(LANGUAGE, list(languages)))
        if self.scored:
            return Asked(dsl.Bool(must=[query.query], filter=[only.query]), query.height + 1)
        return self.all_of([query, only])

    def phrase(self, field: Field, words: Sequence[str]) -> Asked:
        asked = {"query": " ".join(words)} | ({"boost": field.boost} if self.scored else {})
        return Asked(dsl.MatchPhrase(written(field.name), asked))

    def near(self, field: Field, blocks: Sequence[Block], distance: int) -> Asked:
        within = [{"match": {"query": " ".join(block), "ordered": True, "max_gaps": 0}} for block in blocks]
        rule = {"all_of": {"intervals": within, "ordered": False, "max_gaps": distance}}
        return self._alike_scored(dsl.Intervals(written(field.name), rule), field)

    def like(self, field: Field, pattern: Sequence[Piece]) -> Asked:
        name = written(field.name) if field.kind is Kind.TEXT else matched(field)
        if (prefix := trailing_only(pattern)) is not None:
            return self._alike_scored(dsl.Prefix(name, {"value": prefix, "rewrite": REWRITE}), field)
        return self._alike_scored(dsl.Wildcard(name, {"value": lucene(pattern), "rewrite": REWRITE}), field)

    def alike(self, field: Field, word: str, distance: int) -> Asked:
        # With this rewriting all words count, not the 50 nearest.
        asked = {"value": word, "fuzziness": distance, "prefix_length": 0, "transpositions": True, "rewrite": REWRITE}
        return self._alike_scored(dsl.Fuzzy(written(field.name), asked), field)

    def boosted(self, query: Asked, factor: float) -> Asked:
        low = _low(query)
        return Asked(dsl.Bool(must=[low.query], boost=factor), low.height + 1)

    def _alike_scored(self, query: dsl.Query, field: Field) -> Asked:
        if not self.scored:
            return Asked(query)
        return Asked(dsl.ConstantScore(filter=query, boost=field.boost * ALIKE), 2)

    def written(self, field: Field, word: str, among_stems: bool) -> Asked:
        return self._boosted(stemmed(field.name) if among_stems else written(field.name), word, field)

    def _boosted(self, name: str, word: str, field: Field) -> Asked:
        return Asked(term(name, word, field.boost if self.scored else None))

    def values(self, field: Field, values: Sequence[str]) -> Asked:
        name = matched(field)
        if len(values) == 1:
            return Asked(term(name, values[0]))
        parts = [Asked(dsl.Terms(name, values[at : at + MAX_TERMS])) for at in range(0, len(values), MAX_TERMS)]
        return self.any_of(parts) if len(parts) > 1 else parts[0]

    def boolean(self, field: Field, value: bool) -> Asked:
        return Asked(term(column(field.name), value))

    def integers(self, name: str, low: int, high: int) -> Asked:
        return Asked(between(column(name), low, high))

    def floats(self, name: str, low: float | None, high: float | None, with_low: bool, with_high: bool) -> Asked:
        # All that is kept is finite, and JSON has no infinities.
        if low == math.inf or high == -math.inf:
            return self.nothing()
        bounds = {"gte" if with_low else "gt": low, "lte" if with_high else "lt": high}
        finite = {key: bound for key, bound in bounds.items() if bound is not None and math.isfinite(bound)}
        return Asked(dsl.Range(column(name), finite) if finite else dsl.Exists(field=column(name)))

    def has(self, field: Field) -> Asked:
        if field.kind in (Kind.TEXT, Kind.KEYWORD):
            return Asked(term(HAS, field.name))
        return Asked(dsl.Exists(field=column(field.name)))


def live(query: Asked, filters: Sequence[dsl.Query], scored: bool) -> dsl.Query:
    """`query`, of the articles (no tombstones) that pass all filters; the filters do not count for the score."""
    gone = [term(DELETED, True)]
    if scored:
        return dsl.Bool(must=[_low(query).query], filter=list(filters), must_not=gone)
    return dsl.Bool(filter=[_low(query).query, *filters], must_not=gone)


def term(name: str, value: str | bool, boost: float | None = None) -> dsl.Query:
    """Documents with this value in a field."""
    return dsl.Term(name, {"value": value} if boost is None else {"value": value, "boost": boost})


def between(name: str, low: int | None, high: int | None) -> dsl.Query:
    """Documents whose whole number is within bounds, both included."""
    return dsl.Range(name, {key: bound for key, bound in (("gte", low), ("lte", high)) if bound is not None})


def _low(asked: Asked) -> Asked:
    """The query, in an envelope of its own where it has so many levels that Elasticsearch would not parse it."""
    if asked.height < MAX_HEIGHT:
        return asked
    inside = base64.b64encode(orjson.dumps(asked.query.to_dict())).decode()
    return Asked(dsl.Wrapper(query=inside), 1)
