"""Captions and photo credits among the lines, told by the credit at their end."""

from __future__ import annotations

import re

from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.pictures import says_shown
from ingest.readers.text.vocabulary import Vocabulary, normalise

CREDIT_END = re.compile(
    r"(?:Getty Images|REUTERS(?:/[\w. -]{2,40})?|Reuters/[\w. -]{2,40}|/\s?(?:AFP|AP|EPA|dpa|DPA|Reuters"
    r"|Getty|ANSA|LaPresse|EFE|AA|PA|TASS|ТАСС|Anadolu|NurPhoto|Shutterstock|iStock)"
    r"|AP Photo(?:/[\w. -]{2,40})?|EPA-EFE(?:/[\w. -]{2,40})?|via AP|/Getty|Shutterstock(?:\.com)?"
    r"|iStock(?:photo)?|Unsplash|Pexels|Wikimedia Commons|picture[ -]alliance(?:/[\w. -]{2,40})?"
    r"|Depositphotos|Keystone(?:-SDA)?|Imago(?: Images)?|IMAGO)[)\]]?\.?$"
)
_BRACKET_CREDIT = re.compile(r"[\[【(（]([^\[\]()（）【】]{2,70})[\])）】]\.?$")


def _apart(text: str, start: int) -> bool:
    """Whether what is at `start` is a credit set after a caption and not the end of a sentence, or its signature."""
    before = text[:start].rstrip()
    if text[start] == "/" and before[-1:] in '.!?"”»…' and len(before) > 60:
        return False
    if not before or not text.endswith(".") or "/" in text[start:]:
        return True
    since = max(before.rfind(sign) for sign in (". ", "|", "(", "[", ": ", "–", "—", "©"))
    return since >= 0 and len(before) - since < 30


# "Ann Lee (text) and Bo Li (photographs)" is a byline.
_TEXT_BY = re.compile(r"[(（](?:text|texte|texto|testo|tekst|words|szöveg|текст)[)）]", re.I)
# "直った時計を見上げる市民（１４日、上田市で）", "学生小李在站台等车。王晓 摄"
_EASTERN = re.compile(
    r"[^。」』][（(][^（）()。]{2,24}(?:で|撮影|提供|写す|で撮影)[)）]$|[。\s　][\u4e00-\u9fff]{2,4}\s?[摄攝]$"
)
# The New York Times: "… near Glenwood Springs, Colo.Credit...Mia Ortega"
_CREDIT_DOTS = re.compile(r"Credit(?:\.\.\.|…)\s?\w")
# El País, Folha, Le Monde: "… este lunes. / JAVIER BELLOT (EFE)"
SLASHED = re.compile(r"^(?P<caption>.*[.!?…»”\"])\s*/\s+(?P<credit>[^/.]{3,60})$")


# El País, Le Monde: "… en el aula.ALBERTO ORTÍN", "… le 3 février. MATHIEU LE GALL POUR « LE MONDE »"
LOUD_CREDIT = re.compile(
    r"^(?P<caption>.*[a-zà-ÿа-яα-ω\d][.!?…»”\"]+)\s?(?P<credit>[A-ZÀ-ÞĀ-Ž][A-ZÀ-ÞĀ-Ž'’.-]+(?:\s[A-ZÀ-ÞĀ-Ž'’.-]{2,}){1,3}"
    r"(?:\s(?:POUR|PARA|FOR|FÜR|PER|VOOR)\s[«“\"]?\s?.{2,40}?\s?[»”\"]?)?(?:\s?[/(|].{2,30})?)$"
)


def _slashed(text: str) -> bool:
    match = SLASHED.match(text)
    if match is None:
        return False
    credit = match["credit"].strip()
    bracket = _BRACKET_CREDIT.search(credit)
    return credit.count(" ") <= 6 and (
        credit.isupper() or find_publisher(credit) is not None or bool(bracket and find_publisher(bracket[1]))
    )


def mark_caption(entry: Entry, text: str, words: Vocabulary) -> None:
    """Captions, told by the credit at their end: "… in Moscow. Photo: AFP", "… [Jane Doe/AFP]"."""
    if (match := CREDIT_END.search(text, max(0, len(text) - 90))) and _apart(text, match.start()):
        entry.kind = Kind.CAPTION if entry.units > 6 else Kind.CREDIT
        entry.value = text
        return
    if entry.units <= 45 and (says_shown(text) or _EASTERN.search(text)):
        entry.kind, entry.value = Kind.CAPTION, text
        return
    if entry.units <= 60 and _CREDIT_DOTS.search(text):
        entry.kind, entry.value = Kind.CAPTION, text
        return
    if entry.units <= 60 and text[-4:].upper() == text[-4:] and LOUD_CREDIT.match(text):
        entry.kind, entry.value = Kind.CAPTION, text
        return
    if entry.units <= 60 and " / " in text and _slashed(text):
        entry.kind, entry.value = Kind.CAPTION, text
        return
    if (
        entry.units <= 45
        and not _TEXT_BY.search(text)
        and (bracket := _BRACKET_CREDIT.search(text, max(0, len(text) - 75)))
    ):
        inside = bracket[1]
        head = normalise(re.split(r"[:：/／=＝]|\s(?:by|via|von|di|de)\s", inside, maxsplit=1)[0])
        caption = text[: bracket.start()].rstrip()
        names = "/" in inside and all(part[:1].isupper() for part in inside.split("/"))
        apart = text[bracket.start()] == "[" or caption.endswith((".", "”", '"'))
        if words.label("photo", head) or (names and apart):
            entry.kind, entry.value = Kind.CAPTION, text
            return
    at = max(text.rfind(":"), text.rfind("："))
    if at < 0 or len(text) - at > 70:
        at = max(text.rfind("©"), text.rfind("／"), text.rfind("/"), text.rfind("＝"))
    if at > 0 and 2 <= len(text) - at <= 70:
        before = text[:at].rstrip(" :：(（").split()
        for count in range(1, min(words.label_words, len(before)) + 1):
            key = normalise(" ".join(before[-count:]))
            if (
                key
                and words.label("photo", key)
                and (before[-count][:1].isupper() or not before[-count][:1].islower() or count == len(before))
            ):
                if text[at] == "/" and not find_publisher(text[at + 1 :].strip(" .)")):
                    continue
                if count == len(before) and words.label("any", key) and not find_publisher(text[at + 1 :].strip(" .)")):
                    continue
                entry.kind, entry.value = Kind.CAPTION if entry.units > 6 else Kind.CREDIT, text
                return
        if text[at] == "©" and entry.units <= 45:
            entry.kind, entry.value = Kind.CAPTION, text
