"""When a page was published, where only its look, its address or a script say."""

from __future__ import annotations

import pytest

from ingest.readers.html.traces import in_address
from tests.ingest.readers.html.pages import TEXT, page, read


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.com/2020/4/8/find", "2020-04-08"),
        ("https://example.com/20200428/find", "2020-04-28"),
        ("https://example.com/meldungen/29-10-2021", "2021-10-29"),
        ("https://example.com/find_vom_22.04.2020_am_abend", "2020-04-22"),
        ("https://example.com/08112021-online", "2021-11-08"),
        ("https://example.com/a-3177663", None),
        ("https://example.com/120200622120908039/", None),
        ("https://example.com/99992021", None),
        (None, None),
    ],
)
def test_the_day_in_an_address(url: str | None, day: str | None) -> None:
    assert in_address(url) == day


def _far(date: str) -> str:
    """A page that dates itself where no headline is near."""
    return f'<html><head><title>A find</title></head><body><div class="c">{TEXT}{TEXT}</div>{date}</body></html>'


@pytest.mark.parametrize(
    ("date", "day"),
    [
        ('<div class="article-date">3 May 2026</div>', "2026-05-03"),
        ("<p>Riverton, 3 May 2026</p>", "2026-05-03"),
        ('<script>window.page={"firstPublished":"2026-05-03T08:00:00Z"}</script>', "2026-05-03"),
        ('<div class="site-footer"><p class="date">3 May 2026</p></div>', None),
        ("<p>© Harbour Post 3 May 2026</p>", None),
    ],
)
def test_dates_far_from_the_headline(date: str, day: str | None) -> None:
    found = read(_far(date)).published_at
    assert (found.date().isoformat() if found else None) == day


def test_what_markup_says_comes_before_what_is_seen() -> None:
    draft = read(
        page(
            '<meta property="article:published_time" content="2026-05-01T08:00:00Z">', '<p class="date">3 May 2026</p>'
        )
    )
    assert draft.published_at is not None and draft.published_at.day == 1


def test_a_date_that_was_never_changed_is_the_date_of_publication() -> None:
    under = '<time class="date updated published" datetime="2026-05-03T08:00:00Z">3 May</time>'
    found = read(page(under=under)).published_at
    assert found is not None and found.day == 3
