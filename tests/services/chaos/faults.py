"""What goes wrong, and when: a timeline drawn from a seed."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.servers.proxy import Mode
from tests.services.chaos.world import WORKERS, World

KILLS = 30
"""Of worker process groups, in a run of the bounded length."""
AT_WORK_WITHIN = 2.0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done to the world, `at` seconds after the beginning."""

    at: float
    what: str
    do: Callable[[World], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong with one part of the world and is over `seconds` later."""

    what: str
    seconds: float
    begin: Callable[[World], object]
    end: Callable[[World], object] | None = None


REDIS = (
    Fault("Redis stops answering", 15, lambda world: world.redis.pause(), lambda world: world.redis.resume()),
    Fault("Redis is killed", 3, lambda world: world.redis.kill(), lambda world: world.redis.start()),
    Fault("Redis is wiped", 1, lambda world: world.redis.client().flushall()),
    Fault("Redis is killed", 3, lambda world: world.redis.kill(), lambda world: world.redis.start()),
)
INDEX = (
    Fault("the index stops answering", 30, lambda w: w.elasticsearch.pause(), lambda w: w.elasticsearch.resume()),
    Fault("the index is busy", 10, lambda w: _mode(w, Mode.BUSY), lambda w: _mode(w, Mode.PASS)),
    Fault("the index refuses a part", 15, lambda w: _mode(w, Mode.PARTIAL), lambda w: _mode(w, Mode.PASS)),
    Fault("the index breaks off", 8, lambda w: _mode(w, Mode.CUT), lambda w: _mode(w, Mode.PASS)),
)
INDEX_DOWN = Fault("the index is killed", 18, lambda w: w.elasticsearch.kill(), lambda w: w.elasticsearch.launch())
DATABASE = (
    Fault("PostgreSQL restarts at once", 3, lambda world: world.postgres.restart_immediately()),
    Fault("PostgreSQL restarts at once", 3, lambda world: world.postgres.restart_immediately()),
)
ROLES = (
    Fault("web is killed", 5, lambda world: world.roles["web"].restart()),
    Fault("beat is killed", 5, lambda world: world.roles["beat"].restart()),
)


def _mode(world: World, mode: Mode) -> None:
    world.proxy.mode = mode


def timeline(seed: int, seconds: float, rounds: int = 1) -> list[Step]:
    """Everything of one round once, for each round, in an order of its own; the kills of workers in between."""
    dice = random.Random(seed)
    steps: list[Step] = []
    length = seconds / rounds
    for round_ in range(rounds):
        start = round_ * length
        index = INDEX if (seed + round_) % 2 else (INDEX_DOWN, *INDEX[1:])
        for faults in (REDIS, index, DATABASE, ROLES):
            steps += _spread(dice, faults, start, length)
        steps += _kills(dice, start, length)
    return sorted(steps, key=lambda step: step.at)


def _spread(dice: random.Random, faults: Sequence[Fault], start: float, length: float) -> list[Step]:
    """The faults of one part in any order, one after the other, with random pauses that fill the length."""
    order = list(faults)
    dice.shuffle(order)
    free = length - sum(fault.seconds for fault in order)
    cuts = sorted(dice.uniform(0, max(free, 0.0)) for _ in order)
    steps: list[Step] = []
    used = 0.0
    for fault, cut in zip(order, cuts, strict=True):
        at = start + cut + used
        steps.append(Step(at, fault.what, fault.begin))
        if fault.end is not None:
            steps.append(Step(at + fault.seconds, f"{fault.what}: over", fault.end))
        used += fault.seconds
    return steps


def _kills(dice: random.Random, start: float, length: float) -> list[Step]:
    """One in each part of the time, mostly of the worker that has been up for longest: it has work in its hands."""
    steps: list[Step] = []
    rested = list(WORKERS)
    for part in range(KILLS):
        name = rested.pop(0 if dice.random() < 0.8 else 1)
        rested.append(name)
        at = start + (part + dice.random()) * length / KILLS
        steps.append(Step(at, f"{name} is killed", lambda world, name=name: _kill_at_work(world, name)))
    return steps


def _kill_at_work(world: World, name: str) -> None:
    """Kill a worker, and start it again; wait a moment for when captures are being worked on."""
    until = time.monotonic() + AT_WORK_WITHIN
    while WORKERS[name] == "ingest" and time.monotonic() < until and not world.working():
        time.sleep(0.05)
    world.roles[name].restart()


def run(world: World, steps: Sequence[Step], say: Callable[[str], None]) -> Counter[str]:
    """Do them at their times; how often each was done."""
    began = time.monotonic()
    done: Counter[str] = Counter()
    for step in steps:
        time.sleep(max(0.0, began + step.at - time.monotonic()))
        say(f"{time.monotonic() - began:6.1f} s  {step.what}")
        step.do(world)
        done[step.what] += 1
    return done
