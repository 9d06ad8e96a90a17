"""One article over REST: reading, correcting, deleting; and the details of entities, sources and topics."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from articles.models import Article, Change, Entity, Source
from ingest import services
from tests.ingest.api import PARAGRAPHS, client, process, reader, text

pytestmark = pytest.mark.django_db


def ingest(**document: Any) -> Article:
    capture = services.receive(orjson.dumps({"text": text(), **document}), "application/json", wake=False)
    process()
    capture.refresh_from_db()
    assert capture.article is not None
    return capture.article


def url(article: Article) -> str:
    return f"/v1/articles/{article.id}"


def patch(article: Article, fields: Any, **headers: Any) -> Any:
    return client().patch(url(article), fields, format="json", **headers)


def test_an_article_has_every_member() -> None:
    found = reader().get(url(ingest(source="example.org", url="https://example.org/1"))).json()
    assert list(found)[:6] == ["id", "number", "revision", "version", "date", "duplicate_of"]
    for name in ("site", "source", "section", "headline", "standfirst", "byline", "authors", "credited_to", "dateline"):
        assert name in found
    assert found["body"] == "\n\n".join(found["paragraphs"])
    assert found["paragraphs"] == list(PARAGRAPHS)
    assert all(entity["id"] for entity in found["entities"])
    assert found["date"].endswith("Z")


def test_an_article_that_did_not_change_costs_a_304(django_assert_num_queries: Any) -> None:
    article = ingest()
    first = reader().get(url(article))
    assert first["ETag"] == '"1"'
    for tag in ('"1"', 'W/"1"', '"0", "1"', "*"):
        with django_assert_num_queries(1):
            assert reader().get(url(article), HTTP_IF_NONE_MATCH=tag).status_code in (304,), tag
    assert reader().get(url(article), HTTP_IF_NONE_MATCH='"2"').status_code == 200
    patch(article, {"byline": "By Ann Lee"})
    assert reader().get(url(article), HTTP_IF_NONE_MATCH='"1"').status_code == 200


@pytest.mark.parametrize(
    "path", ["articles/1", "articles/%00", "entities/x", "sources/-", "topics/nope", "articles/" + "0" * 5000]
)
def test_what_names_nothing_is_404(path: str) -> None:
    answer = reader().get(f"/v1/{path}")
    assert answer.status_code == 404 and answer.json()["code"] == "not_found"
    for method in ("patch", "delete"):
        assert getattr(client(), method)(f"/v1/{path}", {"headline": "x"}, format="json").status_code in (404, 405)


def test_unknown_parameters_are_named() -> None:
    assert reader().get(f"{url(ingest())}?fileds=x").json()["parameter"] == "fileds"


def test_a_correction_is_a_new_version_marked_in_the_provenance() -> None:
    article = ingest(source="example.org")
    answer = patch(article, {"authors": ["Ann Lee", "Ann Lee"], "section": "Culture", "published_at": "2026-05-01"})
    found = answer.json()
    assert answer.status_code == 200 and answer["ETag"] == '"2"'
    assert found["authors"] == ["Ann Lee"] and found["section"]["label"] == "Culture"
    assert found["published_at"] == found["date"] == "2026-05-01T00:00:00Z"
    assert found["provenance"]["authors"]["method"] == "correction"
    assert (found["revision"], found["version"]) == (1, 2)
    assert list(Change.objects.order_by("id").values_list("kind", "version")) == [("created", 1), ("updated", 2)]


def test_a_corrected_text_is_a_revision_and_is_enriched_anew() -> None:
    article = ingest()
    before = article.document["fingerprints"]["content"]
    found = patch(article, {"body": "In Paris it rained.\n\nIn Berlin the sun shone on the river all day."}).json()
    assert found["paragraphs"] == ["In Paris it rained.", "In Berlin the sun shone on the river all day."]
    assert found["revision"] == 2 and found["word_count"] == 14
    assert found["fingerprints"]["content"] != before
    places = {entity["name"] for entity in found["entities"] if entity["type"] == "place"}
    assert {"Paris", "Berlin"} <= places
    for entity in found["entities"]:
        for mention in entity["mentions"]:
            assert found[mention["field"]][mention["start"] : mention["end"]] == mention["text"]
    assert found["provenance"]["body"]["method"] == found["provenance"]["paragraphs"]["method"] == "correction"
    assert found["provenance"]["entities"]["method"] != "correction"


def test_what_was_corrected_is_known_when_it_arrives_again() -> None:
    article = ingest(source="example.org", external_id="s")
    patch(article, {"headline": "Put right", "paragraphs": ["All of the text was replaced by hand."]})
    again = ingest(source="example.org", external_id="s")
    assert again == article and again.headline == "Put right" and again.version == 2
    assert ingest(source="example.org") == article


def test_a_new_text_drops_corrections_of_the_old_text_only() -> None:
    article = ingest(source="example.org", external_id="s")
    patch(article, {"headline": "Put right", "byline": "By Ann Lee"})
    again = ingest(source="example.org", external_id="s", text=text("Bridge rebuilt at last"))
    assert again == article
    assert again.headline == "Bridge rebuilt at last" and again.document["byline"] == "By Ann Lee"


def test_null_empties_a_field_and_nothing_changed_is_no_version() -> None:
    article = ingest()
    assert patch(article, {"url": "https://example.org/a"}).json()["url"] == "https://example.org/a"
    assert patch(article, {"url": None}).json()["url"] is None
    assert patch(article, {"url": None}).json()["version"] == 3


def test_topics_come_with_their_ancestors_and_entities_with_their_mentions() -> None:
    found = patch(
        ingest(),
        {
            "topics": ["medtop:20000002", "politics"],
            "entities": [{"type": "place", "name": "Northfield", "country": "us"}],
        },
    ).json()
    codes = [topic["code"] for topic in found["topics"]]
    assert codes == ["medtop:20000002", "medtop:01000000", "medtop:11000000"]
    [entity] = found["entities"]
    assert entity["country"] == "US" and entity["id"] == str(Entity.objects.get(name="Northfield", country="US").id)
    assert [mention["text"] for mention in entity["mentions"]] == ["Northfield"]


def test_a_corrected_source_is_a_source() -> None:
    article = ingest(source="exmaple.org")
    found = patch(article, {"source": {"name": "The Example", "domain": "example.org"}}).json()
    source = Source.objects.get(domain="example.org")
    assert found["source"] == {"id": str(source.id), "name": "The Example", "domain": "example.org"}


BAD: list[tuple[Any, str | None]] = [
    ({}, None),
    ([], None),
    ("x", None),
    ({"headlin": "x"}, "headlin"),
    ({"id": "x"}, "id"),
    ({"headline": 5}, "headline"),
    ({"headline": ""}, "headline"),
    ({"headline": "x" * 10_001}, "headline"),
    ({"headline": "a\x00b"}, "headline"),
    ({"authors": "Ann"}, "authors"),
    ({"authors": ["Ann", None]}, "authors[1]"),
    ({"published_at": "yesterday"}, "published_at"),
    ({"published_at": "24h"}, "published_at"),
    ({"published_at": "0000-01-01"}, "published_at"),
    ({"published_at": "99999-01-01"}, "published_at"),
    ({"published_at": 5}, "published_at"),
    ({"language": "english"}, "language"),
    ({"topics": ["medtop:1"]}, "topics[0]"),
    ({"topics": [None]}, "topics[0]"),
    ({"section": {"label": "x", "colour": "y"}}, "section.colour"),
    ({"section": {}}, "section.label"),
    ({"source": {}}, "source"),
    ({"source": {"domain": "a b"}}, "source.domain"),
    ({"entities": [{"type": "thing", "name": "x"}]}, "entities[0].type"),
    ({"entities": [{"type": "person"}]}, "entities[0].name"),
    ({"entities": [{"type": "place", "name": "x", "country": "USA"}]}, "entities[0].country"),
    ({"images": [{"url": "javascript:x"}]}, "images[0].url"),
    ({"dateline": {"place": "x", "date": "2026-02-30"}}, "dateline.date"),
    ({"body": ""}, "body"),
    ({"paragraphs": []}, "paragraphs"),
    ({"paragraphs": None}, "paragraphs"),
    ({"body": "x", "paragraphs": ["x"]}, "body"),
    ({"url": "x"}, "url"),
]


@pytest.mark.parametrize("fields, field", BAD, ids=[str(fields)[:40] for fields, _ in BAD])
def test_corrections_that_make_no_sense_name_the_field(fields: Any, field: str | None) -> None:
    article = ingest()
    answer = patch(article, fields)
    assert answer.status_code == 422 and answer.json().get("field") == field, answer.json()
    article.refresh_from_db()
    assert article.version == 1


def test_a_correction_that_is_no_json_is_400() -> None:
    answer = client().generic("PATCH", url(ingest()), b'{"headline": "\xff"}', content_type="application/json")
    assert answer.status_code == 400
    assert client().generic("PATCH", url(ingest()), b"x", content_type="text/plain").status_code == 415


def test_a_correction_may_ask_for_a_version() -> None:
    article = ingest()
    assert patch(article, {"byline": "By A"}, HTTP_IF_MATCH='"1"').status_code == 200
    answer = patch(article, {"byline": "By B"}, HTTP_IF_MATCH='"1"')
    assert answer.status_code == 412 and answer.json()["code"] == "precondition_failed"
    for tag in ("x", '"x"', '"1", "2"'):
        assert patch(article, {"byline": "By B"}, HTTP_IF_MATCH=tag).status_code == 412


def test_correcting_and_deleting_need_a_key_that_may() -> None:
    article = ingest()
    assert reader().delete(url(article)).status_code == 401
    assert client("read").patch(url(article), {"headline": "x"}, format="json").status_code == 403
    assert client("read").delete(url(article)).status_code == 403


def test_a_deleted_article_is_gone_and_leaves_nothing() -> None:
    article = ingest(external_id="s")
    assert client().delete(url(article)).status_code == 204
    for answer in (reader().get(url(article)), client().delete(url(article)), patch(article, {"headline": "x"})):
        assert answer.status_code == 410 and answer.json()["code"] == "gone"
    assert reader().get(url(article), HTTP_IF_NONE_MATCH='"2"').status_code == 410
    article.refresh_from_db()
    assert article.document == {} and article.headline == ""
    assert list(Change.objects.order_by("id").values_list("kind", "version")) == [("created", 1), ("deleted", 2)]
    assert ingest(external_id="s").id != article.id


def test_the_next_oldest_becomes_the_original() -> None:
    first, second, third = (ingest(source=f"{name}.example") for name in "abc")
    client().delete(url(first))
    second.refresh_from_db(), third.refresh_from_db()
    assert second.duplicate_of is None and third.duplicate_of == second
    assert (second.version, third.version) == (2, 2)
    kinds = list(Change.objects.filter(article__in=[second, third], version=2).values_list("kind", flat=True))
    assert kinds == ["updated", "updated"]
    assert ingest(source="d.example").duplicate_of == second


def test_entities_sources_and_topics_lead_to_their_articles() -> None:
    ingest(source="example.org")
    entity, source = Entity.objects.first(), Source.objects.get()
    assert entity is not None
    found = reader().get(f"/v1/entities/{entity.id}").json()
    assert found["name"] == entity.name and found["articles"] == f"/v1/articles?entity={entity.id}"
    found = reader().get(f"/v1/sources/{source.id}").json()
    assert found["domain"] == "example.org" and str(source.id) in found["articles"]
    for name in ("medtop:20000002", "20000002", "Arts%20and%20Entertainment"):
        found = reader().get(f"/v1/topics/{name}").json()
        assert found["code"] == "medtop:20000002" and found["ancestors"][0]["code"] == "medtop:01000000"
    assert reader().get("/v1/topics/polytics").json()["suggestion"] == "politics"


def test_the_browsable_pages_open() -> None:
    article = ingest(source="example.org")
    for path in (url(article), f"/v1/sources/{Source.objects.get().id}", "/v1/topics/medtop:11000000"):
        page = reader().get(path, HTTP_ACCEPT="text/html")
        assert page.status_code == 200 and b"<html" in page.content
