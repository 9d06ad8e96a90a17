"""Articles that arrive in fields: ninjs, schema.org JSON-LD and what this service exports, read to a draft."""

from ingest.readers.structured.forms import FORMS, NEWSAPI, NINJS, SCHEMA_ORG, detect, document_of
from ingest.readers.structured.reader import VERSION, language_of, read_item

__all__ = ["FORMS", "NEWSAPI", "NINJS", "SCHEMA_ORG", "VERSION", "detect", "document_of", "language_of", "read_item"]
