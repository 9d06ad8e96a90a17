"""The feed says when an article of its own turns out to be another's duplicate."""

from __future__ import annotations

import pytest

from articles import changefeed
from tests.articles.test_duplicates import OTHER, WIRE, ingest, live

pytestmark = pytest.mark.django_db


def test_a_revision_that_repeats_another_article_is_merged_into_it() -> None:
    ingest(WIRE, source="wire.example")
    ingest(OTHER, headline="Another thing", source="paper.example", external_id="x")
    before = changefeed.latest()
    ingest(WIRE, source="paper.example", external_id="x")
    wire, copy = live()
    assert copy.duplicate_of == wire
    changefeed.latest()
    changes = changefeed.read(before, 10)
    assert [(change.article_id, change.kind) for change in changes] == [(copy.id, "revised"), (copy.id, "merged")]
    assert changes[-1].version == copy.version
