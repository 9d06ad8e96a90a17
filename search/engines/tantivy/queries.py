"""A syntax tree as tantivy queries."""

from __future__ import annotations

from collections.abc import Sequence

from tantivy import FieldType, Occur, Query

from search.engines import building
from search.engines.base import QueryTooLarge
from search.engines.building import I64
from search.engines.tantivy.schema import ANYWHERE, HAS, LANGUAGE, column, matched, schema, stemmed, written
from search.fields import Field, Kind
from search.nearness import Block, layouts
from search.patterns import Piece, expression

FEW = 16


class Builder(building.Builder[Query]):
    """Builds the queries of one request for tantivy."""

    def everything(self) -> Query:
        return Query.all_query()

    def nothing(self) -> Query:
        return Query.empty_query()

    def any_of(self, queries: Sequence[Query]) -> Query:
        return Query.boolean_query([(Occur.Should, query) for query in queries])

    def all_of(self, wanted: Sequence[Query], unwanted: Sequence[Query] = ()) -> Query:
        clauses = [(Occur.Must, query) for query in wanted] + [(Occur.MustNot, query) for query in unwanted]
        return Query.boolean_query(clauses)

    def stem(self, field: Field | None, stem: str) -> Query:
        name = ANYWHERE if field is None else stemmed(field.name)
        query = Query.term_query(schema(), name, stem, "freq" if self.scored else "basic")
        if field is not None and field.boost != 1.0 and self.scored:
            query = Query.boost_query(query, field.boost)
        return query

    def within(self, query: Query, languages: Sequence[str]) -> Query:
        where = Query.const_score_query(any_term(LANGUAGE, languages), 0.0)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, where)])

    def phrase(self, field: Field, words: Sequence[str]) -> Query:
        return self._boosted(Query.phrase_query(schema(), written(field.name), list(words)), field)

    def written(self, field: Field, word: str, among_stems: bool) -> Query:
        name = stemmed(field.name) if among_stems else written(field.name)
        return self._boosted(Query.term_query(schema(), name, word, "freq"), field)

    def _boosted(self, query: Query, field: Field) -> Query:
        return Query.boost_query(query, field.boost) if self.scored else query

    def near(self, field: Field, blocks: Sequence[Block], distance: int) -> Query:
        """tantivy's slop is exact for two words only. More are looked for in each way that they can stand."""
        name = written(field.name)
        if len(blocks) == 2 and all(len(block) == 1 for block in blocks):
            pair: list[str | tuple[int, str]] = [(0, block[0]) for block in blocks]
            return self._alike_scored(Query.phrase_query(schema(), name, pair, slop=distance + 1), field)
        phrases = [Query.phrase_query(schema(), name, placed) for placed in layouts(blocks, distance)]
        return self._alike_scored(Query.boolean_query([(Occur.Should, phrase) for phrase in phrases]), field)

    def like(self, field: Field, pattern: Sequence[Piece]) -> Query:
        name = written(field.name) if field.kind is Kind.TEXT else matched(field)
        try:
            asked = Query.regex_query(schema(), name, expression(pattern))
        except ValueError as error:
            # tantivy allows an automaton of 1,000 states; what is checked before stays below.
            raise QueryTooLarge(f"A word with wildcards asks for too much at once: {error}") from error
        return self._alike_scored(asked, field)

    def alike(self, field: Field, word: str, distance: int) -> Query:
        return self._alike_scored(Query.fuzzy_term_query(schema(), written(field.name), word, distance), field)

    def boosted(self, query: Query, factor: float) -> Query:
        return Query.boost_query(query, factor)

    def _alike_scored(self, query: Query, field: Field) -> Query:
        return Query.const_score_query(query, field.boost) if self.scored else query

    def values(self, field: Field, values: Sequence[str]) -> Query:
        return any_term(matched(field), values)

    def boolean(self, field: Field, value: bool) -> Query:
        return Query.term_query(schema(), column(field.name), value)

    def integers(self, name: str, low: int, high: int) -> Query:
        return integers(name, low, high)

    def floats(self, name: str, low: float | None, high: float | None, with_low: bool, with_high: bool) -> Query:
        return Query.range_query(
            schema(), column(name), FieldType.Float, low, high, include_lower=with_low, include_upper=with_high
        )

    def has(self, field: Field) -> Query:
        if field.kind in (Kind.TEXT, Kind.KEYWORD):
            return Query.term_query(schema(), HAS, field.name, "basic")
        return Query.exists_query(column(field.name))


def filtered(query: Query, filters: Sequence[Query], scored: bool) -> Query:
    """`query`, of the documents that pass all filters; the filters do not count for the score."""
    if not filters:
        return query
    if scored:
        filters = [Query.const_score_query(one, 0.0) for one in filters]
    return Query.boolean_query([(Occur.Must, query), *((Occur.Must, one) for one in filters)])


def any_term(name: str, values: Sequence[str]) -> Query:
    """Any of the values. A set is collected over the whole index first: a few are better looked up one by one."""
    if len(values) > FEW:
        return Query.term_set_query(schema(), name, list(values))
    terms = [Query.term_query(schema(), name, value, "basic") for value in values]
    if len(terms) > 1:
        return Query.boolean_query([(Occur.Should, term) for term in terms])
    return terms[0] if terms else Query.empty_query()


def integers(field: str, low: int, high: int) -> Query:
    """Documents whose whole number is within bounds, both included."""
    low, high = max(low, I64[0]), min(high, I64[1])
    if low > high:
        return Query.empty_query()
    return Query.range_query(schema(), column(field), FieldType.Integer, low, high)


def unsigned_range(name: str, low: int | None, high: int | None = None) -> Query:
    """Of an unsigned column of ours, both bounds included."""
    low, high = max(low or 0, 0), min(2**64 - 1 if high is None else high, 2**64 - 1)
    if low > high:
        return Query.empty_query()
    return Query.range_query(schema(), name, FieldType.Unsigned, low, high)
