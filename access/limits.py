"""How many requests a key may make: counted in memory, so that a request waits for nothing.

Windows are minutes and days in UTC. Every process counts for itself and tells the others through Redis twice a second:
one process is exact, several may together let through what came in half a second more. Without Redis each counts alone.
Days are also written to the database, where they survive everything.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import F
from redis.exceptions import RedisError

from access.models import ApiKey, KeyUsage
from newsapi import lifecycle, wakeups

logger = logging.getLogger(__name__)
MINUTE, DAY = 60, 86_400
SHARED_EVERY = 0.5
WRITTEN_EVERY = 10.0
IDLE = 5.0
"""Seconds without a request after which nothing is told to anybody."""


@dataclass(slots=True)
class Window:
    """Requests of a key in one minute or day: `others` is what the other processes counted, as of the last look."""

    number: int
    mine: int = 0
    others: int = 0
    told: int = 0

    @property
    def used(self) -> int:
        return self.mine + self.others


@dataclass(slots=True)
class Counters:
    """A key's windows. `unwritten` are requests by day that the database does not know of."""

    minute: Window
    day: Window
    unwritten: dict[int, int] = field(default_factory=dict)
    seeded: int = -1


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of one policy: of `limit` requests in `window` seconds, `left`, until it begins anew in `resets`."""

    name: str
    limit: int
    window: int
    left: int
    resets: int


class Limits:
    """The counters of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[UUID, Counters] = {}
        self._asked = threading.Event()
        self._used_at = 0.0

    def take(self, key: ApiKey, now: float | None = None) -> tuple[bool, list[Allowance]]:
        """Count a request of a key: whether it is within its limits, and what is left of each."""
        now = time.time() if now is None else now
        rate = settings.RATE_LIMIT if key.rate is None else key.rate
        quota = settings.DAILY_QUOTA if key.quota is None else key.quota
        with self._lock:
            counters = self._current(key.id, now)
            allowed = not (rate and counters.minute.used >= rate) and not (quota and counters.day.used >= quota)
            if allowed:
                counters.minute.mine += 1
                counters.day.mine += 1
                day = counters.day.number
                counters.unwritten[day] = counters.unwritten.get(day, 0) + 1
            found = []
            for name, limit, seconds, window in (
                ("minute", rate, MINUTE, counters.minute),
                ("day", quota, DAY, counters.day),
            ):
                if limit:
                    resets = int((window.number + 1) * seconds - now) + 1
                    found.append(Allowance(name, limit, seconds, max(limit - window.used, 0), min(resets, seconds)))
            self._used_at = now
        if not self._asked.is_set():
            self._asked.set()
        return allowed, found

    def _current(self, key_id: UUID, now: float) -> Counters:
        counters = self._keys.get(key_id)
        minute, day = int(now // MINUTE), int(now // DAY)
        if counters is None:
            counters = self._keys[key_id] = Counters(Window(minute), Window(day))
        if counters.minute.number != minute:
            counters.minute = Window(minute)
        if counters.day.number != day:
            counters.day = Window(day)
        return counters

    def used_today(self, key: ApiKey) -> int:
        """Requests of a key today, as far as this process knows."""
        with self._lock:
            return self._current(key.id, time.time()).day.used

    def forget(self) -> None:
        """Of tests: count from nothing."""
        with self._lock:
            self._keys.clear()

    def share(self) -> None:
        """Tell the others and the database what is counted, from a thread that sleeps while nobody asks anything."""
        threading.Thread(target=self._share, name="limits", daemon=True).start()

    def _share(self) -> None:
        written = time.monotonic()
        while self._asked.wait():
            time.sleep(SHARED_EVERY)
            self._tell()
            idle = time.time() - self._used_at > IDLE
            if idle:
                # Before it is written: what is asked meanwhile wakes this thread again.
                self._asked.clear()
            if idle or time.monotonic() - written > WRITTEN_EVERY:
                self.write()
                connection.close()
                written = time.monotonic()

    def _tell(self) -> None:
        """Add what is new here to what Redis knows, and take over what others counted."""
        with self._lock:
            windows = [
                (f"requests:{key}:{span}:{window.number}", seconds, window, window.mine - window.told)
                for key, counters in self._keys.items()
                for span, seconds, window in (("m", MINUTE, counters.minute), ("d", DAY, counters.day))
                if window.mine
            ]
        if not windows:
            return
        try:
            pipeline = wakeups.client().pipeline(transaction=False)
            for name, seconds, _, new in windows:
                pipeline.incrby(name, new)
                pipeline.expire(name, 2 * seconds)
            totals = pipeline.execute()[::2]
        except (RedisError, OSError) as error:
            logger.debug("limits are counted alone: %s", error)
            return
        with self._lock:
            for (_, _, window, new), total in zip(windows, totals, strict=True):
                window.told += new
                window.others = max(int(total) - window.told, window.others)

    def write(self) -> None:
        """Add what was counted to the database; a day's count that this process has not begun goes on from there."""
        with self._lock:
            new = [
                (key, day, count) for key, one in self._keys.items() for day, count in one.unwritten.items() if count
            ]
        for key, day, count in new:
            date = datetime.fromtimestamp(day * DAY, UTC).date()
            try:
                row, _ = KeyUsage.objects.get_or_create(key_id=key, day=date)
                KeyUsage.objects.filter(id=row.id).update(requests=F("requests") + count)
            except DatabaseError as error:
                logger.debug("the use of a key could not be noted: %s", error)
                continue
            self._noted(key, day, count, row.requests)

    def _noted(self, key: UUID, day: int, count: int, before: int) -> None:
        with self._lock:
            counters = self._keys.get(key)
            if counters is None:
                return
            counters.unwritten[day] = counters.unwritten.get(day, 0) - count
            if not counters.unwritten[day]:
                del counters.unwritten[day]
            if counters.seeded != day == counters.day.number:
                counters.seeded = day
                counters.day.others = max(counters.day.others, before)


limits = Limits()
lifecycle.on_begin(limits.share)
lifecycle.on_end(limits.write)
