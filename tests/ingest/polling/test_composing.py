"""Entries as documents: what the feed knows goes along, and nothing an entry says breaks out of its page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.draft import Image
from ingest.documents import parse_document
from ingest.polling import composing
from ingest.polling.pages import read_page
from ingest.readers.feeds import Entry
from ingest.structuring import as_json, structure

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
FEED = "https://example.org/feeds/news.xml"


def structured(entry: Entry, section: str = "") -> dict[str, object]:
    made = composing.document(entry, source="example.org", language="", section=section, feed=FEED, now=NOW)
    return as_json(structure(parse_document(orjson.loads(orjson.dumps(made)))))


def test_what_the_feed_knows_is_in_the_article() -> None:
    entry = Entry(
        "https://example.org/1",
        1,
        url="https://example.org/1",
        title="Storm & flood hit the </script> coast",
        summary="A storm broke the harbour wall of Northfield in the night to Friday.",
        content="<p>The storm came at three.</p></article></div><p>Nobody was hurt, said Mayor Helen Sorensen.</p>",
        authors=("Ann Lee", "Bo Ek"),
        published_at=NOW - timedelta(hours=3),
        modified_at=NOW - timedelta(hours=1),
        tags=("storm", "harbour"),
        images=(Image("https://example.org/a.jpg", "The wall", "Jo Day"),),
    )
    article = structured(entry, "Weather")
    assert article["headline"] == "Storm & flood hit the coast"
    assert article["authors"] == ["Ann Lee", "Bo Ek"]
    assert article["paragraphs"] == ["The storm came at three.", "Nobody was hurt, said Mayor Helen Sorensen."]
    assert article["published_at"] == "2026-11-20T07:00:00Z"
    assert article["modified_at"] == "2026-11-20T09:00:00Z"
    assert article["section"]["label"] == "Weather"  # type: ignore[index]
    assert article["images"] == [{"url": "https://example.org/a.jpg", "caption": "The wall", "credit": "Jo Day"}]


@given(
    st.text(max_size=80),
    st.text(max_size=200),
    st.none() | st.text(max_size=80),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.lists(st.text(max_size=20), max_size=3),
    st.none() | st.text(max_size=50).map(lambda text: f"http://{text}") | st.from_regex(r"https?://[a-z:0-9@\[\]/ ]+"),
)
def test_any_entry_makes_a_document_that_json_can_carry(
    identifier: str,
    content: str,
    title: str | None,
    published: datetime | None,
    names: list[str],
    url: str | None,
) -> None:
    entry = Entry(identifier, 1, url=url, title=title, content=content, authors=tuple(names), published_at=published)
    made = composing.document(entry, source=None, language="", section="", feed=FEED, now=NOW)
    assert 0 < len(made["external_id"]) <= 255
    assert parse_document(orjson.loads(orjson.dumps(made))).html is not None


@pytest.mark.parametrize(
    ("identifier", "url", "is_of_the_world"),
    [
        ("https://example.org/?p=17", "https://example.org/2026/storm", True),
        ("tag:example.org,2026:1", None, True),
        ("urn:uuid:123e4567-e89b-12d3-a456-426614174000", None, True),
        ("123e4567-e89b-12d3-a456-426614174000", None, True),
        ("17", "https://example.org/2026/storm", False),
        ("https://example.org/feeds/17", "https://example.org/2026/storm", False),
    ],
)
def test_ids_that_only_the_feed_knows_are_set_apart(identifier: str, url: str | None, is_of_the_world: bool) -> None:
    found = composing.external_id(Entry(identifier, 1, url=url), FEED)
    assert (found == identifier) is is_of_the_world
    assert found == composing.external_id(Entry(identifier, 1, url=url), FEED)


def test_dates_that_cannot_be_true_are_left_out() -> None:
    assert composing.sane(datetime(1970, 1, 1, tzinfo=UTC), NOW) is None
    assert composing.sane(NOW + timedelta(days=30), NOW) is None
    assert composing.sane(NOW + timedelta(hours=3), NOW) == NOW


def test_links_of_a_page() -> None:
    page = """<html lang="de"><head><base href="https://example.org/a/"><title>Rheinblatt</title>
    <link rel="alternate" type="application/rss+xml" href="/comments/feed/" title="Kommentare">
    <link rel="alternate" type="application/atom+xml" href="atom.xml" title="Alle">
    <link rel="alternate" type="application/json" href="/wp-json/posts/1"></head><body>
    <a href="/rss/politik">Politik als RSS</a> <a href="https://other.example/rss">other</a>
    <a href="/2026/11/20/sturm-trifft-kueste"><img alt=""></a>
    <a href="/2026/11/20/sturm-trifft-kueste#top">Sturm trifft die Küste in der Nacht</a>
    <a href="/tag/sturm-und-regen-heute">Alles über Sturm und Regen an der Küste</a>
    <a href="https://www.example.org/artikel-12345.html">Der Bürgermeister tritt nach zehn Jahren ab</a>
    <a href="https://ads.example/2026/11/20/buy-this-thing">Kaufen Sie dieses wunderbare Ding</a></body></html>"""
    found = read_page(page.encode(), url="https://example.org/")
    assert [link.url for link in found.feeds] == [
        "https://example.org/a/atom.xml",
        "https://example.org/rss/politik",
        "https://example.org/comments/feed/",
    ]
    assert [(entry.url, entry.title) for entry in found.articles] == [
        ("https://example.org/2026/11/20/sturm-trifft-kueste", "Sturm trifft die Küste in der Nacht"),
        ("https://www.example.org/artikel-12345.html", "Der Bürgermeister tritt nach zehn Jahren ab"),
    ]
