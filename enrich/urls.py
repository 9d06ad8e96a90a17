"""The canonical form of an article's address: what is the same for every way that leads to the same page.

It is a key to compare by, not an address to fetch: the scheme, tracking, AMP and mobile variants are gone from it.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

VERSION = "urls-1"

MOST_UNWRAPPED = 3
"""Wrappers within wrappers that are opened: an AMP cache behind a link of a social network."""

_DEVICES = frozenset(("m", "mobile", "amp", "touch", "wap", "www"))
_AMP_SEGMENTS = frozenset(("amp", "amphtml"))
_INDEX = re.compile(r"(?:index|default)\.(?:html?|php|aspx?|jsp)", re.I)
_AMP_ENDING = re.compile(r"[-._](?:amp|print)(?=\.html?$|$)", re.I)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/]*", re.I)
_AMP_CACHE = re.compile(r"/(?:[vci]/)?(?:s/)?([^/]+\.[^/]+/.*)", re.S)
_GOOGLE = re.compile(r"(?:www\.)?(?:google|bing)\.[a-z.]{2,6}")
_LIST = "tracking_parameters.txt"

_VARIANTS = {("view", "amp"), ("mode", "amp"), ("type", "amp"), ("format", "amp"), ("m", "1"), ("m", "0")}
_VARIANTS |= {("view", "print"), ("mode", "print"), ("mobile", "1"), ("mobile", "0"), ("mobile", "true")}


def canonical(url: str | None) -> str:
    """`https://host/path?query`, the same for all variants of one page's address; empty where it names no page.

    Dropped are the scheme, `www.` and what marks mobile and AMP hosts and paths, tracking parameters, index files, the
    slash at the end and the fragment (unless it is a route); AMP caches and redirects of social networks are opened.
    What has neither path nor query is a front page, which is no article. Never raises; canonical(canonical(x)) is
    canonical(x).
    """
    found = (url or "").strip()
    for _ in range(MOST_UNWRAPPED):
        inner = _unwrapped(found)
        if inner is None:
            break
        found = inner
    # What a pass takes away may uncover more to take away.
    previous = None
    while found != previous:
        previous, found = found, _canonical(found)
    return found


def main_host(host: str) -> str:
    """The host without what marks its mobile and AMP variants: `m.example.org` gives `example.org`."""
    return _host(host)


def _canonical(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    if port not in (None, 80, 443):
        host += f":{port}"
    path = _path(parts.path)
    query = _query(parts.query)
    route = parts.fragment if parts.fragment.startswith(("!", "/")) and len(parts.fragment) > 1 else ""
    if not (path.strip("/") or query or route):
        return ""
    return f"https://{host}{path}{'?' + query if query else ''}{'#' + _escaped(route) if route else ''}"


def _host(host: str) -> str:
    host = host.strip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = quote(host)
    if re.fullmatch(r"[\d.]+", host) or ":" in host:
        return f"[{host}]" if ":" in host else host
    labels = host.split(".")
    # The last two are the site's own: amp.dev is no variant of dev.
    kept = [label for label in labels[:-2] if label and label not in _DEVICES]
    return ".".join([*kept, *labels[-2:]])


def _path(path: str) -> str:
    path = _SESSION.sub("", _escaped(path))
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", ".") and segment.lower() not in _AMP_SEGMENTS:
            segments.append(segment)
    if segments and _INDEX.fullmatch(segments[-1]):
        segments.pop()
    if len(segments) > 1 and segments[-1].lower() in ("print", "amp.html", "amp.htm", "amphtml"):
        segments.pop()
    if len(segments) > 1 and segments[0].lower() in ("m", "mobile"):
        segments.pop(0)
    if segments:
        segments[-1] = _AMP_ENDING.sub("", segments[-1]) or segments[-1]
    return "/" + "/".join(segments)


def _escaped(text: str) -> str:
    """One way to write each character: escaped in capitals where RFC 3986 §2.3 asks for it, else bare."""
    return quote(unquote(text, errors="surrogateescape").encode("utf-8", "surrogateescape"), safe="/!$&'()*+,;=:@~")


def _query(query: str) -> str:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=200, errors="surrogateescape")
    except ValueError:
        return _escaped(query)
    kept = sorted((name, value) for name, value in pairs if not _is_tracking(name, value))
    return urlencode([(_bytes(name), _bytes(value)) for name, value in kept])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _is_tracking(name: str, value: str) -> bool:
    tracking = _tracking()
    name = name.lower().removeprefix("amp;")
    if name in tracking.names or name.startswith(tracking.prefixes) or (name, value.lower()) in _VARIANTS:
        return True
    return name in tracking.doubtful and not any(char.isdigit() for char in value)


class _Tracking(NamedTuple):
    names: frozenset[str]
    prefixes: tuple[str, ...]
    doubtful: frozenset[str]


@cache
def _tracking() -> _Tracking:
    text = (resources.files("enrich.data") / _LIST).read_text("utf-8")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return _Tracking(
        names=frozenset(line for line in lines if line[-1] not in "*?"),
        prefixes=tuple(line[:-1] for line in lines if line.endswith("*")),
        doubtful=frozenset(line[:-1] for line in lines if line.endswith("?")),
    )


def _unwrapped(url: str) -> str | None:
    """The address inside that of an AMP cache or a redirect; None where there is none."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    cache = host.endswith(".cdn.ampproject.org") or host == "cdn.ampproject.org"
    if cache or (_GOOGLE.fullmatch(host) and parts.path.startswith("/amp/")):
        inner = _AMP_CACHE.fullmatch(parts.path.removeprefix("/amp"))
        return f"https://{inner[1]}{'?' + parts.query if parts.query else ''}" if inner else None
    redirect = host in ("l.facebook.com", "lm.facebook.com", "l.instagram.com", "out.reddit.com")
    if redirect or (_GOOGLE.fullmatch(host) and parts.path == "/url"):
        try:
            given = dict(parse_qsl(parts.query, max_num_fields=200))
        except ValueError:
            return None
        inner_url = given.get("u") or given.get("url") or given.get("q") or ""
        return inner_url if inner_url.lower().startswith(("http://", "https://")) else None
    return None
