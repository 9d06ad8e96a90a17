"""The fixtures of real servers, and the closing block that says what could not be run and how to get it.

Each server is started once in a run, only when a test that was selected asks for it, all at the same time. What the
machine does not have is skipped; with CI set it fails.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from tests.servers.elasticsearch import Elasticsearch
from tests.servers.postgres import Postgres
from tests.servers.process import Server, ServerFailed, ServerMissing
from tests.servers.redis import Redis

RUNNING_ELASTICSEARCH = "TEST_ELASTICSEARCH_URL"
"""The address of a running Elasticsearch to use instead of starting one: for developing, not for CI."""
FIXTURES: dict[str, Callable[[], Server]] = {
    "postgres_server": Postgres,
    "redis_server": Redis,
    "elasticsearch_server": Elasticsearch,
}

DATABASE = {"db", "transactional_db"}
"""The fixtures of pytest-django that give a test the database."""
NEEDED = FIXTURES.keys() | {"chromium"}


class Starting:
    """A server on its way in a thread of its own."""

    def __init__(self, make: Callable[[], Server]) -> None:
        self.make = make
        self.server: Server | None = None
        self.error: ServerMissing | ServerFailed | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.server = self.make()
            self.server.prepare()
            self.server.start()
        except (ServerMissing, ServerFailed) as error:
            self.error = error

    def wait(self) -> Server:
        self.thread.join()
        if self.error is not None:
            raise self.error
        assert self.server is not None
        return self.server

    def close(self) -> None:
        self.thread.join()
        if self.server is not None:
            self.server.close()


class Servers:
    """What was started in this run, and what could not be."""

    def __init__(self) -> None:
        self.starting: dict[str, Starting] = {}
        self.missing: dict[str, str] = {}
        self.waiting: dict[str, int] = {}

    def begin(self, name: str) -> Starting:
        if name not in self.starting:
            self.starting[name] = Starting(FIXTURES[name])
        return self.starting[name]

    def get(self, name: str) -> Server:
        """The running server; where the machine lacks it the test is skipped, or fails with CI set."""
        try:
            return self.begin(name).wait()
        except ServerMissing as error:
            self.lack(name, str(error))

    def lack(self, name: str, how: str) -> NoReturn:
        """Skip the test, and note how to get what it needs; with CI set it fails."""
        self.missing[name] = how
        if os.environ.get("CI"):
            pytest.fail(f"CI needs {how}")
        pytest.skip(f"needs {how}")

    def close(self) -> None:
        for each in self.starting.values():
            each.close()


SERVERS = pytest.StashKey[Servers]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--only-database",
        action="store_true",
        help="only tests that use the database; with DATABASE_URL they run on another one",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--only-database"):
        using = [item for item in items if item.get_closest_marker("django_db") or DATABASE & _fixtures(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in using])
        items[:] = using


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SERVERS] = Servers()


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.config.option.collectonly:
        return
    servers = session.config.stash[SERVERS]
    for item in session.items:
        used = _fixtures(item)
        if "elasticsearch_url" in used and not os.environ.get(RUNNING_ELASTICSEARCH):
            used.add("elasticsearch_server")
        for name in NEEDED & used:
            servers.waiting[name] = servers.waiting.get(name, 0) + 1
        for name in FIXTURES.keys() & used:
            servers.begin(name)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[SERVERS].close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    servers = config.stash[SERVERS]
    if servers.missing:
        terminalreporter.section("not run, since this machine lacks something", sep="-")
        for name, how in sorted(servers.missing.items()):
            terminalreporter.line(f"{servers.waiting.get(name, 0)} tests need {how}")
        terminalreporter.line("Then run them with: make test")


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Postgres:
    """A PostgreSQL of this run. A test that stops or restarts it leaves it running."""
    server = pytestconfig.stash[SERVERS].get("postgres_server")
    assert isinstance(server, Postgres)
    return server


@pytest.fixture(scope="session")
def redis_server(pytestconfig: pytest.Config) -> Redis:
    """A Redis of this run. A test that stops or wipes it leaves it running."""
    server = pytestconfig.stash[SERVERS].get("redis_server")
    assert isinstance(server, Redis)
    return server


@pytest.fixture(scope="session")
def elasticsearch_server(pytestconfig: pytest.Config) -> Elasticsearch:
    """An Elasticsearch of this run that a test may stop, pause and restart; it leaves it running."""
    server = pytestconfig.stash[SERVERS].get("elasticsearch_server")
    assert isinstance(server, Elasticsearch)
    return server


@pytest.fixture(scope="session")
def elasticsearch_url(request: pytest.FixtureRequest) -> str:
    """The address of an Elasticsearch; take an index prefix of your own and delete it afterwards."""
    running = os.environ.get(RUNNING_ELASTICSEARCH)
    if running:
        return running.rstrip("/")
    server: Elasticsearch = request.getfixturevalue("elasticsearch_server")
    return server.url


@pytest.fixture(scope="session")
def redis_url(redis_server: Redis) -> str:
    return redis_server.url


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """An empty database of the test's own."""
    yield postgres_server.create()


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> str:
    """The path of a browser."""
    path = shutil.which("chromium")
    if path is None:
        pytestconfig.stash[SERVERS].lack("chromium", "a browser (Debian: apt install chromium)")
    return path
