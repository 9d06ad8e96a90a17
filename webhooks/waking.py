"""Waking a worker when articles changed or something is to be sent; without Redis the clock does it within seconds."""

from __future__ import annotations

import logging
import time
from typing import Any

from celery.exceptions import CeleryError
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import transaction
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from articles import ledger
from search.memo import Memo
from webhooks.models import Endpoint

logger = logging.getLogger(__name__)
AWAKE_SECONDS = 5
PAUSE = 2.0
"""Seconds without another try after Redis did not answer."""
_wanted: Memo[str, bool] = Memo(ttl=2.0)
_silent_until = 0.0


def register() -> None:
    """Have changes of articles wake the matcher."""
    ledger.follow(changed)


def changed() -> None:
    """Articles changed. Costs next to nothing where there is no endpoint. Never raises."""
    try:
        wanted = _wanted.remember("endpoints", Endpoint.objects.exists)
    except DatabaseError as error:
        logger.debug("not known whether anybody is to be told: %s", error)
        return
    if wanted:
        wake("match")


def wake_after_commit(name: str) -> None:
    transaction.on_commit(lambda: wake(name))


def wake(name: str, countdown: float | None = None) -> None:
    """Have a worker match (`match`) or send (`deliver`), unless one was called and has not begun yet. Never raises."""
    from webhooks import tasks

    global _silent_until
    if time.monotonic() < _silent_until:
        return
    task: Any = {"match": tasks.match, "deliver": tasks.deliver}[name]
    try:
        if cache.add(f"webhooks:{name}", 1, AWAKE_SECONDS):
            task.apply_async(retry=False, ignore_result=True, countdown=countdown)
    except (RedisError, KombuError, CeleryError, OSError) as error:
        _silent_until = time.monotonic() + PAUSE
        logger.debug("nobody woken to %s, the clock will: %s", name, error)


def begun(name: str) -> None:
    """A worker has begun: what comes from now on needs another wake-up. Never raises."""
    try:
        cache.delete(f"webhooks:{name}")
    except (RedisError, OSError) as error:
        logger.debug("no mark to remove: %s", error)
