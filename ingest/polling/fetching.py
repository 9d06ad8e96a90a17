"""A visit to a host: one request after another, with its pauses. Runs in a thread and touches no database."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from ingest.models import SeenEntry, Subscription, SubscriptionKind
from ingest.polling import robots as robots_txt
from ingest.polling import schedule
from ingest.polling.claiming import Visit
from ingest.polling.politeness import host_of, pause
from ingest.polling.reading import Reading, from_sitemap, read
from ingest.polling.robots import Robots
from ingest.readers.sitemaps import NotASitemap, read_sitemap
from newsapi.errors import NewsApiError
from newsapi.http import Client, FetchError, Limits, Response

logger = logging.getLogger(__name__)
FEED_LIMITS = Limits(deadline=20.0, body=10_000_000)
SITEMAP_LIMITS = Limits(deadline=20.0, body=10_000_000, cut=True)
"""The protocol allows 50 MB; the beginning of such a one is better than nothing."""
PAGE_LIMITS = Limits(deadline=20.0, body=10_000_000)
ACCEPT_FEED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9,"
    " text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"
SHORTEST_REST, LONGEST_REST = 60.0, 3_600.0
"""Seconds that a host is left alone which answers 429."""
PARTS = 3
"""Sitemaps of an index that are read at a poll, besides the index."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What a subscription's address answered, or why there is no answer.

    `reading` is what is in it, where that had to be known here, and `parts` are the sitemaps of an index.
    """

    subscription: Subscription
    answer: Response | None = None
    error: NewsApiError | None = None
    reading: Reading | None = None
    parts: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an entry's page answered, or why there is no answer. `again`: it may be there another time."""

    entry: SeenEntry
    answer: Response | None = None
    error: NewsApiError | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class RobotsRead:
    host: str
    robots: Robots


@dataclass(frozen=True, slots=True)
class Left:
    """The visit is over; the host is to be left alone for `pause` s."""

    host: str
    pause: float


Event = Polled | Fetched | RobotsRead | Left


class RobotsDisallow(NewsApiError):
    code = "robots_disallow"
    title = "The site does not want this page to be fetched"
    status = 422


class RobotsUnreachable(NewsApiError):
    code = "robots_unreachable"
    title = "The site's robots.txt cannot be read"
    status = 502


class Visitor:
    """Makes one visit. `until` (monotonic s) is when no further request is begun."""

    def __init__(
        self, client: Client, visit: Visit, put: Callable[[Event], None], until: float, stop: threading.Event
    ) -> None:
        self._client = client
        self._visit = visit
        self._put = put
        self._until = until
        self._stop = stop
        self._robots = visit.robots
        self._pause = 0.0

    def run(self) -> None:
        """All of it, or what there is time for; the end is told in any case."""
        try:
            for each in self._requests():
                self._put(each)
        finally:
            self._put(Left(self._visit.host, self._pause))

    def _requests(self) -> Iterator[Event]:
        for subscription in self._visit.polls:
            if not self._turn(subscription.rate):
                return
            polled = self._poll(subscription)
            yield polled
            if self._is_unwelcome(polled.answer):
                return
        for entry in self._visit.pages:
            if self._robots is None:
                if not self._turn(entry.subscription.rate):
                    return
                self._robots = robots_txt.read(self._client, _url(entry))
                yield RobotsRead(self._visit.host, self._robots)
            if not self._robots.allows(_url(entry)):
                yield self._refused(entry)
                continue
            if not self._turn(entry.subscription.rate):
                return
            fetched = self._page(entry)
            yield fetched
            if self._is_unwelcome(fetched.answer):
                return

    def _turn(self, rate: float | None) -> bool:
        """Wait until the host may be asked again; False where the time is over before."""
        wait = self._pause
        crawl_delay = self._robots.delay if self._robots else 0.0
        self._pause = pause(self._visit.host, rate=rate, crawl_delay=crawl_delay)
        return time.monotonic() + wait < self._until and not self._stop.wait(wait)

    def _is_unwelcome(self, answer: Response | None) -> bool:
        """Whether the host was asked too often: then it is left alone for a while, whatever else is due there."""
        if answer is None or answer.status != 429:
            return False
        wanted = schedule.retry_after(answer.headers, datetime.now(UTC)) or 0
        self._pause = min(max(wanted, SHORTEST_REST), LONGEST_REST)
        return True

    def _poll(self, subscription: Subscription) -> Polled:
        page = subscription.kind == SubscriptionKind.PAGE
        headers = {"Accept": ACCEPT_PAGE if page else ACCEPT_FEED, **conditions(subscription)}
        try:
            if page:
                self._ask_robots(subscription)
            is_sitemap = subscription.kind == SubscriptionKind.SITEMAP
            limits = SITEMAP_LIMITS if is_sitemap else FEED_LIMITS
            answer = self._client.get(subscription.url, headers=headers, limits=limits)
            if is_sitemap and answer.status == 200 and _may_be_index(answer.body):
                index = read(answer, SubscriptionKind.SITEMAP, datetime.now(UTC))
                return Polled(subscription, answer, reading=index, parts=tuple(self._parts(subscription, index)))
            return Polled(subscription, answer)
        except NewsApiError as error:
            return Polled(subscription, error=error)
        except Exception as error:
            # It has to be told: what is not told stays due, and would be polled for ever.
            logger.exception("polling %s failed", subscription.url)
            return Polled(subscription, error=fault("Fetching", error))

    def _ask_robots(self, subscription: Subscription) -> None:
        if self._robots is None:
            self._robots = robots_txt.read(self._client, subscription.url)
            self._put(RobotsRead(self._visit.host, self._robots))
            self._turn(subscription.rate)
        if not self._robots.allows(subscription.url):
            raise _refusal(self._robots, subscription.url)

    def _parts(self, subscription: Subscription, index: Reading) -> Iterator[Reading]:
        """Of an index, the sitemaps that changed since the last poll, the newest first."""
        for part in follow(index, subscription.last_success_at):
            if host_of(part) != self._visit.host or not self._turn(subscription.rate):
                continue
            found = read_part(self._client, part)
            if found is not None:
                yield found

    def _page(self, entry: SeenEntry) -> Fetched:
        try:
            answer = self._client.get(_url(entry), headers={"Accept": ACCEPT_PAGE}, limits=PAGE_LIMITS)
        except FetchError as error:
            return Fetched(entry, error=error, again=error.code in ("too_slow", "interrupted", "connect_failed"))
        except Exception as error:
            logger.exception("fetching %s failed", _url(entry))
            return Fetched(entry, error=fault("Fetching", error))
        if answer.status != 200:
            again = answer.status == 429 or answer.status >= 500
            said = FetchError(f"{urlsplit(answer.url).hostname} answers {answer.status}.", code="http_status")
            return Fetched(entry, answer, error=said, again=again)
        return Fetched(entry, answer)

    def _refused(self, entry: SeenEntry) -> Fetched:
        robots = self._robots or Robots(0)
        return Fetched(entry, error=_refusal(robots, _url(entry)), again=robots.unreachable)


def conditions(subscription: Subscription) -> Mapping[str, str]:
    """Headers that let the server answer 304 (RFC 9110 section 13.1)."""
    headers = {"If-None-Match": subscription.etag, "If-Modified-Since": subscription.last_modified}
    return {name: value for name, value in headers.items() if value}


def _may_be_index(body: bytes) -> bool:
    """Whether it is worth reading here, before it is read for its entries."""
    return body.startswith(b"\x1f\x8b") or b"<sitemapindex" in body[:4_096]


def follow(index: Reading, since: datetime | None) -> list[str]:
    """The parts of a sitemap index that are worth reading: not those that say they did not change since."""
    # A day more, as many say the day only.
    after = since - timedelta(days=1) if since else None
    changed = [part for part in index.parts if not after or part.modified_at is None or part.modified_at >= after]
    return [part.url for part in changed[:PARTS]]


def read_part(client: Client, url: str) -> Reading | None:
    """A sitemap of an index; None for one that cannot be read: the others are still worth it."""
    try:
        answer = client.get(url, headers={"Accept": ACCEPT_FEED}, limits=SITEMAP_LIMITS)
        return from_sitemap(read_sitemap(answer.body, url=answer.url)) if answer.status == 200 else None
    except (FetchError, NotASitemap):
        return None


def fault(doing: str, error: Exception) -> NewsApiError:
    """What is told of an error that nobody foresaw, in `doing` ("Reading") what a source or a page needs."""
    said = f"{doing} it failed ({type(error).__name__}). This is a fault of ours."
    return NewsApiError(said, code="internal_error", status=500)


def _refusal(robots: Robots, url: str) -> NewsApiError:
    host = urlsplit(url).hostname
    if robots.unreachable:
        return RobotsUnreachable(f"The robots.txt of {host} cannot be read, so nothing is fetched from it.", url=url)
    return RobotsDisallow(f"The robots.txt of {host} does not allow {url}.", url=url)


def _url(entry: SeenEntry) -> str:
    return str((entry.document or {}).get("url") or "")
