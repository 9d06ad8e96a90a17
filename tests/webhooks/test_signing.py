"""Signatures as Standard Webhooks wants them."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from newsapi.errors import InvalidParameter
from webhooks import schedule, signing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_known_vector() -> None:
    made = signing.signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.dictionaries(st.text(max_size=10), st.text(max_size=50), max_size=5))
def test_the_official_library_takes_either_secret_while_both_sign(data: dict[str, str]) -> None:
    import json

    old, new = signing.new_secret(), signing.new_secret()
    body = json.dumps(data).encode()
    headers = signing.headers([new, old], "msg_1", int(time.time()), body)
    for secret in (old, new):
        assert Webhook(secret).verify(body, headers) == data


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_***", SECRET.removeprefix("whsec_"), "whsec_" + "YWFh" * 22]
)
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(InvalidParameter):
        signing.key_of(secret)


def test_new_secrets_are_long_enough_and_different() -> None:
    some = {signing.new_secret() for _ in range(50)}
    assert len(some) == 50 and {len(signing.key_of(one)) for one in some} == {32}


def test_the_waits_grow_and_end_after_ten_tries() -> None:
    waits = [schedule.wait(tries, 0.0) for tries in range(1, 11)]
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, None]
    assert schedule.wait(1, 1.0) == pytest.approx(6.0)
    assert schedule.wait(1, 0.0, wish=60) == 60
    assert schedule.wait(1, 0.0, wish=10**9) == 86_400
    assert schedule.rest(4, 0.0) == 0 and schedule.rest(5, 0.0) == 10 and schedule.rest(6, 0.0) == 20
    assert schedule.rest(500, 0.0) == 1800
    assert timedelta(days=5) == schedule.GIVEN_UP_AFTER
