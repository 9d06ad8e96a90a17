"""What processor time a running service takes, by role: it says where time goes also on a machine that does other things."""

from __future__ import annotations

import psutil

from tests.services.service import Service

ROLES = {" worker ": "workers", ".indexer": "indexer", "granian": "web", " beat ": "beat"}
"""What the command line of each role has."""


def processor(running: Service) -> dict[str, float]:
    """Seconds of processor time that the processes of each role have had."""
    found: dict[str, float] = {}
    for process in running.family():
        try:
            words = " ".join(process.cmdline())
            times = process.cpu_times()
        except psutil.Error:
            continue
        role = next((role for sign, role in ROLES.items() if sign in words), None)
        if role:
            found[role] = found.get(role, 0.0) + times.user + times.system
    return found
