"""Originals that a body may be a copy of: the table of keys, and the one that is nearest."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection

from articles import nearness
from articles.models import Article, Band
from articles.nearness import Comparison, Text

MOST_ROWS = 50
"""Articles under one key; what more than these share is a habit of a publisher, and finds nothing."""
MOST_CANDIDATES = 40
MOST_COMPARED = 4
LEAST_ESTIMATE = 0.37
"""Estimated containment below which a candidate's body is not read."""
VAGUE_BELOW = 0.25
"""Where one body is so much shorter than the other, the estimate says little and the same beginning is enough."""


class Body:
    """A body with what it is found by; its text is cut to pieces only when there is something to compare it with."""

    def __init__(self, text: str, signature: bytes | None) -> None:
        self.body = text
        self.signature = signature

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Body:
        prints = document.get("fingerprints") or {}
        return cls(document.get("body") or "", nearness.unpack(prints.get("near")))

    @cached_property
    def keys(self) -> tuple[int, ...]:
        return nearness.keys(self.signature, self.body)

    @cached_property
    def text(self) -> Text:
        return nearness.read(self.body)


@dataclass(frozen=True, slots=True)
class Original:
    number: int
    id: UUID
    signature: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """That a body is a near copy of this original."""

    original: Original
    comparison: Comparison

    @property
    def similarity(self) -> float:
        return round(self.comparison.contained, 4)


class Originals:
    """The originals that these bodies may be copies of, by two queries, and those that are added in the same write."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        self.numbers: dict[int, list[int]] = defaultdict(list)
        self.known: dict[int, Original] = {}
        self.bodies: dict[int, Body] = {}
        self.added: list[tuple[int, int]] = []
        bodies = [body for body in bodies if body.keys]
        for key, number in look_up({key for body in bodies for key in body.keys}):
            self.numbers[key].append(number)
        wanted = {number for body in bodies for number in self._candidates(body)}
        if wanted:
            live = Article.objects.filter(deleted_at__isnull=True, duplicate_of__isnull=True, near__isnull=False)
            rows = live.filter(number__in=wanted).values_list("number", "id", "near")
            kept = [(number, each, bytes(near or b"")) for number, each, near in rows]
            self.known = {row[0]: Original(*row) for row in kept if nearness.is_signature(row[2])}

    def nearest(self, body: Body, below: int | None = None) -> Copy | None:
        """The original that this body is a copy of, if it is one; `below` that number where one is given."""
        found: Copy | None = None
        likely = [each for each in self._likely(body) if below is None or each.number < below][:MOST_COMPARED]
        self._read(likely)
        for original in likely:
            comparison = nearness.compare(body.text, self.bodies[original.number].text)
            if comparison.is_near and (found is None or comparison.contained > found.comparison.contained):
                found = Copy(original, comparison)
        return found

    def above(self, body: Body, number: int) -> list[int]:
        """Numbers of the newer originals that may be copies of this body."""
        return [original.number for original in self._likely(body) if original.number > number]

    def add(self, article: Article, body: Body) -> None:
        """Make an article one that copies are found of, from now on."""
        if not body.keys or body.signature is None:
            return
        self.known[article.number] = Original(article.number, article.id, body.signature)
        self.bodies[article.number] = body
        for key in body.keys:
            if len(self.numbers[key]) < MOST_ROWS:
                self.numbers[key].append(article.number)
                self.added.append((key, article.number))

    def save(self) -> None:
        write(self.added)
        self.added = []

    def _candidates(self, body: Body) -> list[int]:
        hits = Counter(number for key in body.keys for number in self.numbers.get(key, ()))
        return [number for number, _ in hits.most_common(MOST_CANDIDATES)]

    def _likely(self, body: Body) -> list[Original]:
        """Those whose bodies are worth reading, the likeliest first."""
        if body.signature is None:
            return []
        leads = {number for key in body.keys if nearness.is_lead(key) for number in self.numbers.get(key, ())}
        ranked = []
        for number in self._candidates(body):
            original = self.known.get(number)
            if original is None:
                continue
            estimate = nearness.estimate(body.signature, original.signature)
            if estimate.contained >= LEAST_ESTIMATE or (number in leads and estimate.ratio < VAGUE_BELOW):
                ranked.append((-estimate.contained, number, original))
        return [original for *_, original in sorted(ranked)]

    def _read(self, originals: Sequence[Original]) -> None:
        """Have the bodies of these at hand."""
        missing = {each.id: each for each in originals if each.number not in self.bodies}
        if missing:
            for each, document in Article.objects.filter(id__in=missing).values_list("id", "document"):
                original = missing[each]
                self.bodies[original.number] = Body(document.get("body") or "", original.signature)


def look_up(keys: set[int]) -> list[tuple[int, int]]:
    """`(key, number)` of the articles under these keys, oldest first."""
    if not keys:
        return []
    if connection.vendor == "sqlite":
        # As one value: SQLite bounds how many a statement may have.
        condition, given = "IN (SELECT value FROM json_each(%s))", json.dumps(sorted(keys))
    else:
        condition, given = "= ANY(%s)", sorted(keys)  # type: ignore[assignment]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key, number FROM {_table()} WHERE key {condition} ORDER BY number", [given])  # noqa: S608
        found: list[tuple[int, int]] = cursor.fetchall()
        return found


def write(rows: Iterable[tuple[int, int]]) -> None:
    """Add rows that may be there already."""
    rows = sorted(rows)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT OR IGNORE INTO {_table()} (key, number) VALUES (%s, %s)", rows)  # noqa: S608
        else:
            cursor.execute(
                f"INSERT INTO {_table()} (key, number) SELECT * FROM unnest(%s::bigint[], %s::bigint[])"  # noqa: S608
                " ON CONFLICT DO NOTHING",
                [[key for key, _ in rows], [number for _, number in rows]],
            )


def remove(keys: Iterable[int], number: int) -> None:
    """Take an article out from under these keys."""
    Band.objects.filter(key__in=list(keys), number=number).delete()


def _table() -> str:
    return Band._meta.db_table
