"""Lists of entities and sources: each comes once, to the last, whatever arrives meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import Entity, Source
from newsapi.text import fold
from search import catalogues, ranking
from tests.search.api import Archive, archive

__all__ = ["archive"]
PEOPLE = 45


@pytest.fixture
def crowd(archive: Archive) -> Archive:
    """Forty-five more people, the first in most articles, of whom the last two are in none."""
    for number in range(PEOPLE):
        name = f"Person Number{number:02}"
        archive.entities[name] = Entity.objects.create(
            key=f"person:{name}", type="person", name=name, folded=fold(name), country=""
        )
    names = [f"Person Number{number:02}" for number in range(PEOPLE - 2)]
    archive.add(*({"headline": f"Crowd {n}", "entities": names[: PEOPLE - 2 - n]} for n in range(PEOPLE - 2)))
    return archive


def pages(archive: Archive, address: str, **params: Any) -> list[dict[str, Any]]:
    """Every result, following `next`."""
    found: list[dict[str, Any]] = []
    answer = archive.client.get(address, params)
    for _ in range(200):
        assert answer.status_code == 200, answer.content
        body = answer.json()
        found += body["results"]
        assert len(body["results"]) <= params.get("limit", 20)
        if body["next"] is None:
            assert 'rel="next"' not in answer.headers.get("Link", "")
            return found
        assert body["next"] in answer.headers.get("Link", "")
        answer = archive.client.get(body["next"].removeprefix("http://localhost"))
    raise AssertionError("no end")


@pytest.mark.parametrize("limit", [1, 7, 20, 1000])
def test_every_entity_comes_once_most_articles_first(crowd: Archive, limit: int) -> None:
    found = pages(crowd, "/v1/entities", limit=limit)
    names = [each["name"] for each in found]
    assert len(names) == len(set(names)) == PEOPLE - 2 + 4
    counts = [each["count"] for each in found]
    assert counts == sorted(counts, reverse=True)
    assert found == crowd.get("/v1/entities", limit=1000)["results"]


@pytest.mark.parametrize("candidates", [5, 300])
@pytest.mark.parametrize("ranked", [10, 30, 50_000])
def test_long_lists_are_complete_too(
    crowd: Archive, monkeypatch: pytest.MonkeyPatch, ranked: int, candidates: int
) -> None:
    everyone = pages(crowd, "/v1/entities", limit=1000)
    monkeypatch.setattr(ranking, "RANKED", ranked)
    monkeypatch.setattr(ranking, "LOOKED_AT", 6)
    monkeypatch.setattr(catalogues, "CANDIDATES", candidates)
    ranking._kept.clear()
    for wanted in ({}, {"type": "person"}, {"q": "number"}, {"q": "number1", "type": "person"}, {"country": "IR"}):
        found = pages(crowd, "/v1/entities", limit=4, **wanted)
        ids = [each["id"] for each in found]
        assert len(ids) == len(set(ids))
        if not wanted:
            assert sorted(ids) == sorted(each["id"] for each in everyone)
        if wanted == {"q": "number"}:
            assert len(ids) == PEOPLE - 2
        if wanted.get("q") == "number1":
            assert {each["name"] for each in found} == {f"Person Number1{n}" for n in range(10)}
        assert all(each["count"] > 0 for each in found)


def test_what_arrives_meanwhile_moves_nothing(crowd: Archive) -> None:
    before = [each["id"] for each in pages(crowd, "/v1/entities", limit=1000)]
    answer = crowd.get("/v1/entities", limit=10)
    crowd.add(*({"headline": f"Late {n}", "entities": ["Person Number42"]} for n in range(60)))
    seen = [each["id"] for each in answer["results"]]
    while answer["next"]:
        answer = crowd.client.get(answer["next"].removeprefix("http://localhost")).json()
        seen += [each["id"] for each in answer["results"]]
    assert seen == before
    assert crowd.get("/v1/entities", limit=1)["results"][0]["name"] == "Person Number42"


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_every_source_comes_once_those_without_articles_last(archive: Archive, limit: int) -> None:
    for number in range(8):
        name = f"Quiet {number}"
        Source.objects.create(key=fold(name), name=name, folded=fold(name), domain="")
    found = pages(archive, "/v1/sources", limit=limit)
    assert len({each["id"] for each in found}) == len(found) == 4 + 8
    assert [(-each["count"], fold(each["name"])) for each in found] == sorted(
        (-each["count"], fold(each["name"])) for each in found
    )
    assert {each["name"] for each in pages(archive, "/v1/sources", limit=limit, language="fr")} == {"Le Monde"}
    assert len(pages(archive, "/v1/sources", limit=limit, q="quiet")) == 8


@pytest.mark.parametrize("address", ["/v1/entities", "/v1/sources"])
def test_a_cursor_of_other_filters_or_another_list_is_refused(archive: Archive, address: str) -> None:
    following = archive.get("/v1/entities", limit=1)["next"]
    cursor = following.partition("cursor=")[2]
    for wrong in ({"cursor": "abc"}, {"cursor": cursor, "language": "fr"}, {"cursor": cursor[:-1]}, {"cursor": "ä"}):
        answer = archive.client.get(address, wrong)
        assert answer.status_code == 400
        assert (answer.json()["code"], answer.json()["parameter"]) == ("invalid_cursor", "cursor")
    assert archive.client.get("/v1/sources", {"cursor": cursor}).status_code == 400


@pytest.mark.parametrize("limit", [0, 1001, "all"])
def test_limits(archive: Archive, limit: object) -> None:
    assert archive.client.get("/v1/entities", {"limit": limit}).json()["parameter"] == "limit"
