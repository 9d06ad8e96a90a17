"""Names without their case endings, for comparing the forms of one name: "Kowalskiego" and "Kowalski".

Endings are our own summary of each language; stems are only to be compared with other stems.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache

Stemmer = Callable[[str], str]
SHORTEST = 3

_CYRILLIC = re.compile(
    "(?:ского|скому|ским|ском|ская|ской|скую|ский|ська|ської|ській|ську|ський|ського|ському|ським|"
    "ого|ему|ому|ами|ими|ові|еві|єві|ой|ою|ей|єм|ем|ом|ым|им|ім|ий|ый|ії|ія|ію|ия|ии|ию|[аеєёиоуыэюяьйії])$"
)
_SOFT = re.compile("[йеиіьє]$")
_GREEK = re.compile("(?:ου|οσ|ησ|ασ|ων|[αεηιουσ])$")
_SLAVIC = "iego|iemu|ego|emu|eho|owi|ovi|iem|em|om|ou|im|ym|ie|aj|oj|[aeiouy]"
_FLEETING = re.compile("(?<=[^aeiouy])e(?=[lkcr]$)")
_LATIN = {
    **dict.fromkeys(("pl", "cs", "sk", "hr", "bs", "sl", "sr"), re.compile(f"(?:{_SLAVIC})$")),
    "fi": re.compile("(?:issa|ista|ille|illa|ssa|sta|lla|lle|lta|iin|in|en|an|n)$"),
    "hu": re.compile(r"(?:nal|nel|val|vel|nak|nek|ban|ben|bol|rol|tol|hoz|hez|ra|re|ert|ot|et|at|t|(?<=(\w))\1[ae]l)$"),
    "sq": re.compile("(?:it|in|un|ut|es|en|as|i|u|a|e|n|s)$"),
    "lt": re.compile("(?:iui|aus|ius|ais|io|as|is|us|ui|[aoeuiy])$"),
    "lv": re.compile("(?:iem|is|as|am|im|us|s|[aeiou])$"),
    "et": re.compile("(?:iga|ile|ilt|ist|ga|le|lt|st|s|i|e|a|u)$"),
}


def _plain(word: str) -> str:
    """Without an ending of Cyrillic or Greek; Latin words stay as they are."""
    if len(word) < 4:
        return word
    last = word[-1]
    if "а" <= last <= "ґ" or "Ѐ" <= last <= "ӿ":
        return _SOFT.sub("", _CYRILLIC.sub("", word)) or word
    if "α" <= last <= "ω":
        return _GREEK.sub("", word)
    return word


@cache
def stemmer(language: str) -> Stemmer:
    """The stemmer of a language (BCP 47) for folded words."""
    endings = _LATIN.get(language.split("-")[0])
    if endings is None:
        return lru_cache(maxsize=4096)(_plain)

    slavic = endings is _LATIN["pl"]

    @lru_cache(maxsize=4096)
    def latin(word: str) -> str:
        if not word.isascii():
            return _plain(word)
        short = endings.sub("", word)
        if slavic:
            # "Pavel" and "Pavla".
            short = _FLEETING.sub("", short)
        return short if len(short) >= SHORTEST else word

    return latin


stem = stemmer("")
# Languages whose names of Latin letters are inflected.
INFLECTED = frozenset(_LATIN)
