"""Folding of names: what makes two spellings of a name the same."""

from __future__ import annotations

import unicodedata

_SPECIAL = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "’": "'", "‘": "'", "ʼ": "'"})


def fold(name: str) -> str:
    """Case, diacritics, compatibility forms and runs of white space do not count: "  Škoda AUTO" gives "skoda auto"."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char)) if not name.isascii() else decomposed
    return " ".join(bare.translate(_SPECIAL).split())
