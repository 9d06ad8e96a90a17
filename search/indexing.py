"""The indexer: one process at a time keeps the live index as the rows are, and does what else needs its writer."""

from __future__ import annotations

import logging
import random
import threading
import time
from contextlib import ExitStack

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from articles import leases
from articles.leases import Lease
from articles.ledger import NUMBERS
from articles.models import Consumer, Counter
from articles.publishing import published
from newsapi import wakeups
from search.engines import get_engine
from search.engines.base import Engine, EngineUnavailable
from search.following import BATCH, Follower
from search.reconciling import Reconciler
from search.reindexing import Reindex, ReindexStopped

logger = logging.getLogger(__name__)
CONSUMER = "indexer"
"""Its Consumer row is the lease, and mirrors the offset for whoever wants to know how far the index is."""
INTERVAL = 0.5
"""Seconds between commits under load; what arrives when there was none for so long is committed at once."""
WAIT = 0.5
STANDBY = 1.0
"""Seconds between two looks at whether the process that indexes is still there."""
LOOK = 1.0
"""Seconds between two looks at which generation is live."""
PATIENCE = 5.0
"""Seconds that a comparison with the database waits for new articles at most."""
RETRY = (0.5, 5.0)
"""Seconds to wait after something failed: the first time, and at most."""
BUILD_AGAIN = 60.0


class Indexer:
    """Keeps the index. Any number may stand by; who holds the lease works, and holds the engine's writer.

    Without an `engine` it is the one of the settings.
    """

    def __init__(self, engine: Engine | None = None) -> None:
        self._given = engine
        self._engine = engine
        self._lease = Lease(CONSUMER)
        self._held = ExitStack()
        self._follower: Follower | None = None
        self._reconciler: Reconciler | None = None
        self._generation: str | None = None
        self._looked_at = float("-inf")
        self._pending = False
        self._committed_at = float("-inf")
        self._compared_at = float("-inf")
        self._stop = threading.Event()
        self._build: threading.Thread | None = None
        self._build_again_at = float("-inf")

    def run_once(self, limit: int = BATCH) -> int:
        """Follow up to `limit` changes; how many there were. After 0 everything followed so far is committed.

        Raises EngineUnavailable while another process indexes.
        """
        if not self._lease.hold():
            other = leases.holder(CONSUMER) or "just now"
            raise EngineUnavailable(f"Another process indexes ({other}).", code="index_locked")
        followed = self._follow(limit)
        if not followed:
            self._commit()
            self._reconcile()
        return followed

    def run(self, stop: threading.Event) -> None:
        """Index until `stop` is set. What fails is logged and tried again, later and later."""
        self._stop = stop
        failures = 0
        try:
            while not stop.is_set():
                try:
                    if self._turn():
                        failures = 0
                    continue
                except EngineUnavailable as error:
                    logger.warning("indexer: %s", error.detail)
                    self._let_go()
                except DatabaseError as error:
                    logger.warning("indexer: the database: %s", error)
                    close_old_connections()
                except ReindexStopped:
                    continue
                failures += 1
                first, most = RETRY
                stop.wait(min(first * 2.0 ** (failures - 1), most) * random.uniform(0.75, 1.25))
        finally:
            try:
                self.close()
            except (EngineUnavailable, DatabaseError) as error:
                # What was not committed is followed again.
                logger.warning("indexer: %s", error)

    def close(self, commit: bool = True) -> None:
        """Commit, let go of the writer, and let another process index."""
        try:
            if commit:
                self._commit()
        finally:
            self._let_go()
            if self._build is not None:
                self._stop.set()
                self._build.join()
                self._build = None
            self._lease.release()

    def _turn(self) -> bool:
        """One round: follow, commit when it is time, else wait. False while another process indexes."""
        if not self._lease.hold():
            self._let_go()
            self._stop.wait(STANDBY)
            return False
        followed = self._follow(BATCH)
        if not self._reconcile() and not followed and not self._stop.is_set():
            due = self._committed_at + INTERVAL - time.monotonic() if self._pending else WAIT
            if due > 0:
                wakeups.wait("changes", min(due, WAIT))
        return True

    def _follow(self, limit: int) -> int:
        followed = self._opened().follow(limit)
        self._pending = self._pending or bool(followed)
        if self._pending and time.monotonic() - self._committed_at >= INTERVAL:
            self._commit()
        return followed

    def _commit(self) -> None:
        if not self._pending or self._follower is None:
            return
        position = self._follower.finish()
        self._follower.writer.commit(position)
        self._pending = False
        self._committed_at = time.monotonic()
        self._mirror(position)

    def _mirror(self, offset: int) -> None:
        """Say that everything up to `offset` can be found."""
        Consumer.objects.filter(name=CONSUMER).update(offset=offset)
        wakeups.notify("indexed")

    def _reconcile(self) -> bool:
        """Go on comparing the index with the database, where that was asked for; whether there is more to do."""
        now = time.monotonic()
        if self._follower is None or (self._pending and now - self._compared_at < PATIENCE):
            return False
        if self._reconciler is None:
            if now - self._compared_at < LOOK:
                return False
            self._reconciler = Reconciler.wanted(self._current().reader(self._generation), self._follower)
        if self._reconciler is not None:
            self._commit()
            if not self._reconciler.step():
                self._reconciler = None
        self._compared_at = time.monotonic()
        return self._reconciler is not None

    def _current(self) -> Engine:
        if self._engine is None:
            self._engine = get_engine()
        return self._engine

    def _opened(self) -> Follower:
        """The live generation's writer, opened anew after a swap."""
        if self._follower is not None and time.monotonic() - self._looked_at < LOOK:
            return self._follower
        live = self._current().live()
        self._looked_at = time.monotonic()
        if self._follower is not None and live == self._generation:
            self._build_if_outdated()
            return self._follower
        self._let_go()
        reason = self._unusable()
        if reason:
            logger.info("indexer: building the index anew: %s", reason)
            with self._lease.kept():
                Reindex(self._given, stop=self._stop, reason=reason).run()
        self._generation = self._current().live()
        writer = self._held.enter_context(self._current().writer(self._generation))
        self._follower = Follower(writer)
        self._mirror(self._follower.position)
        self._build_if_outdated()
        return self._follower

    def _let_go(self) -> None:
        """Of the writer: what was not committed is followed again."""
        self._follower = self._reconciler = None
        self._pending = False
        try:
            self._held.close()
        except EngineUnavailable as error:
            logger.debug("indexer: %s", error.detail)

    def _unusable(self) -> str | None:
        """Why nothing can be done before the index is built anew, if it has to be."""
        engine = self._current()
        if engine.live() is None:
            return "There is no index yet."
        try:
            with engine.writer() as writer:
                offset = writer.offset()
        except EngineUnavailable as error:
            if error.code == "index_outdated":
                return error.detail
            raise
        watermark = engine.reader().watermark()
        if watermark > highest():
            return "It has articles that the database does not have."
        if offset > published():
            return "It is ahead of the database."
        if offset == watermark == 0 and highest():
            return "It is empty."
        return None

    def _build_if_outdated(self) -> None:
        """An index that still answers, made by another version, is replaced by a thread while this one follows."""
        if self._build is not None and not self._build.is_alive():
            self._build = None
        if self._build is not None or time.monotonic() < self._build_again_at:
            return
        reason = self._current().outdated()
        if reason:
            self._build_again_at = time.monotonic() + BUILD_AGAIN
            self._build = threading.Thread(target=self._replace, args=(reason,), name="reindex", daemon=True)
            self._build.start()

    def _replace(self, reason: str) -> None:
        logger.info("indexer: building a new index beside this one: %s", reason)
        try:
            Reindex(self._given, stop=self._stop, reason=reason).run()
        except ReindexStopped:
            return
        except (EngineUnavailable, DatabaseError) as error:
            logger.warning("indexer: the new index is not there yet: %s", error)
        finally:
            connection.close()


def highest() -> int:
    """The highest article number ever given."""
    return Counter.objects.filter(name=NUMBERS).values_list("value", flat=True).first() or 0
