"""Places for requests that wait: for their sender, or for a document to be structured.

Each holds one of the process's few threads, so one thread is always left to those that need not wait.
"""

from __future__ import annotations

import threading

from django.conf import settings

_free = threading.BoundedSemaphore(max(1, settings.ENV.web_threads - 1))


def enter() -> bool:
    """Take a place; False where none is free. Who got one must leave it."""
    return _free.acquire(blocking=False)


def leave() -> None:
    _free.release()
