"""From an entry to the document that is captured: HTML with the entry's text and, as JSON-LD, what the feed knows.

So an entry goes the same way as a page that was posted, and is kept as such.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from ingest.documents import MAX_ID, MAX_SOURCE, MAX_URL, clean, write_time
from ingest.readers.feeds import Entry
from ingest.readers.feeds.texts import plain

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""A date further in the future than this is a mistake."""
MOST_CHARACTERS = 2_000_000
_TAG = re.compile(r"<(?:p|br|div|ul|ol|h[1-6]|blockquote|table|img|a|em|strong|b|i|span|figure)\b[^>]*>", re.I)
_FRAME = re.compile(r"</?(?:html|head|body|article|main)\b[^>]*>|<!doctype\b[^>]*>", re.I)
"""What would end the article around the text before its end, or make a page of it."""
_ODD = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff<>\"]")
_GLOBAL = re.compile(r"https?://|tag:|urn:|[0-9a-f]{8}-[0-9a-f]{4}-", re.I)


def document(
    entry: Entry, *, source: str | None, language: str, section: str, feed: str, now: datetime, enrich: bool = True
) -> dict[str, Any]:
    """What `POST /v1/documents` would take. `feed` is the address that the entry was read from."""
    made: dict[str, Any] = {"html": _page(entry, section, now), "external_id": external_id(entry, feed)}
    made |= hints(entry, source=source, language=language, section=section, now=now)
    return made if enrich else {**made, "enrich": False}


def hints(entry: Entry, *, source: str | None, language: str, section: str, now: datetime) -> dict[str, Any]:
    """What is known of an entry beside its text, as the API names it."""
    published = sane(entry.published_at, now)
    known = {
        "url": usable(entry.url),
        "source": source[:MAX_SOURCE] if source else None,
        "language": language or entry.language,
        "section": section,
        "published_at": write_time(published) if published else None,
    }
    return {name: clean(value) for name, value in known.items() if value}


def dates(entries: Iterable[Entry], now: datetime) -> list[datetime]:
    """When entries were published, of those that say so sensibly."""
    return [at for entry in entries if (at := sane(entry.published_at, now))]


def usable(url: str | None) -> str | None:
    """An entry's address as a document may have it; None where nobody could go there: the entry is worth more."""
    if not url:
        return None
    url = _ODD.sub(lambda found: quote(found[0].encode("utf-8", "replace")), url)
    try:
        parts = urlsplit(url)
        named = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return url if named and len(url) <= MAX_URL and len(parts.hostname or "") <= 253 else None


def external_id(entry: Entry, feed: str) -> str:
    """The entry's id, if it can be that of one article in the world; else set apart by the feed's address."""
    name = clean(entry.id).strip()
    # An id such as "17" that was taken for an address relative to the feed's is none of the world.
    is_relative = name != entry.url and name.rpartition("/")[0] == feed.rpartition("/")[0] and "?" not in name
    if _GLOBAL.match(name) and len(name) <= MAX_ID and not is_relative:
        return name
    return f"{_hash(feed)}:{name}" if len(name) <= 200 else f"{_hash(feed)}:{_hash(name)}"


def key(entry: Entry) -> str:
    """What tells an entry apart in its feed, in 32 characters."""
    return _hash(entry.id)


def digest(entry: Entry) -> str:
    """What it says, in 32 characters: markup and white space do not count, which many feeds make anew each time."""
    text = plain(entry.html, MOST_CHARACTERS) or ""
    return _hash("\x1f".join((entry.url or "", entry.title or "", text)))


def sane(time: datetime | None, now: datetime) -> datetime | None:
    """A date that can be true, or None. What lies a little ahead, as clocks and zones go, is now."""
    if time is None or not EARLIEST <= time <= now + AHEAD:
        return None
    return min(time, now)


def _page(entry: Entry, section: str, now: datetime) -> str:
    """A part of a page: a whole one would be searched for where its article is, which is known here."""
    shown = html.escape(clean(entry.title or ""))
    about = orjson.dumps(_about(entry, section, now)).decode().replace("<", "\\u003c")
    # No heading where there is text: a reader may take it for a paragraph where the text is short.
    body = _body(entry.html or "") or (f"<h1>{shown}</h1>" if shown else "")
    return f'<script type="application/ld+json">{about}</script><article>{body}</article>'


def _body(text: str) -> str:
    text = _FRAME.sub("", clean(text[:MOST_CHARACTERS]))
    if _TAG.search(text):
        return text
    # Plain text: its lines are its paragraphs. Entities in it are as the feed wrote them.
    return "".join(f"<p>{part.strip()}</p>" for part in text.replace("<", "&lt;").split("\n") if part.strip())


def _about(entry: Entry, section: str, now: datetime) -> Mapping[str, Any]:
    """https://schema.org/NewsArticle, with what the feed says."""
    summary = plain(entry.summary) if entry.content else None
    published, modified = sane(entry.published_at, now), sane(entry.modified_at, now)
    known: dict[str, Any] = {
        "headline": entry.title,
        "description": summary,
        "author": [{"@type": "Person", "name": clean(name)} for name in entry.authors],
        "datePublished": write_time(published) if published else None,
        "dateModified": write_time(modified) if modified else None,
        "articleSection": section or None,
        "keywords": [clean(tag) for tag in entry.tags],
        "inLanguage": entry.language,
        "image": [
            {"@type": "ImageObject", "url": image.url, "caption": image.caption, "creditText": image.credit}
            for image in entry.images
        ],
    }
    filled = {name: clean(value) if isinstance(value, str) else value for name, value in known.items() if value}
    return {"@context": "https://schema.org", "@type": "NewsArticle", **filled}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
