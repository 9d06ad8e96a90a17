"""Follows the changes of articles and writes the engine: what the index holds is always what the rows say now."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from django.db import DatabaseError, close_old_connections

from articles.models import Article, Change, Consumer, Counter
from articles.publishing import publish, published
from newsapi import wakeups
from search.cards import COLUMNS, make_document
from search.engines import get_engine
from search.engines.base import Engine, EngineUnavailable, Writer
from search.results import IndexDocument

logger = logging.getLogger(__name__)
CONSUMER = "indexer"
"""Its Consumer row mirrors the offset, for whoever wants to know how far the index is."""
WANTED = -1
"""The mirrored offset by which another process asks the indexer for a rebuild."""
INTERVAL = 0.5
"""Seconds between commits under load; what arrives when there was none for so long is committed at once."""
WAIT = 0.5
RETRY = 2.0
BATCH = 200


class Indexer:
    """The one process that writes the index. Holds the engine's writer from the first use until `close`."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine or get_engine()
        self._held = ExitStack()
        self._writer: Writer | None = None
        self._position = 0
        self._pending = False
        self._committed_at = float("-inf")

    def run_once(self, limit: int = BATCH) -> int:
        """Follow up to `limit` changes; how many there were. After 0 everything followed so far is committed.

        Raises EngineUnavailable while another process writes the index.
        """
        followed = self._follow(limit)
        if not followed:
            self._commit()
        return followed

    def run(self, stop: threading.Event) -> None:
        """Follow the changes until `stop` is set. What fails is logged and tried again."""
        try:
            while not stop.is_set():
                try:
                    if not self._follow(BATCH) and not stop.is_set():
                        due = self._committed_at + INTERVAL - time.monotonic() if self._pending else WAIT
                        if due > 0:
                            wakeups.wait("changes", min(due, WAIT))
                except EngineUnavailable as error:
                    logger.warning("indexer: %s", error.detail)
                    self.close(commit=False)
                    stop.wait(RETRY)
                except DatabaseError as error:
                    logger.warning("indexer: the database: %s", error)
                    close_old_connections()
                    stop.wait(RETRY)
        finally:
            self.close()

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Build a new index of all articles beside the live one, then put it in its place; how many there are.

        `progress` is called with how many were added since. Raises EngineUnavailable while another process writes.
        """
        self.close()
        while publish():
            continue
        # Changes from here on are followed afterwards, so it does no harm that some of them are read here already.
        start = published()
        added = 0
        made = self._engine.create()
        with self._engine.writer(made.name) as writer:
            for documents in _all_documents():
                writer.write(documents)
                added += len(documents)
                if progress:
                    progress(len(documents))
            writer.commit(start)
        self._engine.activate(made.name)
        self._mirror(start, rebuilt=True)
        return added

    def close(self, commit: bool = True) -> None:
        """Commit, and let go of the writer."""
        try:
            if commit:
                self._commit()
        finally:
            self._writer = None
            self._pending = False
            self._held.close()

    def _follow(self, limit: int) -> int:
        writer = self._open()
        publish()
        changes = Change.objects.filter(seq__gt=self._position).order_by("seq")
        rows = list(changes.values_list("seq", "article_id")[:limit])
        if rows:
            articles = Article.objects.filter(id__in={article for _, article in rows})
            writer.write(make_document(article) for article in articles.only(*COLUMNS))
            self._position = rows[-1][0] or self._position
            self._pending = True
        if self._pending and time.monotonic() - self._committed_at >= INTERVAL:
            self._commit()
        return len(rows)

    def _commit(self) -> None:
        if not self._pending or self._writer is None:
            return
        self._writer.commit(self._position)
        self._pending = False
        self._committed_at = time.monotonic()
        self._mirror(self._position)

    def _mirror(self, offset: int, rebuilt: bool = False) -> None:
        """Say that everything up to `offset` can be found. A wish for a rebuild stands until there was one."""
        rows = Consumer.objects.filter(name=CONSUMER)
        if not (rows if rebuilt else rows.exclude(offset=WANTED)).update(offset=offset):
            Consumer.objects.get_or_create(name=CONSUMER, defaults={"offset": offset})
        wakeups.notify("indexed")

    def _open(self) -> Writer:
        if self._writer is not None and not rebuild_requested():
            return self._writer
        reason = self._outdated()
        if reason:
            logger.info("indexer: building the index anew: %s", reason)
            self.rebuild()
        self._writer = self._held.enter_context(self._engine.writer())
        self._position = self._writer.offset()
        self._mirror(self._position)
        return self._writer

    def _outdated(self) -> str | None:
        """Why the index has to be built anew, if it has to."""
        if rebuild_requested():
            return "It was asked for."
        reason = self._engine.outdated()
        if reason:
            return reason
        highest = Counter.objects.filter(name="article").values_list("value", flat=True).first() or 0
        if self._engine.reader().watermark() > highest:
            return "It has articles that the database does not have."
        with self._engine.writer() as writer:
            if writer.offset() > published():
                return "It is ahead of the database."
        return None


def request_rebuild() -> None:
    """Ask the running indexer to build the index anew; `rebuild_requested` is false again when it is there."""
    Consumer.objects.update_or_create(name=CONSUMER, defaults={"offset": WANTED})
    wakeups.notify("changes")


def rebuild_requested() -> bool:
    return Consumer.objects.filter(name=CONSUMER, offset=WANTED).exists()


def _all_documents() -> Iterator[list[IndexDocument]]:
    """Every live article, in batches, in the order of their numbers."""
    last = -1
    while True:
        rows = Article.objects.filter(number__gt=last, deleted_at__isnull=True).order_by("number").only(*COLUMNS)
        batch = list(rows[:BATCH])
        if not batch:
            return
        last = batch[-1].number
        yield [make_document(article) for article in batch]
