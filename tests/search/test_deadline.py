"""A search that takes too long is given up, and those that are quick go on meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from search.engines.base import Capabilities, Reader, Unsupported
from search.engines.deadline import AT_ONCE, DeadlineReader, SearchTimeout, quick
from search.query import And, Fuzzy, Near, Not, Phrase, Query, Term, Text, Wildcard

SLOW = Query(Wildcard("*slow*"))


class Stuck:
    """Answers queries with wildcards when it is let, all others at once."""

    capabilities = Capabilities("stuck")

    def __init__(self) -> None:
        self.let = threading.Event()

    def count(self, query: Query, watermark: int | None = None) -> int:
        if isinstance(query.text, Fuzzy):
            raise Unsupported("not that")
        if isinstance(query.text, Wildcard):
            assert self.let.wait(60)
        return 7


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    found = Stuck()
    yield found
    found.let.set()


def test_a_slow_search_is_given_up_and_quick_ones_are_answered(stuck: Stuck) -> None:
    reader = DeadlineReader(cast(Reader, stuck), 0.05)
    for _ in range(AT_ONCE + 2):
        with pytest.raises(SearchTimeout) as caught:
            reader.count(SLOW)
        assert (caught.value.status, caught.value.extra["retry_after"]) == (504, 5)
    assert reader.count(Query(Text("quick"))) == 7


def test_places_are_free_again_when_slow_searches_end(stuck: Stuck) -> None:
    impatient = DeadlineReader(cast(Reader, stuck), 0.01)
    for _ in range(AT_ONCE):
        with pytest.raises(SearchTimeout):
            impatient.count(SLOW)
    stuck.let.set()
    impatient._seconds = 60
    assert [impatient.count(SLOW) for _ in range(2 * AT_ONCE)] == [7] * 2 * AT_ONCE


def test_errors_of_the_engine_come_through(stuck: Stuck) -> None:
    with pytest.raises(Unsupported):
        DeadlineReader(cast(Reader, stuck), 60).count(Query(Fuzzy("slow")))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Text("a"), True),
        (And((Phrase("a b"), Not(Term("source", ("a",))))), True),
        (Near(("a", "b"), 5), True),
        (Near(("a", "b", "c"), 5), False),
        (Not(Wildcard("ab*")), False),
        (Fuzzy("abc"), False),
        (Text("a " * 100), False),
    ],
)
def test_what_is_surely_quick(node: Any, expected: bool) -> None:
    assert quick(Query(node)) is expected
    assert quick(Query(filters=(node,))) is expected
