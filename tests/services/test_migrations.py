"""Migrations go forward over data, on both databases, and say the same as the models."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.role import environment

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[2]
DATABASES = ("sqlite", "postgres")


def address(database: str, data: Path, request: pytest.FixtureRequest) -> str:
    if database == "sqlite":
        return f"sqlite:///{data / 'newsapi.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


def python(*arguments: str, data: Path, url: str) -> subprocess.CompletedProcess[bytes]:
    env = {**environment(data, DATABASE_URL=url), "DJANGO_SETTINGS_MODULE": "newsapi.settings"}
    return subprocess.run([sys.executable, *arguments], env=env, cwd=ROOT, capture_output=True, timeout=120)


@pytest.mark.parametrize("database", DATABASES)
def test_every_migration_keeps_the_rows_of_all_states_before_it(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    done = python("-m", "tests.services.migrating", data=tmp_path, url=address(database, tmp_path, request))
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    found = json.loads(done.stdout)
    assert (found["problems"], found["left"]) == ([], 0)
    assert found["vendor"] == {"sqlite": "sqlite", "postgres": "postgresql"}[database]
    assert {"articles.Article", "ingest.Capture", "articles.Change", "access.ApiKey"} <= set(found["rows"])
    assert set(found["rows"].values()) == {3}


def test_no_model_differs_from_its_migrations(tmp_path: Path) -> None:
    done = python("manage.py", "makemigrations", "--check", "--dry-run", data=tmp_path, url=f"sqlite:///{tmp_path}/x")
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
