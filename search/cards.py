"""An Article row as the engine takes it: what is searched, filtered and counted, and the card that lists show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from articles.models import Article
from newsapi.rendering import dumps
from search.analysis import fold, primary
from search.engines.moments import micros
from search.fields import FEATURES
from search.results import IndexDocument

COLUMNS = (
    "id",
    "number",
    "revision",
    "version",
    "date",
    "received_at",
    "created_at",
    "source_id",
    "duplicate_of_id",
    "deleted_at",
    "document",
)
"""What `make_document` reads of a row."""

_SHOWN = (
    *("site", "source", "section", "headline", "standfirst", "byline", "authors", "credited_to", "dateline"),
    *("published_at", "modified_at", "language", "body", "word_count", "reading_time", "keywords", "images", "url"),
    *("entities", "topics", "sentiment"),
)
_TEXTS = ("headline", "standfirst", "body")

Json = Mapping[str, Any]


def make_document(article: Article) -> IndexDocument:
    """What the index keeps of an article, a tombstone for a deleted one. Reads nothing but the row."""
    if article.deleted_at is not None:
        return IndexDocument(
            article.id, article.number, article.version, article.date, deleted=True, first_seen=article.created_at
        )
    document: Json = article.document
    language = str((document.get("language") or {}).get("code") or "")
    keywords, matches = _keywords(article, document, language)
    return IndexDocument(
        article.id,
        article.number,
        article.version,
        article.date,
        language,
        texts={name: text for name in _TEXTS if (text := document.get(name))},
        keywords=keywords,
        matches=matches,
        numbers=_numbers(article, document),
        booleans={"duplicate": article.duplicate_of_id is not None},
        card=dumps(make_card(article, document)),
        first_seen=article.created_at,
    )


def make_card(article: Article, document: Json) -> dict[str, Any]:
    """What a list shows: all but paragraphs, mentions, provenance and fingerprints, which are read from the row."""
    card: dict[str, Any] = {
        "id": article.id,
        "number": article.number,
        "revision": article.revision,
        "version": article.version,
        "date": article.date,
        "duplicate_of": article.duplicate_of_id,
    }
    for name in _SHOWN:
        card[name] = document.get(name)
    card["entities"] = [_without_mentions(entity) for entity in _objects(document, "entities")]
    return card


def _without_mentions(entity: Json) -> dict[str, Any]:
    copy = dict(entity)
    copy.pop("mentions", None)
    return copy


def _keywords(article: Article, document: Json, language: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    section: Json = document.get("section") or {}
    sections = [value for value in (section.get("name"), section.get("label")) if value]
    authors = [author for author in document.get("authors") or () if author]
    keywords = {
        "source": [str(article.source_id)] if article.source_id else [],
        "section": sections[:1],
        "language": [language] if language else [],
        "author": authors,
        "topic": _distinct(topic.get("code") for topic in _objects(document, "topics")),
        "keyword": [keyword for keyword in document.get("keywords") or () if keyword],
        "credited_to": _given(document.get("credited_to")),
        "domain": _given((document.get("source") or {}).get("domain")),
        "dateline": _given((document.get("dateline") or {}).get("place")),
        "genre": _given(document.get("genre")),
        "access": _given(document.get("access")),
        "has": [name for name, member in FEATURES.items() if document.get(member)],
        **_entities(document),
    }
    matches = {
        "section": [fold(value) for value in sections],
        # An article in pt-BR is found by pt too.
        "language": _distinct([language.lower(), primary(language)]) if language else [],
    }
    return keywords, matches


def _entities(document: Json) -> dict[str, list[str]]:
    """What the fields about entities hold, each value once. In one pass: an article has dozens of them."""
    names = ("entity", "entity_type", "country", "entity.person", "entity.place", "entity.organisation")
    found: dict[str, dict[str, None]] = {name: {} for name in names}
    for entity in _objects(document, "entities"):
        id_, kind = entity.get("id"), str(entity.get("type") or "")
        if id_:
            found["entity"][str(id_)] = None
            if (of_kind := found.get(f"entity.{kind}")) is not None:
                of_kind[str(id_)] = None
        if kind:
            found["entity_type"][kind] = None
        if kind == "place" and (country := entity.get("country")):
            found["country"][str(country)] = None
    return {name: list(values) for name, values in found.items()}


def _numbers(article: Article, document: Json) -> dict[str, float | int]:
    """Numbers, and moments other than the article's date as microseconds."""
    found: dict[str, float | int] = {
        "words": document.get("word_count") or 0,
        "mentions": sum(len(entity.get("mentions") or ()) for entity in _objects(document, "entities")),
        "revision": article.revision,
        "received": micros(article.received_at),
    }
    sentiment = (document.get("sentiment") or {}).get("score")
    if sentiment is not None:
        found["sentiment"] = sentiment
    for name, member in (("published", "published_at"), ("modified", "modified_at")):
        if moment := _moment(document.get(member)):
            found[name] = micros(moment)
    return found


def _moment(value: Any) -> datetime | None:
    """A time of a document: text in a row, a datetime where it is still to be written."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else None


def _given(value: str | None) -> list[str]:
    return [value] if value else []


def _objects(document: Json, name: str) -> list[Json]:
    return document.get(name) or []


def _distinct(values: Any) -> list[str]:
    return list(dict.fromkeys(str(value) for value in values if value))
