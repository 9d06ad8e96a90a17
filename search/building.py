"""Fills a new index from the database, with as many processes as help; what they hold at a time is bounded."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from typing import NamedTuple

from search import rows
from search.engines import get_engine
from search.engines.base import EngineUnavailable, Refused, Writer

logger = logging.getLogger(__name__)
STEP = 250
"""Article numbers read at a time."""
AHEAD = 3
"""Steps that are under way for each process."""
TASKS = 400
"""Steps after which a process makes room for a new one, so that its memory stays bounded."""
WORTH_IT = 4_000
"""Numbers from which on processes are worth their start of a second."""
ATTEMPTS = 3


class Step(NamedTuple):
    """Done: all articles up to number `upto`, `articles` of them in this step."""

    upto: int
    articles: int
    refused: list[Refused]


def processes() -> int:
    """How many processes build by default: as many as there are processors for this one, at most eight."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8)


def build(writer: Writer, after: int, upto: int) -> Generator[Step, None, None]:
    """Write the articles with numbers above `after`, up to `upto`, in this process."""
    for first, last in _steps(after, upto):
        batch = rows.by_number(first, last)
        refused = batch.refused + writer.write(batch.documents)
        yield Step(last, len(batch.documents), refused)


def build_together(
    writer: Writer, generation: str, after: int, upto: int, count: int, parallel: bool
) -> Generator[Step, None, None]:
    """The same with `count` processes, over the engine of the settings.

    Where the engine is `parallel` they write themselves, else they make the documents and `writer` takes them. Steps
    come in order; whoever reads on too slowly makes them wait. A process that dies is replaced, a few times.
    """
    attempt = 1
    while after < upto:
        try:
            with ExitStack() as held:
                for step in _together(held, writer, generation, after, upto, count, parallel):
                    yield step
                    after = step.upto
            return
        except BrokenProcessPool as error:
            logger.warning("reindex: a process that builds was killed (%s); going on from article %s", error, after)
            if attempt == ATTEMPTS:
                raise EngineUnavailable(
                    "The processes that build the index are killed again and again (for their memory?)."
                ) from error
            attempt += 1


def _together(
    held: ExitStack, writer: Writer, generation: str, after: int, upto: int, count: int, parallel: bool
) -> Generator[Step, None, None]:
    pool = ProcessPoolExecutor(
        count,
        multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(generation if parallel else None,),
        max_tasks_per_child=TASKS,
    )
    held.callback(pool.shutdown, cancel_futures=True)
    work: Callable[[int, int], Step | rows.Batch] = _write if parallel else rows.by_number
    steps = _steps(after, upto)
    under_way: deque[tuple[int, Future[Step | rows.Batch]]] = deque()
    while True:
        while len(under_way) < AHEAD * count and (step := next(steps, None)):
            under_way.append((step[1], pool.submit(work, *step)))
        if not under_way:
            return
        last, future = under_way.popleft()
        done = future.result()
        if isinstance(done, rows.Batch):
            refused = done.refused + writer.write(done.documents)
            done = Step(last, len(done.documents), refused)
        yield done


def _steps(after: int, upto: int) -> Iterator[tuple[int, int]]:
    for first in range(after, upto, STEP):
        yield first, min(first + STEP, upto)


_writers: list[Writer] = []
"""The one of this process, where it writes itself."""


def _begin(generation: str | None) -> None:
    """In a new process: the settings, a low priority, and an end with the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
    import django

    django.setup()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Parsed JSON has no circles; looking for them takes half of the time.
    gc.freeze()
    gc.disable()
    if generation is not None:
        held = ExitStack()
        _writers.append(held.enter_context(get_engine().writer(generation)))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _write(after: int, upto: int) -> Step:
    batch = rows.by_number(after, upto)
    return Step(upto, len(batch.documents), batch.refused + _writers[0].write(batch.documents))
