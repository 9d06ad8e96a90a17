"""`newsapi structure`: raw text, HTML or JSON lines to structured JSON, with no database and no service."""

from __future__ import annotations

import argparse
import logging
import sys
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import orjson

from newsapi.cli.files import open_input
from newsapi.cli.output import progress, say
from newsapi.errors import InvalidDocument, NewsApiError

LINES = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
HTML = (".html", ".htm", ".xhtml")
MAX_LINE = 50_000_000
MAX_FILE = 50_000_000
CHUNK = 16
"""Inputs that go to a process at once, with --jobs."""
LONG_WORK = 10.0
"""Seconds without a terminal before, and between, plain lines of progress."""

EPILOG = """\
Input objects have text or html, and may have id, url, source, language, published_at
and received_at (from which "3 hours ago" counts). Output has one JSON object per input.
An input that cannot be structured gives {"id", "error": {"code", "title", "detail"}},
the others go on, and the exit code is 1.

  newsapi structure page.txt                     one article, readable
  newsapi structure *.txt > articles.ndjson      many, one a line
  curl -s https://example.org/a | newsapi structure --html -
  newsapi structure --ndjson --jobs 4 < documents.ndjson > articles.ndjson
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its bytes, or why they could not be had; `kind` is text, html or json."""

    id: str
    kind: str
    content: bytes = b""
    error: dict[str, str] | None = None
    hints: tuple[tuple[str, str], ...] = ()
    line: int = 0


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "structure",
        help="raw text to JSON, with no database",
        description="Turns raw news (text with site furniture, HTML, JSON) into structured JSON, one object per input."
        " Files ending in .html are HTML, in .json one JSON document, in .ndjson or .jsonl (also .gz) one a line;"
        " everything else is text, in whatever encoding.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("files", nargs="*", metavar="FILE", help="a file, or - for stdin (also when there is none)")
    form = found.add_mutually_exclusive_group()
    form.add_argument("--ndjson", action="store_true", help="every input is one JSON object a line, read as a stream")
    form.add_argument("--html", action="store_true", help="every input is HTML")
    found.add_argument("--source", help="name or domain of who published them (text and HTML)")
    found.add_argument("--language", help="their language, BCP 47 (text and HTML)")
    found.add_argument("--url", help="the article's address (text and HTML)")
    found.add_argument("--pretty", action="store_true", help="indented (the default for one input on a terminal)")
    found.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="processes that share the work (default 1)")
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Structure all inputs; 1 if any of them failed, else 0."""
    files = args.files or ["-"]
    single = len(files) == 1 and not args.ndjson and not files[0].lower().endswith(LINES)
    pretty = args.pretty or (single and sys.stdout.isatty())
    failed = 0
    with _progress(None if args.ndjson or any(name.lower().endswith(LINES) for name in files) else len(files)) as count:
        for line, good in _structured(_inputs(files, args), args.jobs, pretty):
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            failed += not good
            count()
    return 1 if failed else 0


def structure_one(given: Input, pretty: bool) -> tuple[bytes, bool]:
    """The line that one input gives, and whether it is an article (or an error)."""
    answer: dict[str, Any]
    shown: Any = given.id
    try:
        if given.error is not None:
            answer = {"id": given.id, "error": given.error}
        else:
            shown, answer = _answer(given)
    except NewsApiError as error:
        shown = error.extra.get("document_id", shown)
        where = f"Line {given.line}: " if given.line else ""
        answer = {"id": shown, "error": {"code": error.code, "title": error.title, "detail": where + error.detail}}
    except Exception as error:
        logger.exception("structuring %s failed", given.id)
        detail = f"Structuring it failed ({type(error).__name__}: {str(error)[:200]}). This is a bug in newsapi."
        answer = {"id": shown, "error": {"code": "internal_error", "title": "Something went wrong", "detail": detail}}
    options = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if pretty else 0)
    return orjson.dumps(answer, option=options), "error" not in answer


def _answer(given: Input) -> tuple[Any, dict[str, Any]]:
    from ingest import documents, structuring
    from ingest.readers.decode import decode

    if given.kind == "json":
        document = documents.parse_json(given.content)
        own = document.get("id") if isinstance(document, dict) else None
        shown = own if isinstance(own, str | int) and not isinstance(own, bool) and own != "" else given.id
        if isinstance(shown, str):
            shown = documents.clean(shown)
        elif not -(2**63) <= shown < 2**63:
            shown = str(shown)
    else:
        content = decode(given.content, html=given.kind == "html")
        document = {given.kind: content, **dict(given.hints)}
        shown = given.id
    try:
        raw = documents.parse_document(document)
        answer = structuring.as_json(structuring.structure(raw))
    except NewsApiError as error:
        error.extra["document_id"] = shown
        raise
    return shown, {**answer, "id": shown}


def _structured(inputs: Iterator[Input], jobs: int, pretty: bool) -> Iterator[tuple[bytes, bool]]:
    """What each input gives, in their order, with a bounded number of them in memory."""
    if jobs == 1:
        for given in inputs:
            yield structure_one(given, pretty)
        return
    waiting: deque[Future[list[tuple[bytes, bool]]]] = deque()
    with ProcessPoolExecutor(jobs) as pool:
        chunk: list[Input] = []
        for given in inputs:
            chunk.append(given)
            if len(chunk) >= CHUNK:
                waiting.append(pool.submit(_structure_chunk, chunk, pretty))
                chunk = []
            if len(waiting) > 2 * jobs:
                yield from waiting.popleft().result()
        if chunk:
            waiting.append(pool.submit(_structure_chunk, chunk, pretty))
        while waiting:
            yield from waiting.popleft().result()


def _structure_chunk(chunk: list[Input], pretty: bool) -> list[tuple[bytes, bool]]:
    return [structure_one(given, pretty) for given in chunk]


def _inputs(files: list[str], args: argparse.Namespace) -> Iterator[Input]:
    hints = tuple((name, value) for name in ("source", "language", "url") if (value := getattr(args, name)))
    for name in files:
        lower = name.lower()
        try:
            if args.ndjson or lower.endswith(LINES):
                with open_input(name) as file:
                    yield from _lines(file, f"{name}:" if len(files) > 1 else "")
                continue
            kind = "html" if args.html or lower.endswith(HTML) else "json" if lower.endswith(".json") else "text"
            with open_input(name) as file:
                content = file.read(MAX_FILE + 1)
            if len(content) > MAX_FILE:
                raise InvalidDocument(f"The file has more than {MAX_FILE:,} bytes.", code="too_large")
            yield Input(name, kind, content, hints=() if kind == "json" else hints)
        except (OSError, EOFError, zlib.error) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
            yield _unreadable(name, f"{name} cannot be read: {reason}.")
        except InvalidDocument as error:
            yield Input(name, "text", error={"code": error.code, "title": error.title, "detail": error.detail})


def _unreadable(name: str, detail: str) -> Input:
    return Input(name, "text", error={"code": "unreadable", "title": "The input cannot be read", "detail": detail})


def _lines(file: IO[bytes], prefix: str) -> Iterator[Input]:
    """The lines of NDJSON that are not blank, each known by its number."""
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) >= MAX_LINE and not line.endswith(b"\n"):
            while (rest := file.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield _unreadable(f"{prefix}{number}", f"Line {number} has more than {MAX_LINE:,} bytes.")
        elif line.strip():
            yield Input(f"{prefix}{number}", "json", line, line=number)


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[], None]]:
    """A bar where stderr is a terminal and stdout is not the same one; elsewhere plain lines, if it takes long."""
    if total == 1 or sys.stdout.isatty():
        yield lambda: None
        return
    if sys.stderr.isatty():
        with progress("Structuring", total) as advance:
            yield lambda: advance(1)
        return
    done = 0
    said = time.monotonic()

    def count() -> None:
        nonlocal done, said
        done += 1
        if time.monotonic() - said >= LONG_WORK:
            said = time.monotonic()
            say(f"Structuring: {done:,}{f' of {total:,}' if total else ''}")

    yield count


def _jobs(value: str) -> int:
    if not value.isdigit() or not 1 <= int(value) <= 64:
        raise argparse.ArgumentTypeError(f"{value!r} is no number from 1 to 64")
    return int(value)
