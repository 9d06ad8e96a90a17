"""Articles as rows of a table: which columns, and what of an article stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from newsapi.rendering import dumps
from search.exports.parquet import Kind
from search.projection import Wanted

Json = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INTEGERS = frozenset(("number", "revision", "version", "word_count", "reading_time"))
NUMBERS = frozenset(("sentiment.score", "language.confidence"))
TIMES = frozenset(("date", "published_at", "modified_at", "received_at", "updated_at"))
LISTS = frozenset(("authors", "keywords", "paragraphs"))
OF_MANY = frozenset(("entities", "topics", "images"))
"""Lists of objects: a part of them is a list of texts."""


class Column(NamedTuple):
    """`read` gives str, int, float, a time as text, a list of str, or None."""

    name: str
    kind: Kind
    read: Callable[[Json], Any]


def _at(*path: str) -> Callable[[Json], Any]:
    def read(article: Json) -> Any:
        value: Any = article
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    return read


def _of_type(kind: str) -> Callable[[Json], list[str]]:
    return lambda article: [e["name"] for e in article.get("entities") or () if e.get("type") == kind and e.get("name")]


def _each(name: str, part: str) -> Callable[[Json], list[str]]:
    return lambda article: [text for one in article.get(name) or () if (text := _text(one.get(part))) is not None]


def _section(article: Json) -> Any:
    section = article.get("section") or {}
    return section.get("name") or section.get("label")


def _plain(name: str, kind: Kind = Kind.TEXT) -> Column:
    return Column(name, kind, _at(name))


STANDARD: tuple[Column, ...] = (
    _plain("id"),
    _plain("number", Kind.INTEGER),
    _plain("revision", Kind.INTEGER),
    _plain("date", Kind.TIME),
    _plain("published_at", Kind.TIME),
    Column("source", Kind.TEXT, _at("source", "name")),
    Column("source_domain", Kind.TEXT, _at("source", "domain")),
    Column("section", Kind.TEXT, _section),
    _plain("headline"),
    _plain("standfirst"),
    _plain("authors", Kind.TEXTS),
    _plain("credited_to"),
    Column("dateline", Kind.TEXT, _at("dateline", "place")),
    Column("language", Kind.TEXT, _at("language", "code")),
    _plain("word_count", Kind.INTEGER),
    Column("sentiment", Kind.NUMBER, _at("sentiment", "score")),
    Column("topics", Kind.TEXTS, _each("topics", "name")),
    Column("topic_codes", Kind.TEXTS, _each("topics", "code")),
    Column("people", Kind.TEXTS, _of_type("person")),
    Column("organisations", Kind.TEXTS, _of_type("organisation")),
    Column("places", Kind.TEXTS, _of_type("place")),
    _plain("keywords", Kind.TEXTS),
    _plain("url"),
    _plain("duplicate_of"),
    _plain("body"),
)
"""The columns where no fields are asked for."""


def chosen(wanted: Wanted | None) -> tuple[Column, ...]:
    """The columns of these fields, in their order; the standard ones for None."""
    if wanted is None:
        return STANDARD
    paths = [(name, part) for name, parts in wanted.items() for part in parts or ("",)]
    return tuple(_column(name, part) for name, part in paths)


def _column(name: str, part: str) -> Column:
    path = f"{name}.{part}" if part else name
    if name in OF_MANY and part:
        return Column(path, Kind.TEXTS, _each(name, part))
    kind = Kind.TEXT
    for members, found in ((INTEGERS, Kind.INTEGER), (NUMBERS, Kind.NUMBER), (TIMES, Kind.TIME), (LISTS, Kind.TEXTS)):
        if path in members:
            kind = found
    return Column(path, kind, _at(name, part) if part else _at(name))


def cell(column: Column, article: Json) -> Any:
    """The value of a column: str, int, float, datetime, list of str or None. What is of the wrong type is absent."""
    value = column.read(article)
    match column.kind:
        case Kind.TEXT:
            return _text(value)
        case Kind.INTEGER:
            return value if isinstance(value, int) and abs(value) < 2**63 else None
        case Kind.NUMBER:
            return float(value) if isinstance(value, int | float) else None
        case Kind.TIME:
            return _time(value)
        case Kind.TEXTS:
            return [text for one in value or () if (text := _text(one)) is not None]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    # Objects and lists of them stand in a table as JSON.
    return dumps(value).decode() if isinstance(value, Mapping | list | bool) else str(value)


def _time(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def micros(value: datetime | None) -> int | None:
    """Microseconds from 1970."""
    return None if value is None else (value - EPOCH) // timedelta(microseconds=1)


def names(columns: Sequence[Column]) -> list[str]:
    return [column.name for column in columns]
