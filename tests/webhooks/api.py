"""What tests of this room do again and again."""

from __future__ import annotations

from typing import Any

import orjson
from django.test import Client

from articles.models import Article
from tests.search.changes import add, document
from tests.webhooks.receiver import client
from webhooks.delivering import Run
from webhooks.matching import Matcher
from webhooks.models import Delivery, Endpoint, SavedSearch


def send(api: Client, method: str, address: str, body: Any = None, status: int = 200, key: str = "") -> Any:
    """The JSON of an answer with the expected status."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    content = b"" if body is None else orjson.dumps(body)
    answer = api.generic(method, address, content, "application/json", headers=headers)
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def save(api: Client, search: Any = "storm", key: str = "", **more: Any) -> SavedSearch:
    made = send(api, "POST", "/v1/searches", {"search": search, **more}, 201, key)
    return SavedSearch.objects.get(pk=made["id"])


def hook(api: Client, url: str, key: str = "", **more: Any) -> Endpoint:
    made = send(api, "POST", "/v1/webhooks", {"url": url, **more}, 201, key)
    return Endpoint.objects.get(pk=made["id"])


def publish(*headlines: str) -> list[Article]:
    """New articles."""
    return add(*(document(body=f"{headline} was in the news.", headline=headline) for headline in headlines))


def match() -> int:
    """How many deliveries came of what changed."""
    return Matcher().run(60).deliveries


def deliver() -> int:
    """How many tries there were."""
    return Run(client()).run()


def due() -> None:
    """Have what waits tried again now."""
    Delivery.objects.filter(next_at__isnull=False).update(next_at="2020-01-01T00:00:00Z")
    Endpoint.objects.update(not_before=None)
