"""Filters by keyword, number, date and boolean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from search.engines.base import Unsupported
from search.query import And, Exists, Not, Or, Query, Range, Term, Text
from tests.search.conforming.archive import Archive, Behaviours, article, day


class Values(Behaviours):
    def test_keyword_is_matched_whole_and_exactly(self, archive: Archive) -> None:
        archive.write(article(1, source="ab-c"), article(2, source="ab"), article(3, source="AB"))
        assert archive.found(Term("source", ("ab",))) == {2}
        assert archive.found(Term("source", ("c",))) == set()

    def test_values_are_alternatives(self, archive: Archive) -> None:
        archive.write(*(article(n, source=f"s{n}") for n in range(1, 6)))
        assert archive.found(Term("source", ("s1", "s4", "s9"))) == {1, 4}
        assert archive.found(Term("source", ())) == set()

    def test_thousands_of_values(self, archive: Archive) -> None:
        archive.write(*(article(n, source=f"s{n}") for n in range(1, 6)))
        assert archive.found(Term("source", tuple(f"s{n}" for n in range(3, 20_000)))) == {3, 4, 5}

    def test_several_values_of_an_article(self, archive: Archive) -> None:
        archive.write(article(1, country=["IR", "RU"]), article(2, country="RU"), article(3))
        assert archive.found(Term("country", ("RU",))) == {1, 2}
        assert archive.found(And((Term("country", ("RU",)), Term("country", ("IR",))))) == {1}
        assert archive.found(Not(Term("country", ("IR",)))) == {2, 3}

    @pytest.mark.parametrize("name", ["author", "section", "language", "keyword", "credited_to"])
    def test_folded_fields_match_whatever_the_case(self, archive: Archive, name: str) -> None:
        archive.write(article(1, **{name: "José Ñandú"}), article(2, **{name: "Jose"}))
        assert archive.found(Term(name, ("jose nandu",))) == {1}
        assert archive.found(Term(name, ("JOSÉ  Ñandú",))) == {1}

    def test_matches_may_be_more_than_the_facet(self, archive: Archive) -> None:
        archive.write(article(1, section="World", matches={"section": ["world", "bota"]}))
        assert archive.found(Term("section", ("bota",))) == archive.found(Term("section", ("world",))) == {1}

    def test_fields_with_a_dot(self, archive: Archive) -> None:
        archive.write(
            article(1, entity=["p", "q"], entity__person="p", entity__place="q", entity_type=["person", "place"]),
            article(2, entity="p", entity__organisation="p", entity_type="organisation"),
        )
        assert archive.found(Term("entity", ("p",))) == {1, 2}
        assert archive.found(Term("entity.person", ("p",))) == {1}
        assert archive.found(Term("entity_type", ("organisation",))) == {2}

    def test_id(self, archive: Archive) -> None:
        archive.write(article(1), article(2, id=UUID(int=2**100)))
        assert archive.found(Term("id", (str(UUID(int=2**100)),))) == {2}

    def test_odd_and_long_keywords(self, archive: Archive) -> None:
        odd = ["", " ", "a\tb", "ключ", "a,b:c\"d'", "日本", "x" * 40_000]
        archive.write(*(article(n, source=value) for n, value in enumerate(odd, 1)))
        for n, value in enumerate(odd[1:], 2):
            assert archive.found(Term("source", (value,))) == {n}
        assert archive.found(Term("source", ("",))) == set()

    def test_boolean(self, archive: Archive) -> None:
        archive.write(article(1, duplicate=True), article(2, duplicate=False), article(3))
        assert archive.found(Term("duplicate", (True,))) == {1}
        assert archive.found(Term("duplicate", (False,))) == {2}
        assert archive.found(Term("duplicate", (True, False))) == {1, 2}
        assert archive.found(Not(Term("duplicate", (True,)))) == {2, 3}

    def test_numbers_as_terms(self, archive: Archive) -> None:
        archive.write(article(1, words=100, sentiment=0.5), article(2, words=200, sentiment=-0.5))
        assert archive.found(Term("words", (100,))) == archive.found(Term("sentiment", (0.5,))) == {1}
        assert archive.found(Term("number", (1, 2, 3))) == {1, 2}
        assert archive.found(Term("words", ("many",))) == set()

    def test_number_ranges(self, archive: Archive) -> None:
        archive.write(*(article(n, sentiment=(n - 3) / 2) for n in range(1, 6)), article(6))
        assert archive.found(Range("sentiment", gte=0.5)) == {4, 5}
        assert archive.found(Range("sentiment", gt=0.5)) == {5}
        assert archive.found(Range("sentiment", lte=-0.5)) == {1, 2}
        assert archive.found(Range("sentiment", lt=-0.5)) == {1}
        assert archive.found(Range("sentiment", gt=-1, lt=1)) == {2, 3, 4}
        assert archive.found(Range("sentiment", gte=1, lte=-1)) == set()
        assert archive.found(Range("sentiment", gt=0, lte=0)) == set()

    def test_integer_ranges(self, archive: Archive) -> None:
        archive.write(*(article(n, words=n * 100) for n in range(1, 6)), article(6))
        assert archive.found(Range("words", gte=300)) == {3, 4, 5}
        assert archive.found(Range("words", gt=300, lt=500)) == {4}
        assert archive.found(Range("words", gt=299.5, lte=400.5)) == {3, 4}
        assert archive.found(Range("words", lt=10**30)) == {1, 2, 3, 4, 5}
        assert archive.found(Range("words", gt=10**30)) == set()

    @pytest.mark.parametrize("name", ["sentiment", "words"])
    def test_infinite_and_open_ranges(self, archive: Archive, name: str) -> None:
        archive.write(article(1, **{name: 1}), article(2))
        assert archive.found(Range(name)) == archive.found(Range(name, gte=float("-inf"), lte=float("inf"))) == {1}
        assert archive.found(Range(name, gte=float("nan"))) == archive.found(Range(name, gt=float("inf"))) == set()

    def test_date_ranges(self, archive: Archive) -> None:
        archive.write(*(article(n) for n in range(1, 6)))
        assert archive.found(Range("date", gte=day(3))) == {3, 4, 5}
        assert archive.found(Range("date", gt=day(3), lte=day(4))) == {4}
        assert archive.found(Range("date", lt=day(3) + timedelta(microseconds=1))) == {1, 2, 3}
        assert archive.found(Range("date", gte=day(9), lt=day(1))) == set()

    def test_date_ranges_in_other_zones(self, archive: Archive) -> None:
        archive.write(article(1, date=datetime(2026, 1, 1, 23, 30, tzinfo=UTC)))
        zone = timezone(timedelta(hours=2))
        assert archive.found(Range("date", gte=datetime(2026, 1, 2, 1, 30, tzinfo=zone))) == {1}
        assert archive.found(Range("date", gt=datetime(2026, 1, 2, 1, 30, tzinfo=zone))) == set()

    def test_dates_far_away(self, archive: Archive) -> None:
        years = (1, 1066, 1677, 1969, 1970, 2262, 9999)
        archive.write(*(article(n, date=datetime(year, 6, 1, tzinfo=UTC)) for n, year in enumerate(years, 1)))
        assert archive.found(Range("date", lt=datetime(1970, 1, 1, tzinfo=UTC))) == {1, 2, 3, 4}
        assert archive.found(Range("date", gte=datetime(2262, 1, 1, tzinfo=UTC))) == {6, 7}
        assert archive.numbers()[0] in (6, 7)

    def test_range_of_the_article_number(self, archive: Archive) -> None:
        archive.write(*(article(n, date=day(1)) for n in (1, 2, 2**40)))
        assert archive.found(Range("number", gt=1)) == {2, 2**40}

    def test_ranges_of_what_has_no_order(self, archive: Archive) -> None:
        archive.write(article(1, "text", source="a"))
        for node in (Range("source", gte=1), Range("body", gte=1), Range("nope", gte=1), Range("date", gte=5)):
            with pytest.raises(Unsupported):
                archive.page(node)

    @pytest.mark.parametrize(
        "given",
        [
            {"headline": "a"},
            {"standfirst": "a"},
            {"author": "a"},
            {"keyword": "a"},
            {"entity__person": "a"},
            {"sentiment": 0.0},
            {"words": 0},
            {"duplicate": False},
        ],
    )
    def test_exists(self, archive: Archive, given: dict[str, object]) -> None:
        archive.write(article(1, **given), article(2))
        name = next(iter(given)).replace("__", ".")
        assert archive.found(Exists(name)) == {1}
        assert archive.found(Not(Exists(name))) == {2}

    def test_what_always_exists(self, archive: Archive) -> None:
        archive.write(article(1), article(2))
        assert archive.found(Exists("date")) == archive.found(Exists("number")) == archive.found(Exists("id")) == {1, 2}

    def test_all_filters_must_hold(self, archive: Archive) -> None:
        archive.write(
            article(1, "storm", source="a", sentiment=0.9),
            article(2, "storm", source="a", sentiment=-0.9),
            article(3, "storm", source="b", sentiment=0.9),
            article(4, "calm", source="a", sentiment=0.9),
        )
        asked = Query(Text("storm"), (Term("source", ("a",)), Range("sentiment", gte=0)))
        assert archive.found(asked) == {1}
        assert archive.found(Query(filters=(Or((Term("source", ("b",)), Text("calm"))),))) == {3, 4}
