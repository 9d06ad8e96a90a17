"""The page's own header: the element that shows the headline, and the short lines around it that date and sign it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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

    Of several <h1> the one most like a title; a smaller heading, or what a class calls one, where it is more like it.
    """
    if page.tree is None:
        return None
    wanted = [each for title in titles if (each := words(title))]
    best: Any = None
    likest = 0.0
    for _, node in zip(range(8), page.tree.iter("h1"), strict=False):
        likeness, shared = _likeness(words(text_of(node, 500)), wanted)
        if shared >= 0.6 and likeness > likest:
            best, likest = node, likeness
    if likest >= 0.7:
        return best
    candidates = 0
    for node in page.tree.iter("h2", "h3", "div", "p", "span", "font"):
        if node.tag not in ("h2", "h3", "font") and not _TITLE_CLASS.search(node.get("class") or ""):
            continue
        candidates += 1
        if candidates > 60:
            break
        found = words(text_of(node, 500))
        likeness, shared = _likeness(found, wanted)
        if (len(found) > 2 or likeness == 1) and shared >= 0.8 and likeness > max(0.5, likest):
            best, likest = node, likeness
    return best


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
    """The text of a heading, without a kicker in an element of its own that the first title does not have."""
    whole = text_of(node, 500)
    if not titles or words(whole) == words(titles[0]):
        return whole
    for child in list(node.iterdescendants("span", "small", "strong", "div", "em", "a", "p"))[:12]:
        text = text_of(child, 500)
        if 12 <= len(text) < len(whole) and any(words(text) == words(title) for title in titles):
            return text
    return whole


def lines(page: Page, headline: Any) -> list[Line]:
    """The short texts after the headline, none from beyond the first paragraphs, then those before it, last first."""
    if page.tree is None or headline is None:
        return []
    around = headline.getparent()
    return _walk(_following(headline), AFTER, around) + _walk(_preceding(headline), BEFORE, around)


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


def _walk(roots: Iterator[Any], most: int, around: Any) -> list[Line]:
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
            if text and len(text) <= LONGEST_LINE and not _among_others(node, around):
                found.append(Line(text, node.sourceline or 0, node))
                if len(found) >= most:
                    return found
    return found


def _among_others(node: Any, around: Any) -> bool:
    """Whether an element stands in a box or a list that names other articles; what holds the headline too is none."""
    for _, each in zip(range(4), (node, *node.iterancestors()), strict=False):
        if each.tag in ("article", "main", "body") or each is around or each.getparent() is around:
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
