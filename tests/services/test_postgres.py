"""The service on PostgreSQL: a restart of the server costs no more than a moment, and nothing that was acknowledged."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.bounds import EVENT, promised
from tests.servers.postgres import Postgres
from tests.servers.process import free_port
from tests.servers.redis import Redis
from tests.services.role import APART, Role, environment, wait_until

pytestmark = pytest.mark.services
CLIENTS = 6
RECONNECTED_WITHIN = promised(4.0)
"""Seconds between the server's return and the first success: the longest wait between two attempts, and some more."""
CONNECTIONS = 5


class Service:
    """A web and a worker on a PostgreSQL database of their own, embedded index, started together."""

    def __init__(self, directory: Path, postgres: Postgres, redis: Redis) -> None:
        self.database = postgres.create()
        self.port = free_port()
        settings = {
            "DATABASE_URL": self.database,
            "REDIS_URL": redis.url,
            "NEWSAPI_PORT": str(self.port),
            "NEWSAPI_WORKERS": "1",
            "NEWSAPI_DATABASE_CONNECTIONS": str(CONNECTIONS),
        }
        env = environment(directory / "data", **APART, **settings)
        self.data = directory / "data"
        self.web = Role("web", ["--role", "web"], env, directory / "web.log")
        self.worker = Role("worker", ["--role", "worker", "--queues", "ingest,index"], env, directory / "worker.log")
        self.beat = Role("beat", ["--role", "beat"], env, directory / "beat.log")

    @property
    def roles(self) -> tuple[Role, ...]:
        return self.web, self.worker, self.beat

    def client(self) -> httpx.Client:
        key = (self.data / "api-key").read_text().strip()
        headers = {"Authorization": f"Bearer {key}"}
        address = f"http://127.0.0.1:{self.port}"
        return httpx.Client(base_url=address, headers=headers, timeout=30, trust_env=False)

    def answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2, trust_env=False).is_success
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres, redis_server: Redis
) -> Iterator[Service]:
    found = Service(tmp_path_factory.mktemp("postgres"), postgres_server, redis_server)
    for role in found.roles:
        role.start()
    wait_until(found.answers, EVENT, found.web)
    wait_until(lambda: "ready." in found.worker.printed(), EVENT, found.worker)
    yield found
    for role in found.roles:
        role.kill()


def document(marker: str) -> dict[str, str]:
    return {
        "text": f"Tide Times\n\nCouncil counts boats {marker}\n\nThe council of Northfield counted boats on Tuesday, said"
        f" Helen Sorensen.\n\nThe harbour master wrote it down as matter {marker} of the year.",
        "external_id": marker,
    }


class Clients:
    """Threads that ask and post without a pause; `answers` are (time, status), `acknowledged` the external ids."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.stopped = threading.Event()
        self.answers: list[tuple[float, int]] = []
        self.acknowledged: list[str] = []
        self.threads = [threading.Thread(target=self._run, args=(n,)) for n in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _run(self, which: int) -> None:
        with self.service.client() as client:
            count = 0
            while not self.stopped.is_set():
                count += 1
                marker = f"{which}-{count}"
                if which % 2:
                    answer = client.post("/v1/documents", json=document(marker))
                    if answer.status_code == 202:
                        self.acknowledged.append(marker)
                else:
                    answer = client.get("/v1/sources")
                self.answers.append((time.monotonic(), answer.status_code))
                # As quick as people are: the processor is for the service.
                self.stopped.wait(0.05)

    def stop(self) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def test_an_immediate_restart_is_a_moment_without_answers(service: Service, postgres_server: Postgres) -> None:
    clients = Clients(service)
    try:
        wait_until(lambda: len(clients.answers) > 50, EVENT, service.web)
        postgres_server.restart_immediately()
        back = time.monotonic()
        wait_until(lambda: any(at > back and status < 300 for at, status in clients.answers), EVENT, service.web)
        calm = max(back, min(at for at, status in clients.answers if at > back and status < 300))
        assert calm - back < RECONNECTED_WITHIN
        wait_until(lambda: sum(at > calm + RECONNECTED_WITHIN for at, _ in clients.answers) > 50, EVENT, service.web)
    finally:
        clients.stop()
    statuses = Counter(status for _, status in clients.answers)
    assert set(statuses) <= {200, 202, 503}, statuses
    assert statuses[503] < sum(statuses.values()) / 2
    assert {status for at, status in clients.answers if at > calm + RECONNECTED_WITHIN} <= {200, 202}
    kept = _external_ids(service.database)
    assert set(clients.acknowledged) <= kept


def test_a_worker_goes_on_after_a_restart(service: Service, postgres_server: Postgres) -> None:
    postgres_server.restart_immediately()
    with service.client() as client:
        posted = client.post("/v1/documents", json=document("afterwards"), headers={"Prefer": "wait=30"})
        assert posted.status_code == 201, posted.text
        wait_until(lambda: client.get("/v1/articles?q=afterwards").json().get("total") == 1, EVENT, service.worker)


def test_no_process_opens_more_connections_than_it_may(service: Service) -> None:
    with psycopg.connect(service.database) as connection:
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'newsapi' AND datname = current_database()"
        )
        row = connection.execute(query).fetchone()
    assert row is not None
    # A web, a worker and its parent, an indexer; beat has none.
    assert row[0] <= 4 * CONNECTIONS


def _external_ids(database: str) -> set[str]:
    with psycopg.connect(database) as connection:
        return {row[0] for row in connection.execute("SELECT external_id FROM ingest_capture")}
