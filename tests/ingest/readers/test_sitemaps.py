"""Sitemaps, whole and broken."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.sitemaps import NotASitemap, read_sitemap

NEWS = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc>https://harbour.example/news/1</loc><lastmod>2026-06-18</lastmod>
    <news:news><news:publication><news:name>Harbour Post</news:name><news:language>en</news:language></news:publication>
      <news:publication_date>2026-06-18T14:05:00+02:00</news:publication_date><news:title>Ferry &amp; storm</news:title>
      <news:keywords>ferry, storm</news:keywords></news:news>
    <image:image><image:loc>https://harbour.example/a.jpg</image:loc></image:image></url>
  <url><loc> /news/2 </loc></url>
  <url><lastmod>2026-06-18</lastmod></url>
</urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://harbour.example/s1.xml.gz</loc><lastmod>2026-06-18T12:00:00Z</lastmod></sitemap>
<sitemap><loc>https://harbour.example/s2.xml.gz</loc></sitemap></sitemapindex>"""


@pytest.mark.parametrize("data", [NEWS, gzip.compress(NEWS), b"\xef\xbb\xbf" + NEWS, NEWS.replace(b"</urlset>", b"")])
def test_entries_with_what_the_extensions_say(data: bytes) -> None:
    found = read_sitemap(data, url="https://harbour.example/sitemap.xml")
    first, second = found.entries
    assert (first.url, first.title, first.publisher) == (
        "https://harbour.example/news/1",
        "Ferry & storm",
        "Harbour Post",
    )
    assert first.published_at == datetime(2026, 6, 18, 12, 5, tzinfo=UTC)
    assert first.modified_at == datetime(2026, 6, 18, tzinfo=UTC)
    assert (first.language, first.keywords) == ("en", ("ferry", "storm"))
    assert [image.url for image in first.images] == ["https://harbour.example/a.jpg"]
    assert second.url == "https://harbour.example/news/2"
    assert any("no usable address" in problem for problem in found.problems)


def test_an_index_lists_sitemaps() -> None:
    found = read_sitemap(INDEX)
    assert [each.url for each in found.sitemaps] == [f"https://harbour.example/s{n}.xml.gz" for n in (1, 2)]
    assert found.entries == ()


def test_a_list_of_addresses_is_a_sitemap() -> None:
    assert len(read_sitemap(b"https://h.example/1\nhttps://h.example/2\n").entries) == 2


@pytest.mark.parametrize(
    "data", [b"", b"<html><body>no</body></html>", b"<rss/>", b"Not found", b"\x89PNG\r\n", b"\x1f\x8bbroken", b"{}"]
)
def test_what_is_no_sitemap_is_said(data: bytes) -> None:
    with pytest.raises(NotASitemap):
        read_sitemap(data)


def test_entities_are_neither_expanded_nor_fetched() -> None:
    levels = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'lol'}'>" for n in range(10))
    doctype = f"<!DOCTYPE urlset [{levels}<!ENTITY x SYSTEM 'file:///etc/passwd'>]>".encode()
    data = NEWS.replace(b"?>", b"?>" + doctype, 1).replace(b"Ferry", b"&l9;&x;Ferry")
    assert "root:" not in str(read_sitemap(data))


def test_a_sitemap_as_large_as_the_protocol_allows() -> None:
    rows = b"".join(b"<url><loc>https://h.example/%d</loc></url>" % n for n in range(50_010))
    found = read_sitemap(b"<urlset>" + rows + b"</urlset>")
    assert len(found.entries) == 50_000
    assert found.problems


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"<urlset><url><loc>", b"<?xml version='1.0'?><urlset>", b"\x1f\x8b"]),
)
def test_anything_at_all_is_a_sitemap_or_none(data: bytes, beginning: bytes) -> None:
    try:
        found = read_sitemap(beginning + data)
    except NotASitemap:
        return
    assert all(entry.url.startswith("http") for entry in found.entries)
