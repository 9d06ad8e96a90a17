"""Questions to what may hang: each asked in a thread of its own, once at a time, and nobody waits for long."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from newsapi.errors import NewsApiError

logger = logging.getLogger(__name__)
FAILURES = (DatabaseError, RedisError, NewsApiError, OSError)


@dataclass(frozen=True, slots=True)
class Probe:
    """`read` gives a value or raises one of FAILURES. A value is used again for `keep` times as long as it took."""

    name: str
    read: Callable[[], Any]
    keep: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`error` is empty where `value` can be used; `seconds` is how long it took, `at` (monotonic) when it was there."""

    value: Any = None
    seconds: float = 0.0
    error: str = ""
    at: float = 0.0


class _Asked:
    def __init__(self) -> None:
        self.done = threading.Event()
        self.began = time.monotonic()


_lock = threading.Lock()
_running: dict[str, _Asked] = {}
_last: dict[str, Answer] = {}


def ask(probes: Iterable[Probe], within: float) -> dict[str, Answer]:
    """The answers by name, after at most `within` seconds. What does not answer in time has its last value if it is one
    to be kept, else an error; it is not asked again before it came to an end."""
    deadline = time.monotonic() + within
    probes = list(probes)
    asked = {probe.name: _begin(probe) for probe in probes}
    found: dict[str, Answer] = {}
    for probe in probes:
        waiting = asked[probe.name]
        if waiting is not None and not waiting.done.wait(max(0.0, deadline - time.monotonic())):
            last = _last.get(probe.name)
            seconds = time.monotonic() - waiting.began
            late = Answer(error=f"no answer within {seconds:.1f} s", seconds=seconds)
            found[probe.name] = last if probe.keep and last is not None and not last.error else late
            continue
        found[probe.name] = _last[probe.name]
    return found


def _begin(probe: Probe) -> _Asked | None:
    """Ask, unless it is being asked already; None where the last answer is still good."""
    with _lock:
        if probe.name in _running:
            return _running[probe.name]
        last = _last.get(probe.name)
        if last is not None and not last.error and time.monotonic() - last.at < probe.keep * last.seconds:
            return None
        asked = _running[probe.name] = _Asked()
    threading.Thread(target=_run, args=(probe, asked), name=f"probe {probe.name}", daemon=True).start()
    return asked


def _run(probe: Probe, asked: _Asked) -> None:
    answer = Answer(error="it failed; the reason is in the log")
    try:
        value = probe.read()
        answer = Answer(value, time.monotonic() - asked.began, at=time.monotonic())
    except FAILURES as error:
        seconds = time.monotonic() - asked.began
        answer = Answer(error=_line(error), seconds=seconds, at=time.monotonic())
    finally:
        connection.close()
        with _lock:
            _last[probe.name] = answer
            _running.pop(probe.name, None)
        asked.done.set()


def _line(error: Exception) -> str:
    text = error.detail if isinstance(error, NewsApiError) else str(error)
    return next(iter(text.splitlines()), "")[:300] or type(error).__name__
