"""What became of the captures, and how long those that wait have been waiting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min
from django.utils import timezone

from ingest.models import Capture, CaptureState, Fetch, Priority
from newsapi import health, metrics


def captures() -> dict[str, int]:
    """Captures by state. By far the most are structured, so these are what the small index of the others leaves."""
    rest = Capture.objects.exclude(state=CaptureState.STRUCTURED).order_by()
    counts: dict[str, int] = dict.fromkeys(CaptureState.values, 0)
    counts |= dict(rest.values_list("state").annotate(count=Count("id")))
    counts[CaptureState.STRUCTURED] = max(0, Capture.objects.count() - sum(counts.values()))
    return counts


def waiting() -> health.Waiting:
    """Captures that wait to be structured. Those that are structured anew count, but their age says nothing."""
    count = Capture.objects.filter(pending=True).count()
    oldest = min(_oldest(), default=None)
    age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    return health.Waiting(count, max(0.0, age))


def _oldest() -> Iterator[datetime]:
    for priority in (Priority.SINGLE, Priority.BULK):
        rows = Capture.objects.filter(pending=True, priority=priority).order_by("priority", "id")
        yield from rows.values_list("received_at", flat=True)[:1]


def fetches() -> health.Waiting:
    """Pages of documents that came as an address, which are to be fetched; since when the oldest of them is due."""
    now = timezone.now()
    due = Fetch.objects.filter(due_at__lte=now).aggregate(count=Count("capture_id"), since=Min("due_at"))
    return health.Waiting(due["count"], (now - (due["since"] or now)).total_seconds())


def register() -> None:
    metrics.show("newsapi_captures", "Captures in the database.", captures, label="state")
    health.watch_queue("captures", waiting)
    health.watch_queue("fetches", fetches)
