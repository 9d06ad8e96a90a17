"""Pages in many languages and styles of markup give the article; hostile and broken ones give an answer."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.draft import Draft, RawDocument
from ingest.readers.html import read_html
from ingest.readers.html.images import split_credit
from ingest.readers.html.page import parse
from ingest.readers.html.values import without_site
from newsapi.errors import InvalidDocument

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
RECEIVED = datetime(2026, 6, 19, tzinfo=UTC)


def read(html: str, **known: Any) -> Draft:
    return read_html(RawDocument(html=html, received_at=RECEIVED, **known))


def page(name: str) -> Draft:
    path = Path(__file__).parent / "pages" / f"{name}.html"
    return read(path.read_text(encoding="utf-8"), url="https://www.harbourpost.example/x" if "graph" in name else None)


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_pages(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    draft = page(path.stem)
    for field in ("site", "headline", "standfirst", "credited_to", "url"):
        if field in expected:
            assert getattr(draft, field) == expected[field], field
    for field in ("authors", "keywords"):
        if field in expected:
            assert list(getattr(draft, field)) == expected[field], field
    for field in ("published_at", "modified_at"):
        if field in expected:
            assert getattr(draft, field) == datetime.fromisoformat(expected[field]), field
            assert field in draft.provenance
    if "section" in expected:
        assert draft.section is not None and draft.section.label == expected["section"]
    if "image" in expected:
        image = draft.images[0]
        assert [image.url, image.caption, image.credit] == expected["image"]
    if "paragraphs" in expected:
        assert len(draft.paragraphs) == expected["paragraphs"], draft.paragraphs
    if "first" in expected:
        assert draft.paragraphs[0].startswith(expected["first"])
    if "last" in expected:
        assert draft.paragraphs[-1].endswith(expected["last"])
    for text in expected.get("has", ()):
        assert text in draft.paragraphs
    for text in expected.get("without", ()):
        assert text not in draft.body
    for field, method in expected.get("methods", {}).items():
        assert draft.provenance[field].method == method
    for field, note in expected.get("notes", {}).items():
        assert note in (draft.provenance[field].note or "")
    assert draft.headline not in draft.paragraphs
    assert draft.standfirst not in draft.paragraphs


def test_there_are_many_pages() -> None:
    assert len(PAGES) >= 11


def test_every_field_says_where_it_came_from() -> None:
    draft = page("english_graph")
    for field in (
        "headline",
        "standfirst",
        "authors",
        "byline",
        "published_at",
        "url",
        "keywords",
        "section",
        "images",
    ):
        mark = draft.provenance[field]
        assert mark.method and 0 < mark.confidence <= 1 and mark.version
    assert draft.provenance["published_at"].lines


BODY = "".join(
    f"<p>Paragraph number {i} tells of the {word} that was found behind the old mill, and of those who came to see it.</p>"
    for i, word in enumerate(["barrel", "boat", "bicycle", "piano", "clock", "coin"])
)


def article(head: str = "", body: str = "") -> str:
    return f"<html lang=en><head>{head}</head><body><article><h1>A find behind the mill</h1>{body}{BODY}</article></body></html>"


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ('<meta name="author" content="Jane Doe">', ["Jane Doe"]),
        ('<meta name="author" content="By Jane Doe and John Smith">', ["Jane Doe", "John Smith"]),
        ('<meta property="article:author" content="https://www.facebook.com/janedoe">', []),
        ('<meta name="author" content="admin">', []),
        ('<meta name="author" content="Example News"><meta property="og:site_name" content="Example News">', []),
        ('<meta name="author" content="Reuters">', []),
        ('<script type="application/ld+json">{"@type":"NewsArticle","headline":"x y z","author":"Jane Doe, John Smith"}</script>', ["Jane Doe", "John Smith"]),
        ('<script type="application/ld+json">{"@type":"NewsArticle","headline":"x y z","author":{"name":["Jane Doe","John Smith"]}}</script>', ["Jane Doe", "John Smith"]),
        ('<script type="application/ld+json">{"@type":"NewsArticle","headline":"x y z","author":{"@type":"Person","name":"Jane Doe, Political Editor"}}</script>', ["Jane Doe"]),
    ],
)  # fmt: skip
def test_authors(head: str, authors: list[str]) -> None:
    assert list(read(article(head)).authors) == authors


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("/2026/mill", "https://example.com/2026/mill"),
        ("https://www.example.com/2026/mill", "https://www.example.com/2026/mill"),
        ("https://other.example.org/2026/mill", "https://example.com/a?b=c"),
        ("https://example.com/", "https://example.com/a?b=c"),
        ("javascript:alert(1)", "https://example.com/a?b=c"),
        ("http://[", "https://example.com/a?b=c"),
    ],
)
def test_canonical(canonical: str, url: str) -> None:
    assert read(article(f'<link rel="canonical" href="{canonical}">'), url="https://example.com/a?b=c").url == url


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("A find | Example News", "Example News", "A find"),
        ("Example News - A find", "Example News", "A find"),
        ("A find - World - Example News", "Example News", "A find - World"),
        ("A find – BBC News", None, "A find"),
        ("Time – the last enemy", None, "Time – the last enemy"),
        ("Mill: what we know", "Example News", "Mill: what we know"),
    ],
)
def test_the_site_is_cut_off_the_title(title: str, site: str | None, expected: str) -> None:
    assert without_site(title, site, None) == expected


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("A street in Kyiv. Photo: Jane Doe/AFP", "A street in Kyiv.", "Jane Doe/AFP"),
        ("A street in Kyiv (Jane Doe/Reuters)", "A street in Kyiv", "Jane Doe/Reuters"),
        ("Eine Straße. Foto: dpa", "Eine Straße.", "dpa"),
        ("A street © Jane Doe", "A street", "Jane Doe"),
        ("A street in Kyiv (archive)", "A street in Kyiv (archive)", None),
        ("", None, None),
    ],
)
def test_credits(text: str, caption: str | None, credit: str | None) -> None:
    assert split_credit(text) == (caption, credit)


def test_a_date_in_the_future_is_not_believed() -> None:
    draft = read(article('<meta property="article:published_time" content="2031-01-01T00:00:00Z">'))
    assert draft.published_at is None


def test_a_description_that_repeats_the_text_is_no_standfirst() -> None:
    repeated = "Paragraph number 0 tells of the barrel that was found behind the old mill, and of…"
    assert read(article(f'<meta name="description" content="{repeated}">')).standfirst is None


HOSTILE = {
    "deep": "<div>" * 100_000 + "text " * 100,
    "one line": "<p>" + "word " * 1_000_000,
    "many tags": "<p>a</p>" * 200_000,
    "bare signs": "<" * 500_000,
    "long attribute": "<div class='" + "share " * 100_000 + "'>hello world</div>",
    "deep json": '<script type="application/ld+json">' + "[" * 100_000 + "</script><p>Hello there, world</p>",
    "nested json": '<script type="application/ld+json">' + '{"@type":"Article","hasPart":' * 3_000 + "1" + "}" * 3_000 + "</script><p>Hello there, world</p>",
    "entities": "<!DOCTYPE x [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><html><p>&b; hello world</p></html>",
    "nul and surrogates": "<html><p>a\x00b\ud800 hello world</p></html>",
    "tables": "<html><table><tr><td>" * 5_000,
    "links": "<html>" + "<a href=x>link</a> " * 50_000,
    "metas": "<html>" + "<meta name=author content='Jane Doe'>" * 50_000 + "<p>Hello there, world</p>",
    "title": "<html><title>" + "| " * 100_000 + "</title><p>Hello there, world</p>",
    "dates": "<html>" + "<time>1/1/" * 50_000 + "<p>Hello there, world</p>",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end(name: str) -> None:
    start = time.process_time()
    try:
        read(HOSTILE[name])
    except InvalidDocument as error:
        assert error.status == 422
    assert time.process_time() - start < 12


@pytest.mark.parametrize("html", ["", " ", "<html></html>", "<script>var x = 1</script>", "<!-- nothing -->"])
def test_pages_without_text_are_refused(html: str) -> None:
    with pytest.raises(InvalidDocument):
        read(html)


def test_text_without_any_markup_is_read() -> None:
    draft = read("A find behind the mill\n\nThe barrel was found on Monday by two children who were looking for a dog.")
    assert "barrel" in draft.body or "barrel" in (draft.headline or "")


def test_json_ld_however_it_is_written() -> None:
    for script in (
        '/* <![CDATA[ */ {"@type":"NewsArticle","headline":"H"} /* ]]> */',
        '{"@type":"NewsArticle","headline":"H"};',
        '{"@type":"Thing"} {"@type":"NewsArticle","headline":"H"}',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;headline&quot;:&quot;H&quot;}",
        '[[{"@graph":[{"@type":["Thing","http://schema.org/NewsArticle"],"headline":"H",}]}]]',
    ):
        found = parse(f'<html><script type="application/ld+json">{script}</script></html>')
        assert [node["headline"] for node, _ in found.nodes("NewsArticle")] == ["H"], script


TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div class='byline'>",
        "</div>",
        "<h1>",
        "</h1>",
        "<time datetime='2026-06-18'>",
        "<figure>",
        "<figcaption>",
        "<article>",
        "<br>",
        "<li>",
        "By Jane Doe",
        "text and more",
        "<meta property='og:title' content='x'>",
        '<script type=\'application/ld+json\'>{"@type":"NewsArticle","author":[[1]],"headline":{}}</script>',
        "<link rel=canonical href='//['>",
        "&amp;",
        "\x00",
        "�",
        "<html lang=xx>",
        "<body>",
        "<!--",
        "-->",
        "<title>",
    ]
)


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(st.text(max_size=100), st.lists(TAGS, max_size=25).map("".join)),
    st.sampled_from([None, "https://example.com/a", "x", "http://["]),
)
def test_any_markup(html: str, url: str | None) -> None:
    with contextlib.suppress(InvalidDocument):
        assert isinstance(read(html, url=url), Draft)
