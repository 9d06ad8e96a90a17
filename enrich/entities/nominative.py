"""The dictionary form of a person's name that a Russian or Ukrainian text has in another case only.

The given name says the case and the gender; the surname follows by the endings of its kind (our own summary of the
school grammars). What is not sure stays as it is written.
"""

from __future__ import annotations

import re
from functools import cache

from enrich.entities.folding import pattern
from enrich.entities.lexicon import lines
from enrich.entities.stems import stem

_UKRAINIAN = re.compile("[іїєґ'’]", re.IGNORECASE)
_RUSSIAN = re.compile("[ыэёъ]", re.IGNORECASE)
Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> Rules:
    return tuple((re.compile(f"{ending}$"), whole) for ending, whole in pairs)


_MEN = {
    "ru": _rules(
        ("(ск|цк)(?:ого|ому|им|ом)", r"\1ий"),
        ("(ов|ев|ёв|ин|ын)(?:а|у|ым|е)", r"\1"),
        ("([аеёиоуыэюя])(?:я|ю|ем)", r"\1й"),
        ("([бвгджзклмнпрстфхцчшщ])(?:а|у|ом|ем|е)", r"\1"),
    ),
    "uk": _rules(
        ("(ськ|цьк)(?:ого|ому|им)", r"\1ий"),
        ("(енк)(?:а|у|ом|ові)", r"\1о"),
        ("(і|ї)(?:я|ю|єм|єві)", r"\1й"),
        ("([бвгджзклмнпрстфхцчшщ])(?:а|у|ом|ові|ем|еві)", r"\1"),
    ),
}
_WOMEN = {
    "ru": _rules(("(ов|ев|ёв|ин|ын)(?:ой|у)", r"\1а"), ("(ск|цк)(?:ой|ую)", r"\1ая")),
    "uk": _rules(("(ов|єв|ев|ін|їн)(?:ої|ій|у|ою)", r"\1а"), ("(ськ|цьк)(?:ої|ій|у|ою)", r"\1а")),
}


@cache
def _given(language: str) -> dict[str, set[str]]:
    """The given names of a language by their stems."""
    foreign = _UKRAINIAN if language == "ru" else _RUSSIAN
    names: dict[str, set[str]] = {}
    for line in lines("given_names.txt"):
        for raw in line.replace("-", " ").split():
            if "\u0400" <= raw[0] <= "\u04ff" and not foreign.search(raw) and not (language == "ru" and raw[-1] == "о"):
                names.setdefault(stem(pattern(raw)), set()).add(raw)
    return names


def nominative(name: str, language: str) -> str:
    """`name` (given name and surname) in its dictionary form; as it is where language or name is another."""
    if language not in _MEN or name.count(" ") != 1:
        return name
    first, last = name.split(" ")
    known = _given(language).get(stem(pattern(first)), set())
    own = {name for name in known if _UKRAINIAN.search(name)} if language == "uk" else set()
    candidates = own or known
    if len(candidates) != 1 or first in known:
        return name
    given = next(iter(candidates))
    for ending, whole in (_WOMEN if given[-1] in "ая" else _MEN)[language]:
        changed, count = ending.subn(whole, last)
        if count:
            return f"{given} {changed}"
    return f"{given} {last}"
