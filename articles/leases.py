"""One at a time, whichever process: a lease on a Consumer row, that runs out when its holder is gone."""

from __future__ import annotations

import itertools
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.db import Error, connection
from django.db.models import Q
from django.db.models.functions import Now

from articles.models import Consumer

logger = logging.getLogger(__name__)
SECONDS = 30.0
"""How long a holder may be silent. One that ended on this machine is known to have ended, and not waited for."""
_count = itertools.count(1)


class Lease:
    """The right to do what `name` stands for. Each one is a holder of its own, also within a process."""

    def __init__(self, name: str, seconds: float = SECONDS) -> None:
        self.name = name
        self.seconds = seconds
        self.owner = f"{_host()}:{os.getpid()}:{_started(os.getpid())}:{next(_count)}"
        self._kept_at = float("-inf")

    def hold(self) -> bool:
        """Take it, or keep it: whether it is ours now. Cheap: the database is asked three times a lease only."""
        now = time.monotonic()
        if now - self._kept_at < self.seconds / 3:
            return True
        held = self._keep() or self._take()
        self._kept_at = now if held else float("-inf")
        return held

    def release(self) -> None:
        """Let others have it at once."""
        self._kept_at = float("-inf")
        Consumer.objects.filter(name=self.name, lease_owner=self.owner).update(lease_owner="", lease_until=None)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is held, from a thread of its own, while the block does something long."""
        stop = threading.Event()
        thread = threading.Thread(target=self._beat, args=(stop,), name=f"lease {self.name}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _beat(self, stop: threading.Event) -> None:
        try:
            while not stop.wait(self.seconds / 3):
                try:
                    if not self._keep():
                        return
                except Error as error:
                    logger.warning("The lease on %s could not be kept: %s", self.name, error)
                    connection.close()
        finally:
            connection.close()

    def _keep(self) -> bool:
        until = Now() + timedelta(seconds=self.seconds)
        return bool(Consumer.objects.filter(name=self.name, lease_owner=self.owner).update(lease_until=until))

    def _take(self) -> bool:
        row, _ = Consumer.objects.get_or_create(name=self.name)
        free = Q(lease_owner="") | Q(lease_until=None) | Q(lease_until__lt=Now())
        if ended(row.lease_owner):
            free |= Q(lease_owner=row.lease_owner)
        rows = Consumer.objects.filter(free, name=self.name)
        # Looked at first: where writers take turns (SQLite), who only waits must not be one of them.
        until = Now() + timedelta(seconds=self.seconds)
        return rows.exists() and bool(rows.update(lease_owner=self.owner, lease_until=until))


def holder(name: str) -> str | None:
    """Who holds a lease, as host:pid; None where nobody does."""
    rows = Consumer.objects.filter(name=name, lease_until__gte=Now()).exclude(lease_owner="")
    owner = rows.values_list("lease_owner", flat=True).first()
    if owner is None or ended(owner):
        return None
    host, pid, *_ = owner.split(":")
    return f"{host.partition('/')[0]}:{pid}"


def ended(owner: str) -> bool:
    """Whether a holder is known to be gone: its process was one of this machine, and is not there any more."""
    host, _, rest = owner.partition(":")
    pid, _, rest = rest.partition(":")
    if host != _host() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(int(pid)) not in ("", rest.partition(":")[0])


@cache
def _host() -> str:
    """This machine, and where there are such things, the space in which its process ids mean something."""
    try:
        space = f"/{os.stat('/proc/self/ns/pid').st_ino}"  # noqa: PTH116 (a link into the kernel)
    except OSError:
        space = ""
    return socket.gethostname().replace(":", "-")[:22] + space


def _started(pid: int) -> str:
    """When a process began, in ticks since the machine did (proc(5)): another one may get its id. Empty if unknown."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The name, in brackets, may hold anything.
    state, *fields = stat.rpartition(")")[2].split()
    return "ended" if state in "ZX" else fields[18]
