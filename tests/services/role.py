"""One role of the service by hand, as `newsapi serve --role …`, in a process group of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from newsapi.serving import guard
from tests.servers.process import tell_guard


class Role:
    """A process group; `start` again after `kill`. Ends with the test run, however that ends."""

    SAYS = {"web": "Started worker-", "worker": " ready.", "beat": "", "indexer": ""}
    """What its log has when it is running; beat says nothing as long as all is well."""

    def __init__(self, name: str, arguments: list[str], env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.arguments = arguments
        self.env = dict(env)
        self.log = log
        self.popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "newsapi.cli.main", "serve", *self.arguments],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        tell_guard("+", self.popen.pid)

    @property
    def running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def is_ready(self) -> bool:
        """Whether its log says that it can be used; `arguments` begin with `--role`."""
        return self.SAYS[self.arguments[1]] in self.printed(100_000)

    def group(self) -> list[psutil.Process]:
        """Every process of its group that lives."""
        assert self.popen is not None
        return [each for each in psutil.process_iter() if _group(each) == self.popen.pid]

    def kill(self) -> None:
        """SIGKILL to the whole group at once."""
        self.end(signal.SIGKILL)

    def end(self, number: int = signal.SIGTERM, within: float = 15.0) -> float:
        """Send the signal to the role's first process (SIGKILL: to its group); seconds until it ended."""
        assert self.popen is not None
        began = time.monotonic()
        if number == signal.SIGKILL:
            guard.send({self.popen.pid}, number)
        else:
            self.popen.send_signal(number)
        try:
            self.popen.wait(timeout=within)
        except subprocess.TimeoutExpired:
            guard.send({self.popen.pid}, signal.SIGKILL)
            self.popen.wait()
            raise
        tell_guard("-", self.popen.pid)
        return time.monotonic() - began

    def restart(self) -> None:
        """As whoever watches over the roles does, when one has died."""
        self.kill()
        self.start()

    def printed(self, most: int = 4000) -> str:
        return self.log.read_text(errors="replace")[-most:] if self.log.exists() else ""


def _group(process: psutil.Process) -> int | None:
    try:
        return None if process.status() == psutil.STATUS_ZOMBIE else os.getpgid(process.pid)
    except (ProcessLookupError, psutil.NoSuchProcess):
        return None


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The machine's environment without settings of ours, and these."""
    mine = (
        *("NEWSAPI_", "DATABASE_URL", "REDIS_URL", "SEARCH_", "SECRET_KEY", "DEBUG", "DJANGO_", "ALLOWED_HOSTS"),
        "TEST_",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
    return {**kept, "NEWSAPI_DATA_DIR": str(data), **settings}


APART = {"NEWSAPI_SAMPLE": "off", "SECRET_KEY": "t" * 40}
"""Settings of roles that have data directories of their own: they share nothing but their stores."""


def wait_until(condition: Callable[[], bool], seconds: float, role: Role) -> float:
    """How long it took, in seconds. AssertionError, with the role's log, when the time is over."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds:g} s; {role.name} printed:\n{role.printed()}"
        time.sleep(0.1)
    return time.monotonic() - began
