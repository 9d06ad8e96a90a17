"""News organisations are found by name, other name, acronym, domain and subdomain."""

from __future__ import annotations

import time

import pycountry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich import publishers


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("The Guardian", "The Guardian"),
        ("guardian", "The Guardian"),
        ("THE GUARDIAN", "The Guardian"),
        ("theguardian.com", "The Guardian"),
        ("https://www.theguardian.com/world/2026/jun/18/x?y=1#z", "The Guardian"),
        ("bbc.co.uk", "BBC"),
        ("news.bbc.co.uk", "BBC"),
        ("BBC News", "BBC"),
        ("BBC", "BBC"),
        ("AP", "The Associated Press"),
        ("(AP)", "The Associated Press"),
        ("Reuters", "Reuters"),
        ("REUTERS", "Reuters"),
        ("Рейтер", "Reuters"),
        ("رويترز", "Reuters"),
        ("路透社", "Reuters"),
        ("AFP", "Agence France-Presse"),
        ("dpa", "dpa"),
        ("Süddeutsche Zeitung", "Süddeutsche Zeitung"),
        ("Suddeutsche Zeitung", "Süddeutsche Zeitung"),
        ("El Pais", "El País"),
        ("ТАСС", "TASS"),
        ("新华社", "Xinhua"),
        ("Укрінформ", "Ukrinform"),
        ("ČTK", "ČTK"),
        ("guardian.ng", "The Guardian"),
    ],
)
def test_find(asked: str, name: str) -> None:
    found = publishers.find(asked)
    assert found is not None and found.name == name


@pytest.mark.parametrize(
    "asked", ["", " ", "ap", "aa", "na", "Flash News", "com", "co.uk", "example.com", "in", "x" * 5000]
)
def test_unknown(asked: str) -> None:
    assert publishers.find(asked) is None


def test_names_that_prove_nothing_are_marked() -> None:
    for name in (
        "The Times",
        "Time",
        "Metro",
        "The Sun",
        "The Independent",
        "Republic",
        "Die Welt",
        "Index",
        "The Hill",
    ):
        found = publishers.find(name)
        assert found is not None and found.ambiguous, name
    for name in ("Reuters", "The Guardian", "BBC", "Der Spiegel", "Xinhua"):
        found = publishers.find(name)
        assert found is not None and not found.ambiguous, name


def test_agencies() -> None:
    names = "Reuters,AP,AFP,dpa,EFE,ANSA,TASS,Xinhua,Kyodo,Yonhap,PTI,IRNA,WAFA,ATSH,Tanjug,HINA,MTI,PAP,ČTK,UNIAN,Ukrinform"
    for name in names.split(","):
        found = publishers.find(name)
        assert found is not None and found.agency, name
    guardian = publishers.find("The Guardian")
    assert guardian is not None and not guardian.agency


def test_the_data_is_sound() -> None:
    rows = publishers.ALL
    assert len(rows) >= 500
    assert len({row.country for row in rows}) >= 150
    assert sum(row.agency for row in rows) >= 120
    for row in rows:
        assert row.name == row.name.strip() and row.name
        assert row.country is None or row.country == "XK" or pycountry.countries.get(alpha_2=row.country), row
        assert pycountry.languages.get(alpha_2=row.language) or pycountry.languages.get(alpha_3=row.language), row
        if row.domain:
            assert row.domain == row.domain.lower() and "." in row.domain and "/" not in row.domain
            assert publishers.by_domain(row.domain) is not None
    domains = [row.domain for row in rows if row.domain]
    assert len(domains) == len(set(domains))


def test_the_longest_domain_wins() -> None:
    paper = publishers.by_domain("https://cincodias.elpais.com/economia")
    assert paper is not None and paper.name == "Cinco Días"
    paper = publishers.by_domain("elpais.com")
    assert paper is not None and paper.name == "El País"
    assert publishers.by_domain("notelpais.com") is None
    assert publishers.by_domain("elpais.com.example.org") is None


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    publishers.find(text)
    publishers.by_domain(text)


def test_hostile_text_is_quick() -> None:
    start = time.process_time()
    for piece in (".", "a.", "://", "@", "/", "a@b.", "a:"):
        publishers.find(piece * 100_000)
        publishers.by_domain(piece * 100_000)
    assert time.process_time() - start < 1
