"""The change feed: everything once and in order, and a clear end where it was forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles import changefeed
from articles.changefeed import ChangesExpired
from articles.models import Change, ChangeKind, Consumer
from tests.search.changes import add, delete, document, edit

pytestmark = pytest.mark.django_db


def test_every_change_comes_once_and_in_order() -> None:
    first, second = add(document("One"), document("Two"))
    edit(first, ChangeKind.REVISED)
    delete(second)
    last = changefeed.latest()
    seen: list[tuple[Any, ...]] = []
    position = 0
    while found := changefeed.read(position, 3):
        seen += [(entry.article_id, entry.kind, entry.version) for entry in found]
        position = found[-1].seq
    assert seen == [
        (first.id, "created", 1),
        (second.id, "created", 1),
        (first.id, "revised", 2),
        (second.id, "deleted", 2),
    ]
    assert position == last
    assert changefeed.latest() == last


def test_only_the_kinds_that_were_asked_for() -> None:
    [article] = add(document())
    edit(article)
    delete(article)
    changefeed.latest()
    assert [entry.kind for entry in changefeed.read(0, 10, {"deleted", "updated"})] == ["updated", "deleted"]


def age(days: int, *articles: Any) -> None:
    Change.objects.filter(article__in=articles).update(at=timezone.now() - timedelta(days=days))


def test_old_changes_that_everybody_has_seen_are_forgotten(settings: Any) -> None:
    settings.CHANGES_DAYS = 30
    old, new = add(document(), document())
    last = changefeed.latest()
    age(31, old)
    age(29, new)
    Consumer.objects.create(name="indexer", offset=last)
    assert changefeed.forget() == 1
    assert changefeed.forget() == 0
    gone = changefeed.forgotten()
    assert [entry.article_id for entry in changefeed.read(gone, 10)] == [new.id]
    with pytest.raises(ChangesExpired) as error:
        changefeed.read(gone - 1, 10)
    assert error.value.extra["oldest"] == gone
    # Numbers go on growing, so nobody takes a new change for one that was seen.
    add(document())
    assert changefeed.latest() > last


def test_what_a_follower_has_not_seen_is_kept() -> None:
    articles = add(document(), document(), document())
    changefeed.latest()
    age(400, *articles)
    assert changefeed.forget() == 0
    seen = Change.objects.order_by("seq").values_list("seq", flat=True)
    Consumer.objects.create(name="indexer", offset=seen[0])
    Consumer.objects.create(name="ahead", offset=seen[2])
    assert changefeed.forget() == 1
    assert Change.objects.count() == 2


def test_a_younger_change_between_old_ones_keeps_those_after_it() -> None:
    first, second, third = add(document(), document(), document())
    last = changefeed.latest()
    age(400, first, third)
    Consumer.objects.create(name="indexer", offset=last)
    assert changefeed.forget() == 1
    assert [entry.article_id for entry in changefeed.read(changefeed.forgotten(), 9)] == [second.id, third.id]
