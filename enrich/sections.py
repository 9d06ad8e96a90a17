"""What a section label of a news site means: a vocabulary in some forty languages (data/sections.tsv)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from enrich import countries
from enrich.compiled import compiled

VERSION = "sections-1"

_DATA = Path(__file__).parent / "data" / "sections.tsv"
_MAX_CHARACTERS = 60
_MAX_WORDS = 7

# Where a label is used in several languages and nothing else decides: by how much is published in them.
_PLAUSIBLE = (
    "en es fr de pt it ru pl nl tr id ar uk ro zh ja ko vi fa cs el hu sv sr bg hr da fi no sk he hi bn ur th sq sl "
    "lt lv et mk ca be is ms"
)
_RANK = {language: rank for rank, language in enumerate(_PLAUSIBLE.split())}
# A text in the first may have its labels listed under the others.
_KIN = {"nb": ("no",), "nn": ("no",), "bs": ("hr", "sr"), "sh": ("sr", "hr"), "cnr": ("sr", "hr"), "hr": ("hr", "sr")}

# Marks that are left out when spelling is loose: accents, Arabic and Hebrew vowel signs, the Indic nukta.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u093c\u09bc]")
_LETTERS = str.maketrans(
    {
        "ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ہ": "ه", "ے": "ي",
        "ґ": "г", "’": "'", "ʼ": "'",
    }
)  # fmt: skip
# In ASCII, what is neither letter nor digit.
_GAPS = str.maketrans({code: " " for code in range(128) if not chr(code).isalnum()})
_JOINING_WORDS = "and und et y e en och og ja i a és es si și şi ve dhe и і й та och in n"
_JOINING = frozenset(_JOINING_WORDS.split())
_SEPARATORS = re.compile(r"\s*(?:&|/|\+|,|·|\||\s[-–—]\s|\s(?:and|und|et|y|e|och|og|ja|dhe|ve|și|i|и|та)\s)\s*", re.I)
_NEWS = re.compile(r"^(?:latest |all |more )?(.+?)(?: news| section| headlines)?$", re.I)
_WAR = re.compile(
    r"^(?:War|Conflict|Crisis) in (?:the )?[A-Z]"
    r"|^(?:Krieg|Konflikt) (?:in|im)(?: der)? [A-Z]|^Guerre (?:en|au|aux|à) [A-ZÉ]"
    r"|^Guerra (?:en|de|in|a|na|no|em) [A-ZÁ]|^Lufta në [A-Z]|^Войн[аы] в [А-Я]|^Рат у [А-ЯЈ]|^Rat u [A-Z]"
    r"|^Wojna (?:w|na) [A-Z]|^V[áo][lj](?:ka|na) (?:v|na) [A-Z]|^Război(?:ul)? (?:în|din) [A-Z]|^Війна (?:в|у) [А-ЯЄІЇ]"
)
_FORMS = frozenset(
    ("Breaking", "News", "Live", "Video", "Gallery", "Podcast", "Interview", "Reportage", "Analysis", "Fact check")
) | {"Investigation", "Press release", "Statistics"}
_WAR_TOPIC = "medtop:20000062"
_SERBIAN = str.maketrans(
    dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgdđežzijklmnoprstćufhcčš", strict=True))
    | {"љ": "lj", "њ": "nj", "џ": "dž"}
)


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A section label: as asked for, its language (BCP 47), the English name, and the IPTC topic or None."""

    label: str
    language: str
    name: str
    topic: str | None

    @property
    def is_form(self) -> bool:
        """Whether the label tells what kind of piece it is ("Live", "Interview") and not what it is about."""
        return self.name in _FORMS


@dataclass(frozen=True, slots=True)
class _Listed:
    language: str
    spelling: str
    usual: bool
    name: str
    topic: str | None


# By `_loose` spelling: the fields of `_Listed`.
_Index = dict[str, list[tuple[str, str, bool, str, str | None]]]


def _spelling(label: str) -> str:
    """One form for whatever case, punctuation and spacing a label has."""
    if label.isascii():
        return " ".join(label.lower().translate(_GAPS).split())
    folded = unicodedata.normalize("NFKC", label).casefold()
    cleaned = [char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in folded]
    return " ".join("".join(cleaned).split())


def _loose(spelling: str) -> str:
    """Without diacritics and without joining words: "Kultúra", "Kultura"; "Kunst og kultur", "Kunst & kultur"."""
    if not spelling.isascii():
        bare = _MARKS.sub("", unicodedata.normalize("NFD", spelling).translate(_LETTERS))
        spelling = unicodedata.normalize("NFC", bare).translate(_LETTERS)
    words = spelling.split()
    if len(words) < 3:
        return " ".join(words)
    kept = [word for position, word in enumerate(words) if not (0 < position < len(words) - 1 and word in _JOINING)]
    return " ".join(kept)


@cache
def _index() -> _Index:
    found: _Index = compiled("sections", _read)
    return found


def _read() -> _Index:
    index: _Index = {}
    name, topic = "", None
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        first, second, *rest = line.split("\t")
        if first == "=":
            name, topic = second, None if rest[0] == "-" else rest[0]
            continue
        for position, label in enumerate(second.split("|")):
            spellings = [_spelling(label)]
            if first == "sr":
                spellings.append(spellings[0].translate(_SERBIAN))
            for spelling in spellings:
                index.setdefault(_loose(spelling), []).append((first, spelling, position == 0, name, topic))
    return index


@cache
def _countries() -> _Index:
    """Names of countries (CLDR): many sites have a section for each country that they report on."""
    found: _Index = compiled("sections.countries", _read_countries)
    return found


def _read_countries() -> _Index:
    index: _Index = {}
    for language, name, english in countries.names():
        for form in (name, _definite(name)) if language == "sq" else (name,):
            spelling = _spelling(form)
            index.setdefault(_loose(spelling), []).append((language, spelling, True, english, None))
    return index


def _listed(index: _Index, label: str) -> list[_Listed]:
    return [_Listed(*row) for row in index.get(_loose(_spelling(label)), ())]


def _definite(name: str) -> str:
    """The Albanian form with its article, as in a menu: Greqi, Greqia; Ukrainë, Ukraina; Iran, Irani."""
    if name.endswith("ë"):
        return name[:-1] + "a"
    return name + ("a" if name.endswith("i") else "ja" if name.endswith("e") else "i")


def warm() -> None:
    """Load the vocabulary now and not with the first label."""
    _index()
    _countries()


def lookup(label: str, language: str | None = None) -> SectionEntry | None:
    """The meaning of a section label, or None if it is none that is known.

    Case, diacritics and punctuation do not matter. Of several languages that use the label, `language` (BCP 47, that of
    the article, say) is preferred, then exact spelling, then the language in which it is the usual word, then the one
    in which most is published. "Politics & Economy" is known as its parts are, and has the topic of the first. A
    country is a section, too.
    """
    label = label.strip()
    if not label or len(label) > _MAX_CHARACTERS or label.count(" ") >= _MAX_WORDS:
        return None
    return _lookup(label, (language or "").replace("_", "-").split("-")[0].lower())


@lru_cache(maxsize=8192)
def _lookup(label: str, language: str) -> SectionEntry | None:
    found = _find(label, language)
    if found is None:
        inner = _NEWS.match(label)
        if inner and inner[1] != label:
            found = _find(inner[1], "en", only="en")
    if found is None:
        parts = [part for part in _SEPARATORS.split(label) if part]
        if len(parts) == 2 and (pair := _find_pair(parts[0], parts[1], language)):
            first, second = pair
            name = first.name if first.name == second.name else f"{first.name} and {second.name}"
            return SectionEntry(label, first.language, name, first.topic or second.topic)
    if found is None and _WAR.match(label[:1].upper() + label[1:]):
        war = _find(label.split()[0], language)
        if war is not None:
            return SectionEntry(
                label, war.language, label if war.language == "en" else war.name, war.topic or _WAR_TOPIC
            )
    if label[0].isalpha() and not label[0].islower() and (found is None or (language and found.language != language)):
        country = min(_listed(_countries(), label), key=_order(label, language), default=None)
        if country and (found is None or country.language == language):
            found = country
    return None if found is None else SectionEntry(label, found.language, found.name, found.topic)


def _order(label: str, language: str) -> Callable[[_Listed], tuple[int, bool, bool, int]]:
    """How plausible it is that this is what the label means, the least first."""
    spelling = _spelling(label)
    wanted = _KIN.get(language, (language,))

    def order(listed: _Listed) -> tuple[int, bool, bool, int]:
        kin = wanted.index(listed.language) if listed.language in wanted else len(wanted)
        return kin, listed.spelling != spelling, not listed.usual, _RANK.get(listed.language, len(_RANK))

    return order


def _candidates(label: str, language: str) -> list[_Listed]:
    """What the label may be, the most plausible first."""
    return sorted(_listed(_index(), label), key=_order(label, language))


def _find(label: str, language: str, only: str | None = None) -> _Listed | None:
    for listed in _candidates(label, language):
        if only is None or listed.language == only:
            return listed
    return None


def _find_pair(first: str, second: str, language: str) -> tuple[_Listed, _Listed] | None:
    """Both in one language."""
    for listed in _candidates(first, language):
        other = _find(second, listed.language, only=listed.language)
        if other is not None:
            return listed, other
    return None
