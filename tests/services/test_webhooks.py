"""Every acknowledged article that matches reaches every live endpoint, though workers are killed and Redis is wiped."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest
import redis

from bench.articles import articles
from tests.bounds import EVENT
from tests.services.service import Service, service
from tests.webhooks.receiver import Receiver, Says, eventually

pytestmark = pytest.mark.services
COUNT = 60


def workers(running: Service) -> list[psutil.Process]:
    return [each for each in running.family() if "celery" in " ".join(each.cmdline()) and "worker" in each.cmdline()]


def kill_workers(running: Service) -> None:
    for each in workers(running):
        try:
            each.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue


def subscribe(client: httpx.Client, url: str) -> None:
    assert client.post("/v1/webhooks", json={"url": url, "payload": "ids"}).status_code == 201


def told(receiver: Receiver, path: str) -> set[str]:
    """The articles that came there."""
    return {one.json["data"]["article"]["id"] for one in receiver.of(path)}


def test_every_article_arrives_though_workers_are_killed_and_redis_is_wiped(tmp_path: Path) -> None:
    receiver = Receiver()
    receiver.says["/flapping"] = Says(500)
    settings = {"OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8", "NEWSAPI_SAMPLE": "off", "NEWSAPI_LEASE": "2"}
    try:
        with service(tmp_path / "data", **settings) as running, running.client() as client:
            assert (
                client.post("/v1/searches", json={"name": "all", "search": {"duplicates": "show"}}).status_code == 201
            )
            for path in ("/steady", "/flapping", "/dropping"):
                subscribe(client, receiver.url + path)
            receiver.says["/dropping"] = Says(drop=True)
            for number, document in enumerate(articles(COUNT, seed=7)):
                assert client.post("/v1/documents", json=document).status_code == 202
                if number % 20 == 10:
                    kill_workers(running)
                    redis.Redis(unix_socket_path=str(running.data / "redis.sock")).flushall()
                if number == COUNT // 2:
                    receiver.says.clear()
            assert eventually(lambda: client.get("/v1/articles?limit=1").json()["total"] > 0, EVENT)
            assert eventually(lambda: len(told(receiver, "/steady")) >= COUNT, EVENT), len(told(receiver, "/steady"))
            for hook in client.get("/v1/webhooks").json()["results"]:
                replay = {"which": "all"} if hook["url"].endswith(("flapping", "dropping")) else {}
                assert client.patch(hook["links"]["self"], json={"state": "active"}).status_code == 200
                assert client.post(hook["links"]["replay"], json=replay).status_code == 202
            waiting = [
                one
                for one in client.get("/v1/deliveries?state=waiting&limit=500").json()["results"]
                if one["attempts"] > 1
            ]
            for one in waiting:
                client.post(one["links"]["redeliver"])
            for path in ("/flapping", "/dropping"):
                assert eventually(lambda: len(told(receiver, path)) >= COUNT, EVENT), len(told(receiver, path))  # noqa: B023
    finally:
        receiver.close()
    for path in ("/steady", "/flapping", "/dropping"):
        ids = {one.id: one.json["data"]["article"]["id"] for one in receiver.of(path)}
        assert len(ids) == len(set(ids.values())) == COUNT
    assert len({one.id for one in receiver.got}) == COUNT


def test_listen_prints_what_a_search_finds_and_leaves_nothing_behind(tmp_path: Path) -> None:
    settings = {"OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8", "NEWSAPI_SAMPLE": "off"}
    with service(tmp_path / "data", **settings) as running, running.client() as client:
        command = [sys.executable, "-m", "newsapi.cli.main", "listen", "--search", "zeppelin", "--count", "1", "--json"]
        listening = subprocess.Popen(
            command, env=running.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            assert listening.stderr is not None and "Listening" in listening.stderr.readline()
            for headline in ("A quiet day in the harbour of Bremen", "A zeppelin over the harbour of Bremen"):
                document = {"text": f"{headline}\n\nPeople came to the harbour on Monday to look. {headline}."}
                assert client.post("/v1/documents", json=document).status_code == 202
            printed, _ = listening.communicate(timeout=EVENT)
        finally:
            listening.kill()
            listening.wait()
    assert listening.returncode == 0
    message = json.loads(printed)
    assert message["type"] == "article.matched" and "zeppelin" in message["data"]["article"]["headline"]
    with sqlite3.connect(running.data / "newsapi.sqlite3") as database:
        for table in ("webhooks_savedsearch", "webhooks_endpoint", "webhooks_event", "webhooks_delivery"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
