"""Articles that arrive in fields: ninjs in its versions, schema.org JSON-LD, and what the service itself exports."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrich.draft import Item
from ingest.documents import parse_document, parse_json
from ingest.readers import structured
from ingest.readers.decode import decode
from ingest.structuring import as_json, structure
from newsapi.errors import InvalidDocument, NewsApiError
from search.exports.ninjs import ninjs

GOLDEN = Path(__file__).parents[2] / "golden"
PAGES = Path(__file__).parent / "pages"
CARD = (
    *("site", "source", "section", "headline", "standfirst", "byline", "authors", "credited_to", "dateline"),
    *("published_at", "modified_at", "language", "body", "word_count", "reading_time", "keywords", "images", "url"),
    *("entities", "topics", "sentiment"),
)
"""What lists show of an article, besides what its row says."""


def article(document: Any) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(orjson.dumps(as_json(structure(parse_document(document)))))
    return found


def refused(document: Any) -> InvalidDocument:
    with pytest.raises(InvalidDocument) as caught:
        structure(parse_document(document))
    return caught.value


def inputs() -> list[dict[str, Any]]:
    found = []
    for path in [*sorted(GOLDEN.glob("*.in.*")), *sorted(PAGES.glob("*.html"))]:
        content = path.read_bytes()
        kind = "html" if path.suffix == ".html" else "text"
        found.append(parse_json(content) if path.suffix == ".json" else {kind: decode(content, html=kind == "html")})
    return found  # type: ignore[return-value]


def test_what_is_exported_is_read_back_without_loss() -> None:
    compared = 0
    for document in inputs():
        try:
            first = article(document)
        except NewsApiError:
            continue
        again = article({**first, "id": "0192a000-0000-7000-8000-000000000000", "number": 7, "revision": 2})
        assert {**again, "id": None} == {**first, "id": None}
        card = {name: first[name] for name in CARD}
        of_card = article({**card, "id": "0192a000-0000-7000-8000-000000000000", "number": 7, "duplicate_of": None})
        assert {name: of_card[name] for name in CARD} == card
        compared += 1
    assert compared > 50


def test_an_article_is_known_by_the_id_that_its_publisher_gave_it_else_by_its_own() -> None:
    own = {"id": "0192a000-0000-7000-8000-000000000000", "headline": "Ferry is late", "paragraphs": ["It is fog."]}
    assert parse_document(own).id == own["id"]
    assert parse_document({**own, "external_id": "x-1"}).id == "x-1"
    received = parse_document({**own, "received_at": "2026-06-18T14:05:00Z"}).received_at
    assert received == datetime(2026, 6, 18, 14, 5, tzinfo=UTC)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"paragraphs": "one"}, "paragraphs"),
    ({"paragraphs": ["one", 2]}, "paragraphs[1]"),
    ({"authors": {"name": "x"}}, "authors"),
    ({"headline": ["x"]}, "headline"),
    ({"published_at": "yesterday"}, "published_at"),
    ({"language": {"code": 5}}, "language"),
    ({"source": ["x"]}, "source"),
    ({"source": {"name": 5}}, "source.name"),
    ({"section": {"label": "World", "topic": "politics"}}, "section.topic"),
    ({"images": ["x"]}, "images[0]"),
    ({"images": [{"url": 5}]}, "images[0].url"),
    ({"url": "javascript:alert(1)"}, "url"),
    ({"access": "secret"}, "access"),
    ({"genre": "poem"}, "genre"),
]


@pytest.mark.parametrize("change, field", WRONG)
def test_a_field_that_no_export_has_is_named(change: dict[str, Any], field: str) -> None:
    good = {"headline": "Ferry is late", "paragraphs": ["It is fog that keeps the ferry."], "body": "", "revision": 1}
    assert article(good)["headline"] == "Ferry is late"
    assert refused({**good, **change}).extra["field"] == field


def test_a_page_of_results_is_told_to_be_sent_one_by_one() -> None:
    assert "one a line" in refused({"total": 1, "results": [{}], "next": None}).detail


BODY = (
    "<p>HAMBURG (Reuters) - A new bridge over the Elbe was opened on Tuesday, Mayor Anna Petersen said.</p>"
    "<h2>Who pays</h2><p>The opposition called it <b>too dear</b> and <a href='https://example.org/x'>asked why</a>.</p>"
    "<ul><li>The port pays a third.</li><li>The city pays the rest.</li></ul>"
)
LEAD = "The senate wants to show what the bridge cost before the autumn."
V3 = {
    "uri": "urn:newsml:dpa.com:20090101:190510-99-167362",
    "type": "text",
    "versionCreated": "2026-05-10T16:02:28+02:00",
    "firstCreated": "2026-05-10T15:00:00+02:00",
    "pubStatus": "usable",
    "copyrightHolder": "dpa",
    "language": "en",
    "headlines": [{"role": "subheadline", "value": LEAD}, {"role": "main", "value": "New bridge over the Elbe opens"}],
    "bodies": [
        {"role": "main", "contentType": "text/plain", "value": "A plain form of the text that is not the fullest."},
        {"role": "rich", "contentType": "text/html", "value": BODY},
        {"role": "nitf", "contentType": "application/xml", "value": "<nitf><p>Never shown</p></nitf>"},
    ],
    "by": "By Christian Hollmann, dpa",
    "subjects": [{"name": "Elbe", "rel": "about"}, {"name": "Politics", "rel": "category"}],
    "genres": [{"name": "Analysis"}],
    "associations": [
        {
            "name": "a1",
            "type": "picture",
            "by": "Karl Melander/TT",
            "descriptions": [{"role": "caption", "value": "The bridge in the morning"}],
            "renditions": [
                {"name": "s", "href": "https://example.org/s.jpg", "width": 100, "contentType": "image/jpeg"},
                {"name": "l", "href": "https://example.org/l.jpg", "width": 900, "contentType": "image/jpeg"},
                {"name": "v", "href": "https://example.org/v.mp4", "width": 1900, "contentType": "video/mp4"},
            ],
        },
        {"name": "v1", "type": "video", "renditions": [{"href": "https://example.org/v.mp4"}]},
    ],
}


def lower(value: Any) -> Any:
    """ninjs 2 has the names of ninjs 3 in lower case."""
    if isinstance(value, dict):
        return {name.lower(): lower(member) for name, member in value.items()}
    return [lower(each) for each in value] if isinstance(value, list) else value


V1 = {
    "uri": "tag:dpa.com,2026:1",
    "type": "text",
    "versioncreated": "2026-05-10T16:02:28+0200",
    "firstcreated": "2026-05-10T15:00:00+0200",
    "copyrightholder": "dpa",
    "language": "en",
    "headline": "New bridge over the Elbe opens",
    "description_text": LEAD,
    "body_text": "A plain form of the text.",
    "body_html": BODY,
    "byline": "By Christian Hollmann, dpa",
    "subject": [{"name": "Politics", "rel": "category"}, {"name": "Elbe"}],
    "genre": [{"code": "Analysis", "name": "Analysis"}],
    "associations": {
        "featured": {
            "type": "picture",
            "byline": "Karl Melander/TT",
            "description_text": "The bridge in the morning",
            "renditions": {"l": {"href": "https://example.org/l.jpg", "width": 900, "mimetype": "image/jpeg"}},
        }
    },
}


@pytest.mark.parametrize("item", [V1, lower(V3), V3], ids=["ninjs 1", "ninjs 2", "ninjs 3"])
def test_ninjs(item: dict[str, Any]) -> None:
    found = article(item)
    assert found["headline"] == "New bridge over the Elbe opens"
    assert found["standfirst"] == LEAD
    assert found["authors"] == ["Christian Hollmann"]
    assert found["source"] == {"name": "dpa", "domain": "dpa.com"}
    assert found["dateline"]["place"] == "HAMBURG" and found["credited_to"] == "Reuters"
    assert found["published_at"] == "2026-05-10T13:00:00Z" and found["modified_at"] == "2026-05-10T14:02:28Z"
    assert found["paragraphs"] == [
        "A new bridge over the Elbe was opened on Tuesday, Mayor Anna Petersen said.",
        "Who pays",
        "The opposition called it too dear and asked why.",
        "The port pays a third.",
        "The city pays the rest.",
    ]
    assert "## Who pays" in found["body_markdown"] and "[asked why](https://example.org/x)" in found["body_markdown"]
    assert found["section"]["name"] == "Politics" and set(found["keywords"]) == {"Elbe", "Politics"}
    assert found["genre"] == "analysis"
    assert found["images"] == [
        {"url": "https://example.org/l.jpg", "caption": "The bridge in the morning", "credit": "Karl Melander/TT"}
    ]
    assert {found["provenance"][name]["method"] for name in ("headline", "body", "authors", "source")} == {"ninjs"}
    assert parse_document(item).id == item["uri"]
    assert any(entity["name"] == "Elbe" for entity in found["entities"])


def test_our_own_export_as_ninjs_is_read_back() -> None:
    compared = 0
    for document in inputs():
        try:
            first = article(document)
        except NewsApiError:
            continue
        item = ninjs({**first, "id": "0192a000-0000-7000-8000-000000000000", "external_id": "x-1"})
        again = article(item)
        for name in ("headline", "paragraphs", "published_at", "url", "images"):
            # ninjs always says when a version was made: what has no date of publication gets that.
            assert again[name] == first[name] or (name == "published_at" and not first[name]), first["headline"]
        source, read_back = first["source"] or {}, again["source"] or {}
        if source.get("domain"):
            assert read_back["domain"] == source["domain"]
            assert read_back["name"] == source["name"] or source["name"] in (None, source["domain"])
        assert parse_document(item).id == "x-1"
        compared += 1
    assert compared > 50


def test_ninjs_that_is_not_to_be_used_is_refused_in_words() -> None:
    assert refused({**V3, "pubStatus": "canceled"}).extra["field"] == "pubstatus"
    assert "neither a headline nor a body" in refused({"uri": "tag:x,2026:1", "pubstatus": "usable"}).detail


def test_ninjs_under_embargo_is_refused_until_it_ends() -> None:
    from dataclasses import replace

    item = {**V3, "embargoed": "2026-05-11T06:00:00Z"}
    before = replace(parse_document(item), received_at=datetime(2026, 5, 10, 20, tzinfo=UTC))
    with pytest.raises(InvalidDocument) as caught:
        structure(before)
    assert caught.value.code == "embargoed" and "2026-05-11T06:00:00Z" in caught.value.detail
    after = replace(before, received_at=datetime(2026, 5, 11, 7, tzinfo=UTC))
    assert as_json(structure(after))["published_at"] == "2026-05-11T06:00:00Z"


LINKED: dict[str, Any] = {
    "@type": "NewsArticle",
    "@id": "https://www.example-post.com/a/1#article",
    "url": "https://www.example-post.com/a/1",
    "headline": "Council votes to rebuild bridge | Example Post",
    "description": "The plan costs forty million euros and will begin in spring, the mayor said.",
    "author": {"@type": "Person", "name": "Jane Doe"},
    "publisher": {"@type": "Organization", "name": "Example Post"},
    "datePublished": "2026-03-02T10:00:00+01:00",
    "inLanguage": "en",
    "image": {"@type": "ImageObject", "url": "https://example.org/x.jpg", "caption": "The bridge. Photo: Ann Lee/AFP"},
    "isAccessibleForFree": "False",
    "keywords": "bridge, council",
    "articleSection": "Politics",
    "articleBody": "NORTHFIELD (Reuters) - The council voted to rebuild the bridge &amp; harbour.\n\nWork begins in spring.",
}
GRAPH = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "@id": "#site", "name": "Example Post"},
        {"@type": "Organization", "@id": "#org", "name": "Example Post"},
        {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
        {"@type": ["Article", "https://schema.org/NewsArticle"]}
        | {name: value for name, value in LINKED.items() if name != "@type"}
        | {"author": [{"@id": "#jane"}], "publisher": {"@id": "#org"}},
        {"@type": "Article", "headline": "Another story that is only linked to"},
    ],
}
SHAPES = [{"@context": "https://schema.org", **LINKED}, GRAPH, [LINKED], [{"@type": "WebPage", "mainEntity": LINKED}]]


@pytest.mark.parametrize("document", SHAPES, ids=["object", "graph", "list", "main entity"])
def test_schema_org(document: Any) -> None:
    found = article(document)
    assert found["headline"] == "Council votes to rebuild bridge"
    assert found["standfirst"] == LINKED["description"]
    assert found["authors"] == ["Jane Doe"] and found["site"] == "Example Post"
    assert found["source"] == {"name": "Example Post", "domain": "example-post.com"}
    assert found["published_at"] == "2026-03-02T09:00:00Z"
    assert found["paragraphs"] == ["The council voted to rebuild the bridge & harbour.", "Work begins in spring."]
    assert found["dateline"]["place"] == "NORTHFIELD" and found["credited_to"] == "Reuters"
    assert found["section"]["name"] == "Politics" and found["keywords"] == ["bridge", "council"]
    assert found["access"] == "paywalled" and found["url"] == LINKED["url"]
    assert found["images"] == [{"url": "https://example.org/x.jpg", "caption": "The bridge.", "credit": "Ann Lee/AFP"}]
    assert {found["provenance"][name]["method"] for name in ("headline", "body", "authors")} == {"schema.org"}


def test_a_body_in_html_gives_markdown() -> None:
    found = article({**LINKED, "articleBody": BODY})
    assert found["paragraphs"][1] == "Who pays" and "## Who pays" in found["body_markdown"]


def test_the_updates_of_a_live_blog() -> None:
    updates = [
        {"@type": "BlogPosting", "headline": "Doors open", "articleBody": "The hall fills.", "datePublished": "2026-03-02T10:05:00Z"},
        {"@type": "BlogPosting", "headline": "It begins", "articleBody": "The mayor speaks.", "datePublished": "2026-03-02T10:20:00Z"},
    ]  # fmt: skip
    found = article({"@type": "LiveBlogPosting", "headline": "Council meets: live", "liveBlogUpdate": updates})
    assert found["paragraphs"] == ["10:05", "Doors open", "The hall fills.", "10:20", "It begins", "The mayor speaks."]
    assert found["genre"] == "live"


def test_json_ld_without_one_article_is_refused_in_words() -> None:
    assert "2 articles" in refused([LINKED, LINKED]).detail
    assert "no article" in refused({"@context": "https://schema.org", "@type": "Recipe", "name": "Soup"}).detail
    assert "neither a headline" in refused({"@type": "NewsArticle", "datePublished": "2026-03-02"}).detail


def test_an_input_object_stays_one() -> None:
    assert structured.detect({"text": "x", "url": "https://example.org"}) is None
    assert structured.detect({"html": "<p>x", "id": "1"}) is None
    assert structured.detect({"url": "https://example.org"}) is None
    assert refused({"title": "x", "content": "y"}).extra["field"] == "title"


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30)
    | st.sampled_from(["2026-05-10", "<p>x</p>", "https://example.org/a", "NewsArticle", "#a", "text/html", "picture"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["@id", "@type", "name", "value", "role", "href", "label", "code", "url"]), inner),
    max_leaves=8,
)  # fmt: skip
NAMES = st.sampled_from(
    sorted(
        set(V1) | set(V3) | set(LINKED) | set(CARD) | {"@graph", "@context", "paragraphs", "provenance", "embargoed"}
    )
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(structured.FORMS), st.dictionaries(NAMES, VALUES, max_size=12))
def test_any_value_of_any_member_is_an_article_or_a_clear_refusal(form: str, document: dict[str, Any]) -> None:
    base = {"ninjs": V1, "schema.org": LINKED, "newsapi": {"headline": "Ferry is late", "body": "It is fog."}}[form]
    for data in ({**base, **document}, document):
        try:
            as_json(structure(structured.document_of(Item(form, data))))
        except NewsApiError as error:
            assert error.detail
