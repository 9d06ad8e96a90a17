"""Whoever sends articles: asks again until each is acknowledged, singly or in small bulk loads. Some are deleted again."""

from __future__ import annotations

import queue
import random
import threading
import time
from dataclasses import dataclass, field

import httpx
import orjson

from tests.services.chaos import articles

PRODUCERS = 3
BULK = 25
PAUSE = 0.3


@dataclass
class Acknowledged:
    """What the service said that it has, and how long it took to say so."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    revisions: dict[int, int] = field(default_factory=dict)
    deleted: dict[int, str] = field(default_factory=dict)
    """Ids of the articles of which the service said that they are gone."""
    seconds: list[float] = field(default_factory=list)
    refusals: dict[str, int] = field(default_factory=dict)

    def note(self, numbers: list[tuple[int, int]], seconds: float) -> None:
        with self.lock:
            for number, revision in numbers:
                self.revisions[number] = max(revision, self.revisions.get(number, 0))
            self.seconds.append(seconds)

    def refused(self, why: str) -> None:
        with self.lock:
            self.refusals[why] = self.refusals.get(why, 0) + 1


class Producers:
    """Threads that share the numbers 0 to `count`, at `rate` articles a second together."""

    def __init__(self, address: str, key: str, seed: int, count: int, rate: float) -> None:
        self.address, self.key, self.seed = address, key, seed
        self.acknowledged = Acknowledged()
        self.stopped = threading.Event()
        self.interval = PRODUCERS / rate
        self.threads = [
            threading.Thread(target=self._produce, args=(n, range(n, count, PRODUCERS)), daemon=True)
            for n in range(PRODUCERS)
        ]
        self.deleter = threading.Thread(target=self._delete_all, daemon=True)
        self.to_delete: queue.Queue[tuple[int, str]] = queue.Queue()
        self.unexpected: list[str] = []

    def start(self) -> None:
        for thread in (*self.threads, self.deleter):
            thread.start()

    @property
    def running(self) -> bool:
        return any(thread.is_alive() for thread in (*self.threads, self.deleter))

    def _client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=20, trust_env=False)

    def _produce(self, which: int, numbers: range) -> None:
        dice = random.Random(self.seed + which)
        due = time.monotonic()
        left = list(numbers)
        with self._client() as client:
            while left and not self.stopped.is_set():
                size = 1 if dice.random() < 0.6 else dice.randrange(2, BULK)
                taken, left = left[:size], left[size:]
                for revision in (1, 2):
                    some = [(n, revision) for n in taken if revision <= articles.revisions(n)]
                    if some:
                        self._send(client, some)
                due += self.interval * len(taken)
                self.stopped.wait(max(0.0, due - time.monotonic()))

    def _send(self, client: httpx.Client, some: list[tuple[int, int]]) -> None:
        """Until it is acknowledged. An answer that never came means to send it again."""
        documents = [articles.document(self.seed, number, revision) for number, revision in some]
        bulk = len(documents) > 1
        body = b"\n".join(orjson.dumps(each) for each in documents)
        path, kind = ("/v1/documents/bulk", "application/x-ndjson") if bulk else ("/v1/documents", "application/json")
        first = True
        while not self.stopped.is_set():
            began = time.monotonic()
            try:
                answer = client.post(path, content=body, headers={"Content-Type": kind})
            except httpx.TransportError as error:
                self.acknowledged.refused(type(error).__name__)
                self.stopped.wait(PAUSE)
                first = False
                continue
            if answer.status_code == 202 and (not bulk or answer.json()["accepted"] == len(documents)):
                self.acknowledged.note(some, time.monotonic() - began)
                # One that was sent twice may come in again after it was deleted.
                if first and not bulk and articles.is_deleted(some[0][0]):
                    self.to_delete.put((some[0][0], answer.headers["Location"]))
                return
            self._refused(answer)
            first = False

    def _refused(self, answer: httpx.Response) -> None:
        self.acknowledged.refused(str(answer.status_code))
        if answer.status_code not in (502, 503, 504):
            self.unexpected.append(f"{answer.status_code}: {answer.text[:500]}")
        self.stopped.wait(PAUSE)

    def _delete_all(self) -> None:
        """Delete articles as soon as they are structured, until no more can come."""
        with self._client() as client:
            while not self.stopped.is_set():
                producing = any(thread.is_alive() for thread in self.threads)
                try:
                    number, location = self.to_delete.get(timeout=PAUSE)
                except queue.Empty:
                    if not producing:
                        return
                    continue
                self._delete(client, number, location)

    def _delete(self, client: httpx.Client, number: int, location: str) -> None:
        """Until it is gone; 410 says that it is, by an answer that never came."""
        article = ""
        while not self.stopped.is_set():
            try:
                answer = client.delete(f"/v1/articles/{article}") if article else client.get(location)
            except httpx.TransportError as error:
                self.acknowledged.refused(type(error).__name__)
                self.stopped.wait(PAUSE)
                continue
            if article and answer.status_code in (204, 410):
                with self.acknowledged.lock:
                    self.acknowledged.deleted[number] = article
                return
            if article or answer.status_code != 200:
                self._refused(answer)
            else:
                article = answer.json()["article"] or ""
                self.stopped.wait(0 if article else PAUSE)
