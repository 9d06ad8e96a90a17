"""The search engines behind one protocol (search.engines.base); `SEARCH_URL` chooses."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from search.engines.base import Engine, EngineUnavailable, Reader
from search.engines.deadline import DeadlineReader

__all__ = ["get_engine", "get_reader", "open_engine"]


def open_engine(url: str, data_dir: str) -> Engine:
    """The engine at an address. Raises EngineUnavailable for an address that no engine knows."""
    if url.startswith("tantivy:"):
        from search.engines.tantivy import TantivyEngine

        return TantivyEngine.open(url, data_dir)
    if url.startswith(("http://", "https://")):
        from search.engines.elasticsearch import ElasticsearchEngine

        return ElasticsearchEngine.open(url, data_dir)
    raise EngineUnavailable(f"SEARCH_URL is “{url}”: it must be tantivy: or the http address of an Elasticsearch.")


def get_engine() -> Engine:
    """The engine of the settings."""
    return open_engine(settings.SEARCH_URL, str(settings.DATA_DIR))


@cache
def _reader(url: str, data_dir: str, timeout: float) -> Reader:
    # Looks into the database, where the index turns out to be empty: nothing that opens an engine only needs models.
    from search.unbuilt import WholeReader

    reader = open_engine(url, data_dir).reader()
    # Elasticsearch is asked with a deadline as it is.
    return WholeReader(DeadlineReader(reader, timeout) if url.startswith("tantivy:") else reader)


def get_reader() -> Reader:
    """This process's reader, shared by its threads."""
    return _reader(settings.SEARCH_URL, str(settings.DATA_DIR), settings.SEARCH_TIMEOUT)
