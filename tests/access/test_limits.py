"""Limits of keys: exact in one process, shared between several, and never in the way."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from redis.exceptions import RedisError

from access import limits as module
from access import services
from access.limits import Limits
from access.models import ApiKey, KeyUsage
from newsapi.errors import InvalidParameter
from newsapi.ids import new_id

AT = 1_800_000_000.0
ASKED = "/v1/topics/politics"


@pytest.fixture(autouse=True)
def _alone() -> None:
    module.limits.forget()


def key(rate: int | None = None, quota: int | None = None) -> ApiKey:
    return ApiKey(id=new_id(), name="test", rate=rate, quota=quota)


@given(st.integers(1, 30), st.integers(1, 60))
def test_exactly_so_many_in_a_minute(rate: int, asked: int) -> None:
    here, mine = Limits(), key(rate)
    found = [here.take(mine, AT)[0] for _ in range(asked)]
    assert found == [n < rate for n in range(asked)]
    allowed, [left] = here.take(mine, AT + 60)
    assert allowed and left.left == rate - 1


def test_days_and_minutes_count_apart_and_the_refused_do_not_count() -> None:
    here, mine = Limits(), key(2, 5)
    allowed = [here.take(mine, AT + 30 * n)[0] for n in range(12)]
    assert allowed.count(True) == 5
    _, left = here.take(mine, AT + 400)
    assert [(one.name, one.left) for one in left] == [("minute", 2), ("day", 0)]
    assert 0 < left[0].resets <= 60 < left[1].resets <= 86_400


def test_no_limit_is_none(settings: Any) -> None:
    settings.RATE_LIMIT, settings.DAILY_QUOTA = 5, 0
    here = Limits()
    assert here.take(key(0), AT) == (True, [])
    assert [one.limit for one in here.take(key(), AT)[1]] == [5]


def test_threads_do_not_slip_through() -> None:
    here, mine = Limits(), key(100)
    allowed: list[bool] = []

    def ask() -> None:
        for _ in range(50):
            allowed.append(here.take(mine, AT)[0])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert allowed.count(True) == 100


class Shared:
    """As much of Redis as is used."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}

    def pipeline(self, transaction: bool) -> Pipeline:
        return Pipeline(self.values)


class Pipeline:
    def __init__(self, values: dict[str, int]) -> None:
        self.values = values
        self.found: list[Any] = []

    def incrby(self, name: str, amount: int) -> None:
        self.values[name] = self.values.get(name, 0) + amount
        self.found.append(self.values[name])

    def expire(self, name: str, seconds: int) -> None:
        self.found.append(True)

    def execute(self) -> list[Any]:
        return self.found


def test_processes_tell_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Shared()
    monkeypatch.setattr("newsapi.wakeups.client", lambda: shared)
    here, there, mine = Limits(), Limits(), key(10)
    for _ in range(4):
        here.take(mine, AT)
        there.take(mine, AT)
    for each in (here, there, here, there, here):
        each._tell()
    assert [here.take(mine, AT)[1][0].left for _ in range(1)] == [1]
    assert there.take(mine, AT)[1][0].left == 1
    for each in (here, there, here):
        each._tell()
    assert not here.take(mine, AT)[0]


def test_without_redis_each_counts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise RedisError("away")

    monkeypatch.setattr("newsapi.wakeups.client", away)
    here, mine = Limits(), key(1)
    assert here.take(mine, AT)[0]
    here._tell()
    assert not here.take(mine, AT)[0]


@pytest.mark.django_db
def test_days_survive_a_start() -> None:
    row, _ = services.create_key("test", ["read"], quota=10)
    here = Limits()
    for _ in range(4):
        here.take(row, AT)
    here.write()
    here.take(row, AT)
    here.write()
    assert KeyUsage.objects.get().requests == 5
    again = Limits()
    again.take(row, AT)
    again.write()
    assert again.take(row, AT)[1][-1].left == 10 - 7
    again.write()
    assert KeyUsage.objects.get().requests == 7


@pytest.mark.django_db
def test_a_key_of_its_own_limits_gets_headers_and_a_429() -> None:
    _, secret = services.create_key("small", ["read"], rate=3, quota=100)
    client = Client(headers={"host": "localhost", "x-api-key": secret})
    for left in (2, 1, 0):
        answer = client.get(ASKED)
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"minute";q=3;w=60, "day";q=100;w=86400'
        assert re.fullmatch(rf'"minute";r={left};t=\d+, "day";r=\d+;t=\d+', answer.headers["RateLimit"])
    refused = client.get(ASKED)
    assert refused.status_code == 429
    problem = refused.json()
    assert (problem["code"], problem["limit"], problem["window"]) == ("rate_limited", 3, 60)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"minute";r=0;')
    assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_this_machine_without_a_key_is_not_counted() -> None:
    answer = Client(headers={"host": "localhost"}).get(ASKED)
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


@pytest.mark.django_db
def test_a_key_learns_about_itself() -> None:
    row, secret = services.create_key("mine", ["read", "ingest"], quota=50)
    client = Client(headers={"host": "localhost", "x-api-key": secret})
    client.get(ASKED)
    found = client.get("/v1/keys/me").json()
    assert (found["id"], found["name"], found["scopes"]) == (str(row.id), "mine", ["read", "ingest"])
    assert found["limits"]["day"]["limit"] == 50
    assert found["limits"]["day"]["left"] == 48
    assert found["usage"][0]["requests"] == 2
    assert secret not in str(found)
    refused = Client(headers={"host": "localhost"}).get("/v1/keys/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")


@pytest.mark.django_db
def test_a_request_costs_no_query(django_assert_num_queries: Any) -> None:
    row, secret = services.create_key("mine", ["read"])
    client = Client(headers={"host": "localhost", "x-api-key": secret})
    client.get(ASKED)
    with django_assert_num_queries(0):
        assert client.get(ASKED).headers["RateLimit"]
    with pytest.raises(InvalidParameter):
        services.create_key("", ["read"])
    assert row.rate is None
