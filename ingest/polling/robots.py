"""What a host allows, by its robots.txt (RFC 9309). Pages are asked for; feeds and sitemaps are made for machines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from protego import Protego

from newsapi.http import Client, FetchError, Limits
from newsapi.http import parse as parse_url

PRODUCT = "newsapi"
"""The name that a robots.txt may address us by."""
LIMITS = Limits(deadline=10.0, body=512_000, cut=True)
"""RFC 9309 section 2.5: at least 500 kibibytes have to be read."""
LONGEST_DELAY = 120.0
"""Seconds: a longer crawl delay is taken for this one."""


@dataclass(frozen=True, slots=True)
class Robots:
    """A robots.txt as it was answered: the HTTP status (0 where no answer came) and, of a success, its text."""

    status: int
    text: str = ""

    @property
    def unreachable(self) -> bool:
        """Section 2.3.1.4: where the server fails, nothing may be fetched until it answers."""
        return self.status == 0 or self.status >= 500 or self.status == 429

    def allows(self, url: str) -> bool:
        """Section 2.3.1.3: where there is no robots.txt (4xx), everything may be fetched."""
        if self.unreachable:
            return False
        return not self.text or bool(_parsed(self.text).can_fetch(url, PRODUCT))

    @property
    def delay(self) -> float:
        """Seconds between two requests that it asks for; 0 where it says nothing."""
        if not self.text:
            return 0.0
        rules = _parsed(self.text)
        delay = float(rules.crawl_delay(PRODUCT) or 0.0)
        rate = rules.request_rate(PRODUCT)
        if rate is not None and rate.requests:
            delay = max(delay, rate.seconds / rate.requests)
        return min(max(delay, 0.0), LONGEST_DELAY)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return tuple(_parsed(self.text).sitemaps)[:100] if self.text else ()


def read(client: Client, url: str) -> Robots:
    """The robots.txt of the host of this address. Raises nothing: what cannot be read has the status 0."""
    try:
        answer = client.get(address(url), limits=LIMITS)
    except FetchError:
        return Robots(0)
    if answer.status != 200:
        return Robots(answer.status)
    return Robots(200, answer.body.decode("utf-8", "replace").replace("\0", ""))


def address(url: str) -> str:
    """Where the robots.txt that goes for this address is."""
    parts = urlsplit(str(parse_url(url)))
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


@lru_cache(maxsize=256)
def _parsed(text: str) -> Protego:
    return Protego.parse(text)
