"""Cursors are snapshots: whatever arrives, changes and goes between two pages, each hit of the beginning comes once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import engines, selectors
from search.engines.tantivy import TantivyEngine
from tests.search.conforming.archive import article

START = datetime(2026, 1, 1, tzinfo=UTC)
days = st.integers(0, 4)
"""Few, so that many articles are of the same moment."""


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[int], list[list[tuple[str, int, int]]], int, str]:
    """Days of the articles at the beginning, what happens before each further page, the page's size, the order."""
    begin = draw(st.lists(days, min_size=1, max_size=25))
    event = st.tuples(st.sampled_from(("add", "add", "again", "delete")), st.integers(0, 40), days)
    between = draw(st.lists(st.lists(event, max_size=4), max_size=8))
    return begin, between, draw(st.integers(1, 7)), draw(st.sampled_from(("-date", "date")))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cursors")


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives())
def test_each_hit_of_the_beginning_comes_once(
    root: Path, monkeypatch: pytest.MonkeyPatch, life: tuple[list[int], list[list[tuple[str, int, int]]], int, str]
) -> None:
    begin, between, limit, sort = life
    engine = TantivyEngine.open(f"tantivy:{root}/{len(list(root.iterdir()))}", str(root))
    monkeypatch.setattr(engines, "get_reader", engine.reader)
    versions: dict[int, int] = {}
    dates: dict[int, datetime] = {}
    gone: set[int] = set()

    def write(number: int, day: int, **more: Any) -> Any:
        versions[number] = versions.get(number, 0) + 1
        # The moment of an article is fixed here: one that is moved is another place in the order.
        date = dates.setdefault(number, START + timedelta(days=day))
        return article(number, "word", version=versions[number], date=date, duplicate=False, **more)

    def commit(documents: list[Any]) -> None:
        with engine.writer() as writer:
            writer.write(documents)
            writer.commit(writer.offset() + 1)

    commit([write(number, day) for number, day in enumerate(begin, start=1)])
    highest = len(begin)
    seen: list[int] = []
    cursor: str | None = None
    for step in range(60):
        params = QueryDict(mutable=True)
        params.update({"q": "word", "sort": sort, "limit": str(limit)})
        if cursor:
            params["cursor"] = cursor
        page = selectors.list_articles(params, pretty=True)
        assert page.total == len(begin)
        seen += [card["n"] for card in page.results]
        cursor = page.cursor
        if cursor is None:
            break
        documents = []
        for what, which, day in between[step] if step < len(between) else []:
            number = which % highest + 1
            if what == "add":
                highest += 1
                documents.append(write(highest, day))
            elif number not in gone:
                gone |= {number} if what == "delete" else set()
                documents.append(write(number, day, deleted=what == "delete"))
        if documents:
            commit(documents)
    assert cursor is None
    assert len(seen) == len(set(seen))
    whole = sorted(range(1, len(begin) + 1), key=lambda number: (dates[number], number), reverse=sort == "-date")
    # In order, and of those of the beginning only what was removed before its page may be missing.
    assert seen == [number for number in whole if number in set(seen)]
    assert set(whole) - set(seen) <= gone
