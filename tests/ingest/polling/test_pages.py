"""Pages are fetched: those of entries, of sitemaps and those that a page links to."""

from __future__ import annotations

import pytest
from django.utils import timezone

from articles.models import Article
from ingest.models import Capture, SeenEntry, SubscriptionState
from tests.ingest.api import process
from tests.ingest.polling.site import Answer, Site, feed, item, make_due, poll, subscribe

pytestmark = pytest.mark.django_db

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
