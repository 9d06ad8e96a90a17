"""The paragraphs of a page as light Markdown (CommonMark): each is found again in the page and keeps its marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from lxml import etree

from enrich.draft import Image
from ingest.readers.html.links import absolute
from ingest.readers.html.page import Page

_BLOCK_NAMES = "p h1 h2 h3 h4 h5 h6 li blockquote dd dt div td pre section article main ul ol table tr figure"
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_DROPPED = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "button"))
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")
_STARTS = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([#+-])(?=\s|$)")
_MOST = 60_000


class Piece(NamedTuple):
    """A line of text in a page, or a figure: its element, and what it is (`h2`, `li`, `ol`, `quote`, `figure`)."""

    text: str
    node: Any
    kind: str | None


def pieces(page: Page) -> list[Piece]:
    """The innermost blocks of a page in their order; to be called before anything is taken out of the tree."""
    found: list[Piece] = []
    if page.tree is None:
        return found
    for looked, node in enumerate(page.tree.iter(*_BLOCKS)):
        if looked > _MOST:
            break
        if node.tag == "figure":
            found.append(Piece("", node, "figure"))
        elif all(child.tag not in _BLOCKS for child in node):
            if node.find("br") is not None:
                kind = _kind(node)
                found += [Piece(row, None, kind) for row in _rows(node)]
            elif text := " ".join("".join(node.itertext()).split()):
                found.append(Piece(text, node, _kind(node)))
    return found


def render(found: list[Piece], paragraphs: Sequence[str], images: Sequence[Image], base: str | None) -> str | None:
    """Markdown of the paragraphs, in their order: subheadings, lists, quotations, links, emphasis, and figures between.

    Paragraphs that are not in the page as they are (a script's, a dateline cut off) are shown without marks.
    """
    if not paragraphs:
        return None
    places: dict[str, int] = {}
    for place, each in enumerate(found):
        if each.text:
            places.setdefault(each.text, place)
    pictures = {image.url: image for image in images if image.url}
    blocks: list[str] = []
    before: int | None = None
    kind_before: str | None = None
    number = 0
    at: int | None
    for paragraph in paragraphs:
        at = places.get(" ".join(paragraph.split()))
        piece = found[at] if at is not None else None
        if at is not None:
            if before is not None and before < at:
                between = (each for each in found[before:at] if each.kind == "figure")
                blocks += [shown for each in between if (shown := _figure(each.node, pictures, base))]
            before = at
        kind = piece.kind if piece else None
        text = _inline(piece.node, base) if piece and piece.node is not None else _escaped(paragraph)
        number = number + 1 if kind == "ol" and kind_before == "ol" else 1
        if kind in ("li", "ol"):
            text = f"- {text}" if kind == "li" else f"{number}. {text}"
            if kind == kind_before:
                blocks[-1] += f"\n{text}"
            else:
                blocks.append(text)
        elif kind == "quote":
            blocks.append(f"> {text}")
        elif kind:
            blocks.append(f"{'#' * int(kind[1])} {text}")
        else:
            blocks.append(_STARTS.sub(r"\1\\\2\3" if text[:1].isdigit() else r"\\\3", text))
        kind_before = kind
    return "\n\n".join(blocks)


def _kind(node: Any) -> str | None:
    if node.tag in ("h2", "h3", "h4", "h5", "h6"):
        return str(node.tag)
    for _, each in zip(range(3), (node, *node.iterancestors()), strict=False):
        if each.tag == "li":
            parent = each.getparent()
            return "ol" if parent is not None and parent.tag == "ol" else "li"
        if each.tag == "blockquote":
            return "quote"
    return None


def _rows(node: Any) -> list[str]:
    """The lines of an element that divides them by <br>."""
    parts = [node.text or ""]
    for child in node.iterdescendants():
        parts.append("\n" if child.tag == "br" else (child.text or "") if isinstance(child.tag, str) else "")
        parts.append(child.tail or "")
    return [text for row in "".join(parts).split("\n") if (text := " ".join(row.split()))]


def _inline(node: Any, base: str | None) -> str:
    """The text of an element with its links and emphasis; those that would be empty or nested in their like are not."""
    parts: list[str] = []
    opened: list[tuple[Any, str, int]] = []
    # iterwalk, not recursion: trees may be deep.
    for event, each in etree.iterwalk(node, events=("start", "end")):
        tag = each.tag if isinstance(each.tag, str) else ""
        if event == "start":
            close = ""
            if each is not node and tag == "a" and (url := _address(each.get("href"), base)):
                close = f"]({url})"
            elif each is not node:
                close = _MARKS.get(tag, "")
            if close and any(other == close or other[0] == close[0] == "]" for _, other, _ in opened):
                close = ""
            if close:
                opened.append((each, close, len(parts)))
            if tag not in _DROPPED and each.text:
                parts.append(_escaped(each.text))
        else:
            if opened and opened[-1][0] is each:
                _, close, start = opened.pop()
                inner = "".join(parts[start:])
                core = inner.strip()
                if core:
                    lead = inner[: len(inner) - len(inner.lstrip())]
                    trail = inner[len(inner.rstrip()) :]
                    parts[start:] = [f"{lead}{'[' if close[0] == ']' else close}{core}{close}{trail}"]
            if each is not node and each.tail:
                parts.append(_escaped(each.tail))
    return " ".join("".join(parts).split())


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _address(url: str | None, base: str | None) -> str | None:
    """An http address in a form that ends a Markdown link nowhere but at its end."""
    full = absolute(url, base)
    return quote(full, safe=":/?#@!$&'*+,;=%~[]") if full else None


def _figure(node: Any, pictures: dict[str, Image], base: str | None) -> str | None:
    picture = node.find(".//img")
    if picture is None:
        return None
    source = picture.get("src") or picture.get("data-src")
    url = _address(source, base)
    if url is None:
        return None
    image = pictures.get(absolute(source, base) or "")
    caption = " ".join(((image.caption if image else None) or picture.get("alt") or "").split())
    return f"![{_escaped(caption)}]({url})"
