"""Several processes on one archive: nothing is done twice, nothing is left out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.ingest.worker import BODIES

ROOT = Path(__file__).parents[2]
WORKERS = 3


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {**kept, "NEWSAPI_DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "newsapi.settings", **settings}


def worker(env: dict[str, str], action: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.ingest.worker", action]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, text=True)


def test_processes_side_by_side_make_no_doubles(tmp_path: Path) -> None:
    check(environment(tmp_path))


def test_nor_do_they_on_postgres(tmp_path: Path, postgres_url: str) -> None:
    check(environment(tmp_path, DATABASE_URL=postgres_url))


def check(env: dict[str, str]) -> None:
    assert worker(env, "fill").wait(120) == 0
    workers = [worker(env, "work") for _ in range(WORKERS)]
    for each in workers:
        assert each.stdout is not None and each.stdout.readline() == "ready\n"
    for each in workers:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    shares = [int(each.communicate(timeout=120)[0]) for each in workers]
    assert sum(shares) == BODIES * 4
    found = json.loads(worker(env, "report").communicate(timeout=120)[0])
    assert found == {
        "states": {"structured": BODIES * 3, "duplicate": BODIES},
        "numbers": True,
        "articles": BODIES * 3,
        "doubles": 0,
        "originals": True,
        "older": True,
        "changes": BODIES * 3,
        "entities": 1 + BODIES,
        "sources": 3,
        "attempts": 1,
    }
