"""The one analysis chain: words are stemmed here, for every engine, the percolator and the highlighter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, NamedTuple, TypeVar

import Stemmer

from newsapi.text import fold
from search.words import FOLDS, Token, cut, folded, lone, patterns, unspaced

__all__ = [
    "VERSION", "Token", "Word", "analyse", "fold", "folded", "found", "lone", "primary", "query_words", "tokens",
    "unspaced", "written",
]  # fmt: skip

VERSION = f"1/{Stemmer.version()}"
"""Changes whenever the same text may give other tokens; an index built by another version has to be built anew."""

SNOWBALL = {
    **{"ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english"},
    **{"eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish"},
    **{"fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian"},
    **{"it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian"},
    **{"no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish"},
    **{"bs": "serbian", "hr": "serbian", "sr": "serbian", "ta": "tamil", "tr": "turkish", "yi": "yiddish"},
}
"""Primary language subtag to Snowball algorithm; words of other languages are folded and not stemmed."""

_PLURALS = {"pt": (("ões", "ão"), ("ães", "ão"), ("oes", "ao"))}
"""What Snowball does not bring together, though it is frequent: eleições, eleição."""

ACRONYMS = frozenset({"AI", "EU", "IS", "IT", "UN", "US", "WHO"})
"""In capitals (or with full stops) these are names, in small letters frequent words: kept apart when stemmed."""

_CACHE_SIZE = 100_000
_CACHED_LENGTH = 40
V = TypeVar("V")


class Word(NamedTuple):
    """One word of a query: `written` as a phrase compares it, and what plain words compare, any of which will do.

    An alternative is a stem and the languages (primary subtags) of the articles in which it counts; none means any.
    """

    written: str
    alternatives: tuple[tuple[str, tuple[str, ...]], ...]


class _Written(dict[str, str]):
    """Raw word to its words as written, joined by spaces; bounded, and what is rarely met again is not kept."""

    def __missing__(self, raw: str) -> str:
        words = cut(raw)
        return _keep(self, raw, words, " ".join(token.text for token in words))


class _Stemmed(dict[str, str]):
    """Raw word to what an article in `language` is found by, joined by spaces; bounded."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, raw: str) -> str:
        words = cut(raw)
        forms = [form for token in words for form in _forms(token, self.language)]
        if any(token.cased is None for token in words):
            # A query of one character of an unspaced script has no pair to look for.
            forms += [char for char in patterns().character.findall(raw) if patterns().unspaced.match(char)]
        return _keep(self, raw, words, " ".join(forms))


class _Chunks(dict[str, str]):
    """What stands between white space to its words, as `words` has them, joined by spaces; bounded.

    No word has white space in it or looks beyond, and what a text is cut at is quickly found.
    """

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self.words = words

    def __missing__(self, chunk: str) -> str:
        raws = patterns().raw.findall(chunk)
        value = " ".join([self.words[raw] for raw in raws])
        if len(chunk) <= _CACHED_LENGTH and all(raw in self.words for raw in raws):
            if len(self) >= _CACHE_SIZE:
                self.clear()
            self[chunk] = value
        return value


def _keep(known: dict[str, V], raw: str, words: list[Token], value: V) -> V:
    if len(raw) <= _CACHED_LENGTH and len(words) == 1 and words[0].cased is not None:
        if len(known) >= _CACHE_SIZE:
            known.clear()
        known[raw] = value
    return value


_WRITTEN = _Chunks(_Written())
_CUT: dict[str, list[Token]] = {}


@cache
def _stemmed(language: str) -> _Chunks:
    return _Chunks(_Stemmed(language))


@cache
def _stemmer(language: str) -> Any:
    """The Snowball stemmer of a primary subtag, if any. Calls hold the GIL throughout, so threads may share it."""
    name = SNOWBALL.get(language)
    return Stemmer.Stemmer(name, 0) if name in Stemmer.algorithms() else None


def _forms(token: Token, language: str) -> tuple[str, ...]:
    """What a word of an article in `language` is found by: its stem, and that of the word without its diacritics."""
    acronym = _acronym(token.raw)
    if acronym:
        return (acronym,)
    stemmer = _stemmer(language)
    if stemmer is None or token.cased is None or token.text[0].isdigit():
        return (token.text,)
    stem = stemmer.stemWord(_singular(token.cased, language)).translate(FOLDS) or token.text
    if token.cased == token.text:
        return (stem,)
    plain = stemmer.stemWord(_singular(token.text, language)).translate(FOLDS) or token.text
    return (stem,) if stem == plain else (stem, plain)


def _singular(word: str, language: str) -> str:
    for plural, singular in _PLURALS.get(language, ()):
        if word.endswith(plural):
            return word[: -len(plural)] + singular
    return word


def _acronym(raw: str) -> str | None:
    """The acronym that a raw word is, if it is one that has to be kept apart from a word."""
    if len(raw) > 8 or not raw[0].isupper():
        return None
    word = re.split("['’]", raw, maxsplit=1)[0].replace(".", "")
    return word if word in ACRONYMS else None


def primary(language: str) -> str:
    """The primary subtag of a BCP 47 tag, in small letters; `und` for none."""
    return language.replace("_", "-").split("-", 1)[0].strip().lower() or "und"


def tokens(text: str) -> list[Token]:
    """The words of a text, in order."""
    found: list[Token] = []
    for match in patterns().raw.finditer(text):
        raw, offset = match.group(), match.start()
        words = _CUT.get(raw)
        if words is None:
            words = _keep(_CUT, raw, made := cut(raw), made)
        found += [Token(t.text, t.start + offset, t.end + offset, t.raw, t.cased) for t in words]
    return found


def analyse(text: str, language: str) -> tuple[str, str]:
    """The words of a text as an index keeps them, joined by spaces for a whitespace analyzer: as written, and stemmed.

    `language` is BCP 47. Only the words as written keep their order: phrases are looked up there.
    """
    chunks = text.split()
    stemmed = _stemmed(primary(language))
    return (
        " ".join(filter(None, [_WRITTEN[chunk] for chunk in chunks])),
        " ".join(filter(None, [stemmed[chunk] for chunk in chunks])),
    )


def found(text: str, wanted: AbstractSet[str], language: str) -> Iterator[tuple[int, int, str]]:
    """Where words of an article in `language` are found by a stem of `wanted`: start, end, which one."""
    subtag = primary(language)
    stemmed = _stemmed(subtag).words
    # Most words of a text are others: what they are found by is looked at once for each different one.
    hits: dict[str, bool] = {}
    for match in patterns().raw.finditer(text):
        raw = match.group()
        hit = hits.get(raw)
        if hit is None:
            hit = hits[raw] = not wanted.isdisjoint(stemmed[raw].split())
        if hit:
            for start, end, stem in _found(raw, wanted, subtag):
                yield match.start() + start, match.start() + end, stem


def _found(raw: str, wanted: AbstractSet[str], language: str) -> Iterator[tuple[int, int, str]]:
    for token in cut(raw):
        stem = next((form for form in _forms(token, language) if form in wanted), None)
        if stem is not None:
            yield token.start, token.end, stem
    for match in patterns().character.finditer(raw):
        if match.group() in wanted and lone(match.group()):
            yield *match.span(), match.group()


def written(text: str) -> tuple[str, ...]:
    """The words of a phrase."""
    return tuple(token.text for token in tokens(text))


def query_words(text: str, languages: Sequence[str]) -> tuple[Word, ...]:
    """The different words of a query and what each matches in articles of the languages (primary subtags)."""
    found = tokens(text)
    # Who writes everything in capitals does not mean acronyms by them.
    shouting = len(found) > 1 and text.upper() == text
    return tuple(
        {token.raw + token.text: Word(token.text, _query_stems(token, languages, shouting)) for token in found}.values()
    )


def _query_stems(token: Token, languages: Sequence[str], shouting: bool) -> tuple[tuple[str, tuple[str, ...]], ...]:
    counted: dict[str, list[str]] = {}
    for language in languages or ("und",):
        forms = set(_forms(token, language))
        if _acronym(token.raw):
            if shouting:
                forms |= set(_forms(token._replace(raw=token.text), language))
        elif token.text.upper() in ACRONYMS:
            forms.add(token.text.upper())
        for form in sorted(forms):
            counted.setdefault(form, []).append(language)
    everywhere = max(len(languages), 1)
    return tuple((form, () if len(where) == everywhere else tuple(where)) for form, where in counted.items())
