"""Who wrote and who published a page: JSON-LD, <meta> and the visible byline, each cleaned of what is no name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from enrich import publishers
from ingest.readers.bylines import looks_like_name, parse_byline, tidy_name
from ingest.readers.html import signatures
from ingest.readers.html.header import Line
from ingest.readers.html.page import Json, Page, Value, plain, text_of, types_of

# Words that no person's name has, at the end or the beginning of what a site calls an author.
_DESK_WORDS = (
    "newsroom newsdesk desk staff team studio editors editorial redaktion redaktionen redazione redacción redacao "
    "redação rédaction redactie redakcja redakce redaksi redaksia редакция редакція news media reporters agency "
    "agencia agence agentur agenzia magazine online digital radio tv press no kein keine sin sans nessun"
)
_DESK = frozenset(_DESK_WORDS.split())
# What only companies, offices and the like have in their names.
_COMPANY = re.compile(
    r"\b(?:GmbH|KG|mbH|Inc|Ltd|LLC|Corp|plc|SARL|SAS|SpA|e\.? ?V|B\.?V|S\.?A|S\.?r\.?l|Pty)\b\.?$|"
    r"\b(?:Verlag|Stiftung|Ministerium|Verband|Verein|Institut|Universität|Bundesamt|Landesanstalt|Gesellschaft|"
    r"Foundation|University|Association|Society|Ministry|Department|Institute|Council|Committee|Organi[sz]ation|"
    r"Université|Ministère|Fondation|Universidad|Ministerio|Fundación|Università|Ministero|Fondazione)\b",
)
_OFFICE = re.compile(r"redaktion|redakcja|redakce|redakcija|editorial|admin$|\badmin|webmaster|newsdesk", re.I)
_DOMAIN = re.compile(r"(?:[\w-]+\.)+(?:com|net|org|info|news|tv|eu|[a-z]{2})", re.I)
# What somebody logs in with: one word in small letters, or with dots and digits.
_LOGIN = re.compile(r"[^\W\d_A-Z][\w.@\[\]-]*|\w*[\d_]\w*|\w+\.\w+")
# "Written by" as the label of a value, in the translations of publishing systems.
_WRITTEN = re.compile(
    r"written|verfasst|geschrieben|écrit|escrito|scritto|geschreven|napisan|skrevet|skriven|författ|автор|написано|yaz[ae]|"
    r"作者|執筆|글쓴이|작성자|\bauthor|\bautor|\bauteur|ditulis|tác giả|كُتب|كتب|נכתב|γράφτηκε|scris|napsal|írta",
    re.I,
)
_TITLED_AND = re.compile(r" (And|Und|Et|Y) (?=[^\W\d_])")


@dataclass(slots=True)
class People:
    authors: tuple[str, ...] = ()
    byline: str | None = None
    credited: str | None = None
    method: str = ""
    line: int = 0
    confidence: float = 0.0


def names_in(page: Page, value: object) -> tuple[list[str], list[str]]:
    """Persons and organisations of a JSON-LD `author`: a string, a node, a reference to one, or a list of these."""
    persons: list[str] = []
    organisations: list[str] = []
    rows = value if isinstance(value, list) else [value]
    for row in rows[:50]:
        if isinstance(row, dict):
            row = page.resolved(row)
            name = row.get("name") or f"{plain(row.get('givenName'), 80)} {plain(row.get('familyName'), 80)}".strip()
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
        raw = signatures.MADE_BY.sub("", _TITLED_AND.sub(lambda word: word[0].lower(), raw.strip(" '\"")))
        if "://" in raw or raw.startswith(("www.", "/", "@")) or ("@" in raw and " " not in raw):
            continue
        if _DOMAIN.fullmatch(raw) or _COMPANY.search(raw):
            continue
        known = publishers.find(raw)
        if known and not (known.ambiguous and looks_like_name(raw)):
            publisher = publisher or known.name
            continue
        if site and raw.casefold() == site.casefold():
            continue
        found = parse_byline(raw) or parse_byline("By " + raw) or parse_byline("By: " + raw)
        if found and (found.authors or found.publisher):
            authors += [_with_initial(name, raw) for name in found.authors]
            publisher = publisher or found.publisher
        elif (
            found is None
            and raw.casefold() not in signatures.NOBODY
            and len(raw) <= 60
            and not re.search(r"[|:{}<>]", raw)
        ):
            authors.append(tidy_name(raw))
    kept = [a for a in authors if a.casefold() not in signatures.NOBODY and not _desk(a, site)]
    return tuple(dict.fromkeys(kept)), publisher


def _with_initial(name: str, raw: str) -> str:
    """A name with the full stop of the initial that it ends in ("Nicolas Gutierrez C.")."""
    return name + "." if re.search(r"\s\w$", name) and name + "." in raw else name


def _desk(name: str, site: str | None) -> bool:
    """Whether an author's name is the site's, or that of an office in it."""
    words = name.casefold().split()
    if site and name.casefold() in (site.casefold(), site.casefold().removeprefix("the ")):
        return True
    if len(words) > 1 and (words[0] in _DESK or words[-1] in _DESK):
        return True
    return bool(_COMPANY.search(name) or _DOMAIN.fullmatch(name) or _OFFICE.search(name))


def people(
    page: Page, article: Json | None, line: int, site: str | None, near: list[Line], headline: Any = None
) -> People:
    """Authors by JSON-LD, else <meta>, else what the page shows; the byline as shown.

    What is shown is believed where it has all the declared names and more ("By A, B and C", where the markup names
    A), or one of them in full; a name that somebody logs in with is the last that is believed.
    """
    result = People()
    login: tuple[tuple[str, ...], str, int] | None = None
    for names, method, at, confidence in _declared(page, article, line):
        authors, publisher = clean(names, site)
        if publisher and publisher != site and not result.credited:
            result.credited = publisher
        if authors and all(_LOGIN.fullmatch(name) for name in authors):
            login = login or (authors, method, at)
        elif authors:
            result.authors, result.method, result.line, result.confidence = authors, method, at, confidence
            break
    seen = signatures.shown(page, near, headline, guess=not result.authors)
    result.byline = seen.byline.text if seen else None
    visible = tuple(name for name in seen.byline.authors if not _desk(name, site)) if seen else ()
    if seen and visible and (set(visible) > set(result.authors) or _fuller(visible, result.authors)):
        result.authors, result.method, result.line, result.confidence = visible, "byline", seen.line, 0.8
    if not result.authors and (last := login or _account(page)):
        result.authors, result.method, result.line = last
        result.confidence = 0.5
    if seen and seen.byline.publisher and seen.byline.publisher != site and not result.credited:
        result.credited = seen.byline.publisher
    return result


def _declared(page: Page, article: Json | None, line: int) -> Iterator[tuple[list[str], str, int, float]]:
    """Raw names with method, line and confidence: of the article's JSON-LD, of the page's, of <meta>."""
    if article is not None:
        yield _of_node(page, article), "json-ld", line, 0.95
    by_method: dict[str, list[Value]] = {}
    for value in page.all(*_NAMES):
        by_method.setdefault(value.method, []).append(value)
    for method, values in by_method.items():
        yield [v.text for v in values], method, values[0].line, 0.85
    for number in "12":
        label, named = page.first("twitter:label" + number), page.first("twitter:data" + number)
        if label and named and _WRITTEN.search(label.text):
            yield [named.text], "meta", named.line, 0.85
    for node, at in page.nodes("WebPage", "Article", "NewsArticle", "BlogPosting", "ItemPage"):
        yield _of_node(page, node), "json-ld", at, 0.85


def _of_node(page: Page, node: Json) -> list[str]:
    persons, organisations = names_in(page, node.get("author") or node.get("creator"))
    # What is marked as an organisation is an author if it has the form of a person's name: many pages mark all so.
    return [*persons, *(name for name in organisations if looks_like_name(name) or publishers.find(name))]


def _account(page: Page) -> tuple[tuple[str, ...], str, int] | None:
    """The one person in the page's JSON-LD that WordPress made of an account."""
    found = [(node, at) for node, at in page.nodes("Person") if "/schema/person/" in str(node.get("@id"))]
    if len(found) != 1:
        return None
    authors, _ = clean([plain(found[0][0].get("name"), 100)], None)
    return (authors, "json-ld", found[0][1]) if authors else None


_NAMES = (
    "author",
    "article:author",
    "og:article:author",
    "article:author_name",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "cxenseparse:author",
    "authors",
    "author_name",
    "article.author",
    "rnews:author",
)


def _fuller(visible: tuple[str, ...], declared: tuple[str, ...]) -> bool:
    """Whether each declared name is the beginning of one that is shown ("Todd", "Todd Bates")."""
    return bool(declared) and all(any(name.startswith(each + " ") for name in visible) for each in declared)


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
