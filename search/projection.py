"""Chosen fields of articles (`fields=headline,source.name`): from the card where it has them, else from the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from articles.models import Article
from articles.selectors import article_json
from newsapi.errors import InvalidParameter
from newsapi.parameters import did_you_mean, nearest
from newsapi.rendering import dumps
from search.filters import split_values
from search.results import Hit

SCHEMA: dict[str, tuple[str, ...]] = {
    "id": (), "number": (), "revision": (), "version": (), "date": (), "duplicate_of": (), "similarity": (),
    "external_id": (),
    "received_at": (), "updated_at": (), "site": (), "source": ("id", "name", "domain"),
    "section": ("label", "language", "name", "topic"), "headline": (), "standfirst": (), "byline": (), "authors": (),
    "credited_to": (), "dateline": ("place", "date"), "published_at": (), "modified_at": (),
    "language": ("code", "confidence"), "paragraphs": (), "body": (), "body_markdown": (),
    "word_count": (), "reading_time": (),
    "keywords": (), "images": ("url", "caption", "credit"), "url": (), "access": (), "genre": (),
    "entities": ("id", "type", "name", "salience", "country", "coordinates", "ids", "mentions"),
    "topics": ("code", "name", "score"), "sentiment": ("score", "method"), "fingerprints": ("content", "near"),
    "provenance": (),
}  # fmt: skip
"""Fields of an article and what is below them."""
PATHS = tuple(path for name, below in SCHEMA.items() for path in (name, *(f"{name}.{part}" for part in below)))

Wanted = dict[str, tuple[str, ...]]
"""Top-level fields, each with the parts wanted of it; () is all of it."""


def read(written: Sequence[str]) -> Wanted | None:
    """The `fields` parameter; None where it is absent. Raises InvalidParameter with the nearest field."""
    paths = [value for text in written for _, value in split_values(text, "fields")]
    if not paths:
        return None
    wanted: Wanted = {}
    for path in paths:
        name, _, part = path.strip().lower().partition(".")
        below = SCHEMA.get(name)
        if below is None or (part and part not in below and name != "provenance"):
            suggestion = nearest(path, PATHS)
            raise InvalidParameter(
                f"fields: articles have no field {path[:80]!r}.{did_you_mean(suggestion)}",
                parameter="fields", suggestion=suggestion,
            )  # fmt: skip
        if not part:
            wanted[name] = ()
        elif wanted.get(name) != ():
            wanted[name] = tuple(dict.fromkeys((*wanted.get(name, ()), part)))
    return wanted


def _has(card: Mapping[str, Any], wanted: Wanted) -> bool:
    """Whether a card holds all that is wanted."""
    for name, parts in wanted.items():
        if name not in card:
            return False
        value = card[name]
        samples = value[:1] if isinstance(value, list) else [value]
        if any(isinstance(sample, dict) and not sample.keys() >= set(parts) for sample in samples):
            return False
        if parts and samples and samples[0] is not None and not isinstance(samples[0], dict):
            return False
    return True


def _pick(value: Any, parts: tuple[str, ...]) -> Any:
    if not parts:
        return value
    if isinstance(value, list):
        return [_pick(item, parts) for item in value]
    return {part: value.get(part) for part in parts} if isinstance(value, dict) else value


def project(article: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    return {name: _pick(article.get(name), parts) for name, parts in wanted.items()}


def documents(hits: Sequence[Hit]) -> dict[UUID, dict[str, Any]]:
    """The whole articles behind these hits, by one query; those deleted meanwhile are missing."""
    rows = Article.objects.filter(id__in=[hit.id for hit in hits], deleted_at__isnull=True)
    return {row.id: article_json(row) for row in rows}


def chosen(hits: Sequence[Hit], wanted: Wanted) -> list[dict[str, Any]]:
    """One object a hit with the wanted fields, in the order asked for."""
    cards: list[dict[str, Any]] = [orjson.loads(hit.card) for hit in hits]
    if all(_has(card, wanted) for card in cards):
        return [project(card, wanted) for card in cards]
    rows = documents(hits)
    found = [rows.get(hit.id, card) for hit, card in zip(hits, cards, strict=True)]
    # Times are written as the cards have them.
    return [orjson.loads(dumps(project(article, wanted))) for article in found]
