"""A host is asked for one thing at a time, by one process, and left alone when it wants to be."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from ingest.models import Capture, Host
from ingest.polling import claiming
from tests.ingest.polling.site import Answer, Site, feed, item, poll, subscribe

pytestmark = pytest.mark.django_db


def test_a_host_that_was_asked_too_often_is_left_alone(site: Site) -> None:
    for path in ("/a", "/b", "/c"):
        site.pages[path] = Answer("slowly!", 429, {"Retry-After": "600"})
        subscribe(f"{site.url}{path}")
    poll()
    assert len(site.asked) == 1
    assert Host.objects.get().busy_until > timezone.now() + timedelta(minutes=9)


def test_a_host_is_asked_one_request_at_a_time(site: Site) -> None:
    for number in range(8):
        site.pages[f"/{number}"] = feed(item(number))
        subscribe(f"{site.url}/{number}")
    assert poll() == 8
    assert site.most_at_once == 1
    assert Capture.objects.count() == 8


def test_a_host_that_is_visited_is_claimed_by_nobody_else(site: Site) -> None:
    subscribe(f"{site.url}/a")
    now = timezone.now()
    [visit] = claiming.claim(5, now)
    assert [each.url for each in visit.polls] == [f"{site.url}/a"]
    assert claiming.claim(5, now) == []
    # Its worker was killed: another takes over.
    assert len(claiming.claim(5, now + timedelta(seconds=settings.LEASE_SECONDS))) == 1


def test_a_host_stays_ours_as_long_as_its_visit_takes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LEASE_SECONDS", 2)
    owned: list[bool] = []

    def slowly(asked: object) -> Answer:
        time.sleep(3.0)
        return Answer(feed(item(1)))

    site.pages["/feed"] = slowly
    subscribe(f"{site.url}/feed")
    keep = claiming.keep

    def noting(hosts: Iterable[str], now: datetime) -> None:
        owned.append(not claiming.claim(1, now))
        keep(hosts, now)

    monkeypatch.setattr(claiming, "keep", noting)
    assert poll() == 1
    assert len(owned) >= 3
    assert all(owned)


def test_the_host_served_longest_ago_comes_first() -> None:
    for number in range(3):
        subscribe(f"http://127.0.0.{number + 1}/feed")
    now = timezone.now()
    Host.objects.filter(name="127.0.0.1").update(busy_until=now - timedelta(seconds=1))
    Host.objects.filter(name="127.0.0.2").update(busy_until=now - timedelta(hours=1))
    assert [visit.host for visit in claiming.claim(1, now)] == ["127.0.0.2"]
