"""The words of site furniture in some forty languages (data/*.txt), matched against whole lines and their openings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
LONGEST = 400

_KINDS = ("ads", "share", "counts", "nav", "comments", "follow", "prompts", "copyright", "related", "latest", "notes")
_LETTERS = str.maketrans(
    {"ى": "ي", "ی": "ي", "ک": "ك", "ہ": "ه", "ة": "ه", "ـ": None, "’": "'", "ʼ": "'", "‘": "'", "`": "'", "\u200c": " "}
    | {"ı": "i", "“": '"', "”": '"', "\u200d": None}
)
_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670\u0591-\u05c7]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:\s?[km](?!\w)|\s?[万萬億만천](?!\w))?(?:[ ]\d{3})*")
_DIGIT = re.compile(r"\d")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[\w#]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """A phrase: what it is a sign of, its language, and whether it needs further evidence."""

    kind: str
    language: str
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Opening:
    term: Term
    rest: tuple[str, ...]
    whole: bool


def fold(text: str) -> str:
    """A text without case, accents and variants of letters, for comparison."""
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    return text.casefold()


def normalise(text: str) -> str:
    """One form for whatever case, accents, numbers and decoration a line has. Numbers become `#`."""
    folded = fold(text)
    if _DIGIT.search(folded):
        folded = _NUMBER.sub("#", folded)
    return _SPACES.sub(" ", _strip(folded))


def _strip(text: str) -> str:
    start, end = 0, len(text)
    while start < end and not (text[start].isalnum() or text[start] == "#"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] == "#" or text[end - 1] > "\u0300"):
        end -= 1
    while end > start and text[end - 1] in "：。！？】」）／，、…":
        end -= 1
    return text[start:end]


def unspaced(char: str) -> bool:
    """Whether a script puts no spaces between words: Thai, Lao, Khmer, Burmese, Chinese, Japanese."""
    return "\u0e00" <= char <= "\u109f" or "\u1100" <= char <= "\u11ff" or "\u2e80" <= char <= "\ud7ff"


class Vocabulary:
    """All phrases, by what they open or are."""

    def __init__(self) -> None:
        self.exact: dict[str, Term] = {}
        self.openings: dict[str, list[_Opening]] = {}
        self.endings: list[tuple[Term, tuple[str, ...]]] = []
        self.labels: dict[str, dict[str, str]] = {}
        self.cues: frozenset[str] = frozenset()
        for kind in _KINDS:
            for language, phrases in _rows(DATA / f"{kind}.txt"):
                for phrase in phrases:
                    self._add(kind, language, phrase)
        for name in ("labels.txt", "kickers.txt", "people.txt", "polls.txt", "subheads.txt"):
            for head, phrases in _rows(DATA / name):
                use, language = head.split("/")
                table = self.labels.setdefault(use, {})
                for phrase in phrases:
                    if key := normalise(phrase):
                        table.setdefault(key, language)
        self.mail = {use: frozenset(map(normalise, phrases)) for use, phrases in _rows(DATA / "mail.txt")}
        papers = [phrase for _, phrases in _rows(DATA / "papers.txt") for phrase in phrases]
        self._papers = frozenset(normalise(phrase) for phrase in papers if phrase[0] != "-")
        self._paper_ends = tuple({normalise(phrase) for phrase in papers if phrase[0] == "-"})
        cues: dict[str, set[str]] = {}
        for language, phrases in _rows(DATA / "cues.txt"):
            group = language if language in ("we", "legal") else "cue"
            cues.setdefault(group, set()).update(key for key in map(normalise, phrases) if key)
        self.cues = frozenset(cues["cue"])
        self.cue = _stems(cues["cue"])
        ours = cues.get("we", set())
        self._ours = frozenset(word for word in ours if " " not in word and not unspaced(word[0]))
        self._ours_inside = _stems({word for word in ours if word not in self._ours}, whole=True)
        self.legal = _stems(cues.get("legal", set()))
        # By their first two letters: how long the phrases are, the longest first.
        lengths: dict[str, set[int]] = {}
        for key in self.openings:
            lengths.setdefault(key[:2], set()).add(len(key))
        self._lengths = {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}
        self._tails = tuple({rest[-1] for _, rest in self.endings})
        self.label_words = max(key.count(" ") for key in self.labels["photo"]) + 1

    def _add(self, kind: str, language: str, phrase: str) -> None:
        if "*" not in phrase:
            if key := normalise(phrase):
                self.exact.setdefault(key, Term(kind, language))
            return
        parts = [normalise(part) for part in phrase.split("*")]
        first, rest = parts[0], tuple(part for part in parts[1:] if part)
        closed = not phrase.endswith("*")
        if not first:
            if rest:
                self.endings.append((Term(kind, language), rest))
            return
        weak = not rest and " " not in first and len(first) < (5 if unspaced(first[0]) else 99)
        self.openings.setdefault(first, []).append(_Opening(Term(kind, language, weak), rest, closed))

    def opening(self, key: str) -> tuple[Term, int] | None:
        """The longest phrase that a normalised line begins with, and its length."""
        size = len(key)
        for length in (*self._lengths.get(key[:2], ()), 1):
            if length > size:
                continue
            found = self.openings.get(key[:length])
            if found is None or (length < size and key[length].isalnum() and not unspaced(key[length])):
                continue
            for opening in found:
                if not opening.rest or _in_order(key, length, opening.rest, opening.whole):
                    return opening.term, length
        return None

    def ending(self, key: str) -> Term | None:
        """The phrase that a normalised line has inside or at its end, where the phrase began with `*`."""
        if not key.endswith(self._tails):
            return None
        for term, rest in self.endings:
            if key.endswith(rest[-1]) and _in_order(key, 0, rest, True):
                return term
        return None

    def speaks(self, key: str) -> bool:
        """Whether a normalised text says "our", "us" or "you": what a site says to its reader."""
        if not self._ours.isdisjoint(key.split(" ")):
            return True
        return not key.isascii() and self._ours_inside.search(key) is not None

    def names_paper(self, key: str) -> bool:
        """Whether a normalised name has a newspaper's or a station's noun in it: "Hello Times", "Stadtblatt Online"."""
        parts = key.replace("-", " ").split(" ")
        ends = (parts[0], parts[-1], " ".join(parts[-2:]), parts[1] if len(parts) > 2 else "")
        return not self._papers.isdisjoint(ends) or any(len(p) > 2 and p.endswith(self._paper_ends) for p in parts)

    def label(self, use: str, key: str) -> str | None:
        """The language of a label ("tags", "source", "photo", …), None if the key is none."""
        return self.labels[use].get(key)


def _in_order(key: str, at: int, parts: tuple[str, ...], closed: bool) -> bool:
    for part in parts:
        at = key.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return not closed or at == len(key)


def _stems(stems: set[str], whole: bool = False) -> re.Pattern[str]:
    if not stems:
        return re.compile(r"(?!)")
    ordered = sorted(stems, key=lambda stem: (-len(stem), stem))
    spaced = "|".join(re.escape(stem) for stem in ordered if not unspaced(stem[0]))
    joined = "|".join(re.escape(stem) for stem in ordered if unspaced(stem[0]))
    end = r"(?!\w)" if whole else ""
    pattern = rf"(?<!\w)(?:{spaced}){end}"
    return re.compile(pattern + (f"|(?:{joined})" if joined else ""))


def _rows(path: Path) -> list[tuple[str, list[str]]]:
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("//"):
            head, _, phrases = line.partition("\t")
            rows.append((head, [phrase.strip() for phrase in phrases.split(";") if phrase.strip()]))
    return rows


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    return Vocabulary()
