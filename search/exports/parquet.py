"""Apache Parquet (format 2.10, parquet.thrift) written in parts by different processes: each part is a row group.

Plain encoding, one gzip page a column. The libraries that write Parquet weigh 70 to 170 MB and cannot go on with a file
that another process began; what an export needs of the format fits here, and is read back by DuckDB in the tests.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import groupby
from typing import Any, NamedTuple

import orjson

MAGIC = b"PAR1"
CREATED_BY = "newsapi"
LEVEL = 4
GZIP_WINDOW = 31

INT64, DOUBLE, BYTE_ARRAY = 2, 5, 6
REQUIRED, OPTIONAL, REPEATED = 0, 1, 2
UTF8, LIST, TIMESTAMP_MICROS = 0, 3, 10
PLAIN, RLE = 0, 3
GZIP = 2


class Kind(Enum):
    """What a column holds: text, whole numbers, numbers, times (microseconds from 1970), or a list of texts."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    TIME = "time"
    TEXTS = "texts"


class Column(NamedTuple):
    name: str
    kind: Kind


PHYSICAL = {
    Kind.TEXT: BYTE_ARRAY,
    Kind.TEXTS: BYTE_ARRAY,
    Kind.INTEGER: INT64,
    Kind.TIME: INT64,
    Kind.NUMBER: DOUBLE,
}


def part(columns: Sequence[Column], values: Sequence[Sequence[Any]], offset: int) -> tuple[bytes, bytes]:
    """A row group as it stands in the file from `offset` on, and what the footer has to know of it.

    `values` has as many columns, each with a value a row: None where there is none, a list of str for TEXTS.
    """
    body = bytearray()
    chunks = []
    for column, row_values in zip(columns, values, strict=True):
        count, page = _page(column.kind, row_values)
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_WINDOW)
        packed = packer.compress(page) + packer.flush()
        data_header = [(1, I32, count), (2, I32, PLAIN), (3, I32, RLE), (4, I32, RLE)]
        header = _struct([(1, I32, 0), (2, I32, len(page)), (3, I32, len(packed)), (5, STRUCT, data_header)])
        chunks.append([offset + len(body), count, len(header) + len(page), len(header) + len(packed)])
        body += header + packed
    rows = len(values[0]) if values else 0
    return bytes(body), orjson.dumps([rows, chunks])


def end(columns: Sequence[Column], parts: Iterable[bytes]) -> Iterator[bytes]:
    """The footer, given what the parts said of themselves, in order."""
    groups = []
    rows = 0
    for known in parts:
        count, chunks = orjson.loads(known)
        rows += count
        groups.append(_row_group(columns, count, chunks))
    elements = [_element(name="schema", children=len(columns))]
    for column in columns:
        elements += _elements(column)
    footer = _struct(
        [
            (1, I32, 1),
            (2, LISTS, (STRUCT, elements)),
            (3, I64, rows),
            (4, LISTS, (STRUCT, groups)),
            (6, BINARY, CREATED_BY.encode()),
        ]
    )
    yield footer
    yield struct.pack("<I", len(footer)) + MAGIC


def _row_group(columns: Sequence[Column], rows: int, chunks: Sequence[Sequence[int]]) -> list[Field]:
    found = []
    for column, (offset, count, plain, packed) in zip(columns, chunks, strict=True):
        about = [
            (1, I32, PHYSICAL[column.kind]),
            (2, LISTS, (I32, [PLAIN, RLE])),
            (3, LISTS, (BINARY, [name.encode() for name in _path(column)])),
            (4, I32, GZIP),
            (5, I64, count),
            (6, I64, plain),
            (7, I64, packed),
            (9, I64, offset),
        ]
        found.append([(2, I64, offset), (3, STRUCT, about)])
    return [(1, LISTS, (STRUCT, found)), (2, I64, sum(chunk[2] for chunk in chunks)), (3, I64, rows)]


def _path(column: Column) -> tuple[str, ...]:
    return (column.name, "list", "element") if column.kind is Kind.TEXTS else (column.name,)


def _elements(column: Column) -> list[list[Field]]:
    if column.kind is Kind.TEXTS:
        # The three levels that parquet-format's LogicalTypes.md has for lists.
        return [
            _element(column.name, repetition=OPTIONAL, children=1, converted=LIST),
            _element("list", repetition=REPEATED, children=1),
            _element("element", BYTE_ARRAY, REQUIRED, converted=UTF8),
        ]
    converted = {Kind.TEXT: UTF8, Kind.TIME: TIMESTAMP_MICROS}.get(column.kind)
    return [_element(column.name, PHYSICAL[column.kind], OPTIONAL, converted=converted)]


def _element(
    name: str,
    physical: int | None = None,
    repetition: int | None = None,
    children: int | None = None,
    converted: int | None = None,
) -> list[Field]:
    fields: list[tuple[int, int, Any]] = [
        (1, I32, physical),
        (3, I32, repetition),
        (4, BINARY, name.encode()),
        (5, I32, children),
        (6, I32, converted),
    ]
    return [field for field in fields if field[2] is not None]


def _page(kind: Kind, values: Sequence[Any]) -> tuple[int, bytes]:
    """How many values a page counts, absent ones too, and its bytes: levels, then the values that are there."""
    if kind is Kind.TEXTS:
        repeats: list[int] = []
        defined: list[int] = []
        for row in values:
            texts = row or ()
            repeats += [0, *([1] * (len(texts) - 1))]
            defined += [2] * len(texts) or [1]
        here = [text for row in values for text in row or ()]
        return len(repeats), _levels(repeats) + _levels(defined) + _plain(Kind.TEXT, here)
    here = [value for value in values if value is not None]
    return len(values), _levels([int(value is not None) for value in values]) + _plain(kind, here)


def _plain(kind: Kind, values: Sequence[Any]) -> bytes:
    if kind is Kind.TEXT:
        encoded = [value.encode("utf-8", "replace") for value in values]
        return b"".join(piece for value in encoded for piece in (struct.pack("<I", len(value)), value))
    return struct.pack(f"<{len(values)}{'d' if kind is Kind.NUMBER else 'q'}", *values)


def _levels(levels: Iterable[int]) -> bytes:
    """Runs of the RLE and bit-packing hybrid; levels up to 2 fit one byte."""
    runs = b"".join(_varint(len(list(run)) << 1) + bytes([level]) for level, run in groupby(levels))
    return struct.pack("<I", len(runs)) + runs


# Thrift's compact protocol, as much as footers and page headers need.
I32, I64, BINARY, LISTS, STRUCT = 5, 6, 8, 9, 12
Field = tuple[int, int, Any]
"""Number, type and value; of a list the type of its items and these, of a struct its fields in order."""


def _struct(fields: Sequence[Field]) -> bytes:
    out = bytearray()
    last = 0
    for number, kind, value in fields:
        out.append((number - last) << 4 | kind)
        out += _value(kind, value)
        last = number
    out.append(0)
    return bytes(out)


def _value(kind: int, value: Any) -> bytes:
    if kind in (I32, I64):
        return _varint((value << 1) ^ (value >> 63))
    if kind == BINARY:
        return _varint(len(value)) + bytes(value)
    if kind == STRUCT:
        return _struct(value)
    of, items = value
    head = bytes([len(items) << 4 | of]) if len(items) < 15 else bytes([0xF0 | of]) + _varint(len(items))
    return head + b"".join(_value(of, item) for item in items)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
