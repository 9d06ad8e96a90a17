"""The topic lexicons: text files of weighted terms become an Aho-Corasick automaton per language, when first needed.

The files and their format are described in `enrich/data/topics/__init__.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import ahocorasick

from enrich import taxonomy
from enrich.compiled import compiled

DIRECTORY = Path(__file__).parent / "data" / "topics"
MASK = "mask"
WEAK = 1

# Vowel signs of Indic scripts, Thai and Burmese are marks, not letters: `\w` would cut words at each of them.
_WORD = re.compile(r"[^\W_]+")
_WORD_WITH_MARKS = re.compile(r"[^\s!-/:-@\[-`{-~\u00a0-\u00bf\u2000-\u206f\u0964\u0965\u3000-\u303f\uff00-\uff0f]+")
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]+")
_INDIC = re.compile(r"[\u0900-\u0eff\u1000-\u109f\u1780-\u17ff]")
# Where none of these is, there is neither a mark to leave out nor an Indic word.
_MARKED = re.compile(f"{_MARKS.pattern[:-2]}{_INDIC.pattern[1:]}")
# Of ASCII: small letters and digits; all else is a gap.
_ASCII = str.maketrans({code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)})
# Vietnamese writes hòa and hoà, thủy and thuỷ.
_NEW_TONE = {
    unicodedata.normalize("NFC", f"{vowels}{mark} "): unicodedata.normalize("NFC", f"{vowels[0]}{mark}{vowels[1]} ")
    for vowels in ("oa", "oe", "uy")
    for mark in "\u0300\u0301\u0303\u0309\u0323"
}
_OLD_TONE = re.compile("|".join(_NEW_TONE))
# What Hebrew writes onto a word: and, that, in, to, from, as, the.
_HEBREW_PREFIXES = ("", "ה", "ב", "ל", "מ", "ו", "ש", "כ", "וה", "שה", "מה", "וב", "ול", "כש")
_ARABIC_ARTICLE = re.compile(r" (?:و?[بکف]?ال|و?لل)(?=\w{2})")
_SERBIAN = str.maketrans(
    {
        **dict(zip("абвгдежзијклмнопрстћуфхцчшђ", "abvgdezzijklmnoprstcufhccsd", strict=True)),
        **{"љ": "lj", "њ": "nj", "џ": "dz"},
    }
)
_LETTERS = str.maketrans(
    {
        **{"ı": "i", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h"},
        **{"ك": "ک", "ي": "ی", "ى": "ی", "ة": "ه", "ς": "σ", "ё": "е"},
    }
)


def fold(text: str) -> str:
    """Words in lower case without accents, one space between them and at both ends.

    Any str works. Arabic letter variants, final sigma and the like become one form; what is no letter or digit is
    a gap.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        pattern = _WORD
        if _MARKED.search(text):
            text = _MARKS.sub("", text)
            if _INDIC.search(text):
                pattern = _WORD_WITH_MARKS
        words = " ".join(pattern.findall(text.lower()))
        if not words.isascii():
            words = _MARKS.sub("", unicodedata.normalize("NFKD", words.translate(_LETTERS)))
            words = unicodedata.normalize("NFC", words).translate(_LETTERS)
        return f" {words} "
    return f" {' '.join(text.translate(_ASCII).split())} "


def prepare(text: str, language: str) -> str:
    """A text or a term folded the way the lexicon of a language needs it.

    Arabic loses the article (with the letters written onto it); Serbian in Cyrillic becomes Latin; Vietnamese keeps
    its accents, for without them most words are another one.
    """
    if language == "vi":
        words = f" {' '.join(_WORD.findall(unicodedata.normalize('NFC', text).lower()))} "
        return words if words.isascii() else _OLD_TONE.sub(lambda found: _NEW_TONE[found[0]], words)
    folded = fold(text)
    if language == "ar":
        return _ARABIC_ARTICLE.sub(" ", folded)
    if language == "hr" and not folded.isascii():
        return folded.translate(_SERBIAN)
    return folded


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one string of the automaton stands for: `votes` are (index of the topic, weight 1 to 3).

    `open_end`: more letters may follow; `firm`: the topics with a vote heavier than 1.
    """

    length: int
    phrase: bool
    mask: bool
    open_end: bool
    votes: tuple[tuple[int, int], ...]
    firm: frozenset[int]


# The fields of a Pattern but for `firm`, which follows from the votes.
PatternRow = tuple[int, bool, bool, bool, tuple[tuple[int, int], ...]]


class Patterns:
    """The patterns of an automaton by number, made of their rows when they are first found: of most never."""

    def __init__(self, rows: list[PatternRow]) -> None:
        self._rows = rows
        self._made: list[Pattern | None] = [None] * len(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: int) -> Pattern:
        made = self._made[number]
        if made is None:
            row = self._rows[number]
            firm = frozenset(topic for topic, weight in row[4] if weight > WEAK)
            made = self._made[number] = Pattern(*row, firm)
        return made


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's terms. `codes` are the topics that votes point into."""

    language: str
    codes: tuple[str, ...]
    patterns: Patterns
    automaton: ahocorasick.Automaton


class LexiconError(ValueError):
    """A line of a lexicon file that cannot be read; names the file and the line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One term of a file as written: `code` is a Media Topic or `mask`."""

    line: int
    code: str
    weight: int
    term: str


def languages() -> tuple[str, ...]:
    """The languages that have a lexicon, sorted."""
    return tuple(sorted(path.stem for path in DIRECTORY.glob("*.txt")))


def read(language: str) -> tuple[str, list[Entry]]:
    """The matching mode of a language's file and its terms; LexiconError names file and line that cannot be read."""
    mode, code = "word", ""
    entries: list[Entry] = []
    with (DIRECTORY / f"{language}.txt").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            mark, _, rest = line.strip().partition(" ")
            if not mark or mark.startswith("#"):
                continue
            if mark == "!":
                mode = rest.partition("=")[2]
            elif mark == "@":
                code = rest.split()[0]
                if code != MASK:
                    code = taxonomy.PREFIX + code
                    if taxonomy.find(code) is None:
                        raise LexiconError(f"{language}.txt:{number}: no Media Topic {code}")
            elif mark in {"1", "2", "3", "-"} and code:
                weight = 0 if mark == "-" else int(mark)
                entries.extend(Entry(number, code, weight, term) for term in map(str.strip, rest.split(",")) if term)
            else:
                raise LexiconError(
                    f"{language}.txt:{number}: expected '@ code', or a weight and terms: {line.strip()[:60]}"
                )
    if mode not in {"word", "exact", "prefix", "substring"}:
        raise LexiconError(f"{language}.txt: unknown match={mode}")
    return mode, entries


def _forms(term: str, mode: str, language: str) -> Iterator[tuple[str, bool]]:
    """The strings to look for in folded text, and whether more letters may follow each."""
    exact, starred, inner = term.endswith("="), term.endswith("*"), term.startswith("*")
    words = prepare(term.strip("*= "), language).strip()
    if not words:
        return
    if mode == "substring":
        yield words, True
        return
    if language == "he" and not inner:
        for prefix in _HEBREW_PREFIXES:
            yield f" {prefix}{words}{' ' if exact else ''}", not exact
        return
    start = "" if inner else " "
    if starred or (mode == "prefix" and not exact):
        yield start + words, True
        return
    yield f"{start}{words} ", False
    if mode == "word" and not exact:
        yield f"{start}{_plural(words)} ", False


def _plural(words: str) -> str:
    if words.endswith(("s", "x", "z", "ch", "sh")):
        return words + "es"
    if words.endswith("y") and words[-2:-1] not in set("aeiou "):
        return words[:-1] + "ies"
    return words + "s"


def build(language: str, mode: str, entries: list[Entry]) -> tuple[tuple[str, ...], list[PatternRow], tuple[Any, ...]]:
    """The topics, patterns and automaton of a language's terms, as plain values (see `enrich.compiled`).

    A term twice under one topic counts once, with its greater weight.
    """
    codes = tuple(dict.fromkeys(entry.code for entry in entries if entry.code != MASK))
    index = {code: i for i, code in enumerate(codes)}
    votes: dict[tuple[str, bool], dict[int, int]] = {}
    masks: set[tuple[str, bool]] = set()
    for entry in entries:
        for form in _forms(entry.term, mode, language):
            topics = votes.setdefault(form, {})
            if entry.code == MASK:
                masks.add(form)
            else:
                topic = index[entry.code]
                topics[topic] = max(entry.weight, topics.get(topic, 0))
    automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
    patterns: list[PatternRow] = []
    for form, topics in votes.items():
        string, open_end = form
        patterns.append((len(string), " " in string.strip(), form in masks, open_end, tuple(topics.items())))
        automaton.add_word(string, len(patterns) - 1)
    automaton.make_automaton()
    # As the library would have it pickled: what it makes an automaton of without adding word by word.
    return codes, patterns, automaton.__reduce__()[1]


@lru_cache(maxsize=64)
def load(language: str) -> Lexicon:
    """The lexicon of a language that has a file; read once."""
    codes, patterns, automaton = compiled(f"topics.{language}", lambda: build(language, *read(language)))
    return Lexicon(language, codes, Patterns(patterns), ahocorasick.Automaton(*automaton))
