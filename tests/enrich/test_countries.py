"""The table of countries' names, which sections are looked up in."""

from __future__ import annotations

from enrich import countries, sections


def test_every_language_names_its_countries() -> None:
    found: dict[str, set[str]] = {}
    for language, name, english in countries.names():
        assert name
        found.setdefault(language, set()).add(english)
    assert set(found) == set(countries.LANGUAGES)
    assert all(len(named) > 240 for named in found.values())


def test_a_country_is_a_section_in_its_language() -> None:
    found = sections.lookup("Griechenland", "de")
    assert found is not None
    assert (found.language, found.name) == ("de", "Greece")
