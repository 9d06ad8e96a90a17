"""Who wrote and who published a page: JSON-LD, <meta> and the visible byline, each cleaned of what is no name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from enrich import publishers
from ingest.readers.bylines import Byline, looks_like_name, parse_byline, tidy_name
from ingest.readers.html.page import Json, Page, Value, plain, text_of, types_of

_NOBODY_WORDS = (
    "admin administrator editor editors staff redaktion redaction redacción redação redazione redaksia redakcja "
    "redakce redakcija redacția redactie newsroom newsdesk webmaster author guest anonymous unknown none null "
    "undefined root user web super"
)
_NOBODY = frozenset(_NOBODY_WORDS.split())
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|author|authors|autor|auteur|autore|autores|verfasser|contributor|writer|signature|"
    r"reporter-name)(?:$|[\s_-])",
    re.I,
)
_NOT_BYLINE_CLASS = re.compile(
    r"bio|box|image|avatar|photo|related|more|follow|social|comment|card__|list-|teaser", re.I
)


@dataclass(slots=True)
class People:
    authors: tuple[str, ...] = ()
    byline: str | None = None
    credited: str | None = None
    method: str = ""
    line: int = 0
    confidence: float = 0.0


def names_in(value: object) -> tuple[list[str], list[str]]:
    """Persons and organisations of a JSON-LD `author`: a string, a node, or a list of either."""
    persons: list[str] = []
    organisations: list[str] = []
    rows = value if isinstance(value, list) else [value]
    for row in rows[:50]:
        if isinstance(row, dict):
            name = row.get("name")
            for one in name if isinstance(name, list) else [name]:
                text = plain(one, 200)
                if text:
                    organisation = bool(types_of(row) & {"Organization", "NewsMediaOrganization", "Corporation"})
                    (organisations if organisation else persons).append(text)
        elif isinstance(row, str):
            persons.append(plain(row, 300))
    return [p for p in persons if p], organisations


def clean(names: list[str], site: str | None) -> tuple[tuple[str, ...], str | None]:
    """Authors out of raw names ("By Jane Doe, BBC News", "Jane Doe and John Smith"), and a publisher among them."""
    authors: list[str] = []
    publisher: str | None = None
    for raw in names:
        if "://" in raw or raw.startswith(("www.", "/", "@")) or ("@" in raw and " " not in raw):
            continue
        known = publishers.find(raw)
        if known and not (known.ambiguous and looks_like_name(raw)):
            publisher = publisher or known.name
            continue
        if site and raw.casefold() == site.casefold():
            continue
        found = parse_byline(raw) or parse_byline("By " + raw) or parse_byline("By: " + raw)
        if found and (found.authors or found.publisher):
            authors += found.authors
            publisher = publisher or found.publisher
        elif found is None and raw.casefold() not in _NOBODY and len(raw) <= 60 and not re.search(r"[\d|:{}<>]", raw):
            authors.append(tidy_name(raw))
    kept = [a for a in authors if a.casefold() not in _NOBODY and not (site and a.casefold() == site.casefold())]
    return tuple(dict.fromkeys(kept)), publisher


def people(page: Page, article: Json | None, line: int, site: str | None) -> People:
    """Authors by JSON-LD, else <meta>, else what the page shows; the byline as shown."""
    shown, shown_line = _visible(page)
    candidates: list[tuple[list[str], str, int, float]] = []
    if article is not None:
        persons, organisations = names_in(article.get("author") or article.get("creator"))
        candidates.append(([*persons, *organisations], "json-ld", line, 0.95))
    metas = page.all(
        "author",
        "article:author",
        "dc.creator",
        "dcterms.creator",
        "parsely-author",
        "sailthru.author",
        "byl",
        "cxenseparse:author",
    )
    by_method: dict[str, list[Value]] = {}
    for value in metas:
        by_method.setdefault(value.method, []).append(value)
    for method, values in by_method.items():
        candidates.append(([v.text for v in values], method, values[0].line, 0.85))
    result = People(byline=shown.text if shown else None)
    for names, method, at, confidence in candidates:
        authors, publisher = clean(names, site)
        if publisher and publisher != site and not result.credited:
            result.credited = publisher
        if authors:
            result.authors, result.method, result.line, result.confidence = authors, method, at, confidence
            break
    if not result.authors and shown and shown.authors:
        result.authors, result.method, result.line, result.confidence = shown.authors, "byline", shown_line, 0.8
    if shown and shown.publisher and shown.publisher != site and not result.credited:
        result.credited = shown.publisher
    return result


def _visible(page: Page) -> tuple[Byline | None, int]:
    """The byline that a reader sees, by rel=author, itemprop or the name of its class."""
    if page.tree is None:
        return None, 0
    seen = 0
    names: list[str] = []
    first = 0
    for node in page.tree.iter("a", "span", "div", "p", "address", "li", "cite", "strong"):
        marks = f"{node.get('class') or ''} {node.get('id') or ''}"
        author = node.get("rel") == "author" or (node.get("itemprop") or "") in ("author", "creator")
        if not author and not (_BYLINE_CLASS.search(marks) and not _NOT_BYLINE_CLASS.search(marks)):
            continue
        seen += 1
        if seen > 60:
            break
        text = text_of(node, 240)
        if not text:
            continue
        found = parse_byline(text)
        if found and (found.authors or found.publisher):
            return found, node.sourceline or 0
        if looks_like_name(text) and text not in names:
            names.append(text)
            first = first or node.sourceline or 0
    if 0 < len(names) <= 4:
        return Byline(", ".join(names), tuple(tidy_name(name) for name in names)), first
    return _below_headline(page)


def _below_headline(page: Page) -> tuple[Byline | None, int]:
    """A line such as "Nga Arben Hoxha" between the headline and the first paragraph, whatever its class."""
    looked = 0
    after = False
    for node in page.tree.iter("h1", "p", "div", "span", "address", "em", "strong", "small"):
        if node.tag == "h1":
            after = True
            continue
        if not after:
            continue
        looked += 1
        text = text_of(node, 300)
        if looked > 40 or (node.tag == "p" and len(text) > 200):
            break
        found = parse_byline(text) if 4 < len(text) < 160 else None
        if found and found.authors:
            return found, node.sourceline or 0
    return None, 0


def site_of(page: Page, article: Json | None, line: int, host: str | None) -> Value | None:
    """The name of the site: og:site_name, the publisher in JSON-LD, the domain's known publisher."""
    found = page.first("og:site_name")
    if found and len(found.text) <= 80 and "://" not in found.text:
        known = publishers.by_domain(found.text) if "." in found.text and " " not in found.text else None
        return Value(known.name if known else found.text, found.method, found.line)
    if article is not None:
        publisher = article.get("publisher")
        for row in publisher if isinstance(publisher, list) else [publisher]:
            name = plain(row.get("name"), 80) if isinstance(row, dict) else plain(row, 80)
            if name and "://" not in name:
                return Value(name, "json-ld", line)
    for node, at in page.nodes("NewsMediaOrganization", "WebSite"):
        if name := plain(node.get("name"), 80):
            return Value(name, "json-ld", at)
    known = publishers.by_domain(host) if host else None
    if known:
        return Value(known.name, "domain", 0)
    return page.first("application-name", "apple-mobile-web-app-title", "dc.publisher", "cxenseparse:publisher")


def host_of(url: str | None) -> str | None:
    """The host of a URL without `www.`; None if there is none."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host and "." in host else None


def credited_by(article: Json | None, site: str | None) -> str | None:
    """The publisher that JSON-LD names as the origin, if it is not the site itself."""
    for key in ("sourceOrganization", "isBasedOn", "provider"):
        value: Any = (article or {}).get(key)
        for row in value if isinstance(value, list) else [value]:
            name = plain(row.get("name") or row.get("url"), 100) if isinstance(row, dict) else plain(row, 100)
            known = publishers.find(name) if name else None
            if known and known.name != site and not (site and publishers.find(site) == known):
                return known.name
    return None
