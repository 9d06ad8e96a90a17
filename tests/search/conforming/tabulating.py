"""Crosstabs: exact cells of however many levels, spans of numbers and times, statistics, the newest of each cell."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from search.crosstabs import (
    MAX_CELLS,
    Cell,
    Counted,
    Crosstab,
    Distinct,
    Keys,
    Leaf,
    Level,
    Newest,
    Spans,
    Stats,
    Summary,
    Table,
    Top,
)
from search.engines.base import QueryTooLarge, Unsupported
from search.engines.moments import micros
from search.query import Node, Not, Nothing, Query, Text
from tests.search.conforming.archive import START, Archive, Behaviours, article, day

HOUR = 3_600_000_000
DAY = 24 * HOUR


def table(archive: Archive, *leaves: Leaf, levels: tuple[Level, ...] = (), asked: Node | None = None) -> Table:
    return archive.engine.reader().tabulate(Query(asked) if asked else Query(), Crosstab(levels, leaves))


def days(count: int, length: int = DAY) -> Spans:
    """From the midnight before the first article."""
    first = micros(START) // DAY * DAY
    return Spans("date", tuple((first + n * length, first + (n + 1) * length) for n in range(count)))


class Tabulating(Behaviours):
    @pytest.mark.parametrize("made", [True, False])
    def test_a_table_of_nothing(self, archive: Archive, unmade: Archive, made: bool) -> None:
        empty = archive if made else unmade
        leaves = (Top("source", 3), Stats("words"), Distinct("topic"), Newest(2), days(2))
        assert table(empty, *leaves) == Table(0, {})
        assert table(empty, *leaves, levels=(Keys("source", ("a",)), days(40))) == Table(0, {})

    def test_levels_and_spans_without_anything(self, archive: Archive) -> None:
        archive.write(article(1, source="a", words=1))
        nothing = Spans("words", ())
        assert table(archive, nothing, Stats("words")).cells == {(): Cell(1, ({}, Summary(1, 1, 1, 1)))}
        for level in (nothing, Keys("source", ())):
            assert table(archive, Top("source", 1), levels=(level,)) == Table(1, {})

    def test_nothing_matches(self, archive: Archive) -> None:
        archive.write(article(1, source="a"))
        assert table(archive, Top("source", 1), asked=Nothing()) == Table(0, {})
        assert table(archive, Top("source", 1), asked=Text("…")) == Table(0, {})
        assert table(archive) == Table(1, {(): Cell(1)})

    def test_the_commonest_and_the_rest(self, archive: Archive) -> None:
        archive.write(*(article(n, topic=list(topics)) for n, topics in enumerate(("abc", "ab", "a", "cd", ""), 1)))
        found = table(archive, Top("topic", 2), Top("topic", 9), Top("topic", 1, ("a", "nope")))
        assert found.total == 5
        assert found.cells[()].answers == (
            Counted((("a", 3), ("b", 2)), 3),
            Counted((("a", 3), ("b", 2), ("c", 2), ("d", 1)), 0),
            Counted((("b", 2),), 3),
        )

    def test_cells_of_three_levels(self, archive: Archive) -> None:
        archive.write(
            article(1, source="a", topic=["x", "y"], words=1),
            article(2, source="a", topic=["y"], words=2),
            article(3, source="b", topic=["x"], words=3),
            article(20, source="b", topic=["x", "z"], words=9),
        )
        levels = (Keys("source", ("b", "a", "nope")), Keys("topic", ("x", "y")), days(5))
        found = table(archive, Stats("words"), levels=levels)
        assert found.cells == {
            ("a", "x", 1): Cell(1, (Summary(1, 1, 1, 1),)),
            ("a", "y", 1): Cell(1, (Summary(1, 1, 1, 1),)),
            ("a", "y", 2): Cell(1, (Summary(1, 2, 2, 2),)),
            ("b", "x", 3): Cell(1, (Summary(1, 3, 3, 3),)),
        }

    def test_written_values_are_told_apart(self, archive: Archive) -> None:
        archive.write(article(1, author=["Ann", "ANN"]), article(2, author="Ann"))
        found = table(archive, Newest(3), levels=(Keys("author", ("Ann", "ANN")),))
        assert found.cells == {("Ann",): Cell(2, ((2, 1),)), ("ANN",): Cell(1, ((1,),))}

    @pytest.mark.parametrize("count", [3, 60])
    def test_spans_leave_out_the_empty_ones(self, archive: Archive, count: int) -> None:
        archive.write(
            article(1, date=START - timedelta(hours=12)),
            article(2, date=START + timedelta(hours=11, minutes=59, seconds=59, microseconds=999_999)),
            article(3, date=START + timedelta(hours=36)),
            article(4, date=START - timedelta(hours=12, microseconds=1)),
        )
        assert table(archive, days(count)).cells[()].answers == ({0: 2, 2: 1},)
        found = table(archive, Newest(5), levels=(days(count),))
        assert found.cells == {(0,): Cell(2, ((2, 1),)), (2,): Cell(1, ((3,),))}

    @pytest.mark.parametrize("shift", [0, 1, HOUR, DAY - 1])
    def test_spans_begin_anywhere(self, archive: Archive, shift: int) -> None:
        first = micros(START) // DAY * DAY + shift
        spans = Spans("date", tuple((first + n * DAY, first + (n + 1) * DAY) for n in range(40)))
        moments = [-1, 0, DAY - 1, DAY, 39 * DAY, 40 * DAY - 1, 40 * DAY]
        zero = START - timedelta(hours=12)
        archive.write(
            *(article(n, date=zero + timedelta(microseconds=shift + after)) for n, after in enumerate(moments, 1))
        )
        assert table(archive, spans).cells[()].answers == ({0: 2, 1: 1, 39: 2},)

    def test_spans_with_a_change_of_clocks(self, archive: Archive) -> None:
        """Runs of equal length, with a longer span between."""
        first = micros(START) // DAY * DAY
        starts = [first + n * DAY for n in range(30)] + [first + 30 * DAY + HOUR + n * DAY for n in range(30)]
        spans = Spans("date", tuple(pairwise(starts)))
        archive.write(
            *(article(n + 1, date=START + timedelta(days=n // 24, hours=n % 24 - 12)) for n in range(60 * 24))
        )
        expected = {index: 25 if index == 29 else 24 for index in range(59)}
        assert table(archive, spans).cells[()].answers == (expected,)

    def test_spans_far_away(self, archive: Archive) -> None:
        years = (1, 999, 1969, 1970, 2262, 2300, 9998)
        moments = [datetime(year, 7, 1, tzinfo=UTC) for year in years]
        archive.write(*(article(n, date=moment) for n, moment in enumerate(moments, 1)))
        bounds = tuple((micros(moment), micros(moment + timedelta(seconds=1))) for moment in moments)
        assert table(archive, Spans("date", bounds)).cells[()].answers == (dict.fromkeys(range(7), 1),)

    @pytest.mark.parametrize("count", [4, 200])
    def test_spans_of_numbers(self, archive: Archive, count: int) -> None:
        archive.write(*(article(n, words=n, sentiment=n / 10) for n in range(1, 10)), article(10))
        words = Spans("words", tuple((5 * n, 5 * n + 5) for n in range(count)))
        tones = Spans("sentiment", ((0.1, 0.3), (0.3, 0.8)))
        assert table(archive, words, tones).cells[()].answers == ({0: 4, 1: 5}, {0: 2, 1: 5})

    def test_statistics_of_those_that_have_it(self, archive: Archive) -> None:
        archive.write(article(1, sentiment=-0.5, words=3), article(2, sentiment=1.0), article(3))
        tone, words, none = table(archive, Stats("sentiment"), Stats("words"), Stats("number")).cells[()].answers
        assert (tone, words) == (Summary(2, -0.5, 1.0, 0.5), Summary(1, 3, 3, 3))
        assert none == Summary(3, 1, 3, 6)
        found = table(archive, Stats("words"), asked=Not(Text("x")), levels=(Keys("source", ("a",)),))
        assert found.cells == {}

    def test_distinct_values(self, archive: Archive) -> None:
        archive.write(*(article(n, topic=[f"t{n % 7}", "common"], source="ab"[n % 2]) for n in range(1, 50)))
        found = table(archive, Distinct("topic"), levels=(Keys("source", ("a", "b")),))
        assert {path: cell.answers for path, cell in found.cells.items()} == {("a",): (8,), ("b",): (8,)}

    def test_newest_of_each(self, archive: Archive) -> None:
        archive.write(*(article(n, source="ab"[n % 2], date=day(20 - n)) for n in range(1, 10)))
        found = table(archive, Newest(2), levels=(Keys("source", ("a", "b")),))
        assert {path: cell.answers for path, cell in found.cells.items()} == {("a",): ((2, 4),), ("b",): ((1, 3),)}

    def test_only_up_to_the_watermark(self, archive: Archive) -> None:
        archive.write(*(article(n, source="a") for n in range(1, 6)))
        reader = archive.engine.reader()
        asked = Crosstab((), (Top("source", 1),))
        for watermark, count in ((3, 3), (0, 0), (-1, 0), (99, 5)):
            found = reader.tabulate(Query(), asked, watermark)
            assert found == (Table(count, {(): Cell(count, (Counted((("a", count),), 0),))}) if count else Table(0, {}))

    def test_exact_over_many_values_in_many_cells(self, archive: Archive) -> None:
        rnd = random.Random(11)
        truth: dict[tuple[str, str], Counter[str]] = {}
        for commit in range(3):
            documents = []
            for n in range(commit * 300 + 1, commit * 300 + 301):
                values = {f"e{int(rnd.paretovariate(0.5)) % 2_000}" for _ in range(10)}
                source, topics = f"s{n % 3}", [f"t{n % 5}", f"t{n % 2}"]
                for topic in set(topics):
                    truth.setdefault((source, topic), Counter()).update(values)
                documents.append(article(n, source=source, topic=topics, entity=sorted(values)))
            archive.write(*documents)
        levels = (Keys("source", ("s0", "s2")), Keys("topic", ("t0", "t1", "t4")))
        found = table(archive, Top("entity", 30), levels=levels)
        assert set(found.cells) == {(source, topic) for source in ("s0", "s2") for topic in ("t0", "t1", "t4")}
        for path, cell in found.cells.items():
            counts = truth[str(path[0]), str(path[1])]
            best = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:30]
            assert cell.answers == (Counted(tuple(best), counts.total() - sum(count for _, count in best)),)

    @pytest.mark.parametrize(
        "asked",
        [
            Crosstab((Keys("body", ("a",)),)),
            Crosstab((), (Top("date", 1),)),
            Crosstab((), (Distinct("nope"),)),
            Crosstab((), (Stats("source"),)),
            Crosstab((Spans("headline", ((0, 1),)),)),
        ],
    )
    def test_what_cannot_be_tabulated(self, archive: Archive, asked: Crosstab) -> None:
        with pytest.raises(Unsupported):
            archive.engine.reader().tabulate(Query(), asked)

    def test_more_cells_than_an_answer_has(self, archive: Archive) -> None:
        keys = tuple(map(str, range(300)))
        asked = Crosstab((Keys("source", keys), Keys("topic", keys)))
        assert asked.cells() > MAX_CELLS
        with pytest.raises(QueryTooLarge):
            archive.engine.reader().tabulate(Query(), asked)
