"""Waking a poller when something was added; without Redis the clock does it within seconds."""

from __future__ import annotations

import logging

from celery.exceptions import CeleryError
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
AWAKE = "poll:awake"
AWAKE_SECONDS = 5


def wake_after_commit() -> None:
    """Have a worker look for what is due, once what was written is committed. Never raises."""
    transaction.on_commit(_wake)


def _wake() -> None:
    from ingest.tasks import poll

    try:
        if cache.add(AWAKE, 1, AWAKE_SECONDS):
            poll.apply_async(retry=False, ignore_result=True)
    except (RedisError, KombuError, CeleryError, OSError) as error:
        logger.debug("no poller woken, the clock will: %s", error)


def begun() -> None:
    """A poller has begun: what is added from now on needs another wake-up. Never raises."""
    try:
        cache.delete(AWAKE)
    except (RedisError, OSError) as error:
        logger.debug("no mark to remove: %s", error)
