"""Crosstabs of many cells, asked in as few questions as the engines' limits allow, within a budget."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings

from search.crosstabs import MAX_CELLS, Cell, Crosstab, Keys, Leaf, Level, Path, Spans
from search.engines.base import QueryTooLarge, Reader
from search.engines.deadline import SearchTimeout
from search.query import Node, Query

MAX_BUCKETS = 50_000
"""Buckets of one answer."""
MAX_QUESTIONS = 400
"""Questions to the engine for one answer."""
PATIENCE = 2
"""An answer of many questions may take so many times what one search may (SEARCH_TIMEOUT)."""

Axis = str | Spans
"""What a path has at one level: a facet's values, or indices of spans."""


class Asking:
    """Asks about the articles that match one query, as they were at one moment."""

    def __init__(self, reader: Reader, query: Query) -> None:
        self.reader = reader
        self.query = query
        self.watermark = reader.watermark()
        self._buckets = 0
        self._questions = 0
        self._until = time.monotonic() + PATIENCE * settings.SEARCH_TIMEOUT

    def narrowed(self, filters: Sequence[Node]) -> Query:
        """The query with some more filters."""
        return replace(self.query, filters=(*self.query.filters, *filters))

    def spend(self, buckets: int) -> None:
        """Raises QueryTooLarge when the answer becomes longer than anyone reads."""
        self._buckets += buckets
        if self._buckets > MAX_BUCKETS:
            raise QueryTooLarge(
                f"The answer has more than {MAX_BUCKETS:,} buckets. Ask for smaller sizes, longer intervals, no empty"
                " buckets, or by more filters for fewer articles.",
                limit=MAX_BUCKETS,
            )

    def whole(self, leaves: Sequence[Leaf], filters: Sequence[Node] = ()) -> Cell:
        """One cell: all articles that match."""
        return self.cells(filters, (), [()], leaves).get((), Cell(0, ()))

    def cells(
        self, filters: Sequence[Node], axes: Sequence[Axis], paths: Sequence[Path], leaves: Sequence[Leaf]
    ) -> dict[Path, Cell]:
        """The cells at these paths; those without articles are left out."""
        query = self.narrowed(filters)
        found: dict[Path, Cell] = {}
        todo = [sorted(paths)] if paths else []
        while todo:
            some = todo.pop()
            asked, indices = _crosstab(axes, some, leaves)
            if asked.cells() > MAX_CELLS and len(some) > 1:
                todo += [some[len(some) // 2 :], some[: len(some) // 2]]
                continue
            self._question()
            table = self.reader.tabulate(query, asked, self.watermark)
            wanted = set(some)
            for path, cell in table.cells.items():
                original = tuple(key if at is None else at[int(key)] for key, at in zip(path, indices, strict=True))
                if original in wanted:
                    found[original] = cell
        return found

    def _question(self) -> None:
        self._questions += 1
        if self._questions > MAX_QUESTIONS:
            raise QueryTooLarge(
                f"More than {MAX_QUESTIONS} questions to the search engine would be needed. Ask for fewer levels,"
                " smaller sizes or longer intervals.",
                limit=MAX_QUESTIONS,
            )
        if time.monotonic() > self._until:
            raise SearchTimeout(
                f"The answer took longer than {PATIENCE * settings.SEARCH_TIMEOUT} s ({PATIENCE} times SEARCH_TIMEOUT)."
                " Ask for fewer levels, smaller sizes, or by more filters for fewer articles."
            )


def _crosstab(
    axes: Sequence[Axis], paths: Sequence[Path], leaves: Sequence[Leaf]
) -> tuple[Crosstab, list[list[int] | None]]:
    """The smallest crosstab that has these paths, and which spans its indices stand for."""
    levels: list[Level] = []
    indices: list[list[int] | None] = []
    for depth, axis in enumerate(axes):
        used = dict.fromkeys(path[depth] for path in paths)
        if isinstance(axis, Spans):
            some = sorted(int(index) for index in used)
            levels.append(Spans(axis.field, tuple(axis.bounds[index] for index in some)))
            indices.append(some)
        else:
            levels.append(Keys(axis, tuple(str(key) for key in used)))
            indices.append(None)
    return Crosstab(tuple(levels), tuple(leaves)), indices
