"""The words of bylines in many languages (data/bylines.json): labels, roles, words for "and", what is no name."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from ingest.readers.dates.folding import fold_word


class Tables:
    """Folded words and phrases; phrases are longest first."""

    def __init__(self) -> None:
        path = Path(__file__).parent / "data" / "bylines.json"
        data = json.loads(path.read_text(encoding="utf-8"))
        self.free = _by_first_word(_phrases(data["labels"]["free"]))
        self.colon = frozenset(fold_word(p) for p in data["labels"]["colon"])
        self.cjk = tuple(sorted((fold_word(p) for p in data["labels"]["cjk"]), key=len, reverse=True))
        self.edited = _phrases(data["edited"])
        self.reporting = _phrases(data["reporting"])
        self.conjunctions = frozenset(fold_word(p) for p in data["and"])
        self.prepositions = _phrases(data["in"])
        self.particles = frozenset(fold_word(p) for p in data["particles"])
        self.titles = frozenset(fold_word(p) for p in data["titles"])
        self.staff = frozenset(fold_word(p) for p in data["staff"])
        self.roles = frozenset(fold_word(p) for p in data["roles"])
        self.role_adjectives = frozenset(fold_word(p) for p in data["role_adjectives"])
        self.places = frozenset(fold_word(p) for p in data["places"])
        self.not_names = frozenset(fold_word(p) for p in data["not_names"])


def _phrases(rows: list[str]) -> tuple[str, ...]:
    return tuple(sorted({fold_word(row) for row in rows}, key=len, reverse=True))


def _by_first_word(phrases: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for phrase in phrases:
        first = phrase.split()[0]
        found[first] = (*found.get(first, ()), phrase)
    return found


@cache
def tables() -> Tables:
    """The tables, read once."""
    return Tables()
