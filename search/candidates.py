"""Many queries asked of a handful of articles: those that cannot match are told by their words, the rest are asked.

A query can only match an article that has certain terms of the index: each of its words, its language, its source.
These necessities are read off the query by the same builder that makes the engines' queries, and the terms off the
documents that the percolator indexes, so both agree by construction.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

import tantivy

from search.analysis import primary
from search.engines import building
from search.engines.building import build_parts
from search.engines.tantivy.reader import CAPABILITIES
from search.engines.tantivy.schema import ANYWHERE, HAS, document, matched, stemmed, written
from search.fields import TEXT_FIELDS, Field, Kind
from search.nearness import Block
from search.patterns import Piece
from search.percolator import Percolator, build
from search.query import Query
from search.results import IndexDocument

Term = tuple[str, str]
"""A field of the index and a term in it."""
K = TypeVar("K", bound=Hashable)
Need = frozenset[Term]
"""An article has at least one of these terms, or the query does not match it. An empty one: it matches none."""
MOST = 64
"""Alternatives that a necessity may have; more tell little."""
ANALYSED = frozenset((ANYWHERE, *(name(field.name) for field in TEXT_FIELDS for name in (written, stemmed))))


@dataclass(frozen=True, slots=True)
class Needs:
    """All that an article needs, the most telling first. (True also when empty, as the builder's queries are.)"""

    all: tuple[Need, ...] = ()


class Necessities(building.Builder[Needs]):
    """What a query needs, instead of a query."""

    def everything(self) -> Needs:
        return Needs()

    def nothing(self) -> Needs:
        return Needs((frozenset(),))

    def any_of(self, queries: Sequence[Needs]) -> Needs:
        found: set[Term] = set()
        for needs in queries:
            if not needs.all:
                return Needs()
            found |= needs.all[0]
        return Needs((frozenset(found),)) if len(found) <= MOST else Needs()

    def all_of(self, wanted: Sequence[Needs], unwanted: Sequence[Needs] = ()) -> Needs:
        return Needs(tuple(sorted({need for needs in wanted for need in needs.all}, key=_telling)))

    def stem(self, field: Field | None, stem: str) -> Needs:
        return _one(ANYWHERE if field is None else stemmed(field.name), stem)

    def within(self, query: Needs, languages: Sequence[str]) -> Needs:
        return query

    def phrase(self, field: Field, words: Sequence[str]) -> Needs:
        return self.all_of([_one(written(field.name), word) for word in words])

    def written(self, field: Field, word: str, among_stems: bool) -> Needs:
        return _one(stemmed(field.name) if among_stems else written(field.name), word)

    def near(self, field: Field, blocks: Sequence[Block], distance: int) -> Needs:
        return self.phrase(field, [word for block in blocks for word in block])

    def like(self, field: Field, pattern: Sequence[Piece]) -> Needs:
        return Needs()

    def alike(self, field: Field, word: str, distance: int) -> Needs:
        return Needs()

    def boosted(self, query: Needs, factor: float) -> Needs:
        return query

    def values(self, field: Field, values: Sequence[str]) -> Needs:
        if len(values) > MOST:
            return Needs()
        return Needs((frozenset((matched(field), value) for value in values),))

    def boolean(self, field: Field, value: bool) -> Needs:
        return Needs()

    def integers(self, name: str, low: int, high: int) -> Needs:
        return Needs()

    def floats(self, name: str, low: float | None, high: float | None, with_low: bool, with_high: bool) -> Needs:
        return Needs()

    def has(self, field: Field) -> Needs:
        return _one(HAS, field.name) if field.kind in (Kind.TEXT, Kind.KEYWORD) else Needs()


def _one(name: str, term: str) -> Needs:
    return Needs((frozenset(((name, term),)),))


def _telling(need: Need) -> tuple[int, int, list[Term]]:
    """The most telling first: few alternatives, then long words."""
    return len(need), -min((len(term) for _, term in need), default=0), sorted(need)


def needs(query: Query, language: str) -> Needs:
    """What an article in this language (primary subtag) needs. Raises Unsupported and QueryTooLarge like a search."""
    parts = build_parts(Necessities, query, query.languages or (language,), CAPABILITIES.max_clauses, False)
    if parts is None:
        return Needs((frozenset(),))
    text, filters = parts
    return Needs(tuple(sorted({need for one in (text, *filters) for need in one.all}, key=_telling)))


def terms(made: tantivy.Document) -> set[Term]:
    """The terms that the index has of a document, those of numbers left out."""
    found: set[Term] = set()
    for name, values in made.to_dict().items():
        for value in values:
            if not isinstance(value, str):
                continue
            if name in ANALYSED:
                found.update((name, word) for word in value.split())
            else:
                found.add((name, value))
    return found


class _Spoken(Generic[K]):
    """The queries as articles of one language are asked them, found by their most telling necessity."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._needs: dict[K, Needs] = {}
        self._built: dict[K, tantivy.Query | None] = {}
        self._by_term: dict[Term, set[K]] = {}
        self._always: set[K] = set()

    def put(self, name: K, query: Query) -> None:
        self.drop(name)
        found = self._needs[name] = needs(query, self._language)
        if not found.all:
            self._always.add(name)
        else:
            for term in found.all[0]:
                self._by_term.setdefault(term, set()).add(name)

    def drop(self, name: K) -> None:
        self._built.pop(name, None)
        found = self._needs.pop(name, None)
        self._always.discard(name)
        for term in found.all[0] if found and found.all else ():
            self._by_term[term].discard(name)
            if not self._by_term[term]:
                del self._by_term[term]

    def possible(self, having: Mapping[Term, int]) -> list[K]:
        """Those that some article may match; `having` are the articles (bits) by their terms."""
        likely = set(self._always)
        for term in having.keys() & self._by_term.keys():
            likely |= self._by_term[term]
        return [name for name in likely if self._may(self._needs[name], having)]

    def built(self, name: K, query: Query) -> tantivy.Query | None:
        """The query of that name, as the percolator takes it; made once."""
        if name not in self._built:
            self._built[name] = build(query, (self._language,))
        return self._built[name]

    def _may(self, found: Needs, having: Mapping[Term, int]) -> bool:
        left = -1
        for need in found.all:
            some = 0
            for term in need:
                some |= having.get(term, 0)
            left &= some
            if not left:
                return False
        return True


class Standing(Generic[K]):
    """Queries by name that wait for articles. Not for several threads."""

    def __init__(self) -> None:
        self._queries: dict[K, Query] = {}
        self._spoken: dict[str, _Spoken[K]] = {}

    def __len__(self) -> int:
        return len(self._queries)

    def put(self, name: K, query: Query) -> None:
        """Add a query, or have it take the place of the one of this name. Raises Unsupported and QueryTooLarge."""
        if self._queries.get(name) == query:
            return
        needs(query, "und")
        for spoken in self._spoken.values():
            spoken.put(name, query)
        self._queries[name] = query

    def drop(self, name: K) -> None:
        if self._queries.pop(name, None) is not None:
            for spoken in self._spoken.values():
                spoken.drop(name)

    def matching(self, documents: Iterable[IndexDocument]) -> dict[K, set[UUID]]:
        """The ids of the articles that each query matches; queries without any are left out."""
        by_language: dict[str, list[IndexDocument]] = {}
        for one in documents:
            if not one.deleted:
                by_language.setdefault(primary(one.language), []).append(one)
        found: dict[K, set[UUID]] = {}
        for language, some in by_language.items():
            spoken = self._of(language)
            made = [document(one) for one in some]
            having: dict[Term, int] = {}
            for bit, each in enumerate(made):
                for term in terms(each):
                    having[term] = having.get(term, 0) | 1 << bit
            possible = spoken.possible(having)
            if not possible:
                continue
            percolator = Percolator(some, made)
            for name in possible:
                if matched_ids := percolator.found(spoken.built(name, self._queries[name])):
                    found.setdefault(name, set()).update(matched_ids)
        return found

    def _of(self, language: str) -> _Spoken[K]:
        spoken = self._spoken.get(language)
        if spoken is None:
            spoken = self._spoken[language] = _Spoken(language)
            for name, query in self._queries.items():
                spoken.put(name, query)
        return spoken
