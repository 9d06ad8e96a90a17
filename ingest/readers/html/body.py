"""The text of a page: trafilatura for whole pages, blocks for fragments and for what trafilatura cannot read."""

from __future__ import annotations

import re
from typing import Any

import trafilatura
from lxml import etree

from ingest.readers.html.page import Json, Page, parse, plain, text_of
from ingest.readers.html.values import same

# Above these a page is hostile or a dump; trafilatura's rules are not linear there.
MOST_ELEMENTS = 30_000
LONGEST_TEXT = 1_500_000
SHORT = 250

_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot "
    "th thead tr ul"
)
_SKIPPED_NAMES = (
    "script style noscript template svg canvas iframe object embed video audio picture source track map form button "
    "select option textarea input nav figure figcaption head title meta link base dialog math"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_TAG = re.compile(r"<[^<>]*>")
_SCRIPT = re.compile(r"<(script|style)\b[^>]*>", re.I)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|related|newsletter|promo|advert|advertisement|ads?|banner|cookie|consent|comments?|breadcrumbs?|"
    r"author-bio|tags|taglist|paywall|recirculation|most-read|mostread|read-more|readmore|read-also|outbrain|taboola|subscribe|subscription|"
    r"sidebar|recommended|trending|popular|teasers?|teaserlist|menu|navbar|pagination|site-footer|site-header|skip-link|disclaimer|copyright|byline|dateline-meta|"
    r"article-meta|timestamp|caption|credit|wp-caption-text|print-only|toolbar|(?<!elementor-)widget)(?:$|[\s_-])",
    re.I,
)


_UNSEEN = ("script", "style", "noscript", "template", "svg", "iframe")
_NEVER_TEXT = frozenset(("figure", "figcaption", "form", "button", "nav", "dialog"))
_MAY_BE_FURNITURE = frozenset(("div", "section", "aside", "ul", "ol", "p", "span", "footer", "header"))


def prune(tree: Any) -> None:
    """Takes scripts, figures and what is furniture by the name of its class out of a tree, in place."""
    body = tree.find(".//body")
    root = body if body is not None else tree
    for node in list(root.iter(*_UNSEEN)):
        if node.getparent() is not None:
            node.drop_tree()
    doomed, named = _doomed(root)
    total = None
    for node in [*doomed, *_sparing(root, named)]:
        if node.getparent() is not None:
            if node.tag == "form" and total is None:
                total = _size(root)
            # ASP.NET pages are one form, text and all.
            if node.tag == "form" and _size(node) > 0.25 * (total or 0):
                node.drop_tag()
            else:
                node.drop_tree()


def _doomed(root: Any) -> tuple[list[Any], list[Any]]:
    """What goes by its element, and what goes by the name of its class or because it is hidden."""
    total = None
    doomed: list[Any] = []
    named: list[Any] = []
    # Pages repeat a few hundred class names thousands of times.
    judged: dict[str, bool] = {}
    for node in root.iter():
        tag = node.tag
        if not isinstance(tag, str):
            continue
        if tag in _NEVER_TEXT:
            doomed.append(node)
        elif tag in _MAY_BE_FURNITURE:
            marks = f"{node.get('class') or ''} {node.get('id') or ''}"
            hidden = node.get("hidden") is not None or "display:none" in (node.get("style") or "").replace(" ", "")
            furniture = judged.get(marks)
            if furniture is None:
                judged[marks] = furniture = 1 < len(marks) < 300 and _FURNITURE.search(marks) is not None
            if tag in ("ul", "ol") and _menu(node):
                doomed.append(node)
            elif hidden or furniture:
                if total is None:
                    total = len("".join(root.itertext()))
                # A wrapper of the article may be called "paywall" or "has-sidebar": what holds much of the text stays.
                if len("".join(node.itertext())) < total * 0.25:
                    named.append(node)
        if len(doomed) + len(named) > 5_000:
            break
    return doomed, named


def _sparing(root: Any, named: list[Any]) -> list[Any]:
    """Without those that hold paragraphs, if they hold half of all paragraphs: systems that call each a widget."""
    if not named:
        return named
    condemned = set(named)
    holders = set()
    total = lost = 0
    for node in root.iter("p"):
        size = prose(node)
        total += size
        for each in (node, *node.iterancestors()) if size else ():
            if each in condemned:
                lost += size
                holders.add(each)
                break
    if lost <= 0.5 * total:
        return named
    return [node for node in named if node not in holders]


def prose(node: Any) -> int:
    """The length of an element's text if it is a sentence or more and not mostly links, else 0."""
    size = len("".join(node.itertext()).strip())
    if size < 60:
        return 0
    return size if sum(len("".join(link.itertext())) for link in node.iter("a")) < 0.5 * size else 0


def _menu(node: Any) -> bool:
    """Whether a list is six links or more and nothing else; trafilatura would go over it seven times."""
    links = ["".join(link.itertext()) for link in node.iter("a")]
    return len(links) > 5 and sum(map(len, links)) > 0.85 * len("".join("".join(node.itertext()).split()))


def _size(node: Any) -> int:
    """The length of an element's text, that of links not counted."""
    return len("".join(node.itertext())) - sum(len("".join(link.itertext())) for link in node.iter("a"))


def extracted(page: Page, *, fast: bool = True) -> list[str]:
    """The paragraphs that trafilatura finds (subheadings and list items too); none for fragments and enormous pages.

    `fast` leaves out the comparison with its two other algorithms, which takes half as long again.
    """
    if page.tree is None or page.fragment:
        return []
    for count, _ in enumerate(page.tree.iter()):
        if count > MOST_ELEMENTS:
            return []
    try:
        found = trafilatura.bare_extraction(
            page.tree,
            fast=fast,
            favor_precision=True,
            include_comments=False,
            include_tables=False,
            include_images=False,
            include_formatting=False,
            include_links=False,
            with_metadata=False,
        )
    except (etree.LxmlError, ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
        # The library is not written for hostile trees; blocks() is.
        return []
    body = getattr(found, "body", None)
    return _paragraphs(body) if body is not None else []


def _paragraphs(body: Any) -> list[str]:
    lines: list[str] = []
    for node in body.iterchildren():
        if node.tag in ("list", "quote", "div"):
            inner = list(node.iter("item", "p", "head")) or [node]
            for child in inner:
                lines += _lines(child)
        elif node.tag not in ("graphic", "table", "row"):
            lines += _lines(node)
    return lines


def _lines(node: Any) -> list[str]:
    if node.find(".//lb") is None:
        text = text_of(node, LONGEST_TEXT)
        return [text] if text else []
    parts: list[str] = [node.text or ""]
    for child in node.iter():
        if child is node:
            continue
        parts.append("\n" + (child.text or "") if child.tag == "lb" else child.text or "")
        parts.append(child.tail or "")
    return [line for raw in "".join(parts).split("\n") if (line := " ".join(raw.split()))]


def blocks(page: Page) -> list[str]:
    """The text of a page by its block elements, one line each; short lines that are only links are left out."""
    if page.tree is None:
        return []
    root = _root(page.tree)
    if root is None:
        root = page.tree
    lines: list[str] = []
    current: list[str] = []
    linked = size = total = 0
    skipping: Any = None
    in_link: Any = None

    def flush() -> None:
        nonlocal linked, size
        line = " ".join("".join(current).split())
        current.clear()
        if line and not (linked > 0.7 * max(1, size) and len(line) < 120 and not page.fragment):
            lines.append(line)
        linked = size = 0

    # iterwalk, not recursion: trees may be deep.
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            if skipping is None and tag in _SKIPPED:
                skipping = node
            if skipping is None:
                if tag in _BLOCKS or tag == "br":
                    flush()
                if tag == "a" and in_link is None:
                    in_link = node
                text = node.text or ""
        else:
            if skipping is node:
                skipping = None
            if in_link is node:
                in_link = None
            if skipping is None and tag in _BLOCKS:
                flush()
            text = (node.tail or "") if node is not root else ""
        if skipping is None and text:
            current.append(text)
            stripped = len(text.strip())
            size += stripped
            total += stripped
            linked += stripped if in_link is not None else 0
            if total > LONGEST_TEXT:
                break
    flush()
    return lines


def _root(tree: Any) -> Any:
    """The one element that the page calls its article or its main part; None if there is none, or more than one."""
    for path in (".//*[@itemprop='articleBody']", ".//article", ".//main"):
        found = tree.findall(path)
        if len(found) == 1:
            return found[0]
    return None


def stripped(source: str) -> list[str]:
    """The text between the tags of a page that the parser gave up on (nested deeper than it goes)."""
    if _SCRIPT.search(source):
        return []
    return [line for row in _TAG.sub("\n", source[:LONGEST_TEXT]).split("\n") if (line := plain(row, LONGEST_TEXT))]


def from_json_ld(article: Json | None) -> list[str]:
    """articleBody, or the updates of a live blog, by lines."""
    if article is None:
        return []
    text = article.get("articleBody")
    if isinstance(text, str) and len(text) > SHORT:
        rows = re.split(r"\s*(?:\r?\n)+\s*|<br\s*/?>|</p>", text[:LONGEST_TEXT])
        return [line for row in rows if (line := plain(row, LONGEST_TEXT))]
    updates = article.get("liveBlogUpdate")
    lines: list[str] = []
    for update in updates[:500] if isinstance(updates, list) else []:
        if not isinstance(update, dict):
            continue
        at = re.search(r"T(\d{2}:\d{2})", str(update.get("datePublished") or ""))
        head, body = plain(update.get("headline"), 500), plain(update.get("articleBody"), 20_000)
        lines += [
            line for line in (at[1] if at else "", head, body) if line and not (line == body and same(head, body))
        ]
    return lines


def choose(page: Page, article: Json | None) -> tuple[list[str], str, float]:
    """The lines of the article's text, how they were found, and how sure that is."""
    found = extracted(page)
    size = sum(map(len, found))
    root = _root(page.tree) if page.tree is not None and not page.fragment else None
    within = sum(map(prose, root.iter("p"))) if root is not None else 0
    if page.tree is not None and (size < SHORT or size < 0.5 * (within or _prose_of(page))):
        # Much of what looks like text is missing: the slower algorithms are asked too, and the page as it was.
        for more in (extracted(page, fast=False), extracted(parse(page.source)) if not page.fragment else []):
            if sum(map(len, more)) > 1.2 * size:
                found, size = more, sum(map(len, more))
    declared = from_json_ld(article)
    stated = sum(map(len, declared))
    if size >= SHORT and not (stated > 3 * size) and size > 0.3 * within:
        return found, "trafilatura", 0.9
    if stated > max(SHORT, size):
        return declared, "json-ld", 0.85
    plainly = blocks(page) or stripped(page.source)
    if sum(map(len, plainly)) > size * 1.2 or not found:
        return plainly, "blocks", 0.9 if page.fragment else 0.6
    return found, "trafilatura", 0.7


def _prose_of(page: Page) -> int:
    return sum(map(prose, page.tree.iter("p"))) if page.tree is not None and not page.fragment else 0
