"""Waking a worker: quick, at most one waiting wake-up at a time, and never in the way of who asks for it."""

from __future__ import annotations

import logging
import time

from celery.exceptions import CeleryError
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
AWAKE = "ingest:awake"
FETCHING = "ingest:fetching"
AWAKE_SECONDS = 15
"""How long a wake-up that no worker has picked up stops further ones, should it be lost."""
PAUSE = 2.0
"""Seconds without another try after Redis did not answer: the sweeper finds what waits."""

_silent_until = 0.0


def wake_after_commit() -> None:
    """Wake a worker once what was written is committed."""
    transaction.on_commit(wake)


def wake() -> None:
    """Ask a worker to look for captures, unless one was asked and has not begun. Never raises, blocks below 0.3 s."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    from ingest.tasks import process_captures

    try:
        if cache.add(AWAKE, 1, AWAKE_SECONDS):
            process_captures.apply_async(retry=False, ignore_result=True)
    except (RedisError, KombuError, CeleryError, OSError) as error:
        _silent_until = time.monotonic() + PAUSE
        logger.warning("could not wake a worker, the sweeper will: %s", error)


def wake_anew() -> None:
    """Ask a worker to look, even if one was asked: it may have died, or Redis forgotten it. Never raises."""
    begun()
    wake()


def wake_fetcher_after_commit() -> None:
    """Have a worker fetch what was asked for, once that is committed."""
    transaction.on_commit(wake_fetcher)


def wake_fetcher() -> None:
    """Ask a worker to fetch pages, unless one was asked and has not begun. Never raises."""
    from ingest.tasks import fetch_pages

    try:
        if time.monotonic() >= _silent_until and cache.add(FETCHING, 1, AWAKE_SECONDS):
            fetch_pages.apply_async(retry=False, ignore_result=True)
    except (RedisError, KombuError, CeleryError, OSError) as error:
        logger.debug("no fetcher woken, the sweeper will: %s", error)


def fetcher_begun() -> None:
    """A fetcher has begun: what is asked for from now on needs another wake-up. Never raises."""
    try:
        cache.delete(FETCHING)
    except (RedisError, OSError) as error:
        logger.debug("no mark to remove: %s", error)


def begun() -> None:
    """A worker has begun: what is committed from now on needs another wake-up. Never raises."""
    try:
        cache.delete(AWAKE)
    except (RedisError, OSError) as error:
        logger.debug("no mark to remove: %s", error)
