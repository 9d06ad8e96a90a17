"""Feeds are polled politely and each entry is captured once, whatever the feed does."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from articles.models import Article
from ingest.models import Capture, SeenEntry, Subscription, SubscriptionState
from ingest.polling import claiming
from tests.ingest.api import process
from tests.ingest.polling.site import Answer, Site, client, feed, item, make_due, poll, subscribe

pytestmark = pytest.mark.django_db


def wait(subscription: Subscription) -> timedelta:
    """How long until the next poll."""
    assert subscription.next_poll_at is not None
    return subscription.next_poll_at - timezone.now()


def documents() -> list[dict[str, str]]:
    return [orjson.loads(bytes(capture.content)) for capture in Capture.objects.order_by("id")]


def test_entries_become_articles_of_the_source(site: Site) -> None:
    more = {"link": "https://example.org/1", "author": "desk@example.org (Ann Lee)", "category": "Politics"}
    site.pages["/feed"] = feed(item(1, pubDate="Fri, 20 Nov 2026 10:00:00 GMT", **more), item(2))
    subscription = subscribe(f"{site.url}/feed", section="Politics", language="en")
    assert poll() == 1
    process()
    first, second = Article.objects.order_by("number")
    assert first.headline == "Council speaks about matter 1"
    assert first.source is not None
    assert (first.url, first.source.name) == ("https://example.org/1", "Northfield Courier")
    assert first.document["authors"] == ["Ann Lee"]
    assert first.document["published_at"] == "2026-11-20T10:00:00Z"
    assert first.document["section"]["name"] == "Politics"
    assert first.document["paragraphs"] == [
        "The council of Northfield met on Monday and spoke about matter 1 until the evening."
    ]
    assert second.external_id == "https://example.org/2"
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.ACTIVE
    assert subscription.last_success_at is not None
    assert wait(subscription) > timedelta(minutes=1)


def test_an_entry_is_captured_once_and_again_when_its_text_changes(site: Site) -> None:
    site.pages["/feed"] = feed(item(1), item(2))
    subscribe(f"{site.url}/feed")
    poll()
    site.pages["/feed"] = feed(
        item(3), item(1), item(2, text="The council of Northfield met again on Tuesday morning.")
    )
    make_due()
    poll()
    titles = [document["external_id"].rpartition("/")[2] for document in documents()]
    assert sorted(titles) == ["1", "2", "2", "3"]
    process()
    assert Article.objects.count() == 3
    assert Article.objects.get(external_id="https://example.org/2").revision == 2


def test_markup_that_changes_is_no_change(site: Site) -> None:
    site.pages["/feed"] = feed(item(1, text='They met<img src="https://ads.example/1.gif"/> there.'))
    subscribe(f"{site.url}/feed")
    poll()
    site.pages["/feed"] = feed(item(1, text='They met<img src="https://ads.example/2.gif"/> there.'))
    make_due()
    poll()
    assert Capture.objects.count() == 1


def test_what_did_not_change_is_not_sent_again(site: Site) -> None:
    site.pages["/feed"] = Answer(
        feed(item(1)), headers={"ETag": '"a1"', "Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT"}
    )
    subscription = subscribe(f"{site.url}/feed")
    poll()
    make_due()
    poll()
    assert [asked.headers.get("if-none-match") for asked in site.asked] == [None, '"a1"']
    assert site.asked[1].headers["if-modified-since"] == "Fri, 20 Nov 2026 10:00:00 GMT"
    subscription.refresh_from_db()
    assert (subscription.state, subscription.etag) == (SubscriptionState.ACTIVE, '"a1"')
    assert Capture.objects.count() == 1


def test_the_user_agent_names_instance_and_contact(site: Site) -> None:
    site.pages["/feed"] = feed()
    subscribe(f"{site.url}/feed")
    poll()
    assert "+https://example.org/us" in site.asked[0].headers["user-agent"]


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (Answer("no", 404), "http_status", "nothing at this address"),
        (Answer("no", 500), "http_status", "answers 500"),
        (Answer("<html><body>Hello</body></html>"), "not_a_feed", "HTML page"),
        (Answer(""), "source_unreadable", "empty"),
    ],
)
def test_a_failure_is_told_in_words_and_tried_again_later(site: Site, answer: Answer, code: str, words: str) -> None:
    site.pages["/feed"] = answer
    subscription = subscribe(f"{site.url}/feed")
    poll()
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.FAILING
    assert subscription.last_error is not None
    assert words in subscription.last_error["detail"]
    first = wait(subscription)
    for _ in range(6):
        make_due()
        poll()
    subscription.refresh_from_db()
    assert subscription.failures == 7
    assert wait(subscription) > 3 * first
    site.pages["/feed"] = feed(item(1))
    make_due()
    poll()
    subscription.refresh_from_db()
    assert (subscription.state, subscription.failures) == (SubscriptionState.ACTIVE, 0)


def test_retry_after_is_kept(site: Site) -> None:
    site.pages["/feed"] = Answer("later", 429, {"Retry-After": "7200"})
    subscription = subscribe(f"{site.url}/feed")
    poll()
    subscription.refresh_from_db()
    assert wait(subscription) > timedelta(minutes=119)


def test_ttl_and_max_age_are_kept(site: Site) -> None:
    site.pages["/ttl"] = feed(item(1), channel="<ttl>300</ttl>")
    site.pages["/age"] = Answer(feed(item(1)), headers={"Cache-Control": "public, max-age=14400"})
    for path in ("/ttl", "/age"):
        subscribe(f"{site.url}{path}")
    poll()
    ttl, age = Subscription.objects.order_by("-url")
    assert wait(ttl) > timedelta(minutes=299)
    assert wait(age) > timedelta(minutes=239)


def test_what_is_gone_is_paused(site: Site) -> None:
    site.pages["/feed"] = Answer("gone", 410)
    subscription = subscribe(f"{site.url}/feed")
    poll()
    subscription.refresh_from_db()
    assert (subscription.state, subscription.next_poll_at) == (SubscriptionState.PAUSED, None)
    assert "410" in subscription.state_reason


def test_a_move_for_good_is_followed_and_noted(site: Site) -> None:
    site.pages["/old"] = Answer("", 301, {"Location": "/new"})
    site.pages["/new"] = feed(item(1))
    subscription = subscribe(f"{site.url}/old")
    poll()
    subscription.refresh_from_db()
    assert (subscription.url, subscription.moved_from) == (f"{site.url}/new", f"{site.url}/old")
    assert Capture.objects.count() == 1


def test_a_move_for_now_is_followed_only(site: Site) -> None:
    site.pages["/old"] = Answer("", 302, {"Location": "/new"})
    site.pages["/new"] = feed(item(1))
    subscription = subscribe(f"{site.url}/old")
    poll()
    subscription.refresh_from_db()
    assert (subscription.url, subscription.moved_from) == (f"{site.url}/old", "")
    assert Capture.objects.count() == 1


def test_two_that_move_to_one_address_are_polled_once(site: Site) -> None:
    site.pages["/old"] = Answer("", 301, {"Location": "/new"})
    site.pages["/new"] = feed(item(1))
    old = subscribe(f"{site.url}/old")
    subscribe(f"{site.url}/new")
    poll()
    old.refresh_from_db()
    assert old.state == SubscriptionState.PAUSED
    assert "/new" in old.state_reason


def test_what_is_paused_or_removed_while_it_is_polled_stays_so(site: Site) -> None:
    subscription = subscribe(f"{site.url}/feed")

    def answer(asked: object) -> Answer:
        return Answer(feed(item(1)))

    site.pages["/feed"] = answer
    [visit] = claiming.claim(1, timezone.now())
    Subscription.objects.filter(id=subscription.id).update(state=SubscriptionState.PAUSED, next_poll_at=None)
    from ingest.polling.fetching import Polled
    from ingest.polling.storing import store

    store([Polled(visit.polls[0], client().get(subscription.url))], timezone.now())
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.PAUSED
    assert Capture.objects.count() == 0
    assert SeenEntry.objects.count() == 0


def test_entries_without_ids_of_their_own_do_not_meet_those_of_other_feeds(site: Site) -> None:
    site.pages["/a"] = feed(item(1, guid="1", link="https://example.org/a"))
    site.pages["/b"] = feed(item(2, guid="1", link="https://example.org/b"))
    subscribe(f"{site.url}/a")
    subscribe(f"{site.url}/b")
    poll()
    process()
    assert Article.objects.count() == 2


def test_an_entry_that_can_be_no_document_keeps_the_reason(site: Site) -> None:
    site.pages["/feed"] = feed("<item><guid>x</guid><title> </title></item>", item(2))
    subscribe(f"{site.url}/feed")
    poll()
    assert Capture.objects.count() == 1
    assert (SeenEntry.objects.exclude(error=None).get().error or {})["code"] == "empty_document"
