"""Pages to the last hit: each exactly once, whatever arrives meanwhile, and no cursor but our own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache

from search import engines
from search.cursors import Cursor, InvalidCursor, decode, encode
from tests.search.api import START, Archive, archive

__all__ = ["archive"]
LIST = "/v1/articles"


def walk(archive: Archive, between: Any = None, **parameters: Any) -> tuple[list[int], set[int]]:
    """The numbers of all hits, page by page as `next` leads, and the totals that the pages gave."""
    page = archive.get(LIST, **parameters)
    numbers, totals = [], set()
    for _ in range(100):
        numbers += [result["number"] for result in page["results"]]
        totals.add(page["total"])
        if page["next"] is None:
            return numbers, totals
        if between:
            between()
        response = archive.client.get(page["next"])
        assert response.status_code == 200, response.content
        page = response.json()
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("limit", [1, 3, 8, 20, 39, 40, 41, 1000])
def test_every_hit_once_by_date(archive: Archive, limit: int) -> None:
    assert walk(archive, limit=limit) == (list(range(40, 0, -1)), {40})
    assert walk(archive, limit=limit, sort="date") == (list(range(1, 41)), {40})


@pytest.mark.parametrize("sort", ["-date", "date", "relevance"])
def test_every_hit_once_while_articles_arrive(archive: Archive, sort: str) -> None:
    days = iter(range(-60, 400, 7))

    def arrive() -> None:
        # Before, between and after those that are there, and better matches than they are.
        archive.add(
            {"headline": "Report report report", "date": START + timedelta(days=next(days))},
            {"headline": "Another", "body": "report " * 50, "date": START + timedelta(days=next(days))},
        )

    before = {article.number for article in archive.articles} - {41}
    numbers, totals = walk(archive, arrive, q="report", sort=sort, limit=7)
    assert sorted(numbers) == sorted(before)
    assert totals == {40}


def test_by_relevance_pages_go_on_as_one_ranking(archive: Archive) -> None:
    whole = archive.get(LIST, q="climate OR day", sort="relevance", limit=100)
    numbers, _ = walk(archive, q="climate OR day", sort="relevance", limit=6)
    assert numbers == [result["number"] for result in whole["results"]]


def test_ranking_ends_at_the_bound(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    reader = engines.get_reader()
    monkeypatch.setattr(reader, "capabilities", replace(reader.capabilities, relevance_bound=15))
    numbers, totals = walk(archive, q="report", sort="relevance", limit=10)
    assert (len(numbers), len(set(numbers)), totals) == (15, 15, {40})


def test_relative_times_count_from_the_first_page(archive: Archive) -> None:
    hours = round((datetime.now(UTC) - START - timedelta(hours=11 * 10)).total_seconds() / 3600)
    first = archive.get(LIST, published_after=f"{hours}h", limit=5)
    cursor = parse_qs(urlsplit(first["next"]).query)["cursor"][0]
    assert len(cursor) < 250
    numbers, totals = walk(archive, published_after=f"{hours}h", limit=5)
    assert totals == {len(numbers)} and len(set(numbers)) == len(numbers)


def test_ranks_that_are_gone_are_a_410_with_advice(archive: Archive) -> None:
    following = archive.get(LIST, q="report", sort="relevance", limit=5)["next"]
    cache.clear()
    problem = archive.problem(following, 410)
    assert problem["code"] == "cursor_expired"
    assert "sort by date" in problem["detail"]


def test_without_redis_the_first_page_by_relevance_is_there(archive: Archive, settings: Any, tmp_path: Any) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": f"unix://{tmp_path}/nobody.sock"}}
    following = archive.get(LIST, q="report", sort="relevance", limit=5)["next"]
    assert archive.problem(following, 503)["code"] == "search_unavailable"


def test_a_cursor_is_for_its_own_filters_only(archive: Archive) -> None:
    following = archive.get(LIST, language="en", limit=5)["next"]
    assert archive.client.get(following.replace("limit=5", "limit=7&fields=headline")).status_code == 200
    for changed in (
        following.replace("language=en", "language=fr"),
        following + "&country=IR",
        following + "&sort=date",
        following.replace("language=en&", ""),
    ):
        problem = archive.problem(changed)
        assert (problem["code"], problem["parameter"]) == ("invalid_cursor", "cursor")
        assert "other filters" in problem["detail"]


def test_a_changed_cursor_is_refused(archive: Archive) -> None:
    following = archive.get(LIST, limit=5)["next"]
    for position in (30, 60, len(following) - 1):
        changed = following[:position] + ("A" if following[position] != "A" else "B") + following[position + 1 :]
        if urlsplit(changed).path == LIST and "cursor=" in changed:
            assert archive.problem(changed)["code"] in ("invalid_cursor", "unknown_parameter")
    assert archive.problem(following + "A")["code"] == "invalid_cursor"
    assert archive.problem(f"{following}&cursor=x")["code"] == "invalid_parameter"


def test_what_goes_in_comes_out() -> None:
    cursor = Cursor("d", 2**40, 7, datetime(2026, 6, 18, 1, 2, 3, 456000, tzinfo=UTC), 2**63, "key", 12)
    assert decode(encode(cursor), "d") == cursor
    with pytest.raises(InvalidCursor):
        decode(encode(cursor), "e")
