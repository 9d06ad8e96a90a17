"""From the bytes of a capture to the document that is structured: the same way at the door and in the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.message import Message
from typing import Any

from enrich.draft import Item, RawDocument
from ingest.documents import MAX_URL, clean, parse_document, parse_json
from ingest.kinds import Kind, kind_of
from ingest.readers import structured
from ingest.readers.decode import decode
from newsapi.errors import InvalidDocument, InvalidJson

JSON = "application/json"
TEXT = "text/plain"
HTML = "text/html"
LD_JSON = "application/ld+json"
NINJS = "application/vnd.iptc.ninjs+json"
ITEMS = {LD_JSON: structured.SCHEMA_ORG, NINJS: structured.NINJS}
"""Media types that say which form an article in fields has; in JSON it is told by its members."""
MEDIA_TYPES = (JSON, TEXT, HTML, *ITEMS)
MAX_BYTES = 10_000_000
HINTS = ("source", "url", "language", "section", "published_at", "external_id", "enrich")
"""What a text or HTML body cannot say for itself, as query parameters."""


@dataclass(frozen=True, slots=True)
class Input:
    """What is structured, and the caller's own id for it (empty where there is none)."""

    raw: RawDocument
    external_id: str

    @property
    def page(self) -> str | None:
        """The address of the page that is to be fetched; None where the document is there."""
        raw = self.raw
        return raw.url if raw.text is None and raw.html is None and raw.item is None else None


def split_media_type(value: str) -> tuple[str, str | None]:
    """Type and charset of a Content-Type: `Text/Plain; charset=CP1252` gives ("text/plain", "cp1252")."""
    if ";" not in value:
        return value.strip().lower(), None
    message = Message()
    message["Content-Type"] = value
    charset = message.get_content_charset()
    return value.partition(";")[0].strip().lower(), charset


def read(content: bytes, media_type: str, hints: Mapping[str, Any]) -> Input:
    """Read a capture's bytes. Raises InvalidJson, InvalidDocument or another NewsApiError, saying what is wrong."""
    kind, charset = split_media_type(media_type)
    document: object
    if kind in ITEMS:
        document = loads(content)
        raw = structured.document_of(Item(ITEMS[kind], document))
        return Input(raw, raw.id or "")
    if kind == JSON:
        document = loads(content)
    elif kind in (TEXT, HTML):
        document = {**hints, "text" if kind == TEXT else "html": decode(content, charset, html=kind == HTML)}
    else:
        raise InvalidDocument(f"A {kind} is no document; it must be one of {', '.join(MEDIA_TYPES)}.")
    raw = parse_document(document)
    given = document.get("external_id") if isinstance(document, Mapping) else None
    return Input(raw, raw.id or "" if given is None else clean(str(given)).strip())


def read_page(given: Input, content: bytes, media_type: str, url: str) -> Input:
    """The document that was given as an address, with what was fetched from there (and `url` is where it came from).

    Raises what `read` does.
    """
    kind, charset = split_media_type(media_type)
    found = kind_of(content, kind)
    raw = given.raw
    if found == Kind.JSON:
        item = structured.detect(loads(content))
        if item is None:
            raise InvalidDocument(f"There is no article at {url}: it is JSON that is no article.", field="url")
        known = structured.document_of(item)
        raw = replace(raw, item=item, language=raw.language or known.language, url=None)
        return Input(raw, given.external_id or known.id or "")
    url = url[:MAX_URL]
    if found == Kind.HTML:
        return Input(replace(raw, html=decode(content, charset, html=True), url=url), given.external_id)
    return Input(replace(raw, text=decode(content, charset), url=url), given.external_id)


def loads(content: bytes) -> object:
    """Parse JSON (RFC 8259: UTF-8). Raises InvalidJson with the position."""
    try:
        return parse_json(content.removeprefix(b"\xef\xbb\xbf"))
    except InvalidDocument as error:
        raise InvalidJson(error.detail, **error.extra) from error
