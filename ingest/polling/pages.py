"""What a page leads to: the feeds it names, and on a section's front page the articles it links to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urldefrag, urlsplit

from lxml import etree, html

from enrich import hosts
from ingest.readers.decode import decode
from ingest.readers.feeds import Entry
from ingest.readers.feeds.texts import address, plain
from newsapi.errors import InvalidDocument

FEED_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/rss+xml")
)
MOST_FEEDS = 20
MOST_ARTICLES = 200
SHORTEST_HEADLINE = 20
"""Characters of a link's text from which on it looks like a headline."""
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?|rdf)(?:$|[/._?-])|\.(?:rss|atom|rdf)$", re.I)
_COMMENTS = re.compile(r"comment|respon[sd]|kommentar|comentario|commentaire", re.I)
_NO_ARTICLE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|m4a|zip|xml|rss|json|css|js)$"
    r"|/(?:tag|tags|topic|topics|author|authors|category|categories|search|login|signin|register|subscribe|account"
    r"|about|contact|privacy|terms|cookies?|imprint|impressum|newsletters?|jobs|shop|rss|feed)(?:/|$)",
    re.I,
)
_WORDS = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+){2,}", re.I)
_NUMBER = re.compile(r"\d{4,}")
_DATE = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2])(?:[/-]|\d\d)")


@dataclass(frozen=True, slots=True)
class FeedLink:
    url: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page: its own name, the feeds it names (declared ones first), the articles it links to."""

    title: str | None
    site: str | None
    language: str | None
    feeds: tuple[FeedLink, ...]
    articles: tuple[Entry, ...]


def read_page(body: bytes, *, url: str, charset: str | None = None) -> Page:
    """Raises InvalidDocument for what is no HTML page."""
    text = decode(body, charset, html=True)
    try:
        tree: Any = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise InvalidDocument(f"This is no HTML page: {error}.") from error
    base = address(_first(tree, "//base/@href"), url) or url
    return Page(
        title=plain(_first(tree, "//head/title/text()"), 500),
        site=plain(_first(tree, '//meta[@property="og:site_name"]/@content'), 255),
        language=_first(tree, "/html/@lang") or None,
        feeds=tuple({link.url: link for link in _feeds(tree, base)}.values())[:MOST_FEEDS],
        articles=tuple(_articles(tree, base))[:MOST_ARTICLES],
    )


def _first(tree: Any, path: str) -> str:
    return next((str(found).strip() for found in tree.xpath(path) if str(found).strip()), "")


def _feeds(tree: Any, base: str) -> Iterator[FeedLink]:
    """Declared in the head, those of comments last; then links whose address looks like a feed's."""
    later: list[FeedLink] = []
    for link in tree.xpath("//link[@href]"):
        found = address(link.get("href"), base)
        if found is None or not _declares_feed(link):
            continue
        made = FeedLink(urldefrag(found).url, plain(link.get("title"), 300))
        if _COMMENTS.search(made.url) or _COMMENTS.search(made.title or ""):
            later.append(made)
        else:
            yield made
    for link in tree.iterfind(".//a[@href]"):
        found = address(link.get("href"), base)
        if found and _FEED_PATH.search(urlsplit(found).path) and _near(found, base) and not _COMMENTS.search(found):
            yield FeedLink(urldefrag(found).url, plain(link.text_content(), 300))
    yield from later


def _declares_feed(link: Any) -> bool:
    kind = link.get("type", "").partition(";")[0].strip().lower()
    is_json = kind == "application/json" and "feed" in link.get("href", "").lower()
    return "alternate" in link.get("rel", "").lower().split() and (kind in FEED_TYPES or is_json)


def _articles(tree: Any, base: str) -> Iterator[Entry]:
    """Links of this site whose text is as long as a headline and whose address looks like an article's."""
    titles: dict[str, str] = {}
    for link in tree.iterfind(".//a[@href]"):
        found = address(link.get("href"), base)
        if found is None:
            continue
        found = urldefrag(found).url
        text = plain(link.text_content(), 500) or ""
        if _near(found, base) and _is_article(found) and len(text) > len(titles.get(found, "")):
            titles[found] = text
    position = 0
    for found, title in titles.items():
        if len(title) >= SHORTEST_HEADLINE or (len(title) >= 8 and not title.isascii()):
            position += 1
            yield Entry(id=found, position=position, url=found, title=title)


def _is_article(url: str) -> bool:
    parts = urlsplit(url)
    if parts.path in ("", "/") or _NO_ARTICLE.search(parts.path):
        return False
    last = parts.path.rstrip("/").rpartition("/")[2]
    return bool(_WORDS.search(last) or _NUMBER.search(parts.path) or _DATE.search(parts.path) or "id=" in parts.query)


def _near(url: str, base: str) -> bool:
    """Whether two addresses are of one site, `www.` or another subdomain aside."""
    one, other = (hosts.host_of(each) for each in (url, base))
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
