"""Places: how many requests are worked on at a time, and how many may wait for a document to be structured.

The server has more threads than there are places to work (see newsapi.cli.serve): those are for requests that wait
for their sender, so that slow senders do not keep the service from everybody else.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from newsapi.serving.roles import DOWNLOADS

_work = threading.Semaphore(settings.ENV.web_threads)
_waits = threading.BoundedSemaphore(max(1, settings.ENV.web_threads - 1))
_downloads = threading.BoundedSemaphore(DOWNLOADS)
_mine = threading.local()


@contextmanager
def working() -> Iterator[None]:
    """Take a place to work, waiting for one."""
    _work.acquire()
    _mine.held = True
    try:
        yield
    finally:
        _mine.held = False
        _work.release()


@contextmanager
def away() -> Iterator[None]:
    """Leave the place while waiting for the sender, and take one again afterwards."""
    if not getattr(_mine, "held", False):
        yield
        return
    _mine.held = False
    _work.release()
    try:
        yield
    finally:
        _work.acquire()
        _mine.held = True


def enter() -> bool:
    """Take a place to wait for a document; False where none is free. Who got one must leave it."""
    return _waits.acquire(blocking=False)


def leave() -> None:
    _waits.release()


def enter_download() -> bool:
    """Take a place to send something long; False where none is free. Who got one must leave it."""
    return _downloads.acquire(blocking=False)


def leave_download() -> None:
    _downloads.release()
