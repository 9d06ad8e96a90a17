"""Aggregations: exact counts, ties, two levels, averages, calendar intervals."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from search.engines.base import Unsupported
from search.query import And, Not, Nothing, Query, Term, Text
from search.results import Histogram, Terms
from tests.search.conforming.archive import Archive, Behaviours, article, day


def ranked(counts: Counter[str], size: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:size]


class Counting(Behaviours):
    @pytest.mark.parametrize("made", [True, False])
    def test_nothing_to_count(self, archive: Archive, unmade: Archive, made: bool) -> None:
        archive = archive if made else unmade
        asked = [Terms("source", then=Histogram("day")), Histogram("month", then=Terms("topic"))]
        answers = archive.engine.reader().aggregate(Query(), asked)
        assert [(answer.total, answer.buckets) for answer in answers] == [(0, ()), (0, ())]

    def test_terms_most_first_ties_by_value(self, archive: Archive) -> None:
        archive.write(*(article(n, source=source) for n, source in enumerate("dbbaaacc", 1)))
        assert archive.counts(Terms("source")) == [("a", 3), ("b", 2), ("c", 2), ("d", 1)]
        assert archive.counts(Terms("source", size=2)) == [("a", 3), ("b", 2)]
        assert archive.counts(Terms("source", size=0)) == []

    def test_terms_over_what_matches(self, archive: Archive) -> None:
        archive.write(article(1, "x", source="a"), article(2, "x", source="b"), article(3, "y", source="a"))
        assert archive.counts(Terms("source"), Text("x")) == [("a", 1), ("b", 1)]
        assert archive.counts(Terms("source"), Not(Text("x"))) == [("a", 1)]
        assert archive.counts(Terms("source"), Nothing()) == archive.counts(Terms("source"), Text("…")) == []

    def test_values_as_written(self, archive: Archive) -> None:
        archive.write(
            article(1, author=["José Ñandú", "Ann"]), article(2, author="José Ñandú"), article(3, author="ANN")
        )
        assert archive.counts(Terms("author")) == [("José Ñandú", 2), ("ANN", 1), ("Ann", 1)]

    def test_a_value_twice_in_an_article_counts_once(self, archive: Archive) -> None:
        archive.write(article(1, topic=["t", "t"]), article(2, topic=["t"]))
        assert archive.counts(Terms("topic")) == [("t", 2)]

    def test_all_facets(self, archive: Archive) -> None:
        names = ("source", "section", "language", "country", "author", "topic")
        entity = ("entity", "entity__person", "entity__place", "entity__organisation")
        archive.write(article(1, **{name: f"v {name}" for name in names + entity}))
        for name in names + entity:
            assert archive.counts(Terms(name.replace("__", "."))) == [(f"v {name}", 1)]

    def test_several_at_once_with_the_total(self, archive: Archive) -> None:
        archive.write(*(article(n, source=f"s{n % 2}", topic=["a", "b"]) for n in range(1, 8)), article(9))
        asked = [Terms("source"), Histogram("month"), Terms("topic"), Terms("source", size=1)]
        answers = archive.engine.reader().aggregate(Query(), asked)
        assert {answer.total for answer in answers} == {8}
        assert [sum(bucket.count for bucket in answer.buckets) for answer in answers] == [7, 8, 14, 4]

    def test_counts_are_exact_over_many_values_and_commits(self, archive: Archive) -> None:
        rnd = random.Random(7)
        counts: Counter[str] = Counter()
        even: Counter[str] = Counter()
        for commit in range(4):
            documents = []
            for n in range(commit * 500 + 1, commit * 500 + 501):
                values = {f"e{int(rnd.paretovariate(0.4)) % 3_000}" for _ in range(12)}
                counts.update(values)
                if n % 2 == 0:
                    even.update(values)
                documents.append(article(n, "even" if n % 2 == 0 else "odd", entity=sorted(values)))
            archive.write(*documents)
        for size in (1, 10, 500, 1_000):
            assert archive.counts(Terms("entity", size=size)) == ranked(counts, size)
            assert archive.counts(Terms("entity", size=size, metric="words"), Text("even")) == ranked(even, size)

    def test_more_different_values_than_an_engine_likes_to_give(self, archive: Archive) -> None:
        each, articles = 700, 100
        for start in (0, 50):
            documents = []
            for n in range(start + 1, start + 51):
                values = [f"v{k:06}" for k in range(n * each, (n + 1) * each)]
                documents.append(article(n, "x", entity=[*values, "common"], sentiment=0.5))
            archive.write(*documents)
        expected = [("common", articles), *((f"v{k:06}", 1) for k in range(each, each + 9))]
        assert archive.counts(Terms("entity", size=10)) == expected
        assert archive.counts(Terms("entity", size=10, metric="sentiment")) == expected
        assert archive.counts(Terms("entity", size=10, then=Terms("entity", size=5)))[0] == ("common", articles)

    def test_two_levels_of_terms(self, archive: Archive) -> None:
        archive.write(
            article(1, source="a", topic=["x", "y"]),
            article(2, source="a", topic=["y"]),
            article(3, source="b", topic=["z"]),
            article(4, source="b"),
        )
        found = archive.buckets(Terms("source", then=Terms("topic", size=2)))
        below = [[(b.key, b.count) for b in bucket.buckets or ()] for bucket in found]
        assert below == [[("y", 2), ("x", 1)], [("z", 1)]]
        assert archive.buckets(Terms("source"))[0].buckets is None

    def test_two_levels_are_exact(self, archive: Archive) -> None:
        rnd = random.Random(3)
        truth: dict[str, Counter[str]] = {}
        for commit in range(3):
            documents = []
            for n in range(commit * 300 + 1, commit * 300 + 301):
                source = f"s{n % 5}"
                values = {f"e{int(rnd.paretovariate(0.5)) % 2_000}" for _ in range(10)}
                truth.setdefault(source, Counter()).update(values)
                documents.append(article(n, source=source, entity=sorted(values)))
            archive.write(*documents)
        found = archive.buckets(Terms("source", then=Terms("entity", size=40)))
        assert {b.key: [(i.key, i.count) for i in b.buckets or ()] for b in found} == {
            source: ranked(counts, 40) for source, counts in truth.items()
        }

    def test_many_buckets_on_both_levels(self, archive: Archive) -> None:
        entities = [f"e{n:03}" for n in range(300)]
        archive.write(*(article(n, entity=entities, topic=entities) for n in range(1, 4)))
        found = archive.buckets(Terms("entity", size=300, then=Terms("topic", size=300)))
        assert len(found) == 300 and {len(bucket.buckets or ()) for bucket in found} == {300}
        assert {inner.count for bucket in found for inner in bucket.buckets or ()} == {3}

    def test_average_over_those_that_have_it(self, archive: Archive) -> None:
        archive.write(
            article(1, source="a", sentiment=1.0),
            article(2, source="a", sentiment=-0.5),
            article(3, source="a"),
            article(4, source="b"),
        )
        a, b = archive.buckets(Terms("source", metric="sentiment"))
        assert (a.count, a.average, b.count, b.average) == (3, pytest.approx(0.25), 1, None)
        assert archive.buckets(Terms("source"))[0].average is None

    def test_averages_on_both_levels(self, archive: Archive) -> None:
        archive.write(*(article(n, source="a", topic=f"t{n % 2}", sentiment=n / 10, words=n) for n in range(1, 5)))
        by = Terms("source", metric="words", then=Terms("topic", metric="sentiment"))
        (outer,) = archive.buckets(by)
        assert outer.average == pytest.approx(2.5)
        assert [(b.key, pytest.approx(b.average)) for b in outer.buckets or ()] == [("t0", 0.3), ("t1", 0.2)]

    @pytest.mark.parametrize(
        ("interval", "expected"),
        [
            ("hour", ["2026-03-01T23:00:00Z", "2026-03-02T00:00:00Z", "2026-03-08T10:00:00Z", "2026-03-31T23:00:00Z"]),
            ("day", ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z", "2026-03-31T00:00:00Z"]),
            ("week", ["2026-02-23T00:00:00Z", "2026-03-02T00:00:00Z", "2026-03-30T00:00:00Z"]),
            ("month", ["2026-03-01T00:00:00Z"]),
        ],
    )
    def test_calendar_intervals(self, archive: Archive, interval: str, expected: list[str]) -> None:
        times = [(1, 23, 59), (2, 0, 0), (8, 10, 30), (31, 23, 0)]
        archive.write(
            *(article(n, date=datetime(2026, 3, d, h, m, tzinfo=UTC)) for n, (d, h, m) in enumerate(times, 1))
        )
        found = archive.counts(Histogram(interval))
        assert [key for key, _ in found] == expected
        assert sum(count for _, count in found) == 4

    def test_months_have_their_own_lengths(self, archive: Archive) -> None:
        archive.write(*(article(n, date=datetime(2023, 12, 15, tzinfo=UTC) + timedelta(days=n)) for n in range(1, 121)))
        counts = [("2023-12", 16), ("2024-01", 31), ("2024-02", 29), ("2024-03", 31), ("2024-04", 13)]
        assert archive.counts(Histogram("month")) == [(f"{month}-01T00:00:00Z", count) for month, count in counts]

    def test_intervals_long_ago_and_far_away(self, archive: Archive) -> None:
        years = (1, 999, 1815, 1969, 1970, 2500, 9999)
        archive.write(*(article(n, date=datetime(year, 1, 31, 5, tzinfo=UTC)) for n, year in enumerate(years, 1)))
        assert archive.counts(Histogram("month")) == [(f"{year:04}-01-01T00:00:00Z", 1) for year in years]
        assert archive.counts(Histogram("day")) == [(f"{year:04}-01-31T00:00:00Z", 1) for year in years]
        assert archive.counts(Histogram("hour")) == [(f"{year:04}-01-31T05:00:00Z", 1) for year in years]
        assert sum(count for _, count in archive.counts(Histogram("week"))) == 7

    def test_first_moment_of_all(self, archive: Archive) -> None:
        archive.write(article(1, date=datetime(1, 1, 1, tzinfo=UTC)))
        for interval in ("hour", "day", "week", "month"):
            assert archive.counts(Histogram(interval)) == [("0001-01-01T00:00:00Z", 1)]

    def test_latest_intervals(self, archive: Archive) -> None:
        archive.write(*(article(n) for n in range(1, 21)))
        assert [key[:10] for key, _ in archive.counts(Histogram("day", size=2))] == ["2026-01-20", "2026-01-21"]
        assert archive.counts(Histogram("day", size=0)) == []

    def test_intervals_with_terms_below_and_averages(self, archive: Archive) -> None:
        archive.write(*(article(n, source=f"s{n % 2}", sentiment=n / 10) for n in range(1, 6)), article(6, date=day(5)))
        found = archive.buckets(Histogram("month", metric="sentiment", then=Terms("source", metric="sentiment")))
        assert [(b.count, pytest.approx(b.average)) for b in found] == [(6, 0.3)]
        below = [(b.key, b.count, pytest.approx(b.average)) for b in found[0].buckets or ()]
        assert below == [("s1", 3, 0.3), ("s0", 2, 0.3)]

    def test_terms_with_intervals_below(self, archive: Archive) -> None:
        archive.write(*(article(n, source=f"s{n % 3}") for n in range(1, 10)))
        for bucket in archive.buckets(Terms("source", then=Histogram("day"))):
            assert [inner.count for inner in bucket.buckets or ()] == [1, 1, 1]
            keys = [inner.key for inner in bucket.buckets or ()]
            assert keys == sorted(keys)
        latest = archive.buckets(Terms("source", then=Histogram("day", size=1)))
        assert {b.key: [inner.key[:10] for inner in b.buckets or ()] for b in latest} == {
            "s0": ["2026-01-10"],
            "s1": ["2026-01-08"],
            "s2": ["2026-01-09"],
        }

    def test_more_intervals_than_an_engine_likes_to_give(self, archive: Archive) -> None:
        moments = [datetime(1990, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(66_000)]
        for start in range(0, len(moments), 22_000):
            archive.write(*(article(n + 1, date=moments[n], source="s") for n in range(start, start + 22_000)))
        found = archive.counts(Histogram("hour"))
        assert len(found) == 66_000 and {count for _, count in found} == {1}
        assert [key for key, _ in found] == sorted(key for key, _ in found)
        (bucket,) = archive.buckets(Terms("source", then=Histogram("hour")))
        assert len(bucket.buckets or ()) == 66_000
        months = archive.buckets(Histogram("month", then=Terms("source")))
        assert sum(inner.count for month in months for inner in month.buckets or ()) == 66_000

    def test_deleted_and_replaced_articles_do_not_count(self, archive: Archive) -> None:
        archive.write(*(article(n, source="a") for n in range(1, 6)))
        archive.write(article(1, version=2, deleted=True), article(2, version=2, source="b"))
        assert archive.counts(Terms("source")) == [("a", 3), ("b", 1)]
        assert archive.counts(Histogram("month")) == [("2026-01-01T00:00:00Z", 4)]

    def test_facets_of_a_filtered_search(self, archive: Archive) -> None:
        archive.write(*(article(n, "a", source=f"s{n % 4}", topic=f"t{n % 3}") for n in range(1, 25)))
        asked = Query(Text("a"), (Term("topic", ("t1",)),))
        assert archive.counts(Terms("source"), asked) == [("s0", 2), ("s1", 2), ("s2", 2), ("s3", 2)]
        assert archive.counts(Terms("source"), And((Text("a"), Term("source", ("s3",))))) == [("s3", 6)]

    @pytest.mark.parametrize(
        "asked",
        [
            Terms("nope"),
            Terms("body"),
            Terms("entity_type"),
            Terms("date"),
            Histogram("year"),
            Terms("source", metric="headline"),
            Terms("source", then=Terms("topic", then=Terms("author"))),
        ],
    )
    def test_what_cannot_be_counted(self, archive: Archive, asked: Terms | Histogram) -> None:
        for documents in ((), (article(1, "a"),)):
            archive.write(*documents)
            with pytest.raises(Unsupported):
                archive.buckets(asked)
