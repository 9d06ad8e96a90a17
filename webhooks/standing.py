"""The saved searches as they wait in a process: taken up when they change, read anew when what they name may have."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from newsapi.errors import NewsApiError
from search.candidates import Standing
from search.query import Query
from search.results import IndexDocument
from webhooks import queries
from webhooks.models import SavedSearch

logger = logging.getLogger(__name__)
READ_AGAIN = 600.0
"""Seconds after which names are looked up anew: a source or a person may have come since."""
AT_ONCE = 100
PAUSE = 30.0
"""Seconds without looking names up after that failed."""


@dataclass(slots=True)
class _Kept:
    owner: str
    revision: int
    search: dict[str, Any] = field(repr=False)
    moves: bool
    read_at: float


class Searches:
    """Active searches of some owners."""

    def __init__(self) -> None:
        self._standing: Standing[UUID] = Standing()
        self._kept: dict[UUID, _Kept] = {}
        self._paused_until = 0.0

    def owner(self, search_id: UUID) -> str | None:
        kept = self._kept.get(search_id)
        return kept.owner if kept else None

    def matching(self, documents: Sequence[IndexDocument]) -> dict[UUID, set[UUID]]:
        """The ids of the articles that each search matches."""
        return self._standing.matching(documents)

    def refresh(self, owners: Collection[str]) -> None:
        """Have exactly the active searches of these owners, as they are now."""
        active = SavedSearch.objects.filter(active=True, owner__in=list(owners))
        revisions = dict(active.values_list("id", "revision"))
        for gone in self._kept.keys() - revisions.keys():
            del self._kept[gone]
            self._standing.drop(gone)
        fresh = [
            pk for pk, revision in revisions.items() if pk not in self._kept or self._kept[pk].revision != revision
        ]
        for begin in range(0, len(fresh), 500):
            for row in SavedSearch.objects.filter(id__in=fresh[begin : begin + 500]):
                self._take(row)
        self._read_again()

    def _take(self, row: SavedSearch) -> None:
        # Spread, so that not all of them are read anew at the same moment.
        read_at = time.monotonic() - READ_AGAIN * (row.id.int % 1000) / 1000
        try:
            self._standing.put(row.id, queries.restore(row.tree))
        except NewsApiError as error:
            logger.warning("the saved search %s cannot be asked: %s", row.id, error.detail)
            self._standing.drop(row.id)
        self._kept[row.id] = _Kept(row.owner, row.revision, row.search, bool(row.tree.get("moves")), read_at)

    def _read_again(self) -> None:
        now = time.monotonic()
        if now < self._paused_until:
            return
        old = [pk for pk, kept in self._kept.items() if not kept.moves and now - kept.read_at > READ_AGAIN][:AT_ONCE]
        moving = [pk for pk, kept in self._kept.items() if kept.moves]
        for pk in (*moving, *old):
            kept = self._kept[pk]
            kept.read_at = now
            query = self._query(kept)
            if query is not None:
                self._standing.put(pk, query)

    def _query(self, kept: _Kept) -> Query | None:
        """What it asks now; None where that cannot be told, and what it asked before still stands."""
        try:
            return queries.read(kept.search).query
        except NewsApiError as error:
            if error.status >= 500:
                self._paused_until = time.monotonic() + PAUSE
            logger.debug("a saved search is asked as before: %s", error.detail)
            return None
