"""How the catalogue's fields are kept in tantivy, and an IndexDocument as one of its documents.

Field names have no dots (tantivy reads those as paths into JSON), hence `entity__person`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from uuid import UUID

import tantivy

from search import analysis
from search.engines.building import KEYWORD_LIMIT
from search.engines.moments import INTERVALS, interval_number, micros
from search.fields import BY_NAME, FIELDS, Field, Kind
from search.results import IndexDocument, sort_key

FORMAT = 2
"""Changes with what this module makes of a document."""

KEY = "key"
"""64 bits of the id: what documents are deleted and looked up by."""
VERSION = "version"
SORT_KEY = "sort_key"
STORED = "stored"
"""The id (16 bytes), the number (8) and the card."""
HAS = "has"
"""The field of that name: names of the text and keyword fields that have a value, and what else articles have."""
ANYWHERE = "anywhere"
"""The stems of all text fields together: one look-up instead of one a field, where nothing is scored."""
LANGUAGE = "article_language"
"""Primary subtag, `und` for none: in which language the words were stemmed."""


def column(name: str) -> str:
    """The field that facets, ranges and filters of unfolded fields use."""
    return name.replace(".", "__")


def matched(field: Field) -> str:
    """The field that filters of a keyword field look into."""
    return column(field.name) + ("__match" if field.folded else "")


def written(name: str) -> str:
    return column(name) + "__written"


def stemmed(name: str) -> str:
    return column(name) + "__stemmed"


def interval_column(interval: str) -> str:
    """Calendar intervals are counted from 1970 in UTC, each in a column: tantivy has none in histograms."""
    return f"date__{interval}"


@cache
def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in FIELDS:
        name = column(field.name)
        if field.kind is Kind.TEXT:
            builder.add_text_field(written(field.name), tokenizer_name="whitespace", index_option="position")
            builder.add_text_field(stemmed(field.name), tokenizer_name="whitespace", index_option="freq")
        elif field.kind is Kind.KEYWORD:
            if field.facet or not field.folded:
                builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=field.facet)
            if field.folded:
                builder.add_text_field(matched(field), tokenizer_name="raw", index_option="basic")
        elif field.kind is Kind.NUMBER:
            builder.add_float_field(name, fast=True)
        elif field.kind is Kind.BOOLEAN:
            builder.add_boolean_field(name, indexed=True)
        else:
            builder.add_integer_field(name, fast=True, indexed=True)
    for interval in INTERVALS:
        builder.add_integer_field(interval_column(interval), fast=True)
    builder.add_unsigned_field(KEY, fast=True, indexed=True)
    builder.add_unsigned_field(VERSION, fast=True)
    builder.add_unsigned_field(SORT_KEY, fast=True)
    builder.add_text_field(ANYWHERE, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(LANGUAGE, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field(STORED, stored=True)
    return builder.build()


def fingerprint() -> str:
    """What the layout depends on; an index with another one cannot be read."""
    fields = [(f.name, f.kind, f.multi, f.facet, f.folded) for f in FIELDS]
    return hashlib.sha256(json.dumps([FORMAT, fields]).encode()).hexdigest()[:16]


def key(id_: UUID) -> int:
    return int.from_bytes(hashlib.blake2b(id_.bytes, digest_size=8).digest(), "big")


def document(doc: IndexDocument) -> tantivy.Document:
    """Everything about an article that is searched, filtered, counted and shown."""
    out = tantivy.Document()
    has: list[str] = []
    stems: dict[str, None] = {}
    for name, text in doc.texts.items():
        if text:
            as_written, as_stemmed = analysis.analyse(text, doc.language)
            out.add_text(written(name), as_written)
            out.add_text(stemmed(name), as_stemmed)
            has.append(name)
            stems |= dict.fromkeys(as_stemmed.split())
    out.add_text(ANYWHERE, " ".join(stems))
    for name, values in doc.keywords.items():
        if name == HAS:
            continue
        field = BY_NAME[name]
        if field.facet or not field.folded:
            add_keywords(out, column(name), values)
        if field.folded and name not in doc.matches:
            add_keywords(out, matched(field), [analysis.fold(value) for value in values])
        if any(values):
            has.append(name)
    for name, values in doc.matches.items():
        add_keywords(out, matched(BY_NAME[name]), [analysis.fold(value) for value in values])
        if any(values) and name not in has:
            has.append(name)
    add_keywords(out, "id", [str(doc.id)])
    add_keywords(out, HAS, [*has, *doc.keywords.get(HAS, ())])
    for name, number in doc.numbers.items():
        if name != "number":
            if BY_NAME[name].kind is Kind.NUMBER:
                out.add_float(column(name), number)
            else:
                out.add_integer(column(name), int(number))
    for name, boolean in doc.booleans.items():
        out.add_boolean(column(name), boolean)
    out.add_integer("number", doc.number)
    out.add_integer("date", micros(doc.date))
    for interval in INTERVALS:
        out.add_integer(interval_column(interval), interval_number(doc.date, interval))
    out.add_unsigned(KEY, key(doc.id))
    out.add_unsigned(VERSION, doc.version)
    out.add_unsigned(SORT_KEY, sort_key(doc.date, doc.number))
    out.add_text(LANGUAGE, analysis.primary(doc.language))
    out.add_bytes(STORED, doc.id.bytes + doc.number.to_bytes(8, "big") + doc.card)
    return out


def add_keywords(out: tantivy.Document, name: str, values: Sequence[str] | Iterable[str]) -> None:
    """Each different value once: a value that is there twice would count twice."""
    for value in dict.fromkeys(value[:KEYWORD_LIMIT] for value in values if value):
        out.add_text(name, value)


def unpack(stored: bytes) -> tuple[UUID, int, bytes]:
    """Id, number and card."""
    return UUID(bytes=stored[:16]), int.from_bytes(stored[16:24], "big"), stored[24:]


def numbers_of(searcher: tantivy.Searcher, name: str, addresses: list[tantivy.DocAddress]) -> list[int]:
    """A whole-number column that every document has, of the documents at these addresses."""
    return [int(value or 0) for value in searcher.fast_field_values(name, addresses)]
