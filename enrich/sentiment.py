"""How good or bad the news is, −1 to 1: a lexicon of weighted words, negation and intensifiers.

In the manner of VADER (Hutto & Gilbert 2014), with own lexicons for news. One is `data/sentiment/LANGUAGE.txt`: lines
of a mark and terms with commas between. `+3` to `-3` are weights, `!` words that negate, `^` that intensify, `~` that
weaken. `term*` is a prefix; below a line that begins with `*` every term is one, except `term=`. Chinese and
Japanese terms may stand anywhere. To add a language, add its file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from enrich.draft import Draft
from enrich.enrichment import Sentiment
from enrich.topic_lexicon import prepare

VERSION = "sentiment-1"

DIRECTORY = Path(__file__).parent / "data" / "sentiment"
HEADLINE, STANDFIRST, LEAD, BODY = 2.0, 1.5, 1.25, 1.0
LEAD_PARAGRAPHS = 2
LONGEST_TEXT = 200_000

# A negation turns a word around, but "not good" is less bad than "bad"; it reaches over the next three words.
NEGATED, STRONGER, WEAKER, REACH = -0.6, 1.5, 0.6, 3
# Evidence that it takes to leave neutral: a constant, and some for each word of the text.
INERTIA, INERTIA_PER_WORD = 3.0, 0.012

_SENTENCE = re.compile(r"[.!?;:。！？؟।]+\s*")
_NOT = re.compile(r"n['’]t\b")
_NEAREST = {
    **{"bs": "hr", "sh": "hr", "sr": "hr", "cnr": "hr", "gl": "pt", "af": "nl", "nb": "no", "nn": "no", "be": "ru"},
    **{"sk": "cs", "mk": "bg", "ms": "id", "zsm": "id", "in": "id", "iw": "he", "prs": "fa", "yue": "zh", "mo": "ro"},
}
# Where no spaces part words: the terms are cut out of the text, and two letters are counted as a word.
_UNSPACED = {"zh", "ja"}
_MARKS = {"!", "^", "~"}


@dataclass(slots=True)
class Lexicon:
    """One language's words. A lookup is remembered, within a bound, so that prefixes cost once a word."""

    language: str
    words: dict[str, float]
    prefixes: dict[str, float]
    marks: dict[str, str]
    phrase_starts: set[str] = field(default_factory=set)
    known: dict[str, float] = field(default_factory=dict)
    cutter: re.Pattern[str] | None = None

    def weight(self, word: str) -> float:
        """The weight of a folded word; 0.0 if it says nothing."""
        found = self.known.get(word)
        if found is None:
            if len(self.known) > 100_000:
                self.known.clear()
            found = self.known[word] = self._look_up(word)
        return found

    def _look_up(self, word: str) -> float:
        if word in self.words:
            return self.words[word]
        for size in range(min(len(word), 24), 1, -1):
            weight = self.prefixes.get(word[:size])
            if weight is not None:
                return weight
        return 0.0


def languages() -> tuple[str, ...]:
    """The languages that have a lexicon, sorted."""
    return tuple(sorted(path.stem for path in DIRECTORY.glob("*.txt")))


@lru_cache(maxsize=64)
def load(language: str) -> Lexicon:
    """The lexicon of a language that has a file; ValueError names the file and line that cannot be read."""
    lexicon = Lexicon(language, {}, {}, {})
    all_prefixes = False
    with (DIRECTORY / f"{language}.txt").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            mark, _, rest = line.strip().partition(" ")
            if not mark or mark.startswith("#"):
                continue
            if mark == "*":
                all_prefixes = True
                continue
            if mark not in _MARKS and not re.fullmatch(r"[+-][123]", mark):
                raise ValueError(f"{language}.txt:{number}: no weight (+1 to -3) and none of ! ^ ~: {mark[:20]}")
            for term in rest.split(","):
                word = prepare(term.strip(" *="), language).strip()
                if not word:
                    continue
                if mark in _MARKS:
                    lexicon.marks[word] = mark
                elif " " in word:
                    lexicon.words[word] = float(mark)
                    lexicon.phrase_starts.add(word.split()[0])
                elif term.strip().endswith("*") or (all_prefixes and not term.strip().endswith("=")):
                    lexicon.prefixes[word] = float(mark)
                else:
                    lexicon.words[word] = float(mark)
    if language in _UNSPACED:
        terms = sorted([*lexicon.words, *lexicon.marks], key=len, reverse=True)
        lexicon.cutter = re.compile("|".join(map(re.escape, terms)))
    return lexicon


def score_sentiment(draft: Draft, language: str | None) -> Sentiment | None:
    """−1 (all bad) to 1 (all good), 0.0 for a text without evidence; None where there is no lexicon for its language.

    `method` is `lexicon-` and the language of the lexicon. Without a language it is None too: a guess says nothing.
    """
    code = _file_of(language)
    if code is None:
        return None
    lexicon = load(code)
    good = bad = 0.0
    words = 0
    room = LONGEST_TEXT
    for place, text in _fields(draft):
        up, down, count = _add_up(text[:room], lexicon)
        good += place * up
        bad += place * down
        words += count
        room -= len(text)
        if room <= 0:
            break
    score = (good - bad) / (good + bad + INERTIA + INERTIA_PER_WORD * words)
    return Sentiment(round(score, 3) + 0.0, f"lexicon-{code}")


def _fields(draft: Draft) -> list[tuple[float, str]]:
    lead, rest = draft.paragraphs[:LEAD_PARAGRAPHS], draft.paragraphs[LEAD_PARAGRAPHS:]
    fields = [(HEADLINE, draft.headline or ""), (STANDFIRST, draft.standfirst or "")]
    return [*fields, (LEAD, "\n".join(lead)), (BODY, "\n".join(rest))]


@lru_cache(maxsize=512)
def _file_of(language: str | None) -> str | None:
    code = (language or "").replace("_", "-").split("-")[0].lower()
    have = languages()
    return next((name for name in (code, _NEAREST.get(code, "")) if name in have), None)


def _add_up(text: str, lexicon: Lexicon) -> tuple[float, float, int]:
    """Good and bad weight of a text, both positive, and its words."""
    good = bad = 0.0
    count = 0
    marks = lexicon.marks
    if lexicon.language == "en":
        text = _NOT.sub(" not", text)
    known, starts, language = lexicon.known, lexicon.phrase_starts, lexicon.language
    for sentence in _SENTENCE.split(text):
        prepared = prepare(sentence, language)
        if lexicon.cutter:
            words = lexicon.cutter.findall(prepared)
            count += len(prepared) // 2
        else:
            words = prepared.split()
            count += len(words)
        negated_until, factor = -1, 1.0
        for at, word in enumerate(words):
            mark = marks.get(word)
            if mark is None:
                weight = known.get(word)
                if weight is None:
                    weight = lexicon.weight(word)
                if word in starts:
                    weight = _phrase(words, at, lexicon) or weight
                if weight:
                    weight *= factor * (NEGATED if at <= negated_until else 1.0)
                    if weight > 0:
                        good += weight
                    else:
                        bad -= weight
                factor = 1.0
            elif mark == "!":
                negated_until = at + (1 if lexicon.cutter else REACH)
            else:
                factor = STRONGER if mark == "^" else WEAKER
    return good, bad, count


def _phrase(words: list[str], at: int, lexicon: Lexicon) -> float:
    """The weight of the phrase of three or two words that begins here; 0.0 if there is none."""
    three = lexicon.words.get(" ".join(words[at : at + 3]), 0.0)
    return three or lexicon.words.get(" ".join(words[at : at + 2]), 0.0)
