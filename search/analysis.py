"""The one analysis chain: words are cut, folded and stemmed here for every engine, the percolator and the highlighter.

Words are cut much as Unicode says (UAX #29), with overlapping pairs of characters where a script has no spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import Stemmer

from newsapi.text import fold

__all__ = ["VERSION", "Token", "Word", "analyse", "fold", "lone", "primary", "query_words", "tokens", "written"]

VERSION = f"1/{Stemmer.version()}"
"""Changes whenever the same text may give other tokens; an index built by another version has to be built anew."""

MAX_TOKEN = 100
"""Longer tokens are cut off here, in articles and in queries alike."""

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
_CACHE_SIZE = 100_000
_CACHED_LENGTH = 40
V = TypeVar("V")


class Token(NamedTuple):
    """One word: `text` is folded as written, from [start, end) of the text (code points); the rest is for stemming.

    `raw` is what it was cut out of, `cased` what stemmers get: None in scripts without spaces.
    """

    text: str
    start: int
    end: int
    raw: str
    cased: str | None


class Word(NamedTuple):
    """One word of a query: `written` as a phrase compares it, and what plain words compare, any of which will do.

    An alternative is a stem and the languages (primary subtags) of the articles in which it counts; none means any.
    """

    written: str
    alternatives: tuple[tuple[str, tuple[str, ...]], ...]


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


_FOLDS = _Folds()


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
def _patterns() -> _Patterns:
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


def _cut(raw: str) -> list[Token]:
    """The words in a raw word: mostly one; several for unspaced scripts, underscores and compatibility characters."""
    patterns = _patterns()
    spans = [(0, len(raw))] if raw.isascii() and "_" not in raw else [m.span() for m in patterns.part.finditer(raw)]
    cut: list[Token] = []
    for start, end in spans:
        part = raw[start:end]
        if patterns.unspaced.match(part):
            cut += _pairs(part, start, raw)
            continue
        folded, cased = _plain(part)
        # A compatibility character may hold several words (U+FDFA); a folded word may be nothing (a lone accent).
        for word in folded.split():
            cut.append(Token(word[:MAX_TOKEN], start, end, raw, (cased if word == folded else word)[:MAX_TOKEN]))
    return cut


def _plain(raw: str) -> tuple[str, str]:
    """Folded and cased form of a raw word of a script with spaces."""
    if raw[-1] in "+#":
        return raw.lower(), raw.lower()
    word = _cased(raw)
    if raw[0].isdigit():
        word = _number(word.translate(_FOLDS))
    elif not raw.isalnum():
        parts = re.split("['’]", word.replace(".", ""))
        while len(parts) > 1 and parts[0] in _ELISIONS:
            del parts[0]
        if len(parts) > 1 and parts[-1] in _ENDINGS:
            del parts[-1]
        word = "".join(parts).replace('"', "").replace("״", "")
    return word.translate(_FOLDS), word


def _number(word: str) -> str:
    """Thousands separators dropped, the decimal sign made a full stop: "1,000.5" and "1.000,5" are "1000.5"."""
    word = word.replace("’", "'")
    grouped = re.match(r"\d{1,3}([.,'])\d{3}(?:\1\d{3})*(?!\d)", word)
    if grouped:
        word = re.sub(r"[.,']", "", grouped.group()) + word[grouped.end() :]
    return word.replace(",", ".").replace("'", "")


def _pairs(run: str, offset: int, raw: str) -> list[Token]:
    """Overlapping pairs of characters, each with its marks; a lone character is itself."""
    cut = [(_cased(m.group()).translate(_FOLDS), *m.span()) for m in _patterns().character.finditer(run)]
    cut = [one for one in cut if one[0] and not one[0].isspace()]
    if len(cut) == 1:
        return [Token(cut[0][0], offset + cut[0][1], offset + cut[0][2], raw, None)]
    return [
        Token(first + second, offset + start, offset + end, raw, None)
        for (first, start, _), (second, _, end) in pairwise(cut)
    ]


class _Written(dict[str, str]):
    """Raw word to its words as written, joined by spaces; bounded, and what is rarely met again is not kept."""

    def __missing__(self, raw: str) -> str:
        cut = _cut(raw)
        return _keep(self, raw, cut, " ".join(token.text for token in cut))


class _Stemmed(dict[str, str]):
    """Raw word to what an article in `language` is found by, joined by spaces; bounded."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, raw: str) -> str:
        cut = _cut(raw)
        forms = [form for token in cut for form in _forms(token, self.language)]
        if any(token.cased is None for token in cut):
            # A query of one character of an unspaced script has no pair to look for.
            forms += [char for char in _patterns().character.findall(raw) if _patterns().unspaced.match(char)]
        return _keep(self, raw, cut, " ".join(forms))


class _Chunks(dict[str, str]):
    """What stands between white space to its words, as `words` has them, joined by spaces; bounded.

    No word has white space in it or looks beyond, and what a text is cut at is quickly found.
    """

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self.words = words

    def __missing__(self, chunk: str) -> str:
        raws = _patterns().raw.findall(chunk)
        value = " ".join([self.words[raw] for raw in raws])
        if len(chunk) <= _CACHED_LENGTH and all(raw in self.words for raw in raws):
            if len(self) >= _CACHE_SIZE:
                self.clear()
            self[chunk] = value
        return value


def _keep(known: dict[str, V], raw: str, cut: list[Token], value: V) -> V:
    if len(raw) <= _CACHED_LENGTH and len(cut) == 1 and cut[0].cased is not None:
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
    stem = stemmer.stemWord(_singular(token.cased, language)).translate(_FOLDS) or token.text
    if token.cased == token.text:
        return (stem,)
    plain = stemmer.stemWord(_singular(token.text, language)).translate(_FOLDS) or token.text
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
    for match in _patterns().raw.finditer(text):
        raw, offset = match.group(), match.start()
        cut = _CUT.get(raw)
        if cut is None:
            cut = _keep(_CUT, raw, made := _cut(raw), made)
        found += [Token(t.text, t.start + offset, t.end + offset, t.raw, t.cased) for t in cut]
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
    for match in _patterns().raw.finditer(text):
        raw = match.group()
        hit = hits.get(raw)
        if hit is None:
            hit = hits[raw] = not wanted.isdisjoint(stemmed[raw].split())
        if hit:
            for start, end, stem in _found(raw, wanted, subtag):
                yield match.start() + start, match.start() + end, stem


def _found(raw: str, wanted: AbstractSet[str], language: str) -> Iterator[tuple[int, int, str]]:
    for token in _cut(raw):
        stem = next((form for form in _forms(token, language) if form in wanted), None)
        if stem is not None:
            yield token.start, token.end, stem
    for match in _patterns().character.finditer(raw):
        if match.group() in wanted and lone(match.group()):
            yield *match.span(), match.group()


def written(text: str) -> tuple[str, ...]:
    """The words of a phrase."""
    return tuple(token.text for token in tokens(text))


def lone(word: str) -> bool:
    """Whether a word as written is one character of an unspaced script: as written, texts only have these in pairs."""
    patterns = _patterns()
    return patterns.character.fullmatch(word) is not None and patterns.unspaced.match(word) is not None


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
