"""A receiver, and a client of the API, for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from search import names
from tests.webhooks.receiver import LOOPBACK, Receiver


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.OUTBOUND_ALLOWED_NETWORKS = LOOPBACK
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def api(tmp_path: Any, settings: Any) -> Client:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": tmp_path}}
    names.forget()
    return Client(headers={"host": "localhost"})


@pytest.fixture(autouse=True)
def _no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests match and send themselves."""
    from webhooks import waking

    monkeypatch.setattr(waking, "wake", lambda name, countdown=None: None)
