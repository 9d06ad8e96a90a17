"""From the address that somebody gives, of a home page, a feed or a sitemap, to what can be polled there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from ingest.models import SubscriptionKind
from ingest.polling import robots
from ingest.polling.fetching import ACCEPT_FEED, follow, read_part
from ingest.polling.reading import Reading, Unreadable, read
from newsapi.errors import NewsApiError
from newsapi.http import Client, Limits, Response

WITHIN = 20.0
"""Seconds for all of it: somebody waits."""
MOST_FEEDS = 6
USUAL_FEEDS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml")
FEWEST_LINKS = 5
"""Articles that a page must link to, to be polled for them."""


class NothingFound(NewsApiError):
    code = "no_source_found"
    title = "Nothing was found there that can be polled"
    status = 422


@dataclass(frozen=True, slots=True)
class Found:
    """Something that can be polled: its address, and what it has now.."""

    url: str
    reading: Reading
    answer: Response

    @property
    def kind(self) -> SubscriptionKind:
        return self.reading.kind


class Unreachable(NewsApiError):
    """The address cannot be read: the caller's to mend, so never a 5xx."""

    code = "source_unreadable"
    title = "The source cannot be read"
    status = 422


def discover(client: Client, url: str, *, now: datetime, kind: str | None = None) -> list[Found]:
    """What can be polled at an address, the best first: itself if it is a feed or sitemap, else what the page names.

    Raises Unreachable or NothingFound, saying what is there instead.
    """
    return _Search(client, now).run(url, kind)


def best(client: Client, url: str) -> tuple[str, str, dict[str, str]]:
    """Address, kind, and what is known of the best that can be polled there. Raises what discover does."""
    found = discover(client, url, now=datetime.now(UTC))[0]
    title = "" if found.kind == SubscriptionKind.SITEMAP else found.reading.title or ""
    return found.url, found.kind.value, {"title": title, "home_url": found.reading.home_url or ""}


class _Search:
    def __init__(self, client: Client, now: datetime) -> None:
        self._client = client
        self._now = now
        self._until = time.monotonic() + WITHIN
        self._tried: set[str] = set()

    def run(self, url: str, kind: str | None) -> list[Found]:
        first = self._get(url, 15.0)
        try:
            reading = read(first, kind, self._now)
        except NewsApiError as error:
            raise Unreachable(error.detail, code=error.code, field="url") from error
        address = first.moved_to or url
        if reading.kind != SubscriptionKind.PAGE or kind is not None:
            return [Found(address, self._whole(reading), first)]
        found = list(self._feeds(first, reading)) or list(self._usual(first.url))
        found += self._sitemaps(first.url)
        if len(reading.entries) >= FEWEST_LINKS:
            found.append(Found(address, reading, first))
        if not found:
            raise NothingFound(
                "The page names no feed, none is at the usual places, there is no sitemap with entries, and it links"
                f" to fewer than {FEWEST_LINKS} articles. Give the address of a feed, or kind=page to poll it anyway.",
                field="url",
            )
        return found

    def _get(self, url: str, seconds: float) -> Response:
        self._tried.add(url)
        limits = Limits(deadline=max(1.0, min(seconds, self._until - time.monotonic())))
        try:
            answer = self._client.get(url, headers={"Accept": ACCEPT_FEED}, limits=limits)
        except NewsApiError as error:
            raise Unreachable(error.detail, code=error.code, field="url") from error
        if answer.status != 200:
            host = urlsplit(answer.url).hostname
            raise Unreachable(f"{host} answers {answer.status} for this address.", code="http_status", field="url")
        return answer

    def _try(self, url: str, kind: SubscriptionKind, seconds: float) -> Found | None:
        """What is there, if it is of that kind and has entries."""
        if url in self._tried or time.monotonic() > self._until - 1.0:
            return None
        try:
            answer = self._get(url, seconds)
            reading = self._whole(read(answer, kind, self._now))
        except (Unreachable, Unreadable):
            return None
        return Found(answer.moved_to or url, reading, answer) if reading.entries else None

    def _feeds(self, page: Response, reading: Reading) -> Iterator[Found]:
        for link in reading.feeds[:MOST_FEEDS]:
            if (found := self._try(link.url, SubscriptionKind.FEED, 8.0)) is not None:
                yield found

    def _usual(self, url: str) -> Iterator[Found]:
        for path in USUAL_FEEDS:
            if (found := self._try(urljoin(url, path), SubscriptionKind.FEED, 5.0)) is not None:
                yield found
                return

    def _sitemaps(self, url: str) -> Iterator[Found]:
        named = robots.read(self._client, url).sitemaps
        news_first = sorted(named, key=lambda each: "news" not in each.lower())
        for each in [*news_first[:3], *(urljoin(url, path) for path in USUAL_SITEMAPS)]:
            if each.startswith(("http://", "https://")):
                found = self._try(each, SubscriptionKind.SITEMAP, 8.0)
                if found is not None:
                    yield found
                    return

    def _whole(self, reading: Reading) -> Reading:
        """A sitemap index with the entries of its first parts."""
        if not reading.parts:
            return reading
        entries = list(reading.entries)
        for url in follow(reading, None):
            if time.monotonic() > self._until - 1.0:
                break
            part = read_part(self._client, url)
            entries += part.entries if part else ()
        return replace(reading, entries=tuple(entries))
