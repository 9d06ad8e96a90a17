"""The supervisor and its guard, on small processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

SCRIPT = """
import sys
from pathlib import Path
from newsapi.serving.processes import Process, Supervisor

data = Path(sys.argv[1])
supervisor = Supervisor(data / "logs", lambda line: print(line, flush=True))
child = "import os,signal,time; {trap}; open({path!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(600)"
command = [sys.executable, "-c", child.format(trap=sys.argv[2], path=str(data / "pids"))]
supervisor.start(Process("child", command))
print("started", flush=True)
supervisor.watch()
supervisor.stop()
print("stopped", flush=True)
"""
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"


def start(data: Path, trap: str = "pass") -> tuple[subprocess.Popen[str], psutil.Process]:
    (data / "logs").mkdir()
    supervisor = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(data), trap], stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "started\n"
    return supervisor, psutil.Process(wait_for_pid(data, 1))


def wait_for_pid(data: Path, count: int) -> int:
    """The pid of the count-th child that began."""
    while not (data / "pids").exists() or len((data / "pids").read_text().split()) < count:
        os.sched_yield()
    return int((data / "pids").read_text().split()[count - 1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_children_first(tmp_path: Path, number: int) -> None:
    supervisor, child = start(tmp_path)
    supervisor.send_signal(number)
    assert supervisor.wait(10) == 0
    child.wait(0.5)


@pytest.mark.parametrize("trap", ["pass", STUBBORN])
def test_a_kill_of_the_supervisor_ends_the_children_too(tmp_path: Path, trap: str) -> None:
    supervisor, child = start(tmp_path, trap)
    supervisor.kill()
    supervisor.wait(5)
    child.wait(10)


def test_a_child_that_dies_comes_back(tmp_path: Path) -> None:
    supervisor, child = start(tmp_path)
    child.kill()
    again = psutil.Process(wait_for_pid(tmp_path, 2))
    assert again.pid != child.pid
    supervisor.terminate()
    assert supervisor.wait(10) == 0
    assert not again.is_running()
