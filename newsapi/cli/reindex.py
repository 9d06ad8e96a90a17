"""`newsapi reindex`: the index made anew from the database, beside the live one, which it replaces at the end."""

from __future__ import annotations

import argparse
import signal
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from newsapi.cli.django import setup
from newsapi.cli.output import Advance, fail, progress, say

if TYPE_CHECKING:
    from search.reindexing import Phase

INTERRUPTED = 130
TITLES = {
    "building": "Building the new index",
    "catching up": "Catching up with what changed",
    "verifying": "Comparing it with the database",
}


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "reindex",
        help="make the index anew from the database",
        description="Builds a new index beside the live one, catches up with what changed meanwhile, compares it with"
        " the database and swaps in one step. Whether the service runs or not, searches go on and new articles are"
        " indexed. Interrupted or killed, the next run goes on with it. The index before is kept for --rollback.",
    )
    found.add_argument("--rollback", action="store_true", help="put the previous index back, brought up to date")
    found.add_argument("--workers", type=_workers, help="processes that build (default: one a processor)")
    found.set_defaults(func=run)


def _workers(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 64:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to 64")


class Shown:
    """Progress, with a line or a bar for each phase."""

    def __init__(self) -> None:
        self._held = ExitStack()
        self._phase = ""
        self._advance: Advance | None = None
        self._done = 0

    def __call__(self, phase: Phase, done: int, total: int) -> None:
        if phase != self._phase:
            self.close()
            self._phase, self._done = phase, 0
            if phase in TITLES:
                self._advance = self._held.enter_context(progress(TITLES[phase], total))
        if self._advance is not None:
            self._advance(done - self._done, total=total)
            self._done = done

    def close(self) -> None:
        self._held.close()
        self._advance = None


def run(args: argparse.Namespace) -> int:
    return make(rollback=args.rollback, workers=args.workers)


def make(*, rollback: bool = False, workers: int | None = None) -> int:
    """Do it, showing progress, until a signal; the exit code."""
    setup()
    from search.reindexing import Reindex, ReindexStopped

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    shown = Shown()
    reindex = Reindex(workers=workers, progress=shown, stop=stop)
    try:
        report = reindex.rollback() if rollback else reindex.run()
    except ReindexStopped:
        shown.close()
        fail("Interrupted; the next `newsapi reindex` goes on from here, and what was live stays live.")
        return INTERRUPTED
    finally:
        shown.close()
    refused = f"; {report.refused:,} articles were refused, see `newsapi status`" if report.refused else ""
    if rollback:
        say(f"Index {report.generation} is live again, with {report.articles:,} articles{refused}.")
        return 0
    rate = f", {report.articles / report.seconds:,.0f} a second" if report.seconds > 1 and not report.resumed else ""
    say(
        f"The new index {report.generation} has {report.articles:,} articles ({report.seconds:.0f} s{rate}){refused}."
        + (" The one before is kept for `newsapi reindex --rollback`." if report.previous else "")
    )
    return 0
