"""Sitemaps and sitemap indexes, gzip and the Google News extension (https://www.sitemaps.org/protocol.html)."""

from ingest.readers.sitemaps.reader import VERSION, NotASitemap, Sitemap, SitemapEntry, read_sitemap

__all__ = ["VERSION", "NotASitemap", "Sitemap", "SitemapEntry", "read_sitemap"]
