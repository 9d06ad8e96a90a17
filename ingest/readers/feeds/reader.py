"""Reads a feed with feedparser, mends what feedparser leaves, and gives every entry that is in it."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import feedparser

from enrich.draft import Image
from ingest.documents import parse_json, parse_time
from ingest.readers.dates import find_date
from ingest.readers.decode import decode
from ingest.readers.feeds.feed import Entry, Feed, NotAFeed
from ingest.readers.feeds.jsonfeed import MOST_IMAGES, read_json_feed
from ingest.readers.feeds.texts import MOST_TAGS, address, digest, distinct, language, markup, plain
from newsapi.errors import InvalidDocument

VERSION = "feed-1"
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_SKIP_HOURS = re.compile(rb"<skipHours\b[^>]*>(.{0,2000}?)</skipHours>", re.S | re.I)
_SKIP_DAYS = re.compile(rb"<skipDays\b[^>]*>(.{0,2000}?)</skipDays>", re.S | re.I)
_HOUR = re.compile(rb"<hour\b[^>]*>\s*(\d{1,2})\s*</hour>", re.I)
_DAY = re.compile(rb"<day\b[^>]*>\s*([A-Za-z]+)\s*</day>", re.I)
_DAYS = (b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun")
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_MAIL_AND_NAME = re.compile(r"[^\s@]+@[^\s@()]+\s*\(([^()]+)\)")
_NAME_AND_MAIL = re.compile(r"\s*[<(]?[^\s@<(]+@[^\s@>)]+[>)]?\s*")

Item = Mapping[str, Any]


def read_feed(
    data: bytes, *, url: str | None = None, content_type: str = "", received_at: datetime | None = None
) -> Feed:
    """The feed in these bytes. `url` makes relative addresses absolute, `content_type` is the header's value.

    Raises NotAFeed where it is something else. A broken feed gives what can be read of it, and `problems`.
    """
    data = _in_bytes_of_ascii(data)
    head = data[:4_096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return _json(data, url)
    kind = _kind(head)
    if kind in ("html", "sitemap", "text") and not re.search(rb"<(?:rss|feed|rdf:RDF)\b", data[:65_536], re.I):
        raise NotAFeed(_NOT[kind], found=kind)
    headers = {"content-type": content_type or "application/xml"}
    if url:
        headers["content-location"] = url
    problems: list[str] = []
    parsed = _parse(data, headers, problems)
    if not parsed.entries and not parsed.version and kind not in _FEEDS:
        raise NotAFeed(_NOT["text"], found=kind)
    about: Item = parsed.feed
    home = _first(address(about.get("link"), url), *_links(about, "alternate", url))
    base = home or url
    spoken = language(about.get("language"))
    entries = _apart([_entry(item, position, base, received_at) for position, item in enumerate(parsed.entries, 1)])
    return Feed(
        kind=parsed.version or "unknown",
        title=plain(about.get("title")),
        home_url=home,
        self_url=_first(*_links(about, "self", url)),
        next_url=_first(*_links(about, "next", url)),
        hubs=distinct(_links(about, "hub", url)),
        language=spoken,
        description=plain(about.get("subtitle") or about.get("description")),
        ttl=_ttl(about),
        skip_hours=_skip_hours(data),
        skip_days=_skip_days(data),
        entries=tuple(entries),
        problems=tuple(problems),
    )


def _in_bytes_of_ascii(data: bytes) -> bytes:
    """UTF-16 and UTF-32 as UTF-8, and without the NULs that some servers append."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        wide = "utf-32" if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")) else "utf-16"
        return _DECLARED.sub("", data.decode(wide, "replace"), count=1).encode("utf-8", "replace")
    return data.rstrip(b"\0")


_FEEDS = ("rss", "feed", "rdf", "channel")
_NOT = {
    "html": "This is an HTML page, no feed.",
    "sitemap": "This is a sitemap, no feed.",
    "text": "This is neither RSS nor Atom nor JSON Feed.",
}


def _kind(head: bytes) -> str:
    """The first element's name: rss, feed, rdf, html, sitemap, or text where there is none."""
    at = 0
    while True:
        at = head.find(b"<", at)
        if at < 0:
            return "text"
        if head.startswith((b"<?", b"<!"), at):
            ending = {b"<?": b"?>", b"<!": b"-->" if head.startswith(b"<!--", at) else b">"}[head[at : at + 2]]
            if re.match(rb"<!doctype\s+html", head[at : at + 20], re.I):
                return "html"
            end = head.find(ending, at)
            if end < 0:
                return "unknown"
            at = end + len(ending)
            continue
        found = _ROOT.match(head, at)
        name = found[1].lower().decode() if found else "text"
        return {"urlset": "sitemap", "sitemapindex": "sitemap", "head": "html", "body": "html"}.get(name, name)


def _json(data: bytes, url: str | None) -> Feed:
    try:
        value = parse_json(data.removeprefix(b"\xef\xbb\xbf"))
    except InvalidDocument as error:
        raise NotAFeed(f"This looks like JSON, but is not valid: {error.detail}", found="json") from error
    if isinstance(value, Mapping) and (
        "jsonfeed.org" in str(value.get("version", "")) or isinstance(value.get("items"), list)
    ):
        return read_json_feed(value, url)
    raise NotAFeed("This is JSON, but no JSON Feed: it has neither its version nor items.", found="json")


def _parse(data: bytes, headers: dict[str, str], problems: list[str]) -> Any:
    """feedparser's answer; a feed whose bytes are not in the charset it declares is decoded here first."""
    parsed = _ask(data, headers)
    error = parsed.get("bozo_exception")
    if isinstance(error, feedparser.CharacterEncodingOverride | feedparser.CharacterEncodingUnknown | UnicodeError):
        problems.append(f"Its characters are not what it declares: {error}.")
        if not parsed.entries:
            parsed = _decoded(data, headers)
    elif error is not None:
        problems.append(f"It is not well-formed: {str(error)[:200]}.")
        if not parsed.entries:
            again = _decoded(data, headers)
            parsed = again if again.entries else parsed
    return parsed


def _decoded(data: bytes, headers: dict[str, str]) -> Any:
    try:
        text = decode(data.replace(b"\0", b""))
    except InvalidDocument:
        text = data.decode("utf-8", "replace")
    text = _DECLARED.sub("", text.lstrip("\ufeff"))
    return _ask(text.encode(), {**headers, "content-type": "application/xml; charset=utf-8"})


def _ask(data: bytes, headers: dict[str, str]) -> Any:
    try:
        return feedparser.parse(data, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # noqa: BLE001 (a library of many layers, fed with anything at all)
        return feedparser.FeedParserDict(
            feed=feedparser.FeedParserDict(), entries=[], version="", bozo=True, bozo_exception=error
        )


def _entry(item: Item, position: int, base: str | None, received_at: datetime | None) -> Entry:
    base = _first(address(item.get("base")), base)
    title = plain(item.get("title"))
    summary, content = _texts(item)
    given = str(item.get("id") or "").strip()[:2_000]
    url = _first(
        address(item.get("feedburner_origlink"), base),
        *_links(item, "alternate", base),
        address(item.get("link"), base),
        *_links(item, None, base),
        address(given),
    )
    source: Any = item.get("source")
    published = _time(item, "published", received_at) or _time(item, "created", received_at)
    modified = _time(item, "updated", received_at)
    return Entry(
        id=given or url or digest(title, content or summary),
        position=position,
        url=url,
        title=title,
        summary=summary,
        content=content,
        authors=_authors(item),
        published_at=published or modified,
        modified_at=modified if modified != published else None,
        language=language(item.get("language")) or _language_of(item),
        tags=_tags(item),
        images=_images(item, base),
        publisher=plain(source.get("title"), 300) if isinstance(source, Mapping) else None,
    )


def _texts(item: Item) -> tuple[str | None, str | None]:
    """Summary and content. feedparser gives media:description as content of type text/plain; that is a caption."""
    summary = markup(item.get("summary"))
    found: list[str] = []
    for content in _list(item.get("content")):
        value = markup(content.get("value"))
        plainly = content.get("type") == "text/plain"
        if value and not (plainly and ((summary and len(value) <= len(summary)) or _media(item))):
            found.append(value)
    longest = max(found, key=len, default=None)
    if longest is not None and summary and len(summary) > 2 * len(longest):
        # The long text in the description, a teaser in the content: whoever wrote it mixed them up.
        return longest, summary
    return summary, longest if longest != summary else None


def _media(item: Item) -> bool:
    return bool(item.get("media_content") or item.get("media_thumbnail"))


def _authors(item: Item) -> tuple[str, ...]:
    details = [author for author in _list(item.get("authors")) if author]
    names = [str(author.get("name") or "") for author in details] or [str(item.get("author") or "")]
    names += [str(person.get("name") or "") for person in _list(item.get("contributors"))]
    return distinct(_name(part) for name in names for part in name.split(";"))


def _name(text: str) -> str | None:
    """ "jane@example.org (Jane Doe)" and "Jane Doe <jane@example.org>" as "Jane Doe"."""
    named = _MAIL_AND_NAME.fullmatch(text.strip())
    return plain(named[1] if named else _NAME_AND_MAIL.sub(" ", text), 200)


def _tags(item: Item) -> tuple[str, ...]:
    tags: list[str | None] = []
    for tag in _list(item.get("tags"))[:MOST_TAGS]:
        term = tag.get("label") or tag.get("term")
        if isinstance(term, str):
            tags += [plain(part, 200) for part in (term.split(",") if term.count(",") > 1 else [term])]
    return distinct(tags)[:MOST_TAGS]


def _images(item: Item, base: str | None) -> tuple[Image, ...]:
    """Of media:content and media:thumbnail, enclosures, itunes:image; the credit and caption of the first."""
    credit = _first(*(plain(each.get("content"), 200) for each in _list(item.get("media_credit"))))
    caption = None
    if _media(item):
        plainly = (each for each in _list(item.get("content")) if each.get("type") == "text/plain")
        caption = _first(*(plain(each.get("value"), 500) for each in plainly))
    found: list[str | None] = []
    for each in _list(item.get("media_content")):
        kind = str(each.get("medium") or each.get("type") or "")
        if kind.startswith("image") or (not kind and _looks_like_image(each.get("url"))):
            found.append(address(each.get("url"), base))
    for each in _list(item.get("links")):
        if each.get("rel") == "enclosure" and (
            str(each.get("type") or "").startswith("image/") or _looks_like_image(each.get("href"))
        ):
            found.append(address(each.get("href"), base))
    image: Any = item.get("image")
    found.append(address(image.get("href"), base) if isinstance(image, Mapping) else None)
    found += [address(each.get("url"), base) for each in _list(item.get("media_thumbnail"))]
    urls = distinct(found)[:MOST_IMAGES]
    return tuple(Image(each, caption, credit) if number == 0 else Image(each) for number, each in enumerate(urls))


def _looks_like_image(value: object) -> bool:
    return isinstance(value, str) and re.search(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|\?)", value, re.I) is not None


def _time(item: Item, name: str, received_at: datetime | None) -> datetime | None:
    """What is written is read first by RFC 3339, then by feedparser, then by the reader of dates in any language."""
    # Of the dict itself: feedparser's own get answers with the published date where there is no other.
    written = dict.get(item, name)  # type: ignore[call-overload]
    if not isinstance(written, str) or not written.strip():
        return None
    try:
        return parse_time(written)
    except ValueError:
        pass
    parsed = dict.get(item, f"{name}_parsed")  # type: ignore[call-overload]
    if parsed is not None:
        try:
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        except (ValueError, OverflowError, OSError, TypeError):
            pass
    found = find_date(written[:100], received_at=received_at)
    return found.at if found is not None else None


def _language_of(item: Item) -> str | None:
    for detail in (item.get("title_detail"), item.get("summary_detail"), *_list(item.get("content"))):
        if isinstance(detail, Mapping) and (found := language(detail.get("language"))):
            return found
    return None


def _ttl(about: Item) -> int | None:
    """Seconds between polls that the feed asks for: ttl (minutes) or the syndication module's period."""
    ttl = str(about.get("ttl") or "").strip()
    if ttl.isascii() and ttl.isdigit() and 0 < int(ttl[:9]) <= 525_600:
        return int(ttl[:9]) * 60
    period = _PERIODS.get(str(about.get("sy_updateperiod") or "").strip().lower())
    if period is None:
        return None
    often = str(about.get("sy_updatefrequency") or "1").strip()
    return max(60, period // max(1, int(often[:6]))) if often.isascii() and often.isdigit() else period


def _skip_hours(data: bytes) -> frozenset[int]:
    # feedparser keeps the last one only.
    found = _SKIP_HOURS.search(data[:100_000])
    return frozenset(int(hour) % 24 for hour in _HOUR.findall(found[1])) if found else frozenset()


def _skip_days(data: bytes) -> frozenset[int]:
    found = _SKIP_DAYS.search(data[:100_000])
    names = [day[:3].lower() for day in _DAY.findall(found[1])] if found else []
    return frozenset(_DAYS.index(name) for name in names if name in _DAYS)


def _apart(entries: list[Entry]) -> list[Entry]:
    """Entries that share an id but say something else get ids of their own; true repeats stay as they are."""
    counts = Counter(entry.id for entry in entries)
    said: dict[tuple[str, str | None, str | None], None] = {}
    apart: list[Entry] = []
    for entry in entries:
        if counts[entry.id] > 1:
            key = (entry.id, entry.url, entry.title)
            if key in said:
                continue
            said[key] = None
            entry = replace(entry, id=digest(entry.id, entry.url, entry.title))
        apart.append(entry)
    return apart


def _links(thing: Item, rel: str | None, base: str | None) -> list[str | None]:
    return [
        address(link.get("href"), base)
        for link in _list(thing.get("links"))
        if (rel is None and link.get("rel") not in ("enclosure", "self", "hub", "edit", "replies"))
        or link.get("rel") == rel
    ]


def _list(value: object) -> list[Any]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value), None)
