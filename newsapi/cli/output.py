"""How commands speak: results on stdout, the rest on stderr; a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

PLAIN_EVERY = 5.0
"""Seconds between two plain lines of progress."""


def fail(message: str) -> None:
    print(f"newsapi: {message}", file=sys.stderr)


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


class Advance(Protocol):
    """Called with how many more are done, and, when it becomes known, the new total."""

    def __call__(self, done: int = 1, *, total: int | None = None) -> None: ...


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Advance]:
    """Show how far long work is, on stderr."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(title, total=total)

            def advance(done: int = 1, *, total: int | None = None) -> None:
                bar.update(task, advance=done, total=total)

            yield advance
        return

    state = {"done": 0, "total": total or 0, "said": time.monotonic()}

    def count(done: int = 1, *, total: int | None = None) -> None:
        state["done"] += done
        state["total"] = total or state["total"]
        if time.monotonic() - state["said"] >= PLAIN_EVERY:
            state["said"] = time.monotonic()
            of = f" of {state['total']}" if state["total"] else ""
            say(f"{title}: {state['done']}{of}")

    say(f"{title} …")
    yield count
    say(f"{title}: {state['done']} done")
