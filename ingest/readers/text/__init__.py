"""The reader of pasted scrapes: lines with a site's furniture around an article in, a draft of the article out."""

from __future__ import annotations

import re

from enrich.draft import Draft, RawDocument
from ingest.readers.text.assembling import assemble
from ingest.readers.text.assembly import VERSION
from newsapi.errors import InvalidDocument

__all__ = ["VERSION", "read_text"]

_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_SAMPLE = 20_000
_MOST_CONTROL = 0.1


def read_text(raw: RawDocument) -> Draft:
    """Structure a pasted text (`raw.text`), in any language, in time linear in its length.

    Raises InvalidDocument: `empty_document` (nothing but white space), `binary_document` (no text: control characters
    or undecodable bytes), `no_article` (nothing but site furniture).
    """
    text = raw.text or ""
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > max(2, len(sample) * _MOST_CONTROL):
        raise InvalidDocument("The text is not text but binary data.", code="binary_document", field="text")
    draft = assemble(raw, text)
    if draft.paragraphs or draft.headline:
        return draft
    if not any(char.isalnum() for char in text):
        raise InvalidDocument("The text is empty.", code="empty_document", field="text")
    raise InvalidDocument("The text holds no article, only site furniture.", code="no_article", field="text")
