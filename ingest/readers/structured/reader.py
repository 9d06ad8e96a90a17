"""From an item to a draft: picks the reader of its form."""

from __future__ import annotations

from enrich.draft import Draft, RawDocument
from enrich.enrichment import Language
from ingest.readers.structured.forms import NEWSAPI, NINJS

VERSION = "structured-1"


def read_item(raw: RawDocument) -> Draft:
    """The draft of `raw.item`. Raises InvalidDocument, with `field` where one is to blame."""
    # Imported when they are needed: two of them load the HTML libraries, which takes half a second.
    if raw.item is not None and raw.item.form == NEWSAPI:
        from ingest.readers.structured import own

        return own.read(raw.item.data)
    if raw.item is not None and raw.item.form == NINJS:
        from ingest.readers.structured import ninjs

        return ninjs.read(raw)
    from ingest.readers.structured import schema_org

    return schema_org.read(raw)


def language_of(raw: RawDocument) -> Language | None:
    """The language that an article of our own was found to have; None where it is to be found."""
    if raw.item is None or raw.item.form != NEWSAPI:
        return None
    from ingest.readers.structured import own

    return own.language(raw.item.data)
