"""`POST /v1/aggregations`: trees with names over HTTP, and errors that name what is wrong by its path."""

from __future__ import annotations

from typing import Any

import pytest

from search.aggregations import calendars, evaluating, reading
from search.aggregations.asking import Asking
from tests.search.api import Archive, archive

__all__ = ["archive"]
ADDRESS = "/v1/aggregations"


def post(archive: Archive, body: Any, status: int = 200) -> dict[str, Any]:
    response = archive.client.post(ADDRESS, body, content_type="application/json")
    assert response.status_code == status, response.content
    found: dict[str, Any] = response.json()
    return found


def test_sources_with_tone_months_and_newest(archive: Archive) -> None:
    found = post(
        archive,
        {
            "language": "-fr",
            "aggregations": {
                "sources": {
                    "terms": {"field": "source", "size": 1},
                    "aggregations": {
                        "tone": {"average": {"field": "sentiment"}},
                        "months": {"date_histogram": {"interval": "month", "time_zone": "America/New_York"}},
                        "newest": {"articles": {"size": 2}},
                    },
                }
            },
        },
    )
    assert found["total"] == 27
    sources = found["aggregations"]["sources"]
    assert [(one["name"], one["count"]) for one in sources["buckets"]] == [("BBC News", 14)]
    assert sources["other"] == 13
    below = sources["buckets"][0]["aggregations"]
    assert below["months"]["buckets"] == [{"key": "2026-06-01T00:00:00-04:00", "count": 14}]
    assert [one["headline"] for one in below["newest"]["articles"]] == ["Market report 39", "Summit report 36"]
    assert "body" not in below["newest"]["articles"][0]
    assert -1 <= below["tone"]["value"] <= 1


def test_the_other_kinds(archive: Archive) -> None:
    found = post(
        archive,
        {
            "q": "report",
            "aggregations": {
                "length": {"ranges": {"field": "words", "ranges": [{"to": 10}, {"from": 10, "key": "long"}]}},
                "steps": {"histogram": {"field": "words", "interval": 10}},
                "typical": {"percentiles": {"field": "words", "percents": [0, 50, 100]}},
                "words": {"stats": {"field": "words"}},
                "people": {"distinct": {"field": "entity"}},
                "placeless": {"missing": {"field": "country"}, "aggregations": {"by": {"terms": {"field": "author"}}}},
                "climate": {"filter": "climate"},
                "chosen": {
                    "filters": {"war": "war", "french": {"language": ["fr"]}, "two": {"q": "climate OR market"}}
                },
            },
        },
    )["aggregations"]
    assert [(one["key"], one["count"]) for one in found["length"]["buckets"]] == [("* – 10", 12), ("long", 28)]
    assert sum(one["count"] for one in found["steps"]["buckets"]) == 40
    assert found["typical"]["values"] == {"0": 5, "50": 17, "100": 29}
    assert (found["words"]["count"], found["words"]["min"], found["words"]["max"]) == (40, 5, 29)
    assert found["people"] == {"value": 4, "exact": True}
    assert found["placeless"]["count"] == 16
    assert found["climate"] == {"count": 8}
    assert [(one["key"], one["count"]) for one in found["chosen"]["buckets"]] == [
        ("war", 0),
        ("french", 13),
        ("two", 16),
    ]


def test_orders_includes_and_excludes(archive: Archive) -> None:
    def names(**terms: Any) -> list[str]:
        tree = {
            "a": {"terms": {"field": "entity", **terms}, "aggregations": {"tone": {"average": {"field": "sentiment"}}}}
        }
        return [one["name"] for one in post(archive, {"aggregations": tree})["aggregations"]["a"]["buckets"]]

    commonest = ["Vladimir Putin", "Iran", "United States", "United Nations"]
    assert names() == commonest
    assert names(order="count") == commonest[::-1]
    assert names(min_count=20) == commonest[:2]
    assert names(include=["iran", "united nations"]) == ["Iran", "United Nations"]
    assert names(exclude=["Vladimir Putin"], size=1) == ["Iran"]
    assert names(order="tone") == names(order="-tone")[::-1]


@pytest.mark.parametrize(
    ("tree", "parameter", "says"),
    [
        (None, "aggregations", "object"),
        ({}, "aggregations", "object"),
        ({"a": 5}, "aggregations.a", "object"),
        ({"a": {}}, "aggregations.a", "must have one member"),
        ({"a": {"term": {"field": "source"}}}, "aggregations.a.term", "'terms'"),
        ({"a": {"terms": {"field": "sorce"}}}, "aggregations.a.terms.field", "'source'"),
        ({"a": {"terms": {}}}, "aggregations.a.terms.field", "missing"),
        ({"a": {"terms": {"field": "source", "size": 0}}}, "aggregations.a.terms.size", "from 1 to 10,000"),
        ({"a": {"terms": {"field": "source", "size": True}}}, "aggregations.a.terms.size", "whole number"),
        ({"a": {"terms": {"field": "source", "sizes": 5}}}, "aggregations.a.terms.sizes", "'size'"),
        ({"a": {"terms": {"field": "source", "order": "tone"}}}, "aggregations.a.terms.order", "one of"),
        ({"a": {"terms": {"field": "topic", "include": ["politcs"]}}}, "aggregations.a.terms.include", "politics"),
        ({"a": {"terms": {"field": "topic", "exclude": []}}}, "aggregations.a.terms.exclude", "list of texts"),
        ({"a": {"date_histogram": {"interval": "fortnight"}}}, "aggregations.a.date_histogram.interval", "month"),
        ({"a": {"date_histogram": {"time_zone": "Europe/Berln"}}}, "aggregations.a.date_histogram.time_zone", "Berlin"),
        ({"a": {"histogram": {"field": "words"}}}, "aggregations.a.histogram.interval", "missing"),
        ({"a": {"histogram": {"field": "words", "interval": 0}}}, "aggregations.a.histogram.interval", "at least 1"),
        ({"a": {"ranges": {"field": "words", "ranges": [{}]}}}, "aggregations.a.ranges.ranges.0", "from, to"),
        (
            {"a": {"ranges": {"field": "words", "ranges": [{"from": 2, "to": 1}]}}},
            "aggregations.a.ranges.ranges.0",
            "less than",
        ),
        (
            {"a": {"ranges": {"field": "date", "ranges": [{"from": "soon"}]}}},
            "aggregations.a.ranges.ranges.0.from",
            "no time",
        ),
        ({"a": {"filter": {"topc": "x"}}}, "aggregations.a.filter.topc", "'topic'"),
        ({"a": {"filter": {"topic": "politcs"}}}, "aggregations.a.filter.topic", "'politics'"),
        ({"a": {"filters": {"x": "(war"}}}, "aggregations.a.filters.x.q", ""),
        ({"a": {"missing": {"field": "date"}}}, "aggregations.a.missing.field", "one of"),
        ({"a": {"average": {"field": "source"}}}, "aggregations.a.average.field", "one of"),
        ({"a": {"percentiles": {"field": "words", "percents": [101]}}}, "aggregations.a.percentiles.percents", "100"),
        ({"a": {"articles": {"size": 101}}}, "aggregations.a.articles.size", "100"),
        (
            {"a": {"average": {"field": "words"}, "aggregations": {"b": {"articles": {}}}}},
            "aggregations.a.aggregations",
            "no buckets",
        ),
    ],
)  # fmt: skip
def test_errors_name_the_path(archive: Archive, tree: Any, parameter: str, says: str) -> None:
    problem = post(archive, {"aggregations": tree}, 400)
    assert problem["parameter"] == parameter
    assert says in problem["detail"]


@pytest.mark.parametrize("body", [[], 5, None, {"aggregation": {}}, {"aggregations": {"a": {"articles": {}}}, "qq": 1}])
def test_bodies_of_another_form(archive: Archive, body: Any) -> None:
    assert post(archive, body, 400)["code"] in ("invalid_parameter", "unknown_parameter")


def test_levels_and_members_have_a_budget(archive: Archive) -> None:
    deep: dict[str, Any] = {"a": {"terms": {"field": "source"}}}
    for _ in range(reading.MAX_DEPTH):
        deep = {"a": {"terms": {"field": "source"}, "aggregations": deep}}
    assert post(archive, {"aggregations": deep}, 400)["code"] == "query_too_large"
    wide: dict[str, Any] = {f"a{n}": {"articles": {}} for n in range(reading.MAX_NODES + 1)}
    assert post(archive, {"aggregations": wide}, 400)["code"] == "query_too_large"


def test_answers_have_a_budget(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = {"aggregations": {"a": {"date_histogram": {"interval": "1m"}}}}
    assert post(archive, minutes, 400)["limit"] == 20_000
    minutes["aggregations"]["a"]["date_histogram"]["empty"] = False  # type: ignore[assignment]
    assert len(post(archive, minutes)["aggregations"]["a"]["buckets"]) == 40
    monkeypatch.setattr("search.aggregations.percentiles.MAX_CELLS", 2)
    typical = {"typical": {"percentiles": {"field": "words"}}}
    each = {"aggregations": {"a": {"terms": {"field": "source"}, "aggregations": typical}}}
    assert post(archive, each, 400)["limit"] == 2
    monkeypatch.setattr(evaluating, "MAX_ARTICLES", 5)
    newest = {"aggregations": {"a": {"terms": {"field": "source"}, "aggregations": {"b": {"articles": {}}}}}}
    assert post(archive, newest, 400)["limit"] == 5
    monkeypatch.setattr("search.aggregations.asking.MAX_BUCKETS", 2)
    assert post(archive, {"aggregations": {"a": {"terms": {"field": "source"}}}}, 400)["limit"] == 2


def test_answers_have_a_deadline(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.aggregations.asking.PATIENCE", -1)
    assert post(archive, {"aggregations": {"a": {"articles": {}}}}, 504)["code"] == "search_timeout"


def test_many_values_are_only_ordered_by_count(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "LISTED", 2)
    by_key = {"aggregations": {"a": {"terms": {"field": "source", "order": "key"}}}}
    assert "-count" in post(archive, by_key, 400)["detail"]


def test_large_tables_are_asked_in_parts(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = {
        "a": {
            "terms": {"field": "source"},
            "aggregations": {
                "b": {"terms": {"field": "topic"}, "aggregations": {"c": {"date_histogram": {"interval": "week"}}}}
            },
        }
    }
    whole = post(archive, {"aggregations": tree})
    monkeypatch.setattr("search.aggregations.asking.MAX_CELLS", 5)
    assert post(archive, {"aggregations": tree}) == whole


def test_articles_that_come_meanwhile_do_not_count(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = Asking.cells

    def busy(self: Asking, *asked: Any) -> Any:
        found = cells(self, *asked)
        if len(archive.articles) < 60:
            archive.add({"headline": "Late", "source": "BBC News", "topics": ("medtop:11000000",)})
        return found

    monkeypatch.setattr(Asking, "cells", busy)
    tree = {"a": {"terms": {"field": "source"}, "aggregations": {"b": {"terms": {"field": "topic"}}}}}
    first = post(archive, {"aggregations": tree})["aggregations"]["a"]["buckets"][0]
    assert first["count"] == first["aggregations"]["b"]["buckets"][0]["count"] == 14


def test_a_day_that_a_country_left_out() -> None:
    """Samoa moved over the date line: there was no 30 December 2011."""
    spans = calendars.spans("day", "Pacific/Apia", 1_325_100_000_000_000, 1_325_300_000_000_000)
    assert [calendars.label(low, "Pacific/Apia")[:10] for low, _ in spans] == ["2011-12-28", "2011-12-29", "2011-12-31"]
