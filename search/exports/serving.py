"""Giving files out: the parts of an export as one file, whole or from some byte on, and results line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from django.db import close_old_connections
from django.http import QueryDict

from newsapi import places
from newsapi.errors import InvalidParameter, NewsApiError
from newsapi.parameters import check_known, choice, integer, single
from search import engines, filters, projection
from search.exports.formats import Ndjson
from search.exports.models import Export
from search.exports.services import SORTS, ExportGone, directory
from search.filters import filter_parameters
from search.results import Search

PIECE = 256 * 1024
PAGE = 1_000
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)
LINES_PARAMETERS = ("sort", "limit", "fields")
MOST_LINES = 10**9


class TooManyDownloads(NewsApiError):
    code = "too_many_downloads"
    title = "Too many files are being downloaded"
    status = 503


class BadRange(NewsApiError):
    code = "range_not_satisfiable"
    title = "The file does not have these bytes"
    status = 416


class Download:
    """The body of an answer that takes long to send. It has one of a bounded number of places until it is closed."""

    def __init__(self, make: Callable[[], Generator[bytes, None, None]]) -> None:
        if not places.enter_download():
            raise TooManyDownloads("As many downloads as this process has room for are running.", retry_after=5)
        self._closed = False
        try:
            self._pieces = make()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            if hasattr(self, "_pieces"):
                self._pieces.close()
            places.leave_download()


def wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last of a Range header (RFC 9110 §14.2); None where the whole is to be sent.

    Several ranges, other units and what is no range are ignored, as the RFC allows. Raises BadRange.
    """
    found = RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        first, last = max(size - int(found[2]), 0), size - 1
        if int(found[2]) == 0:
            first = size
    else:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
        if found[2] and int(found[2]) < first:
            return None
    if first >= size:
        raise BadRange(f"The file has {size:,} bytes.", size=size)
    return first, last + 1


def pieces(export: Export, first: int, end: int) -> Generator[bytes, None, None]:
    """The bytes of an export's file from `first` to before `end`. Raises ExportGone before anything is sent."""
    parts: list[tuple[Path, int]] = []
    for name, size in export.pieces.order_by("index").values_list("name", "size"):
        parts.append((directory(export) / name, size))
        if not parts[-1][0].is_file():
            raise ExportGone(
                "A part of the file is missing here. Where several machines serve, EXPORTS_DIR must be one directory"
                " for all of them."
            )
    return _pieces(parts, first, end)


def _pieces(parts: list[tuple[Path, int]], first: int, end: int) -> Generator[bytes, None, None]:
    position = 0
    for path, size in parts:
        start, stop = max(first - position, 0), min(end - position, size)
        position += size
        if start >= stop:
            continue
        with path.open("rb") as file:
            file.seek(start)
            left = stop - start
            while left and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece


def lines(params: QueryDict) -> Generator[bytes, None, None]:
    """All articles that the parameters of /v1/articles ask for, each as a line of JSON, newest first or oldest first.

    Raises NewsApiError before anything is sent. Should the engine fail on the way, the answer breaks off: nobody takes
    a part for the whole.
    """
    known = [parameter.name for parameter in filter_parameters()]
    check_known(params, (*known, *LINES_PARAMETERS))
    filters.check_text(params)
    sort = choice(params, "sort", SORTS, "-date")
    limit = integer(params, "limit", MOST_LINES, 1, MOST_LINES)
    if single(params, "highlight") is not None:
        raise InvalidParameter("highlight: lines have none.", parameter="highlight")
    form = Ndjson([])
    form.wanted = projection.read(params.getlist("fields"))
    asked = filters.read(params)
    reader = engines.get_reader()
    watermark = reader.watermark()
    first = reader.search(Search(asked.query, sort, min(PAGE, limit), None, watermark))

    def rest() -> Generator[bytes, None, None]:
        page, left = first, limit
        while page.hits:
            yield form.part(page.hits, 0)[0]
            close_old_connections()
            left -= len(page.hits)
            if left <= 0 or len(page.hits) < PAGE:
                return
            after = page.hits[-1].sort_key
            page = reader.search(Search(asked.query, sort, min(PAGE, left), after, watermark))

    return rest()
