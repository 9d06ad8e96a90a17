"""Redis killed, wiped, or taking connections and not answering: nothing waits for it, and nothing is lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest

from tests.bounds import EVENT, promised
from tests.newsapi.roles import Service, post, service, structured, wait_for
from tests.servers.redis import Redis

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, redis_server: Redis) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("roles") / "data"
    with service(data, REDIS_URL=redis_server.url) as made:
        made.start("worker", "--queues", "ingest,index,default")
        made.start("beat")
        made.start("web")
        made.wait_until_running()
        yield made


def test_worker_and_beat_wait_for_the_tables_that_the_web_process_makes(running: Service) -> None:
    with running.client() as client:
        location = post(client, "first")
        wait_for(structured(client, location))
        wait_for(lambda: client.get("/v1/articles", params={"q": "xylophone"}).json()["total"] == 1)


def test_redis_that_hangs_delays_nobody(running: Service, redis_server: Redis) -> None:
    with running.client() as client:
        redis_server.pause()
        try:
            locations = [post(client, f"hanging {number}") for number in range(5)]
            began = time.monotonic()
            assert client.get("/v1/articles", params={"q": "xylophone"}).status_code == 200
            assert time.monotonic() - began < promised(1.0)
        finally:
            redis_server.resume()
        for location in locations:
            wait_for(structured(client, location))


@pytest.mark.parametrize("times", [1, 2])
def test_redis_that_dies_is_missed_and_used_again(running: Service, redis_server: Redis, times: int) -> None:
    with running.client() as client:
        redis_server.kill()
        try:
            location = post(client, f"dead {times}")
        finally:
            redis_server.start()
        wait_for(structured(client, location))
        # The worker listens again: a second one does not wait for the sweeper's next turn and the mark's end.
        location = post(client, f"alive {times}")
        wait_for(structured(client, location))


def test_a_wake_up_that_is_wiped_is_made_up_for(running: Service, redis_server: Redis) -> None:
    with running.client() as client, redis_server.client() as redis:
        locations = []
        for number in range(10):
            locations.append(post(client, f"wiped {number}"))
            redis.flushall()
        for location in locations:
            wait_for(structured(client, location))


def test_each_role_ends_in_time_when_asked_to_and_leaves_nothing(running: Service) -> None:
    with running.client() as client:
        for number in range(30):
            client.post("/v1/documents", json={"text": f"Bench Post\n\nLast words {number}\n\nThe end, said {number}."})
    for role in running.roles:
        assert role.popen is not None
        began = time.monotonic()
        role.popen.send_signal(signal.SIGTERM)
        assert role.popen.wait(EVENT) == 0, role.printed()
        assert time.monotonic() - began < promised(10)
        assert not role.group()
