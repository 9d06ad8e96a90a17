"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from enrich.draft import Image
from ingest.documents import parse_time
from ingest.readers.feeds.feed import Entry, Feed
from ingest.readers.feeds.texts import MOST_TAGS, address, digest, distinct, language, markup, plain

MOST_IMAGES = 20


def read_json_feed(feed: Mapping[str, Any], url: str | None) -> Feed:
    """Items that are no objects are left out and said; whatever else has the wrong type counts as absent."""
    problems: list[str] = []
    home = address(feed.get("home_page_url"), url)
    base = home or url
    items = feed.get("items")
    if not isinstance(items, list):
        problems.append("items is missing or no list.")
        items = []
    entries = []
    for position, item in enumerate(items, 1):
        if isinstance(item, Mapping):
            entries.append(_entry(item, position, base, feed))
        else:
            problems.append(f"Item {position} is no object.")
    hubs = feed.get("hubs")
    return Feed(
        kind="json",
        title=plain(feed.get("title")),
        home_url=home,
        self_url=address(feed.get("feed_url"), url),
        next_url=address(feed.get("next_url"), url),
        hubs=distinct(address(each.get("url")) for each in hubs if isinstance(each, Mapping))
        if isinstance(hubs, list)
        else (),
        language=language(feed.get("language")),
        description=plain(feed.get("description")),
        entries=tuple(entries),
        problems=tuple(problems),
    )


def _entry(item: Mapping[str, Any], position: int, base: str | None, feed: Mapping[str, Any]) -> Entry:
    url = address(item.get("url"), base) or address(item.get("external_url"), base)
    title = plain(item.get("title"))
    text = item.get("content_text")
    content = markup(item.get("content_html")) or (
        "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n") if part.strip())
        if isinstance(text, str) and text.strip()
        else None
    )
    given = item.get("id")
    name = str(given).strip() if isinstance(given, str | int | float) and not isinstance(given, bool) else ""
    tags = item.get("tags")
    images = [Image(url=found) for key in ("image", "banner_image") if (found := address(item.get(key), base))]
    return Entry(
        id=name[:2_000] or url or digest(title, content),
        position=position,
        url=url or address(name),
        title=title,
        summary=markup(item.get("summary")),
        content=content,
        authors=_authors(item) or _authors(feed),
        published_at=_time(item.get("date_published")),
        modified_at=_time(item.get("date_modified")),
        language=language(item.get("language")),
        tags=distinct(plain(tag, 200) for tag in tags[:MOST_TAGS]) if isinstance(tags, list) else (),
        images=tuple(dict.fromkeys(images))[:MOST_IMAGES],
    )


def _authors(thing: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of `authors` (1.1) or `author` (1.0)."""
    several = thing.get("authors")
    found = several if isinstance(several, list) else [thing.get("author")]
    return distinct(plain(author.get("name"), 200) for author in found[:50] if isinstance(author, Mapping))


def _time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return parse_time(value)
    except ValueError:
        return None
