"""The client of the HTTP benchmarks: kept connections, one a thread, the same for the service and for its engine."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit


class Call(NamedTuple):
    """One request; `body` makes it a POST."""

    target: str
    body: bytes | None = None


class Client:
    """One kept connection to one address."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        assert parts.hostname
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)

    def send(self, call: Call) -> bytes:
        """The answer's body. Raises RuntimeError for any status but 200."""
        headers = {"content-type": "application/json"} if call.body is not None else {}
        self.connection.request("GET" if call.body is None else "POST", call.target, call.body, headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{call.target} answers {answer.status}: {body[:500].decode(errors='replace')}")
        return body

    def timed(self, call: Call) -> float:
        """Milliseconds until the whole answer is there."""
        began = time.perf_counter()
        self.send(call)
        return (time.perf_counter() - began) * 1000


def throughput(address: str, calls: Sequence[Call], concurrency: int, seconds: float) -> float:
    """Answers a second of so many clients, each sending its next request when it has the answer to the last."""
    ends = time.perf_counter() + seconds
    counts = [0] * concurrency
    errors: list[Exception] = []

    def work(mine: int) -> None:
        client = Client(address)
        at = mine * len(calls) // concurrency
        try:
            while time.perf_counter() < ends:
                client.send(calls[at % len(calls)])
                counts[mine] += 1
                at += 1
        except (RuntimeError, OSError) as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in range(concurrency)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return sum(counts) / (time.perf_counter() - began)


@contextmanager
def sampling(address: str, calls: Sequence[Call], interval: float) -> Iterator[list[float]]:
    """Milliseconds of requests sent one after another, `interval` seconds apart, while the block runs."""
    samples: list[float] = []
    errors: list[Exception] = []
    stop = threading.Event()

    def work() -> None:
        client = Client(address)
        at = 0
        try:
            while not stop.wait(interval):
                samples.append(client.timed(calls[at % len(calls)]))
                at += 1
        except (RuntimeError, OSError) as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield samples
    finally:
        stop.set()
        thread.join()
    if errors:
        raise errors[0]
