"""Whether the service is ready: what it depends on and how long what arrived has been waiting.

The rooms say what they depend on and what waits with them when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from newsapi import wakeups
from newsapi.probes import Answer, Probe, ask

WITHIN = 1.5
"""Seconds for everything together; a caller waits no longer."""


class Waiting(NamedTuple):
    """What a queue holds: how much, and for how many seconds the oldest of it has been waiting."""

    number: int
    oldest: float


@dataclass(frozen=True, slots=True)
class Dependency:
    """`needed`: without it there is nothing that the service could do, and it is not ready."""

    probe: Probe
    needed: bool


_dependencies: dict[str, Dependency] = {}
_queues: dict[str, Probe] = {}


def depend_on(name: str, check: Callable[[], object], *, needed: bool = False) -> None:
    """`check` raises where it does not work."""
    _dependencies[name] = Dependency(Probe(name, check), needed)


def watch_queue(name: str, read: Callable[[], Waiting]) -> None:
    """Counting a long queue may take a while, so the last count stands in meanwhile."""
    _queues[name] = Probe(f"queue {name}", read, keep=20.0)


def dependencies() -> tuple[str, ...]:
    return tuple(_dependencies)


def queues(within: float = WITHIN) -> dict[str, Answer]:
    """What each queue holds, by its name; the value is a Waiting."""
    answers = ask(_queues.values(), within)
    return {name: answers[probe.name] for name, probe in _queues.items()}


def report(needed: frozenset[str] = frozenset()) -> tuple[bool, dict[str, Any]]:
    """Ready or not, and what there is to say. `needed` names dependencies that are to count as needed here.

    `status` is `ok`, `degraded` (something is away that can be done without for a while) or `unavailable`.
    """
    answers = ask([*(each.probe for each in _dependencies.values()), *_queues.values()], WITHIN)
    found: dict[str, Any] = {}
    ready = True
    for name, dependency in _dependencies.items():
        answer = answers[name]
        must = dependency.needed or name in needed
        ready = ready and (not must or not answer.error)
        found[name] = {"ok": not answer.error, "needed": must, "seconds": round(answer.seconds, 4)}
        if answer.error:
            found[name]["error"] = answer.error
    waiting = {name: _waiting(answers[probe.name]) for name, probe in _queues.items()}
    fine = all(each["ok"] for each in found.values())
    status = "unavailable" if not ready else "ok" if fine else "degraded"
    return ready, {"status": status, "dependencies": found, "queues": waiting}


def _waiting(answer: Answer) -> dict[str, Any]:
    if answer.error:
        return {"error": answer.error}
    return {"waiting": answer.value.number, "oldest_seconds": round(answer.value.oldest, 1)}


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


depend_on("database", _database, needed=True)
depend_on("redis", wakeups.ping)
