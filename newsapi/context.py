"""Which request this is about: an id that log lines, errors, tasks and captures carry, to be put together by.

It is the caller's `X-Request-ID` where that is a sane one, else made here.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-ID"
MAX_LENGTH = 64
SANE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._:/+=@-]{{0,{MAX_LENGTH - 1}}}", re.ASCII)

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request that is worked on, empty where there is none."""
    return _request_id.get()


def accept(given: str | None) -> str:
    """The id of a new request: what the caller gave, unless it is too long or could be mistaken for something else."""
    return given if given is not None and SANE.fullmatch(given) else uuid.uuid4().hex


@contextmanager
def of_request(identifier: str) -> Iterator[None]:
    """Inside it `request_id` gives this one."""
    token = _request_id.set(identifier)
    try:
        yield
    finally:
        _request_id.reset(token)
