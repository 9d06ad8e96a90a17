"""Which processes of the service run, on whatever machine: each says so in Redis every few seconds.

For `newsapi status` to show; nothing depends on it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from redis.exceptions import RedisError

from newsapi import wakeups

KEY = "newsapi:roles"
EVERY = 5.0
GONE_AFTER = 16.0
"""Seconds without a word after which a process counts as gone."""


@dataclass(frozen=True, slots=True)
class Presence:
    role: str
    host: str
    pid: int
    since: datetime
    about: str = ""


def appear(role: str, about: str = "") -> None:
    """Say from now on that this process runs, in a thread that ends with it."""
    mine = {"role": role, "host": socket.gethostname(), "pid": os.getpid(), "since": time.time(), "about": about}
    threading.Thread(target=_say, args=(mine,), name="presence", daemon=True).start()


def _say(mine: dict[str, object]) -> None:
    name = f"{mine['role']} {mine['host']} {mine['pid']}"
    while True:
        # Where Redis is away, or begins anew, it is said again in a moment.
        with contextlib.suppress(RedisError, OSError):
            wakeups.client().hset(KEY, name, orjson.dumps({**mine, "at": time.time()}))
        time.sleep(EVERY)


def present() -> list[Presence]:
    """Who said within the last seconds that it runs, by role. Raises RedisError or OSError where Redis is away."""
    client = wakeups.client()
    found, gone = [], []
    for name, value in client.hgetall(KEY).items():
        said = orjson.loads(value)
        if time.time() - said.pop("at") > GONE_AFTER:
            gone.append(name)
            continue
        found.append(Presence(**{**said, "since": datetime.fromtimestamp(said["since"], UTC)}))
    if gone:
        client.hdel(KEY, *gone)
    return sorted(found, key=lambda each: (each.role, each.host, each.pid))
