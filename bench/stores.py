"""Real PostgreSQL, Redis and Elasticsearch for a benchmark: on free ports, in temporary directories, gone with it.

Where one is missing the benchmark ends with what to install. TEST_ELASTICSEARCH_URL is used instead of a server of its own.
"""

from __future__ import annotations

import os
import re
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from uuid import uuid4

from tests.servers.elasticsearch import Elasticsearch
from tests.servers.postgres import Postgres
from tests.servers.process import Server, ServerFailed, ServerMissing
from tests.servers.redis import Redis

HEAP = "1500m"


class Roomy(Elasticsearch):
    """With a heap for 100,000 articles, on a disk, and the compiler that a server that runs for long has."""

    in_memory = False

    def environment(self) -> Mapping[str, str]:
        env = dict(super().environment())
        options = re.sub(r"-XX:TieredStopAtLevel=\d+", "", env["ES_JAVA_OPTS"])
        return {**env, "ES_JAVA_OPTS": re.sub(r"-Xm([sx])\w+", rf"-Xm\g<1>{HEAP}", options)}


@contextmanager
def elasticsearch() -> Iterator[str]:
    """The address of a SEARCH_URL with a prefix of its own, whose indices are removed at the end."""
    with ExitStack() as held:
        address = os.environ.get("TEST_ELASTICSEARCH_URL")
        if not address:
            address = held.enter_context(_started(Roomy)).url  # type: ignore[attr-defined]
        prefix = f"bench{uuid4().hex[:8]}"
        held.callback(_remove, address, prefix)
        yield f"{address}/{prefix}"


@contextmanager
def postgres() -> Iterator[str]:
    """A DATABASE_URL of an empty database."""
    with _started(Postgres) as server:
        assert isinstance(server, Postgres)
        yield server.create()


@contextmanager
def redis() -> Iterator[str]:
    """A REDIS_URL."""
    with _started(Redis) as server:
        assert isinstance(server, Redis)
        yield server.url


@contextmanager
def _started(kind: type[Server]) -> Iterator[Server]:
    try:
        server = kind()
    except ServerMissing as error:
        raise SystemExit(f"This benchmark needs {error}.") from error
    try:
        server.prepare()
        server.start()
        yield server
    except ServerFailed as error:
        raise SystemExit(str(error)) from error
    finally:
        server.close()


def request(method: str, address: str, body: bytes | None = None) -> bytes:
    """One administrative request. Raises urllib.error.HTTPError."""
    sent = urllib.request.Request(address, body, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(sent, timeout=120) as answer:
        found: bytes = answer.read()
    return found


def _remove(address: str, prefix: str) -> None:
    names = [
        line.split()[0]
        for line in request("GET", f"{address}/_cat/indices/{prefix}*?h=index").decode().split("\n")
        if line
    ]
    for name in names:
        request("DELETE", f"{address}/{name}")


def server_of(url: str) -> str:
    """The server's address of a SEARCH_URL."""
    return url.rpartition("/")[0]
