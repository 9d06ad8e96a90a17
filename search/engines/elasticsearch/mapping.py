"""How the catalogue's fields are kept in Elasticsearch: a strict mapping, and the settings of an index.

Field names have no dots (Elasticsearch reads those as objects) nor two underscores (its client makes a dot of them),
hence `entity-person`. Texts, values and dates are only indexed; what is handed back lies in `_source`.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from elasticsearch import dsl

from search import analysis
from search.fields import FIELDS, Field, Kind

FORMAT = 1
"""Changes with what this module and `documents` make of an article."""

VERSION = "version"
SORT_KEY = "sort_key"
"""Shifted to the signed 64 bits that Elasticsearch sorts by."""
DELETED = "deleted"
"""Only tombstones have it."""
HAS = "has"
"""The field of that name: names of the text and keyword fields that have a value, and what else articles have."""
ANYWHERE = "anywhere"
"""The stems of all text fields together: one look-up instead of one a field, where nothing is scored."""
LANGUAGE = "article_language"
"""Primary subtag, `und` for none: in which language the words were stemmed."""
TIME = "date-time"
"""The date to the millisecond, for calendars; `date` has the microseconds."""
CARD = "card"
SHOWN = ("id", "number", SORT_KEY, VERSION, CARD)
"""What `_source` keeps. The card is one string, so that it comes back byte for byte and is never taken apart."""
SHIFT = 2**63


def column(name: str) -> str:
    """The field that facets, ranges and filters of unfolded fields use."""
    return name.replace(".", "-")


def matched(field: Field) -> str:
    """The field that filters of a keyword field look into."""
    return column(field.name) + ("-match" if field.folded else "")


def written(name: str) -> str:
    return column(name) + "-written"


def stemmed(name: str) -> str:
    return column(name) + "-stemmed"


def mapping() -> dsl.Mapping:
    """Strict: a field that is not here is an error, not a guess."""
    made = dsl.Mapping()
    for field in FIELDS:
        name = column(field.name)
        if field.kind is Kind.TEXT:
            made.field(written(field.name), dsl.Text(analyzer="whitespace", index_options="positions"))
            made.field(stemmed(field.name), dsl.Text(analyzer="whitespace", index_options="freqs"))
        elif field.kind is Kind.KEYWORD:
            if field.facet or not field.folded:
                made.field(name, dsl.Keyword(doc_values=field.facet))
            if field.folded:
                made.field(matched(field), dsl.Keyword(doc_values=False))
        elif field.kind is Kind.NUMBER:
            made.field(name, dsl.Double())
        elif field.kind is Kind.BOOLEAN:
            made.field(name, dsl.Boolean())
        else:
            made.field(name, dsl.Long())
    made.field(TIME, dsl.Date(format="epoch_millis"))
    made.field(VERSION, dsl.Long(index=False))
    made.field(SORT_KEY, dsl.Long())
    made.field(DELETED, dsl.Boolean())
    made.field(ANYWHERE, dsl.Text(analyzer="whitespace", index_options="docs", norms=False))
    made.field(LANGUAGE, dsl.Keyword())
    made.field(CARD, dsl.Keyword(index=False, doc_values=False))
    made.meta("dynamic", "strict")
    made.meta("date_detection", False)
    made.meta("_source", includes=list(SHOWN))
    return made


def mappings(created_at: str) -> dict[str, Any]:
    """The mapping as an index is made with, and what the index was made by."""
    meta = {"layout": fingerprint(), "analysis": analysis.VERSION, "created_at": created_at}
    return {**mapping().to_dict(), "_meta": meta}


def settings(shards: int, replicas: int) -> dict[str, Any]:
    """Nothing is seen before a commit refreshes; what was acknowledged is on disk."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "refresh_interval": "-1",
        "translog.durability": "request",
        "max_result_window": 10_000,
    }


@cache
def fingerprint() -> str:
    """What the layout depends on; an index with another one cannot be read."""
    fields = [(f.name, f.kind, f.multi, f.facet, f.folded) for f in FIELDS]
    return hashlib.sha256(json.dumps([FORMAT, fields]).encode()).hexdigest()[:16]
