"""The headline as it is shown, without kickers, dates and the site's name."""

from __future__ import annotations

import pytest

from ingest.readers.html.values import without_site
from tests.ingest.readers.html.pages import HEADLINE, page, read

KICKERS = {
    "a kicker": '<span class="article__kicker">Wales</span> A find behind the mill',
    "a kicker and a hidden colon": '<span class="dachzeile">Wales</span><span class="hidden">: </span>A find behind the mill',
    "small print above": "<small>Wales</small><br>A find behind the mill",
    "a date above": '<time datetime="2026-06-17">17 June</time> A find behind the mill',
    "an element that no class names": "<b>Wales today:</b> A find behind the mill",
    "a part of it": "A find <em>behind</em> the mill",
    "parts without a space": "<span>A find</span><br><span>behind the mill</span>",
}  # fmt: skip


@pytest.mark.parametrize("name", KICKERS)
def test_what_stands_over_a_headline_is_no_part_of_it(name: str) -> None:
    assert read(page(h1=KICKERS[name])).headline == HEADLINE


def test_a_colon_of_the_headline_stays() -> None:
    assert (
        read(page(h1="<span>Altenau</span>: council saves the bridge")).headline == "Altenau: council saves the bridge"
    )


@pytest.mark.parametrize(
    "logo",
    [
        '<h1><a href="/">Harbour Post</a></h1>',
        '<h1><a href="https://harbourpost.example/" rel="home">Harbour Post</a></h1>',
        '<h1 class="site-title">Harbour Post</h1>',
    ],
)
def test_a_heading_that_leads_to_the_front_page_is_the_site(logo: str) -> None:
    html = (
        f"<html><head><title>A find behind the mill - Harbour Post</title></head><body>{logo}"
        f"<div><h2>A find behind the mill</h2>{'<p>What was found, by whom, and when it was lost.</p>' * 4}</div>"
    )
    assert read(html).headline == "A find behind the mill"


def test_a_hidden_heading_is_not_the_headline() -> None:
    html = page(
        above='<h1 class="page-title hidden">News of the day</h1>', head="<title>News of the day - Post</title>"
    )
    assert read(html).headline == HEADLINE


def test_the_only_heading_of_a_page_is_its_headline_whatever_search_engines_are_told() -> None:
    assert read(page(h1="The barrel that two children saw")).headline == "The barrel that two children saw"


@pytest.mark.parametrize(
    ("title", "host", "expected"),
    [
        ("武汉的声音：有英勇的你，才有英雄的城！-新华网", "xinhuanet.com", "武汉的声音：有英勇的你，才有英雄的城！"),
        ("A find │Harbour Post", "harbourpost.com", "A find"),
        ("A find - Championships Munich 2022", "munich2022.com", "A find"),
        ("Covid-19: a find", "harbourpost.com", "Covid-19: a find"),
    ],
)
def test_the_site_is_cut_off(title: str, host: str, expected: str) -> None:
    assert without_site(title, None, host) == expected
