"""One of the processes that help to fill an index (search.building). Nothing of Django is imported before `begin`."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.engines.base import Refused, Writer
    from search.rows import Batch

_held = ExitStack()
_writers: list[Writer] = []
"""The one of this process, where it writes itself."""


def begin(generation: str | None) -> None:
    """In a new process: the settings, a low priority, and an end with the process that started it.

    With a `generation` it writes that itself, in the engine of the settings.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(5)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
    import django

    django.setup()
    from search.engines import get_engine

    # Parsed JSON has no circles; looking for them takes half of the time.
    gc.freeze()
    gc.disable()
    if generation is not None:
        _writers.append(_held.enter_context(get_engine().writer(generation)))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def read(after: int, upto: int) -> Batch:
    """The documents of the articles with these numbers."""
    from search import rows

    return rows.by_number(after, upto)


def write(after: int, upto: int) -> tuple[int, list[Refused]]:
    """Write the articles with these numbers; how many there were, and what was refused."""
    batch = read(after, upto)
    return len(batch.documents), batch.refused + _writers[0].write(batch.documents)
