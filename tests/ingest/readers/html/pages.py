"""A short page to read: a headline, six paragraphs, and what a test puts around them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from enrich.draft import Draft, RawDocument
from ingest.readers.html import read_html

RECEIVED = datetime(2026, 6, 19, tzinfo=UTC)
HEADLINE = "A find behind the mill"
PARAGRAPHS = tuple(
    f"Paragraph number {i} tells of the {word} that was found behind the old mill, and of those who came to see it."
    for i, word in enumerate(["barrel", "boat", "bicycle", "piano", "clock", "coin"])
)
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def page(head: str = "", under: str = "", *, above: str = "", after: str = "", h1: str = HEADLINE) -> str:
    """HTML with `head` in its head, `above` and `under` around the headline (`h1`), `after` behind the text."""
    return (
        f'<html lang="en"><head><meta property="og:title" content="{HEADLINE}">{head}</head><body>'
        f"<article>{above}<h1>{h1}</h1>{under}{TEXT}{after}</article></body></html>"
    )


def read(html: str, **known: Any) -> Draft:
    return read_html(RawDocument(html=html, received_at=RECEIVED, **known))
