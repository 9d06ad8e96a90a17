"""The small texts of feeds: titles, names, tags, languages, as plain text however often they were escaped."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.S)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LONGEST = 2_000
MOST_TAGS = 50


def plain(text: object, limit: int = LONGEST) -> str | None:
    """One line of plain text, tags and entities undone though they were escaped twice. None if nothing is left."""
    if not isinstance(text, str):
        return None
    text = text[: limit * 4]
    for _ in range(2):
        if not ("<" in text or "&" in text):
            break
        before = text
        text = _TAG.sub(" ", text)
        if _ENTITY.search(text):
            text = html.unescape(text)
        if text == before:
            break
    return " ".join(_UNPRINTABLE.sub("", text).split())[:limit].strip() or None


def markup(text: object, limit: int = 2_000_000) -> str | None:
    """HTML as it is, unless it was escaped twice, as some feeds do: then once less."""
    if not isinstance(text, str) or not text.strip():
        return None
    text = _UNPRINTABLE.sub("", text[:limit])
    if "<" not in text and "&lt;" in text and _TAG.search(unescaped := html.unescape(text)):
        text = unescaped
    return text.strip() or None


def address(value: object, base: str | None = None) -> str | None:
    """An absolute http(s) address, made so with `base` if it is relative; None for what is none."""
    if not isinstance(value, str):
        return None
    value = html.unescape(value.strip()) if "&amp;" in value else value.strip()
    if not value or any(character.isspace() for character in value) or len(value) > 8_000:
        return None
    try:
        joined = urljoin(base, value) if base else value
        parts = urlsplit(joined)
        return joined if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def language(value: object) -> str | None:
    """A BCP 47 tag, None for what does not look like one."""
    if not isinstance(value, str) or not _LANGUAGE.match(value.strip()):
        return None
    return value.strip().replace("_", "-")


def distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def digest(*parts: str | None) -> str:
    """The id of an entry that has none: of what it says."""
    return "sha256:" + hashlib.sha256("\x1f".join(part or "" for part in parts).encode("utf-8", "replace")).hexdigest()
