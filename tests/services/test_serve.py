"""The two commands on a fresh machine: what `newsapi serve` promises, tried on the real thing."""

from __future__ import annotations

import re
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bounds import EVENT, promised
from tests.servers.process import free_port
from tests.services.role import environment
from tests.services.service import Service, run, service

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service") / "data") as found:
        yield found


def test_the_first_start_prints_what_a_newcomer_needs(running: Service) -> None:
    assert running.address in running.printed
    assert str(running.data) in running.printed
    assert running.key in running.printed
    assert stat.S_IMODE((running.data / "api-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((running.data / "secret-key").stat().st_mode) == 0o600


def test_the_three_curl_lines_work_when_pasted(running: Service) -> None:
    lines = re.findall(r"^\s*(curl .+)$", running.printed, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        done = subprocess.run(["sh", "-c", line + " -sS -f"], capture_output=True, timeout=30)
        assert done.returncode == 0, (line, done.stderr, done.stdout)
        assert done.stdout.startswith(b"{")


def test_the_sample_archive_is_there_and_searchable(running: Service) -> None:
    with running.client() as client:
        answer = client.get("/v1/articles", params={"limit": 100}).json()
        assert answer["total"] >= 60
        by_source = client.get("/v1/aggregations", params={"by": "source"}).json()
        assert len(by_source["buckets"]) >= 8
        by_language = client.get("/v1/aggregations", params={"by": "language"}).json()
        assert {bucket["key"] for bucket in by_language["buckets"]} >= {"en", "de", "es", "sq"}
        found = client.get("/v1/articles", params={"q": "otters"}).json()
        assert found["total"] >= 1
        assert "Otters are back in the Ashbrook after sixty years" in [a["headline"] for a in found["results"]]


def test_a_post_is_searchable_within_two_seconds(running: Service) -> None:
    text = (
        "Bench Post\n\nTown rejoices over xylophone\n\nThe town of Leeds has a new xylophone, the mayor said on Friday."
    )
    with running.client() as client:
        posted = client.post("/v1/documents", json={"text": text}, headers={"Prefer": "wait=60"})
        assert posted.status_code == 201, posted.text
        deadline = time.monotonic() + promised(2)
        while (total := client.get("/v1/articles", params={"q": "xylophone"}).json()["total"]) == 0:
            assert time.monotonic() < deadline
        assert total == 1


def test_a_second_instance_on_the_same_data_is_refused_in_one_line(running: Service) -> None:
    done = run("serve", env=environment(running.data, NEWSAPI_PORT=str(free_port())))
    assert done.returncode != 0
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert str(running.process.pid) in done.stderr.decode()


def test_a_taken_port_is_refused_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", env=environment(tmp_path / "data", NEWSAPI_PORT=str(taken.getsockname()[1])))
    assert done.returncode != 0
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert "NEWSAPI_PORT" in done.stderr.decode()


def test_an_unwritable_data_directory_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("serve", env=environment(tmp_path / "file" / "data", NEWSAPI_PORT=str(free_port())))
    assert done.returncode != 0
    assert len(done.stderr.decode().strip().splitlines()) == 1
    assert "NEWSAPI_DATA_DIR" in done.stderr.decode()


def test_the_next_start_is_fast_and_keeps_everything(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with service(data, NEWSAPI_SAMPLE="off") as first, first.client() as client:
        key, secret = first.key, (data / "secret-key").read_text()
        text = (
            "Bench Post\n\nTown keeps its xylophone\n\nThe town of Leeds keeps its xylophone, the mayor said on Friday."
        )
        posted = client.post("/v1/documents", json={"text": text}, headers={"Prefer": "wait=60"})
        assert posted.status_code == 201
        assert first.stop(signal.SIGINT) < 10
    with service(data, NEWSAPI_SAMPLE="off") as second, second.client() as client:
        assert second.seconds_to_start < promised(20)  # 5 s on a quiet machine (bench start)
        assert (second.key, (data / "secret-key").read_text()) == (key, secret)
        assert client.get("/v1/articles", params={"q": "xylophone"}).json()["total"] == 1


def test_a_kill_of_the_supervisor_leaves_no_process_behind(tmp_path: Path) -> None:
    with service(tmp_path / "data", NEWSAPI_SAMPLE="off") as running:
        assert len(running.family()) > 4
        running.stop(signal.SIGKILL)


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    with service(tmp_path / "data", NEWSAPI_SAMPLE="off") as running:
        indexer = next(p for p in running.family() if "newsapi.cli.indexer" in p.cmdline())
        indexer.kill()
        running._wait_until_printed("indexer ended with signal SIGKILL, restarting")
        text = "Bench Post\n\nTown loses xylophone\n\nThe town of Leeds lost its xylophone, the mayor said on Friday."
        with running.client() as client:
            client.post("/v1/documents", json={"text": text})
            deadline = time.monotonic() + EVENT
            while client.get("/v1/articles", params={"q": "xylophone"}).json()["total"] == 0:
                assert time.monotonic() < deadline


def test_backup_while_running_and_restore(running: Service, tmp_path: Path) -> None:
    archive = tmp_path / "archive.tar.gz"
    done = run("backup", str(archive), env=running.env)
    assert done.returncode == 0, done.stderr
    other = tmp_path / "other"
    env = environment(other, NEWSAPI_PORT=str(free_port()))
    restored = run("restore", str(archive), env=env)
    assert restored.returncode == 0, restored.stderr
    assert run("restore", str(archive), env=env).returncode == 1
    assert (other / "api-key").read_text() == (running.data / "api-key").read_text()
    with running.client() as before, service(other) as copy, copy.client() as after:
        assert after.get("/v1/articles").json()["total"] == before.get("/v1/articles").json()["total"] > 0
        text = "Bench Post\n\nTown finds xylophone\n\nThe town of Leeds found its xylophone, the mayor said on Friday."
        began = time.monotonic()
        after.post("/v1/documents", json={"text": text}, headers={"Prefer": "wait=60"}).raise_for_status()
        while after.get("/v1/articles", params={"q": "xylophone"}).json()["total"] == 0:
            assert time.monotonic() < began + EVENT


def test_status_tells_what_is_there(running: Service) -> None:
    done = run("status", env=running.env)
    assert done.returncode == 0
    assert "running" in done.stdout.decode()
    assert "structured" in done.stdout.decode()
