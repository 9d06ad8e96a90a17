"""Words, cut much as Unicode says (UAX #29) and folded; pairs of characters where a script has no spaces.

What they are searched by is made of them in `search.analysis`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import NamedTuple

MAX_TOKEN = 100
"""Longer tokens are cut off here, in articles and in queries alike."""

_ELISIONS = frozenset(
    {"l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu", "quelqu"}
    | {"dell", "nell", "sull", "dall", "all", "coll", "un", "gl", "quest", "anch"}
)
_LETTERS = {
    **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ŋ": "n", "ŧ": "t"},
    **{"ß": "ss", "ƒ": "f", "ə": "e", "ɛ": "e", "ɔ": "o", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ẚ": "a", "й": "й", "ў": "ў"},
    **{"ї": "ї", "ѓ": "ѓ", "ќ": "ќ", "ё": "е", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ہ": "ه", "ھ": "ه", "ٱ": "ا"},
    **{"ے": "ي", "ۀ": "ه", "ۃ": "ه", "ـ": "", "ʻ": "", "ʼ": "", "ʹ": "", "ˈ": "", "ʾ": "", "ʿ": "", "_": ""},
    **{"\u00ad": "", "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "", "\u2060": "", "\ufeff": "", "\u034f": ""},
}
_ENDINGS = frozenset(("s", "ll", "re", "ve", "d", "m"))
_JOINERS = "\u00ad\u200c\u200d\u200e\u200f\u2060\ufeff\u034f"
_STRIPPED: tuple[tuple[int, int], ...] = (
    (0x300, 0x36F),
    (0x483, 0x489),
    (0x591, 0x5C7),
    (0x610, 0x61A),
    (0x64B, 0x65F),
    (0x670, 0x670),
)
_STRIPPED += ((0x6D6, 0x6ED), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F))
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3005-\u3007\u3031-\u3035\u303b\u3041-\u30ff\u3130-\u318f"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    "\U0001b000-\U0001b2ff\U00020000-\U0003ffff"
)
"""Lao, Thai, Burmese, Khmer, Han, kana, and Hangul (whose particles follow without a space)."""


class Token(NamedTuple):
    """One word: `text` is folded as written, from [start, end) of the text (code points); the rest is for stemming.

    `raw` is what it was cut out of, `cased` what stemmers get: None in scripts without spaces.
    """

    text: str
    start: int
    end: int
    raw: str
    cased: str | None


class _Folds(dict[int, str]):
    """A table for str.translate: what a code point is folded to, worked out when first met."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        folded = _LETTERS.get(char)
        if folded is None:
            if any(first <= point <= last for first, last in _STRIPPED):
                folded = ""
            elif unicodedata.category(char) == "Nd":
                folded = str(unicodedata.digit(char))
            else:
                parts = unicodedata.normalize("NFKD", char)
                if len(parts) > 1 and not "\uac00" <= char <= "\ud7a3":
                    folded = unicodedata.normalize("NFC", "".join(self[ord(part)] for part in parts))
                else:
                    folded = char
        self[point] = folded
        return folded


FOLDS = _Folds()
"""A table for str.translate: letters without diacritics and of one form."""


def _cased(word: str) -> str:
    """Case and compatibility folded, diacritics kept: what stemmers expect."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())


class _Patterns(NamedTuple):
    """`raw`: what may be a word; `part`: its runs of one kind; `character`: one with the marks that follow it."""

    raw: re.Pattern[str]
    part: re.Pattern[str]
    character: re.Pattern[str]
    unspaced: re.Pattern[str]


@cache
def patterns() -> _Patterns:
    """Made with the first text: it takes a while."""
    marks = _ranges(point for point in range(0x300, 0x20000) if unicodedata.category(chr(point))[0] == "M")
    marks += "\U000e0100-\U000e01ef" + _JOINERS
    word = rf"[\w{marks}]"
    raw = re.compile(
        r"[A-Za-z]{2,}(?=[ \n,])"  # Most words of most texts, without a look at the rest
        r"|(?<!\w)[cCfF](?:\+\+|#)(?!\w)"  # C++, C#, F#
        r"|(?<!\w)(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?|(?<!\w)[^\W\d_]\.[^\W\d_](?!\w)"  # U.S., U.S, e.g.
        rf"|(?<!\w)\d+(?:[.,'’]\d+)+{word}*"  # 1,000  3.5bn
        rf"|{word}+(?:['’＇]{word}+|(?<=[א-ת])[\"״](?=[א-ת]){word}+)*"  # O'Brien, l’Iran, צה"ל
    )
    return _Patterns(
        raw,
        re.compile(rf"[{_UNSPACED}][{_UNSPACED}\u0300-\u036f]*|[^_{_UNSPACED}]+"),
        # Hangul may come in its letters: those of a syllable go together.
        re.compile(f"[\u1100-\u115f][\u1160-\u11a7]?[\u11a8-\u11ff]?|[{_UNSPACED}][{marks}]*|[{marks}]+"),
        re.compile(f"[{_UNSPACED}]"),
    )


def _ranges(points: Iterable[int]) -> str:
    """The inside of a character class."""
    out: list[list[int]] = []
    for point in points:
        if out and out[-1][1] == point - 1:
            out[-1][1] = point
        else:
            out.append([point, point])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in out)


def cut(raw: str) -> list[Token]:
    """The words in a raw word: mostly one; several for unspaced scripts, underscores and compatibility characters."""
    known = patterns()
    spans = [(0, len(raw))] if raw.isascii() and "_" not in raw else [m.span() for m in known.part.finditer(raw)]
    words: list[Token] = []
    for start, end in spans:
        part = raw[start:end]
        if known.unspaced.match(part):
            words += _pairs(part, start, raw)
            continue
        folded, cased = _plain(part)
        # A compatibility character may hold several words (U+FDFA); a folded word may be nothing (a lone accent).
        for word in folded.split():
            words.append(Token(word[:MAX_TOKEN], start, end, raw, (cased if word == folded else word)[:MAX_TOKEN]))
    return words


def _plain(raw: str) -> tuple[str, str]:
    """Folded and cased form of a raw word of a script with spaces."""
    if raw[-1] in "+#":
        return raw.lower(), raw.lower()
    word = _cased(raw)
    if raw[0].isdigit():
        word = _number(word.translate(FOLDS))
    elif not raw.isalnum():
        parts = re.split("['’]", word.replace(".", ""))
        while len(parts) > 1 and parts[0] in _ELISIONS:
            del parts[0]
        if len(parts) > 1 and parts[-1] in _ENDINGS:
            del parts[-1]
        word = "".join(parts).replace('"', "").replace("״", "")
    return word.translate(FOLDS), word


def _number(word: str) -> str:
    """Thousands separators dropped, the decimal sign made a full stop: "1,000.5" and "1.000,5" are "1000.5"."""
    word = word.replace("’", "'")
    grouped = re.match(r"\d{1,3}([.,'])\d{3}(?:\1\d{3})*(?!\d)", word)
    if grouped:
        word = re.sub(r"[.,']", "", grouped.group()) + word[grouped.end() :]
    return word.replace(",", ".").replace("'", "")


def _pairs(run: str, offset: int, raw: str) -> list[Token]:
    """Overlapping pairs of characters, each with its marks; a lone character is itself."""
    pieces = [(_cased(m.group()).translate(FOLDS), *m.span()) for m in patterns().character.finditer(run)]
    pieces = [one for one in pieces if one[0] and not one[0].isspace()]
    if len(pieces) == 1:
        return [Token(pieces[0][0], offset + pieces[0][1], offset + pieces[0][2], raw, None)]
    return [
        Token(first + second, offset + start, offset + end, raw, None)
        for (first, start, _), (second, _, end) in pairwise(pieces)
    ]


def folded(text: str) -> str:
    """A piece of a word as words as written have it."""
    return _cased(text).translate(FOLDS)


def unspaced(text: str) -> bool:
    """Whether it has characters of a script without spaces, which is cut into pairs of them."""
    return patterns().unspaced.search(text) is not None


def lone(word: str) -> bool:
    """Whether a word as written is one character of an unspaced script: as written, texts only have these in pairs."""
    known = patterns()
    return known.character.fullmatch(word) is not None and known.unspaced.match(word) is not None
