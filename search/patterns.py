"""Wildcards and misspellings: what a pattern means, in the regular expressions of Python and of both engines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from search import analysis
from search.fields import BY_NAME, Field, Kind

MAX_LENGTH = 100
"""Characters of a pattern."""
MAX_WILDCARDS = 8
"""Wildcards of one pattern: what it costs to walk a dictionary with it grows with them."""
MAX_LATE = 2
"""`?` after a `*`: an automaton for them doubles with each."""
MIN_LITERALS = 2
"""Letters and digits that a pattern has besides its wildcards."""
MIN_FUZZY = (0, 3, 5)
"""Letters that a word has at least for 0, 1 or 2 changes: nearly every short word is like another."""
NAMED = frozenset(("domain", "has"))
"""Keyword fields that hold names as they are, without folding; the other ones hold ids and codes."""

_PART = re.compile(r"\\(.)|([*?]+)|([^\\*?]+)|(\\)", re.DOTALL)
_MARKS = re.compile("['’＇ʼ]")
_SPECIAL = re.compile(r"([.+*?()|\[\]{}^$\\#&~-])")

Piece = tuple[str, bool]
"""Some text and False, or wildcards and True."""


def searchable(field: Field) -> bool:
    """Whether its values can be asked for by a pattern."""
    return field.kind is Kind.TEXT or (field.kind is Kind.KEYWORD and (field.folded or field.name in NAMED))


def escaped(text: str) -> str:
    """Text as a pattern that means just it."""
    return re.sub(r"([\\*?])", r"\\\1", text)


def pieces(pattern: str) -> list[Piece]:
    """Literal texts and runs of wildcards, in order; `**` is `*`, `*?` is `?*`."""
    found: list[Piece] = []
    for escape, wild, text, lone in _PART.findall(pattern):
        if wild:
            run = "?" * wild.count("?") + ("*" if "*" in wild else "")
            found.append((run, True))
        elif found and not found[-1][1]:
            found[-1] = (found[-1][0] + (escape or text or lone), False)
        else:
            found.append((escape or text or lone, False))
    return found


def canonical(pattern: str) -> str:
    """The one way to write a pattern."""
    return lucene(pieces(pattern))


def folded(pattern: str, field: str | None = None) -> list[Piece]:
    """The pieces as the index has words (or the values of a keyword field)."""
    fold: Callable[[str], str] = _word
    if field is not None and BY_NAME[field].kind is Kind.KEYWORD:
        fold = _value
    parts = [(text if wild else fold(text), wild) for text, wild in pieces(pattern)]
    return [part for part in parts if part[0]]


def _word(text: str) -> str:
    return analysis.folded(_MARKS.sub("", text))


def _value(text: str) -> str:
    """Folded, the white space at its ends kept: a value goes on there."""
    inner = analysis.fold(text)
    return f"{' ' * text[:1].isspace()}{inner}{' ' * text[-1:].isspace()}" if inner else " " * bool(text)


def literals(parts: Sequence[Piece]) -> int:
    """How many letters and digits there are."""
    return sum(char.isalnum() for text, wild in parts if not wild for char in text)


def wildcards(parts: Sequence[Piece]) -> int:
    return sum(len(text) for text, wild in parts if wild)


def late(parts: Sequence[Piece]) -> int:
    """How many `?` follow a `*`, however much stands between."""
    first = next((at for at, (text, wild) in enumerate(parts) if wild and "*" in text), len(parts))
    return sum(text.count("?") for text, wild in parts[first + 1 :] if wild)


def leading(pattern: str) -> bool:
    """Whether it begins with a wildcard: then the whole dictionary has to be walked."""
    first = next(iter(pieces(pattern)), ("", False))
    return first[1]


def trailing_only(parts: Sequence[Piece]) -> str | None:
    """The text before a lone `*` at the end; None for other patterns."""
    if len(parts) == 2 and not parts[0][1] and parts[1] == ("*", True):
        return parts[0][0]
    return None


def expression(parts: Sequence[Piece]) -> str:
    """The pattern as a regular expression of tantivy (Rust) and of Python, to be matched as a whole."""
    return "".join(
        text.replace("?", ".").replace("*", ".*") if wild else _SPECIAL.sub(r"\\\1", text) for text, wild in parts
    )


def lucene(parts: Sequence[Piece]) -> str:
    """The pattern as a `wildcard` query has it."""
    return "".join(text if wild else escaped(text) for text, wild in parts)


@lru_cache(1_000)
def matcher(pattern: str) -> re.Pattern[str]:
    """What words as written match a pattern."""
    return re.compile(expression(folded(pattern)), re.DOTALL)


@lru_cache(50_000)
def alike(word: str, other: str, most: int) -> bool:
    """Whether two words are at most so many changes apart (optimal string alignment: neighbours may be swapped)."""
    if abs(len(word) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(word, 1):
        before, last, row = row, before, [i]
        for j, there in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (char != there))
            if i > 1 and j > 1 and char == other[j - 2] and word[i - 2] == there:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        # A swap counts from the row before the last one.
        if min(row) > most and min(before) >= most:
            return False
    return row[-1] <= most
