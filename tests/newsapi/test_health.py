"""Liveness, readiness and metrics: what they say, and that nothing that hangs holds them up."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from ingest.models import Capture, CaptureState, Priority
from newsapi import health, metrics, probes
from newsapi.health import Waiting
from newsapi.probes import Probe, ask
from search.engines.base import EngineUnavailable
from tests.bounds import promised
from tests.search.api import Archive, archive

__all__ = ["archive"]
OUTSIDE = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    probes._last.clear()
    yield
    probes._last.clear()


@pytest.fixture
def in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probes are asked where the test's transaction is."""

    def at_once(wanted: list[Probe], within: float) -> dict[str, probes.Answer]:
        found = {}
        for probe in wanted:
            try:
                found[probe.name] = probes.Answer(probe.read(), 0.001)
            except probes.FAILURES as error:
                found[probe.name] = probes.Answer(error=probes._line(error))
        return found

    monkeypatch.setattr(health, "ask", at_once)
    monkeypatch.setattr(metrics, "ask", at_once)


def answering(monkeypatch: pytest.MonkeyPatch, **checks: object) -> None:
    """Dependencies that answer, or raise what is given for them."""

    def check(name: str) -> object:
        found = checks.get(name)
        if isinstance(found, Exception):
            raise found
        return found() if callable(found) else None

    for name, dependency in health._dependencies.items():
        made = health.Dependency(Probe(name, lambda name=name: check(name)), dependency.needed)  # type: ignore[misc]
        monkeypatch.setitem(health._dependencies, name, made)
    for name in health._queues:
        monkeypatch.setitem(health._queues, name, Probe(f"queue {name}", lambda: Waiting(3, 1.5)))


def test_liveness_asks_nothing() -> None:
    answer = Client().get("/healthz", headers={"host": "localhost"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_says_how_each_dependency_is(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch)
    answer = Client().get("/readyz", headers={"host": "localhost"}, **OUTSIDE)
    found = answer.json()
    assert (answer.status_code, found["status"]) == (200, "ok")
    assert found["dependencies"].keys() == {"database", "redis", "search"}
    assert all(each["ok"] and each["seconds"] >= 0 for each in found["dependencies"].values())
    assert found["queues"]["captures"] == {"waiting": 3, "oldest_seconds": 1.5}
    assert "changes" in found["queues"]


def test_not_ready_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, database=OperationalError("connection refused\nmore"))
    answer = Client().get("/readyz", headers={"host": "localhost"})
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert answer.json()["dependencies"]["database"]["error"] == "connection refused"
    assert int(answer.headers["Retry-After"]) > 0


def test_without_search_documents_are_still_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, search=EngineUnavailable("The cluster is away."))
    client = Client(headers={"host": "localhost"})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["dependencies"]["search"] | {"seconds": 0} == {
        "ok": False, "needed": False, "seconds": 0, "error": "The cluster is away."
    }  # fmt: skip
    assert client.get("/readyz?need=search").status_code == 503
    assert client.get("/readyz?need=redis").status_code == 200


@pytest.mark.parametrize("query", ["need=serch", "need=", "other=1", "need=redis&need=search"])
def test_what_is_asked_wrongly_is_explained(query: str) -> None:
    answer = Client().get(f"/readyz?{query}", headers={"host": "localhost"})
    assert answer.status_code == 400
    assert answer.json()["parameter"]


def test_a_dependency_that_hangs_holds_up_neither_readiness_nor_the_next_one_who_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on = threading.Event()
    calls = []
    answering(monkeypatch, search=lambda: calls.append(1) or go_on.wait(20))
    try:
        for _ in range(2):
            began = time.monotonic()
            answer = Client().get("/readyz?need=search", headers={"host": "localhost"})
            assert time.monotonic() - began < promised(2)
            assert answer.status_code == 503
            assert "no answer within" in answer.json()["dependencies"]["search"]["error"]
        assert len(calls) == 1
    finally:
        go_on.set()


def test_all_that_hangs_together_takes_no_longer_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    answering(monkeypatch, **dict.fromkeys(health._dependencies, lambda: go_on.wait(60)))
    for name in health._queues:
        monkeypatch.setitem(health._queues, name, Probe(f"hanging {name}", lambda: go_on.wait(60)))
    try:
        began = time.monotonic()
        answer = Client().get("/readyz", headers={"host": "localhost"})
        assert time.monotonic() - began < promised(2)
        assert answer.status_code == 503
        told = [*answer.json()["dependencies"].values(), *answer.json()["queues"].values()]
        assert len(told) >= 5 and all("no answer within" in each["error"] for each in told)
    finally:
        go_on.set()


def test_a_value_is_kept_for_as_long_as_it_is_worth() -> None:
    calls = []
    probe = Probe("counted", lambda: calls.append(time.sleep(0.05)) or len(calls), keep=20.0)
    assert [ask([probe], 1.0)["counted"].value for _ in range(3)] == [1, 1, 1]
    assert ask([Probe("counted", probe.read)], 1.0)["counted"].value == 2


def test_an_error_is_not_kept() -> None:
    answers = iter([OSError("away"), 5])

    def read() -> int:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    probe = Probe("trying", read, keep=1000.0)
    assert ask([probe], 1.0)["trying"].error == "away"
    assert ask([probe], 1.0)["trying"].value == 5


@pytest.mark.usefixtures("in_this_thread")
class TestMetrics:
    def scrape(self, archive: Archive) -> dict[str, float]:
        answer = archive.client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = re.findall(r"^([a-z_]+(?:\{.*\})?) (\S+)$", answer.content.decode(), re.MULTILINE)
        return {name: float(value) for name, value in lines}

    def test_articles_captures_and_queues(self, archive: Archive) -> None:
        Capture.objects.create(content=b"a", media_type="text/plain", received_at=timezone.now() - timedelta(hours=1))
        Capture.objects.create(content=b"b", media_type="text/plain", state=CaptureState.FAILED, pending=False)
        Capture.objects.create(content=b"c", media_type="text/plain", state=CaptureState.STRUCTURED, pending=False)
        Capture.objects.create(
            content=b"d", media_type="text/plain", state=CaptureState.STRUCTURED, priority=Priority.RESTRUCTURE,
            received_at=timezone.now() - timedelta(days=400),
        )  # fmt: skip
        found = self.scrape(archive)
        assert found['newsapi_captures{state="received"}'] == 1
        assert found['newsapi_captures{state="failed"}'] == 1
        assert found['newsapi_captures{state="rejected"}'] == 0
        assert found['newsapi_captures{state="structured"}'] == 2
        assert found['newsapi_queue_waiting{queue="captures"}'] == 2
        assert 3600 <= found['newsapi_queue_oldest_seconds{queue="captures"}'] < 3700
        assert found["newsapi_quarantined_articles"] == 0
        assert {'newsapi_articles{state="live"}', 'newsapi_articles{state="deleted"}'} <= found.keys()

    def test_requests_by_route_and_engine_calls(self, archive: Archive) -> None:
        name = 'newsapi_http_requests_total{method="GET",route="v1/articles",status="200"}'
        calls = 'newsapi_engine_seconds_count{call="search"}'
        before = self.scrape(archive)
        assert archive.client.get("/v1/articles?q=climate").status_code == 200
        after = self.scrape(archive)
        assert after[name] == before.get(name, 0) + 1
        assert after[calls] == before.get(calls, 0) + 1

    def test_what_callers_write_makes_no_labels(self, archive: Archive) -> None:
        for number in range(30):
            archive.client.get(f"/nothing/{number}")
            archive.client.get(f"/v1/entities/{number}")
            archive.client.generic(f"BREW{number}", "/v1/articles")
        labels = [name for name in self.scrape(archive) if "http" in name]
        assert not [name for name in labels if "nothing" in name or "BREW" in name or "/29" in name]

    def test_from_elsewhere_a_key_is_needed(self, archive: Archive) -> None:
        assert archive.client.get("/metrics", **OUTSIDE).status_code == 401
