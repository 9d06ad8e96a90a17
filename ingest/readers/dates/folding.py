"""Text made comparable, character for character, so that what is found can be pointed at in the original."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_COMBINING = re.compile("[\u0300-\u036f]")
_SINGLE = {
    **dict.fromkeys("–—‐‑‒―−﹣－", "-"),
    **dict.fromkeys("’‘ʼ`´′＇", "'"),
    **dict.fromkeys("أإآٱ", "ا"),
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ک": "ك",
    "ة": "ه",
    "ھ": "ه",
    "ı": "i",
    "İ": "i",
    "ς": "σ",
    "ё": "е",
    "،": ",",
    "、": ",",
    "，": ",",
    "۔": ".",
    "։": ":",
}


class _Fold(dict[int, str]):
    """A table for str.translate that works out each character once."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_one(chr(code))
        return folded


def _fold_one(char: str) -> str:
    if char in _SINGLE:
        return _SINGLE[char]
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category in ("Zs", "Cf") or char in "\t\n\r\x0b\x0c\u2028\u2029":
        return " "
    if 0xFF00 <= ord(char) <= 0xFF5E:
        char = chr(ord(char) - 0xFEE0)
    lowered = char.lower()
    char = lowered[0] if lowered else char
    if ord(char) < 0x530 or 0x1E00 <= ord(char) < 0x2000:
        char = unicodedata.normalize("NFD", char)[0]
    return _SINGLE.get(char, char)


_TABLE = _Fold()


@lru_cache(maxsize=512)
def fold_word(word: str) -> str:
    """A word of a table in the form in which it stands in a folded text."""
    return _COMBINING.sub("", unicodedata.normalize("NFC", word)).translate(_TABLE)


def fold(text: str) -> tuple[str, list[int] | None]:
    """`text` in lower case, without accents, with ASCII digits and plain dashes, spaces and quotes.

    The second value maps positions (the end included) back to `text`; None where they are the same.
    """
    if text.isascii():
        return text.lower(), None
    if not _COMBINING.search(text):
        return text.translate(_TABLE), None
    kept = [i for i, char in enumerate(text) if not "\u0300" <= char <= "\u036f"]
    return "".join([text[i] for i in kept]).translate(_TABLE), [*kept, len(text)]
