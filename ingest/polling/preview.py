"""What would be read from an address, without keeping any of it: before a source is added, and to test one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from ingest.models import Subscription
from ingest.polling import discovery, schedule
from ingest.polling.composing import dates, sane
from ingest.polling.discovery import Found
from ingest.readers.feeds import Entry
from ingest.readers.feeds.texts import plain
from newsapi.errors import NewsApiError
from newsapi.http import Client

SHOWN = 10
"""Entries that are shown."""
EXCERPT = 300


def preview(client: Client, url: str, kind: str | None = None) -> dict[str, Any]:
    """What can be polled at an address (`found`, the best first) and what the best has now. Raises NewsApiError."""
    now = timezone.now()
    found = discovery.discover(client, url, now=now, kind=kind)
    return {"found": [_short(each, now) for each in found], **_reading(found[0], now)}


def test(client: Client, subscription: Subscription) -> dict[str, Any]:
    """Read a subscription's address now; nothing is kept. What is wrong with it is in `error`."""
    now = timezone.now()
    about = {"subscription": str(subscription.id), "url": subscription.url}
    try:
        [found] = discovery.discover(client, subscription.url, now=now, kind=subscription.kind)
    except NewsApiError as error:
        return {**about, "ok": False, "error": {"code": error.code, "detail": error.detail}}
    return {**about, "ok": True, "error": None, "seconds": round(found.answer.seconds, 3), **_reading(found, now)}


def test_all(client: Client, subscriptions: Sequence[Subscription]) -> list[dict[str, Any]]:
    """Test these, one after another, until WITHIN is over; those for which no time is left say so."""
    until = time.monotonic() + discovery.WITHIN
    late = {"code": "too_slow", "detail": "There was no time left for this one."}
    return [
        test(client, each)
        if time.monotonic() < until
        else {"subscription": str(each.id), "url": each.url, "ok": False, "error": late}
        for each in subscriptions
    ]


def _short(found: Found, now: datetime) -> dict[str, Any]:
    times = dates(found.reading.entries, now)
    return {
        "url": found.url,
        "kind": found.kind.value,
        "title": found.reading.title,
        "entries": len(found.reading.entries),
        "newest": max(times, default=None),
    }


def _reading(found: Found, now: datetime) -> dict[str, Any]:
    reading = found.reading
    times = dates(reading.entries, now)
    return {
        "url": found.url,
        "kind": found.kind.value,
        "title": reading.title,
        "home_url": reading.home_url,
        "language": reading.language,
        "interval": max(schedule.first_interval(times, now), min(reading.ttl, schedule.LONGEST)),
        "problems": list(reading.problems),
        "entry_count": len(reading.entries),
        "entries": [_entry(entry, now) for entry in reading.entries[:SHOWN]],
    }


def _entry(entry: Entry, now: datetime) -> dict[str, Any]:
    text = plain(entry.html, 100_000) or ""
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "authors": list(entry.authors),
        "published_at": sane(entry.published_at, now),
        "tags": list(entry.tags),
        "characters": len(text),
        "excerpt": text[:EXCERPT] or None,
    }
