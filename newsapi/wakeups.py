"""Wake-ups through Redis: they shorten waiting, and nothing depends on them.

Who waits passes a timeout and looks at the database afterwards, whether it was woken or not. No call here raises, and
none blocks longer than its timeout and the short socket timeouts, also where Redis takes connections and does not
answer. After it did not answer nobody asks it again for a moment.
"""

from __future__ import annotations

import logging
import math
import time
from functools import cache

import redis
from django.conf import settings
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
ANSWERS_WITHIN = 0.25
"""Seconds: of a connection, and of an answer beyond the time that was to be waited."""
KEEP = 5
"""Seconds that a wake-up waits for whoever comes a moment too late."""
PAUSE = 2.0
"""Seconds without another try after Redis did not answer."""

_silent_until = 0.0


@cache
def client(seconds: int = 0) -> redis.Redis:
    """For calls that Redis may take so many seconds for: the socket's timeout is the client's, not the call's."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=ANSWERS_WITHIN,
        socket_timeout=seconds + ANSWERS_WITHIN,
        retry=None,
    )


def notify(name: str) -> None:
    """Wake one waiter for `name`, now or within the next seconds."""
    if time.monotonic() < _silent_until:
        return
    try:
        pipeline = client().pipeline(transaction=True)
        key = f"wakeup:{name}"
        pipeline.lpush(key, 1)
        pipeline.ltrim(key, 0, 0)
        pipeline.expire(key, KEEP)
        pipeline.execute()
    except (RedisError, OSError) as error:
        _fall_silent(error)


def wait(name: str, timeout: float) -> bool:
    """True when woken, False when `timeout` (s, at most 30) is over; without Redis it just sleeps."""
    began = time.monotonic()
    timeout = min(max(timeout, 0.01), 30.0)
    if began >= _silent_until:
        try:
            return client(math.ceil(timeout)).blpop([f"wakeup:{name}"], timeout=timeout) is not None
        except (RedisError, OSError) as error:
            _fall_silent(error)
    time.sleep(max(0.0, min(timeout, 0.2) - (time.monotonic() - began)))
    return False


def ping() -> None:
    """Raises RedisError or OSError where Redis does not answer."""
    client().ping()


def _fall_silent(error: Exception) -> None:
    global _silent_until
    _silent_until = time.monotonic() + PAUSE
    logger.debug("no wake-ups: %s", error)
