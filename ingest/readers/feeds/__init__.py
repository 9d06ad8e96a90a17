"""Feeds (RSS 0.9x to 2.0, Atom, JSON Feed) to entries: nothing is lost because something beside it is broken."""

from ingest.readers.feeds.feed import Entry, Feed, NotAFeed
from ingest.readers.feeds.reader import VERSION, read_feed

__all__ = ["VERSION", "Entry", "Feed", "NotAFeed", "read_feed"]
