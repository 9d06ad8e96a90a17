"""The service as it runs on several machines: its stores, a proxy before the index, and its roles by hand."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.servers.elasticsearch import Elasticsearch
from tests.servers.postgres import Postgres
from tests.servers.process import free_port
from tests.servers.proxy import Proxy
from tests.servers.redis import Redis
from tests.services.role import APART, Role, environment

WORKERS = {
    **{f"worker-{n}": "ingest" for n in (1, 2, 3)},
    **{f"worker-{n}": "index,deliver,poll,default" for n in (4, 5)},
}
"""The queues of each. Beside those with `index` an indexer runs: one writes, the other stands by."""
LEASE = 10


class World:
    """Started by `start`; whatever is running at `close` is killed. The stores are the caller's."""

    def __init__(
        self, directory: Path, postgres: Postgres, redis: Redis, elasticsearch: Elasticsearch, seed: int
    ) -> None:
        self.directory = directory
        self.postgres, self.redis, self.elasticsearch = postgres, redis, elasticsearch
        self.proxy = Proxy(elasticsearch.url, seed)
        self.port = free_port()
        self.database = postgres.create()
        self.prefix = f"chaos{seed}-{self.port}"
        self.roles = {name: self._role(name) for name in ("web", *WORKERS, "beat")}

    def _role(self, name: str) -> Role:
        data = self.directory / name
        data.mkdir(parents=True)
        kind = name.split("-")[0]
        queues = ["--queues", WORKERS[name]] if kind == "worker" else []
        return Role(name, ["--role", kind, *queues], self.environment(data), self.directory / f"{name}.log")

    def environment(self, data: Path) -> dict[str, str]:
        return environment(
            data,
            **APART,
            DATABASE_URL=self.database,
            REDIS_URL=self.redis.url,
            SEARCH_URL=f"{self.proxy.url}/{self.prefix}",
            NEWSAPI_PORT=str(self.port),
            NEWSAPI_WORKERS="1",
            NEWSAPI_LEASE=str(LEASE),
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def key(self) -> str:
        return (self.directory / "web" / "api-key").read_text().strip()

    def start(self) -> None:
        for role in self.roles.values():
            role.start()
        self.wait_until(self.is_up, 120, "web answers")

    def is_up(self) -> bool:
        try:
            return httpx.get(f"{self.address}/healthz", timeout=2, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def wait_until(self, condition: Callable[[], bool], seconds: float, what: str) -> float:
        """How long it took, in seconds. AssertionError, with the logs, when the time is over."""
        began = time.monotonic()
        while not condition():
            assert time.monotonic() - began < seconds, f"not within {seconds:g} s: {what}\n{self.logs()}"
            time.sleep(0.2)
        return time.monotonic() - began

    def pending(self) -> int:
        """Captures that wait to be structured."""
        with psycopg.connect(self.database, connect_timeout=5) as connection:
            row = connection.execute("SELECT count(*) FROM ingest_capture WHERE pending").fetchone()
            return int(row[0]) if row else 0

    def working(self) -> bool:
        """Whether a worker has captures in its hands right now."""
        query = "SELECT 1 FROM ingest_capture WHERE pending AND lease_until > now() + %s * interval '1 s' LIMIT 1"
        try:
            with psycopg.connect(self.database, connect_timeout=1) as connection:
                # One that began just now; what is left of a killed one counts no longer.
                return connection.execute(query, [LEASE - 0.5]).fetchone() is not None
        except psycopg.OperationalError:
            return False

    def state(self) -> dict[str, Any]:
        """What the database and the index hold (tests.services.chaos.state), read in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.services.chaos.state"],
            env={**self.environment(self.directory / "web"), "DJANGO_SETTINGS_MODULE": "newsapi.settings"},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def logs(self) -> str:
        return "\n".join(f"== {role.name}\n{role.printed()}" for role in self.roles.values())

    def close(self) -> None:
        for role in self.roles.values():
            if role.popen is not None:
                role.kill()
        self.proxy.close()
        httpx.delete(f"{self.elasticsearch.url}/{self.prefix}*", timeout=30, trust_env=False)
