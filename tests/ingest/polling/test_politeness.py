"""Hosts, their pauses, and what their robots.txt says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.polling.politeness import host_of, pause
from ingest.polling.robots import Robots, address

SITE = "https://example.org"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.ORG/feed", "example.org"),
        ("https://example.org:443/feed", "example.org"),
        ("http://example.org:8080/", "example.org:8080"),
        ("http://[2001:db8::1]:80/x", "[2001:db8::1]"),
        ("https://example.org./x", "example.org"),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "rate", "delay", "seconds"),
    [
        ("example.org", None, 0.0, 1.0),
        ("example.org", 6.0, 0.0, 10.0),
        ("example.org", 600.0, 0.0, 0.1),
        ("example.org", 600.0, 5.0, 5.0),
        ("127.0.0.1:8000", None, 0.0, 0.0),
        ("[::1]", None, 0.0, 0.0),
        ("10.2.3.4", None, 2.0, 2.0),
        ("localhost:81", None, 0.0, 0.0),
        ("93.184.216.34", None, 0.0, 1.0),
    ],
)
def test_the_pause_between_two_requests(host: str, rate: float | None, delay: float, seconds: float) -> None:
    assert pause(host, rate=rate, crawl_delay=delay) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        (Robots(404), "/a", True),
        (Robots(403), "/a", True),
        (Robots(500), "/a", False),
        (Robots(0), "/a", False),
        (Robots(200, ""), "/a", True),
        (Robots(200, "User-agent: *\nDisallow: /private"), "/private/a", False),
        (Robots(200, "User-agent: *\nDisallow: /private"), "/public", True),
        (Robots(200, "User-agent: NewsAPI\nDisallow: /\n\nUser-agent: *\nAllow: /"), "/a", False),
        (Robots(200, "User-agent: *\nDisallow: /\n\nUser-agent: newsapi\nDisallow:"), "/a", True),
        (Robots(200, "User-agent: *\nDisallow: /*.php$\nAllow: /open/*.php$"), "/open/a.php", True),
        (Robots(200, "<html>not a robots.txt</html>"), "/a", True),
    ],
)
def test_what_a_robots_txt_allows(robots: Robots, path: str, allowed: bool) -> None:
    assert robots.allows(SITE + path) is allowed


def test_its_delays_and_sitemaps() -> None:
    text = "User-agent: *\nCrawl-delay: 7\nSitemap: https://example.org/news.xml\nSitemap: https://example.org/all.xml"
    assert Robots(200, text).delay == 7.0
    assert Robots(200, text).sitemaps == ("https://example.org/news.xml", "https://example.org/all.xml")
    assert Robots(200, "User-agent: *\nCrawl-delay: 86400").delay == 120.0
    assert Robots(200, "User-agent: *\nRequest-rate: 1/30s").delay == 30.0
    assert address("https://example.org:8443/a/b?c=d") == "https://example.org:8443/robots.txt"


@given(st.text(max_size=300))
def test_any_robots_txt_can_be_read(text: str) -> None:
    robots = Robots(200, text)
    assert robots.allows(f"{SITE}/a") in (True, False)
    assert robots.delay >= 0
    assert isinstance(robots.sitemaps, tuple)
