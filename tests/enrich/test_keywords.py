"""Keyphrases a reader would call the subject: no stop words, no halves, names first."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.draft import Draft
from enrich.enrichment import Entity, Mention
from enrich.keywords import extract_keywords
from enrich.stopwords import languages, stopwords

HARBOUR = Draft(
    headline="Offshore wind farm to power port city",
    paragraphs=(
        "A new offshore wind farm will power the port city from next year, the energy agency said on Monday.",
        "The energy agency expects the offshore wind farm to save 40,000 tonnes of coal. Fishermen oppose the plan.",
        "Fishermen fear for their nets. The port city has promised that fishermen will be paid.",
    ),
)


def _lower(draft: Draft, language: str | None = "en", entities: tuple[Entity, ...] = ()) -> list[str]:
    return [keyword.lower() for keyword in extract_keywords(draft, language, entities)]


def test_tags_of_the_article_are_kept_as_they_are() -> None:
    draft = Draft(headline="Wind farm", keywords=("Off-shore WIND", "ports ", "ports", " ", "energy, coal"))
    assert extract_keywords(draft, "en") == ("Off-shore WIND", "ports", "energy, coal")


def test_repeated_noun_phrases_are_found_whole() -> None:
    found = _lower(HARBOUR)
    assert {"offshore wind farm", "energy agency", "port city", "fishermen"} <= set(found)
    # Half of a phrase that always comes whole is no keyword of its own.
    assert not {"wind farm", "offshore wind", "wind", "agency"} & set(found)
    assert len(found) <= 10


def test_names_stand_with_the_phrases_and_are_not_repeated_in_part() -> None:
    draft = Draft(
        headline="Putin meets fishermen",
        paragraphs=("Vladimir Putin met fishermen. Putin praised fishermen. Putin left.",),
    )
    mention = Mention("headline", 0, 5, "Putin", "alias")
    entities = (Entity("person", "Vladimir Putin", 0.9, (mention,)),)
    assert extract_keywords(draft, "en", entities) == ("Vladimir Putin", "fishermen")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "de",
            "Der Wasserpreis steigt. Die Stadt erhöht den Wasserpreis. Der Wasserpreis war lange stabil.",
            "Wasserpreis",
        ),
        ("fr", "La ligne de tramway ouvre. Le tramway roule. Un tramway sur deux est vide.", "tramway"),
        ("es", "El acueducto romano se cae. Restauran el acueducto romano.", "acueducto romano"),
        ("ru", "Новый завод построен. На завод пришли люди. Этот завод большой.", "завод"),
        ("zh", "海上风电场明年投产。海上风电场节省煤炭。渔民反对海上风电场。", "海上风电场"),
        ("ja", "洋上風力発電が始まる。洋上風力発電は石炭を減らす。", "洋上風力発電"),
        ("hi", "पवन ऊर्जा संयंत्र बनेगा। पवन ऊर्जा संयंत्र से बिजली मिलेगी।", "पवन ऊर्जा संयंत्र"),
        (
            "ko",
            "해상풍력 단지가 문을 연다. 해상풍력 단지는 석탄을 줄인다. 어민들은 해상풍력 단지에 반대한다.",
            "해상풍력 단지",
        ),
    ],
)
def test_other_languages(language: str, text: str, expected: str) -> None:
    assert expected in extract_keywords(Draft(paragraphs=(text,)), language)


def test_no_keyword_begins_or_ends_with_a_stop_word() -> None:
    stops = stopwords("en")
    for keyword in _lower(HARBOUR):
        words = keyword.split()
        assert words[0] not in stops and words[-1] not in stops


def test_stop_words_in_many_languages() -> None:
    assert len(languages()) >= 25
    for language in languages():
        assert len(stopwords(language)) >= 30, language
    assert stopwords("xx") == frozenset()
    assert "the" in stopwords("en-GB")


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text(), st.sampled_from([None, "en", "de", "zh", "ja", "ko", "hi", "ar", "xx"]))
def test_any_text_works(headline: str, body: str, language: str | None) -> None:
    found = extract_keywords(Draft(headline=headline, paragraphs=(body, body, body)), language)
    assert len(found) <= 10
    assert all(keyword.strip() for keyword in found)
    assert len(set(found)) == len(found)


def test_long_texts_are_read_in_part() -> None:
    for text in ("wind farm energy agency " * 200_000, "海上风电场" * 200_000, "x" * 5_000_000):
        start = time.perf_counter()
        extract_keywords(Draft(paragraphs=(text,)), "zh" if text[0] == "海" else "en")
        assert time.perf_counter() - start < 5


def test_thai_keywords_are_whole_pieces() -> None:
    draft = Draft(
        headline="น้ำท่วมเชียงราย อพยพชาวบ้าน",
        paragraphs=("น้ำท่วมเชียงราย และดินถล่ม เจ้าหน้าที่กู้ภัย ช่วยเหลือ", "เจ้าหน้าที่กู้ภัย เร่งช่วยเหลือ อพยพชาวบ้าน"),
    )
    assert set(extract_keywords(draft, "th")) >= {"น้ำท่วมเชียงราย", "เจ้าหน้าที่กู้ภัย"}
