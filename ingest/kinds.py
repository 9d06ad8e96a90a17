"""What some bytes are, told by themselves: a page, a text, JSON, a feed, a sitemap, or what no article is read from."""

from __future__ import annotations

import codecs
import re
import zlib
from enum import StrEnum

from ingest.documents import parse_json
from newsapi.errors import InvalidDocument

HEAD = 65_536
"""Bytes that are looked at, JSON excepted."""
MOST_LINES = 20
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROL = 0.1
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_ASIDE = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!(?!--)[^<>\[]*(?:\[.*?\])?[^<>]*>", re.S)
_TAGS = re.compile(r"<(?:html|head|body|article|main|section|div|p|h[1-6]|br|ul|ol|table|span)\b[^<>]*>", re.I)
_JSON = re.compile(r"[{\[]\s*(?:\"|\{)")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)


class Kind(StrEnum):
    EMPTY = "empty"
    TEXT = "text"
    HTML = "html"
    JSON = "json"
    LINES = "lines"
    FEED = "feed"
    SITEMAP = "sitemap"
    XML = "xml"
    GZIP = "gzip"
    PDF = "pdf"
    IMAGE = "image"
    SOUND = "sound"
    VIDEO = "video"
    ARCHIVE = "archive"
    BINARY = "binary"


WORDS = {
    Kind.EMPTY: "empty",
    Kind.TEXT: "a text",
    Kind.HTML: "an HTML page",
    Kind.JSON: "JSON",
    Kind.LINES: "JSON lines",
    Kind.FEED: "a feed",
    Kind.SITEMAP: "a sitemap",
    Kind.XML: "XML that is no page, feed or sitemap",
    Kind.GZIP: "a gzip file",
    Kind.PDF: "a PDF file",
    Kind.IMAGE: "an image",
    Kind.SOUND: "a sound file",
    Kind.VIDEO: "a video",
    Kind.ARCHIVE: "an archive or office file",
    Kind.BINARY: "binary data",
}
_FEEDS = ("rss", "feed", "rdf")
_SITEMAPS = ("urlset", "sitemapindex")
_BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF),
    (b"\x89PNG\r\n", Kind.IMAGE),
    (b"\xff\xd8\xff", Kind.IMAGE),
    (b"GIF87a", Kind.IMAGE),
    (b"GIF89a", Kind.IMAGE),
    (b"II*\x00", Kind.IMAGE),
    (b"MM\x00*", Kind.IMAGE),
    (b"OggS", Kind.SOUND),
    (b"ID3", Kind.SOUND),
    (b"fLaC", Kind.SOUND),
    (b"\xff\xfb", Kind.SOUND),
    (b"\x1aE\xdf\xa3", Kind.VIDEO),
    (b"PK\x03\x04", Kind.ARCHIVE),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf", Kind.ARCHIVE),
    (b"\xd0\xcf\x11\xe0", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.GZIP),
)
"""https://www.iana.org/assignments/media-types and the formats' own specifications."""


def kind_of(content: bytes, media_type: str = "") -> Kind:
    """What it is. `media_type` (lower case, without parameters) decides where the bytes leave it open."""
    if not content.strip(b" \t\r\n\0"):
        return Kind.EMPTY
    if (found := _by_beginning(content)) is not None:
        return found
    text = _head(content)
    if text is None:
        return Kind.BINARY
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("{", "["):
        # Broken JSON is no text: whoever reads it says where it breaks off.
        meant = "json" in media_type or _JSON.match(start)
        return _of_json(content) or (Kind.JSON if meant else Kind.TEXT)
    if start.startswith("<"):
        return _of_markup(start, media_type)
    if "html" in media_type or _HTML.search(text[:4_096]) or len(_TAGS.findall(text[:8_192])) >= 3:
        return Kind.HTML
    return Kind.TEXT


def unpacked_head(content: bytes) -> bytes:
    """The beginning of what a gzip file holds; as much of it as can be read."""
    try:
        return zlib.decompressobj(31).decompress(content, HEAD)
    except zlib.error:
        return b""


def _by_beginning(content: bytes) -> Kind | None:
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content.startswith(b"RIFF"):
        return {b"WEBP": Kind.IMAGE, b"WAVE": Kind.SOUND}.get(content[8:12], Kind.VIDEO)
    if content[4:8] == b"ftyp":
        return Kind.IMAGE if content[8:12] in (b"avif", b"heic", b"mif1") else Kind.VIDEO
    return None


def _head(content: bytes) -> str | None:
    """The beginning as text good enough to see what it is; None for binary data."""
    head = content[:HEAD]
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return head.decode(name, "replace")
    if len(_CONTROL.findall(head[:4_096])) <= _MOST_CONTROL * min(len(head), 4_096):
        return head.decode("utf-8", "replace")
    # UTF-16 without its mark: every other byte of what is mostly Latin is NUL.
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = head[start:4_096:2]
        if half and half.count(0) > 0.4 * len(half):
            return head[: len(head) & ~1].decode(name, "replace")
    return None


def _of_json(content: bytes) -> Kind | None:
    """JSON, JSON lines, a JSON feed; None for what is none of them."""
    content = content.removeprefix(codecs.BOM_UTF8).strip()
    first, _, rest = content.partition(b"\n")
    starts = [line.lstrip()[:1] for line in rest[:HEAD].split(b"\n")[:MOST_LINES] if line.strip()]
    if first.startswith(b'{"') and starts and all(start == b"{" for start in starts):
        return Kind.LINES
    good, value = _parsed(content)
    if not good:
        return None
    is_feed = isinstance(value, dict) and "jsonfeed.org" in str(value.get("version"))
    return Kind.FEED if is_feed else Kind.JSON


def _parsed(content: bytes) -> tuple[bool, object]:
    try:
        return True, parse_json(content)
    except InvalidDocument:
        return False, None


def _of_markup(text: str, media_type: str) -> Kind:
    position = 0
    while found := _ASIDE.match(text, position):
        position = found.end()
    declared = text.startswith("<?xml")
    root = _ROOT.match(text, position)
    name = root[1].lower() if root else ""
    if name in _FEEDS:
        return Kind.FEED
    if name in _SITEMAPS:
        return Kind.SITEMAP
    if name == "html" or "html" in media_type or (not declared and _HTML.search(text[:4_096])):
        return Kind.HTML
    if _TAGS.match(text, position) or (not declared and _TAGS.search(text[:8_192])):
        return Kind.HTML
    return Kind.XML if declared or root else Kind.TEXT
