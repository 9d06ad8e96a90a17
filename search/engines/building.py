"""What a syntax tree means, for every engine: an engine's builder only says how its own queries are written.

Built with a stack, since the tree is as deep as the user made it.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from search import analysis, nearness, patterns
from search import query as tree
from search.budget import NEAR, check_fuzzy, check_wildcard, cost
from search.engines.base import QueryTooLarge, Unsupported
from search.engines.moments import micros
from search.fields import BY_NAME, TEXT_FIELDS, Field, Kind

KEYWORD_LIMIT = 1_000
"""Longer keywords are cut off here, in documents and in queries."""
MAX_DEPTH = 100
"""Engines recurse, and thousands of levels crash them."""
I64 = (-(2**63), 2**63 - 1)

Q = TypeVar("Q")


@dataclass(frozen=True, slots=True)
class _Part(Generic[Q]):
    """What a node became; negations are kept aside until something is there that they can be taken from."""

    asked: Q
    negated: bool = False


class Builder(ABC, Generic[Q]):
    """Builds the queries of one request, as `Q`.

    `languages` are those words are stemmed for. None stands for a node without words ("…"): it is left out of what
    it stands in, and matches nothing where nothing remains.
    """

    def __init__(self, languages: Sequence[str], budget: int, scored: bool) -> None:
        self.languages = tuple(dict.fromkeys(map(analysis.primary, languages)))
        self.scored = scored
        self.budget = budget
        self.left = budget

    def build(self, root: tree.Node) -> Q | None:
        """Raises Unsupported for fields that cannot be asked so, QueryTooLarge beyond the budget."""
        done: list[_Part[Q] | None] = []
        todo: list[tuple[tree.Node, bool, int]] = [(root, False, 0)]
        while todo:
            node, visited, depth = todo.pop()
            children = tree.children(node)
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
                done.append(self._combine(node, parts))
        return self._query(done[0]) if done[0] is not None else None

    @abstractmethod
    def everything(self) -> Q: ...

    @abstractmethod
    def nothing(self) -> Q: ...

    @abstractmethod
    def any_of(self, queries: Sequence[Q]) -> Q:
        """Of two or more."""

    @abstractmethod
    def all_of(self, wanted: Sequence[Q], unwanted: Sequence[Q] = ()) -> Q:
        """All that is wanted (at least one) and nothing that is not."""

    @abstractmethod
    def stem(self, field: Field | None, stem: str) -> Q:
        """A stem in a text field, counting with its boost; in whatever field for None, which is never scored."""

    @abstractmethod
    def within(self, query: Q, languages: Sequence[str]) -> Q:
        """`query` in articles of these languages (primary subtags); the score is that of `query`."""

    @abstractmethod
    def phrase(self, field: Field, words: Sequence[str]) -> Q:
        """Words as written, in this order, in a text field."""

    @abstractmethod
    def written(self, field: Field, word: str, among_stems: bool) -> Q:
        """One word as written; `among_stems` where texts only have it there."""

    @abstractmethod
    def near(self, field: Field, blocks: Sequence[nearness.Block], distance: int) -> Q:
        """Two or more words as written (or several that follow each other), in any order, so many others between."""

    @abstractmethod
    def like(self, field: Field, pattern: Sequence[patterns.Piece]) -> Q:
        """Words as written of a text field, or values of a keyword field, that match a pattern. All score alike."""

    @abstractmethod
    def alike(self, field: Field, word: str, distance: int) -> Q:
        """Words as written at most so many changes away. All score alike."""

    @abstractmethod
    def boosted(self, query: Q, factor: float) -> Q:
        """`query` with its score times `factor`; only asked for where scores count."""

    @abstractmethod
    def values(self, field: Field, values: Sequence[str]) -> Q:
        """Any of the values in a keyword field; they are folded and cut already."""

    @abstractmethod
    def boolean(self, field: Field, value: bool) -> Q: ...

    @abstractmethod
    def integers(self, name: str, low: int, high: int) -> Q:
        """Whole numbers (dates: microseconds) from `low` to `high`, both included and of 64 bits."""

    @abstractmethod
    def floats(self, name: str, low: float | None, high: float | None, with_low: bool, with_high: bool) -> Q: ...

    @abstractmethod
    def has(self, field: Field) -> Q:
        """Articles with a value in a text, keyword or number field that not all have."""

    def _spend(self, clauses: int) -> None:
        self.left -= clauses
        if self.left < 0:
            raise QueryTooLarge(
                f"The query has more than {self.budget} words, phrases and operators.", limit=self.budget
            )

    def _leaf(self, node: tree.Node) -> Q | None:
        match node:
            case tree.All():
                return self.everything()
            case tree.Text(text, field):
                named = _text_fields(field)
                return self._text(text, [None] if field is None and not self.scored else named)
            case tree.Phrase(text, field):
                return self._phrase(text, _text_fields(field))
            case tree.Near(words, distance, field):
                return self._near(words, distance, _text_fields(field))
            case tree.Wildcard(pattern, field):
                return self._like(pattern, field)
            case tree.Fuzzy(word, distance, field):
                return self._alike(word, distance, _text_fields(field))
            case tree.Term(field, values):
                return self._term(_field(field), values)
            case tree.Range():
                return self._range(node)
            case tree.Exists(field):
                return self._exists(_field(field))
            case _:
                return self.nothing()

    def _text(self, text: str, fields: Sequence[Field | None]) -> Q | None:
        words = analysis.query_words(text, self.languages)
        self._spend(len(words))
        found = [self._any([self._stem(f, *one) for f in fields for one in word.alternatives]) for word in words]
        return self._all([query for query in found if query is not None])

    def _stem(self, field: Field | None, stem: str, languages: tuple[str, ...]) -> Q:
        query = self.stem(field, stem)
        return self.within(query, languages) if languages else query

    def _near(self, words: Sequence[str], distance: int, fields: Sequence[Field]) -> Q | None:
        if wrong := nearness.check(words, distance):
            raise Unsupported(wrong)
        blocks = nearness.blocks(words)
        if len(blocks) == 1:
            return self._written(blocks[0], fields)
        self._spend(sum(map(len, blocks)) + NEAR * (len(blocks) > 2))
        return self._any([self.near(field, blocks, distance) for field in fields])

    def _like(self, pattern: str, name: str | None) -> Q | None:
        self._spend(cost(tree.Wildcard(pattern)))
        if wrong := check_wildcard(pattern, name):
            raise Unsupported(wrong)
        parts = patterns.folded(pattern, name)
        if name is not None and _field(name).kind is Kind.KEYWORD:
            if not patterns.searchable(_field(name)):
                raise Unsupported(f"“{name}” has ids or codes: it cannot be asked for a pattern.", field=name)
            return self.like(_field(name), parts)
        return self._any([self.like(field, parts) for field in _text_fields(name)])

    def _alike(self, word: str, distance: int, fields: Sequence[Field]) -> Q | None:
        self._spend(cost(tree.Fuzzy(word, distance)))
        if wrong := check_fuzzy(word, distance):
            raise Unsupported(wrong)
        return self._any([self.alike(field, analysis.written(word)[0], distance) for field in fields])

    def _phrase(self, text: str, fields: Sequence[Field]) -> Q | None:
        return self._written(analysis.written(text), fields)

    def _written(self, words: Sequence[str], fields: Sequence[Field]) -> Q | None:
        self._spend(len(words))
        if not words:
            return None
        if len(words) > 1:
            return self._any([self.phrase(field, words) for field in fields])
        return self._any([self.written(field, words[0], analysis.lone(words[0])) for field in fields])

    def _term(self, field: Field, values: Sequence[tree.Value]) -> Q:
        self._spend(1)
        if field.kind is Kind.KEYWORD:
            wanted = [str(value) for value in values]
            if field.folded:
                wanted = [analysis.fold(value) for value in wanted]
            wanted = list(dict.fromkeys(value[:KEYWORD_LIMIT] for value in wanted if value))
            return self.values(field, wanted) if wanted else self.nothing()
        if field.kind is Kind.BOOLEAN:
            booleans = {str(value).lower() in ("true", "1") for value in values}
            return self._any([self.boolean(field, value) for value in sorted(booleans)]) or self.nothing()
        if field.kind is Kind.TEXT:
            raise Unsupported(f"“{field.name}” is text: ask for words or a phrase in it.", field=field.name)
        numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
        found = [self._range(tree.Range(field.name, gte=number, lte=number)) for number in numbers]
        return self._any(found) or self.nothing()

    def _exists(self, field: Field) -> Q:
        if field.name in ("id", "date", "number"):
            return self.everything()
        if field.kind is Kind.BOOLEAN:
            return self.any_of([self.boolean(field, value) for value in (True, False)])
        return self.has(field)

    def _range(self, node: tree.Range) -> Q:
        field = _field(node.field)
        if field.kind not in (Kind.NUMBER, Kind.INTEGER, Kind.DATE):
            raise Unsupported(f"“{node.field}” has no order: it cannot be asked for a range.", field=node.field)
        bounds = (node.gte, node.gt, node.lte, node.lt)
        if any(isinstance(bound, float) and math.isnan(bound) for bound in bounds):
            return self.nothing()
        if any((bound is not None and isinstance(bound, datetime) != (field.kind is Kind.DATE)) for bound in bounds):
            raise Unsupported(f"A bound of “{node.field}” is of the wrong type.", field=node.field)
        if all(bound is None for bound in bounds):
            return self._exists(field)
        if field.kind is Kind.NUMBER:
            return self._float_range(node)
        return self._integer_range(node)

    def _float_range(self, node: tree.Range) -> Q:
        low = max((_float(b) for b in (node.gte, node.gt) if b is not None), default=None)
        high = min((_float(b) for b in (node.lte, node.lt) if b is not None), default=None)
        with_low = low is None or node.gt is None or low != _float(node.gt)
        with_high = high is None or node.lt is None or high != _float(node.lt)
        return self.floats(node.field, low, high, with_low, with_high)

    def _integer_range(self, node: tree.Range) -> Q:
        """Both bounds included, since whole numbers allow it."""
        lows = [_whole(node.gte, math.ceil), _whole(node.gt, math.floor, 1)]
        highs = [_whole(node.lte, math.floor), _whole(node.lt, math.ceil, -1)]
        low = max((bound for bound in lows if bound is not None), default=I64[0])
        high = min((bound for bound in highs if bound is not None), default=I64[1])
        low, high = max(low, I64[0]), min(high, I64[1])
        return self.integers(node.field, low, high) if low <= high else self.nothing()

    def _combine(self, node: tree.Node, children: Sequence[_Part[Q] | None]) -> _Part[Q] | None:
        parts = [part for part in children if part is not None]
        if isinstance(node, tree.Boost):
            part = parts[0] if parts else None
            if part is None or part.negated or not self.scored:
                return part
            return _Part(self.boosted(part.asked, node.factor))
        if isinstance(node, tree.Not):
            return _Part(parts[0].asked, not parts[0].negated) if parts else None
        if not parts:
            # An empty And asks for nothing in particular, an empty Or offers nothing; words that are none are neither.
            return None if children else _Part(self.everything() if isinstance(node, tree.And) else self.nothing())
        if len(parts) == 1:
            return parts[0]
        if isinstance(node, tree.Or):
            return _Part(self.any_of([self._query(part) for part in parts]))
        wanted = [part.asked for part in parts if not part.negated]
        return _Part(self.all_of(wanted or [self.everything()], [part.asked for part in parts if part.negated]))

    def _query(self, part: _Part[Q]) -> Q:
        return self.all_of([self.everything()], [part.asked]) if part.negated else part.asked

    def _any(self, queries: Sequence[Q]) -> Q | None:
        if len(queries) > 1:
            return self.any_of(queries)
        return queries[0] if queries else None

    def _all(self, queries: Sequence[Q]) -> Q | None:
        if len(queries) > 1:
            return self.all_of(queries)
        return queries[0] if queries else None


def build_parts(
    builder: Callable[[Sequence[str], int, bool], Builder[Q]],
    query: tree.Query,
    languages: Sequence[str],
    budget: int,
    scored: bool,
) -> tuple[Q, list[Q]] | None:
    """A query's text and each of its filters, built; None where one of them has nothing to look for.

    Each has the budget for itself, and only the text is scored. Raises what `Builder.build` does.
    """
    text = builder(languages, budget, scored).build(query.text)
    if text is None:
        return None
    unscored = builder(languages, budget, False)
    filters = [built for built in map(unscored.build, query.filters) if built is not None]
    return (text, filters) if len(filters) == len(query.filters) else None


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


def _float(bound: float | datetime) -> float:
    """The nearest float; whole numbers may be larger than all of them."""
    assert not isinstance(bound, datetime)
    try:
        return float(bound)
    except OverflowError:
        return math.inf if bound > 0 else -math.inf


def _whole(bound: float | datetime | None, rounded: Callable[[float], int], step: int = 0) -> int | None:
    if bound is None:
        return None
    if isinstance(bound, datetime):
        return micros(bound) + step
    if isinstance(bound, float) and math.isinf(bound):
        return I64[1] + 1 if bound > 0 else I64[0] - 1
    return rounded(bound) + step
