"""A syntax tree as a tantivy query. Built with a stack, since the tree is as deep as the user made it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tantivy import FieldType, Occur, Query

from search import analysis
from search import query as tree
from search.engines.base import QueryTooLarge, Unsupported
from search.engines.tantivy.schema import (
    ANYWHERE,
    HAS,
    KEYWORD_LIMIT,
    LANGUAGE,
    column,
    matched,
    micros,
    schema,
    stemmed,
    written,
)
from search.fields import BY_NAME, TEXT_FIELDS, Field, Kind

FEW = 16
MAX_DEPTH = 100
"""tantivy recurses, and thousands of levels crash the process."""
_I64 = (-(2**63), 2**63 - 1)


class Builder:
    """Builds the queries of one request.

    `languages` are those words are stemmed for. None stands for a node without words ("…"): it is left out of what
    it stands in, and matches nothing where nothing remains.
    """

    def __init__(self, languages: Sequence[str], budget: int, scored: bool) -> None:
        self.languages = tuple(dict.fromkeys(map(analysis.primary, languages)))
        self.scored = scored
        self.budget = budget
        self.left = budget

    def build(self, root: tree.Node) -> Query | None:
        """Raises Unsupported for fields that cannot be asked so, QueryTooLarge beyond the budget."""
        done: list[_Part | None] = []
        todo: list[tuple[tree.Node, bool, int]] = [(root, False, 0)]
        while todo:
            node, visited, depth = todo.pop()
            children = _children(node)
            if children is None:
                query = self._leaf(node)
                done.append(_Part(query) if query is not None else None)
            elif not visited:
                self._spend(1)
                if depth > MAX_DEPTH:
                    raise QueryTooLarge(f"The query is nested more than {MAX_DEPTH} levels deep.", limit=MAX_DEPTH)
                todo.append((node, True, depth))
                todo.extend((child, False, depth + 1) for child in reversed(children))
            else:
                parts = done[len(done) - len(children) :]
                del done[len(done) - len(children) :]
                done.append(_combine(node, parts))
        return done[0].query() if done[0] is not None else None

    def _spend(self, clauses: int) -> None:
        self.left -= clauses
        if self.left < 0:
            raise QueryTooLarge(
                f"The query has more than {self.budget} words, phrases and operators.", limit=self.budget
            )

    def _leaf(self, node: tree.Node) -> Query | None:
        match node:
            case tree.All():
                return Query.all_query()
            case tree.Text(text, field):
                fields = _text_fields(field)
                if field is None and not self.scored:
                    return self._text(text, [ANYWHERE], [1.0])
                return self._text(text, [stemmed(f.name) for f in fields], [f.boost for f in fields])
            case tree.Phrase(text, field):
                return self._phrase(text, _text_fields(field))
            case tree.Term(field, values):
                return self._term(_field(field), values)
            case tree.Range():
                return _range(node)
            case tree.Exists(field):
                return _exists(_field(field))
            case _:
                return Query.empty_query()

    def _text(self, text: str, names: Sequence[str], boosts: Sequence[float]) -> Query | None:
        words = analysis.query_words(text, self.languages)
        self._spend(len(words))
        fields = list(zip(names, boosts, strict=True))
        return _all_of(
            [_any_of([self._stem(*field, *stem) for field in fields for stem in word.alternatives]) for word in words]
        )

    def _stem(self, name: str, boost: float, stem: str, languages: tuple[str, ...]) -> Query:
        query = Query.term_query(schema(), name, stem, "freq" if self.scored else "basic")
        if boost != 1.0 and self.scored:
            query = Query.boost_query(query, boost)
        if languages:
            where = Query.const_score_query(any_term(LANGUAGE, languages), 0.0)
            query = Query.boolean_query([(Occur.Must, query), (Occur.Must, where)])
        return query

    def _phrase(self, text: str, fields: Sequence[Field]) -> Query | None:
        words = analysis.written(text)
        self._spend(len(words))
        if not words:
            return None
        queries = []
        for field in fields:
            if len(words) > 1:
                query = Query.phrase_query(schema(), written(field.name), list(words))
            else:
                name = stemmed(field.name) if analysis.lone(words[0]) else written(field.name)
                query = Query.term_query(schema(), name, words[0], "freq")
            queries.append(Query.boost_query(query, field.boost) if self.scored else query)
        return _any_of(queries)

    def _term(self, field: Field, values: Sequence[tree.Value]) -> Query:
        self._spend(1)
        if field.kind is Kind.KEYWORD:
            wanted = [str(value) for value in values]
            if field.folded:
                wanted = [analysis.fold(value) for value in wanted]
            return any_term(matched(field), [value[:KEYWORD_LIMIT] for value in wanted if value])
        if field.kind is Kind.BOOLEAN:
            booleans = {str(value).lower() in ("true", "1") for value in values}
            terms = [Query.term_query(schema(), column(field.name), value) for value in booleans]
            return _any_of(terms) or Query.empty_query()
        if field.kind is Kind.TEXT:
            raise Unsupported(f"“{field.name}” is text: ask for words or a phrase in it.", field=field.name)
        numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
        ranges = [_range(tree.Range(field.name, gte=number, lte=number)) for number in numbers]
        return _any_of(ranges) or Query.empty_query()


def _children(node: tree.Node) -> tuple[tree.Node, ...] | None:
    match node:
        case tree.And(children) | tree.Or(children):
            return children
        case tree.Not(child):
            return (child,)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class _Part:
    """What a node became; negations are kept aside until something is there that they can be taken from."""

    asked: Query
    negated: bool = False

    def query(self) -> Query:
        if self.negated:
            return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, self.asked)])
        return self.asked


def _combine(node: tree.Node, children: Sequence[_Part | None]) -> _Part | None:
    parts = [part for part in children if part is not None]
    if isinstance(node, tree.Not):
        return _Part(parts[0].asked, not parts[0].negated) if parts else None
    if not parts:
        # An empty And asks for nothing in particular, an empty Or offers nothing; words that are none are neither.
        return None if children else _Part(Query.all_query() if isinstance(node, tree.And) else Query.empty_query())
    if len(parts) == 1:
        return parts[0]
    if isinstance(node, tree.Or):
        return _Part(Query.boolean_query([(Occur.Should, part.query()) for part in parts]))
    clauses = [(Occur.MustNot if part.negated else Occur.Must, part.asked) for part in parts]
    if all(part.negated for part in parts):
        clauses.append((Occur.Must, Query.all_query()))
    return _Part(Query.boolean_query(clauses))


def _any_of(queries: Sequence[Query]) -> Query | None:
    if len(queries) > 1:
        return Query.boolean_query([(Occur.Should, query) for query in queries])
    return queries[0] if queries else None


def _all_of(queries: Sequence[Query | None]) -> Query | None:
    present = [query for query in queries if query is not None]
    if len(present) > 1:
        return Query.boolean_query([(Occur.Must, query) for query in present])
    return present[0] if present else None


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
    return _any_of([Query.term_query(schema(), name, value, "basic") for value in values]) or Query.empty_query()


def _field(name: str) -> Field:
    field = BY_NAME.get(name)
    if field is None:
        raise Unsupported(f"There is no field “{name}”.", field=name)
    return field


def _text_fields(name: str | None) -> Sequence[Field]:
    if name is None:
        return TEXT_FIELDS
    field = _field(name)
    if field.kind is not Kind.TEXT:
        raise Unsupported(f"“{name}” is not a text field.", field=name)
    return (field,)


def _exists(field: Field) -> Query:
    if field.kind in (Kind.TEXT, Kind.KEYWORD) and field.name != "id":
        return Query.term_query(schema(), HAS, field.name, "basic")
    if field.kind is Kind.NUMBER or field.name == "words":
        return Query.exists_query(column(field.name))
    if field.kind is Kind.BOOLEAN:
        name = column(field.name)
        terms = [(Occur.Should, Query.term_query(schema(), name, value)) for value in (True, False)]
        return Query.boolean_query(terms)
    return Query.all_query()


def _range(node: tree.Range) -> Query:
    field = _field(node.field)
    if field.kind not in (Kind.NUMBER, Kind.INTEGER, Kind.DATE):
        raise Unsupported(f"“{node.field}” has no order: it cannot be asked for a range.", field=node.field)
    bounds = (node.gte, node.gt, node.lte, node.lt)
    if any(isinstance(bound, float) and math.isnan(bound) for bound in bounds):
        return Query.empty_query()
    if any((bound is not None and isinstance(bound, datetime) != (field.kind is Kind.DATE)) for bound in bounds):
        raise Unsupported(f"A bound of “{node.field}” is of the wrong type.", field=node.field)
    if all(bound is None for bound in bounds):
        return _exists(field)
    if field.kind is Kind.NUMBER:
        return _float_range(node)
    return _integer_range(node)


def _float_range(node: tree.Range) -> Query:
    low = max((float(b) for b in (node.gte, node.gt) if b is not None), default=None)  # type: ignore[arg-type]
    high = min((float(b) for b in (node.lte, node.lt) if b is not None), default=None)  # type: ignore[arg-type]
    return Query.range_query(
        schema(),
        column(node.field),
        FieldType.Float,
        low,
        high,
        include_lower=low is None or low != node.gt,
        include_upper=high is None or high != node.lt,
    )


def _integer_range(node: tree.Range) -> Query:
    """Both bounds included, since whole numbers allow it."""
    lows = [_whole(node.gte, math.ceil), _whole(node.gt, math.floor, 1)]
    highs = [_whole(node.lte, math.floor), _whole(node.lt, math.ceil, -1)]
    low = max((bound for bound in lows if bound is not None), default=_I64[0])
    high = min((bound for bound in highs if bound is not None), default=_I64[1])
    return integers(node.field, low, high)


def integers(field: str, low: int, high: int) -> Query:
    """Documents whose whole number is within bounds, both included."""
    low, high = max(low, _I64[0]), min(high, _I64[1])
    if low > high:
        return Query.empty_query()
    return Query.range_query(schema(), column(field), FieldType.Integer, low, high)


def _whole(bound: float | datetime | None, rounded: Callable[[float], int], step: int = 0) -> int | None:
    if bound is None:
        return None
    if isinstance(bound, datetime):
        return micros(bound) + step
    if isinstance(bound, float) and math.isinf(bound):
        return _I64[1] + 1 if bound > 0 else _I64[0] - 1
    return rounded(bound) + step


def unsigned_range(name: str, low: int | None, high: int | None = None) -> Query:
    """Of an unsigned column of ours, both bounds included."""
    low, high = max(low or 0, 0), min(2**64 - 1 if high is None else high, 2**64 - 1)
    if low > high:
        return Query.empty_query()
    return Query.range_query(schema(), name, FieldType.Unsigned, low, high)
