"""Fills a new index from the database, with as many processes as help; what they hold at a time is bounded."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from typing import Any, NamedTuple

from search import build_process, rows
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
) -> Iterator[Step]:
    pool = ProcessPoolExecutor(
        count,
        multiprocessing.get_context("spawn"),
        initializer=build_process.begin,
        initargs=(generation if parallel else None,),
        max_tasks_per_child=TASKS,
    )
    held.callback(pool.shutdown, cancel_futures=True)
    work: Callable[[int, int], Any] = build_process.write if parallel else build_process.read
    steps = _steps(after, upto)
    under_way: deque[tuple[int, Future[Any]]] = deque()
    while True:
        while len(under_way) < AHEAD * count and (step := next(steps, None)):
            under_way.append((step[1], pool.submit(work, *step)))
        if not under_way:
            return
        last, future = under_way.popleft()
        done = future.result()
        if parallel:
            yield Step(last, *done)
        else:
            yield Step(last, len(done.documents), done.refused + writer.write(done.documents))


def _steps(after: int, upto: int) -> Iterator[tuple[int, int]]:
    for first in range(after, upto, STEP):
        yield first, min(first + STEP, upto)
