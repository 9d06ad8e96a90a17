"""GET /v1/articles: filters, order, fields, and that every bad request is told what is wrong with it."""

from __future__ import annotations

import pytest
from drf_spectacular.generators import SchemaGenerator

from search.aggregations import aggregation_parameters
from search.selectors import list_parameters
from tests.search.api import Archive, archive

__all__ = ["archive"]
LIST = "/v1/articles"


def test_newest_first_without_duplicates(archive: Archive) -> None:
    page = archive.get(LIST, limit=3)
    assert page["total"] == 40
    assert [result["number"] for result in page["results"]] == [40, 39, 38]
    assert page["next"].startswith("http://localhost/v1/articles?limit=3&cursor=")
    assert archive.headlines(limit=1, sort="date") == ["Climate report 0"]


def test_words_phrases_and_operators(archive: Archive) -> None:
    assert archive.get(LIST, q="climate")["total"] == 8
    assert archive.get(LIST, q="climates")["total"] == 8
    assert archive.get(LIST, q="climate OR football")["total"] == 16
    assert archive.get(LIST, q='"football of the day" -headline:"report 2"')["total"] == 7
    assert archive.get(LIST, q="-climate")["total"] == 32
    assert archive.get(LIST, q="words:>20")["total"] == sum(5 + 4 * (n % 7) > 20 for n in range(40))
    assert archive.get(LIST, q='source:bbc.com author:"Ann Lee"')["total"] == 10
    assert archive.get(LIST, q="nowhere")["results"] == []


def test_filters_by_name_id_and_label(archive: Archive) -> None:
    total = {n: archive.get(LIST, **p)["total"] for n, p in {
        "name": {"source": "bbc news"}, "domain": {"source": "BBC.com"},
        "id": {"source": str(archive.sources["BBC News"].id)}, "two": {"source": "bbc.com,Le Monde"},
        "repeated": {"source": ["bbc.com", "tägliche post"]}, "without": {"source": "-bbc.com"},
        "comma": {"section": '"sport, LOCAL"'}, "author": {"author": '"Smith, John"'}, "country": {"country": "Iran"},
        "entity": {"entity": "vladimir putin"}, "type": {"entity_type": "organization"}, "topic": {"topic": "Politics"},
        "both": {"language": "French", "country": "-US"}, "sentiment": {"sentiment_min": "0", "sentiment_max": "0.5"},
        "month": {"published_after": "2026-06-01", "published_before": "2026-06-02"},
        "all": {"duplicates": "show"}, "copies": {"duplicates": "only"},
    }.items()}  # fmt: skip
    assert total == {
        "name": 14, "domain": 14, "id": 14, "two": 27, "repeated": 27, "without": 26, "comma": 8, "author": 10,
        "country": 24, "entity": 32, "type": 8, "topic": 40, "both": 8, "sentiment": 9, "month": 2, "all": 41,
        "copies": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "label", ["Российский Спорт", "राजनीति", "سياسة الشَّرق", "Đời sống", "İş Dünyası", "Straßenbau", "政治"]
)
def test_labels_in_any_script_are_found_whatever_their_case(archive: Archive, label: str) -> None:
    archive.add({"headline": "x", "section": label, "author": label})
    for written in (label, label.upper(), label.lower()):
        assert archive.get(LIST, section=written)["total"] == 1, written
        assert archive.get(LIST, q=f'author:"{written}"')["total"] == 1, written


def test_chosen_fields(archive: Archive) -> None:
    (first,) = archive.get(LIST, limit=1, fields="headline,source.name")["results"]
    assert first == {"headline": "Market report 39", "source": {"name": "BBC News"}}
    (first,) = archive.get(LIST, limit=1, fields=["paragraphs", "date", "entities.mentions,provenance"])["results"]
    assert first["paragraphs"][0].startswith("The market")
    assert first["date"] == "2026-06-19T09:00:00Z"
    assert first["entities"][0] == {"mentions": [{"field": "body", "start": 0}]}
    assert first["provenance"] == {"headline": {"method": "test"}}


def test_highlights_show_where_the_words_stand(archive: Archive) -> None:
    archive.add({"headline": "Climates <b>", "body": "No summit. The climate & the rest."})
    (first,) = archive.get(LIST, q="climate -football", highlight="true", sort="relevance", limit=1)["results"]
    assert first["highlights"] == {
        "headline": "<mark>Climates</mark> &lt;b&gt;",
        "standfirst": None,
        "body": ["No summit. The <mark>climate</mark> &amp; the rest."],
    }
    (only,) = archive.get(LIST, q="headline:climates", highlight="1", limit=1, fields="number")["results"]
    assert only.keys() == {"number", "highlights"}
    assert only["highlights"]["body"] == []


def test_the_next_page_is_linked(archive: Archive) -> None:
    response = archive.client.get(LIST, {"limit": 1})
    assert response.headers["Link"].startswith(f'<{response.json()["next"]}>; rel="next", ')
    assert "Link" not in archive.client.get(LIST, {"limit": 1000}).headers


@pytest.mark.parametrize(
    ("address", "code", "parameter", "says"),
    [
        ("?limit=0", "invalid_parameter", "limit", "from 1 to 1000"),
        ("?limit=1001", "invalid_parameter", "limit", "from 1 to 1000"),
        ("?limit=abc", "invalid_parameter", "limit", "'abc'"),
        ("?limit=1&limit=2", "invalid_parameter", "limit", "2 times"),
        ("?limit=", "invalid_parameter", "limit", "empty"),
        ("?limit=99999999999999999999999", "invalid_parameter", "limit", "from 1 to 1000"),
        ("?limt=1", "unknown_parameter", "limt", "Did you mean 'limit'"),
        ("?Limit=1", "unknown_parameter", "Limit", "Did you mean 'limit'"),
        ("?sort=newest", "invalid_parameter", "sort", "-date"),
        ("?sort=relevance", "invalid_parameter", "sort", "needs q"),
        ("?highlight=true", "invalid_parameter", "highlight", "needs q"),
        ("?highlight=yep&q=a", "invalid_parameter", "highlight", "true or false"),
        ("?fields=headlin", "invalid_parameter", "fields", "Did you mean 'headline'"),
        ("?fields=source.nme", "invalid_parameter", "fields", "Did you mean 'source.name'"),
        ("?fields=", "invalid_parameter", "fields", "empty"),
        ("?source=", "invalid_parameter", "source", "empty"),
        ("?source=bcc.com", "invalid_parameter", "source", "Did you mean 'bbc.com'"),
        ("?source=%00", "invalid_parameter", "source", "NUL"),
        ("?q=a%00b", "invalid_parameter", "q", "NUL"),
        ("?q=%ED%A0%80", "invalid_parameter", "q", "UTF-8"),
        ("?q=%FF%FE", "invalid_parameter", "q", "UTF-8"),
        ("?%ED%A0%80=1", "unknown_parameter", "\ufffd\ufffd\ufffd", "no parameter"),
        ("?published_after=0000-01-01", "invalid_parameter", "published_after", "no time"),
        ("?published_before=99999-01-01", "invalid_parameter", "published_before", "no time"),
        ("?published_after=2026-13-01", "invalid_parameter", "published_after", "no time"),
        ("?sentiment_min=NaN", "invalid_parameter", "sentiment_min", "from -1 to 1"),
        ("?sentiment_min=1e400", "invalid_parameter", "sentiment_min", "from -1 to 1"),
        ("?duplicates=no", "invalid_parameter", "duplicates", "hide, show, only"),
        ("?cursor=", "invalid_parameter", "cursor", "empty"),
        ("?cursor=abc", "invalid_cursor", "cursor", "not given out"),
        ("?cursor=abc.def", "invalid_cursor", "cursor", "not given out"),
        ("?cursor=%C3%A9", "invalid_cursor", "cursor", "not given out"),
        ("?q=" + "x" * 10_001, "invalid_query", "q", "10,000"),
        ("?q=" + "(" * 10_000, "invalid_query", "q", "50 deep"),
        ("?q=(((a)", "invalid_query", "q", "never closed"),
        ("?q=%22abc", "invalid_query", "q", "never closed"),
        ("?q=hedline:x", "invalid_query", "q", "Did you mean 'headline'"),
        ("?q=source:bcc.com", "invalid_query", "q", "Did you mean 'bbc.com'"),
        ("?q=" + "a+" * 2000, "invalid_query", "q", "clauses"),
        ("?q=!!!", "invalid_query", "q", "no word"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(archive: Archive, address: str, code: str, parameter: str, says: str) -> None:
    problem = archive.problem(LIST + address)
    assert (problem["code"], problem["parameter"]) == (code, parameter)
    assert says in problem["detail"]
    assert problem["status"] == 400


@pytest.mark.parametrize(
    "q",
    ["x" * 10_000, "漢" * 900, "date:>0001-01-01", "date:9999-12-31", "words:>999999999999999", "*", "NOT *", "id:*",
     "a " * 1_000, "(" * 50 + "a" + ")" * 50, "a OR " * 1_000 + "b", "headline:*", "-headline:* OR body:*",
     "number:[1 TO 5]", "duplicate:true", "ﬁnance ١٢٣ ＡＢＣ"],
)  # fmt: skip
def test_odd_queries_have_answers(archive: Archive, q: str) -> None:
    for sort in ("-date", "relevance"):
        response = archive.client.get(LIST, {"q": q, "sort": sort})
        assert response.status_code == 200, response.content


def test_a_page_for_people_takes_the_empty_fields_of_its_form(archive: Archive) -> None:
    response = archive.client.get(LIST + "?q=&source=&limit=2&sort=", headers={"accept": "text/html"})
    assert response.status_code == 200
    assert b"Market report 39" in response.content


@pytest.mark.parametrize("address", [LIST, "/v1/aggregations?by=topic", "/v1/entities", "/v1/topics", "/v1/sources"])
def test_every_list_has_a_page_with_its_filters(archive: Archive, address: str) -> None:
    response = archive.client.get(address, headers={"accept": "text/html"})
    assert response.status_code == 200
    for name in ("language", "published_after", "duplicates"):
        assert f'name="{name}"' in response.content.decode()


def test_the_schema_has_every_parameter() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    for path, described in (("articles", list_parameters()), ("aggregations", aggregation_parameters())):
        found = {each["name"]: each for each in schema["paths"][f"/v1/{path}"]["get"]["parameters"]}
        assert {each.name for each in described} <= set(found)
        assert all(found[each.name]["description"] for each in described)


def test_an_empty_archive_answers(archive: Archive, settings: object, tmp_path: object) -> None:
    settings.DATA_DIR = f"{tmp_path}/elsewhere"  # type: ignore[attr-defined]
    assert archive.get(LIST) == {"total": 0, "results": [], "next": None}
    assert archive.get(LIST, q="a", sort="relevance") == {"total": 0, "results": [], "next": None}
