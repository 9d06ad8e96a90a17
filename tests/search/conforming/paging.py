"""Lists: order, pages by key, the watermark, cards."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from search.engines.base import Unsupported
from search.query import Not, Query, Term, Text
from search.results import Search, sort_key
from tests.search.conforming.archive import START, Archive, Behaviours, article, day


class Paging(Behaviours):
    @pytest.mark.parametrize("made", [True, False])
    def test_empty_index(self, archive: Archive, unmade: Archive, made: bool) -> None:
        archive = archive if made else unmade
        reader = archive.engine.reader()
        assert archive.page().total == 0 and archive.page().hits == ()
        assert archive.page(Text("a"), sort="relevance").hits == ()
        assert reader.count(Query()) == reader.watermark() == 0
        assert reader.languages() == () and reader.fetch([1, 2]) == ()

    def test_newest_and_oldest_first(self, archive: Archive) -> None:
        archive.write(article(1, date=day(5)), article(2, date=day(1)), article(3, date=day(3)))
        assert archive.numbers() == [1, 3, 2]
        assert archive.numbers(sort="date") == [2, 3, 1]

    def test_same_time_is_ordered_by_number(self, archive: Archive) -> None:
        archive.write(*(article(n, date=START) for n in (2, 1, 4, 3)))
        assert archive.numbers() == [4, 3, 2, 1]
        assert archive.numbers(sort="date") == [1, 2, 3, 4]

    def test_total_is_exact_whatever_the_limit(self, archive: Archive) -> None:
        archive.write(*(article(n, "a") for n in range(1, 31)))
        for limit in (0, 1, 29, 30, 31, 10**9):
            page = archive.page(Text("a"), limit=limit)
            assert page.total == 30 and len(page.hits) == min(limit, 30)

    @pytest.mark.parametrize("sort", ["-date", "date"])
    def test_pages_by_key_give_each_hit_once(self, archive: Archive, sort: str) -> None:
        for start in (0, 50):
            archive.write(*(article(n, "a", date=day(n * 7 % 13)) for n in range(start + 1, start + 51)))
        whole = archive.numbers(Text("a"), sort=sort)
        paged: list[int] = []
        after = None
        while True:
            page = archive.page(Text("a"), sort=sort, limit=7, after=after)
            assert page.total == 100
            if not page.hits:
                break
            paged += [hit.number for hit in page.hits]
            after = page.hits[-1].sort_key
        assert paged == whole

    @pytest.mark.parametrize("sort", ["-date", "date"])
    def test_pages_are_a_snapshot_while_articles_arrive(self, archive: Archive, sort: str) -> None:
        archive.write(*(article(n) for n in range(1, 41)))
        watermark = archive.engine.reader().watermark()
        seen: list[int] = []
        after, number = None, 40
        while True:
            page = archive.page(sort=sort, limit=6, after=after, watermark=watermark)
            assert page.total == 40
            if not page.hits:
                break
            seen += [hit.number for hit in page.hits]
            after = page.hits[-1].sort_key
            # New ones land everywhere: among the pages read already and those to come.
            archive.write(article(number + 1, date=day(number % 40)), article(number + 2, date=day(99)))
            number += 2
        assert sorted(seen) == list(range(1, 41)) and len(seen) == 40

    def test_after_the_ends(self, archive: Archive) -> None:
        archive.write(article(1), article(2))
        assert archive.numbers(after=0) == archive.numbers(sort="date", after=2**64 - 1) == []
        assert archive.numbers(after=2**64 - 1) == [2, 1]
        assert archive.numbers(sort="date", after=0) == [1, 2]

    def test_watermark_cuts_lists_and_counts(self, archive: Archive) -> None:
        archive.write(*(article(n, "a") for n in range(1, 9)))
        assert archive.numbers(Text("a"), watermark=5) == [5, 4, 3, 2, 1]
        assert archive.numbers(Not(Text("b")), watermark=2, sort="date") == [1, 2]
        assert sorted(archive.numbers(Text("a"), watermark=3, sort="relevance")) == [1, 2, 3]
        assert archive.engine.reader().count(Query(Text("a")), watermark=4) == 4
        assert archive.page(watermark=0).total == archive.page(watermark=-1).total == 0

    def test_reader_tells_the_watermark_and_languages(self, archive: Archive) -> None:
        archive.write(article(7, lang="pt-BR"), article(3, lang="en"), article(5, lang=""))
        reader = archive.engine.reader()
        assert reader.watermark() == 7
        assert reader.languages() == ("en", "pt")

    def test_cards_come_back_byte_for_byte(self, archive: Archive) -> None:
        cards = [
            b'{"a": 1.0,  "b":"\\u00e9"}',
            '{"é":"日本 \U0001f600"}'.encode(),
            b"{}",
            b'{"x":"' + b"y" * 200_000 + b'"}',
        ]
        archive.write(*(article(n, card=card) for n, card in enumerate(cards, 1)))
        assert [hit.card for hit in archive.page(sort="date").hits] == cards

    def test_hits_say_what_they_are(self, archive: Archive) -> None:
        one = article(
            12, id=UUID("0190e0f0-0000-7000-8000-000000000001"), date=datetime(1999, 5, 6, 7, 8, 9, tzinfo=UTC)
        )
        archive.write(one)
        (hit,) = archive.page().hits
        assert (hit.id, hit.number, hit.sort_key) == (one.id, 12, sort_key(one.date, 12))

    def test_cards_of_the_first_hits_only(self, archive: Archive) -> None:
        archive.write(*(article(n, "a") for n in range(1, 6)))
        for sort in ("-date", "relevance"):
            hits = archive.page(Text("a"), sort=sort, cards=2).hits
            assert [bool(hit.card) for hit in hits] == [True, True, False, False, False]
            assert [hit.number for hit in hits] == [5, 4, 3, 2, 1]
            assert [hit.sort_key & 0xFF for hit in hits] == [5, 4, 3, 2, 1]

    def test_fetch_gives_what_is_there_in_the_order_asked_for(self, archive: Archive) -> None:
        archive.write(*(article(n) for n in range(1, 6)))
        hits = archive.engine.reader().fetch([3, 99, 1, 5, -1, 2**70])
        assert [(hit.number, hit.card) for hit in hits] == [(n, b'{"n":%d}' % n) for n in (3, 1, 5)]
        assert archive.engine.reader().fetch([]) == ()

    def test_relevance_pages_are_prefixes_of_one_ranking(self, archive: Archive) -> None:
        archive.write(*(article(n, "storm " * (n % 5 + 1) + "calm " * (n % 3)) for n in range(1, 61)))
        ranking = archive.numbers(Text("storm"), sort="relevance", limit=60)
        for limit in (1, 5, 20, 59):
            assert archive.numbers(Text("storm"), sort="relevance", limit=limit) == ranking[:limit]

    def test_relevance_has_a_bound(self, archive: Archive) -> None:
        archive.write(article(1, "a"))
        bound = archive.engine.reader().capabilities.relevance_bound
        assert archive.numbers(Text("a"), sort="relevance", limit=bound) == [1]
        with pytest.raises(Unsupported):
            archive.page(Text("a"), sort="relevance", limit=bound + 1)

    def test_what_cannot_be_sorted(self, archive: Archive) -> None:
        archive.write(article(1, "a"))
        for search in (Search(Query(), sort="source"), Search(Query(Text("a")), sort="relevance", after=5)):
            with pytest.raises(Unsupported):
                archive.engine.reader().search(search)

    def test_dates_beyond_the_sort_key_are_ordered_by_number(self, archive: Archive) -> None:
        archive.write(
            article(1, date=datetime(9999, 1, 1, tzinfo=UTC)), article(2, date=datetime(5000, 1, 1, tzinfo=UTC))
        )
        archive.write(article(3, date=datetime(900, 1, 1, tzinfo=UTC)), article(4, date=datetime(1, 1, 1, tzinfo=UTC)))
        assert archive.numbers() == [2, 1, 4, 3]

    def test_total_by_key_follows_deletions(self, archive: Archive) -> None:
        archive.write(*(article(n, source="s") for n in range(1, 11)))
        first = archive.page(Term("source", ("s",)), limit=3)
        archive.write(article(1, deleted=True, version=2))
        following = archive.page(Term("source", ("s",)), limit=100, after=first.hits[-1].sort_key)
        assert following.total == 9 and [hit.number for hit in following.hits] == [7, 6, 5, 4, 3, 2]
