"""`newsapi ingest` and `newsapi restructure`: into the archive from the shell, with the service running or not."""

from __future__ import annotations

import argparse
import gzip
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from newsapi.cli.django import migrate, setup
from newsapi.cli.files import open_input
from newsapi.cli.output import fail, progress, say
from newsapi.env import Settings
from newsapi.errors import NewsApiError
from newsapi.serving import data_dir

if TYPE_CHECKING:
    from uuid import UUID

LINES = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
MEDIA_TYPES = {".json": "application/json", ".html": "text/html", ".htm": "text/html", ".xhtml": "text/html"}
PIECE = 1 << 16
NO_LIMIT = sys.maxsize


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "ingest",
        help="files into the archive",
        description="Takes text, HTML (.html), one JSON document (.json), or many, one a line (.ndjson, .jsonl, also"
        " .gz; - reads them from stdin). With the service running its workers do the rest; else it is done here."
        " Exit code 1 when something was rejected or failed.",
    )
    found.add_argument("files", nargs="+", metavar="FILE", help="a file, or - for JSON lines on stdin")
    found.add_argument("--source", help="name or domain of who published them (text and HTML files)")
    found.add_argument("--language", help="their language, BCP 47 (text and HTML files)")
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
    from ingest.models import Capture

    hints = {name: value for name in ("source", "language") if (value := getattr(args, name))}
    wake = data_dir.holder(settings.data_dir) is not None
    newest = Capture.objects.order_by("-id").values_list("id", flat=True).first()
    bad = 0
    for name in args.files:
        try:
            bad += _take(name, hints, wake)
        except OSError as error:
            fail(f"{name} cannot be read: {error.strerror or error}.")
            bad += 1
        except NewsApiError as error:
            fail(f"{name}: {error.detail}")
            bad += 1
    captures = Capture.objects.filter(id__gt=newest) if newest else Capture.objects.all()
    if not args.no_wait:
        _finish(settings, "Structuring")
        bad += _report(captures)
    return 1 if bad else 0


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


def _take(name: str, hints: dict[str, Any], wake: bool) -> int:
    """Store one file's documents, and wake the workers where there are some; how many of its lines were rejected."""
    from ingest.services import receive, receive_batch

    if name == "-" or name.lower().endswith(LINES):
        with open_input(name) as file:
            batch = receive_batch(_pieces(file), max_lines=NO_LIMIT, wake=wake)
        say(f"{name}: {batch.accepted:,} documents accepted, {batch.rejected:,} rejected.")
        for rejection in batch.rejections.order_by("line")[:20]:
            fail(f"{name}, line {rejection.line}: {rejection.reason.get('detail')}")
        return batch.rejected
    path = Path(name)
    media_type = MEDIA_TYPES.get(path.suffix.lower(), "text/plain")
    receive(path.read_bytes(), media_type, {} if media_type == "application/json" else hints, wake=wake)
    return 0


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    try:
        while piece := file.read(PIECE):
            yield piece
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise NewsApiError(f"The gzip data is damaged: {error}.", code="invalid_gzip") from error


def _finish(settings: Settings, title: str) -> None:
    """Wait for the service's workers, or do their work here where no service runs."""
    from ingest.models import Capture
    from ingest.pipeline import drain

    waiting = Capture.objects.filter(pending=True)
    total = waiting.count()
    with progress(title, total) as advance:
        if data_dir.holder(settings.data_dir):
            left = total
            while left and data_dir.holder(settings.data_dir):
                time.sleep(0.2)
                now = waiting.count()
                advance(max(0, left - now))
                left = min(left, now)
            return
        while drain(5.0, on_chunk=advance):
            continue
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


def _report(captures: Any) -> int:
    """Say what became of them; how many did not become articles for a reason to look at."""
    from django.db.models import Count

    counts: dict[str, int] = dict(captures.order_by().values_list("state").annotate(count=Count("id")))
    say(", ".join(f"{count:,} {state}" for state, count in sorted(counts.items())) or "Nothing was accepted.")
    bad = captures.filter(state__in=("rejected", "failed"))
    for capture_id, reason in bad.values_list("id", "reason")[:20]:
        fail(f"{_name(capture_id)}: {(reason or {}).get('detail')}")
    return counts.get("rejected", 0) + counts.get("failed", 0)


def _name(capture_id: UUID) -> str:
    return f"/v1/documents/{capture_id}"
