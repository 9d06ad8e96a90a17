"""The poller: visits many hosts at once in threads, each host one request at a time, and writes what comes back."""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from articles.leases import Lease
from ingest.polling import claiming
from ingest.polling.fetching import Event, Left, Visitor
from ingest.polling.storing import store
from newsapi.http import Client, get_client

logger = logging.getLogger(__name__)
SECONDS = 4.0
"""How long a run begins new requests, shorter than the supervisor waits for a worker to finish; what is under way has
its own deadline of 20 s."""
HOSTS = 16
"""Hosts that one run visits at a time."""
AHEAD = 4
"""Times as many hosts are claimed, so that none of the threads waits for the next claim."""
AT_ONCE = 25
"""Answers that are written in one transaction: small, so that nobody waits long for the writer's turn."""
LOOK_EVERY = 0.25
LONGEST_WAIT = 0.4
"""Seconds without a look at the leases, of which the shortest takes 2."""
WAIT_FOR_HOST = 2.0
"""Seconds that a run waits for a host to be free, before it leaves the rest to the next."""


def run(seconds: float = SECONDS) -> int:
    """Poll what is due, unless as many pollers as are allowed are at it; how many answers were taken."""
    for number in range(1, settings.ENV.pollers + 1):
        lease = Lease(f"poller-{number}")
        if lease.hold():
            try:
                return Poller(get_client(), lease).run(seconds)
            finally:
                lease.release()
    return 0


class Poller:
    """One run. `hosts` are visited at a time."""

    def __init__(self, client: Client, lease: Lease | None = None, *, hosts: int = HOSTS) -> None:
        self._client = client
        self._lease = lease
        self._hosts = hosts
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._visits: set[str] = set()
        self._kept = 0.0
        self._stop = threading.Event()
        self._looked = 0.0

    def run(self, seconds: float = SECONDS) -> int:
        """Poll until nothing is due or the time is over; how many answers there were."""
        until = time.monotonic() + seconds
        total = 0
        pool = ThreadPoolExecutor(self._hosts, thread_name_prefix="visit")
        try:
            while True:
                if self._lease is not None and not self._lease.hold():
                    # Another poller took over, as this one was stopped for long: what is under way is still written.
                    until = 0.0
                self._keep_hosts()
                resting = self._begin_visits(pool, until)
                if not self._visits and resting is None:
                    return total
                total += self._write(self._wait(resting))
        finally:
            self._stop.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _keep_hosts(self) -> None:
        moment = time.monotonic()
        if self._visits and moment - self._kept > settings.LEASE_SECONDS / 4:
            self._kept = moment
            claiming.keep(self._visits, timezone.now())

    def _begin_visits(self, pool: ThreadPoolExecutor, until: float) -> float | None:
        """Visit free hosts where something is due; seconds after which to look again, None where there is no need."""
        moment = time.monotonic()
        if moment >= until or len(self._visits) > self._hosts:
            return None
        if self._visits and moment - self._looked < LOOK_EVERY:
            return LOOK_EVERY
        self._looked = moment
        now = timezone.now()
        for visit in claiming.claim(AHEAD * self._hosts - len(self._visits), now):
            self._visits.add(visit.host)
            pool.submit(Visitor(self._client, visit, self._events.put, until, self._stop).run)
        if self._visits:
            return LOOK_EVERY
        return self._rest(now, until)

    def _rest(self, now: datetime, until: float) -> float | None:
        """Seconds until a host is free where something is due, where it is worth waiting for."""
        free = claiming.free_at(now)
        if free is None:
            return None
        wait = max(0.01, (free - now).total_seconds())
        return wait if wait <= WAIT_FOR_HOST and time.monotonic() + wait < until else None

    def _wait(self, resting: float | None) -> list[Event]:
        """The answers that have come, at most AT_ONCE; waits for the first one."""
        found: list[Event] = []
        try:
            found.append(self._events.get(timeout=resting or LONGEST_WAIT))
            while len(found) < AT_ONCE:
                found.append(self._events.get_nowait())
        except queue.Empty:
            pass
        return found

    def _write(self, events: list[Event]) -> int:
        if not events:
            return 0
        left = [event.host for event in events if isinstance(event, Left)]
        self._visits.difference_update(left)
        store(events, timezone.now())
        return len(events) - len(left)
