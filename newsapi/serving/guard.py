"""The guard: a tiny process that outlives the supervisor and ends its children when it died without doing so.

Run as a script with a pipe on stdin, on which the supervisor writes `+PID` and `-PID` of process groups. The pipe ends
with the supervisor, however that ended (also by SIGKILL): what is still listed then gets SIGTERM, and SIGKILL at last.
"""

import os
import signal
import sys
import time

GRACE = 4.0
"""Seconds between SIGTERM and SIGKILL."""


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    return True


def send(groups: set[int], number: int) -> None:
    for group in groups:
        try:
            os.killpg(group, number)
        except OSError:
            continue


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        if line[1:].strip().isdigit():
            (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    send(groups, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(alive(group) for group in groups):
        time.sleep(0.05)
    send(groups, signal.SIGKILL)


if __name__ == "__main__":
    main()
