"""Ready-made insights over HTTP: timeline, trending, co-occurrence, comparison, map, similar, profile, suggestions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from articles.models import Entity
from search.insights import suggesting
from tests.search.api import START, Archive, archive

__all__ = ["archive"]
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    suggesting.forget()
    yield
    suggesting.forget()


def test_timeline_with_shares_and_series(archive: Archive) -> None:
    found = archive.get("/v1/timeline", q="climate", interval="week", split="source", size=2)
    assert found["total"] == sum(one["count"] for one in found["buckets"]) == 8
    assert [one["key"] for one in found["buckets"]] == [
        "2026-06-01T00:00:00Z",
        "2026-06-08T00:00:00Z",
        "2026-06-15T00:00:00Z",
    ]
    assert found["buckets"][0]["share"] == pytest.approx(3 / 15, abs=1e-5)
    assert [len(one["counts"]) for one in found["series"]] == [3, 3]
    assert [sum(one["counts"]) for one in found["series"]] == [one["count"] for one in found["series"]] == [3, 3]
    assert "previous" not in found["buckets"][0]


def test_timeline_beside_the_period_before(archive: Archive) -> None:
    found = archive.get(
        "/v1/timeline", published_after="2026-06-08", published_before="2026-06-11", compare="true",
        time_zone="Europe/Berlin",
    )  # fmt: skip
    # From midnight UTC, which is 2 in the morning in Berlin.
    assert [one["key"][:10] for one in found["buckets"]] == ["2026-06-08", "2026-06-09", "2026-06-10", "2026-06-11"]
    assert found["previous_total"] == sum(one["previous"] for one in found["buckets"])
    assert (found["total"], found["previous_total"]) == (6, 7)
    assert archive.problem("/v1/timeline?compare=true")["parameter"] == "compare"
    assert archive.problem("/v1/timeline?time_zone=Mars")["parameter"] == "time_zone"


def test_timeline_of_nothing(archive: Archive) -> None:
    assert archive.get("/v1/timeline", q="zeppelin")["buckets"] == []
    days = archive.get("/v1/timeline", q="zeppelin", published_after="2026-06-01", published_before="2026-06-03")
    assert [(one["count"], one["share"]) for one in days["buckets"]] == [(0, 0.0), (0, 0.0)]


def test_what_rises_is_trending(archive: Archive) -> None:
    late = START + timedelta(days=30)
    every = ("Vladimir Putin", "Iran", "United States", "United Nations")
    archive.add(
        *({"headline": f"Calm {n}", "entities": every[n % 4 : n % 4 + 1], "date": late - timedelta(hours=6 * n + 24)} for n in range(40)),
        *({"headline": f"Vote {n}", "entities": ("United Nations",), "date": late - timedelta(hours=n)} for n in range(8)),
        {"headline": "Once", "entities": ("Unmentioned",), "date": late},
    )  # fmt: skip
    end = (late + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    found = archive.get("/v1/trending", of="entity", published_before=end, windows=10)
    assert [one["name"] for one in found["results"]] == ["United Nations"]
    (first,) = found["results"]
    assert first["count"] == 8 == first["history"][-1] and len(first["history"]) == 11
    assert first["score"] > 2 and first["expected"] < 4
    once = archive.get("/v1/trending", of="entity", published_before=end, windows=10, min_count=1)["results"]
    assert once[0]["name"] == "United Nations"
    for wrong, parameter in (
        ("window=3y", "window"),
        ("windows=1", "windows"),
        ("published_after=7d", "published_after"),
    ):
        assert archive.problem(f"/v1/trending?{wrong}")["parameter"] == parameter


def test_entities_that_meet(archive: Archive) -> None:
    found = archive.get("/v1/cooccurrence", of="entity", size=3)
    names = {one["key"]: one["name"] for one in found["nodes"]}
    edges = {frozenset((names[one["source"]], names[one["target"]])): one for one in found["edges"]}
    assert edges[frozenset(("Vladimir Putin", "Iran"))]["count"] == 24
    assert edges[frozenset(("Iran", "United States"))]["pmi"] == pytest.approx(0.737, abs=1e-3)
    matrix = archive.get("/v1/cooccurrence", of="entity", size=3, shape="matrix")["matrix"]
    assert matrix == [[32, 24, 16], [24, 24, 16], [16, 16, 16]]


def test_meetings_as_graphml(archive: Archive) -> None:
    Entity.objects.filter(name="Iran").update(name='<Iran & "co">\x01')
    response = archive.client.get("/v1/cooccurrence?shape=graphml")
    assert response.headers["Content-Type"] == "application/graphml+xml"
    graph = ElementTree.fromstring(response.content).find(f"{GRAPHML}graph")
    assert graph is not None
    assert len(graph.findall(f"{GRAPHML}node")) == 4 and len(graph.findall(f"{GRAPHML}edge")) == 6


def test_queries_side_by_side(archive: Archive) -> None:
    found = archive.get("/v1/compare", compare=["climate", "source:bbc.com", "zeppelin"], language="en")
    assert found["total"] == 27
    assert [(one["compare"], one["count"]) for one in found["results"]] == [
        ("climate", 6),
        ("source:bbc.com", 14),
        ("zeppelin", 0),
    ]
    sources = found["results"][1]["distinctive"]["source"]
    assert [one["name"] for one in sources] == ["BBC News"]
    assert found["results"][2]["sentiment"] is None
    assert archive.problem("/v1/compare?compare=climate")["parameter"] == "compare"
    assert archive.problem("/v1/compare?compare=climate&compare=(war")["parameter"] == "compare"


def test_places_on_a_map(archive: Archive) -> None:
    Entity.objects.filter(name="Iran").update(latitude=32.0, longitude=53.0)
    found = archive.get("/v1/map")
    assert (found["type"], found["located"], found["unlocated"], found["other"]) == ("FeatureCollection", 24, 16, 0)
    (feature,) = found["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [53.0, 32.0]}
    assert feature["properties"]["name"] == "Iran" and feature["properties"]["count"] == 24
    assert archive.get("/v1/map", bbox="170,-90,60,90")["features"] == found["features"]
    assert archive.get("/v1/map", bbox="0,0,10,10")["features"] == []
    for wrong in ("1,2,3", "0,50,10,40", "a,b,c,d", "nan,0,0,0"):
        assert archive.problem(f"/v1/map?bbox={wrong}")["parameter"] == "bbox"


def test_similar_articles(archive: Archive) -> None:
    four = next(one for one in archive.articles if one.headline.endswith("report 4"))
    found = archive.get(f"/v1/articles/{four.id}/similar", limit=5)["results"]
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)
    assert all(len(one["entities"]) == 4 for one in found)
    assert str(four.id) not in {one["id"] for one in found}
    assert found[0]["shared"][0]["field"] == "entity"
    french = archive.get(f"/v1/articles/{four.id}/similar", language="fr")["results"]
    assert french and {one["language"]["code"] for one in french} == {"fr"}
    lonely = archive.articles[0]
    assert archive.get(f"/v1/articles/{lonely.id}/similar") == {"results": []}
    assert archive.problem(f"/v1/articles/{four.source_id}/similar", 404)["code"] == "not_found"


def test_the_profile_of_an_entity(archive: Archive) -> None:
    iran = archive.entities["Iran"]
    found = archive.get(f"/v1/entities/{iran.id}/profile", interval="week")
    assert (found["name"], found["count"], found["share"]) == ("Iran", 24, 0.6)
    assert found["first_seen"] == "2026-06-02T10:00:00Z" and found["last_seen"] == "2026-06-19T09:00:00Z"
    assert sum(one["count"] for one in found["timeline"]) == 24
    assert [one["name"] for one in found["with"]] == ["United States", "Vladimir Putin", "United Nations"]
    assert sum(one["count"] for one in found["sources"]) == 24
    unseen = archive.get(f"/v1/entities/{archive.entities['Unmentioned'].id}/profile")
    assert (unseen["count"], unseen["first_seen"], unseen["timeline"], unseen["with"]) == (0, None, [], [])
    assert archive.problem("/v1/entities/nobody/profile", 404)["code"] == "not_found"


def test_suggestions(archive: Archive) -> None:
    def names(**asked: Any) -> list[str]:
        return [one["name"] for one in archive.get("/v1/suggest", **asked)["results"]]

    assert names(q="un") == ["United States", "United Nations"]
    assert names(q="UNITED n") == ["United Nations"]
    assert names(q="nations", type="entity") == ["United Nations"]
    assert names(q="put", type="place") == []
    assert names(q="tagl") == ["Tägliche Post"]
    assert names(q="elec", type="topic") == ["election"]
    (putin,) = archive.get("/v1/suggest", q="putin")["results"]
    assert putin["filter"] == {"entity": putin["key"]} and putin["count"] == 32
    assert names(q="zz") == []
    assert archive.problem("/v1/suggest")["parameter"] == "q"


@pytest.mark.parametrize("address", ["timeline", "trending", "cooccurrence", "compare", "map", "suggest"])
def test_unknown_parameters_are_refused(archive: Archive, address: str) -> None:
    assert archive.problem(f"/v1/{address}?sorce=x")["code"] == "unknown_parameter"
