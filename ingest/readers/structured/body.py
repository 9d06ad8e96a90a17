"""The text of an item, from HTML or plain text: paragraphs, their Markdown, and what stands before the first one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from enrich.draft import Dateline, Image, RawDocument
from ingest.readers.html import body as html_body
from ingest.readers.html import markdown
from ingest.readers.html.page import parse, plain
from ingest.readers.html.values import same
from ingest.readers.text import read_text
from newsapi.errors import InvalidDocument

LONGEST = 10_000_000
WRAPPED = 90
"""Characters: where no line is longer, the ends of lines are a typewriter's and not those of paragraphs."""
_MARKUP = re.compile(r"</?(?:p|br|div|ul|ol|li|h[1-6]|blockquote|section|article|html|body)\b[^<>]*>", re.I)


@dataclass(frozen=True, slots=True)
class Body:
    """`paragraphs` without the place and agency before the first, which are `dateline` and `credited_to`."""

    paragraphs: tuple[str, ...] = ()
    markdown: str | None = None
    dateline: Dateline | None = None
    credited_to: str | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the article and helps to read its text."""

    headline: str | None = None
    url: str | None = None
    language: str | None = None
    received_at: datetime | None = None
    images: tuple[Image, ...] = ()


def read_body(value: str | None, around: Around) -> Body:
    """The body in a string: HTML where it has tags of blocks, else plain text."""
    if not value:
        return Body()
    value = value[:LONGEST]
    return _of_html(value, around) if _MARKUP.search(value) else of_lines(_lines(value), around)


def of_lines(lines: Sequence[str], around: Around) -> Body:
    """The body whose paragraphs these are."""
    paragraphs, dateline, credited_to = _placed(lines, around)
    return Body(paragraphs, None, dateline, credited_to)


def _of_html(value: str, around: Around) -> Body:
    page = parse(value)
    if page.tree is None:
        return Body()
    pieces = markdown.pieces(page)
    html_body.prune(page.tree)
    paragraphs, dateline, credited_to = _placed(html_body.blocks(page), around)
    return Body(paragraphs, markdown.render(pieces, paragraphs, around.images, around.url), dateline, credited_to)


def _lines(value: str) -> list[str]:
    rows = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n").split("\n")
    blank = any(not row.strip() for row in rows[1:-1])
    if blank and max(map(len, rows)) <= WRAPPED:
        rows = [" ".join(part.split()) for part in re.split(r"\n\s*\n", "\n".join(rows))]
    return [line for row in rows if (line := plain(row, LONGEST))]


def _placed(lines: Sequence[str], around: Around) -> tuple[tuple[str, ...], Dateline | None, str | None]:
    """The lines without a repeated headline; dateline and credit as the rules for pasted text find them.

    Nothing else is taken out: who gives the text by itself gives no furniture with it.
    """
    head = around.headline
    kept = [line for at, line in enumerate(lines) if not (at < 2 and head and same(line, head))]
    if not kept:
        return (), None, None
    try:
        text = read_text(
            RawDocument(
                text="\n\n".join([head, *kept] if head else kept),
                url=around.url,
                language=around.language,
                received_at=around.received_at,
            )
        )
    except InvalidDocument:
        return tuple(kept), None, None
    first = text.paragraphs[0] if text.paragraphs else ""
    if text.dateline is not None and first and kept[0] != first and kept[0].endswith(first):
        kept[0] = first
    return tuple(kept), text.dateline, text.credited_to
