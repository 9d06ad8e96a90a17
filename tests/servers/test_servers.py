"""The servers themselves: they start, survive what is done to them, and leave nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import psycopg
import pytest
from redis.exceptions import RedisError

from tests.servers import elasticsearch
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[2]

KILLED = """
import os, signal, sys
from tests.servers.redis import Redis
server = Redis()
server.start()
print(server.popen.pid, server.directory, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_elasticsearch_is_there(elasticsearch_url: str) -> None:
    with urllib.request.urlopen(f"{elasticsearch_url}/_cluster/health", timeout=5) as answer:
        assert answer.status == 200


def test_postgres_and_redis_are_there(postgres_url: str, redis_server: Redis) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.info.server_version >= 150000
    assert redis_server.client().ping()


def test_what_was_committed_outlives_an_immediate_restart(postgres_server: Postgres) -> None:
    url = postgres_server.create()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        postgres_server.restart_immediately()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_a_paused_server_answers_nobody(redis_server: Redis) -> None:
    redis_server.pause()
    try:
        with pytest.raises(RedisError):
            redis_server.client().ping()
    finally:
        redis_server.resume()
    redis_server.wait_until_answers()


def test_a_run_that_is_killed_leaves_no_server_behind() -> None:
    run = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == -signal.SIGKILL, run.stderr
    pid, directory = run.stdout.split()
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(pid)).wait(10)
    server = Redis()
    server.close()
    assert not Path(directory).exists()
    assert not server.directory.exists()


def test_a_command_runs_beside_a_database_of_its_own(postgres_server: Postgres) -> None:
    code = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']); raise SystemExit(3)"
    run = subprocess.run([sys.executable, "-m", "tests.servers.postgres", sys.executable, "-c", code], timeout=60)
    assert run.returncode == 3


def run_without(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A test of Elasticsearch on a machine that has neither Java nor Maven."""
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "JAVA_HOME", "ES_JAVA_HOME")}
    env = {**kept, "PATH": str(tmp_path), "TEST_ELASTICSEARCH_URL": "", **settings}
    command = [sys.executable, "-m", "pytest", __file__, "-k", "elasticsearch_is_there"]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_what_cannot_be_run_is_said_at_the_end_with_how_to_get_it(tmp_path: Path) -> None:
    run = run_without(tmp_path)
    assert run.returncode == 0, run.stdout
    assert "1 skipped" in run.stdout
    assert f"1 tests need {elasticsearch.HOW}" in run.stdout.splitlines()


def test_what_cannot_be_run_is_a_failure_in_ci(tmp_path: Path) -> None:
    run = run_without(tmp_path, CI="true")
    assert run.returncode == 1
    assert f"CI needs {elasticsearch.HOW}" in run.stdout
