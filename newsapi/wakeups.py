"""Wake-ups through Redis: they shorten waiting, and nothing depends on them.

Who waits passes a timeout and looks at the database afterwards, whether it was woken or not. No call here raises, and
none blocks longer than its timeout and the short socket timeouts.
"""

from __future__ import annotations

import logging
import time
from functools import cache

import redis
from django.conf import settings
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
CONNECT_TIMEOUT = 0.25
KEEP = 5
"""Seconds that a wake-up waits for whoever comes a moment too late."""


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=CONNECT_TIMEOUT, socket_timeout=CONNECT_TIMEOUT, retry=None
    )


@cache
def _waiting_client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=CONNECT_TIMEOUT, socket_timeout=35, retry=None
    )


def notify(name: str) -> None:
    """Wake one waiter for `name`, now or within the next seconds."""
    try:
        pipeline = _client().pipeline(transaction=True)
        key = f"wakeup:{name}"
        pipeline.lpush(key, 1)
        pipeline.ltrim(key, 0, 0)
        pipeline.expire(key, KEEP)
        pipeline.execute()
    except (RedisError, OSError) as error:
        logger.debug("no wake-up for %s: %s", name, error)


def wait(name: str, timeout: float) -> bool:
    """True when woken, False when `timeout` (s, at most 30) is over; without Redis it just sleeps."""
    began = time.monotonic()
    timeout = min(max(timeout, 0.01), 30.0)
    try:
        return _waiting_client().blpop([f"wakeup:{name}"], timeout=timeout) is not None
    except (RedisError, OSError) as error:
        logger.debug("no wake-ups: %s", error)
        time.sleep(max(0.0, min(timeout, 0.2) - (time.monotonic() - began)))
        return False
