"""Sources over REST: adding by any address, previews, tests, changing, OPML, and errors that name the field."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from rest_framework.test import APIClient

from articles.models import Article, Source
from ingest.models import Capture, SeenEntry, Subscription
from ingest.polling.poller import Poller
from newsapi import http
from tests.ingest.api import client, process, reader
from tests.ingest.polling.site import Answer, Site, feed, item
from tests.ingest.polling.site import client as outbound

pytestmark = pytest.mark.django_db
HTML = {"Content-Type": "text/html; charset=utf-8"}
HOME = """<html lang="en"><head><title>Northfield Courier</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml"></head><body>Welcome</body></html>"""


@pytest.fixture(autouse=True)
def _loopback_may_be_read() -> Iterator[None]:
    with override_settings(OUTBOUND_ALLOWED_NETWORKS=(ipaddress.ip_network("127.0.0.0/8"),)):
        http.get_client.cache_clear()
        yield
    http.get_client.cache_clear()


def add(api: APIClient, **body: Any) -> Any:
    return api.post("/v1/sources", body, format="json")


def test_a_feed_is_added_and_polled(site: Site) -> None:
    site.pages["/news.xml"] = feed(item(1), item(2))
    answer = add(client(), url=f"{site.url}/news.xml", language="en", name="Northfield Courier")
    assert answer.status_code == 201, answer.content
    source = answer.json()
    assert source["name"] == "Northfield Courier"
    assert answer.headers["Location"] == f"/v1/sources/{source['id']}"
    [polled] = source["subscriptions"]
    assert (polled["kind"], polled["language"], polled["state"]) == ("feed", "en", "active")
    Poller(outbound()).run(5.0)
    process()
    assert Article.objects.filter(source_id=source["id"]).count() == 2
    shown = reader().get(f"/v1/sources/{source['id']}").json()
    health = shown["subscriptions"][0]["health"]
    assert health["entries"] == 2
    assert health["last_success_at"] is not None
    assert health["last_error"] is None
    assert shown["polling"]["state"] == "active"


def test_a_home_page_leads_to_its_feed(site: Site) -> None:
    site.pages["/"] = Answer(HOME, headers=HTML)
    site.pages["/news.xml"] = feed(item(1))
    site.pages["/comments/feed"] = feed(item(9))
    [polled] = add(client(), url=f"{site.url}/").json()["subscriptions"]
    assert polled["url"] == f"{site.url}/news.xml"


def test_a_home_page_without_a_feed_leads_to_the_sitemap_of_robots_txt(site: Site) -> None:
    site.pages["/"] = Answer("<html><body>Welcome</body></html>", headers=HTML)
    site.pages["/robots.txt"] = f"User-agent: *\nDisallow:\nSitemap: {site.url}/map.xml\n"
    urls = f"<url><loc>{site.url}/story-1</loc></url>"
    site.pages["/map.xml"] = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    [polled] = add(client(), url=f"{site.url}/").json()["subscriptions"]
    assert (polled["kind"], polled["url"]) == ("sitemap", f"{site.url}/map.xml")


def test_with_a_kind_nothing_is_asked(site: Site) -> None:
    assert add(client(), url=f"{site.url}/later.xml", kind="feed").status_code == 201
    assert site.asked == []


def test_the_same_address_again_says_where_it_is(site: Site) -> None:
    api = client()
    first = add(api, url=f"{site.url}/a.xml", kind="feed").json()
    again = add(api, url=f"{site.url}/a.xml")
    assert again.status_code == 409
    assert (again.json()["code"], again.json()["source"]) == ("source_exists", first["id"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, None),
        ([], None),
        ({"name": "x"}, "url"),
        ({"url": 5}, "url"),
        ({"url": "not an address"}, "url"),
        ({"url": "ftp://example.org/"}, "url"),
        ({"url": "http://user:secret@example.org/"}, "url"),
        ({"url": "http://127.0.0.1/", "kind": "feeds"}, "kind"),
        ({"url": "http://127.0.0.1/", "kind": "feed", "rate": 0}, "rate"),
        ({"url": "http://127.0.0.1/", "kind": "feed", "rate": True}, "rate"),
        ({"url": "http://127.0.0.1/", "kind": "feed", "full_text": "yes"}, "full_text"),
        ({"url": "http://127.0.0.1/", "kind": "feed", "language": "english language"}, "language"),
        ({"url": "http://127.0.0.1/", "kind": "feed", "country": "GBR"}, "country"),
        ({"url": "http://127.0.0.1/", "kind": "feed", "retention_days": 0.5}, "retention_days"),
        ({"url": "http://127.0.0.1/", "kind": "feed", "section": "a\u0000b"}, "section"),
        ({"url": "http://127.0.0.1/", "kind": "feed", "state": "failing"}, "state"),
        ({"url": "http://127.0.0.1/", "langauge": "en"}, "langauge"),
        ({"url": "http://127.0.0.1/" + "a" * 3000, "kind": "feed"}, "url"),
    ],
)
def test_a_mistake_names_its_field(body: Any, field: str | None) -> None:
    answer = client().post("/v1/sources", body, format="json")
    assert answer.status_code == 422, answer.content
    assert answer.json().get("field") == field
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (Answer("nothing", 404), "http_status"),
        (Answer("error", 500), "http_status"),
        (Answer("<html><body>Hello</body></html>", headers=HTML), "no_source_found"),
        (Answer(b"\x89PNG\r\n\x1a\n\0\0\0", headers={"Content-Type": "image/png"}), "source_unreadable"),
        (Answer("", headers=HTML), "source_unreadable"),
        (Answer("", 302, {"Location": "http://169.254.169.254/latest"}), "address_refused"),
    ],
)
def test_what_cannot_be_polled_is_refused_in_words(site: Site, page: Answer, code: str) -> None:
    site.pages["/"] = page
    for path in ("/v1/sources", "/v1/sources/preview"):
        answer = client().post(path, {"url": f"{site.url}/"}, format="json")
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, "url")
    assert Source.objects.count() == 0


def test_a_private_address_is_refused() -> None:
    answer = add(client(), url="http://10.1.2.3/feed")
    assert (answer.status_code, answer.json()["code"]) == (422, "address_refused")


def test_a_preview_shows_what_would_be_read_and_keeps_nothing(site: Site) -> None:
    site.pages["/"] = Answer(HOME, headers=HTML)
    site.pages["/news.xml"] = feed(*(item(number) for number in range(30)))
    found = client().post("/v1/sources/preview", {"url": f"{site.url}/"}, format="json").json()
    assert found["found"][0] == {
        "url": f"{site.url}/news.xml",
        "kind": "feed",
        "title": "Northfield Courier",
        "entries": 30,
        "newest": None,
    }
    assert found["entry_count"] == 30
    assert found["entries"][0]["title"] == "Council speaks about matter 0"
    assert "matter 0" in found["entries"][0]["excerpt"]
    assert [model.objects.count() for model in (Source, Subscription, SeenEntry, Capture)] == [0, 0, 0, 0]


def test_a_test_says_what_is_wrong_and_keeps_nothing(site: Site) -> None:
    api = client()
    source = add(api, url=f"{site.url}/news.xml", kind="feed").json()
    [found] = api.post(f"/v1/sources/{source['id']}/test").json()["results"]
    assert (found["ok"], found["error"]["code"]) == (False, "http_status")
    site.pages["/news.xml"] = feed(item(1))
    [found] = api.post(f"/v1/sources/{source['id']}/test").json()["results"]
    assert (found["ok"], found["entry_count"]) == (True, 1)
    assert Capture.objects.count() == 0


def test_pausing_enabling_and_defaults(site: Site) -> None:
    api = client()
    site.pages["/news.xml"] = feed(item(1, guid=f"{site.url}/story-1"))
    source = add(api, url=f"{site.url}/news.xml", kind="feed").json()
    changed = api.patch(f"/v1/sources/{source['id']}", {"state": "paused", "country": "gb"}, format="json").json()
    [polled] = changed["subscriptions"]
    assert (polled["state"], polled["country"], polled["health"]["next_poll_at"]) == ("paused", "GB", None)
    assert Poller(outbound()).run(1.0) == 0
    changed = api.patch(
        f"/v1/subscriptions/{polled['id']}", {"state": "active", "full_text": True}, format="json"
    ).json()
    assert (changed["state"], changed["full_text"], changed["country"]) == ("active", True, "GB")
    assert Poller(outbound()).run(5.0) >= 1


def test_removing_ends_the_polling_and_leaves_the_articles(site: Site) -> None:
    api = client()
    site.pages["/news.xml"] = feed(item(1))
    source = add(api, url=f"{site.url}/news.xml", name="Northfield Courier").json()
    Poller(outbound()).run(5.0)
    process()
    assert api.delete(f"/v1/sources/{source['id']}").status_code == 204
    assert Subscription.objects.count() == 0
    assert Article.objects.count() == 1
    assert reader().get(f"/v1/sources/{source['id']}").json()["polling"] is None
    assert api.delete(f"/v1/sources/{source['id']}").json()["code"] == "not_polled"
    unused = add(api, url=f"{site.url}/other.xml", kind="feed", name="Meridian Tribune").json()
    assert api.delete(f"/v1/sources/{unused['id']}").status_code == 204
    assert reader().get(f"/v1/sources/{unused['id']}").status_code == 404


def test_the_list_of_sources_says_how_each_is_polled(site: Site) -> None:
    source = add(client(), url=f"{site.url}/news.xml", kind="feed", name="Northfield Courier").json()
    [shown] = reader().get("/v1/sources").json()["results"]
    assert (shown["id"], shown["count"], shown["polling"]["state"]) == (source["id"], 0, "active")


def test_the_list_of_subscriptions_goes_on(site: Site) -> None:
    api = client()
    for number in range(3):
        add(api, url=f"{site.url}/{number}.xml", kind="feed")
    first = reader().get("/v1/subscriptions?limit=2").json()
    second = reader().get(f"/v1/subscriptions?limit=2&cursor={first['next']}").json()
    assert [each["url"][-5:] for each in first["results"] + second["results"]] == ["0.xml", "1.xml", "2.xml"]
    assert second["next"] is None
    assert reader().get("/v1/subscriptions?state=failing").json()["results"] == []
    assert reader().get("/v1/subscriptions?state=broken").status_code == 400


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_what_is_not_there_is_not_found(method: str) -> None:
    for path in ("sources", "subscriptions"):
        for identifier in ("x", str(uuid.uuid4())):
            answer = getattr(client(), method)(
                f"/v1/{path}/{identifier}", {"state": "paused"} if method == "patch" else None, format="json"
            )
            assert answer.status_code == 404, answer.content


def test_opml_comes_in_and_goes_out(site: Site) -> None:
    api = client()
    opml = f"""<?xml version="1.0"?><opml version="1.0"><body><outline text="News &amp; more">
      <outline type="rss" text="One" title="Northfield &lt;Courier&gt;" xmlUrl="{site.url}/1.xml" htmlUrl="https://example.org/"/>
      <outline type="rss" text="Two" xmlUrl="{site.url}/2.xml"/></outline>
      <outline type="rss" text="Again" xmlUrl="{site.url}/1.xml"/><outline text="Odd" xmlUrl="feed:nothing"/></body></opml>"""
    done = api.post("/v1/sources/opml", opml, content_type="text/x-opml").json()
    assert (done["added"], done["known"]) == (2, 1)
    assert [(each["position"], each["reason"]["field"]) for each in done["rejected"]] == [(4, "xmlUrl")]
    out = reader().get("/v1/sources/opml")
    assert out.headers["Content-Type"].startswith("text/x-opml")
    Subscription.objects.all().delete()
    again = api.post("/v1/sources/opml", out.content, content_type="application/xml").json()
    assert (again["added"], again["rejected"]) == (2, [])
    assert set(Subscription.objects.values_list("title", flat=True)) == {"Northfield <Courier>", "Two"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense",
        "<opml><body/></opml>",
        "<rss/>",
        '<!DOCTYPE o [<!ENTITY a "b">]><opml><body><outline xmlUrl="http://example.org/&a;"/></body></opml>',
        '<!DOCTYPE o SYSTEM "http://127.0.0.1:1/x"><opml><body/></opml>',
        '<opml><outline xmlUrl="http://example.org/',
    ],
)
def test_opml_that_cannot_be_read_is_refused(body: str) -> None:
    answer = client().post("/v1/sources/opml", body, content_type="text/x-opml")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_opml")


def test_adding_needs_a_key_with_ingest(site: Site) -> None:
    assert add(reader(), url=site.url).status_code == 401
    assert add(client("read"), url=site.url).status_code == 403
