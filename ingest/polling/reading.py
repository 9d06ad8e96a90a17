"""What came from an address, whatever it is: a feed, a sitemap or a page that links to articles, as entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ingest.models import SubscriptionKind
from ingest.polling.pages import FeedLink, read_page
from ingest.readers.feeds import Entry, NotAFeed, read_feed
from ingest.readers.sitemaps import NotASitemap, Sitemap, SitemapEntry, read_sitemap
from newsapi.errors import NewsApiError
from newsapi.http import Response


class Unreadable(NewsApiError):
    """What the address answers is not what it is polled for."""

    code = "source_unreadable"
    title = "The source cannot be read"
    status = 422


@dataclass(frozen=True, slots=True)
class Reading:
    """`entries` as the source has them. `parts` are the further sitemaps of an index, newest first; `feeds` those
    that a page names. `ttl` in s; hours and days to skip in UTC (0 is Monday)."""

    kind: SubscriptionKind
    title: str | None = None
    home_url: str | None = None
    language: str | None = None
    entries: tuple[Entry, ...] = ()
    parts: tuple[SitemapEntry, ...] = ()
    feeds: tuple[FeedLink, ...] = ()
    ttl: int = 0
    skip_hours: frozenset[int] = field(default_factory=frozenset)
    skip_days: frozenset[int] = field(default_factory=frozenset)
    problems: tuple[str, ...] = ()


def read(answer: Response, kind: str | None, now: datetime) -> Reading:
    """What is in an answer of status 200. `kind` is what it has to be; None takes whatever it is.

    Raises Unreadable, saying what it is instead.
    """
    if not answer.body.strip():
        raise Unreadable("The answer is empty.")
    content_type = answer.headers.get("content-type", "")
    refused: list[NewsApiError] = []
    if kind in (None, SubscriptionKind.FEED):
        try:
            return _feed(answer, content_type, now)
        except NotAFeed as error:
            refused.append(error)
    if kind in (None, SubscriptionKind.SITEMAP):
        try:
            return from_sitemap(read_sitemap(answer.body, url=answer.url))
        except NotASitemap as error:
            refused.append(error)
    if kind == SubscriptionKind.PAGE or (kind is None and _may_be_page(answer)):
        try:
            return _page(answer)
        except NewsApiError as error:
            refused.append(error)
    said = " ".join(dict.fromkeys(error.detail for error in refused))
    if kind is None:
        said = f"This is neither a feed nor a sitemap nor an HTML page, but {answer.media_type or 'something else'}."
    raise Unreadable(said)


def _may_be_page(answer: Response) -> bool:
    return "html" in answer.media_type or b"<html" in answer.body[:2_000].lower()


def _feed(answer: Response, content_type: str, now: datetime) -> Reading:
    feed = read_feed(answer.body, url=answer.url, content_type=content_type, received_at=now)
    return Reading(
        SubscriptionKind.FEED,
        title=feed.title,
        home_url=feed.home_url,
        language=feed.language,
        entries=feed.entries,
        ttl=feed.ttl or 0,
        skip_hours=feed.skip_hours,
        skip_days=feed.skip_days,
        problems=feed.problems,
    )


def from_sitemap(sitemap: Sitemap) -> Reading:
    """A sitemap's entries and parts, those that changed last first."""
    entries = tuple(_of_sitemap(entry, position) for position, entry in enumerate(sitemap.entries, 1))
    title = next((entry.publisher for entry in sitemap.entries if entry.publisher), None)
    return Reading(
        SubscriptionKind.SITEMAP,
        title=title,
        language=next((entry.language for entry in sitemap.entries if entry.language), None),
        entries=entries,
        parts=tuple(sorted(sitemap.sitemaps, key=_news_first)),
        problems=sitemap.problems,
    )


def _of_sitemap(entry: SitemapEntry, position: int) -> Entry:
    return Entry(
        id=entry.url,
        position=position,
        url=entry.url,
        title=entry.title,
        published_at=entry.published_at or entry.modified_at,
        modified_at=entry.modified_at,
        language=entry.language,
        tags=entry.keywords,
        images=entry.images,
    )


def _news_first(part: SitemapEntry) -> tuple[bool, float]:
    return "news" not in part.url.lower(), -(part.modified_at.timestamp() if part.modified_at else 0.0)


def _page(answer: Response) -> Reading:
    page = read_page(answer.body, url=answer.url, charset=answer.charset)
    return Reading(
        SubscriptionKind.PAGE,
        title=page.site or page.title,
        home_url=answer.url,
        language=page.language,
        entries=page.articles,
        feeds=page.feeds,
    )
