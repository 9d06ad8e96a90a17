"""What goes into an engine and what comes out: documents, hits, buckets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from search.query import Query

EPOCH_1800 = -5_364_662_400
"""Seconds from 1970-01-01 to 1800-01-01: the zero of sort keys."""
NUMBER_BITS = 30


def sort_key(date: datetime, number: int) -> int:
    """One unsigned 64-bit number that orders by date (s, clamped to 1800–2344), then by article number. Unique."""
    seconds = int(date.astimezone(UTC).timestamp()) - EPOCH_1800
    return min(max(seconds, 0), (1 << 34) - 1) << NUMBER_BITS | number & ((1 << NUMBER_BITS) - 1)


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """An article as an engine takes it. Keys of the mappings are names of search.fields.

    `keywords` hold what facets show, `matches` (folded fields only) what filters compare, already folded and possibly
    more than the facet value. `card` is the JSON object that a list shows, kept and handed back byte for byte.
    A `deleted` document carries only id, number, version, date and `first_seen`: when the article came, which never
    changes (the date may be corrected), so that an engine may keep it by that.
    """

    id: UUID
    number: int
    version: int
    date: datetime
    language: str = ""
    deleted: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    matches: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, float | int] = field(default_factory=dict)
    booleans: Mapping[str, bool] = field(default_factory=dict)
    card: bytes = b"{}"
    first_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit; `card` is the stored JSON object, `score` None unless sorted by relevance."""

    id: UUID
    number: int
    sort_key: int
    card: bytes
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """`total` counts all that match below the watermark, exactly."""

    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Counts by the values of a facetable keyword field, most first, ties by value; exact."""

    field: str
    size: int = 10
    then: Terms | Histogram | None = None
    metric: str | None = None
    """A number field to average per bucket (`sentiment`)."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by calendar interval in UTC: hour, day, week (from Monday), month. Keys ascend; no empty buckets.

    `size` keeps the latest so many.
    """

    interval: str
    size: int | None = None
    then: Terms | Histogram | None = None
    metric: str | None = None


Aggregation = Terms | Histogram


@dataclass(frozen=True, slots=True)
class Bucket:
    """`key`: the term, or the interval's start as RFC 3339. `average` of the metric over those that have it."""

    key: str
    count: int
    average: float | None = None
    buckets: tuple[Bucket, ...] | None = None


@dataclass(frozen=True, slots=True)
class Buckets:
    """`total`: articles that match the query; `distinct`: buckets there are in all, where known."""

    total: int
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """One page to fetch. `sort`: `-date`, `date` or `relevance`. `after` is the sort key of the last hit seen.

    Only articles up to the `watermark` (a number) count. By relevance the `limit` best are ranked, ties newest first;
    there is no `after`. `cards` loads the first so many hits only, the others have their number, sort key and score and
    no id and card: ranking many is then cheap.
    """

    query: Query
    sort: str = "-date"
    limit: int = 20
    after: int | None = None
    watermark: int | None = None
    cards: int | None = None
