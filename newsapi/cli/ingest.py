"""`newsapi ingest` and `newsapi restructure`: into the archive from the shell, with the service running or not."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsapi.cli.django import migrate, setup
from newsapi.cli.output import progress, say
from newsapi.cli.taking import Taken, files_in
from newsapi.env import Settings
from newsapi.serving import data_dir

if TYPE_CHECKING:
    from ingest.models import Capture

LOOK_EVERY = 0.2
FETCH_SECONDS = 5.0
MOST = 500
MOST_TOLD = 200
"""Documents that a terminal is told of one by one; a file or a pipe gets all."""
AT_A_TIME = 500


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "ingest",
        help="pages, files and feeds into the archive",
        description="Takes addresses, files, directories (with all that is in them) and - for stdin. What each is, its"
        " content tells: text, HTML, JSON (an input object, ninjs, JSON-LD, our own export, a list of them) or JSON"
        " lines, also packed with gzip; of a feed every entry becomes a document, of a sitemap its newest pages. With"
        " the service running its workers do the rest; else it is done here. A line on stdout says what became of each."
        " Exit code 1 when something was refused, rejected or failed.",
    )
    found.add_argument("inputs", nargs="+", metavar="URL|FILE|DIR|-", help="what to take in; - reads stdin")
    found.add_argument("--source", help="name or domain of who published them (not for what says so itself)")
    found.add_argument("--language", help="their language, BCP 47 (not for what says so itself)")
    found.add_argument(
        "--most", type=_most, default=MOST, metavar="N", help=f"pages of a sitemap, newest first (default {MOST})"
    )
    found.add_argument("--no-wait", action="store_true", help="return when all is stored, before it is structured")
    found.set_defaults(func=run)
    again = commands.add_parser(
        "restructure",
        help="put everything through the pipeline again",
        description="Structures what the archive holds anew, after the rules changed. Corrections are kept; articles"
        " whose text stays the same keep their revision.",
    )
    again.add_argument("--state", choices=("structured", "rejected", "failed"), help="only captures in this state")
    again.add_argument("--no-wait", action="store_true", help="return at once; the service does it by and by")
    again.set_defaults(func=run_again)


def run(args: argparse.Namespace) -> int:
    settings = _setup()
    hints = {name: value for name in ("source", "language") if (value := getattr(args, name))}
    taken = Taken(hints, wake=data_dir.holder(settings.data_dir) is not None, most=args.most)
    names = [name for each in args.inputs for name in files_in(each)]
    if len(names) > 1:
        with progress("Reading", len(names)) as advance:
            for name in names:
                taken.take(name)
                advance()
    else:
        for name in names:
            taken.take(name)
    bad = taken.refused
    if not args.no_wait:
        _finish(settings, "Structuring")
        bad += report(taken)
    return 1 if bad or not names else 0


def run_again(args: argparse.Namespace) -> int:
    settings = _setup()
    from ingest.models import Capture
    from ingest.services import restructure

    captures = Capture.objects.filter(state=args.state) if args.state else None
    count = restructure(captures, wake=data_dir.holder(settings.data_dir) is not None)
    say(f"{count:,} captures are structured again.")
    if not args.no_wait:
        _finish(settings, "Structuring again")
    return 0


def _setup() -> Settings:
    settings = setup(need_data=False)
    data_dir.make(settings)
    migrate()
    return settings


def _finish(settings: Settings, title: str) -> None:
    """Wait for the service's workers, or do their work here where no service runs."""
    from django.db.models import Q
    from django.utils import timezone

    from ingest import fetching, pipeline
    from ingest.models import Capture, CaptureState

    # What is done has left both indexes; the state tells of those whose page is not there yet.
    waiting = Capture.objects.filter(Q(pending=True) | Q(state=CaptureState.RECEIVED))
    left = waiting.count()
    with progress(title, left) as advance:
        while left:
            if data_dir.holder(settings.data_dir):
                time.sleep(LOOK_EVERY)
            else:
                fetching.run(FETCH_SECONDS, between=pipeline.process)
                if not pipeline.drain(FETCH_SECONDS) and (due := fetching.next_due()) is not None:
                    time.sleep(min(1.0, max(0.0, (due - timezone.now()).total_seconds())))
            now = waiting.count()
            advance(max(0, left - now))
            left = now
    if data_dir.holder(settings.data_dir):
        return
    from search.engines.base import EngineUnavailable
    from search.indexing import Indexer

    indexer = Indexer()
    try:
        while indexer.run_once():
            continue
    except EngineUnavailable as error:
        if error.code != "index_locked":
            raise
        # The indexer of a service on another machine goes on with it.
    finally:
        indexer.close()


def report(taken: Taken) -> int:
    """Say what became of each, one a line; how many did not become articles for a reason to look at."""
    counts: Counter[str] = Counter()
    for name, capture in _captures(taken):
        counts[capture.state] += 1
        bad = capture.state in ("rejected", "failed")
        if bad or not sys.stdout.isatty() or counts.total() <= MOST_TOLD:
            told = (capture.reason or {}).get("detail") if bad else None
            made = f"/v1/articles/{capture.article_id}" if capture.article_id else f"/v1/documents/{capture.id}"
            print(f"{name}\t{capture.state}\t{told or made}")
    said = [f"{count:,} {state}" for state, count in sorted(counts.items())]
    said += [f"{taken.refused:,} refused"] if taken.refused else []
    say(", ".join(said) or "Nothing was accepted.")
    return counts["rejected"] + counts["failed"]


def _captures(taken: Taken) -> Iterator[tuple[str, Capture]]:
    """What was stored, in the order of the inputs, each with what it was made of."""
    from ingest.models import Capture

    rows = Capture.objects.defer("content")
    ids = list(taken.captures)
    for start in range(0, len(ids), AT_A_TIME):
        found = {capture.id: capture for capture in rows.filter(id__in=ids[start : start + AT_A_TIME])}
        for capture_id in ids[start : start + AT_A_TIME]:
            if (capture := found.get(capture_id)) is not None:
                yield taken.captures[capture_id], capture
    for batch_id, name in taken.batches.items():
        for capture in rows.filter(batch_id=batch_id).order_by("id").iterator(AT_A_TIME):
            yield f"{name}:{capture.line}", capture


def _most(value: str) -> int:
    if not value.isdigit() or not 1 <= int(value) <= 50_000:
        raise argparse.ArgumentTypeError(f"{value!r} is no number from 1 to 50000")
    return int(value)
