"""`POST /v1/search` and `/v1/query` over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engines.deadline import DeadlineReader, SearchTimeout
from search.query import And, Query, Wildcard
from tests.search.api import Archive, archive

__all__ = ["archive"]


def post(archive: Archive, address: str, body: Any, status: int = 200) -> Any:
    response = archive.client.post(address, body, content_type="application/json")
    assert response.status_code == status, response.content
    return response.json()


def search(archive: Archive, **body: Any) -> Any:
    return post(archive, "/v1/search", body)


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"q": "climate -report OR summit", "sort": "relevance", "limit": 3},
        {"source": ["BBC News", "Le Monde"], "language": "-fr", "limit": 50},
        {"section": "Sport, local", "fields": ["headline", "date"]},
        {"exclude_source": ["bbc.com"], "exclude_author": "Smith, John", "limit": 50},
        {"published_after": "2026-06-05", "published_before": "2026-06-09", "sort": "date"},
        {"q": "summit", "highlight": True, "duplicates": "show"},
        {"sentiment_min": 0.2, "words_min": 10, "words_max": 20},
        {"facets": ["source", "section"], "facet_size": 2},
        {"has": ["author"], "exclude_has": ["image"]},
    ],
)
def test_every_parameter_has_its_twin(archive: Archive, same: dict[str, Any]) -> None:
    """The same as members of the object and as parameters of the address."""
    found = search(archive, **same)
    params = {
        name: [f'"{one}"' if "," in one else one for one in (value if isinstance(value, list) else [value])]
        if isinstance(value, str | list) and name not in ("q", "sort")
        else (str(value).lower() if isinstance(value, bool) else value)
        for name, value in same.items()
    }
    page = archive.get("/v1/articles", **params)
    assert found["results"] == page["results"]
    assert (found["total"], found.get("facets")) == (page["total"], page.get("facets"))
    assert (found["next"] is None) == (page["next"] is None)


def test_a_tree_finds_what_the_text_finds(archive: Archive) -> None:
    tree = {
        "op": "and",
        "children": [
            {"op": "or", "children": [{"op": "wildcard", "pattern": "clim*"}, {"op": "fuzzy", "word": "sumit"}]},
            {"op": "not", "child": {"op": "term", "field": "source", "values": ["bbc.com"]}},
        ],
    }
    found = search(archive, query=tree, limit=50)
    assert found["total"] > 5
    assert found == search(archive, query="(clim* OR sumit~1) -source:bbc.com", limit=50)
    assert found == search(archive, q="(clim* OR sumit~1) -source:bbc.com", limit=50)


def test_pages_follow_each_other_to_the_last(archive: Archive) -> None:
    for query in ("climate OR summit", {"op": "or", "children": ["climate", "summit"]}):
        for sort in ("-date", "date", "relevance"):
            body: dict[str, Any] = {"query": query, "sort": sort, "limit": 7, "facets": ["source"]}
            first = page = search(archive, **body)
            seen = [one["id"] for one in page["results"]]
            while page["next"]:
                page = search(archive, **body, cursor=page["next"])
                assert (page["total"], page["facets"]) == (first["total"], first["facets"])
                seen += [one["id"] for one in page["results"]]
            assert len(seen) == len(set(seen)) == first["total"] == 16


def test_a_cursor_belongs_to_its_query(archive: Archive) -> None:
    cursor = search(archive, query={"op": "all"}, limit=2)["next"]
    problem = post(archive, "/v1/search", {"query": {"op": "nothing"}, "limit": 2, "cursor": cursor}, 400)
    assert problem["code"] == "invalid_cursor"


def test_facets_count_what_was_found(archive: Archive) -> None:
    found = search(archive, query="climate", facets=["source", "lang"], limit=1)
    assert sum(one["count"] for one in found["facets"]["source"]) == found["total"] == 8
    assert {one["name"] for one in found["facets"]["source"]} == {"BBC News", "Le Monde", "Tägliche Post"}
    assert {one["key"] for one in found["facets"]["language"]} == {"en", "fr"}


def test_aggregations_in_the_same_request(archive: Archive) -> None:
    wanted = {"by_source": {"terms": {"field": "source", "size": 2}}}
    found = search(archive, query="climate", aggregations=wanted, limit=1)
    alone = post(archive, "/v1/aggregations", {"q": "climate", "aggregations": wanted})
    assert found["aggregations"] == alone["aggregations"]
    assert found["total"] == alone["total"]


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ([], None),
        ({"quer": "a"}, "quer"),
        ({"query": "a", "q": "a"}, "query"),
        ({"query": 5}, "query"),
        ({"query": {"op": "text"}}, "query.text"),
        ({"query": "source:bcc.com"}, "query"),
        ({"query": {"op": "term", "field": "source", "values": ["bcc.com"]}}, "query.values"),
        ({"source": "Empty Post"}, "source"),
        ({"exclude_source": "-bbc.com"}, "exclude_source"),
        ({"limit": 0}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": [1]}, "limit"),
        ({"facets": ["headline"]}, "facets"),
        ({"facets": [1]}, "facets"),
        ({"facet_size": 5_000}, "facet_size"),
        ({"sort": "relevance"}, "sort"),
        ({"highlight": "maybe"}, "highlight"),
        ({"cursor": "x"}, "cursor"),
        ({"aggregations": {}}, "aggregations"),
        ({"words_min": 9, "words_max": 3}, "words_max"),
    ],
)
def test_what_cannot_be_used_is_named(archive: Archive, body: Any, parameter: str | None) -> None:
    problem = post(archive, "/v1/search", body, 400)
    if parameter:
        assert problem["parameter"] == parameter, problem


def test_misspelt_values_are_suggested(archive: Archive) -> None:
    for q, suggestion in (
        ("topic:politcs", "politics"), ("lang:englsh", "English"), ("country:Frnace", "France"), ("source:bbc.co", "bbc.com"),
        ("has:imge", "image"), ("person:Vladimr Putin", None), ('person:"Vladimr Putin"', "Vladimir Putin"),
    ):  # fmt: skip
        response = archive.client.get("/v1/articles", {"q": q})
        assert response.status_code == 400
        if suggestion:
            assert response.json()["suggestion"] == suggestion


def explained(archive: Archive, q: str, **more: Any) -> Any:
    return archive.get("/v1/query", q=q, **more)


def test_a_query_is_explained(archive: Archive) -> None:
    found = explained(archive, '(climate OR "of the day"^2) -source:bbc.com words:>5')
    assert found["total"] == archive.get("/v1/articles", q=found["q"])["total"]
    assert found["sentence"] == (
        "Articles with (“climate” in any form or exactly “of the day” (counting 2 times)) and without source BBC News"
        " and number of words above 5."
    )
    assert [clause["clause"] for clause in found["clauses"]][:2] == ["climate", '"of the day"']
    assert [clause["excluded"] for clause in found["clauses"]] == [False, False, True, False]
    assert found["clauses"][0]["count"] == 8 and found["clauses"][1]["count"] == 40
    assert found["clauses"][0]["position"] == 1
    assert found["tree"]["op"] == "and" and found["tree"]["count"] == found["total"]
    assert found["cost"]["clauses"] < found["cost"]["most"]
    assert archive.get("/v1/articles", q=found["query"])["total"] == found["total"]
    sent = post(archive, "/v1/query", {"query": found["tree"]})
    assert sent["tree"]["children"][0]["children"][0]["count"] == 8 and sent["total"] == found["total"]


def test_counts_are_of_what_the_filters_leave(archive: Archive) -> None:
    assert explained(archive, "climate", language="fr")["clauses"][0]["count"] < 8
    assert explained(archive, "climate", duplicates="show")["clauses"][0]["count"] == 9


@pytest.mark.parametrize(
    ("q", "code", "suggestion"),
    [
        ("climate zebra", "matches_nothing", None),
        ("climte", "matches_nothing", "climte~1"),
        ("climate -zebra", "excludes_nothing", None),
        ('"of the"', "only_stop_words", None),
        ("*limate", "leading_wildcard", None),
        ("climate or summit", "operator_in_small_letters", "OR"),
        ("-climate", "only_exclusions", None),
        (" OR ".join(f"w{n}" for n in range(150)), "not_counted", None),
    ],
)
def test_warnings(archive: Archive, q: str, code: str, suggestion: str | None) -> None:
    warnings = {one["code"]: one for one in explained(archive, q)["warnings"]}
    assert warnings[code].get("suggestion") == suggestion
    assert warnings[code]["detail"]


def test_a_query_without_surprises_has_no_warnings(archive: Archive) -> None:
    assert explained(archive, 'climate AND "the day"~5')["warnings"] == []


def test_what_takes_too_long_is_explained_without_counts(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def count(self: DeadlineReader, query: Query, watermark: int | None = None) -> int:
        if isinstance(query.text, Wildcard | And):
            raise SearchTimeout("too long")
        return 7

    monkeypatch.setattr(DeadlineReader, "count", count)
    found = explained(archive, "climate clim*")
    assert found["total"] is None and [one.get("count") for one in found["clauses"]] == [7, None]
    assert [one["code"] for one in found["warnings"]] == ["not_counted"]


def test_explaining_needs_a_query(archive: Archive) -> None:
    assert archive.problem("/v1/query")["parameter"] == "q"
    assert post(archive, "/v1/query", {"source": "bbc.com"}, 400)["parameter"] == "query"
    assert archive.problem("/v1/query?q=hedline:a")["suggestion"] == "headline"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(
        ["climate", "clim*", "bbc.com", "7d", "now", "2026-06", "source", "text", "and", "relevance", "(", "-x", '"', "\0", "\U0001f600"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["op", "text", "field", "children", "child", "values", "gte", "terms", "by"]), inner, max_size=4
    ),
    max_leaves=6,
)  # fmt: skip
MEMBERS = st.sampled_from(
    [
        *(
            "query",
            "q",
            "source",
            "exclude_source",
            "country",
            "has",
            "published_after",
            "words_min",
            "duplicates",
            "sort",
        ),
        *("limit", "cursor", "fields", "highlight", "facets", "facet_size", "aggregations", "nonsense"),
    ]
)


@given(st.dictionaries(MEMBERS, VALUES, max_size=4))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_object_breaks_it(archive: Archive, body: dict[str, Any]) -> None:
    """Whatever is sent is answered, or a 4xx that says what is wrong."""
    for address in ("/v1/search", "/v1/query"):
        response = archive.client.post(address, json.dumps(body), content_type="application/json")
        assert response.status_code in (200, 400), response.content
        if response.status_code == 400:
            assert response.json()["detail"]


@given(
    st.text(
        st.sampled_from('clim*?~^"()[]:+-<> ANDORTNE1é漢：＊,/|now') | st.characters(exclude_categories=["Cs"]),
        max_size=40,
    )
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_breaks_it(archive: Archive, q: str) -> None:
    found = archive.client.get("/v1/query", {"q": q})
    listed = archive.client.get("/v1/articles", {"q": q, "highlight": "true", "sort": "relevance"})
    assert found.status_code == listed.status_code and found.status_code in (200, 400), (found.content, listed.content)
    if found.status_code == 200:
        assert found.json()["total"] == listed.json()["total"]
        again = archive.client.get("/v1/query", {"q": found.json()["query"]})
        assert again.json()["total"] == found.json()["total"]


def test_deep_and_huge_trees_are_refused(archive: Archive) -> None:
    deep = '{"op":"not","child":' * 900 + '"a"' + "}" * 900
    for query in (
        deep,
        '{"op":"range","field":"words","gt":1' + "0" * 400 + "}",
        '{"op":"all","position":1' + "0" * 99 + "}",
    ):
        for address in ("/v1/search", "/v1/query"):
            response = archive.client.post(address, f'{{"query":{query}}}', content_type="application/json")
            assert response.status_code == (200 if '"all"' in query else 400), response.content
