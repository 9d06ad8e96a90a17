"""Values of a field by how many articles have them, page after page to the last.

The most frequent come first, up to RANKED of them, ties by value; what is left of a longer list follows in the order of
its values. All pages count the articles that there were at the first one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from django.http import QueryDict

from newsapi.parameters import single
from search import filters
from search.cursors import Seal
from search.engines.base import Reader
from search.memo import Memo
from search.query import Query, Range, Term
from search.results import Terms

RANKED = 50_000
"""Values that are ranked: as many as every engine counts in one go."""
LOOKED_AT = 500
"""Values beyond those that are counted one by one for a page; the page may have fewer, and `next` all the same."""
KEPT = 60.0
Beyond = Callable[[str, int], list[str]]
"""The values above one, in their order, at most so many, whether they are ranked or not."""

_SEAL = Seal("search.ranking", "this list", "other filters or another list")
_kept: Memo[tuple[object, ...], dict[str, int]] = Memo(ttl=KEPT, size=8)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on: after this value, which had this count; `count` is -1 beyond the ranked ones."""

    watermark: int
    now: datetime
    count: int = 0
    key: str = ""


def read_place(params: QueryDict, name: str) -> Place | None:
    """The `cursor` parameter's place; None for the first page. Raises InvalidCursor for another list's cursor."""
    if "cursor" not in params:
        return None
    watermark, now, count, key = _SEAL.unpack(single(params, "cursor") or "", _digest(params, name))
    return Place(watermark, datetime.fromtimestamp(now / 1000, UTC), count, key)


def write_place(params: QueryDict, name: str, place: Place) -> str:
    """The cursor of the next page."""
    now = round(place.now.timestamp() * 1000)
    return _SEAL.pack(_digest(params, name), (place.watermark, now, place.count, place.key))


def _digest(params: QueryDict, name: str) -> str:
    own = (name, params.get("q"), params.get("type"), filters.digest(params))
    return hashlib.blake2b(repr(own).encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


Page = tuple[list[tuple[str, int]], Place | None]
"""Values with their counts, and where to go on."""


class Ranking:
    """The values of `field` among the articles of a query, as they were at a watermark."""

    def __init__(self, reader: Reader, query: Query, field: str, watermark: int) -> None:
        self.reader = reader
        self.field = field
        self.query = _and(query, Range("number", lte=watermark))

    def top(self, size: int) -> dict[str, int]:
        """The most frequent, by count, then by value."""
        (found,) = self.reader.aggregate(self.query, [Terms(self.field, min(size, RANKED))])
        return {bucket.key: bucket.count for bucket in found.buckets}

    def ranked(self) -> dict[str, int]:
        """All that are ranked; kept for a while, since the next page needs them again."""
        return _kept.remember((self.reader, self.query, self.field), lambda: self.top(RANKED))

    def count(self, key: str) -> int:
        return self.reader.count(_and(self.query, Term(self.field, (key,))))

    def page(self, place: Place, limit: int, beyond: Beyond, only: Set[str] | None = None) -> Page:
        """The next values with their counts, and where to go on; None at the end. `only` these values where given."""
        found: list[tuple[str, int]] = []
        if place.count >= 0:
            first = not place.key and only is None
            counts = self.top(limit + 1) if first else self.ranked()
            found, following = after(counts.items(), place, limit, only)
            if following or len(counts) < (limit + 1 if first else RANKED):
                return found, following
            place = replace(place, count=-1, key="")
        ranked = self.ranked()
        keys = beyond(place.key, LOOKED_AT)
        for key in keys:
            if len(found) == limit:
                return found, place
            if key not in ranked and (count := self.count(key)):
                found.append((key, count))
            place = replace(place, key=key)
        return found, place if len(keys) == LOOKED_AT else None


def _and(query: Query, more: Term | Range) -> Query:
    return Query(query.text, (*query.filters, more), query.languages)


def after(counts: Iterable[tuple[str, int]], place: Place, limit: int, only: Set[str] | None = None) -> Page:
    """The page after a place of what is in order already, and where to go on."""
    last = (-place.count, place.key)
    left = (
        (key, count)
        for key, count in counts
        if (not place.key or (-count, key) > last) and (only is None or key in only)
    )
    found = list(islice(left, limit + 1))
    if len(found) <= limit:
        return found, None
    key, count = found[limit - 1]
    return found[:limit], replace(place, count=count, key=key)
