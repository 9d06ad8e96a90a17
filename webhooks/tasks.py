"""Celery's side of the outbox: wake-ups. What is to be done is in the rows."""

from __future__ import annotations

from functools import cache

from django.utils import timezone

from newsapi.celery import app
from webhooks import claiming, delivering, keeping, matching, waking

MATCH_SECONDS = 4.0
AGAIN = 0.3
"""Seconds after which to look again where another process is at it: it may have looked for the last time."""


@cache
def _matcher() -> matching.Matcher:
    """Of this process: it keeps the saved searches at hand."""
    return matching.Matcher()


@app.task(name="webhooks.match")  # type: ignore[untyped-decorator]
def match() -> int:
    """Match new changes with the saved searches, and have what comes of it sent."""
    waking.begun("match")
    done = _matcher().run(MATCH_SECONDS)
    if done.deliveries:
        waking.wake("deliver")
    if matching.waits():
        waking.wake("match", countdown=None if done.changes else AGAIN)
    return done.changes


@app.task(name="webhooks.deliver")  # type: ignore[untyped-decorator]
def deliver() -> int:
    """Send what is due; if there is more than one run takes, another is called."""
    waking.begun("deliver")
    if not claiming.is_due(timezone.now()):
        return 0
    tries = delivering.Run().run()
    if claiming.is_due(timezone.now()):
        waking.wake("deliver")
    return tries


@app.task(name="webhooks.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Find what was left behind: a wake-up that was lost, a process that was killed, a retry that is due.

    And stop the endpoints of keys that were revoked.
    """
    keeping.stop_revoked()
    if matching.waits():
        waking.wake("match")
    if claiming.is_due(timezone.now()):
        waking.wake("deliver")


@app.task(name="webhooks.tidy")  # type: ignore[untyped-decorator]
def tidy() -> int:
    """Forget what was delivered or given up long ago."""
    return keeping.forget(timezone.now())
