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
    "sv": "Fantastisk seger. Staden firar framgången med glädje och hyllar mästaren.",
    "no": "Fantastisk seier. Byen feirer suksessen med glede og hyller mesteren.",
    "da": "Fantastisk sejr. Byen fejrer succesen med glæde og hylder mesteren.",
    "fi": "Upea voitto. Kaupunki juhlii menestystä iloisena ja palkitsee mestarin.",
    "hu": "Fantasztikus győzelem. A város boldogan ünnepli a sikert, a bajnok díjat kap.",
    "cs": "Skvělé vítězství. Město s radostí slaví úspěch a oceňuje mistryni.",
    "ro": "Victorie extraordinară. Orașul sărbătorește cu bucurie succesul și premiază campioana.",
    "hr": "Sjajna pobjeda. Grad s radošću slavi uspjeh i nagrađuje prvakinju.",
    "el": "Υπέροχη νίκη. Η πόλη γιορτάζει με χαρά την επιτυχία και βραβεύει την πρωταθλήτρια.",
    "uk": "Блискуча перемога. Місто радісно святкує успіх і нагороджує чемпіонку.",
    "bg": "Блестяща победа. Градът празнува с радост успеха и награждава шампионката.",
    "he": "ניצחון מדהים. העיר חוגגת בשמחה את ההצלחה והאלופה זכתה בפרס.",
    "fa": "پیروزی درخشان. شهر با شادی موفقیت را جشن گرفت و به قهرمان جایزه داد.",
    "hi": "शानदार जीत। शहर ने खुशी से सफलता का जश्न मनाया और चैंपियन को पुरस्कार दिया।",
    "zh": "精彩的胜利。全城高兴地庆祝成功，并表彰冠军。",
    "ja": "見事な勝利。街は喜びに包まれ、優勝した選手を表彰して成功を祝った。",
    "ko": "눈부신 승리. 도시는 기쁨 속에 성공을 축하하고 챔피언에게 상을 주었다.",
    "id": "Kemenangan gemilang. Kota merayakan keberhasilan dengan gembira dan memberi penghargaan kepada juara.",
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
    "sv": "Nio döda i attentat. Den brutala attacken förstörde en skola och dussintals skadades.",
    "no": "Ni døde i attentat. Det brutale angrepet ødela en skole, og mange ble skadet.",
    "da": "Ni døde ved attentat. Det brutale angreb ødelagde en skole, og mange blev såret.",
    "fi": "Yhdeksän kuollut terrori-iskussa. Räjähdys tuhosi koulun, kymmeniä loukkaantui.",
    "hu": "Kilenc halott egy merényletben. A brutális támadás lerombolt egy iskolát, tucatnyian megsebesültek.",
    "cs": "Devět mrtvých při atentátu. Brutální útok zničil školu, desítky lidí byly zraněny.",
    "ro": "Nouă morți într-un atentat. Atacul brutal a distrus o școală și a făcut zeci de răniți.",
    "hr": "Devet mrtvih u terorističkom napadu. Eksplozija je uništila školu, deseci ranjenih.",
    "el": "Εννέα νεκροί σε τρομοκρατική επίθεση. Η έκρηξη κατέστρεψε σχολείο, δεκάδες τραυματίες.",
    "uk": "Дев'ятеро загиблих унаслідок теракту. Вибух зруйнував школу, десятки поранених.",
    "bg": "Девет загинали при атентат. Експлозията разруши училище, десетки са ранени.",
    "he": "תשעה הרוגים בפיגוע. הפיצוץ האכזרי הרס בית ספר ועשרות נפצעו.",
    "fa": "نه کشته در حمله تروریستی. انفجار مدرسه را ویران کرد و ده‌ها نفر زخمی شدند.",
    "hi": "आतंकी हमले में नौ लोगों की मौत। विस्फोट में स्कूल नष्ट, दर्जनों घायल।",
    "zh": "恐怖袭击造成九人死亡。爆炸摧毁了一所学校，数十人受伤。",
    "ja": "テロ攻撃で9人死亡。爆発で学校が破壊され、数十人が負傷した。",
    "ko": "테러 공격으로 9명 사망. 폭발로 학교가 파괴됐고 수십 명이 다쳤다.",
    "id": "Sembilan tewas dalam serangan teror. Ledakan menghancurkan sekolah, puluhan luka-luka.",
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
    assert len(lexicon.words) + len(lexicon.prefixes) >= (1500 if language == "en" else 180)
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


def test_negation_in_a_language_without_spaces() -> None:
    assert _score("演出成功。", "zh") > 0 > _score("演出没有成功。", "zh")


def test_related_languages_share_a_lexicon() -> None:
    cyrillic, latin = _score("Сјајна победа на првенству.", "sr"), _score("Sjajna pobeda na prvenstvu.", "sr-Latn")
    assert cyrillic == latin > 0


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
