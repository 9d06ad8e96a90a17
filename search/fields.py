"""The one catalogue of what can be searched, filtered, faceted and sorted.

The query language, both engines, the filter parameters, the OpenAPI schema and the pages are read off it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    TEXT = "text"
    KEYWORD = "keyword"
    NUMBER = "number"
    INTEGER = "integer"
    DATE = "date"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the index.

    `parameter`: name of the filter parameter, if any. `folded`: filters match whatever the case (the engine keeps the
    folded form for matching and the written one for facets). `boost`: weight of a text field in relevance.
    """

    name: str
    kind: Kind
    description: str
    parameter: str | None = None
    multi: bool = False
    facet: bool = False
    folded: bool = False
    boost: float = 1.0


FIELDS: tuple[Field, ...] = (
    Field("headline", Kind.TEXT, "The headline", boost=3.0),
    Field("standfirst", Kind.TEXT, "The summary under the headline", boost=2.0),
    Field("body", Kind.TEXT, "The article's text"),
    Field("source", Kind.KEYWORD, "Who published it: id, name or domain", "source", facet=True),
    Field(
        "section",
        Kind.KEYWORD,
        "Section, as labelled or in English",
        "section",
        multi=True,
        facet=True,
        folded=True,
    ),
    Field("language", Kind.KEYWORD, "Language of the body, BCP 47", "language", facet=True, folded=True),
    Field("country", Kind.KEYWORD, "Country of a place mentioned, ISO 3166-1", "country", multi=True, facet=True),
    Field("author", Kind.KEYWORD, "An author's name", "author", multi=True, facet=True, folded=True),
    Field(
        "entity",
        Kind.KEYWORD,
        "A person, organisation or place: id or name",
        "entity",
        multi=True,
        facet=True,
    ),
    Field("entity.person", Kind.KEYWORD, "A person", multi=True, facet=True),
    Field("entity.place", Kind.KEYWORD, "A place", multi=True, facet=True),
    Field("entity.organisation", Kind.KEYWORD, "An organisation", multi=True, facet=True),
    Field("entity_type", Kind.KEYWORD, "Has an entity of this type", "entity_type", multi=True),
    Field(
        "topic",
        Kind.KEYWORD,
        "IPTC Media Topic, with all below it: code or name",
        "topic",
        multi=True,
        facet=True,
    ),
    Field("keyword", Kind.KEYWORD, "A keyword", "keyword", multi=True, facet=True, folded=True),
    Field("credited_to", Kind.KEYWORD, "The publisher that the site credits", "credited_to", facet=True, folded=True),
    Field("domain", Kind.KEYWORD, "Domain of the source", "domain", facet=True, folded=True),
    Field("dateline", Kind.KEYWORD, "Place in the dateline", "dateline", facet=True, folded=True),
    Field("genre", Kind.KEYWORD, "Opinion, live coverage, … where the page says so", "genre", facet=True, folded=True),
    Field("access", Kind.KEYWORD, "free, metered or paywalled, where known", "access", facet=True, folded=True),
    Field("has", Kind.KEYWORD, "Has an image, author, quote, dateline, …", "has", multi=True),
    Field("sentiment", Kind.NUMBER, "Sentiment, −1 to 1"),
    Field("words", Kind.INTEGER, "Number of words of the body"),
    Field("mentions", Kind.INTEGER, "Number of mentions of people, organisations and places"),
    Field("revision", Kind.INTEGER, "1 for the first text of the article, 2 for the next, …"),
    Field("date", Kind.DATE, "When it was published, else when it was received"),
    Field("published", Kind.DATE, "When it was published, where that is known"),
    Field("modified", Kind.DATE, "When the publisher changed it, where that is known"),
    Field("received", Kind.DATE, "When it was received"),
    Field("number", Kind.INTEGER, "Ever-growing number of the article: the watermark of snapshots"),
    Field("duplicate", Kind.BOOLEAN, "It repeats another source's article"),
    Field("id", Kind.KEYWORD, "The article's id"),
)

FEATURES = {"image": "images", "quote": "quotes", "byline": "byline", "url": "url"}
"""What `has` asks for besides fields that have a value, and the member of an article that tells."""

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}
TEXT_FIELDS: tuple[Field, ...] = tuple(field for field in FIELDS if field.kind is Kind.TEXT)
FACETS: tuple[Field, ...] = tuple(field for field in FIELDS if field.facet)
