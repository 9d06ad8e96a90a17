"""Bylines: who wrote an article, where, and for whom; in many languages and scripts."""

from ingest.readers.bylines.lines import parse_byline
from ingest.readers.bylines.names import looks_like_name, tidy_name
from ingest.readers.bylines.people import Byline

__all__ = ["Byline", "looks_like_name", "parse_byline", "tidy_name"]
