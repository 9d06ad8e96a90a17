"""Streams and exports in the real service: events over the web server's threads, files by a real worker."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.bounds import EVENT
from tests.newsapi.roles import Service, post, service, structured, wait_for
from tests.servers.redis import Redis

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, redis_server: Redis) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("streams") / "data"
    with service(data, REDIS_URL=redis_server.url) as made:
        made.start("web")
        made.start("worker", "--queues", "ingest,index,default")
        made.start("beat")
        made.wait_until_running()
        yield made


class Listener:
    """Reads a stream in a thread of its own."""

    def __init__(self, client: httpx.Client, address: str) -> None:
        self.begun = threading.Event()
        self.events: list[dict[str, Any]] = []
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._read, args=(client, address), daemon=True)
        self._thread.start()
        assert self.begun.wait(EVENT)

    def _read(self, client: httpx.Client, address: str) -> None:
        try:
            with client.stream("GET", address, headers={"Accept": "text/event-stream"}, timeout=EVENT) as answer:
                assert answer.status_code == 200
                for line in answer.iter_lines():
                    self.begun.set()
                    if line.startswith("data: "):
                        self.events.append(json.loads(line.removeprefix("data: ")))
        except httpx.HTTPError as error:
            self.error = error

    def join(self) -> None:
        self._thread.join(EVENT)
        assert not self._thread.is_alive()


def test_whoever_listens_is_told(running: Service) -> None:
    with running.client() as client:
        matching = Listener(client, "/v1/stream?q=xylophone&fields=headline")
        other = Listener(client, "/v1/stream?q=saxophone")
        every = Listener(client, "/v1/changes")
        wait_for(structured(client, post(client, "heard")))
        wait_for(lambda: matching.events and every.events)
        assert matching.events[0]["article"] == {"headline": "Town heard has a new xylophone"}
        assert every.events[0]["kind"] == "created"
        assert other.events == []


def test_an_export_that_was_asked_for_while_no_worker_ran_is_made_by_the_next(running: Service) -> None:
    worker = running.roles[1]
    with running.client() as client:
        wait_for(structured(client, post(client, "exported")))
        wait_for(lambda: client.get("/v1/articles", params={"q": "exported"}).json()["total"])
        worker.kill()
        asked = client.post("/v1/exports", json={"q": "exported"})
        assert asked.status_code == 202
        worker.start()
        ready = wait_for(lambda: _ready(client, asked.headers["Location"]))
        file = client.get(ready["file"])
        assert hashlib.sha256(file.content).hexdigest() == ready["sha256"]
        assert json.loads(file.content)["headline"] == "Town exported has a new xylophone"


def _ready(client: httpx.Client, address: str) -> Any:
    export = client.get(address).json()
    return export if export["state"] == "ready" else None


def test_streams_end_with_the_web_process_and_are_not_cut(running: Service) -> None:
    web = running.roles[0]
    with running.client() as client:
        listeners = [Listener(client, "/v1/stream?q=xylophone") for _ in range(3)]
        web.end(within=EVENT)
        for listener in listeners:
            listener.join()
        assert [listener.error for listener in listeners] == [None] * 3
