"""An article as Elasticsearch takes it, and a hit as it comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from search import analysis
from search.engines.building import I64, KEYWORD_LIMIT
from search.engines.elasticsearch.mapping import (
    ANYWHERE,
    CARD,
    DELETED,
    HAS,
    LANGUAGE,
    SHIFT,
    SORT_KEY,
    TIME,
    VERSION,
    column,
    matched,
    stemmed,
    written,
)
from search.engines.moments import micros
from search.fields import BY_NAME, Kind
from search.results import Hit, IndexDocument, sort_key

NO_PERIOD = "000000"
# Sources, topics and names come back in article after article.
_fold = lru_cache(20_000)(analysis.fold)


class Prepared(NamedTuple):
    """An article ready to be sent: its JSON, what identifies it, and the period (`yyyymm`) that it belongs to."""

    id: UUID
    number: int
    version: int
    period: str
    body: bytes


def prepare(doc: IndexDocument) -> Prepared:
    """Analyses and encodes an article, or a tombstone. Pure; the costly part of indexing.

    Raises ValueError for what can never be indexed: a number or version out of range, text that is not Unicode.
    """
    if not (0 <= doc.number <= I64[1] and 0 <= doc.version <= I64[1]):
        raise ValueError(f"number {doc.number} or version {doc.version} is out of range")
    try:
        body = orjson.dumps(_tombstone(doc) if doc.deleted else _fields(doc))
    except (TypeError, KeyError, OverflowError, UnicodeDecodeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    seen = doc.first_seen
    period = f"{seen.year:04}{seen.month:02}" if seen else NO_PERIOD
    return Prepared(doc.id, doc.number, doc.version, period, body)


def _tombstone(doc: IndexDocument) -> dict[str, Any]:
    return {"number": doc.number, VERSION: doc.version, DELETED: True}


def _fields(doc: IndexDocument) -> dict[str, Any]:
    """Everything about an article that is searched, filtered, counted and shown."""
    has: list[str] = []
    stems: dict[str, None] = {}
    moment = micros(doc.date)
    fields: dict[str, Any] = {
        "id": str(doc.id),
        "number": doc.number,
        VERSION: doc.version,
        SORT_KEY: sort_key(doc.date, doc.number) - SHIFT,
        "date": moment,
        TIME: moment // 1000,
        LANGUAGE: analysis.primary(doc.language),
        CARD: doc.card.decode(),
    }
    for name, text in doc.texts.items():
        if text:
            fields[written(name)], as_stemmed = analysis.analyse(text, doc.language)
            fields[stemmed(name)] = as_stemmed
            has.append(name)
            stems |= dict.fromkeys(as_stemmed.split())
    fields[ANYWHERE] = " ".join(stems)
    for name, values in doc.keywords.items():
        if name == HAS:
            continue
        field = BY_NAME[name]
        if field.facet or not field.folded:
            fields[column(name)] = _keywords(values)
        if field.folded and name not in doc.matches:
            fields[matched(field)] = _keywords([_fold(value) for value in values])
        if any(values):
            has.append(name)
    for name, values in doc.matches.items():
        fields[matched(BY_NAME[name])] = _keywords([_fold(value) for value in values])
        if any(values) and name not in has:
            has.append(name)
    fields[HAS] = _keywords([*has, *doc.keywords.get(HAS, ())])
    for name, number in doc.numbers.items():
        if name != "number":
            fields[column(name)] = number if BY_NAME[name].kind is Kind.NUMBER else int(number)
    fields.update((column(name), value) for name, value in doc.booleans.items())
    return fields


def _keywords(values: Sequence[str]) -> list[str]:
    """Each different value once: a value that is there twice would count twice."""
    return list(dict.fromkeys([value[:KEYWORD_LIMIT] for value in values if value])) if values else []


def hit(raw: Mapping[str, Any], score: float | None) -> Hit:
    """A hit with its card."""
    source = raw["_source"]
    return Hit(UUID(source["id"]), source["number"], source[SORT_KEY] + SHIFT, source[CARD].encode(), score)
