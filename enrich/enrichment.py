"""What enrichment adds to a draft: frozen values with a JSON form each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from enrich.draft import NO_PROVENANCE, Provenance


@dataclass(frozen=True, slots=True)
class Language:
    """BCP 47 code and confidence 0 to 1."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Mention:
    """Where an entity is named: `start` and `end` (exclusive) count code points in `field`.

    `field` is headline, standfirst or body; `kind` is name, alias or demonym.
    """

    field: str
    start: int
    end: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, organisation or place. `salience` is 0 to 1; `country` ISO 3166-1 alpha-2; coordinates (lat, lon).

    `ids` holds identifiers where known: `en` (English name), `iso3166`, `geonames`, `wikidata`.
    """

    type: str
    name: str
    salience: float
    mentions: tuple[Mention, ...]
    country: str | None = None
    coordinates: tuple[float, float] | None = None
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Topic:
    """An IPTC Media Topic with a score of 0 to 1; `name` is its English name."""

    code: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Sentiment:
    """`score` is −1 to 1, `method` says how it was found."""

    score: float
    method: str


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """`content`: hash of the normalised body, hex. `near`: MinHash signature of its word shingles, base64url."""

    content: str
    near: str


@dataclass(frozen=True, slots=True)
class Enrichment:
    """All that enrichment found; empty values are None or ()."""

    language: Language | None = None
    entities: tuple[Entity, ...] = ()
    topics: tuple[Topic, ...] = ()
    keywords: tuple[str, ...] = ()
    sentiment: Sentiment | None = None
    fingerprints: Fingerprints | None = None
    word_count: int = 0
    reading_time: int = 0
    provenance: Mapping[str, Provenance] = field(default_factory=lambda: NO_PROVENANCE)
