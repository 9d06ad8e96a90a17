"""Text as the gazetteers see it: lower case, no accents, every sign a space, and not a code point longer or shorter."""

from __future__ import annotations

import re
import unicodedata

from enrich.entities.stems import stem

__all__ = ["compose", "fold", "pattern", "stem", "words_of"]

# Letters that NFD does not take apart, or that are written in several ways.
SPECIAL = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "İ": "i", "æ": "a", "ß": "s", "þ": "t", "ə": "e", "ς": "σ",
    "ё": "е", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ك": "ک", "ة": "ه",
    "ۀ": "ه", "ؤ": "و",
}  # fmt: skip
# Scripts whose accents are optional in print; Cyrillic й and ї are letters of their own.
ACCENTED = ((0x00C0, 0x024F), (0x0370, 0x03FF), (0x1E00, 0x1FFF))
# Marks that may stand between any two letters and mean nothing here: soft hyphen, direction marks, tatweel, vowel
# points.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u0640\u064b-\u0652\u0591-\u05c7\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
COMBINING = re.compile("[\u0300-\u036f]")


def _fold(char: str) -> str:
    category = unicodedata.category(char)
    if category[0] == "M":
        return char
    if category[0] not in "LN":
        return " "
    low = SPECIAL.get(char) or char.lower()
    if len(low) != 1:
        low = low[0]
    low = SPECIAL.get(low, low)
    code = ord(low)
    if any(first <= code <= last for first, last in ACCENTED):
        plain = unicodedata.normalize("NFD", low)[0]
        low = SPECIAL.get(plain, plain)
    elif 0xFF00 <= code <= 0xFFEF:
        wide = unicodedata.normalize("NFKC", low)
        low = wide if len(wide) == 1 else low
    return low


class _Folder(dict[int, int]):
    """A translation table that fills itself."""

    def __missing__(self, code: int) -> int:
        folded = ord(_fold(chr(code)))
        self[code] = folded
        return folded


_TABLE = _Folder()


def fold(text: str) -> str:
    """`text` folded, of the same length: "Iran’s São-Paulo" gives "iran s sao paulo"."""
    return text.translate(_TABLE)


def words_of(text: str, separator: str | None = None) -> frozenset[str]:
    """The words of a line of a word list: lists in code stay readable."""
    return frozenset(text.split(separator))


def pattern(name: str) -> str:
    """A name as it is looked up in folded text, without the spaces around it; "" if nothing is left."""
    return fold(compose(name)[0]).strip()


def compose(text: str) -> tuple[str, list[int] | None]:
    """`text` with accents composed and invisible marks dropped, and for each code point (and the end) its origin.

    The list is None where nothing changed, as in nearly every text.
    """
    if not COMBINING.search(text) and not INVISIBLE.search(text):
        return text, None
    chars: list[str] = []
    origin: list[int] = []
    for at, char in enumerate(text):
        if INVISIBLE.match(char):
            continue
        if chars and COMBINING.match(char):
            whole = unicodedata.normalize("NFC", chars[-1] + char)
            if len(whole) == 1:
                chars[-1] = whole
            # An accent that composes with nothing is dropped too; it belongs to the letter before it.
            continue
        chars.append(char)
        origin.append(at)
    origin.append(len(text))
    return "".join(chars), origin
