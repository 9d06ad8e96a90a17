"""The formats of exports. Each is written in parts, of which none knows more of the others than where they end."""

from __future__ import annotations

import csv
import io
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

import orjson

from newsapi.errors import InvalidParameter
from newsapi.rendering import dumps
from search import projection
from search.exports import columns, parquet, zipping
from search.exports.ninjs import ninjs
from search.exports.parquet import Kind
from search.projection import Wanted
from search.results import Hit

WHOLE = "*"
"""As the one field: everything that an article has, as its own address shows it."""
LEADING = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for a formula at the beginning of a cell (OWASP, CSV injection)."""


class Format(ABC):
    """`fields` as written: empty is what lists show, `*` everything. Parts are of one or more articles."""

    media_type: ClassVar[str]
    suffix: ClassVar[str]
    compressible: ClassVar[bool] = False

    def __init__(self, fields: Sequence[str]) -> None:
        self.whole = list(fields) == [WHOLE]
        self.wanted: Wanted | None = None if self.whole else projection.read(fields)

    def begin(self) -> bytes:
        """What stands before the first part."""
        return b""

    @abstractmethod
    def part(self, hits: Sequence[Hit], offset: int) -> tuple[bytes, bytes]:
        """The articles as they stand in the file from `offset` on, and what the end has to know of them."""

    def end(self, known: Iterable[bytes], offset: int) -> Iterator[bytes]:
        """What stands after the last part, which ends at `offset`, given what the parts left to know, in order."""
        return iter(())

    def articles(self, hits: Sequence[Hit]) -> list[dict[str, Any]]:
        """The articles of some hits, with what is asked for of them; with `*` without those removed meanwhile."""
        if self.whole:
            rows = projection.documents(hits)
            return [rows[hit.id] for hit in hits if hit.id in rows]
        if self.wanted is not None:
            return projection.chosen(hits, self.wanted)
        return [orjson.loads(hit.card) for hit in hits]


class Ndjson(Format):
    """One JSON object a line, as `results` of /v1/articles."""

    media_type = "application/x-ndjson"
    suffix = "ndjson"
    compressible = True

    def part(self, hits: Sequence[Hit], offset: int) -> tuple[bytes, bytes]:
        if self.wanted is None and not self.whole:
            return b"".join(piece for hit in hits for piece in (hit.card, b"\n")), b""
        return b"".join(dumps(article) + b"\n" for article in self.articles(hits)), b""


class Csv(Format):
    """RFC 4180 in UTF-8; lists are joined by "; ", objects are JSON."""

    media_type = "text/csv; charset=utf-8"
    suffix = "csv"
    compressible = True

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(fields)
        self.columns = columns.chosen(self.wanted)

    def begin(self) -> bytes:
        return _lines([columns.names(self.columns)])

    def part(self, hits: Sequence[Hit], offset: int) -> tuple[bytes, bytes]:
        rows = ([_shown(columns.cell(column, one)) for column in self.columns] for one in self.articles(hits))
        return _lines(rows), b""


def _lines(rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        value = "; ".join(value)
    elif isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return f"'{value}" if isinstance(value, str) and value.startswith(LEADING) else value


class Parquet(Format):
    """A table of typed columns; lists are lists."""

    media_type = "application/vnd.apache.parquet"
    suffix = "parquet"

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(fields)
        self.columns = columns.chosen(self.wanted)
        self.typed = [parquet.Column(column.name, column.kind) for column in self.columns]

    def begin(self) -> bytes:
        return parquet.MAGIC

    def part(self, hits: Sequence[Hit], offset: int) -> tuple[bytes, bytes]:
        articles = self.articles(hits)
        values = [[self._value(column, article) for article in articles] for column in self.columns]
        return parquet.part(self.typed, values, offset)

    def end(self, known: Iterable[bytes], offset: int) -> Iterator[bytes]:
        return parquet.end(self.typed, known)

    def _value(self, column: columns.Column, article: Mapping[str, Any]) -> Any:
        value = columns.cell(column, article)
        return columns.micros(value) if column.kind is Kind.TIME else value


class Ninjs(Format):
    """A zip of ninjs 3.0 items, one file an article, named by its id."""

    media_type = "application/zip"
    suffix = "zip"

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(fields)
        if self.wanted is not None:
            raise InvalidParameter("fields: a ninjs item has fields of its own; leave this out.", parameter="fields")

    def part(self, hits: Sequence[Hit], offset: int) -> tuple[bytes, bytes]:
        return zipping.part(((f"{one['id']}.json", dumps(ninjs(one))) for one in self.articles(hits)), offset)

    def end(self, known: Iterable[bytes], offset: int) -> Iterator[bytes]:
        return zipping.end(known, offset)


FORMATS: Mapping[str, type[Format]] = {"ndjson": Ndjson, "csv": Csv, "parquet": Parquet, "ninjs": Ninjs}
COMPRESSIONS = ("none", "gzip")


def gzipped(content: bytes) -> bytes:
    """A gzip member; several one after another are one gzip file (RFC 1952 §2.2)."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()
