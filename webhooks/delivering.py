"""Sends what is due: many endpoints at once in threads, each within its limits, written down in batches."""

from __future__ import annotations

import logging
import queue
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from articles.leases import Lease
from newsapi.http import Client, get_client
from webhooks import claiming, payloads
from webhooks.models import Delivery, Endpoint
from webhooks.recording import record
from webhooks.schedule import OPENS_AFTER
from webhooks.sending import Letter, Outcome, send

logger = logging.getLogger(__name__)
SECONDS = 8.0
"""How long a run takes new deliveries; what is under way then has its own deadline."""
THREADS = 48
SLOW_THREADS = THREADS // 2
"""Those that endpoints may have that fail or are slow: the others never wait for them."""
SLOW = 2.0
"""Seconds for an answer, from which on an endpoint counts as slow."""
ENDPOINTS = 64
"""Endpoints that one run serves at a time."""
AT_ONCE = 100
"""Outcomes that are written in one transaction."""
LOOK_EVERY = 0.1
TAKEN = 20
"""Deliveries of an endpoint that are read at a time, at least."""


@dataclass(slots=True)
class Lane:
    """An endpoint that this run serves, what is to be sent there next, and what is under way."""

    endpoint: Endpoint
    letters: deque[Letter] = field(default_factory=deque)
    under_way: set[UUID] = field(default_factory=set)
    seconds: float = 0.0
    free_at: float = 0.0
    empty: bool = False

    @property
    def suspect(self) -> bool:
        return self.endpoint.failures > 0 or self.seconds > SLOW

    @property
    def width(self) -> int:
        return 1 if self.endpoint.failures >= OPENS_AFTER else self.endpoint.concurrency

    def may_send(self, now: float) -> bool:
        return bool(self.letters) and len(self.under_way) < self.width and self.free_at <= now


class Run:
    """One run. Not for several threads."""

    def __init__(self, client: Client | None = None) -> None:
        self._client = client or get_client()
        self._owner = Lease("deliverer").owner
        self._lanes: dict[UUID, Lane] = {}
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._looked = self._kept = float("-inf")

    def run(self, seconds: float = SECONDS) -> int:
        """Send until nothing is due or the time is over; how many tries there were."""
        until = time.monotonic() + seconds
        tries = 0
        pool = ThreadPoolExecutor(THREADS, thread_name_prefix="deliver")
        try:
            while True:
                taking = time.monotonic() < until
                self._look(taking)
                self._dispatch(pool)
                if not self._lanes:
                    return tries
                tries += self._write()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            self._write(0.0)
            claiming.give_back(self._owner, self._lanes, timezone.now())

    def _look(self, taking: bool) -> None:
        """Claim endpoints, read what is to be sent, and give back those where there is nothing more."""
        moment, now = time.monotonic(), timezone.now()
        if not taking:
            for lane in self._lanes.values():
                lane.letters.clear()
                lane.empty = True
        elif moment - self._looked >= LOOK_EVERY:
            self._looked = moment
            for one in claiming.claim(self._owner, ENDPOINTS - len(self._lanes), now):
                self._lanes[one.pk] = Lane(one)
        wanting = [lane for lane in self._lanes.values() if not lane.empty and len(lane.letters) < lane.width]
        if wanting or moment - self._kept > settings.LEASE_SECONDS / 4:
            self._kept = moment
            self._refill(wanting)
        idle = [pk for pk, lane in self._lanes.items() if lane.empty and not lane.letters and not lane.under_way]
        if idle:
            claiming.give_back(self._owner, idle, now)
            for pk in idle:
                del self._lanes[pk]

    def _refill(self, wanting: list[Lane]) -> None:
        now = timezone.now()
        fresh = claiming.keep(self._owner, self._lanes, now)
        found: list[Delivery] = []
        for pk, lane in self._lanes.items():
            if pk not in fresh:
                lane.letters.clear()
                lane.empty = True
                continue
            lane.endpoint = fresh[pk]
            if lane.endpoint.not_before is not None and lane.endpoint.not_before > now:
                lane.letters.clear()
                lane.empty = True
        for lane in wanting:
            if lane.empty:
                continue
            known = {*lane.under_way, *(letter.delivery.pk for letter in lane.letters)}
            rows = Delivery.objects.filter(endpoint=lane.endpoint.pk, next_at__lte=now).order_by("next_at")
            size = max(TAKEN, 2 * lane.width) + len(known)
            some = [row for row in rows.select_related("event__search")[:size] if row.pk not in known]
            lane.empty = not some and not lane.letters
            found += some
        articles = payloads.articles_of(row.event for row in found)
        for row in found:
            lane = self._lanes[row.endpoint_id]
            made = payloads.body(row.event, lane.endpoint.payload, articles)
            lane.letters.append(Letter(row, lane.endpoint, payloads.message_id(row.event), row.event.type, made))

    def _dispatch(self, pool: ThreadPoolExecutor) -> None:
        """Hand letters to the threads, one of each endpoint in turn."""
        busy = sum(len(lane.under_way) for lane in self._lanes.values())
        slow = sum(len(lane.under_way) for lane in self._lanes.values() if lane.suspect)
        sent = True
        while sent and busy < THREADS:
            sent = False
            for lane in self._lanes.values():
                moment = time.monotonic()
                if busy >= THREADS or not lane.may_send(moment) or (lane.suspect and slow >= SLOW_THREADS):
                    continue
                letter = lane.letters.popleft()
                lane.under_way.add(letter.delivery.pk)
                if lane.endpoint.rate:
                    lane.free_at = max(lane.free_at, moment - 1.0) + 60.0 / lane.endpoint.rate
                pool.submit(self._send, letter)
                busy, slow, sent = busy + 1, slow + lane.suspect, True

    def _send(self, letter: Letter) -> None:
        self._outcomes.put(send(self._client, letter))

    def _write(self, wait: float = LOOK_EVERY) -> int:
        """Write down what came back; waits for the first of it."""
        found: list[Outcome] = []
        try:
            found.append(self._outcomes.get(timeout=wait) if wait else self._outcomes.get_nowait())
            while len(found) < AT_ONCE:
                found.append(self._outcomes.get_nowait())
        except queue.Empty:
            pass
        if not found:
            return 0
        record(found, timezone.now())
        for one in found:
            lane = self._lanes.get(one.endpoint_id)
            if lane is not None:
                lane.under_way.discard(one.delivery.pk)
                lane.seconds = one.seconds
                lane.endpoint.failures = 0 if one.delivered else lane.endpoint.failures + 1
        return len(found)
