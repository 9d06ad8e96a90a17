"""What is reported of which change, to whom, and that it is reported once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, ChangeKind, Consumer
from tests.search.changes import delete, document, edit
from tests.webhooks.api import hook, match, publish, save, send
from webhooks import matching
from webhooks.matching import CONSUMER, Matcher
from webhooks.models import Delivery, Endpoint, Event

pytestmark = pytest.mark.django_db
URL = "https://example.org/hook"
ALL = ["article.matched", "article.revised", "article.updated", "article.deleted"]


def told() -> list[tuple[str, str]]:
    """Types of events and headlines of their articles, as deliveries have them."""
    headlines = {row.id: row.document.get("headline", "") for row in Article.objects.all()}
    rows = Delivery.objects.order_by("event_id").select_related("event")
    return [(row.event.type, headlines[row.event.article_id]) for row in rows if row.event.article_id]


def test_new_articles_that_match_are_reported_once(api: Client, db: None) -> None:
    publish("Storm of yesterday")
    save(api)
    hook(api, URL)
    assert match() == 0
    publish("Storms today", "Calm today", "Storm of the evening")
    assert match() == 2 and match() == 0
    assert sorted(told()) == [("article.matched", "Storm of the evening"), ("article.matched", "Storms today")]
    assert not matching.waits()


def test_each_endpoint_gets_what_its_searches_find(api: Client, db: None) -> None:
    storm, calm = save(api, "storm"), save(api, "calm")
    hook(api, f"{URL}/both")
    hook(api, f"{URL}/one", searches=[str(calm.id)])
    hook(api, f"{URL}/none", events=["article.deleted"])
    publish("Storm after calm")
    assert match() == 3
    found = {(row.endpoint.url, row.event.search_id) for row in Delivery.objects.select_related("endpoint", "event")}
    assert found == {(f"{URL}/both", storm.id), (f"{URL}/both", calm.id), (f"{URL}/one", calm.id)}
    # Of a search that is removed nothing more is reported; of one that is put aside neither.
    send(api, "DELETE", f"/v1/searches/{calm.id}", status=204)
    send(api, "PATCH", f"/v1/searches/{storm.id}", {"active": False})
    publish("Storm after calm again")
    assert match() == 0


def test_what_becomes_of_an_article_is_reported_to_who_asks_for_it(api: Client, db: None) -> None:
    save(api)
    hook(api, URL, events=ALL)
    [article, other] = publish("Storm", "Calm")
    match()
    edit(article, ChangeKind.REVISED, document=document("The storm goes on.", headline="Storm, second edition"))
    match()
    edit(article)
    edit(other, document=document("It was the storm.", headline="Not so calm"))
    match()
    delete(article)
    match()
    assert [type_ for type_, _ in told()].count("article.matched") == 2
    types = list(Event.objects.filter(article_id=article.id).order_by("version").values_list("type", flat=True))
    assert types == ["article.matched", "article.revised", "article.updated", "article.deleted"]
    matched = list(Event.objects.filter(article_id=other.id).values_list("type", flat=True))
    assert matched == ["article.matched"]


def test_a_changed_search_asks_the_new_question(api: Client, db: None) -> None:
    search = save(api)
    hook(api, URL)
    matcher = Matcher()
    publish("Storm one")
    assert matcher.run(60).deliveries == 1
    send(api, "PATCH", f"/v1/searches/{search.id}", {"search": {"q": "calm", "published_after": "7d"}})
    publish("Storm two", "Calm two")
    assert matcher.run(60).deliveries == 1
    assert told()[-1][1] == "Calm two"


def test_old_articles_that_are_only_changed_are_no_news(api: Client, db: None) -> None:
    save(api)
    hook(api, URL)
    [article] = publish("Calm")
    match()
    edit(article, document=document("A storm.", headline="Storm"), created_at=timezone.now() - timedelta(days=90))
    assert match() == 0


def test_a_paused_endpoint_keeps_what_matches_and_a_disabled_one_can_be_replayed(api: Client, db: None) -> None:
    save(api)
    paused, disabled = hook(api, f"{URL}/paused"), hook(api, f"{URL}/disabled")
    Endpoint.objects.filter(pk=paused.pk).update(state="paused")
    Endpoint.objects.filter(pk=disabled.pk).update(state="disabled")
    publish("Storm")
    assert match() == 1 and Delivery.objects.get().endpoint_id == paused.pk
    send(api, "PATCH", f"/v1/webhooks/{disabled.pk}", {"state": "active"})
    assert send(api, "POST", f"/v1/webhooks/{disabled.pk}/replay", {"which": "all"}, 202) == {"deliveries": 1}


def test_a_batch_that_another_process_finished_is_dropped(api: Client, db: None, monkeypatch: Any) -> None:
    save(api)
    hook(api, URL)
    publish("Storm")
    late = Matcher()
    decide = late._decide

    def slow(*given: Any) -> Any:
        found = decide(*given)
        assert match() == 1
        return found

    monkeypatch.setattr(late, "_decide", slow)
    assert late.step().deliveries == 0
    assert Delivery.objects.count() == Event.objects.count() == 1


def test_a_search_that_is_removed_while_it_matches_stops_nobody(
    api: Client, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = save(api)
    save(api, "storm", name="kept")
    hook(api, URL)
    publish("Storm")
    matcher = Matcher()
    decide = matcher._decide

    def slow(*given: Any) -> Any:
        found = decide(*given)
        gone.delete()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(matcher, "_decide", slow)
        matcher.step()
    matcher.run(60)
    assert {row.event.search.name for row in Delivery.objects.select_related("event__search")} == {"kept"}  # type: ignore[union-attr]


def test_without_endpoints_the_offset_moves_on(api: Client, db: None) -> None:
    Consumer.objects.create(name=CONSUMER)
    publish("Storm")
    save(api)
    assert match() == 0 and not matching.waits()
    hook(api, URL)
    assert match() == 0
