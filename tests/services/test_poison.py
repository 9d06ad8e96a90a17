"""A document that kills whoever works on it: counted on its row, set aside, and nobody else's trouble."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest

from newsapi.env import load
from tests.servers.postgres import Postgres
from tests.servers.process import free_port
from tests.servers.redis import Redis
from tests.services.role import APART, Role, environment, wait_until

pytestmark = pytest.mark.services

SECONDS = 1
"""Of processor time that each worker process may take on top of what it took: `ulimit -t`, as an operator sets it."""


class Limited:
    """Gives every process that a worker forks a limit of processor time; the kernel kills the one that goes over it."""

    def __init__(self, worker: Role) -> None:
        assert worker.popen is not None
        self.worker = psutil.Process(worker.popen.pid)
        self.seen: set[int] = set()
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.stopped.wait(0.02):
            with contextlib.suppress(psutil.NoSuchProcess):
                for process in self.worker.children(recursive=True):
                    # Celery forks its workers: they have its command line, and it has no such parent.
                    if process.pid not in self.seen and "celery" in (process.parent() or process).cmdline()[2:4]:
                        self.seen.add(process.pid)
                        used = int(sum(process.cpu_times()[:2]))
                        process.rlimit(psutil.RLIMIT_CPU, (used + SECONDS + 1, used + SECONDS + 1))

    def close(self) -> None:
        self.stopped.set()
        self.thread.join()


@pytest.fixture
def roles(tmp_path: Path, postgres_server: Postgres, redis_server: Redis) -> Iterator[tuple[Role, Role, Role, str]]:
    database, port = postgres_server.create(), free_port()
    found = []
    for name, arguments in (("web", []), ("worker", ["--queues", "ingest"]), ("beat", [])):
        env = environment(
            tmp_path / name,
            **APART,
            DATABASE_URL=database,
            REDIS_URL=redis_server.url,
            NEWSAPI_PORT=str(port),
            NEWSAPI_WORKERS="1",
            NEWSAPI_LEASE="3",
        )
        found.append(Role(name, ["--role", name, *arguments], env, tmp_path / f"{name}.log"))
    for role in found:
        role.start()
    yield found[0], found[1], found[2], database
    for role in found:
        role.kill()


def heavy() -> str:
    """A text that takes seconds to structure, within the size that is accepted."""
    sentence = "Mayor {0} Sorensen of Northfield{0} told the Harbour{0} Council on Tuesday that Port{0} was sold. "
    return "Heavy Post\n\nAll of it at once\n\n" + "\n\n".join(sentence.format(f"x{n}q") * 3 for n in range(25_000))


def test_what_kills_its_worker_three_times_is_set_aside_and_the_others_are_done(
    roles: tuple[Role, Role, Role, str],
) -> None:
    web, worker, _, database = roles
    address = f"http://127.0.0.1:{web.env['NEWSAPI_PORT']}"
    wait_until(lambda: _answers(address), 90, web)
    wait_until(lambda: "ready." in worker.printed(20_000), 90, worker)
    limited = Limited(worker)
    key = (load(web.env).data_dir / "api-key").read_text().strip()
    try:
        with httpx.Client(
            base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=30, trust_env=False
        ) as client:
            for n in range(6):
                assert client.post("/v1/documents", json=_document(n)).status_code == 202
            poison = client.post("/v1/documents", json={"text": heavy()})
            assert poison.status_code == 202
            for n in range(6, 12):
                assert client.post("/v1/documents", json=_document(n)).status_code == 202
            wait_until(lambda: not _pending(database), 90, worker)
            found: dict[str, Any] = client.get(poison.headers["Location"]).json()
    finally:
        limited.close()
    assert found["status"] == "failed"
    assert found["reason"]["code"] == "gave_up", found["reason"]
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT state, attempts, count(*) FROM ingest_capture GROUP BY 1, 2").fetchall()
    assert ("failed", 3, 1) in rows
    assert sum(count for state, _, count in rows if state == "structured") == 12


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=2, trust_env=False).is_success
    except httpx.TransportError:
        return False


def _pending(database: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT count(*) FROM ingest_capture WHERE pending").fetchone()
        return int(row[0]) if row else 0


def _document(n: int) -> dict[str, str]:
    return {
        "text": f"Tide Times\n\nCouncil counts {n} boats\n\nThe council of Northfield counted {n} boats on Tuesday, said"
        f" Helen Sorensen.\n\nThe harbour master wrote it down as matter {n} of the year.",
        "source": "tide.example",
    }
