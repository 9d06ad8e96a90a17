"""The sample archive is as a reader expects it, whatever the hour of the first start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.documents import parse_document, parse_time
from ingest.sample import documents
from ingest.structuring import as_json, structure


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_nothing_is_published_after_it_was_received_or_later_than_now(hour: int) -> None:
    now = datetime(2026, 11, 22, hour, 5, tzinfo=UTC)
    inputs = documents(now)
    assert len(inputs) >= 60
    found = [as_json(structure(parse_document(given))) for given in inputs]
    assert len({article["source"]["name"] for article in found}) == 8
    assert len({article["language"]["code"] for article in found}) == 4
    for given, article in zip(inputs, found, strict=True):
        published = parse_time(article["published_at"] or given["received_at"])
        assert now - timedelta(days=32) < published <= parse_time(given["received_at"]) <= now, article["headline"]
