"""Bytes of many encodings become the text they were; what is no text is refused by name."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers.decode import decode
from newsapi.errors import InvalidDocument

TEXTS = [
    ("cp1252", "Der Präsident sagte: „Über die Straße gehen die Müßiggänger – schön.“"),
    ("latin-1", "Le président a déclaré que l'été serait très chaud à Genève."),
    ("cp1252", "El niño comió piñas; ¿qué pasó mañana en España?"),
    ("cp1252", "O governo não aprovou a solução; a população está à espera."),
    ("cp1252", "Kryeministri tha se çështja është mbyllur në Tiranë."),
    ("cp1250", "Prezydent powiedział, że wszystko jest w porządku, proszę się nie martwić."),
    ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy v Praze."),
    ("cp1250", "Az árvíztűrő tükörfúrógép működött Győrben."),
    ("cp1251", "Президент сказал, что всё хорошо, и уехал домой."),
    ("cp1251", "Уряд ухвалив рішення, і країна її підтримала."),
    ("koi8-r", "Президент сказал, что всё хорошо, и уехал домой."),
    ("cp1253", "Ο πρόεδρος είπε ότι όλα είναι καλά στην Αθήνα."),
    ("cp1254", "Cumhurbaşkanı her şeyin iyi olduğunu söyledi, değil mi?"),
    ("cp1255", "נשיא המדינה אמר היום כי הכול בסדר"),
    ("cp1256", "الرئيس قال إن كل شيء على ما يرام في العاصمة"),
    ("cp1257", "Valdības vadītājs teica, ka šodien būs kārtība visās pilsētās."),
    ("cp874", "นายกรัฐมนตรีกล่าวว่าทุกอย่างเรียบร้อยดี"),
    ("cp932", "日本の首相は火曜日に会見を行い、経済政策について説明した。"),
    ("euc_jp", "日本の首相は火曜日に会見を行い、経済政策について説明した。"),
    ("gb18030", "国家主席今天在北京会见了外国客人，双方就经济合作交换了意见。"),
    ("big5", "國家主席今天在北京會見了外國客人，雙方就經濟合作交換了意見。"),
    ("euc_kr", "대통령은 오늘 서울에서 기자회견을 열고 경제 정책을 설명했다."),
    ("utf-8", "Всё — 日本 — مرحبا — ok"),
    ("utf-8-sig", "Begins with a mark: äöü"),
    ("utf-16", "Begins with a mark: äöü"),
    ("utf-16-le", "No mark at all, and yet it can be read."),
    ("utf-16-be", "No mark at all, and yet it can be read."),
    ("utf-16-le", "Президент сказал, что всё хорошо"),
    ("utf-32", "Begins with a mark: äöü"),
]


@pytest.mark.parametrize(("codec", "text"), TEXTS)
def test_guessed(codec: str, text: str) -> None:
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize(("codec", "text"), [row for row in TEXTS if not row[0].startswith("utf")])
def test_told(codec: str, text: str) -> None:
    assert decode(text.encode(codec), codec) == text


def test_a_wrong_charset_does_not_win_over_the_bytes() -> None:
    assert decode("Prächtig".encode(), "ascii") == "Prächtig"
    assert decode("Prächtig".encode("cp1252"), "utf-8") == "Prächtig"
    assert decode("Prächtig".encode(), "no-such-charset") == "Prächtig"
    assert decode(b"plain", "base64") == "plain"
    assert decode(b"plain", "rot13") == "plain"


def test_latin_1_is_read_as_the_wider_code_page() -> None:
    assert decode("“quoted” – 5 €".encode("cp1252"), "iso-8859-1") == "“quoted” – 5 €"


def test_pages_say_their_charset() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body>Да</body></html>'
    assert decode(page.encode("cp1251"), html=True) == page
    page = '<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-2">Łódź'
    assert decode(page.encode("iso-8859-2"), html=True) == page
    page = '<?xml version="1.0" encoding="koi8-r"?><p>Да</p>'
    assert decode(page.encode("koi8-r"), html=True) == page
    page = '<meta charset="utf-16"><p>Prächtig</p>'
    assert decode(page.encode(), html=True) == page


def test_a_text_cut_within_a_character_is_still_utf_8() -> None:
    assert decode(("Всё хорошо. " * 20).encode()[:-3]).startswith("Всё хорошо.")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        (gzip.compress(b"text"), "gzip"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00", "zip"),
        (b"\x7fELF\x02\x01\x01\x00", "program"),
        (bytes(range(256)) * 20, "control"),
        (b"\x00" * 500, "control"),
        (b"a\x00b" * 100, "control"),
    ],
)
def test_binary(data: bytes, kind: str) -> None:
    with pytest.raises(InvalidDocument) as raised:
        decode(data)
    assert raised.value.code == "binary_document"
    assert kind in raised.value.detail
    assert raised.value.status == 422


@pytest.mark.parametrize(
    "text", ["PK is a club in Kyiv", "BZh is what he said", "GIF89 was a format", "ID3 tags explained"]
)
def test_texts_that_begin_like_a_file(text: str) -> None:
    assert decode(text.encode()) == text


def test_a_nul_in_a_long_text_is_odd_and_not_binary() -> None:
    assert decode(b"word " * 100 + b"\x00" + b"word " * 100).count("word") == 200


def test_nothing() -> None:
    assert decode(b"") == ""


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "cp1252", "utf-16", "x", "idna", ""]))
def test_any_bytes(data: bytes, charset: str | None) -> None:
    try:
        assert isinstance(decode(data, charset, html=True), str)
    except InvalidDocument as error:
        assert error.code == "binary_document"
