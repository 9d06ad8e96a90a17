"""Addresses on a page and the hosts of sites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.hosts import host_of, site_of
from ingest.readers.html.links import absolute
from tests.ingest.readers.html.pages import page, read


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("/a.jpg", "https://example.com/a.jpg"),
        (" b.jpg ", "https://example.com/x/b.jpg"),
        ("//cdn.example.com/a.jpg", "https://cdn.example.com/a.jpg"),
        ("mailto:jane@example.com", None),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,AAAA", None),
        ("http://[", None),
        ("http://", None),
        ("https://example.com/" + "a" * 2_000, None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_are_made_whole(url: str | None, full: str | None) -> None:
    assert absolute(url, "https://example.com/x/page") == full


@pytest.mark.parametrize(
    ("url", "host", "site"),
    [
        ("https://www.Example.com./a", "example.com", "example.com"),
        ("https://user@example.com:8443/", "example.com", "example.com"),
        ("http://localhost:8000/", "localhost", None),
        ("http://[", "", None),
        ("example.com", "", None),
        (None, "", None),
    ],
)
def test_hosts(url: str | None, host: str, site: str | None) -> None:
    assert (host_of(url), site_of(url)) == (host, site)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_address(url: str, base: str) -> None:
    found = absolute(url, base)
    assert found is None or found.startswith(("http://", "https://"))
    host_of(url)


def test_a_picture_whose_address_has_a_space_keeps_its_caption() -> None:
    figure = '<figure><img src="/two boats.jpg" alt="x"><figcaption>Two boats in the mist</figcaption></figure>'
    draft = read(
        page(after=figure + "<p>The last of the boats was sold in the spring, and nobody knows to whom it went.</p>"),
        url="https://example.com/a",
    )
    assert "![Two boats in the mist](https://example.com/two%20boats.jpg)" in (draft.body_markdown or "")
