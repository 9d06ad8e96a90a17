"""Server-sent events (HTML Living Standard §9.2) of changes: all of them, or of articles that a query matches."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson
from django.db import close_old_connections
from django.db.utils import Error as DatabaseError

from articles import changefeed
from articles.changefeed import Entry
from newsapi.errors import NewsApiError
from newsapi.rendering import dumps
from search import rows
from search.filters import Filters
from search.memo import Memo
from search.percolator import Percolator
from search.results import IndexDocument
from search.streaming import feed
from search.streaming.tail import Tail

logger = logging.getLogger(__name__)
AT_ONCE = 100
SILENCE = 15.0
"""Seconds without an event after which a comment shows that the connection is alive."""
LIFETIME = 600.0
"""Seconds: then the stream ends and the client comes again with its last id, its key looked at anew."""
RETRY = 2_000
"""Milliseconds that a client waits before it comes again."""
Write = Callable[[Sequence[Entry]], Iterator[tuple[int, str, bytes]]]
"""Number, name and data of the events that some changes make."""


class Stream:
    """The body of an answer: events from after a position on. `close` gives its place back, however it ends."""

    def __init__(self, tail: Tail, after: int, write: Write, lifetime: float = LIFETIME) -> None:
        self._tail = tail
        self._closed = False
        self._events = _events(tail, after, write, lifetime)
        tail.enter()

    def __iter__(self) -> Iterator[bytes]:
        return self._events

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._events.close()  # type: ignore[attr-defined]
            self._tail.leave()


def _events(tail: Tail, position: int, write: Write, lifetime: float) -> Iterator[bytes]:
    yield b"retry: %d\n\n" % RETRY
    ends = time.monotonic() + lifetime
    while time.monotonic() < ends and not tail.ended:
        if not tail.wait(position, min(SILENCE, lifetime)):
            # An event without data is not shown to anybody; its id is what the client comes again with.
            yield b": nothing new\nid: %d\n\n" % position
            continue
        try:
            found = changefeed.read(position, AT_ONCE)
            for seq, name, data in write(found):
                yield b"id: %d\nevent: %s\ndata: %s\n\n" % (seq, name.encode(), data)
        except NewsApiError as error:
            yield b"event: error\ndata: %s\n\n" % dumps(error.as_problem())
            return
        except DatabaseError as error:
            logger.warning("a stream waits for the database: %s", error)
            yield b": the database does not answer\n\n"
            time.sleep(1.0)
            continue
        finally:
            # A connection is not kept while there is nothing to ask it.
            close_old_connections()
        if found:
            position = found[-1].seq


def every_change(kinds: frozenset[str], wanted: Any) -> Write:
    """All changes of these kinds (of every kind where there are none), with the wanted fields of the article."""

    def write(found: Sequence[Entry]) -> Iterator[tuple[int, str, bytes]]:
        entries = [entry for entry in found if not kinds or entry.kind in kinds]
        for entry, shown in zip(entries, feed.shown(entries, wanted), strict=True):
            yield entry.seq, entry.kind, dumps(shown)

    return write


def matching(read: Callable[[], Filters], wanted: Any) -> Write:
    """Changes of the articles that match; `read` gives the query as of now, since ages in it count from now."""

    def write(found: Sequence[Entry]) -> Iterator[tuple[int, str, bytes]]:
        if not found:
            return
        percolator, documents = _percolator(found)
        matched = percolator.matching(read().query)
        entries = [entry for entry in found if entry.article_id in matched]
        for entry, shown in zip(entries, feed.shown(entries, wanted), strict=True):
            if wanted is None:
                shown["article"] = orjson.Fragment(documents[entry.article_id].card)
            yield entry.seq, entry.kind, dumps(shown)

    return write


_kept: Memo[tuple[int, int], tuple[Percolator, dict[Any, IndexDocument]]] = Memo(ttl=10.0, size=16)


def _percolator(found: Sequence[Entry]) -> tuple[Percolator, dict[Any, IndexDocument]]:
    """The articles of these changes as they are now; streams that follow closely share it."""

    def make() -> tuple[Percolator, dict[Any, IndexDocument]]:
        documents = rows.by_id(entry.article_id for entry in found).documents
        return Percolator(documents), {one.id: one for one in documents}

    return _kept.remember((found[0].seq, found[-1].seq), make)
