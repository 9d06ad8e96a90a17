"""HTML pages to drafts: JSON-LD, Open Graph, <meta> and visible marks for the fields, trafilatura for the text."""

from ingest.readers.html.reader import VERSION, read_html

__all__ = ["VERSION", "read_html"]
