"""Compares the index with the database, article by article, writes again what differs and forgets old tombstones.

Who holds the writer does it, a step at a time (search.indexing); others ask for it, by a row.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from articles.ledger import change, record, writing
from articles.models import Article, ChangeKind
from newsapi import wakeups
from search import quarantine
from search import rows as articles
from search.engines.base import Reader, Refused, Stored
from search.following import Follower
from search.models import Reconciliation
from search.results import IndexDocument

logger = logging.getLogger(__name__)
WINDOW = 1_000
"""Articles compared in a step."""
FORGET_AFTER = timedelta(days=1)
"""No write of a deleted article can be on its way for so long."""
KEEP = timedelta(days=30)
"""Done comparisons are remembered so long."""


class Row(NamedTuple):
    id: UUID
    number: int
    version: int
    deleted: bool
    settled: bool
    """Deleted so long ago that its tombstone may go."""


class Differences(NamedTuple):
    """`stale`: to write as the row is; `orphans`: in the index only; `ahead`: newer in the index than in the database;
    `done`: tombstones to forget."""

    stale: list[UUID]
    orphans: list[Stored]
    ahead: list[Stored]
    done: list[Stored]


def compare(stored: list[Stored], rows: list[Row]) -> Differences:
    """What to do so that the index is as the rows are."""
    found = Differences([], [], [], [])
    indexed = {one.id: one for one in stored}
    for row in rows:
        one = indexed.pop(row.id, None)
        if one is not None and one.version > row.version:
            found.ahead.append(one)
        elif row.deleted and row.settled and (one is None or one.deleted):
            if one is not None:
                found.done.append(one)
        elif one is None or one.version < row.version or one.deleted != row.deleted:
            found.stale.append(row.id)
    for one in indexed.values():
        (found.done if one.deleted else found.orphans).append(one)
    return found


class Reconciler:
    """One comparison, from the first article to the last."""

    def __init__(self, reader: Reader, follower: Follower, wish: Reconciliation) -> None:
        self._reader = reader
        self._follower = follower
        self._wish = wish

    @classmethod
    def wanted(cls, reader: Reader, follower: Follower) -> Reconciler | None:
        """The comparison that was asked for and is not done, if there is one. It begins at the first article again."""
        wish = Reconciliation.objects.filter(finished_at=None).order_by("id").first()
        if wish is None:
            return None
        wish.started_at, wish.reached = timezone.now(), 0
        wish.compared = wish.repaired = wish.purged = 0
        wish.save()
        return cls(reader, follower, wish)

    def step(self) -> bool:
        """Compare the next articles and repair what differs; whether there are more. Everything is committed."""
        after = self._wish.reached
        # The index first: what changes in between is then newer in the database, and written again without need.
        stored = self._reader.stored(after, WINDOW)
        rows = _rows(after)
        upto = min((_end(part) for part in (stored, rows) if len(part) == WINDOW), default=None)
        if upto is not None:
            stored = [one for one in stored if one.number <= upto]
            rows = [row for row in rows if row.number <= upto]
        differences = compare(stored, rows)
        self._repair(differences)
        self._wish.compared += len(rows)
        self._wish.repaired += len(differences.stale) + len(differences.orphans) + len(differences.ahead)
        self._wish.purged += len(differences.done)
        self._wish.reached = upto if upto is not None else max((row.number for row in rows), default=after)
        if upto is None:
            self._wish.finished_at = timezone.now()
            logger.info("reconcile: %s", self._wish)
            Reconciliation.objects.filter(finished_at__lt=timezone.now() - KEEP).delete()
        self._wish.save()
        return upto is not None

    def _repair(self, differences: Differences) -> None:
        writer = self._follower.writer
        if differences.ahead:
            _overtake(differences.ahead)
        refused: list[Refused] = []
        if differences.orphans:
            refused += writer.write(map(_tombstone, differences.orphans))
        if differences.stale:
            batch = articles.by_id(differences.stale)
            refused += batch.refused + writer.write(batch.documents)
            quarantine.settle((document.id for document in batch.documents), refused)
        if differences.done:
            writer.purge(differences.done)
        if differences.stale or differences.orphans or differences.done:
            writer.commit(self._follower.position)


def request() -> Reconciliation:
    """Ask for a comparison; the one that was asked for already, where it has not begun."""
    wish = Reconciliation.objects.filter(finished_at=None, started_at=None).first()
    wish = wish or Reconciliation.objects.create()
    wakeups.notify("changes")
    return wish


def last() -> Reconciliation | None:
    """The latest comparison that was done."""
    return Reconciliation.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()


def _end(part: Sequence[Row | Stored]) -> int:
    """Up to which number a full part is whole. What no row knows of may have the number of another."""
    first, last = part[0].number, part[-1].number
    return last - 1 if first < last else last


def _rows(after: int) -> list[Row]:
    settled = timezone.now() - FORGET_AFTER
    found = Article.objects.filter(number__gt=after).order_by("number")
    values = found.values_list("id", "number", "version", "deleted_at")[:WINDOW]
    return [
        Row(id_, number, version, deleted_at is not None, deleted_at is not None and deleted_at < settled)
        for id_, number, version, deleted_at in values
    ]


def _overtake(ahead: Sequence[Stored]) -> None:
    """Give articles that the index has in a newer version (of a database before it was restored) an even newer one.

    They are changes like others then, which the indexer follows.
    """
    newest = {one.id: one.version for one in ahead}
    with writing():
        found = list(Article.objects.filter(id__in=newest).only("id", "version", "deleted_at"))
        for article in found:
            article.version = max(article.version, newest[article.id]) + 1
        Article.objects.bulk_update(found, ["version"])
        record([change(one, ChangeKind.DELETED if one.deleted_at else ChangeKind.UPDATED) for one in found])


def _tombstone(one: Stored) -> IndexDocument:
    """Ids of articles hold the time at which they were made (RFC 9562, version 7)."""
    try:
        at = datetime.fromtimestamp((one.id.int >> 80) / 1000, UTC) if one.id.version == 7 else None
    except (ValueError, OverflowError):
        at = None
    return IndexDocument(one.id, one.number, one.version, at or timezone.now(), deleted=True, first_seen=at)
