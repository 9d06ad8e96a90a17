"""Reads a sitemap as a stream, so that a large one costs little and a broken one gives what came before the break."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from enrich.draft import Image
from ingest.documents import parse_time
from ingest.readers.dates import find_date
from ingest.readers.decode import decode
from ingest.readers.feeds.texts import address, distinct, language, plain
from newsapi import contents
from newsapi.errors import InvalidDocument, NewsApiError

VERSION = "sitemap-1"
MOST_ENTRIES = 50_000
"""The protocol's own limit for one file."""
MOST_BYTES = 52_428_800
_CHUNK = 65_536


class NotASitemap(NewsApiError):
    """What was read is no sitemap; `found` says what it looks like."""

    code = "not_a_sitemap"
    title = "This is no sitemap"
    status = 422


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """A page. What is beyond `url` and `modified_at` comes from the Google News and image extensions."""

    url: str
    modified_at: datetime | None = None
    title: str | None = None
    published_at: datetime | None = None
    publisher: str | None = None
    language: str | None = None
    keywords: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitemap:
    """`entries` of a sitemap, or `sitemaps` (their address and time of change) of an index."""

    entries: tuple[SitemapEntry, ...] = ()
    sitemaps: tuple[SitemapEntry, ...] = ()
    problems: tuple[str, ...] = ()


def read_sitemap(data: bytes, *, url: str | None = None) -> Sitemap:
    """XML, gzip of it, or plain text with an address on each line. Raises NotASitemap for anything else."""
    problems: list[str] = []
    if data.startswith(b"\x1f\x8b"):
        data = _unpacked(data, problems)
    head = data[:2_048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<") and b"\0" not in head[:64]:
        return _plain(data)
    entries: list[SitemapEntry] = []
    sitemaps: list[SitemapEntry] = []
    root = None
    dropped = 0
    for event, element in _elements(data, problems):
        name = etree.QName(element).localname
        if event == "start":
            root = root or name
            if root not in ("urlset", "sitemapindex"):
                raise NotASitemap(f"This is no sitemap: its first element is <{root[:40]}>.", found=root[:40])
            continue
        into = entries if name == "url" else sitemaps if name == "sitemap" else None
        if into is None or element.getparent() is None or element.getparent().getparent() is not None:
            continue
        entry = _entry(element, url)
        if entry is None:
            dropped += 1
        else:
            into.append(entry)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
        if len(entries) + len(sitemaps) >= MOST_ENTRIES:
            problems.append(f"It has more than {MOST_ENTRIES:,} entries; the rest was left out.")
            break
    if root is None:
        raise NotASitemap("This is no sitemap: there is no element in it.", found="text")
    if dropped:
        problems.append(f"{dropped:,} entries have no usable address.")
    return Sitemap(tuple(entries), tuple(sitemaps), tuple(problems))


def _elements(data: bytes, problems: list[str]) -> Iterator[tuple[str, Any]]:
    parser: Any = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
    )
    fed = 0
    try:
        while fed < len(data):
            parser.feed(data[fed : fed + _CHUNK])
            fed += _CHUNK
            for event, element in parser.read_events():
                if isinstance(element.tag, str):
                    yield event, element
        parser.close()
        for event, element in parser.read_events():
            if isinstance(element.tag, str):
                yield event, element
    except etree.XMLSyntaxError as error:
        problems.append(f"It is not well-formed: {str(error)[:200]}.")


def _entry(element: Any, base: str | None) -> SitemapEntry | None:
    found: dict[str, str] = {}
    pictures: list[str | None] = []
    for child in element.iter():
        if not isinstance(child.tag, str) or child is element:
            continue
        text = "".join(child.itertext()).strip()
        name = etree.QName(child)
        if name.localname == "loc" and child.getparent() is not element:
            pictures.append(address(text, base))
        elif text:
            found.setdefault(name.localname, text)
    url = address(found.get("loc"), base)
    if url is None:
        return None
    return SitemapEntry(
        url,
        modified_at=_time(found.get("lastmod")),
        title=plain(found.get("title")),
        published_at=_time(found.get("publication_date")),
        publisher=plain(found.get("name"), 300),
        language=language(found.get("language")),
        keywords=distinct(plain(part, 200) for part in found.get("keywords", "").split(",")[:50]),
        images=tuple(Image(picture) for picture in distinct(pictures)[:20]),
    )


def _time(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        return parse_time(text)
    except ValueError:
        found = find_date(text[:100])
        return found.at if found is not None else None


def _plain(data: bytes) -> Sitemap:
    """One address a line (the protocol's text file)."""
    try:
        lines = [line.strip() for line in decode(data).splitlines() if line.strip()]
    except InvalidDocument as error:
        raise NotASitemap("This is no sitemap, but some binary file.", found="binary") from error
    urls = distinct(address(line) for line in lines[:MOST_ENTRIES])
    if not urls or len(urls) < len(lines) // 2:
        raise NotASitemap("This is neither an XML sitemap nor a list of addresses.", found="text")
    return Sitemap(tuple(SitemapEntry(url) for url in urls))


def _unpacked(data: bytes, problems: list[str]) -> bytes:
    try:
        out, cut = contents.read([data], "gzip", "", MOST_BYTES, cut=True)
    except contents.ContentError as error:
        raise NotASitemap(error.detail, found="gzip") from error
    if cut:
        problems.append(f"It is longer than {MOST_BYTES:,} bytes unpacked; the rest was left out.")
    return out
