"""Everything dies at random while articles come in (tests/services/chaos); `make chaos` does it at length."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.elasticsearch import Elasticsearch
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.services.chaos import faults
from tests.services.chaos.__main__ import ARTICLES, ROUND
from tests.services.chaos.running import run
from tests.services.chaos.world import WORKERS, World

pytestmark = pytest.mark.services

SEED = int(os.environ.get("CHAOS_SEED") or 1)


@pytest.fixture
def world(
    tmp_path: Path, postgres_server: Postgres, redis_server: Redis, elasticsearch_server: Elasticsearch
) -> Iterator[World]:
    found = World(tmp_path, postgres_server, redis_server, elasticsearch_server, SEED)
    yield found
    found.close()
    for server in (redis_server, elasticsearch_server):
        server.resume()
    if redis_server.popen is None:
        redis_server.start()
    if elasticsearch_server.popen is None:
        elasticsearch_server.start()


def test_whatever_dies_nothing_acknowledged_is_lost_and_nothing_is_twice(world: World) -> None:
    figures = run(world, SEED, ARTICLES, ROUND, rounds=1, say=lambda line: sys.stdout.write(f"{line}\n"))
    sys.stdout.write(json.dumps(figures))
    assert sum(figures["faults"][f"{name} is killed"] for name in WORKERS) == faults.KILLS
    assert figures["deleted"] > 0


def test_a_timeline_has_everything_once_and_depends_on_its_seed_only() -> None:
    steps = faults.timeline(5, ROUND)
    assert [(step.at, step.what) for step in steps] == [(step.at, step.what) for step in faults.timeline(5, ROUND)]
    assert [step.at for step in steps] != [step.at for step in faults.timeline(6, ROUND)]
    assert max(step.at for step in steps) < ROUND
    for fault in (*faults.REDIS, *faults.INDEX, *faults.DATABASE, *faults.ROLES):
        assert fault.what in {step.what for step in steps}
