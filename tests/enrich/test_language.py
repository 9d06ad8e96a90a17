"""The language of headlines and bodies, also where script and neighbours make it hard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.language import detect_language

SENTENCES = {
    "en": "Ministers will meet on Thursday to decide whether the ferry subsidy should be extended until the spring.",
    "de": "Die Stadtwerke wollen im Herbst mit dem Bau der neuen Brücke beginnen, sagte eine Sprecherin.",
    "fr": "Le conseil municipal a voté mardi soir la fermeture de la piscine pour deux ans de travaux.",
    "es": "El ayuntamiento aprobó el martes una ayuda para los comercios que cerraron por las obras del tranvía.",
    "pt": "A câmara aprovou na terça-feira um apoio às lojas que fecharam por causa das obras do metro.",
    "it": "Il consiglio comunale ha approvato martedì un aiuto per i negozi chiusi a causa dei lavori.",
    "nl": "De gemeente wil volgend jaar beginnen met de bouw van een nieuwe brug over het kanaal.",
    "sv": "Kommunen vill börja bygga den nya bron över kanalen redan nästa år, säger borgmästaren.",
    "da": "Kommunen vil allerede næste år begynde at bygge den nye bro over kanalen, siger borgmesteren.",
    "no": "Kommunen vil begynne å bygge den nye broen over kanalen allerede neste år, sier ordføreren.",
    "nn": "Kommunen vil byrje å byggje den nye brua over kanalen alt neste år, seier ordføraren, som ikkje er uroa.",
    "fi": "Kaupunki aikoo aloittaa uuden sillan rakentamisen kanavan yli jo ensi vuonna, pormestari sanoo.",
    "et": "Linn tahab uue silla ehitamist üle kanali alustada juba järgmisel aastal, ütles linnapea.",
    "pl": "Miasto chce już w przyszłym roku rozpocząć budowę nowego mostu nad kanałem, powiedział burmistrz.",
    "cs": "Město chce už příští rok začít se stavbou nového mostu přes kanál, řekl starosta.",
    "sk": "Mesto chce už budúci rok začať so stavbou nového mosta cez kanál, povedal primátor.",
    "sl": "Občina želi že prihodnje leto začeti z gradnjo novega mostu čez prekop, je povedal župan.",
    "hr": "Grad želi već sljedeće godine početi graditi novi most preko kanala, rekao je gradonačelnik u priopćenju.",
    "sr": "Grad želi da već sledeće godine počne da gradi novi most preko kanala, rekao je predsednik opštine.",
    "sq": "Bashkia dëshiron të fillojë ndërtimin e urës së re mbi kanal që vitin e ardhshëm, tha kryetari.",
    "hu": "A város már jövőre el akarja kezdeni az új híd építését a csatorna fölött, mondta a polgármester.",
    "ro": "Primăria vrea să înceapă construcția noului pod peste canal încă de anul viitor, a spus primarul.",
    "lt": "Miestas jau kitais metais nori pradėti statyti naują tiltą per kanalą, sakė meras.",
    "lv": "Pilsēta jau nākamgad vēlas sākt jaunā tilta būvniecību pār kanālu, sacīja mērs.",
    "tr": "Belediye, kanalın üzerindeki yeni köprünün yapımına gelecek yıl başlamak istiyor, dedi başkan.",
    "id": "Pemerintah kota ingin memulai pembangunan jembatan baru di atas kanal pada tahun depan, kata wali kota.",
    "ms": "Kerajaan negeri mahu memulakan pembinaan jambatan baharu itu pada tahun hadapan, kata beliau pada Isnin.",
    "vi": "Thành phố muốn bắt đầu xây cây cầu mới qua kênh ngay trong năm tới, ông thị trưởng cho biết.",
    "ca": "L'ajuntament vol començar a construir el nou pont sobre el canal l'any que ve, segons l'alcalde.",
    "el": "Ο δήμος θέλει να αρχίσει την κατασκευή της νέας γέφυρας από τον επόμενο χρόνο.",
    "ru": "Город хочет начать строительство нового моста через канал уже в следующем году, сообщил мэр.",
    "uk": "Місто хоче розпочати будівництво нового мосту через канал уже наступного року, повідомив мер.",
    "be": "Горад хоча пачаць будаўніцтва новага моста праз канал ужо ў наступным годзе.",
    "bg": "Градът иска да започне строежа на новия мост над канала още през следващата година, каза кметът.",
    "mk": "Градот сака да ја започне изградбата на новиот мост преку каналот уште следната година, рече тој.",
    "kk": "Қала келесі жылы арна үстінен жаңа көпір салуды бастағысы келеді, деп хабарлады әкім.",
    "ar": "تريد المدينة أن تبدأ بناء الجسر الجديد فوق القناة في العام المقبل، كما قال رئيس البلدية.",
    "fa": "شهرداری می‌خواهد ساخت پل جدید را از سال آینده آغاز کند، شهردار این را گفت.",
    "ur": "شہر اگلے سال نہر پر نئے پل کی تعمیر شروع کرنا چاہتا ہے، میئر نے کہا۔",
    "he": "העירייה רוצה להתחיל בבניית הגשר החדש מעל התעלה כבר בשנה הבאה, כך אמר ראש העיר.",
    "hi": "शहर अगले साल नहर पर नए पुल का निर्माण शुरू करना चाहता है, महापौर ने कहा।",
    "mr": "शहर पुढच्या वर्षी कालव्यावर नवीन पूल बांधायला सुरुवात करणार आहे, असे महापौरांनी सांगितले.",
    "ne": "सहरले आगामी वर्ष नहरमाथि नयाँ पुल निर्माण सुरु गर्ने भएको छ, मेयरले बताए।",
    "bn": "শহরটি আগামী বছর খালের উপর নতুন সেতু নির্মাণ শুরু করতে চায়, মেয়র বলেছেন।",
    "ta": "அடுத்த ஆண்டு புதிய பாலம் கட்டும் பணி தொடங்கும் என்று மேயர் கூறினார்.",
    "th": "เมืองต้องการเริ่มสร้างสะพานใหม่ข้ามคลองในปีหน้า นายกเทศมนตรีกล่าว",
    "zh": "市长表示，该市希望明年开始在运河上修建一座新桥。",
    "ja": "市は来年にも運河に新しい橋を建設し始めたい考えだと市長が述べた。",
    "ko": "시는 내년부터 운하 위에 새 다리를 건설하기를 원한다고 시장이 말했다.",
    "ka": "ქალაქს სურს ახალი ხიდის მშენებლობა მომავალ წელს დაიწყოს.",
    "hy": "Քաղաքը ցանկանում է հաջորդ տարի սկսել նոր կամրջի շինարարությունը։",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence(code: str) -> None:
    found = detect_language(SENTENCES[code])
    assert found is not None
    assert found.code == code
    assert found.confidence > 0.5


@pytest.mark.parametrize(
    ("headline", "code"),
    [
        ("Why the fall of the regime would be a blow", "en"),
        ("Was die Reform für Mieter bedeutet", "de"),
        ("Ce que l'on sait de l'accident", "fr"),
        ("国际油价周三大幅上涨", "zh"),
        ("対イラン経済制裁", "ja"),
        ("이란 핵협상 재개", "ko"),
        ("Что известно о крушении самолета", "ru"),
        ("Що відомо про аварію літака", "uk"),
        ("Qeveria miraton buxhetin e ri", "sq"),
        ("MECLİS YENİ BÜTÇEYİ ONAYLADI VE TATİLE GİRDİ", "tr"),
    ],
)
def test_a_headline(headline: str, code: str) -> None:
    found = detect_language(headline)
    assert found is not None
    assert found.code == code


def test_a_body_is_nearly_certain() -> None:
    found = detect_language(" ".join([SENTENCES["en"]] * 20))
    assert found is not None
    assert found.confidence > 0.99


def test_names_and_addresses_do_not_decide() -> None:
    text = "Die Firma steht unter https://example.com/the-of-and-this-with und @theofficialenglishnews im Netz."
    found = detect_language(text)
    assert found is not None
    assert found.code == "de"


def test_the_hint_decides_what_is_open() -> None:
    text = "Jakarta, Indonesia"
    assert [found.code for hint in ("id", "ms", "en-GB") if (found := detect_language(text, hint))] == [
        "id",
        "ms",
        "en",
    ]


@pytest.mark.parametrize("hint", ["ru", "zh-Hant", "de", "xx", "no"])
def test_a_hint_loses_against_a_clear_text(hint: str) -> None:
    found = detect_language(SENTENCES["en"], hint)
    assert found is not None
    assert found.code == "en"


def test_context_helps_a_short_text() -> None:
    alone = detect_language("Oslo 1994")
    helped = detect_language("Oslo 1994", context=SENTENCES["no"])
    assert helped is not None
    assert alone is not None
    assert helped.code == "no"


def test_mixed_scripts_are_less_certain() -> None:
    mixed = detect_language(SENTENCES["ru"] + SENTENCES["en"] * 2)
    assert mixed is not None
    assert mixed.code == "en"
    assert mixed.confidence < 0.95


def test_serbian_in_either_script_is_serbian() -> None:
    found = detect_language("Град жели да већ следеће године почне да гради нови мост, рекао је председник.")
    assert found is not None
    assert found.code == "sr"


@pytest.mark.parametrize("text", ["", "   ", "123 456", "!!! — …", "12:30", "😀😀", "\ud800", "\x00"])
def test_no_letters_no_language(text: str) -> None:
    assert detect_language(text) is None


@given(st.text(max_size=300), st.sampled_from([None, "en", "zh-Hant", "sr_Latn", "", "q"]))
def test_any_text_has_a_language_or_none(text: str, hint: str | None) -> None:
    found = detect_language(text, hint)
    if found is not None:
        assert 0 < found.confidence < 1
        assert 2 <= len(found.code) <= 3


@pytest.mark.parametrize(
    ("code", "headline"),
    [
        ("hr", "Tisuće prosvjednika na ulicama Splita"),
        ("hr", "Nogometaši Hajduka pobijedili u derbiju"),
        ("hr", "Sveučilište otvara novi odjel"),
        ("sr", "Hiljade demonstranata na ulicama Novog Sada"),
        ("sr", "Fudbaleri Partizana pobedili u derbiju"),
        ("sr", "Cene goriva od utorka ponovo rastu"),
        ("sr", "Nesreća na auto-putu, tri osobe povređene"),
        ("bs", "Saobraćajna nesreća kod Tuzle, povrijeđene tri osobe"),
        ("bs", "Univerzitet u Sarajevu otvara novi odsjek u septembru"),
        ("bs", "Vijeće ministara BiH o novom zakonu"),
    ],
)
def test_headlines_of_neighbours_in_latin_letters(code: str, headline: str) -> None:
    found = detect_language(headline)
    assert found is not None
    assert found.code == code
