"""When a delivery is tried again, when an endpoint is left alone, and when it is given up. Pure functions of times."""

from __future__ import annotations

from datetime import timedelta

MINUTE, HOUR = 60, 3_600
RETRIES = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Seconds after the first try, the second, …; after the tenth a delivery is dead."""
SPREAD = 0.2
"""The part of a wait that chance adds, so that what failed together does not come back together."""
OPENS_AFTER = 5
"""Failures of an endpoint in a row, after which it is tried with one delivery at a time, ever less often."""
FIRST_REST, LONGEST_REST = 10, 30 * MINUTE
LONGEST_WISH = 24 * HOUR
"""Seconds: how far a Retry-After is followed."""
GIVEN_UP_AFTER = timedelta(days=5)
"""An endpoint that only fails for so long is disabled."""


def wait(tries: int, chance: float, wish: int | None = None) -> float | None:
    """Seconds until the next try after so many (1 or more); None where that was the last. `chance` is from 0 to 1.

    `wish` is what the receiver asked for in Retry-After.
    """
    if tries > len(RETRIES):
        return None
    seconds = RETRIES[tries - 1] * (1 + SPREAD * chance)
    return max(seconds, min(wish or 0, LONGEST_WISH))


def rest(failures: int, chance: float, wish: int | None = None) -> float:
    """Seconds for which an endpoint is left alone after so many failures in a row."""
    seconds = 0.0
    if failures >= OPENS_AFTER:
        seconds = min(FIRST_REST * 2.0 ** min(failures - OPENS_AFTER, 10), LONGEST_REST) * (1 + SPREAD * chance)
    return max(seconds, min(wish or 0, LONGEST_WISH))
