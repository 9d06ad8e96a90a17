"""A service of roles: `newsapi serve --role …`, each in a process group of its own, as on many machines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.bounds import EVENT, promised
from tests.servers.process import free_port
from tests.services.role import Role, environment, wait_until

ARTICLE = (
    "Bench Post\n\nTown {0} has a new xylophone\n\nThe town of Leeds has a new xylophone, the mayor said on Friday {0}."
)


class Service:
    """Roles over the same stores; `client` has the key that the first web made."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.port = free_port()
        settings = {"NEWSAPI_SAMPLE": "off", "NEWSAPI_WORKERS": "1", "NEWSAPI_PORT": str(self.port), **settings}
        self.env = environment(data, **settings)
        self.roles: list[Role] = []

    def start(self, role: str, *args: str) -> Role:
        log = self.data.parent / f"{self.data.name}-{role}-{len(self.roles)}.log"
        made = Role(role, ["--role", role, *args], self.env, log)
        self.roles.append(made)
        made.start()
        return made

    def wait_until_running(self) -> None:
        for role in self.roles:
            wait_until(role.is_ready, EVENT, role)

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {(self.data / 'api-key').read_text().strip()}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30, trust_env=False)

    def close(self) -> None:
        for role in self.roles:
            role.kill()


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
    assert time.monotonic() - began < promised(1.0)
    return answer.headers["Location"]


def wait_for(look: Callable[[], Any], seconds: float = EVENT) -> Any:
    """What `look` gives as soon as it is something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


def structured(client: httpx.Client, location: str) -> Callable[[], bool]:
    return lambda: client.get(location).json()["status"] == "structured"
