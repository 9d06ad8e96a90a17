"""Commands of who runs the service: migrate, key, status, and roles that are asked for wrongly."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from newsapi import health, metrics
from newsapi.env import BASE_DIR
from newsapi.health import Waiting
from newsapi.probes import Answer
from newsapi.serving.data_dir import StartError
from newsapi.serving.roles import QUEUES, read_queues
from tests.servers.process import free_port
from tests.services.role import environment
from tests.services.service import run

COMMAND = [sys.executable, "-m", "newsapi.cli.main"]


@pytest.mark.services
def test_several_that_prepare_one_database_at_once_take_turns(tmp_path: Path, postgres_url: str) -> None:
    places = [tmp_path / str(number) for number in range(3)]
    begun = [
        subprocess.Popen([*COMMAND, "migrate"], env=environment(place, DATABASE_URL=postgres_url), stderr=-1)
        for place in places
    ]
    said = [process.communicate(timeout=120)[1].decode() for process in begun]
    assert [process.returncode for process in begun] == [0, 0, 0], said
    assert sum((place / "api-key").exists() for place in places) == 1


@pytest.mark.services
def test_keys_by_name_and_a_status_of_what_does_not_run(tmp_path: Path) -> None:
    env = environment(tmp_path / "data", NEWSAPI_PORT=str(free_port()))
    assert run("migrate", env=env).returncode == 0
    made = run("key", "create", "the reader", env=env)
    assert made.returncode == 0
    assert made.stdout.startswith(b"nk_")
    assert run("key", "revoke", "the reader", env=env).returncode == 0
    again = run("key", "revoke", "the reader", env=env)
    assert again.returncode == 1
    assert b"the reader" in again.stderr
    status = run("status", env=env)
    assert status.returncode == 3
    said = status.stdout.decode()
    assert "not running" in said
    assert "redis     does not answer" in said
    assert "up to date" in said


@pytest.mark.parametrize("text", ["ingets", "ingest,nothing", "", ","])
def test_queues_that_there_are_not(text: str) -> None:
    with pytest.raises(StartError, match=r"ingest, index, deliver, poll, default"):
        read_queues(text)


@pytest.mark.services
def test_a_worker_of_no_queue_is_told_what_there_is(tmp_path: Path) -> None:
    done = run("serve", "--role", "worker", "--queues", "", env=environment(tmp_path / "data"))
    assert done.returncode == 2
    said = done.stderr.decode().splitlines()
    assert len(said) == 1
    assert "give some of ingest, index, deliver, poll, default, or leave it out" in said[0]


def test_queues_are_read_once_each() -> None:
    assert read_queues(" ingest, default,ingest") == ("ingest", "default")
    assert read_queues(",".join(QUEUES)) == QUEUES


def test_every_metric_is_in_the_guide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "ask", lambda probes, within: {each.name: Answer({"": 0.0}) for each in probes})
    monkeypatch.setattr(health, "ask", lambda probes, within: {each.name: Answer(Waiting(0, 0.0)) for each in probes})
    guide = (BASE_DIR / "docs" / "operations.md").read_text()
    documented = set(re.findall(r"^\| `(newsapi_[a-z_]+)` \|", guide, re.MULTILINE))
    own = {f"{each.name}_total" if each.type == "counter" else each.name for each in metrics.registry.collect()}
    assert own == documented
