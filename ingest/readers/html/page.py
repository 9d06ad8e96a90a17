"""A page parsed once: its tree, its <meta> and <link> values, its JSON-LD. Nothing here fetches, recurses or raises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml import etree
from lxml import html as lxml_html

LONGEST = 8_000_000
LONGEST_SCRIPT = 600_000
MOST_NODES = 5_000
MOST_VALUES = 60

_UNPARSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WHOLE_PAGE = re.compile(r"<(?:html|head|body|!doctype)\b", re.I)
_WRAPPER = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_PROSE = re.compile(
    r'("(?:headline|description|name|alternativeHeadline|articleBody|caption|keywords)"\s*:\s*")(.{0,20000}?)'
    r'("\s*(?:,\s*"[\w@-]{1,40}"\s*:|\}))',
    re.S,
)
_BARE_QUOTE = re.compile(r'(?<!\\)"')
_SPACE = re.compile(r"\s+")
_ONE_CLASS = etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement)
Json = dict[str, Any]


@dataclass(slots=True)
class Value:
    """A text value found in a page, the method that found it, and the line on which it stands (0: not known)."""

    text: str
    method: str
    line: int = 0


@dataclass(slots=True)
class Page:
    """`tree` is None where there is nothing to parse. `meta` maps lower-case names to values in order."""

    tree: Any
    fragment: bool
    source: str = ""
    meta: dict[str, list[Value]] = field(default_factory=dict)
    links: dict[str, list[Value]] = field(default_factory=dict)
    json_ld: list[tuple[Json, int]] = field(default_factory=list)
    language: str | None = None

    def first(self, *names: str) -> Value | None:
        """The first non-empty <meta> value of these names, in the order of the names."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value.text:
                    return value
        return None

    def all(self, *names: str) -> list[Value]:
        return [value for name in names for value in self.meta.get(name, ()) if value.text]

    def nodes(self, *types: str) -> Iterator[tuple[Json, int]]:
        """JSON-LD nodes of these types (`NewsArticle`, …), in order."""
        for node, line in self.json_ld:
            if not types_of(node).isdisjoint(types):
                yield node, line

    def resolved(self, node: Json) -> Json:
        """The node that a reference ({"@id": …} and no name) means, in whatever script it is; else the node itself."""
        wanted = node.get("@id")
        if node.get("name") or not isinstance(wanted, str):
            return node
        return next((other for other, _ in self.json_ld if other.get("@id") == wanted and other.get("name")), node)


def types_of(node: Json) -> set[str]:
    found = node.get("@type")
    rows = found if isinstance(found, list) else [found]
    return {str(row).rsplit("/", 1)[-1] for row in rows if isinstance(row, str)}


def plain(value: object, limit: int = 2_000) -> str:
    """A value as one line of text: entities resolved (also twice), tags and superfluous space gone."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    text = str(value)[: limit * 4]
    if "&" in text:
        text = unescape(unescape(text))
    if "<" in text:
        text = re.sub(r"<[a-zA-Z/!][^<>]{0,500}>", " ", text)
    text = _UNPARSABLE.sub("", text)
    return _SPACE.sub(" ", text).strip()[:limit]


def parse(source: str) -> Page:
    """The page of an HTML document or fragment, however broken."""
    source = _UNPARSABLE.sub(" ", source[:LONGEST])
    page = Page(None, not _WHOLE_PAGE.search(source[:20_000]), source)
    if not source.strip():
        return page
    # Not the recovering of very deep trees: libxml2 stops at 256 levels, and what it has until then is kept.
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    # lxml.html looks the class of every element up in Python, by its name, whenever it is touched: a fifth of all time.
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        page.tree = lxml_html.document_fromstring(source.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return page
    _collect(page)
    return page


def _collect(page: Page) -> None:
    for node in page.tree.iter("meta", "link", "script", "html"):
        line = node.sourceline or 0
        if node.tag == "meta":
            name = node.get("property") or node.get("name") or node.get("itemprop") or ""
            content = plain(node.get("content"))
            values = page.meta.get(name.strip().lower(), ())
            if name and content and len(page.meta) < MOST_NODES and len(values) < MOST_VALUES:
                method = _method(name.lower(), bool(node.get("itemprop") and not node.get("name")))
                page.meta.setdefault(name.strip().lower(), []).append(Value(content, method, line))
        elif node.tag == "link":
            for rel in (node.get("rel") or "").lower().split():
                page.links.setdefault(rel, []).append(Value((node.get("href") or "").strip(), "link", line))
        elif node.tag == "html":
            lang = (node.get("lang") or node.get("xml:lang") or "").strip().replace("_", "-")
            if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", lang):
                page.language = lang
        elif "ld+json" in (node.get("type") or "").lower() and node.text:
            page.json_ld += [(found, line) for found in _flatten(_load(node.text))][: MOST_NODES - len(page.json_ld)]


def _method(name: str, microdata: bool) -> str:
    if microdata:
        return "microdata"
    if name.startswith(("og:", "article:", "book:", "profile:")):
        return "opengraph"
    if name.startswith(("dc.", "dcterms.", "dc:")):
        return "dublin-core"
    return "meta"


def _load(text: str) -> object:
    """JSON as pages have it: in comments or CDATA, with raw line breaks, trailing commas, several values in a row."""
    text = text[:LONGEST_SCRIPT].strip()
    for _ in range(2):
        text = _WRAPPER.sub("", text).strip()
    attempts = (str, _without_commas, unescape, _without_slashes, _quotes_escaped)
    for attempt in attempts:
        try:
            return json.loads(attempt(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return _load_some(text)


def _without_commas(text: str) -> str:
    return _TRAILING_COMMA.sub("", text)


def _without_slashes(text: str) -> str:
    return text.replace("\\'", "'")


def _quotes_escaped(text: str) -> str:
    """JSON with quotes that were not escaped: a text ends where the next key or the end of the object follows."""
    return _without_commas(_PROSE.sub(lambda found: found[1] + _BARE_QUOTE.sub(r'\\"', found[2]) + found[3], text))


def _load_some(text: str) -> list[object]:
    """The values that can be read out of a script that breaks off or has something else between them."""
    decoder = json.JSONDecoder(strict=False)
    found: list[object] = []
    position = 0
    for _ in range(50):
        at = text.find("{", position)
        if at < 0:
            break
        try:
            value, position = decoder.raw_decode(text, at)
            found.append(value)
        except (ValueError, RecursionError):
            position = at + 1
    return found


def _flatten(value: object) -> Iterator[Json]:
    """All nodes that have a type, those of @graph and of lists first; bounded, and without recursion."""
    stack: list[tuple[object, int]] = [(value, 0)]
    count = 0
    while stack and count < MOST_NODES:
        current, depth = stack.pop()
        count += 1
        if isinstance(current, list):
            stack += [(item, depth) for item in reversed(current[:500])]
        elif isinstance(current, dict):
            if current.get("@type"):
                yield current
            if depth < 6:
                graph = current.get("@graph")
                inner = [
                    current[key]
                    for key in ("mainEntity", "mainEntityOfPage", "itemListElement", "hasPart", "breadcrumb")
                    if key in current
                ]
                stack += [(item, depth + 1) for item in [*reversed(inner), graph] if isinstance(item, list | dict)]


def text_of(node: Any, limit: int = 2_000) -> str:
    """The text of an element as one line."""
    parts: list[str] = []
    size = 0
    for piece in node.itertext():
        parts.append(piece)
        size += len(piece)
        if size > limit * 2:
            break
    return _SPACE.sub(" ", _UNPARSABLE.sub("", "".join(parts))).strip()[:limit]
