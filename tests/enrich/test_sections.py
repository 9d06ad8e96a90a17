"""A section label is understood in whatever language, case and spelling a site writes it."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich import sections
from enrich.sections import lookup

SHARED = Path(__file__).parents[3] / "shared"


@pytest.mark.parametrize(
    ("label", "language", "name", "topic"),
    [
        ("Bota", "sq", "World", None),
        ("Sport", "en", "Sport", "medtop:15000000"),
        ("Deportes", "es", "Sport", "medtop:15000000"),
        ("Wirtschaft", "de", "Economy", "medtop:04000000"),
        ("Économie", "fr", "Economy", "medtop:04000000"),
        ("Cronaca nera", "it", "Crime", "medtop:20000082"),
        ("Crna hronika", "sr", "Crime", "medtop:20000082"),
        ("Здоровье", "ru", "Health", "medtop:07000000"),
        ("Суспільство", "uk", "Society", "medtop:14000000"),
        ("Πολιτική", "el", "Politics", "medtop:11000000"),
        ("Son dakika", "tr", "Breaking", None),
        ("اقتصاد وأعمال", "ar", "Economy", "medtop:04000000"),
        ("ورزشی", "fa", "Sport", "medtop:15000000"),
        ("राजनीति", "hi", "Politics", "medtop:11000000"),
        ("খেলাধুলা", "bn", "Sport", "medtop:15000000"),
        ("科技", "zh", "Technology", "medtop:20000756"),
        ("エンタメ", "ja", "Entertainment", "medtop:20000002"),
        ("오피니언", "ko", "Opinion", None),
        ("Đời sống", "vi", "Lifestyle", "medtop:20000565"),
        ("Gaya hidup", "id", "Lifestyle", "medtop:20000565"),
        ("ต่างประเทศ", "th", "World", None),
        ("Kuninkaalliset", "fi", "Royals", "medtop:20000506"),
        ("Fact check", "en", "Fact check", None),
        ("Wojna w Ukrainie", "pl", "War in Ukraine", "medtop:20000062"),
        ("İqtisadiyyat", "az", "Economy", "medtop:04000000"),
        ("პოლიტიკა", "ka", "Politics", "medtop:11000000"),
        ("Մշակույթ", "hy", "Culture", "medtop:20000038"),
        ("விளையாட்டு", "ta", "Sport", "medtop:15000000"),
        ("Michezo", "sw", "Sport", "medtop:15000000"),
        ("Kirolak", "eu", "Sport", "medtop:15000000"),
    ],
)
def test_labels(label: str, language: str, name: str, topic: str | None) -> None:
    found = lookup(label)
    assert found is not None
    assert (found.label, found.language, found.name, found.topic) == (label, language, name, topic)


@pytest.mark.parametrize(
    "label", ["SİYASET", "siyaset", "» Siyaset", "Siyaset |", "#Siyaset", "  Siyaset  ", "SIYASET", "Siyaset:"]
)
def test_case_and_punctuation_do_not_matter(label: str) -> None:
    found = lookup(label)
    assert found is not None
    assert (found.language, found.name) == ("tr", "Politics")


def test_the_given_language_decides_between_homographs() -> None:
    assert [found.language for code in ("cs", "hr", "sr-Latn", "sq", "sk") if (found := lookup("Politika", code))] == [
        "cs",
        "hr",
        "sr",
        "sq",
        "sk",
    ]
    bosnian = lookup("Politika", "bs")
    assert bosnian is not None
    assert bosnian.language == "hr"


def test_a_label_in_another_language_than_the_article_is_still_found() -> None:
    found = lookup("Bota", "en")
    assert found is not None
    assert (found.language, found.name) == ("sq", "World")


def test_forms_are_no_subjects() -> None:
    entries = [entry for label in ("Direct", "Interview", "Monde", "Opinion", "Musik") if (entry := lookup(label))]
    assert [entry.is_form for entry in entries] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("label", "name", "topic"),
    [
        ("Politics & Economy", "Politics and Economy", "medtop:11000000"),
        ("Tech / Science", "Technology and Science", "medtop:20000756"),
        ("World | Politics", "World and Politics", "medtop:11000000"),
        ("Política y Economía", "Politics and Economy", "medtop:11000000"),
        ("War in Sudan", "War in Sudan", "medtop:20000062"),
        ("Krieg im Sudan", "War", "medtop:20000062"),
        ("Latest sports news", "Sport", "medtop:15000000"),
    ],
)
def test_combined_labels(label: str, name: str, topic: str) -> None:
    found = lookup(label)
    assert found is not None
    assert (found.name, found.topic) == (name, topic)


@pytest.mark.parametrize(
    ("label", "language", "name"),
    [
        ("Ukraine", "en", "Ukraine"),
        ("Deutschland", "de", "National"),
        ("Grèce", "fr", "Greece"),
        ("日本", "ja", "National"),
        ("ITALIA", "es", "Italy"),
        ("Italia", "it", "National"),
        ("Türkei", "de", "Türkiye"),
        ("Ιταλία", "el", "Italy"),
        ("Greqia", "sq", "Greece"),
        ("Serbia", "sq", "Serbia"),
    ],
)
def test_a_country_is_a_section(label: str, language: str, name: str) -> None:
    found = lookup(label, language)
    assert found is not None
    assert (found.language, found.name, found.topic) == (language, name, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "—",
        "Prime minister resigns",
        "The world of sport is changing",
        "Politics is broken, and the world knows it all too well by now",
        "Anna Schmidt",
        "Iran: what next",
        "turkey",
        "War in the papers again",
        "x" * 10_000,
    ],
)
def test_no_labels(text: str) -> None:
    assert lookup(text) is None


@given(st.text(max_size=80), st.sampled_from([None, "en", "sr-Latn", "zh-Hant", "xx", ""]))
def test_any_text_is_fine(text: str, language: str | None) -> None:
    lookup(text, language)


def test_the_vocabulary_is_broad() -> None:
    labels: dict[str, set[str]] = {}
    for listed in (sections._Listed(*row) for rows in sections._index().values() for row in rows):
        labels.setdefault(listed.language, set()).add(listed.spelling)
    assert len([language for language, known in labels.items() if len(known) >= 60]) >= 35


def test_every_topic_is_a_media_topic() -> None:
    source = SHARED / "data" / "iptc_media_topics.csv"
    if not source.exists() and not os.environ.get("CI"):
        pytest.skip("the shared files are not here")
    with source.open(encoding="utf-8") as lines:
        codes = {row["code"] for row in csv.DictReader(lines)}
    used = {topic for rows in sections._index().values() for *_, topic in rows if topic}
    assert used <= codes
