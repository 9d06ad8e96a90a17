"""Sources of a running service: its workers are killed, its Redis is wiped, and every entry comes in once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.ingest.polling.site import Answer, Asked, Site, feed, item
from tests.newsapi.roles import service, wait_for
from tests.servers.redis import Redis

pytestmark = pytest.mark.services
SITES, FEEDS, ENTRIES = 6, 10, 5


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    with ExitStack() as opened:
        made = [opened.enter_context(closing(Site())) for _ in range(SITES)]
        for number, site in enumerate(made):
            for index in range(FEEDS):
                first = (number * FEEDS + index) * ENTRIES
                site.pages[f"/{index}"] = feed(*(item(first + entry) for entry in range(ENTRIES)))
        yield made


def test_a_poller_that_is_killed_loses_and_repeats_nothing(
    sites: list[Site], tmp_path: Path, redis_server: Redis
) -> None:
    settings = {
        "REDIS_URL": redis_server.url,
        "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8",
        "NEWSAPI_POLLERS": "2",
        "NEWSAPI_LEASE": "2",
    }
    with service(tmp_path / "data", **settings) as running:
        running.start("web")
        running.start("beat")
        victim = running.start("worker", "--queues", "poll")
        running.wait_until_running()
        whole = sites[0].pages["/3"]
        assert isinstance(whole, str)
        reached: list[Asked] = []

        def kill(asked: Asked) -> Answer:
            reached.append(asked)
            if len(reached) == 1:
                for process in victim.group():
                    process.kill()
            return Answer(whole)

        sites[0].pages["/3"] = kill
        with running.client() as client:
            for site in sites:
                for index in range(FEEDS):
                    body = {"url": f"{site.url}/{index}", "kind": "feed", "name": f"Paper {site.url}"}
                    assert client.post("/v1/sources", json=body).status_code == 201
            wait_for(lambda: reached)
            redis_server.client().flushall()
            running.start("worker", "--queues", "poll")

            def polled() -> bool:
                rows = client.get("/v1/subscriptions?limit=500").json()["results"]
                return all(row["health"]["last_success_at"] for row in rows) and len(rows) == SITES * FEEDS

            wait_for(polled, 60.0)
            documents = client.get("/v1/documents?limit=1000").json()["results"]
            identifiers = [document["external_id"] for document in documents]
            assert len(identifiers) == len(set(identifiers)) == SITES * FEEDS * ENTRIES
    assert max(site.most_at_once for site in sites) == 1
