"""Follows the changes of articles into a writer: what is written is always what the rows say now."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from articles.models import Change
from articles.publishing import publish
from search import quarantine, rows
from search.engines.base import Refused, Writer

BATCH = 500


class Part(NamedTuple):
    """Articles that are being written: those of the changes up to `upto`. `done` waits, and gives what was refused."""

    upto: int
    ids: list[UUID]
    refused: list[Refused]
    done: Callable[[], list[Refused]]


class Follower:
    """Knows how far a writer followed: all changes up to `position` are written, committed or not.

    One part is read and analysed while the engine still takes the one before it.
    """

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.position = writer.offset()
        self._under_way: Part | None = None

    def follow(self, limit: int = BATCH) -> int:
        """Write the articles of up to `limit` changes; how many changes there were. Nothing is committed.

        They may be still under way when this returns; after 0 none is.
        """
        publish()
        after = self._under_way.upto if self._under_way else self.position
        changes = Change.objects.filter(seq__gt=after).order_by("seq")
        found = list(changes.values_list("seq", "article_id")[:limit])
        part: Part | None = None
        if found:
            # Around it all: while what was read is still there, looking for garbage would look at all of it.
            with rows.uncollected():
                part = self._begun(found[-1][0] or after, [article for _, article in found])
        self.finish()
        self._under_way = part
        return len(found)

    def finish(self) -> int:
        """Wait until all that was followed is written; the position then."""
        part, self._under_way = self._under_way, None
        if part is not None:
            quarantine.settle(part.ids, part.refused + part.done())
            self.position = part.upto
        return self.position

    def _begun(self, upto: int, articles: list[UUID]) -> Part:
        batch = rows.by_id(articles)
        return Part(upto, rows.ids(batch.documents), batch.refused, self.writer.begin(batch.documents))


def waiting(position: int) -> int:
    """How many changes there are after a position, those without a number yet included."""
    return Change.objects.filter(Q(seq__gt=position) | Q(seq=None)).count()
