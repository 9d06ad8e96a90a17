"""A new index built from the database beside the live one, caught up, checked and put in its place in one step.

It runs in any process, beside the indexer, which goes on with the live index and follows the swap. Killed at any
point it leaves what was live as it was, and the next run goes on with the build.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from articles import leases
from articles.leases import Lease
from articles.ledger import NUMBERS
from articles.models import Article, Change, Consumer, Counter
from articles.publishing import publish, published
from search import building, quarantine
from search.engines import get_engine
from search.engines.base import Engine, EngineUnavailable, State, Stored, Writer
from search.following import BATCH, Follower, waiting
from search.models import Quarantine
from search.query import Query

logger = logging.getLogger(__name__)
CONSUMER = "reindex"
COMMIT_EVERY = 5.0
"""Seconds of work that a kill can cost."""
SAMPLE = 20
RUN = 25
"""Before the swap so many runs of so many articles are read back and compared."""


class Phase(StrEnum):
    BUILDING = "building"
    FOLLOWING = "catching up"
    VERIFYING = "verifying"
    DONE = "done"


Progress = Callable[[Phase, int, int], None]
"""Called with the phase and how much of how much is done in it."""


class ReindexBusy(EngineUnavailable):
    """Another process does it already."""

    code = "index_locked"


class ReindexStopped(Exception):
    """It was told to stop; the next one goes on."""


class ReindexFailed(EngineUnavailable):
    """The new index does not hold what the database does, and was not put in place."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is live now. `previous`: there is one to go back to."""

    generation: str
    articles: int
    refused: int
    seconds: float
    resumed: bool = False
    previous: bool = False


class Reindex:
    """One run. `workers`: processes that build, 1 for none beside this one. Without `engine`: that of the settings."""

    def __init__(
        self,
        engine: Engine | None = None,
        *,
        workers: int | None = None,
        progress: Progress | None = None,
        stop: threading.Event | None = None,
        reason: str = "It was asked for.",
    ) -> None:
        self._engine = engine or get_engine()
        # Other processes only know the engine of the settings.
        self._workers = 1 if engine else workers or building.processes()
        self._progress = progress or (lambda phase, done, total: None)
        self._stop = stop or threading.Event()
        self._reason = reason
        self._lease = Lease(CONSUMER)

    def run(self) -> Report:
        """Build, catch up, verify, swap. Raises ReindexBusy, ReindexStopped, ReindexFailed and EngineUnavailable."""
        began = time.monotonic()
        with self._alone():
            name, resumed = self._generation()
            logger.info("reindex: %s %s: %s", "going on with" if resumed else "building", name, self._reason)
            # Segments are put together when a writer closes, which takes time: what came meanwhile is followed after.
            with self._engine.writer(name) as writer:
                self._build(writer, name)
                self._catch_up(writer)
            self._finish(name)
            created_at = next(one.created_at for one in self._engine.generations() if one.name == name)
            # What was set aside before was written into this index, or set aside again.
            Quarantine.objects.filter(at__lt=created_at).delete()
            report = self._report(name, began, resumed)
        self._progress(Phase.DONE, report.articles, report.articles)
        return report

    def rollback(self) -> Report:
        """Put the previous index back, caught up with what changed since. Raises as `run` does."""
        began = time.monotonic()
        with self._alone():
            name = next((one.name for one in self._engine.generations() if one.state is State.PREVIOUS), None)
            if name is None:
                raise EngineUnavailable("There is no previous index to go back to.")
            with self._engine.writer(name) as writer:
                self._catch_up(writer)
            self._finish(name)
            report = self._report(name, began, False)
        self._progress(Phase.DONE, report.articles, report.articles)
        return report

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lease.hold():
            raise ReindexBusy(f"Another process makes a new index ({leases.holder(CONSUMER) or 'just now'}).")
        try:
            with self._lease.kept():
                yield
        finally:
            # Whoever clears old changes away looks at the rows of those that still need them.
            Consumer.objects.filter(name=CONSUMER, lease_owner=self._lease.owner).delete()

    def _generation(self) -> tuple[str, bool]:
        """The build to go on with, else a new one; whether it goes on. Builds of no use any more are removed."""
        useful: str | None = None
        for one in reversed(self._engine.generations()):
            if one.state is not State.BUILDING:
                continue
            if useful is None and self._useful(one.name):
                useful = one.name
            else:
                self._engine.discard(one.name)
        return (useful, True) if useful else (self._engine.create().name, False)

    def _useful(self, name: str) -> bool:
        if self._engine.outdated(name):
            return False
        with self._engine.writer(name) as writer:
            return writer.offset() <= published() and writer.built() <= _highest()

    def _build(self, writer: Writer, name: str) -> None:
        if not writer.offset() and not writer.built():
            while publish():
                continue
            # Changes from here on are followed afterwards; it does no harm that some are read here already.
            writer.commit(published(), 0)
        start, after, upto = writer.offset(), writer.built(), _highest()
        Consumer.objects.filter(name=CONSUMER).update(offset=start)
        if self._workers > 1 and upto - after >= building.WORTH_IT:
            steps = building.build_together(writer, name, after, upto, self._workers, self._engine.parallel)
        else:
            steps = building.build(writer, after, upto)
        committed_at = time.monotonic()
        with closing(steps):
            for step in steps:
                quarantine.settle((), step.refused)
                self._progress(Phase.BUILDING, step.upto, upto)
                stopping = self._stop.is_set()
                if stopping or step.upto == upto or time.monotonic() - committed_at >= COMMIT_EVERY:
                    writer.commit(start, step.upto)
                    committed_at = time.monotonic()
                self._check()

    def _catch_up(self, writer: Writer) -> None:
        """Follow the changes until few are left: whoever swaps then loses sight of nothing for long."""
        follower = Follower(writer)
        total = waiting(follower.position)
        done = 0
        committed_at = time.monotonic()
        while followed := follower.follow(BATCH):
            done += followed
            self._progress(Phase.FOLLOWING, done, max(total, done))
            if time.monotonic() - committed_at >= COMMIT_EVERY:
                writer.commit(follower.finish())
                committed_at = time.monotonic()
            if followed < BATCH // 4:
                break
            self._check()
        writer.commit(follower.finish())
        Consumer.objects.filter(name=CONSUMER).update(offset=follower.position)

    def _finish(self, name: str) -> None:
        with self._engine.writer(name) as writer:
            offset = writer.offset()
        wrong = self._wrong(name, offset)
        if wrong:
            if self._engine.live() != name and self._state(name) is State.BUILDING:
                self._engine.discard(name)
            raise ReindexFailed(f"The new index is not as the database is: {wrong}. What was live stays live.")
        with self._engine.writer(name) as writer:
            self._catch_up(writer)
        self._check()
        self._engine.activate(name)

    def _wrong(self, name: str, offset: int) -> str | None:
        """What the index has that the database does not, or the other way round, and later changes do not explain."""
        highest = _highest()
        starts = sorted(random.sample(range(1, highest + 1), min(SAMPLE, highest)))
        runs = [range(start, min(start + RUN, highest + 1)) for start in starts]
        # Runs may overlap: each article counts once.
        total = len({number for run in runs for number in run})
        self._progress(Phase.VERIFYING, 0, total)
        reader = self._engine.reader(name)
        indexed = reader.count(Query())
        there = Article.objects.filter(deleted_at__isnull=True).count()
        if abs(indexed - there) > waiting(offset) + quarantine.count():
            return f"it has {indexed:,} articles, the database {there:,}"
        stored: dict[int, Stored] = {}
        numbers: set[int] = set()
        for run in runs:
            stored |= {one.number: one for one in reader.stored(run.start - 1, RUN)}
            numbers.update(run)
            self._progress(Phase.VERIFYING, len(numbers), total)
        shown = {hit.number: hit.id for hit in reader.fetch(sorted(numbers))}
        rows = Article.objects.filter(number__in=numbers).only("id", "number", "version", "deleted_at")
        for row in rows.order_by("number"):
            one = stored.get(row.number)
            gone = row.deleted_at is not None
            alike = (one is None or one.deleted) if gone else one == Stored(row.id, row.number, row.version)
            if alike and shown.get(row.number) == (None if gone else row.id):
                continue
            later = Change.objects.filter(Q(seq__gt=offset) | Q(seq=None), article_id=row.id)
            if not later.exists() and not Quarantine.objects.filter(article_id=row.id).exists():
                return f"article {row.number} is {one or 'not there'} in it, version {row.version} in the database"
        return None

    def _state(self, name: str) -> State | None:
        return next((one.state for one in self._engine.generations() if one.name == name), None)

    def _report(self, name: str, began: float, resumed: bool) -> Report:
        articles = self._engine.reader(name).count(Query())
        previous = any(one.state is State.PREVIOUS for one in self._engine.generations())
        return Report(name, articles, quarantine.count(), time.monotonic() - began, resumed, previous)

    def _check(self) -> None:
        if self._stop.is_set():
            raise ReindexStopped


def _highest() -> int:
    return Counter.objects.filter(name=NUMBERS).values_list("value", flat=True).first() or 0
