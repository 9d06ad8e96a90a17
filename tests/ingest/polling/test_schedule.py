"""When a source is polled next: always within bounds, by what it says and how often it has something new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.polling import schedule
from ingest.polling.schedule import LONGEST, SHORTEST, Wishes

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(st.lists(TIMES, max_size=40), st.lists(st.integers(0, 500), max_size=60))
def test_the_interval_stays_between_two_minutes_and_a_day(published: list[datetime], found: list[int]) -> None:
    interval = schedule.first_interval(published, NOW)
    for new in found:
        assert SHORTEST <= interval <= LONGEST
        interval = schedule.adapted(interval, new)
    assert SHORTEST <= interval <= LONGEST


def test_it_adapts_to_the_source() -> None:
    hourly = [NOW - timedelta(hours=hours) for hours in range(10)]
    assert schedule.first_interval(hourly, NOW) == 1_800
    assert schedule.first_interval([NOW - timedelta(days=40), NOW - timedelta(days=41)], NOW) == LONGEST
    interval = 1_800
    for _ in range(20):
        interval = schedule.adapted(interval, 5)
    assert interval == SHORTEST
    for _ in range(40):
        interval = schedule.adapted(interval, 0)
    assert interval == LONGEST


@given(
    st.integers(SHORTEST, LONGEST),
    st.integers(0, 10**9),
    st.frozensets(st.integers(0, 23)),
    st.frozensets(st.integers(0, 6)),
    st.floats(0, 1),
    TIMES,
)
def test_the_next_poll_is_where_the_source_wishes_it(
    interval: int, at_least: int, hours: frozenset[int], days: frozenset[int], chance: float, now: datetime
) -> None:
    at = schedule.next_poll(now, interval, Wishes(at_least, hours, days), chance)
    assert at - now >= timedelta(seconds=min(max(interval, min(at_least, LONGEST)), LONGEST))
    assert at - now <= timedelta(days=9)
    if len(hours) < 24 and len(days) < 7:
        assert at.hour not in hours
        assert at.weekday() not in days


@given(st.integers(1, 10_000), st.integers(0, LONGEST), st.none() | st.integers(0, 10**9), st.floats(0, 1))
def test_a_failure_is_tried_again_between_a_minute_and_a_week(
    failures: int, interval: int, retry_after: int | None, chance: float
) -> None:
    wait = (schedule.after_failure(NOW, failures, interval, retry_after, chance) - NOW).total_seconds()
    assert 60 <= wait <= 7 * 86_400
    assert wait >= min(retry_after or 0, 7 * 86_400)
    assert wait <= max(LONGEST, retry_after or 0)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, 3_600),
        ({"retry-after": "Fri, 20 Nov 2020 11:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "²"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: int | None) -> None:
    assert schedule.retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "public, max-age=600"}, 600),
        ({"cache-control": 'private,Max-Age="600" , must-revalidate'}, 600),
        ({"cache-control": "max-age=600", "age": "500"}, 100),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "s-maxage=600"}, 0),
        ({"cache-control": "max-age=ten"}, 0),
        ({"expires": "Fri, 20 Nov 2026 10:30:00 GMT"}, 1_800),
        ({"expires": "0"}, 0),
        ({"expires": "Fri, 20 Nov 2026 10:30:00 GMT", "cache-control": "max-age=60"}, 60),
        ({}, 0),
    ],
)
def test_how_long_an_answer_is_fresh(headers: dict[str, str], seconds: int) -> None:
    assert schedule.max_age(headers, NOW) == seconds


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_headers_of_any_kind_are_read(control: str, age: str, expires: str, retry: str) -> None:
    headers = {"cache-control": control, "age": age, "expires": expires, "retry-after": retry}
    assert schedule.max_age(headers, NOW) >= 0
    assert (schedule.retry_after(headers, NOW) or 0) >= 0
