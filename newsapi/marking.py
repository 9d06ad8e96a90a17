"""An article to be read on a page: its text with the entities marked where they are mentioned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

PARAGRAPH = "\n\n"
Span = tuple[int, int, str, str, str]
"""Start, end, and the type, name and id (or name) of what is mentioned there."""


def readable(article: Mapping[str, Any]) -> dict[str, Any]:
    """Headline, standfirst and paragraphs as HTML; offsets of mentions count code points of the whole field."""
    spans = _spans(article.get("entities"))
    body = str(article.get("body") or "")
    return {
        "headline": marked(str(article.get("headline") or ""), spans.get("headline", [])),
        "standfirst": marked(str(article.get("standfirst") or ""), spans.get("standfirst", [])),
        "paragraphs": list(_paragraphs(body, spans.get("body", []))),
    }


def marked(text: str, spans: list[Span], offset: int = 0) -> SafeString:
    """`text`, which begins at `offset` of its field, escaped, with a link around each mention that lies in it."""
    parts: list[str] = []
    done = 0
    for start, end, type_, name, key in spans:
        first, last = start - offset, end - offset
        if not done <= first < last <= len(text):
            continue
        parts.append(escape(text[done:first]))
        parts.append(
            format_html(
                '<a class="mention {}" href="/v1/articles?entity={}" title="{}: {}">{}</a>',
                type_, quote(key), type_, name, text[first:last],
            )
        )  # fmt: skip
        done = last
    return mark_safe("".join([*parts, escape(text[done:])]))  # noqa: S308 (every part is escaped)


def _paragraphs(body: str, spans: list[Span]) -> Iterator[SafeString]:
    offset = 0
    for paragraph in body.split(PARAGRAPH):
        end = offset + len(paragraph)
        yield marked(paragraph, [span for span in spans if offset <= span[0] < end], offset)
        offset = end + len(PARAGRAPH)


def _spans(entities: object) -> dict[str, list[Span]]:
    """By field, in order of the text. Cards have entities without mentions."""
    found: dict[str, list[Span]] = {}
    for entity in entities if isinstance(entities, list) else []:
        name = str(entity.get("name") or "")
        type_, key = str(entity.get("type") or ""), str(entity.get("id") or name)
        for mention in entity.get("mentions") or []:
            found.setdefault(mention["field"], []).append((mention["start"], mention["end"], type_, name, key))
    for spans in found.values():
        spans.sort()
    return found
