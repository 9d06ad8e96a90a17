"""Waiting for changes: one thread looks for all streams of the process, and only while there are any."""

from __future__ import annotations

import logging
import threading

from django.db import Error as DatabaseError
from django.db import connection

from articles import changefeed
from newsapi import lifecycle
from newsapi.errors import NewsApiError
from newsapi.serving.roles import STREAMS

logger = logging.getLogger(__name__)
EVERY = 0.25
"""Seconds between two looks at the database, whatever the number of streams."""
RETRY_AFTER = 5


class TooManyStreams(NewsApiError):
    code = "too_many_streams"
    title = "Too many streams are open"
    status = 503


class Tail:
    """Knows the last number of the changes, and wakes those who wait for a higher one."""

    def __init__(self, most: int = STREAMS) -> None:
        self._most = most
        self._open = 0
        self._last = 0
        self._ended = False
        self._looking = False
        self._changed = threading.Condition()

    def enter(self) -> None:
        """Take a place. Raises TooManyStreams. Who got one must leave it."""
        with self._changed:
            if self._ended or self._open >= self._most:
                raise TooManyStreams(
                    f"{self._open} streams are open, as many as one process keeps. Try again, or ask"
                    " /v1/changes for pages.",
                    retry_after=RETRY_AFTER,
                )
            self._open += 1
            if not self._looking:
                self._looking = True
                threading.Thread(target=self._look, name="changes", daemon=True).start()

    def leave(self) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """The process is asked to stop: streams end, and their clients go on elsewhere or later."""
        return self._ended

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self, position: int, seconds: float) -> bool:
        """Whether there is more than `position`; False when the time is over, or the process ends."""
        with self._changed:
            return self._changed.wait_for(lambda: self._ended or self._last > position, seconds) and not self._ended

    def _look(self) -> None:
        try:
            while self._wanted():
                last = self._latest()
                with self._changed:
                    if last is not None and last != self._last:
                        self._last = last
                        self._changed.notify_all()
                    self._changed.wait(EVERY)
        finally:
            connection.close()

    def _wanted(self) -> bool:
        with self._changed:
            self._looking = self._open > 0 and not self._ended
            if not self._looking:
                self._changed.notify_all()
            return self._looking

    def _latest(self) -> int | None:
        try:
            return changefeed.latest()
        except DatabaseError as error:
            logger.warning("streams wait for the database: %s", error)
            connection.close()
            return None


tail = Tail()
lifecycle.on_end(tail.end)
