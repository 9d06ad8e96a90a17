"""How long a test waits: for an event long enough for the busiest machine, for a promise as long as was promised."""

from __future__ import annotations

import os

EVENT = 90.0
"""Seconds to wait for what must happen, however slow the machine. Only a failure takes that long."""


def promised(seconds: float) -> float:
    """The bound of a promise made for a quiet machine; in CI others share it, and it counts four times."""
    return seconds * 4 if os.environ.get("CI") else seconds
