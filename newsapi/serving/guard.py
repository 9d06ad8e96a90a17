"""The guard: a tiny process that outlives the supervisor and ends its children when it died without doing so.

Run as a script with a pipe on stdin, on which the supervisor writes `+NUMBER` and `-NUMBER`: of a process group, or, as
a negative number, of a single process. The pipe ends with the supervisor, however that ended (also by SIGKILL): what is
still listed then gets SIGTERM, and SIGKILL at last.
"""

import os
import signal
import sys
import time

GRACE = 4.0
"""Seconds between SIGTERM and SIGKILL."""


def alive(target: int) -> bool:
    try:
        _kill(target, 0)
    except OSError:
        return False
    return True


def send(targets: set[int], number: int) -> None:
    for target in targets:
        try:
            _kill(target, number)
        except OSError:
            continue


def _kill(target: int, number: int) -> None:
    if target > 0:
        os.killpg(target, number)
    else:
        os.kill(-target, number)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    targets: set[int] = set()
    for line in sys.stdin:
        if line[1:].strip().removeprefix("-").isdigit():
            (targets.add if line[0] == "+" else targets.discard)(int(line[1:]))
    send(targets, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(alive(target) for target in targets):
        time.sleep(0.05)
    send(targets, signal.SIGKILL)


if __name__ == "__main__":
    main()
