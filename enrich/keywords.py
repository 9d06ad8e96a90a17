"""Up to ten keyphrases of an article: its own tags, else names and repeated noun-like phrases of its text.

Candidates are runs between stop words and punctuation (RAKE: Rose et al. 2010), weighed by frequency, place and
capitals (as YAKE: Campos et al. 2020), and a phrase inside a longer one that is as frequent gives way (C-value: Frantzi
et al. 2000).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol, cast

import Stemmer

from enrich.draft import Draft
from enrich.enrichment import Entity
from enrich.stopwords import stopwords
from enrich.topic_lexicon import fold

VERSION = "keywords-1"

MOST = 10
MOST_NAMES = 5
LONGEST_PHRASE = 3
LONGEST_TEXT = 60_000
LONGEST_TAG = 200
MOST_SEQUENCES = 300
# Words kept in memory by language; the words of a day's news are fewer.
MOST_REMEMBERED = 20_000

_BREAK = re.compile(r"[^\w\s'’\-\u0900-\u0dff\u0e00-\u0e7f]+|\s[-–—]+\s|\n")
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
_JAPANESE = re.compile(r"[\u3400-\u9fff々]{2,6}|[\u30a1-\u30fa\u30fc]{3,}")
# Thai, Lao, Burmese, Khmer: what stands between spaces is a clause; only short repeated pieces are phrases.
_CLAUSE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_CLAUSE_LANGUAGES = frozenset({"th", "lo", "my", "km"})
# A vowel sign or tone cannot begin a piece, and a leading vowel cannot end one.
_NO_START = re.compile(r"[\u0e30-\u0e3a\u0e45-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b6-\u17d3]")
_NO_END = re.compile(r"[\u0e40-\u0e44\u0ec0-\u0ec4\u17d2]")
_CHINESE_STOPS = re.compile(
    r"[的了在是和与及或也都就而但被把对从到将为于以等这那其之所并又还很更最已会能可要说称不没有无个们我你他她它]"
    r"|表示|指出|认为|今天|昨天|目前|进行|通过|根据|因为|如果|记者|报道|日电"
)
_PARTICLES = re.compile(r"(?:에서|으로|에게|까지|부터|들은|들이|들의|은|는|이|가|을|를|의|에|도|와|과|로)$")
_LANGUAGES = {
    **{
        "ar": "arabic",
        "ca": "catalan",
        "da": "danish",
        "de": "german",
        "el": "greek",
        "en": "english",
        "es": "spanish",
    },
    **{"fi": "finnish", "fr": "french", "hi": "hindi", "hr": "serbian", "hu": "hungarian", "id": "indonesian"},
    **{"it": "italian", "nl": "dutch", "no": "norwegian", "nb": "norwegian", "pt": "portuguese", "ro": "romanian"},
    **{"ru": "russian", "sr": "serbian", "sv": "swedish", "tr": "turkish"},
}
# What English words of these forms say by themselves is seldom a subject.
_NO_NOUN = re.compile(r".{2,}(?:ly|ed|ous|ful|able|ible|ical|ional|n't)$")
_NO_SINGLE = re.compile(r".{2,}(?:ing|est|ive|ish|less)$")


class _Stems(Protocol):
    def stemWord(self, word: str) -> str: ...


@dataclass(slots=True)
class _Phrase:
    """One candidate: how often, where first (in words), in how many forms; `size` in words."""

    size: int
    first: int
    count: int = 0
    in_headline: bool = False
    capitals: int = 0
    forms: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as written and its stem; whether an English one may be a phrase by itself, or is one of how and when."""

    text: str
    key: str
    capital: bool
    noun: bool
    first: bool = False
    alone: bool = False
    adverb: bool = False


def extract_keywords(draft: Draft, language: str | None, entities: Sequence[Entity] = ()) -> tuple[str, ...]:
    """The article's own tags as they are, or else up to ten keyphrases, best first, each as the text writes it.

    `entities` are those found in the draft: the salient ones are keywords by name; no phrase is a part of one.
    """
    if draft.keywords:
        return tuple(dict.fromkeys(tag.strip()[:LONGEST_TAG] for tag in draft.keywords if tag.strip()))
    code = (language or "en").replace("_", "-").split("-")[0].lower()
    names = _names(entities)
    phrases = _unspaced(draft, code) if code in {"zh", "ja", "yue", *_CLAUSE_LANGUAGES} else _spaced(draft, code)
    taken = {mention.text for entity in entities for mention in entity.mentions}
    taken.update(entity.name for entity in entities)
    ranked = sorted([*names, *_weighed(phrases, taken)], key=lambda item: (-item[0], item[1]))
    return tuple(dict.fromkeys(text for _, text in ranked))[:MOST]


def _names(entities: Sequence[Entity]) -> list[tuple[float, str]]:
    """The most salient names, weighed so that the first stands with the best phrase."""
    ranked = sorted((entity for entity in entities if entity.salience > 0), key=lambda entity: -entity.salience)[
        :MOST_NAMES
    ]
    top = ranked[0].salience if ranked else 1.0
    return [(entity.salience / top, entity.name) for entity in ranked if entity.salience >= top * 0.15]


def _weighed(phrases: dict[str, _Phrase], taken: set[str]) -> list[tuple[float, str]]:
    """The candidates that stand for themselves, weighed 0 to 1."""
    kept: list[tuple[float, str]] = []
    inside = _more_frequent_longer(phrases)
    names = "\n".join(map(_folded, taken))
    for key, phrase in phrases.items():
        if inside.get(key, 0) >= 0.6 * phrase.count:
            continue
        text = max(phrase.forms, key=phrase.forms.__getitem__)
        if _folded(text) in names:
            continue
        weight = phrase.count * (1 + 0.6 * (phrase.size - 1)) / (1 + phrase.first / 400)
        weight *= 1.6 if phrase.in_headline else 1.0
        weight *= 1 + 0.5 * phrase.capitals / phrase.count
        kept.append((weight, text))
    top = max((weight for weight, _ in kept), default=1.0)
    return [(weight / top, text) for weight, text in kept if weight >= top * 0.12]


@lru_cache(maxsize=8192)
def _folded(name: str) -> str:
    """A name with a space before and after it, so that what is found inside it is whole words."""
    return f" {fold(name).strip()} "


def _more_frequent_longer(phrases: dict[str, _Phrase]) -> dict[str, int]:
    """For each candidate the frequency of the most frequent longer one that holds it."""
    longest: dict[str, int] = {}
    for key, phrase in phrases.items():
        words = key.split(" ")
        for size in range(1, len(words)):
            for start in range(len(words) - size + 1):
                part = " ".join(words[start : start + size])
                longest[part] = max(longest.get(part, 0), phrase.count)
    return longest


def _spaced(draft: Draft, code: str) -> dict[str, _Phrase]:
    """Candidates of a language that writes spaces: those said twice or more."""
    runs: list[tuple[int, bool, list[_Word]]] = []
    counts: dict[str, int] = {}
    position = 0
    for text, headline in _fields(draft):
        for run in _runs(text, code):
            runs.append((position, headline, run))
            position += len(run)
            for word in run:
                key = word.key
                counts[key] = counts.get(key, 0) + 1
    phrases: dict[str, _Phrase] = {}
    english = code == "en"
    for position, headline, run in runs:
        size = len(run)
        for start, first in enumerate(run):
            # A phrase said twice has only words said twice: most of the text is passed over here.
            if counts[first.key] < 2:
                continue
            if first.noun and (not english or first.alone):
                _count(phrases, run[start : start + 1], position + start, headline)
            if english and first.adverb:
                continue
            for end in range(start + 2, min(start + LONGEST_PHRASE, size) + 1):
                last = run[end - 1]
                if counts[last.key] < 2:
                    break
                if last.noun:
                    _count(phrases, run[start:end], position + start, headline)
    return {key: phrase for key, phrase in phrases.items() if _stands(phrase)}


def _stands(phrase: _Phrase) -> bool:
    if phrase.size > 1:
        return phrase.count > 1
    return phrase.count > 2 or (phrase.count == 2 and phrase.in_headline)


def _fields(draft: Draft) -> Iterator[tuple[str, bool]]:
    if draft.headline:
        yield draft.headline[:LONGEST_TEXT], True
    if draft.standfirst:
        yield draft.standfirst[:LONGEST_TEXT], False
    room = LONGEST_TEXT
    for paragraph in draft.paragraphs:
        if room <= 0:
            return
        yield paragraph[:room], False
        room -= len(paragraph)


def _runs(text: str, code: str) -> Iterator[list[_Word]]:
    """The sequences of words between punctuation, stop words and numbers."""
    all_capitals = text.isupper()
    known = _known(code)
    for chunk in _BREAK.split(text):
        run: list[_Word] = []
        first = True
        for raw in chunk.split():
            try:
                words = known[raw]
            except KeyError:
                words = _remember(known, raw, code)
            if words is None:
                if run:
                    yield run
                    run = []
            else:
                run.append(words[first or all_capitals])
            first = False
        if run:
            yield run


@lru_cache(maxsize=64)
def _known(code: str) -> dict[str, tuple[_Word, _Word] | None]:
    """Words met before, each as inside a sentence and as at its beginning."""
    return {}


def _remember(known: dict[str, tuple[_Word, _Word] | None], raw: str, code: str) -> tuple[_Word, _Word] | None:
    if len(known) >= MOST_REMEMBERED:
        known.clear()
    word = _word(raw, code)
    if word is None:
        known[raw] = None
        return None
    known[raw] = words = word, replace(word, capital=False, first=True, alone=_alone(word.text, False))
    return words


def _word(raw: str, code: str) -> _Word | None:
    """A word as written, with its stem; None if no phrase can hold it: a stop word, a number, a letter."""
    text = raw.strip("'’-_")
    if code == "en":
        text = text.removesuffix("'s").removesuffix("’s")
    elif code in {"fr", "it", "ca"}:
        text = re.split(r"['’]", text)[-1]
    elif code == "ko":
        text = _PARTICLES.sub("", text) or text
    parts = fold(text).split()
    folded = "-".join(parts)
    if len(folded) < 2 or len(parts) > 3 or len(text) > 40 or folded[0].isdigit() or folded in stopwords(code):
        return None
    stem = _stemmer(code)
    capital = text[:1].isupper()
    # German writes nouns with a capital; in English the ending tells what is hardly one.
    noun = capital if code == "de" else capital or code != "en" or not _NO_NOUN.match(text)
    key = stem.stemWord(folded) if stem else folded
    return _Word(text, key, capital, noun, alone=_alone(text, capital), adverb=text.endswith("ly"))


def _alone(text: str, capital: bool) -> bool:
    """Whether an English word may be a phrase by itself."""
    return len(text) > 3 and (capital or not _NO_SINGLE.match(text))


def _count(phrases: dict[str, _Phrase], words: Sequence[_Word], position: int, headline: bool) -> None:
    first = words[0]
    if len(words) == 1:
        key, text, capital = first.key, first.text, first.capital
    else:
        key = " ".join([word.key for word in words])
        text = " ".join([word.text for word in words])
        capital = False not in [word.capital for word in words]
    phrase = phrases.get(key)
    if phrase is None:
        phrase = phrases[key] = _Phrase(len(words), position)
    phrase.count += 1
    phrase.in_headline = phrase.in_headline or headline
    phrase.capitals += capital
    # Headlines, datelines and first words are capitalised for other reasons: how the text writes it inside a sentence
    # weighs more.
    phrase.forms[text] = phrase.forms.get(text, 0) + (1 if headline or first.first or text.isupper() else 3)


@lru_cache(maxsize=64)
def _stemmer(code: str) -> _Stems | None:
    name = _LANGUAGES.get(code)
    return cast(_Stems, Stemmer.Stemmer(name)) if name else None


def _unspaced(draft: Draft, code: str) -> dict[str, _Phrase]:
    """Candidates of Chinese (repeated sequences of characters) and Japanese (runs of kanji or of katakana)."""
    phrases: dict[str, _Phrase] = {}
    position = 0
    for text, headline in _fields(draft):
        for piece in _pieces(text, code):
            phrase = phrases.get(piece)
            if phrase is None:
                phrase = phrases[piece] = _Phrase(1, position)
            phrase.count += 1
            phrase.in_headline = phrase.in_headline or headline
            phrase.forms[piece] = phrase.count
        position += len(text) // 2
    often = [
        (key, phrase) for key, phrase in phrases.items() if phrase.count > (1 if code == "ja" or len(key) > 2 else 2)
    ]
    # Comparing all with all is quadratic: the weightiest are enough.
    often = sorted(often, key=lambda item: -item[1].count * len(item[0]))[:MOST_SEQUENCES]
    kept = {}
    for key, phrase in often:
        longer = max((other.count for text, other in often if len(text) > len(key) and key in text), default=0)
        if longer < 0.6 * phrase.count:
            kept[key] = phrase
    return kept


def _pieces(text: str, code: str) -> Iterator[str]:
    if code == "ja":
        yield from _JAPANESE.findall(text)
        return
    if code in _CLAUSE_LANGUAGES:
        yield from _clause_pieces(text, code)
        return
    for part in _CHINESE_STOPS.split(text):
        for run in _HAN.findall(part or ""):
            for size in range(2, min(6, len(run)) + 1):
                for start in range(len(run) - size + 1):
                    yield run[start : start + size]


def _clause_pieces(text: str, code: str) -> Iterator[str]:
    """Whole short clauses between spaces and stop words of a language that writes no spaces between words."""
    stops = _clause_stops(code)
    for clause in _CLAUSE.findall(text):
        for piece in stops.split(clause) if stops else (clause,):
            if piece and 4 <= len(piece) <= 24 and not _NO_START.match(piece) and not _NO_END.match(piece[-1]):
                yield piece


@lru_cache(maxsize=8)
def _clause_stops(code: str) -> re.Pattern[str] | None:
    words = sorted((word for word in stopwords(code) if len(word) > 3), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words))) if words else None
