"""Knowing that this process was asked to end, whoever handles the signal: for answers that have no end of their own."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

_callbacks: list[Callable[[], None]] = []


def call(callback: Callable[[], None]) -> None:
    """Have it called once SIGTERM or SIGINT arrives, from a thread of its own."""
    _callbacks.append(callback)


def listen() -> None:
    """Begin to listen, from the main thread. Handlers that are set before or afterwards stay as they are.

    Python writes the number of every signal that it handles into a pipe (signal.set_wakeup_fd).
    """
    if threading.current_thread() is not threading.main_thread():
        return
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    threading.Thread(target=_listen, args=(read_end,), name="signals", daemon=True).start()


def _listen(read_end: int) -> None:
    while received := os.read(read_end, 16):
        if {signal.SIGTERM, signal.SIGINT} & set(received):
            for callback in _callbacks:
                callback()
            return
