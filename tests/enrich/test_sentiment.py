"""Plainly good, bad and neutral news in every language that has a lexicon."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich import sentiment
from enrich.draft import Draft

GOOD = {
    "en": "Local hero wins national award. The brave nurse was praised and celebrated for her generous, inspiring work.",
    "de": "Held mit Preis geehrt. Die Stadt feiert den großartigen Erfolg, alle sind glücklich und stolz.",
    "fr": "Une victoire magnifique. Les habitants heureux célèbrent le succès et félicitent la championne.",
    "es": "Victoria histórica. La ciudad celebra con alegría el éxito y felicita a la campeona.",
    "it": "Vittoria straordinaria. La città festeggia felice il successo e premia la campionessa.",
    "pt": "Vitória extraordinária. A cidade celebra com alegria o sucesso e elogia a campeã.",
    "ru": "Блестящая победа. Город радостно празднует успех и награждает чемпионку.",
    "sq": "Fitore madhështore. Qyteti feston me gëzim suksesin dhe nderon kampionen.",
    "tr": "Muhteşem zafer. Şehir başarıyı sevinçle kutladı ve şampiyona ödül verdi.",
    "ar": "فوز رائع. احتفلت المدينة بفرح وتكريم وجائزة بعد نجاح تاريخي.",
    "nl": "Prachtige overwinning. De stad viert het succes en prijst de kampioen met trots en vreugde.",
    "pl": "Wspaniałe zwycięstwo. Miasto radośnie świętuje sukces i nagradza mistrzynię.",
}
BAD = {
    "en": "Bomb kills nine. The brutal attack destroyed a school; dozens were injured and families mourn their dead.",
    "de": "Neun Tote bei Anschlag. Der brutale Angriff zerstörte eine Schule, viele wurden verletzt.",
    "fr": "Neuf morts dans un attentat. L'attaque brutale a détruit une école, des dizaines de blessés.",
    "es": "Nueve muertos en un atentado. El ataque destruyó una escuela y dejó decenas de heridos.",
    "it": "Nove morti in un attentato. Il brutale attacco ha distrutto una scuola, decine di feriti.",
    "pt": "Nove mortos em atentado. O ataque destruiu uma escola e deixou dezenas de feridos.",
    "ru": "Девять погибших при теракте. Взрыв разрушил школу, десятки раненых.",
    "sq": "Nëntë të vdekur nga sulmi terrorist. Shpërthimi shkatërroi shkollën, dhjetëra të plagosur.",
    "tr": "Terör saldırısında dokuz ölüm. Patlama okulu yıktı, onlarca yaralı var.",
    "ar": "تسعة قتلى في هجوم إرهابي. دمر انفجار مدرسة وأصيب العشرات.",
    "nl": "Negen doden bij aanslag. De aanval verwoestte een school, tientallen gewonden.",
    "pl": "Dziewięć ofiar zamachu. Eksplozja zniszczyła szkołę, dziesiątki rannych.",
}


def _score(text: str, language: str | None = "en", headline: str | None = None) -> float:
    found = sentiment.score_sentiment(Draft(headline=headline, paragraphs=(text,)), language)
    assert found is not None
    return found.score


@pytest.mark.parametrize("language", sentiment.languages())
def test_good_and_bad_news(language: str) -> None:
    assert _score(GOOD[language], language) > 0.25
    assert _score(BAD[language], language) < -0.25
    found = sentiment.score_sentiment(Draft(paragraphs=(GOOD[language],)), language)
    assert found is not None and found.method == f"lexicon-{language}"


@pytest.mark.parametrize("language", sentiment.languages())
def test_lexicons_are_large_enough(language: str) -> None:
    lexicon = sentiment.load(language)
    assert len(lexicon.words) + len(lexicon.prefixes) >= (1500 if language == "en" else 200)
    assert set(lexicon.marks.values()) == {"!", "^", "~"}


def test_neutral_text_is_zero_and_unknown_language_is_none() -> None:
    assert _score("The committee met on Tuesday in room four.") == 0.0
    assert _score("") == 0.0
    assert sentiment.score_sentiment(Draft(paragraphs=("Bad news",)), "ka") is None
    assert sentiment.score_sentiment(Draft(paragraphs=("Bad news",)), None) is None


def test_negation_turns_a_word_around() -> None:
    assert _score("The result was good.") > 0 > _score("The result was not good.")
    assert _score("The plan isn’t bad.") > _score("The plan is bad.")
    # A negation does not reach into the next sentence.
    assert _score("He said no. A triumph for the team.") == _score("He said so. A triumph for the team.")


def test_intensifiers_and_weakeners() -> None:
    assert _score("A very bad day.") < _score("A bad day.") < _score("A slightly bad day.") < 0


def test_the_headline_counts_more() -> None:
    assert _score("A day.", headline="Tragedy") < _score("Tragedy.", headline="A day")


def test_regional_codes_and_relatives() -> None:
    assert _score("bad", "en-GB") == _score("bad", "en")


@settings(max_examples=60, deadline=None)
@given(st.text(), st.sampled_from(sentiment.languages()))
def test_any_text_gets_a_score_in_range(text: str, language: str) -> None:
    assert -1 <= _score(text, language) <= 1


def test_a_bad_line_is_named(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentiment, "DIRECTORY", tmp_path)
    (tmp_path / "xx.txt").write_text("+1 fine\n+4 too much\n", encoding="utf-8")  # type: ignore[operator]
    sentiment.load.cache_clear()
    with pytest.raises(ValueError, match=r"xx\.txt:2"):
        sentiment.load("xx")
