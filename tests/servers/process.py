"""One server process in a directory of its own: started, awaited, stopped by its pid, gone when the run is killed."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from newsapi.serving import guard

UNPRIVILEGED = "nobody"
"""Who PostgreSQL and Elasticsearch run as in a run as root; both refuse root."""


PREFIX = "newsapi-tests-"
_telling = threading.Lock()


class ServerMissing(Exception):
    """The program is not on this machine; the text says how to get it."""


class ServerFailed(Exception):
    """It did not start, or died; the text has the end of its log."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tell_guard(mark: str, pid: int) -> None:
    """Put a process group on (`+`) or off (`-`) the list of what ends with this run."""
    with _telling:
        os.write(_guard_pipe(), f"{mark}{pid}\n".encode())


@cache
def _guard_pipe() -> int:
    """The pipe to a process that outlives this one and ends what is listed on it (newsapi.serving.guard)."""
    read_end, write_end = os.pipe()
    subprocess.Popen(
        [sys.executable, "-I", "-S", guard.__file__],
        stdin=read_end,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(read_end)
    return write_end


MEMORY = Path("/dev/shm")
ROOM = 2_000_000_000
"""Bytes that have to be free there."""


def new_directory(name: str, in_memory: bool = False) -> Path:
    """A temporary directory, in memory where there is room; those of runs that were killed are removed."""
    root = Path(tempfile.gettempdir())
    if in_memory and _has_room(MEMORY):
        root = MEMORY
    for left in root.glob(f"{PREFIX}*"):
        owner = left.name.split("-")[2]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc").exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-{name}-", dir=root))


def _has_room(path: Path) -> bool:
    """Whether programs and their data can be put there."""
    if not os.access(path, os.W_OK):
        return False
    about = os.statvfs(path)
    return about.f_bavail * about.f_frsize > ROOM and not about.f_flag & os.ST_NOEXEC


class Server:
    """A process group with its directory; `start` may follow `stop` or `kill`, on the same port with the same data."""

    name = "server"
    needs_user = False
    in_memory = False
    start_within = 60.0

    def __init__(self) -> None:
        self.port = free_port()
        self.directory = new_directory(self.name, self.in_memory)
        self.log = self.directory / "server.log"
        self.popen: subprocess.Popen[bytes] | None = None
        self.as_user: str | None = UNPRIVILEGED if self.needs_user and os.getuid() == 0 else None

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        return os.environ

    def answers(self) -> bool:
        """Whether it can be used by now."""
        raise NotImplementedError

    def prepare(self) -> None:
        """What has to be there before the first start."""

    def start(self) -> None:
        """Start it and wait until it answers. Raises ServerFailed."""
        self.launch()
        self.wait_until_answers()

    def launch(self) -> None:
        """Start it; it may take a while until it answers."""
        with self.log.open("ab") as log:
            self.popen = self._popen(self.command(), log)
        tell_guard("+", self.popen.pid)

    def wait_until_answers(self) -> None:
        self.wait_for(self.answers, self.start_within)

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if self.popen is None or self.popen.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} does not answer:\n{self.printed()}")
            time.sleep(0.05)

    def run(self, command: Sequence[str]) -> None:
        """A short program of the server's, as its user. Raises ServerFailed."""
        with self.log.open("ab") as log:
            code = self._popen(command, log).wait(timeout=self.start_within)
        if code:
            raise ServerFailed(f"{command[0]} ended with {code}:\n{self.printed()}")

    def _popen(self, command: Sequence[str], log: object) -> subprocess.Popen[bytes]:
        user = {"user": self.as_user, "group": pwd.getpwnam(self.as_user).pw_gid} if self.as_user else {}
        return subprocess.Popen(
            command,
            env=dict(self.environment()),
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=log,  # type: ignore[arg-type]
            stderr=subprocess.STDOUT,
            start_new_session=True,
            extra_groups=[] if user else None,
            **user,  # type: ignore[arg-type]
        )

    def own(self, path: Path) -> None:
        """Give a path, with what is in it, to the user that the server runs as."""
        if self.as_user:
            user = pwd.getpwnam(self.as_user)
            for each in (path, *path.rglob("*")):
                os.chown(each, user.pw_uid, user.pw_gid, follow_symlinks=False)

    def printed(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    def send(self, number: int) -> None:
        """To the whole process group."""
        assert self.popen is not None
        guard.send({self.popen.pid}, number)

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def end(self, number: int = signal.SIGTERM, within: float = 15.0) -> None:
        """Send the signal, and SIGKILL to what is left of the group; the directory stays."""
        if self.popen is None:
            return
        self.send(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(timeout=within)
        self.send(signal.SIGKILL)
        self.popen.wait()
        tell_guard("-", self.popen.pid)
        self.popen = None

    def close(self) -> None:
        """Stop it and remove its directory."""
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)
