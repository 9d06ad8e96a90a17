"""A small archive in an engine: the words in which the behaviours are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import pytest

from search.engines.base import Engine
from search.query import All, Node, Query
from search.results import Aggregation, Bucket, IndexDocument, Page, Search

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
FACETS = (
    *("source", "section", "language", "country", "author", "topic", "entity_type", "keyword", "credited_to"),
    *("domain", "dateline", "genre", "access", "has"),
)


def day(number: int) -> datetime:
    return START + timedelta(days=min(number, 10_000))


def article(number: int, body: str = "", **given: Any) -> IndexDocument:
    """An article of day `number`. Facets (`entity__person` for entity.person) take a value or a list of them."""
    texts = {"headline": given.pop("headline", ""), "standfirst": given.pop("standfirst", ""), "body": body}
    keywords = {
        name.replace("__", "."): [given.pop(name)] if isinstance(given[name], str) else given.pop(name)
        for name in list(given)
        if name in FACETS or name.startswith("entity")
    }
    numbers: dict[str, float] = {name: given.pop(name) for name in ("sentiment", "words") if name in given}
    booleans = {name: given.pop(name) for name in ("duplicate",) if name in given}
    language = given.pop("lang", "en")
    return IndexDocument(
        given.pop("id", UUID(int=number)),
        number,
        given.pop("version", 1),
        given.pop("date", day(number)),
        language,
        given.pop("deleted", False),
        {name: text for name, text in texts.items() if text},
        keywords,
        given.pop("matches", {}),
        numbers,
        booleans,
        given.pop("card", b'{"n":%d}' % number),
        **given,
    )


class Archive:
    """An engine with what was written into it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.offset = 0

    def write(self, *documents: IndexDocument) -> Archive:
        """In one commit."""
        self.offset += 1
        with self.engine.writer() as writer:
            writer.write(documents)
            writer.commit(self.offset)
        return self

    def page(self, asked: Node | Query | None = None, **search: Any) -> Page:
        return self.engine.reader().search(Search(_query(asked), **search))

    def numbers(self, asked: Node | Query | None = None, **search: Any) -> list[int]:
        search.setdefault("limit", 1_000)
        return [hit.number for hit in self.page(asked, **search).hits]

    def found(self, asked: Node | Query | None = None) -> set[int]:
        """Which articles match; that count, list and both orders agree is checked on the way."""
        numbers = self.numbers(asked)
        assert len(numbers) == len(set(numbers)) == self.engine.reader().count(_query(asked))
        assert sorted(numbers) == sorted(self.numbers(asked, sort="relevance"))
        assert numbers == self.numbers(asked, sort="date")[::-1]
        return set(numbers)

    def buckets(self, by: Aggregation, asked: Node | Query | None = None) -> tuple[Bucket, ...]:
        (answer,) = self.engine.reader().aggregate(_query(asked), [by])
        return answer.buckets

    def counts(self, by: Aggregation, asked: Node | Query | None = None) -> list[tuple[str, int]]:
        return [(bucket.key, bucket.count) for bucket in self.buckets(by, asked)]


def _query(asked: Node | Query | None) -> Query:
    return asked if isinstance(asked, Query) else Query(asked or All())


class MakeEngine(Protocol):
    """An engine with nothing in it: `ready` ones may have a live generation already, others have none."""

    def __call__(self, ready: bool = True) -> Engine: ...


class Behaviours:
    """Gives each test an empty archive; a subclass says in which engine."""

    @pytest.fixture(scope="class")
    @classmethod
    def make_engine(cls) -> MakeEngine:
        """What is made is removed after the class."""
        raise NotImplementedError

    @pytest.fixture
    def archive(self, make_engine: MakeEngine) -> Archive:
        return Archive(make_engine())

    @pytest.fixture
    def unmade(self, make_engine: MakeEngine) -> Archive:
        """There is no index yet."""
        return Archive(make_engine(ready=False))


def nested(node: Node, depth: int, wrap: Sequence[type[Any]]) -> Node:
    """`node` inside `depth` operators."""
    for level in range(depth):
        kind = wrap[level % len(wrap)]
        node = kind(node) if kind.__name__ == "Not" else kind((node,))
    return node
