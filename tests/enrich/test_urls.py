"""The canonical form of an address: what leads to the same page, and what does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.urls import canonical

PAGE = "https://example.com/news/2026/a-bridge"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/news/2026/a-bridge",
        "HTTPS://WWW.Example.COM:443/news/2026/a-bridge/",
        "https://m.example.com/news/2026/a-bridge",
        "https://amp.example.com/news/2026/a-bridge",
        "https://mobile.example.com/news/2026/a-bridge#comments",
        "https://example.com/news/2026/a-bridge/amp/",
        "https://example.com/amp/news/2026/a-bridge",
        "https://example.com/news/2026/a-bridge.amp",
        "https://example.com/news/2026/a-bridge/amp.html",
        "https://example.com/m/news/2026/a-bridge",
        "https://example.com/news/2026/a-bridge/print",
        "https://example.com/news/2026/a-bridge/index.html",
        "https://example.com/news//2026/./x/../a-bridge",
        "https://example.com/news/2026/a-bridge;jsessionid=0A1B",
        "https://example.com/news/2026/a-bridge?utm_source=rss&utm_medium=feed",
        "https://example.com/news/2026/a-bridge?fbclid=IwAR0&gclid=x&mc_cid=1&igshid=2&at_medium=RSS",
        "https://example.com/news/2026/a-bridge?amp=1&ref=homepage&outputType=amp",
        "https://example.com/news/2026/a-bridge?&amp;utm_campaign=x",
        "https://example-com.cdn.ampproject.org/c/s/example.com/news/2026/a-bridge/amp",
        "https://www.google.com/amp/s/amp.example.com/news/2026/a-bridge",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fnews%2F2026%2Fa-bridge%3Ffbclid%3Dx&h=AT0",
        " https://example.com/news/2026/%61-bridge ",
    ],
)
def test_variants_of_one_address(url: str) -> None:
    assert canonical(url) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/?p=12", "https://example.com/?p=13"),
        ("https://example.com/a?page=2", "https://example.com/a"),
        ("https://example.com/a?id=1&ref=17", "https://example.com/a?id=1&ref=18"),
        ("https://example.com/A", "https://example.com/a"),
        ("https://example.com:8080/a", "https://example.com/a"),
        ("https://news.example.com/a", "https://sport.example.com/a"),
        ("https://example.com/#!/story/1", "https://example.com/#!/story/2"),
        ("https://example.com/a%2520b", "https://example.com/a%20b"),
        ("https://amp.dev/a", "https://dev/a"),
    ],
)
def test_addresses_of_different_pages(one: str, other: str) -> None:
    assert canonical(one) and canonical(other) and canonical(one) != canonical(other)


@pytest.mark.parametrize(
    "url",
    ["", None, "https://example.com", "http://www.example.com/?utm_source=x", "https://example.com/index.html",
     "ftp://example.com/a", "mailto:a@example.com", "//example.com/a", "https://[::1/a", "https://example.com:99999/a",
     "https:///a", "example.com/a"],
)  # fmt: skip
def test_what_names_no_page(url: str | None) -> None:
    assert canonical(url) == ""


def test_the_order_of_parameters_and_the_way_they_are_escaped_do_not_count() -> None:
    assert canonical("https://example.com/a?b=%7e&a=ü+x") == canonical("https://example.com/a?a=%C3%BC%20x&b=~")
    assert canonical("https://bücher.example/ä") == canonical("https://xn--bcher-kva.example/%c3%a4")


@given(
    st.one_of(
        st.text(max_size=60), st.text("htps:/.?&=#%;amp1-_wé中[]@", max_size=60).map("https://a.example/".__add__)
    )
)
def test_any_text_has_one_canonical_form(url: str) -> None:
    found = canonical(url)
    assert canonical(found) == found


@given(
    st.lists(st.text("abcé%/.-", min_size=1, max_size=8), min_size=1, max_size=4),
    st.sampled_from(["utm_source=a", "fbclid=1", "gclid=x&utm_id=2", "at_campaign=z"]),
)
def test_tracking_parameters_change_nothing(segments: list[str], tracking: str) -> None:
    url = "https://example.com/" + "/".join(segments)
    assert canonical(f"{url}?{tracking}") == canonical(url)
