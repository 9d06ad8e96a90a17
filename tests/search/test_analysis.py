"""Words: where they are cut, how they are folded, what they are found by."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import analysis
from search.analysis import analyse, found, lone, primary, query_words, tokens, written
from search.words import MAX_TOKEN

TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("aZé'’.-,_+#\"0123456789 \n\u0301\u00ad\u200bß中国ニไทย대अ्عـىא״ﷺﬁ①Ⅷ"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Kremlin's US-backed plan", "the kremlin us backed plan"),
        ("he'll don’t we’re I'd", "he dont we i"),
        ("l'Iran d’État dell'Unione qu'il", "iran etat unione il"),
        ("O'Brien п'ять", "obrien пять"),
        ("1,000 1.000,5 1,234.56 3,5% 10:30 2026-06-18", "1000 1000.5 1234.56 3.5 10 30 2026 06 18"),
        ("$5bn 3.5bn 2nd G20", "5bn 3.5bn 2nd g20"),
        ("U.S. U.S J.K. e.g. end.Start", "us us jk eg end start"),
        ("C++ c# F# A+ #tag @me", "c++ c# f# a tag me"),
        ("a_b foo__bar", "a b foo bar"),
        ("straße ŁÓDŹ Ørsted ısı İzmir œuvre Þór", "strasse lodz orsted isi izmir oeuvre thor"),
        ("Ёлка Йод їжак ΟΔΟΣ ὁδός", "елка йод їжак οδοσ οδοσ"),
        ("أحمد إيران آسيا مُحَمَّد كتـاب", "احمد ايران اسيا محمد كتاب"),
        ("٣٤ ３ ²", "34 3 2"),
        ('צה"ל שָׁלוֹם', "צהל שלום"),
        ("中国经济 中", "中国 国经 经济 中"),
        ("ニュース と", "ニュ ュー ース と"),
        ("대한민국의", "대한 한민 민국 국의"),
        ("\u1103\u1162\u1112\u1161\u11ab", "대한"),
        ("COVID病毒19", "covid 病毒 19"),
        ("हिन्दी समाचार", "हिन्दी समाचार"),
        ("so\u00adft co\u200dop", "soft coop"),
        ("caf\u0065\u0301 café", "cafe cafe"),
        ("ﬁnance ＮＡＴＯ Ⅷ", "finance nato viii"),
        ("😀 … --- __ ' \u0301", ""),
    ],
)
def test_words(text: str, words: str) -> None:
    assert " ".join(analyse(text, "en")[0].split()) == words
    assert " ".join(written(text)) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "elections election elected"),
        ("de", "Häuser Hauses Haus"),
        ("fr", "nationale nationales national"),
        ("pt", "eleições eleição eleicoes eleicao"),
        ("ru", "войска войсками войск"),
        ("es", "canción canciones cancion"),
        ("sv", "bilar bilarna bil"),
    ],
)
def test_forms_of_a_word_meet(language: str, words: str) -> None:
    first, *others = (set(analyse(word, language)[1].split()) for word in words.split())
    assert all(first & other for other in others)


@given(TEXT)
@settings(max_examples=150, deadline=None)
def test_both_sides_are_cut_alike(text: str) -> None:
    """What is in a text is found by itself: by words and as a phrase, in whatever language."""
    for language in ("en", "tr", "ar", "zh", ""):
        as_written, as_stemmed = analyse(text, language)
        assert tuple(as_written.split()) == written(text)
        stems = set(as_stemmed.split())
        for word in query_words(text, (primary(language),)):
            assert any(stem in stems for stem, _ in word.alternatives), word


@given(TEXT)
@settings(max_examples=150, deadline=None)
def test_tokens_say_where_they_are(text: str) -> None:
    place = 0
    for token in tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= place or token.cased is None
        assert token.text and not any(char.isspace() for char in token.text)
        assert len(token.text) <= MAX_TOKEN
        place = token.start


@given(TEXT)
@settings(max_examples=100, deadline=None)
def test_case_and_composition_do_not_count(text: str) -> None:
    if text.isascii():
        assert written(text.swapcase()) == written(text)
    assert written(unicodedata.normalize("NFC", text)) == written(unicodedata.normalize("NFD", text))


def test_acronyms_are_kept_from_words() -> None:
    assert analyse("US U.S. us", "en")[1] == "US US us"
    assert [stem for stem, _ in query_words("us", ("en",))[0].alternatives] == ["US", "us"]
    assert [stem for stem, _ in query_words("WHO", ("en",))[0].alternatives] == ["WHO"]
    assert {stem for stem, _ in query_words("HELP US", ("en",))[1].alternatives} == {"US", "us"}


def test_alternatives_name_their_languages() -> None:
    (word,) = query_words("news", ("en", "fr", "zh"))
    assert dict(word.alternatives) == {"news": ("en", "zh"), "new": ("fr",)}
    (word,) = query_words("war", ("en", "fr"))
    assert word.alternatives == (("war", ()),)
    (word,) = query_words("news", ())
    assert word.alternatives == (("news", ()),)


def test_found() -> None:
    text = "Elections were held. The élection, re-elected."
    assert [text[start:end] for start, end, _ in found(text, {"elect"}, "en")] == ["Elections", "élection", "elected"]
    assert [(start, end) for start, end, _ in found("中国经济", {"国"}, "zh")] == [(1, 2)]


def test_lone() -> None:
    assert lone("中") and lone("ก") and not lone("中国") and not lone("a") and not lone("")


@pytest.mark.parametrize(("tag", "subtag"), [("pt-BR", "pt"), ("ZH_hant", "zh"), ("", "und"), ("en", "en")])
def test_primary(tag: str, subtag: str) -> None:
    assert primary(tag) == subtag


def test_every_stemmer_is_there() -> None:
    for language in analysis.SNOWBALL:
        assert analyse("word", language)[1]


def test_long_and_many_words_are_no_burden() -> None:
    for text in ("x" * 1_000_000, "中" * 100_000, "a'" * 200_000, "1," * 200_000, "A." * 200_000, "_" * 500_000):
        analyse(text, "en")
    for n in range(analysis._CACHE_SIZE + 10):
        analyse(f"word{n}", "en")
    assert len(analysis._WRITTEN) <= analysis._CACHE_SIZE
