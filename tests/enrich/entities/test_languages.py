"""Countries, capitals, well-known people and the patterns in other languages, in their inflected forms."""

from __future__ import annotations

import pytest

from tests.enrich.entities.helpers import found

SNIPPETS = [
    (
        "ru",
        "Президент России Владимир Путин говорил с Дональдом Трампом в Вашингтоне. По словам Пескова, делегация вылетела "
        "из США. Политолог Сергей Иванченко заявил, что Украина не согласится. Иванченко поддержали в Саудовской Аравии.",
        "person Владимир Путин|person Дональд Трамп|person Дмитрий Песков|person Сергей Иванченко|place Россия|place США|"
        "place Украина|place Саудовская Аравия|place Вашингтон",
    ),
    (
        "uk",
        "Президент Володимир Зеленський зустрівся у Києві з Дональдом Трампом. Росія атакувала Харків. Україну підтримує "
        "Польща, а російські війська відступили.",
        "person Володимир Зеленський|person Дональд Трамп|place Київ|place Росія|place Харків|place Україна|place Польща",
    ),
    (
        "de",
        "Bundeskanzler Friedrich Merz hat in Berlin den französischen Präsidenten Emmanuel Macron empfangen. Großbritanniens "
        "Premier fehlte. Der russische Außenminister Sergej Lawrow kritisierte die EU. Die Politikerin Anna Müller sagte es.",
        "person Friedrich Merz|person Emmanuel Macron|person Sergej Lawrow|person Anna Müller|place Berlin|place Frankreich|"
        "place Großbritannien|place Russland|organisation Europäische Union",
    ),
    (
        "fr",
        "Le président Emmanuel Macron a reçu à Paris le Premier ministre britannique Keir Starmer. Les États-Unis et l'Iran "
        "négocient à Genève. La députée Clémence Guetté a dénoncé l'Union européenne.",
        "person Emmanuel Macron|person Keir Starmer|person Clémence Guetté|place Paris|place Royaume-Uni|place États-Unis|"
        "place Iran|place Genève|organisation Union européenne",
    ),
    (
        "es",
        "El presidente de Estados Unidos, Donald Trump, habló con Vladímir Putin. El ministro español José Manuel Albares viajó "
        "a Bruselas. El Gobierno de México rechazó la propuesta de EE.UU. sobre Venezuela.",
        "person Donald Trump|person Vladimir Putin|person José Manuel Albares|place Estados Unidos|place Bruselas|place España|"
        "place México|place Venezuela",
    ),
    (
        "it",
        "Il presidente del Consiglio Giorgia Meloni è a Londra. Gli Stati Uniti e la Russia trattano, dice il ministro tedesco.",
        "person Giorgia Meloni|place Londra|place Stati Uniti|place Russia|place Germania",
    ),
    (
        "sq",
        "Presidenti i SHBA-së, Donald Trump, u takua me kryeministrin Edi Rama në Tiranë. Kosova dhe Serbia do të vazhdojnë "
        "dialogun në Bruksel. Ministri i Jashtëm i Iranit vizitoi Moskën.",
        "person Donald Trump|person Edi Rama|place Tiranë|place Kosovë|place Serbi|place Iran|place Moskë|"
        "place Shtetet e Bashkuara|place Bruksel",
    ),
    (
        "pl",
        "Premier Donald Tusk spotkał się w Warszawie z prezydentem Ukrainy Wołodymyrem Zełenskim. Stany Zjednoczone i Rosja "
        "rozmawiają o Władimirze Putinie.",
        "person Donald Tusk|person Wołodymyr Zełenski|place Warszawa|place Ukraina|place Stany Zjednoczone|place Rosja",
    ),
    (
        "tr",
        "Cumhurbaşkanı Recep Tayyip Erdoğan, Ankara'da Vladimir Putin'i kabul etti. ABD'nin İran'a saldırısı Tahran'da tepki çekti.",
        "person Recep Tayyip Erdoğan|person Vladimir Putin|place Ankara|place ABD|place İran|place Tahran",
    ),
    (
        "el",
        "Ο πρωθυπουργός Κυριάκος Μητσοτάκης συναντήθηκε στην Αθήνα με τον Ντόναλντ Τραμπ. Η Ρωσία και η Τουρκία διαφώνησαν. "
        "Ο υπουργός Γιώργος Παπαδόπουλος είπε όχι.",
        "person Κυριάκος Μητσοτάκης|person Ντόναλντ Τραμπ|person Γιώργος Παπαδόπουλος|place Αθήνα|place Ρωσία|place Τουρκία",
    ),
    (
        "ar",
        "وقال الرئيس الأمريكي دونالد ترامب إن إيران وإسرائيل قد تتوصلان إلى اتفاق. والتقى بوتين في الرياض.",
        "person دونالد ترامب|person فلاديمير بوتين|place إيران|place إسرائيل|place الولايات المتحدة|place الرياض",
    ),
    (
        "he",
        'ראש הממשלה בנימין נתניהו נפגש בוושינגטון עם טראמפ. צה"ל תקף באיראן ובלבנון.',
        "person בנימין נתניהו|person דונלד טראמפ|place וושינגטון|place איראן|place לבנון",
    ),
    (
        "zh",
        "美国总统特朗普与俄罗斯总统普京在沙特阿拉伯会晤。北京支持和谈。",
        "person 唐纳德·特朗普|person 弗拉基米尔·普京|place 美国|place 俄罗斯|place 沙特阿拉伯|place 北京",
    ),
    (
        "ja",
        "トランプ大統領は東京で高市早苗首相と会談した。ロシアとウクライナについて語った。",
        "person ドナルド・トランプ|person 高市早苗|place 東京|place ロシア|place ウクライナ",
    ),
    (
        "ko",
        "도널드 트럼프 미국 대통령은 서울에서 이재명 대통령을 만났다. 북한의 김정은과 러시아가 반대했다.",
        "person 도널드 트럼프|person 이재명|person 김정은|place 미국|place 서울|place 북한|place 러시아",
    ),
    ("hi", "प्रधानमंत्री नरेंद्र मोदी ने भारत और रूस की बात की।", "person नरेंद्र मोदी|place भारत|place रूस"),
    ("fi", "Suomen presidentti Alexander Stubb vieraili Ruotsissa.", "person Alexander Stubb|place Suomi|place Ruotsi"),
    (
        "hu",
        "Orbán Viktor Moszkvában tárgyalt, Oroszország örült.",
        "person Orbán Viktor|place Moszkva|place Oroszország",
    ),
    (
        "sr",
        "Председник Александар Вучић је у Београду примио посланика из Русије.",
        "person Александар Вучић|place Русија",
    ),
    ("pt", "O presidente Lula viajou a Moscovo e aos Estados Unidos.", "place Estados Unidos"),
    ("cs", "Ruský prezident Vladimir Putin mluvil o Česku.", "person Vladimir Putin|place Rusko|place Česko"),
    (
        "lt",
        "Lietuvos prezidentas Gitanas Nausėda lankėsi Lenkijoje.",
        "person Gitanas Nausėda|place Lietuva|place Lenkija",
    ),
]


@pytest.mark.parametrize(("language", "text", "wanted"), SNIPPETS, ids=[snippet[0] for snippet in SNIPPETS])
def test_names_it(language: str, text: str, wanted: str) -> None:
    entities = found(text, language)
    missing = [name for name in wanted.split("|") if name not in entities]
    assert not missing, list(entities)


def test_the_english_name_is_kept() -> None:
    assert found("Россия и Москва", "ru")["place Россия"].ids["en"] == "Russia"
    assert found("У Путина спросили.", "ru")["person Владимир Путин"].ids["en"] == "Vladimir Putin"


def test_a_prefix_is_not_of_the_name() -> None:
    assert [mention.text for mention in found("صواريخ من لبنان وإسرائيل", "ar")["place إسرائيل"].mentions] == [
        "إسرائيل"
    ]


def test_the_script_tells_the_language_if_nothing_else_does() -> None:
    assert "place Россия" in found("Сегодня Россия молчит.", None)
    assert "place イラン" in found("イランは発表した。", None)


def test_an_unknown_language_has_the_english_names() -> None:
    assert "place Iran" in found("Iran xyz.", "tlh")
