"""Whatever the text: offsets hold, nothing overlaps, nothing is raised, and time grows with length only."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.draft import Draft
from enrich.entities import find_entities

PIECES = st.sampled_from(
    [
        "Putin",
        "Vladimir Putin",
        "Iran's",
        "US-backed",
        "U.S.",
        "the ",
        "Ministry of ",
        "Dr. ",
        "é",
        "é",
        "\u200f",
        "\x00",
        "�",
        "\n\n",
        ", ",
        ". ",
        "(",
        '"',
        "“",
        "Bank of England",
        "Россия",
        "В России",
        "美国",
        "ال",
        "إسرائيل",
        "وإسرائيل",
        "J. ",
        "van der ",
        "ß",
        "İ",
        "ŉ",
        "ﬁ",
        "𝔘",
        "Georgia",
        "GEORGIA",
        "1999",
        "al-",
        "O'Neill",
        "’s ",
        "-",
        "\xad",
        "ً",
        "Mr ",
        " ",
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))
LANGUAGES = st.sampled_from([None, "", "en", "de", "ru", "ar", "zh", "zh-Hant", "ko", "x-klingon", "sr-Latn", "nb"])


@settings(max_examples=150, deadline=None)
@given(
    headline=st.none() | TEXTS, standfirst=st.none() | TEXTS, paragraphs=st.lists(TEXTS, max_size=4), language=LANGUAGES
)
def test_offsets_hold(
    headline: str | None, standfirst: str | None, paragraphs: list[str], language: str | None
) -> None:
    draft = Draft(headline=headline, standfirst=standfirst, paragraphs=tuple(paragraphs), credited_to=headline)
    fields = {"headline": headline or "", "standfirst": standfirst or "", "body": draft.body}
    taken: set[tuple[str, int]] = set()
    for entity in find_entities(draft, language):
        assert entity.type in {"person", "organisation", "place"}
        assert 0 <= entity.salience <= 1
        assert entity.name.strip()
        for mention in entity.mentions:
            assert 0 <= mention.start < mention.end <= len(fields[mention.field])
            assert fields[mention.field][mention.start : mention.end] == mention.text
            places = {(mention.field, at) for at in range(mention.start, mention.end)}
            assert not places & taken
            taken |= places


def test_marks_inside_a_name_do_not_hide_it() -> None:
    text = "Emmanuel Mac\u00adron met Andre\u0301s Manuel Lo\u0301pez Obrador in \u200fTehran."
    entities = {entity.name: entity for entity in find_entities(Draft(paragraphs=(text,)), "en")}
    assert entities["Emmanuel Macron"].mentions[0].text == "Emmanuel Mac\u00adron"
    assert entities["Andrés Manuel López Obrador"].mentions[0].text == "Andre\u0301s Manuel Lo\u0301pez Obrador"
    assert entities["Tehran"].mentions[0].text == "Tehran"


@pytest.mark.parametrize(
    "unit", ["Putin met Jane Smith in Paris, Texas. ", "Foreign Ministry of Iran and ", "A ", "aaaa", "Смит и "]
)
def test_time_grows_with_length_only(unit: str) -> None:
    def seconds(size: int) -> float:
        draft = Draft(paragraphs=((unit * (size // len(unit))),))
        start = time.process_time()
        find_entities(draft, "en")
        return time.process_time() - start

    seconds(1_000)
    small = seconds(40_000)
    assert seconds(400_000) < max(0.5, 40 * small)
