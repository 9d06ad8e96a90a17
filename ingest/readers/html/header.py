"""The page's own header: the element that shows the headline, and the short lines around it that date and sign it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from ingest.readers.html.page import Page, text_of

# How far around the headline a date or a byline may stand, in elements that hold text of their own.
BEFORE = 10
AFTER = 30
LONGEST_LINE = 200
_WORDS = re.compile(r"\w+")
_TITLE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:headline|title|titre|titulo|titulo-noticia|titolo|heading|p-name|ueberschrift)(?:$|[\s_-])", re.I
)
_INLINE = frozenset(("a", "span", "b", "strong", "em", "i", "time", "font", "small", "abbr", "u", "bdi", "br", "sup"))
_SKIPPED = frozenset(("script", "style", "noscript", "template", "svg", "figure", "nav", "select", "button", "iframe"))
_HIDDEN = re.compile(r"(?:^|\s)(?:hidden|visually-hidden|sr-only|screen-reader-text)(?:$|\s)", re.I)


OTHERS = re.compile(
    r"(?:^|[\s_-])(?:teasers?|teaserlist|cards?|related|latest|trending|comments?|sidebar|recirc)(?:$|[\s_-])", re.I
)


@dataclass(slots=True)
class Line:
    """A short text near the headline, with the line of the source on which it begins."""

    text: str
    line: int
    node: Any


def words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


def shown(page: Page, titles: list[str]) -> Any:
    """The element that shows the headline, told by what the page says its title is; None if nothing does.

    Of several <h1> the one most like a title; a page's only <h1>, whatever its title says; a smaller heading, or what
    a class calls one, where it is more like it. A heading that links to the front page is the site's name.
    """
    if page.tree is None:
        return None
    wanted = [each for title in titles if (each := words(title))]
    best: Any = None
    likest = 0.0
    headings = [node for _, node in zip(range(12), page.tree.iter("h1"), strict=False) if not _site(node)]
    headings = [node for node in headings if not _HIDDEN.search(node.get("class") or "")] or headings
    for node in headings:
        likeness, shared = _likeness(words(text_of(node, 500)), wanted)
        if shared >= 0.6 and likeness > likest:
            best, likest = node, likeness
    if likest >= 0.7:
        return best
    if best is None and (lone := only(headings)) is not None:
        return lone
    candidates = 0
    for node in page.tree.iter("h2", "h3", "div", "p", "span", "font"):
        if node.tag not in ("h2", "h3", "font") and not _TITLE_CLASS.search(node.get("class") or ""):
            continue
        candidates += 1
        if candidates > 60:
            break
        found = words(text_of(node, 500))
        likeness, shared = _likeness(found, wanted)
        if (len(found) > 2 or likeness == 1) and shared >= 0.8 and likeness > max(0.5, likest) and not _site(node):
            best, likest = node, likeness
    return best


def only(headings: list[Any]) -> Any:
    """The one <h1> that has three words or more and is not hidden or in a frame of the page; None if there are more."""
    found = [
        node
        for node in headings
        if len(words(text_of(node, 500))) >= 3
        and not _HIDDEN.search(node.get("class") or "")
        and not any(each.tag in ("nav", "footer", "aside", "form", "dialog") for each in node.iterancestors())
    ]
    return found[0] if len(found) == 1 else None


def _site(node: Any) -> bool:
    """Whether a heading is a link to the front page, or marked as the site's."""
    if _SITE_CLASS.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
        return True
    link = node.getparent() if node.getparent() is not None and node.getparent().tag == "a" else node.find(".//a")
    if link is None or len(text_of(link, 500)) < 0.8 * len(text_of(node, 500)):
        return False
    return "home" in (link.get("rel") or "").split() or bool(_FRONT.fullmatch((link.get("href") or "").strip()))


_SITE_CLASS = re.compile(r"(?:^|[\s_-])(?:site-?title|site-?name|blog-?title|blog-?name|logo|brand)(?:$|[\s_-])", re.I)
_FRONT = re.compile(r"(?:(?:.*https?:)?//[^/]+)?/?(?:index\.\w+|home)?", re.I)


def around(page: Page, headline: Any) -> Any:
    """The element that holds the article: the <article> or <main> around the headline, else the page."""
    node = headline
    while node is not None:
        if node.tag in ("article", "main") or "Article" in (node.get("itemtype") or ""):
            return node
        node = node.getparent()
    return page.tree


def _likeness(found: list[str], titles: list[list[str]]) -> tuple[float, float]:
    """How like the likest title the words are (Dice), and how much of the shorter of the two the other has."""
    best = (0.0, 0.0)
    for wanted in titles:
        common = len(set(found) & set(wanted))
        if common:
            dice = 2 * common / (len(set(found)) + len(set(wanted)))
            best = max(best, (dice, common / min(len(set(found)), len(set(wanted)))))
    return best


def headline_in(node: Any, titles: list[str]) -> str:
    """The text of a heading, without what stands over or under it in elements of their own.

    That is what a class calls a kicker, <small>, a date, and what no title has where the rest is all of one.
    """
    whole = _heading(node, ())
    wanted = [words(title) for title in titles]
    over = [
        each
        for each in list(node.iterdescendants("span", "small", "time", "div", "p", "strong", "em", "a"))[:12]
        if each.tag in ("time", "small") or _KICKER.search(each.get("class") or "")
    ]
    if over and len(bare := _heading(node, over)) >= 8:
        return bare
    if words(whole) in wanted[:1]:
        return whole
    for child in list(node.iterdescendants("span", "small", "strong", "div", "em", "a", "p", "b", "i"))[:12]:
        text = text_of(child, 500)
        if 12 <= len(text) < len(whole) and words(text) in wanted:
            return text
        if text and len(rest := _heading(node, [child])) >= 12 and words(rest) in wanted:
            return rest
    return whole


_KICKER = re.compile(
    r"(?:^|[\s_-])(?:kicker|overline|over-?title|top-?line|top-?title|dach-?zeile|roof-?line|eye-?brow|pre-?title|"
    r"spitzmarke|super-?title|sur-?titre|ante-?titulo|volanta|occhiello|head-?kicker|label|badge|category|rubrik|"
    r"sub-?title|sub-?heading|sub-?headline|subhead|untertitel|unterzeile|meta|date|hat|chapeau)(?:$|[\s_-])",
    re.I,
)
_BEFORE_MARK = re.compile(r"\0+(?=\s*[:,.;!?)\]”»])")
_ENDS = re.compile(r"\0+")
_APART = frozenset(("br", "span", "small", "div", "p", "time", "h2", "h3", "strong"))


def _heading(node: Any, without: Iterable[Any]) -> str:
    """The text of a heading with a space where an element ends, without some of its elements."""
    left = set(without)
    parts: list[str] = []
    skipped: Any = None
    for event, each in etree.iterwalk(node, events=("start", "end")):
        if event == "start":
            if skipped is None and (each in left or each.tag in ("style", "script")):
                skipped = each
            elif skipped is None:
                parts += ("\0" if each.tag in _APART and each is not node else "", each.text or "")
        else:
            if skipped is each:
                skipped = None
            if skipped is None and each is not node:
                parts += ("\0" if each.tag in _APART else "", each.tail or "")
    # No space before a mark that stands in an element of its own.
    text = _ENDS.sub(" ", _BEFORE_MARK.sub("", "".join(parts)))
    return " ".join(text.split())[:500].strip(" :|–—-•·" if left else " ")


def lines(page: Page, headline: Any) -> list[Line]:
    """The short texts after the headline, none from beyond the first paragraphs, then those before it, last first."""
    if page.tree is None or headline is None:
        return []
    parent = headline.getparent()
    return _walk(_following(headline), AFTER, parent) + _walk(_preceding(headline), BEFORE, parent)


def _following(node: Any) -> Iterator[Any]:
    """The elements after a node that are not inside one another, in the order of the page."""
    while node is not None and node.tag != "body":
        yield from node.itersiblings()
        node = node.getparent()


def _preceding(node: Any) -> Iterator[Any]:
    """The elements before a node, the nearest first; none from before the article that it stands in."""
    while node is not None and node.tag not in ("article", "main", "body", "html"):
        yield from node.itersiblings(preceding=True)
        node = node.getparent()


def _walk(roots: Iterator[Any], most: int, parent: Any) -> list[Line]:
    found: list[Line] = []
    looked = long = 0
    for root in roots:
        for node in _leaves(root):
            looked += 1
            text = text_of(node, 400)
            # A standfirst may be long; two long texts, or a very long one, are the article.
            long += len(text) > 110
            if looked > most * 4 or long > 1 or len(text) > 320:
                return found
            if text and len(text) <= LONGEST_LINE and not _among_others(node, parent):
                found.append(Line(text, node.sourceline or 0, node))
                if len(found) >= most:
                    return found
    return found


def _among_others(node: Any, parent: Any) -> bool:
    """Whether an element stands in a box or a list that names other articles; what holds the headline too is none."""
    for _, each in zip(range(4), (node, *node.iterancestors()), strict=False):
        if each.tag in ("article", "main", "body") or each is parent or each.getparent() is parent:
            return False
        if OTHERS.search(each.get("class") or "") or (each.tag == "li" and each.find(".//a") is not None):
            return True
    return False


def _leaves(root: Any) -> Iterator[Any]:
    """The elements below (or the one itself) that hold text and nothing but inline elements."""
    stack = [root]
    while stack:
        node = stack.pop()
        tag = node.tag
        if not isinstance(tag, str) or tag in _SKIPPED or _HIDDEN.search(node.get("class") or ""):
            continue
        children = list(node)
        if tag in _INLINE or all(child.tag in _INLINE for child in children):
            if children or (node.text and node.text.strip()):
                yield node
            continue
        if len(children) <= 6 and _own_text(node, children) and len(text_of(node, LONGEST_LINE)) < LONGEST_LINE:
            # "<h5>Author:</h5> Jane Doe": text beside blocks.
            yield node
            continue
        stack += reversed(children[:60])


def _own_text(node: Any, children: list[Any]) -> bool:
    """Whether an element has text beside its blocks."""
    return any(text and text.strip(" \t\r\n|·•,-–—") for text in (node.text, *(child.tail for child in children)))
