"""`/v1/suggest`: type-ahead over entities, topics and sources, from memory.

Each process keeps the names that articles have, by the beginning of each of their words. They are read anew once a
minute at most, beside the answers, so that no keystroke waits for the database or the engine.
"""

from __future__ import annotations

import heapq
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection
from django.http import QueryDict

from articles import topics
from articles.models import Entity, Source
from newsapi.errors import InvalidParameter
from newsapi.parameters import check_known, choice, integer, single
from newsapi.text import fold
from search import engines, filters
from search.filters import Parameter
from search.query import Query
from search.results import Terms

KINDS = ("entity", "person", "organisation", "place", "topic", "source")
MOST = 50_000
"""Entities and sources that are suggested: those in most articles."""
FRESH = 60.0
MAX_LIMIT = 50
LONGEST = 200
_END = "\U0010ffff"


class Name(NamedTuple):
    """Something that can be suggested. `kind`: person, organisation, place, topic or source."""

    kind: str
    key: str
    name: str
    articles: int


class Names:
    """Names by the beginnings of their words."""

    def __init__(self, names: list[Name]) -> None:
        # The commonest first: of two positions the lower one is the better.
        self.names = sorted(names, key=lambda name: (-name.articles, name.name, name.key))
        pairs = sorted((start, n) for n, name in enumerate(self.names) for start in _starts(fold(name.name)))
        self.starts = [start for start, _ in pairs]
        self.places = [place for _, place in pairs]

    def find(self, prefix: str, kinds: tuple[str, ...], limit: int) -> list[Name]:
        """Those with a word that begins so, the commonest first."""
        low, high = bisect_left(self.starts, prefix), bisect_left(self.starts, prefix + _END)
        found = set(self.places[low:high])
        if kinds:
            found = {place for place in found if self.names[place].kind in kinds}
        return [self.names[place] for place in heapq.nsmallest(limit, found)]


class _Kept:
    """The names of one process."""

    def __init__(self) -> None:
        self.names: Names | None = None
        self.made_at = 0.0
        self.lock = threading.Lock()

    def get(self) -> Names:
        names = self.names
        if names is not None and time.monotonic() - self.made_at > FRESH and self.lock.acquire(blocking=False):
            threading.Thread(target=self._renew, name="suggestions", daemon=True).start()
        if names is None:
            with self.lock:
                names = self.names or self._made()
        return names

    def _renew(self) -> None:
        """Holds the lock, which was taken for it."""
        try:
            self._made()
        finally:
            self.lock.release()
            connection.close()

    def _made(self) -> Names:
        names = Names(list(_all()))
        self.names, self.made_at = names, time.monotonic()
        return names


_kept = _Kept()


def forget() -> None:
    """Drop what is remembered: for tests, and after an archive was replaced."""
    _kept.names = None


def parameters() -> tuple[Parameter, ...]:
    return (
        Parameter("q", "Beginning", "Of a word of the name; accents and case do not matter", example="puti"),
        Parameter("type", "Type", "Only of this kind", "select", KINDS),
        Parameter("limit", "Limit", f"How many, 1 to {MAX_LIMIT}", "number", default=10, low=1, high=MAX_LIMIT),
    )


def suggest(params: QueryDict) -> dict[str, Any]:
    """`{results}`: objects with `type`, `key` (an id or code for filters), `name` and `count`, the commonest first."""
    check_known(params, (parameter.name for parameter in parameters()))
    filters.check_text(params)
    written = single(params, "q")
    if written is None:
        raise InvalidParameter("q is missing: the beginning of a name.", parameter="q")
    limit = integer(params, "limit", 10, 1, MAX_LIMIT)
    kind = choice(params, "type", KINDS, "") if "type" in params else ""
    kinds = KINDS[1:4] if kind == "entity" else (kind,) if kind else ()
    found = _kept.get().find(fold(written[:LONGEST]), kinds, limit)
    return {
        "results": [
            {"type": name.kind, "key": name.key, "name": name.name, "count": name.articles, "filter": _filter(name)}
            for name in found
        ]
    }


def _filter(name: Name) -> dict[str, str]:
    """The parameter that asks for it."""
    parameter = name.kind if name.kind in ("topic", "source") else "entity"
    return {parameter: name.key}


def _starts(folded: str) -> Iterator[str]:
    """What a name may be typed by: from the beginning of each word on."""
    yield folded
    for at, char in enumerate(folded[:LONGEST]):
        if char in " -’'" and folded[at + 1 :].strip():
            yield folded[at + 1 :]


def _all() -> Iterator[Name]:
    """Everything that an article has."""
    reader = engines.get_reader()
    entities, coded, published = reader.aggregate(
        Query(), [Terms("entity", MOST), Terms("topic", 10_000), Terms("source", MOST)]
    )
    yield from _rows(Entity, "type", {bucket.key: bucket.count for bucket in entities.buckets})
    yield from _rows(Source, "", {bucket.key: bucket.count for bucket in published.buckets})
    for bucket in coded.buckets:
        yield Name("topic", bucket.key, topics.name(bucket.key) or bucket.key, bucket.count)


def _rows(model: type[Entity] | type[Source], kind: str, counts: dict[str, int]) -> Iterator[Name]:
    keys = list(counts)
    columns = ("id", "name", kind) if kind else ("id", "name")
    for start in range(0, len(keys), 500):
        for key, name, *kinds in model.objects.filter(id__in=keys[start : start + 500]).values_list(*columns):
            yield Name(kinds[0] if kinds else "source", str(key), name, counts[str(key)])
