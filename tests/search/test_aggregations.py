"""Counting, and the lists of entities, topics and sources: the counts are those of the articles."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from search.aggregations import counting
from tests.search.api import START, Archive, archive

__all__ = ["archive"]
COUNT = "/v1/aggregations"


def counts(found: dict[str, Any]) -> dict[str, int]:
    return {bucket["name"]: bucket["count"] for bucket in found["buckets"]}


def test_by_source_with_names_and_sentiment(archive: Archive) -> None:
    found = archive.get(COUNT, by="source")
    assert found["total"] == 40
    assert counts(found) == {"BBC News": 14, "Le Monde": 13, "Tägliche Post": 13}
    first = found["buckets"][0]
    assert first["key"] == str(archive.sources["BBC News"].id)
    those = [(n - 20) / 20 for n in range(0, 40, 3) if n % 10]
    assert first["sentiment"] == pytest.approx(sum(those) / len(those), abs=1e-4)
    assert "buckets" not in first


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("section", {"World": 32, "Sport, local": 8}),
        ("language", {"English": 27, "French": 13}),
        ("country", {"Iran": 24, "United States": 16}),
        ("author", {"Ann Lee": 30, "Smith, John": 10}),
        ("entity", {"Vladimir Putin": 32, "Iran": 24, "United States": 16, "United Nations": 8}),
        ("entity.person", {"Vladimir Putin": 32}),
        ("entity.place", {"Iran": 24, "United States": 16}),
        ("entity.organization", {"United Nations": 8}),
        ("topic", {"politics and government": 40, "election": 20}),
    ],
)
def test_every_facet_has_names(archive: Archive, by: str, expected: dict[str, int]) -> None:
    found = counts(archive.get(COUNT, by=by))
    if by == "topic":
        assert list(found.values()) == list(expected.values())
    else:
        assert found == expected


def test_over_time(archive: Archive) -> None:
    weeks = archive.get(COUNT, by="date", interval="week")["buckets"]
    assert weeks[0]["key"] == "2026-06-01T00:00:00Z"
    assert sum(week["count"] for week in weeks) == 40
    days = archive.get(COUNT, by="date")["buckets"]
    assert [day["key"] for day in days] == sorted(day["key"] for day in days)
    assert counts(archive.get(COUNT, by="date", interval="month")) == {"2026-06": 40}
    assert len(archive.get(COUNT, by="date", interval="hour")["buckets"]) == 40


def test_two_levels(archive: Archive) -> None:
    found = archive.get(COUNT, by="date,source", interval="month", size=2)
    (month,) = found["buckets"]
    assert [bucket["name"] for bucket in month["buckets"]] == ["BBC News", "Le Monde"]
    found = archive.get(COUNT, by=["language", "date"])
    for language in found["buckets"]:
        assert sum(day["count"] for day in language["buckets"]) == language["count"]
    found = archive.get(COUNT, by="entity.person,country")
    assert counts(found["buckets"][0]) == {"Iran": 24, "United States": 16}


def test_more_buckets_than_anyone_reads_are_refused(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MAX_CELLS", 30)
    assert archive.problem(f"{COUNT}?by=date&interval=hour")["parameter"] == "size"
    assert "19 × 3" in archive.problem(f"{COUNT}?by=date,source")["detail"]
    assert len(archive.get(COUNT, by="date", interval="hour", size=25)["buckets"]) == 25
    assert len(archive.get(COUNT, by="source,entity", size=1000)["buckets"]) == 3
    assert len(archive.get(COUNT, by="date,source", size=10)["buckets"]) == 10


def test_filters_count(archive: Archive) -> None:
    assert archive.get(COUNT, by="language", q="climate")["total"] == 8
    assert counts(archive.get(COUNT, by="source", source="-bbc.com")) == {"Le Monde": 13, "Tägliche Post": 13}
    assert archive.get(COUNT, by="source", duplicates="only")["total"] == 1
    assert len(archive.get(COUNT, by="entity", size=1)["buckets"]) == 1


@pytest.mark.parametrize(
    ("address", "code", "parameter", "says"),
    [
        ("", "invalid_parameter", "by", "missing"),
        ("?by=", "invalid_parameter", "by", "empty"),
        ("?by=sorce", "invalid_parameter", "by", "Did you mean 'source'"),
        ("?by=headline", "invalid_parameter", "by", "Possible are"),
        ("?by=a,b,c", "invalid_parameter", "by", "cannot be counted"),
        ("?by=source,topic,date", "invalid_parameter", "by", "at most two"),
        ("?by=source,source", "invalid_parameter", "by", "twice"),
        ("?by=-source", "invalid_parameter", "by", "Possible are"),
        ("?by=date&interval=year", "invalid_parameter", "interval", "hour, day, week, month"),
        ("?by=source&interval=day", "invalid_parameter", "interval", "belongs to by=date"),
        ("?by=source&size=0", "invalid_parameter", "size", "from 1 to 1000"),
        ("?by=source&size=1001", "invalid_parameter", "size", "from 1 to 1000"),
        ("?by=source&limit=5", "unknown_parameter", "limit", "no parameter"),
        ("?by=source&q=((", "invalid_query", "q", "never closed"),
    ],
)
def test_what_is_wrong_is_named(archive: Archive, address: str, code: str, parameter: str, says: str) -> None:
    problem = archive.problem(COUNT + address)
    assert (problem["code"], problem["parameter"]) == (code, parameter)
    assert says in problem["detail"]


def test_entities_by_number_of_articles(archive: Archive) -> None:
    found = archive.get("/v1/entities")["results"]
    assert {entity["name"]: entity["count"] for entity in found} == {
        "Vladimir Putin": 32, "Iran": 24, "United States": 16, "United Nations": 8,
    }  # fmt: skip
    assert found[0]["url"] == f"/v1/entities/{archive.entities['Vladimir Putin'].id}"
    assert found[0]["type"] == "person"


def test_entities_by_the_beginning_of_a_word(archive: Archive) -> None:
    def names(**parameters: str) -> list[str]:
        return [entity["name"] for entity in archive.get("/v1/entities", **parameters)["results"]]

    assert names(q="uniT") == ["United States", "United Nations"]
    assert names(q="nat") == ["United Nations"]
    assert names(q="nited") == []
    assert names(q="unit", type="organisation") == ["United Nations"]
    assert names(country="US", type="place") == ["Iran", "United States"]
    assert names(q="putin", language="fr", limit="1") == ["Vladimir Putin"]
    assert archive.problem("/v1/entities?type=persn")["suggestion"] == "person"


def test_topics_as_a_tree(archive: Archive) -> None:
    found = archive.get("/v1/topics")["results"]
    assert (found[0]["code"], found[0]["count"]) == ("medtop:11000000", 40)
    assert len(found) == 17
    below = found[0]["topics"]
    assert [(topic["code"], topic["count"]) for topic in below] == [("medtop:20000574", 20)]
    (election,) = archive.get("/v1/topics", language="fr")["results"][0]["topics"]
    assert election["count"] == sum(n % 3 == 1 and n % 2 == 1 for n in range(40))


def test_sources_with_and_without_articles(archive: Archive) -> None:
    found = archive.get("/v1/sources")["results"]
    assert [(source["name"], source["count"]) for source in found] == [
        ("BBC News", 14), ("Le Monde", 13), ("Tägliche Post", 13), ("Empty", 0),
    ]  # fmt: skip
    assert [source["name"] for source in archive.get("/v1/sources", q="monde")["results"]] == ["Le Monde"]
    assert [source["name"] for source in archive.get("/v1/sources", q="bbc.c")["results"]] == ["BBC News"]
    assert [source["count"] for source in archive.get("/v1/sources", language="fr")["results"]] == [13]


@pytest.mark.parametrize("name", ["entities", "topics", "sources"])
def test_lists_refuse_what_they_do_not_know(archive: Archive, name: str) -> None:
    assert archive.problem(f"/v1/{name}?sort=date")["code"] == "unknown_parameter"
    assert archive.problem(f"/v1/{name}?language=xx")["parameter"] == "language"


def test_counts_follow_the_articles(archive: Archive) -> None:
    before = Counter(counts(archive.get(COUNT, by="source")))
    archive.add({"headline": "One more", "source": "Empty", "date": START})
    assert Counter(counts(archive.get(COUNT, by="source"))) - before == {"Empty": 1}
