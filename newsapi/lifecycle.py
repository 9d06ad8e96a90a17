"""What begins and ends with the web process: threads that only a server needs, answers without an end of their own."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

_beginnings: list[Callable[[], None]] = []
_endings: list[Callable[[], None]] = []


def on_begin(callback: Callable[[], None]) -> None:
    """Have it called when the web process begins to serve; in commands, workers and tests it never is."""
    _beginnings.append(callback)


def on_end(callback: Callable[[], None]) -> None:
    """Have it called once SIGTERM or SIGINT arrives, whoever handles these, in a thread of its own."""
    _endings.append(callback)


def begin() -> None:
    """The process serves from now on; for its main thread. Handlers of signals stay as they are, now and later.

    Python writes the number of every signal that it handles into a pipe (signal.set_wakeup_fd).
    """
    for callback in _beginnings:
        callback()
    if threading.current_thread() is not threading.main_thread():
        return
    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
    threading.Thread(target=_listen, args=(read_end,), name="signals", daemon=True).start()


def _listen(read_end: int) -> None:
    while received := os.read(read_end, 16):
        if {signal.SIGTERM, signal.SIGINT} & set(received):
            for callback in _endings:
                threading.Thread(target=callback, daemon=True).start()
            return
