"""Asks queries of a handful of articles, in memory: which of them match. The engines would answer the same.

The articles go into a small tantivy index; words are cut and stemmed by search.analysis like everywhere, so a query
means here exactly what it means in a search, and costs the search engine nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import tantivy

from search.analysis import primary
from search.engines.building import build_parts
from search.engines.tantivy.queries import Builder, filtered
from search.engines.tantivy.reader import CAPABILITIES
from search.engines.tantivy.schema import KEY, document, key, numbers_of, schema
from search.query import All, Query
from search.results import IndexDocument

HEAP = 15_000_000
"""Bytes: the least that tantivy takes. A batch of a few hundred articles stays below."""


class Percolator:
    """The newest of each article's documents, and whatever is asked of them. Safe between threads.

    `made` are the documents as tantivy takes them, where they are made already: then each article is there once.
    """

    def __init__(self, documents: Iterable[IndexDocument], made: Sequence[tantivy.Document] | None = None) -> None:
        newest: dict[UUID, IndexDocument] = {}
        for one in documents:
            if one.id not in newest or newest[one.id].version <= one.version:
                newest[one.id] = one
        live = [one for one in newest.values() if not one.deleted]
        self._size = len(live)
        self._ids = {key(one.id): one.id for one in live}
        # Each article is asked in its own language: that others exist in the archive makes no difference to it.
        self._languages = tuple(sorted({primary(one.language) for one in live}))
        index = tantivy.Index(schema())
        writer = index.writer(HEAP, 1)
        for each in map(document, live) if made is None else made:
            writer.add_document(each)
        writer.commit()
        index.config_reader("manual", 0)
        index.reload()
        self._index = index
        self._searcher = index.searcher()

    def matching(self, query: Query) -> set[UUID]:
        """The ids of those that match. Raises Unsupported and QueryTooLarge like a search."""
        return self.found(build(query, self._languages))

    def found(self, built: tantivy.Query | None) -> set[UUID]:
        """The ids of those that a query of `build` finds."""
        if built is None or not self._size:
            return set()
        addresses = [address for _, address in self._searcher.search(built, limit=self._size, count=False).hits]
        return {self._ids[each] for each in numbers_of(self._searcher, KEY, addresses)} if addresses else set()


def check(query: Query) -> None:
    """Raises Unsupported and QueryTooLarge for what no articles can be asked."""
    build(query, ())


def build(query: Query, languages: tuple[str, ...]) -> tantivy.Query | None:
    """A query as articles in these languages (primary subtags) are asked it. None where nothing can be found."""
    parts = build_parts(Builder, query, query.languages or languages, CAPABILITIES.max_clauses, False)
    if parts is None:
        return None
    text, filters = parts
    if filters and isinstance(query.text, All):
        text, *filters = filters
    return filtered(text, filters, scored=False)
