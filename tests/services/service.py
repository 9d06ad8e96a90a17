"""Starts and stops the real service as a person does: `newsapi serve` in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from tests.servers.process import free_port
from tests.services.role import environment

START_WITHIN = 90.0


def run(*args: str, env: dict[str, str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """One `newsapi` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "newsapi.cli.main", *args], env=env, input=stdin, capture_output=True, timeout=120
    )


class Service:
    """A running service; `lines` is what it printed so far."""

    def __init__(self, data: Path, **extra: str) -> None:
        self.data = data
        self.port = free_port()
        self.env = environment(data, NEWSAPI_PORT=str(self.port), **extra)
        self.output = data.parent / f"{data.name}-{self.port}.out"
        began = time.monotonic()
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "newsapi.cli.main", "serve"], env=self.env, stdout=out, stderr=out
            )
        self._wait_until_printed("Ctrl-C stops it")
        self.seconds_to_start = time.monotonic() - began

    def _wait_until_printed(self, text: str) -> None:
        deadline = time.monotonic() + START_WITHIN
        while text not in self.printed:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the service did not start:\n{self.printed}\n{self.logs}")
            time.sleep(0.02)

    @property
    def printed(self) -> str:
        return self.output.read_text()

    @property
    def logs(self) -> str:
        return "\n".join(f"== {log.name}\n{log.read_text()[-3000:]}" for log in (self.data / "logs").glob("*.log"))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def key(self) -> str:
        return (self.data / "api-key").read_text().strip()

    def client(self, **options: object) -> httpx.Client:
        """With the key that the first start made."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=30, trust_env=False, **options)  # type: ignore[arg-type]

    def family(self) -> list[psutil.Process]:
        """Every process that belongs to the service: those with its data directory in their environment."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("NEWSAPI_DATA_DIR") == str(self.data):
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return found

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Send the signal; seconds until every process is gone. Whatever is left is killed, and that is an error."""
        family = self.family()
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(timeout=30)
        _, left = psutil.wait_procs(family, timeout=12)
        for process in left:
            process.kill()
        assert not left, f"left behind: {left}"
        return time.monotonic() - began


@contextmanager
def service(data: Path, **extra: str) -> Iterator[Service]:
    running = Service(data, **extra)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()
