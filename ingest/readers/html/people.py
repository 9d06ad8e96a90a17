"""Who wrote and who published a page: JSON-LD, <meta> and the visible byline, each cleaned of what is no name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from enrich import publishers
from ingest.readers.bylines import Byline, looks_like_name, parse_byline, tidy_name
from ingest.readers.html.header import OTHERS, Line
from ingest.readers.html.page import Json, Page, Value, plain, text_of, types_of

_NOBODY_WORDS = (
    "admin administrator editor editors staff redaktion redaction redacción redação redazione redaksia redakcja "
    "redakce redakcija redacția redactie newsroom newsdesk webmaster author guest anonymous unknown none null "
    "undefined root user web super"
)
_NOBODY = frozenset(_NOBODY_WORDS.split())
# Words that no person's name has, at the end or the beginning of what a site calls an author.
_DESK_WORDS = (
    "newsroom newsdesk desk staff team studio editors editorial redaktion redaktionen redazione redacción redacao "
    "redação rédaction redactie redakcja redakce redaksi redaksia редакция редакція news media reporters agency "
    "agencia agence agentur agenzia magazine online digital radio tv press"
)
_DESK = frozenset(_DESK_WORDS.split())
_MADE_BY = re.compile(
    r"^(?:photographs?|photos?|pictures|images|words|text|story|written|reporting|reported|posted|submitted|article)"
    r"(?: and (?:photographs?|photos?|pictures|words))?\s*(?:by\b|:)\s*",
    re.I,
)
_OUR = re.compile(
    r"^(door|von|de|por|di|da|by) (?:onze|unserem|unserer|notre|nuestro|nuestra|nosso|nossa|il nostro|la nostra|our) "
    r"(?:verslaggever|verslaggeefster|correspondent\w*|redacteur|redakteur\w*|reporter\w*|envoyée? spéciale?|"
    r"envoyé|corresponsal|enviad[oa]|inviat[oa]|corrispondente)\s+",
    re.I,
)
_HAN_NAME = re.compile(r"[\u3400-\u9fff々]{2,5}(?:[ 　][\u3400-\u9fff々\u3040-\u30ff]{1,4})?")
# Short names ("Ben Tye"), which are believed only where the markup says that a name stands there.
_TWO_NAMES = re.compile(r"[^\W\d_a-z][\w.'’-]+(?: [^\W\d_a-z][\w.'’-]*){1,2}")
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|author|authors|autor|auteur|autore|autores|verfasser|contributors?|writer|signature|"
    r"reporter-name|authorline|firma|muhabir|yazar|author-name|author-byline)(?:$|[\s_-])",
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
        raw = _MADE_BY.sub("", raw)
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
    kept = [a for a in authors if a.casefold() not in _NOBODY and not _desk(a, site)]
    return tuple(dict.fromkeys(kept)), publisher


def _desk(name: str, site: str | None) -> bool:
    """Whether an author's name is the site's, or that of an office in it."""
    words = name.casefold().split()
    if site and name.casefold() in (site.casefold(), site.casefold().removeprefix("the ")):
        return True
    return len(words) > 1 and (words[0] in _DESK or words[-1] in _DESK)


def people(page: Page, article: Json | None, line: int, site: str | None, near: list[Line]) -> People:
    """Authors by JSON-LD, else <meta>, else what the page shows; the byline as shown.

    A byline that has all of them and more ("By A, B and C", where the markup names A) is believed.
    """
    shown, shown_line = _beside(near)
    if shown is None:
        shown, shown_line = _visible(page)
    candidates: list[tuple[list[str], str, int, float]] = []
    if article is not None:
        persons, organisations = names_in(article.get("author") or article.get("creator"))
        # What is marked as an organisation is an author if it has the form of a person's name: many pages mark all so.
        companies = [name for name in organisations if looks_like_name(name) or publishers.find(name)]
        candidates.append(([*persons, *companies], "json-ld", line, 0.95))
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
    seen = tuple(name for name in shown.authors if not _desk(name, site)) if shown else ()
    if seen and set(seen) > set(result.authors):
        result.authors, result.method, result.line, result.confidence = seen, "byline", shown_line, 0.8
    if shown and shown.publisher and shown.publisher != site and not result.credited:
        result.credited = shown.publisher
    return result


def _beside(near: list[Line]) -> tuple[Byline | None, int]:
    """The byline around the headline: a line that is one by its words, or names in an element whose class says so."""
    for row in near:
        if len(row.text) > 160:
            continue
        text = _MADE_BY.sub("", _OUR.sub(r"\1 ", row.text))
        found = parse_byline(text)
        if found and found.authors:
            return Byline(row.text, found.authors, found.roles, found.publisher, found.place), row.line
        if (text != row.text or _signed(row.node)) and not publishers.find(text) and (authors := _names(text)):
            return Byline(row.text, authors), row.line
    return None, 0


def _signed(node: Any) -> bool:
    """Whether an element, one in it, or one of the two around it, is marked as a byline."""
    for each in (*list(node.iter())[:4], *list(node.iterancestors())[:2]):
        marks = " ".join(
            each.get(name) or "" for name in ("class", "id", "data-testid", "data-qa", "data-component", "rel")
        )
        if _BYLINE_CLASS.search(marks) and not _NOT_BYLINE_CLASS.search(marks):
            return True
    return False


def _names(text: str) -> tuple[str, ...]:
    """The names of a line that holds nothing but names ("Ruth Okafor & Ben Tye", "山田花子")."""
    parts = [
        part
        for part in re.split(r"\s*(?:[,;/|·•、，]|\s&\s|\s(?:and|und|et|y|e|en|og|och|i|и|ve|dhe)\s)\s*", text)
        if part
    ]
    if not 0 < len(parts) <= 6 or any(part.casefold() in _NOBODY for part in parts):
        return ()
    if not all(looks_like_name(part) or _HAN_NAME.fullmatch(part) or _TWO_NAMES.fullmatch(part) for part in parts):
        return ()
    return tuple(dict.fromkeys(tidy_name(part) for part in parts))


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
        if any(OTHERS.search(each.get("class") or "") for _, each in zip(range(3), node.iterancestors(), strict=False)):
            continue
        seen += 1
        if seen > 60:
            break
        text = _OUR.sub(r"\1 ", text_of(node, 240))
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
    if (node := page.tree.find(".//*[@itemprop='publisher']")) is not None:
        named = node.find(".//*[@itemprop='name']")
        text = plain((named if named is not None else node).get("content") or "", 80) or text_of(node, 100)
        if text and len(text) <= 80 and "://" not in text:
            return Value(text, "microdata", node.sourceline or 0)
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
