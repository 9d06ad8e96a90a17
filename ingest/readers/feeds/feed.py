"""What a feed says, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from enrich.draft import Image
from newsapi.errors import NewsApiError


class NotAFeed(NewsApiError):
    """What was read is no feed; `found` says what it looks like (`html`, `sitemap`, `text`, …)."""

    code = "not_a_feed"
    title = "This is no feed"
    status = 422


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `id` tells it apart from every other of its feed, and is the same the next time.

    `summary` and `content` are HTML as the feed has it; `title` is plain text. `position` is 1-based.
    """

    id: str
    position: int
    url: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    publisher: str | None = None
    """The source element: who published it first."""

    @property
    def html(self) -> str | None:
        """The fullest text that the feed has of it."""
        return self.content or self.summary


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its entries in its order. `ttl` in s; hours and days (0 is Monday) not to ask at, in UTC.

    `hubs` are WebSub hubs, `next_url` the next page of a paged feed (RFC 5005, JSON Feed). `problems` say in words what
    was wrong with it and had to be guessed.
    """

    kind: str
    title: str | None = None
    home_url: str | None = None
    self_url: str | None = None
    next_url: str | None = None
    hubs: tuple[str, ...] = ()
    language: str | None = None
    description: str | None = None
    ttl: int | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    entries: tuple[Entry, ...] = ()
    problems: tuple[str, ...] = ()
