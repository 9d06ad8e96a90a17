"""What `newsapi ingest` is given, stored: each address, file or directory is told by what is in it and taken apart."""

from __future__ import annotations

import gzip
import io
import itertools
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from newsapi.cli.files import open_input
from newsapi.cli.output import fail, say
from newsapi.errors import NewsApiError, TooLarge

if TYPE_CHECKING:
    from uuid import UUID

LINES = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
MEDIA_TYPES = {".json": "application/json", ".html": "text/html", ".htm": "text/html", ".xhtml": "text/html"}
"""What a file's name says, where its content leaves it open."""
ADDRESSES = ("http://", "https://")
PIECE = 1 << 16
HEAD = 1 << 20
MOST = 60_000_000
"""Bytes of a file that is read as a whole: a sitemap may have 50 MB."""
MOST_PARTS = 50
"""Sitemaps of an index that are asked for."""
MOST_TOLD = 20


class Unusable(NewsApiError):
    """A file that holds nothing an article can be read of."""


@dataclass(slots=True)
class Taken:
    """What was stored: captures and batches by what they were made of; `refused` counts what was not.

    `most` are the pages that are taken of a sitemap.
    """

    hints: dict[str, str]
    wake: bool
    most: int
    captures: dict[UUID, str] = field(default_factory=dict)
    batches: dict[UUID, str] = field(default_factory=dict)
    refused: int = 0

    def take(self, name: str) -> None:
        """Store one input; what is wrong with it is said and counted, and keeps nothing else from being stored."""
        try:
            if name.lower().startswith(ADDRESSES):
                self._address(name)
            else:
                with open_input(name) as file:
                    self._file(name, file)
        except OSError as error:
            self._refuse(name, f"cannot be read: {error.strerror or error}.")
        except (EOFError, zlib.error) as error:
            self._refuse(name, f"the gzip data is damaged: {error}.")
        except NewsApiError as error:
            self._refuse(name, error.detail)

    def _refuse(self, name: str, said: str) -> None:
        fail(f"{name}: {said}")
        self.refused += 1

    def _file(self, name: str, file: IO[bytes]) -> None:
        from ingest.kinds import Kind, kind_of

        head = file.read(HEAD)
        if name.lower().endswith(LINES) or (len(head) == HEAD and kind_of(head) == Kind.LINES):
            self._lines(name, itertools.chain([head], _pieces(file)))
            return
        content = head + file.read(MOST + 1 - len(head))
        if content.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                content = packed.read(MOST + 1)
        suffix = Path(name.lower().removesuffix(".gz")).suffix
        self._content(name, content, None, MEDIA_TYPES.get(suffix, ""))

    def _address(self, url: str) -> None:
        """An address is fetched now: it may be a feed. If it cannot be, a worker tries again as for any other."""
        from ingest import fetching, services
        from ingest.kinds import Kind, kind_of
        from newsapi.http import FetchError, get_client

        answer = None
        try:
            answer = get_client().get(url, headers={"Accept": fetching.ACCEPT}, limits=fetching.LIMITS)
            kind = kind_of(answer.body, answer.media_type) if answer.status == 200 else Kind.HTML
            if kind in (Kind.FEED, Kind.SITEMAP, Kind.LINES, Kind.GZIP):
                content = answer.body
                if kind == Kind.GZIP:
                    with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                        content = packed.read(MOST + 1)
                self._content(url, content, answer.url, answer.media_type)
                return
        except FetchError:
            pass
        capture = services.receive(orjson.dumps({"url": url, **self.hints}), "application/json", wake=self.wake)
        if answer is not None:
            fetching.take(capture, answer)
        self.captures[capture.id] = url

    def _content(self, name: str, content: bytes, url: str | None, media_type: str) -> None:
        from django.utils import timezone

        from ingest import expanding, services
        from ingest.inputs import HTML, JSON, TEXT
        from ingest.kinds import WORDS, Kind, kind_of

        if len(content) > MOST:
            raise TooLarge(f"It has more than {MOST:,} bytes.")
        kind = kind_of(content, media_type)
        now = timezone.now()
        if kind == Kind.LINES:
            self._lines(name, [content])
        elif kind == Kind.FEED:
            self._many(name, expanding.of_feed(content, url, self.hints, now))
        elif kind == Kind.SITEMAP:
            self._many(name, self._pages(content, url))
        elif kind == Kind.JSON and (documents := expanding.of_json(content)) is not None:
            self._many(name, documents)
        elif kind in (Kind.JSON, Kind.HTML, Kind.TEXT):
            kinds = {Kind.JSON: JSON, Kind.HTML: HTML, Kind.TEXT: TEXT}
            hints = {} if kind == Kind.JSON else {**self.hints, **({"url": url} if url else {})}
            capture = services.receive(content, kinds[kind], hints, wake=self.wake)
            self.captures[capture.id] = name
        else:
            raise Unusable(f"it is {WORDS[kind]}.")

    def _pages(self, content: bytes, url: str | None) -> list[Any]:
        """The pages of a sitemap; of an index those of its sitemaps, the newest first, until there are enough."""
        from django.utils import timezone

        from ingest import expanding, fetching
        from newsapi.http import get_client

        found, parts = expanding.of_sitemap(content, url, self.hints, timezone.now())
        for part in parts[:MOST_PARTS]:
            if len(found) >= self.most:
                break
            try:
                answer = get_client().get(part, limits=fetching.LIMITS)
                found += expanding.of_sitemap(answer.body, answer.url, self.hints, timezone.now())[0]
            except NewsApiError as error:
                self._refuse(part, error.detail)
        if len(found) > self.most:
            say(f"The newest {self.most:,} of {len(found):,} pages are taken (see --most).")
        return found[: self.most]

    def _many(self, name: str, documents: list[Any]) -> None:
        if not documents:
            raise Unusable("there is no document in it.")
        self._lines(name, (orjson.dumps(document) + b"\n" for document in documents))

    def _lines(self, name: str, pieces: Iterable[bytes]) -> None:
        from ingest.services import receive_batch

        batch = receive_batch(pieces, max_lines=sys.maxsize, wake=self.wake)
        self.batches[batch.id] = name
        self.refused += batch.rejected
        say(f"{name}: {batch.accepted:,} documents accepted, {batch.rejected:,} rejected.")
        for rejection in batch.rejections.order_by("line")[:MOST_TOLD]:
            fail(f"{name}, line {rejection.line}: {rejection.reason.get('detail')}")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    try:
        while piece := file.read(PIECE):
            yield piece
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise NewsApiError(f"The gzip data is damaged: {error}.", code="invalid_gzip") from error


def files_in(name: str) -> list[str]:
    """An input by itself; of a directory every file in it, however deep, in order, hidden ones left out."""
    if name == "-" or name.lower().startswith(ADDRESSES) or not Path(name).is_dir():
        return [name]
    found: list[str] = []
    for folder, folders, files in os.walk(name):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        found += [str(Path(folder, each)) for each in sorted(files) if not each.startswith(".")]
    return found
