"""Feeds are polled politely and each entry is captured once, whatever the feed does."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

import orjson
import pytest
from django.conf import settings
from django.utils import timezone

from articles.models import Article
from ingest.models import Capture, Host, SeenEntry, Subscription, SubscriptionState
from ingest.polling import claiming, retention
from ingest.polling.poller import Poller
from tests.ingest.api import process
from tests.ingest.polling.site import Answer, Site, client, feed, item, make_due, subscribe

pytestmark = pytest.mark.django_db


def poll() -> int:
    return Poller(client()).run(5.0)


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


def test_a_host_that_was_asked_too_often_is_left_alone(site: Site) -> None:
    for path in ("/a", "/b", "/c"):
        site.pages[path] = Answer("slowly!", 429, {"Retry-After": "600"})
        subscribe(f"{site.url}{path}")
    poll()
    assert len(site.asked) == 1
    assert Host.objects.get().busy_until > timezone.now() + timedelta(minutes=9)


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


def test_a_host_is_asked_one_request_at_a_time(site: Site) -> None:
    for number in range(8):
        site.pages[f"/{number}"] = feed(item(number))
        subscribe(f"{site.url}/{number}")
    assert poll() == 8
    assert site.most_at_once == 1
    assert Capture.objects.count() == 8


def test_a_host_that_is_visited_is_claimed_by_nobody_else(site: Site) -> None:
    subscribe(f"{site.url}/a")
    now = timezone.now()
    [visit] = claiming.claim(5, now)
    assert [each.url for each in visit.polls] == [f"{site.url}/a"]
    assert claiming.claim(5, now) == []
    # Its worker was killed: another takes over.
    assert len(claiming.claim(5, now + timedelta(seconds=settings.LEASE_SECONDS))) == 1


def test_a_host_stays_ours_as_long_as_its_visit_takes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LEASE_SECONDS", 2)
    owned: list[bool] = []

    def slowly(asked: object) -> Answer:
        time.sleep(3.0)
        return Answer(feed(item(1)))

    site.pages["/feed"] = slowly
    subscribe(f"{site.url}/feed")
    keep = claiming.keep

    def noting(hosts: Iterable[str], now: datetime) -> None:
        owned.append(not claiming.claim(1, now))
        keep(hosts, now)

    monkeypatch.setattr(claiming, "keep", noting)
    assert poll() == 1
    assert len(owned) >= 3
    assert all(owned)


def test_the_host_served_longest_ago_comes_first() -> None:
    for number in range(3):
        subscribe(f"http://127.0.0.{number + 1}/feed")
    now = timezone.now()
    Host.objects.filter(name="127.0.0.1").update(busy_until=now - timedelta(seconds=1))
    Host.objects.filter(name="127.0.0.2").update(busy_until=now - timedelta(hours=1))
    assert [visit.host for visit in claiming.claim(1, now)] == ["127.0.0.2"]


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


PAGE = """<html><head><title>{0}</title></head><body><nav><a href="/">Home</a></nav><article><h1>{0}</h1>
<p>The whole text of it is only on the page itself, where the council spoke about {0} on Monday evening.</p>
<p>Mayor Helen Sorensen said that the work would begin in spring and cost forty million euros.</p></article></body></html>"""


def test_with_full_text_the_page_is_fetched(site: Site) -> None:
    site.pages["/feed"] = feed(item(1, link=f"{site.url}/story-1", pubDate="Fri, 20 Nov 2026 10:00:00 GMT"))
    site.pages["/story-1"] = Answer(PAGE.format("Council speaks"), headers={"Content-Type": "text/html; charset=utf-8"})
    subscribe(f"{site.url}/feed", full_text=True)
    poll()
    assert site.paths() == ["/feed", "/robots.txt", "/story-1"]
    process()
    article = Article.objects.get()
    assert "Mayor Helen Sorensen" in article.document["body"]
    assert article.document["published_at"] == "2026-11-20T10:00:00Z"
    assert article.external_id == "https://example.org/1"


def test_robots_txt_keeps_us_away_from_pages_and_the_feed_s_own_text_is_taken(site: Site) -> None:
    site.pages["/robots.txt"] = "User-agent: newsapi\nDisallow: /story\n"
    site.pages["/feed"] = feed(item(1, link=f"{site.url}/story-1"))
    subscribe(f"{site.url}/feed", full_text=True)
    poll()
    assert site.paths() == ["/feed", "/robots.txt"]
    assert (SeenEntry.objects.get().error or {})["code"] == "robots_disallow"
    process()
    assert "matter 1" in Article.objects.get().document["body"]


def test_a_page_that_fails_is_tried_again_and_then_the_feed_s_own_text_is_taken(site: Site) -> None:
    site.pages["/feed"] = feed(item(1, link=f"{site.url}/story-1"))
    site.pages["/story-1"] = Answer("", 503)
    subscribe(f"{site.url}/feed", full_text=True)
    poll()
    for attempt in range(1, 4):
        row = SeenEntry.objects.get()
        assert row.attempts == attempt
        assert row.fetch_at is not None
        assert row.fetch_at > timezone.now()
        assert Capture.objects.count() == 0
        SeenEntry.objects.update(fetch_at=timezone.now())
        make_due()
        poll()
    assert Capture.objects.count() == 1
    assert SeenEntry.objects.get().fetch_at is None


def test_a_news_sitemap_is_followed(site: Site) -> None:
    now = timezone.now()
    site.pages[
        "/sitemap.xml"
    ] = f"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <sitemap><loc>{site.url}/news.xml</loc><lastmod>{now:%Y-%m-%d}</lastmod></sitemap></sitemapindex>"""

    def news(*entries: tuple[str, str]) -> Answer:
        rows = "".join(f"<url><loc>{site.url}{path}</loc><lastmod>{at}</lastmod></url>" for path, at in entries)
        return Answer(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>')

    site.pages["/news.xml"] = news(("/story-1", f"{now:%Y-%m-%d}"), ("/story-old", "2020-01-01"))
    for path in ("/story-1", "/story-2"):
        site.pages[path] = Answer(PAGE.format(f"Council speaks of {path}"), headers={"Content-Type": "text/html"})
    subscription = subscribe(f"{site.url}/sitemap.xml", kind="sitemap")
    poll()
    assert "/story-1" in site.paths()
    assert "/story-old" not in site.paths()
    site.pages["/news.xml"] = news(("/story-1", f"{now:%Y-%m-%d}"), ("/story-2", f"{now:%Y-%m-%d}"))
    site.asked.clear()
    make_due()
    poll()
    assert {"/story-2"} == {path for path in site.paths() if path.startswith("/story")}
    process()
    assert Article.objects.count() == 2
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.ACTIVE


def test_a_page_of_links_is_followed(site: Site) -> None:
    site.pages["/politics"] = Answer(
        '<html><body><a href="/politics">Politics</a><a href="/2026/11/20/council-speaks-about-bridge">'
        'Council speaks about the bridge again</a><a href="/about">About this newspaper and its people</a></body></html>',
        headers={"Content-Type": "text/html"},
    )
    site.pages["/2026/11/20/council-speaks-about-bridge"] = Answer(
        PAGE.format("Council"), headers={"Content-Type": "text/html"}
    )
    subscribe(f"{site.url}/politics", kind="page")
    poll()
    assert site.paths() == ["/robots.txt", "/politics", "/2026/11/20/council-speaks-about-bridge"]
    assert Capture.objects.count() == 1


def test_articles_are_kept_as_long_as_the_source_allows(site: Site) -> None:
    dates = [timezone.now() - timedelta(days=days) for days in (1, 5, 20)]
    items = [item(number, pubDate=f"{date:%a, %d %b %Y %H:%M:%S} GMT") for number, date in enumerate(dates)]
    site.pages["/feed"] = feed(*items)
    subscription = subscribe(f"{site.url}/feed", retention_days=10)
    poll()
    process()
    assert sorted(Article.objects.values_list("external_id", flat=True)) == [f"https://example.org/{n}" for n in (0, 1)]
    assert retention.expire(timezone.now()) == 0
    assert retention.expire(timezone.now() + timedelta(days=6)) == 1
    gone = Article.objects.get(deleted_at__isnull=False)
    assert gone.document == {}
    assert Capture.objects.count() == 1
    # It is still in the feed, and does not come in again.
    make_due()
    site.pages["/feed"] = feed(*items, channel="<ttl>5</ttl>")
    poll()
    assert Capture.objects.count() == 1
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.ACTIVE


def test_what_no_source_has_any_more_is_forgotten(site: Site) -> None:
    site.pages["/feed"] = feed(item(1), item(2))
    subscribe(f"{site.url}/feed")
    poll()
    SeenEntry.objects.filter(id=SeenEntry.objects.values_list("id")[:1]).update(
        seen_at=timezone.now() - timedelta(days=100)
    )
    assert retention.forget(timezone.now()) == 1
    assert SeenEntry.objects.count() == 1
