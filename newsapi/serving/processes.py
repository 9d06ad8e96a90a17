"""The supervisor: starts the processes, restarts what dies, and ends all of them, whatever happens to itself."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newsapi.serving import guard

STOP_WITHIN = 7.0
"""Seconds between SIGTERM and SIGKILL when the service stops."""
KEEP_LOG = 10_000_000
MAX_BACKOFF = 30.0


@dataclass
class Process:
    """One child. `stop_last`: only when the others are gone (they still need it)."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    stop_last: bool = False
    popen: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    restart_at: float | None = None

    @property
    def running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None


class Supervisor:
    """Runs on the main thread only: signals arrive there and wake its selector through a pipe.

    With `logs` each child has its own process group and writes to a file there. Without, the children are one role:
    they write to this process's output and stay in its group, so that a kill of the group ends all of them at once.
    """

    def __init__(self, logs: Path | None, say: Callable[[str], None]) -> None:
        self.logs = logs
        self.say = say
        self.processes: list[Process] = []
        self.stopping = False
        read_end, self._guard_pipe = os.pipe()
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__],
            stdin=read_end,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(read_end)
        self._wake, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _target(self, popen: subprocess.Popen[bytes]) -> int:
        """What signals go to (see newsapi.serving.guard): the child's group, or the child alone where it has none."""
        return popen.pid if self.logs else -popen.pid

    def _tell_guard(self, mark: str, popen: subprocess.Popen[bytes]) -> None:
        try:
            os.write(self._guard_pipe, f"{mark}{self._target(popen)}\n".encode())
        except OSError:
            self.say("The guard process is gone; a SIGKILL of this one would leave the others running.")

    def start(self, process: Process, *, foreground: bool = False) -> None:
        """Start it; output goes to its log file, or to this terminal where `foreground`."""
        output = None if foreground or not self.logs else _open_log(self.logs / f"{process.name}.log")
        try:
            process.popen = subprocess.Popen(
                process.command,
                env={**os.environ, **process.env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if output is None else subprocess.STDOUT,
                start_new_session=self.logs is not None,
            )
        finally:
            if output is not None:
                os.close(output)
        self._tell_guard("+", process.popen)
        process.started = time.monotonic()
        process.restart_at = None
        if process not in self.processes and not foreground:
            self.processes.append(process)

    def run_once(self, process: Process) -> int | None:
        """Run a short job in the foreground; its exit code, None where the service was asked to stop meanwhile."""
        self.start(process, foreground=True)
        assert process.popen is not None
        while process.running and not self.stopping:
            self.pause(0.5)
        if self.stopping:
            self._end([process], within=3.0)
            return None
        self._tell_guard("-", process.popen)
        return process.popen.returncode

    def pause(self, seconds: float) -> None:
        """Wait for a signal (a child's end among them), at most so long."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            if selector.select(seconds):
                os.read(self._wake, 4096)

    def watch(self) -> None:
        """Until asked to stop: restart what died, later and later where it keeps dying."""
        while not self.stopping:
            now = time.monotonic()
            for process in self.processes:
                if process.running:
                    continue
                if process.restart_at is None:
                    assert process.popen is not None
                    self._tell_guard("-", process.popen)
                    self._end([process], within=1.0)
                    process.failures = 1 if now - process.started > 60 else process.failures + 1
                    delay = 0.2 if process.failures == 1 else min(2.0**process.failures, MAX_BACKOFF)
                    process.restart_at = now + delay
                    self.say(
                        f"{process.name} ended with {_describe(process.popen.returncode)}, restarting in {delay:g} s"
                        + (f"; its log is {self.logs / process.name}.log" if self.logs else "")
                    )
                elif now >= process.restart_at:
                    self.start(process)
            due = [p.restart_at - now for p in self.processes if p.restart_at is not None]
            self.pause(max(0.05, min(due, default=5.0)))

    def stop(self, within: float = STOP_WITHIN) -> None:
        """End every process, those that others need last, and the guard."""
        self.stopping = True
        self._end([p for p in self.processes if not p.stop_last], within)
        self._end([p for p in self.processes if p.stop_last], within=1.5)
        os.close(self._guard_pipe)
        self._guard.wait(timeout=2 + guard.GRACE)

    def _end(self, processes: Sequence[Process], within: float) -> None:
        targets = {self._target(p.popen): p.popen for p in processes if p.popen is not None}
        if not self.logs:
            # A single process that ended and was waited for may have left its number to somebody else.
            targets = {target: popen for target, popen in targets.items() if popen.poll() is None}
        guard.send(set(targets), signal.SIGTERM)
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            for popen in targets.values():
                popen.poll()
            if not any(guard.alive(target) for target in targets):
                break
            self.pause(0.05)
        guard.send({target for target, popen in targets.items() if self.logs or popen.poll() is None}, signal.SIGKILL)
        for popen in targets.values():
            popen.wait()
            self._tell_guard("-", popen)


def _describe(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    return f"signal {signal.Signals(-code).name}"


def _open_log(path: Path) -> int:
    """Append to the log; one over 10 MB is moved aside first."""
    if path.is_file() and path.stat().st_size > KEEP_LOG:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
