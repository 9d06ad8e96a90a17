"""Inputs that hold many documents, as the objects that `POST /v1/documents` takes: feeds, sitemaps, lists in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ingest.documents import write_time
from ingest.inputs import loads
from ingest.polling import composing
from ingest.readers import structured
from ingest.readers.feeds import Entry, read_feed
from ingest.readers.sitemaps import Sitemap, SitemapEntry, read_sitemap
from ingest.readers.structured.forms import articles_in

Document = dict[str, Any]


def of_json(content: bytes) -> list[Any] | None:
    """The documents of a list, of a page of results, or of JSON-LD with several articles; None for one document.

    Raises InvalidJson.
    """
    value = loads(content)
    if isinstance(value, Mapping) and isinstance(value.get("results"), list):
        return list(value["results"])
    item = structured.detect(value)
    if item is None:
        return value if isinstance(value, list) else None
    if item.form != structured.SCHEMA_ORG:
        return None
    articles = articles_in(value)
    return list(articles) if len(articles) > 1 else None


def of_feed(content: bytes, url: str | None, hints: Mapping[str, str], now: datetime) -> list[Document]:
    """The entries of a feed, newest as the feed has them. Raises NotAFeed.

    `hints` may have `source` and `language`; else the feed's own home page and language are taken.
    """
    feed = read_feed(content, url=url, received_at=now)
    source = hints.get("source") or _host(feed.home_url or feed.self_url or url) or feed.title
    language = hints.get("language") or feed.language or ""
    known_as = feed.self_url or url or feed.home_url or feed.title or ""
    return [
        composing.document(entry, source=source, language=language, section="", feed=known_as, now=now)
        for entry in feed.entries
        if _has_text(entry)
    ]


def _has_text(entry: Entry) -> bool:
    return bool(entry.title or entry.html)


def of_sitemap(
    content: bytes, url: str | None, hints: Mapping[str, str], now: datetime
) -> tuple[list[Document], list[str]]:
    """The pages of a sitemap as addresses to fetch, the newest first; of an index the addresses of its sitemaps.

    Raises NotASitemap.
    """
    found: Sitemap = read_sitemap(content, url=url)
    pages = sorted(found.entries, key=_age)
    parts = sorted(found.sitemaps, key=_age)
    return [_page(entry, hints, now) for entry in pages if composing.usable(entry.url)], [part.url for part in parts]


def _age(entry: SitemapEntry) -> float:
    moment = entry.published_at or entry.modified_at
    return -moment.timestamp() if moment else 0.0


def _page(entry: SitemapEntry, hints: Mapping[str, str], now: datetime) -> Document:
    published = composing.sane(entry.published_at, now)
    known = {
        "url": composing.usable(entry.url),
        "source": hints.get("source"),
        "language": hints.get("language") or entry.language,
        "published_at": write_time(published) if published else None,
    }
    return {name: value for name, value in known.items() if value}


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
