"""A service of roles: `newsapi serve --role …`, each in a process group of its own, as on many machines."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.servers.process import Server, free_port
from tests.services.service import environment

ARTICLE = (
    "Bench Post\n\nTown {0} has a new xylophone\n\nThe town of Leeds has a new xylophone, the mayor said on Friday {0}."
)


class Role(Server):
    """One role. It is running when its log says so; beat says nothing as long as all is well."""

    start_within = 60.0
    SAYS = {"web": "Started worker-", "worker": " ready.", "beat": "", "indexer": ""}

    def __init__(self, role: str, env: Mapping[str, str], *args: str) -> None:
        self.name = role
        self.arguments = args
        self.env = env
        super().__init__()

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "newsapi.cli.main", "serve", "--role", self.name, *self.arguments]

    def environment(self) -> Mapping[str, str]:
        return self.env

    def answers(self) -> bool:
        return self.log.exists() and self.SAYS[self.name] in self.log.read_text()

    def group(self) -> list[psutil.Process]:
        """Every process of its group that lives."""
        assert self.popen is not None
        return [each for each in psutil.process_iter() if _group(each) == self.popen.pid]


def _group(process: psutil.Process) -> int | None:
    try:
        return None if process.status() == psutil.STATUS_ZOMBIE else os.getpgid(process.pid)
    except (ProcessLookupError, psutil.NoSuchProcess):
        return None


class Service:
    """Roles over the same stores; `client` has the key that the first web made."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.port = free_port()
        settings = {"NEWSAPI_SAMPLE": "off", "NEWSAPI_WORKERS": "1", **settings}
        self.env = environment(data, self.port, **settings)
        self.roles: list[Role] = []

    def start(self, role: str, *args: str) -> Role:
        made = Role(role, self.env, *args)
        self.roles.append(made)
        made.launch()
        return made

    def wait_until_running(self) -> None:
        for role in self.roles:
            role.wait_until_answers()

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {(self.data / 'api-key').read_text().strip()}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30, trust_env=False)

    def close(self) -> None:
        for role in self.roles:
            role.close()


@contextmanager
def service(data: Path, **settings: str) -> Iterator[Service]:
    made = Service(data, **settings)
    try:
        yield made
    finally:
        made.close()


def post(client: httpx.Client, mark: str) -> str:
    """Post an article; gives the address of what became of it. The service must accept it within a second."""
    began = time.monotonic()
    answer = client.post("/v1/documents", json={"text": ARTICLE.format(mark)})
    assert answer.status_code == 202, answer.text
    assert time.monotonic() - began < 1.0
    return answer.headers["Location"]


def wait_for(look: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What `look` gives as soon as it is something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


def structured(client: httpx.Client, location: str) -> Callable[[], bool]:
    return lambda: client.get(location).json()["status"] == "structured"
