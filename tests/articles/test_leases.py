"""One holder at a time; who is gone is not waited for."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from articles import leases
from articles.leases import Lease, ended, holder
from articles.models import Consumer
from tests.bounds import EVENT

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_at_a_time() -> None:
    first, second = Lease("work"), Lease("work")
    assert first.hold() and first.hold() and not second.hold()
    assert Lease("other").hold()
    second.release()
    assert not second.hold()
    first.release()
    assert second.hold() and not first.hold()


def test_an_offset_is_left_alone() -> None:
    Consumer.objects.create(name="work", offset=7)
    lease = Lease("work")
    assert lease.hold()
    lease.release()
    assert Consumer.objects.get(name="work").offset == 7


def test_a_lease_runs_out() -> None:
    first, second = Lease("work", seconds=0.2), Lease("work", seconds=30)
    assert first.hold() and not second.hold()
    time.sleep(0.3)
    assert second.hold() and not first.hold()


def test_a_lease_is_kept_meanwhile() -> None:
    first, second = Lease("work", seconds=0.3), Lease("work")
    assert first.hold()
    with first.kept():
        time.sleep(0.6)
        assert not second.hold()
    time.sleep(0.4)
    assert second.hold()


def test_who_ended_on_this_machine_is_not_waited_for() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = f"{leases._host()}:{process.pid}:{leases._started(process.pid)}:1"
    Consumer.objects.create(name="work", lease_owner=owner)
    Consumer.objects.filter(name="work").update(lease_until="2100-01-01T00:00:00Z")
    lease = Lease("work")
    assert not lease.hold() and (holder("work") or "").endswith(f":{process.pid}")
    process.kill()
    deadline = time.monotonic() + EVENT
    # Not reaped yet: a zombie does no work.
    while not ended(owner) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert holder("work") is None and lease.hold()
    process.wait()
    assert ended(owner)


def test_holders_elsewhere_are_waited_for() -> None:
    assert not ended("another-host/4026531836:1:5:1") and not ended("") and not ended("odd")


def test_another_process_with_the_same_id() -> None:
    host, pid, started, count = Lease("work").owner.split(":")
    assert not ended(f"{host}:{pid}:{started}:{count}")
    assert ended(f"{host}:{pid}:{int(started) - 1}:{count}")
    assert len(f"{host}:{pid}:{started}:{count}") <= 64
