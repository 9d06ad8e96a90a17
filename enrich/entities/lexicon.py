"""Word lists of our own writing (data/words.txt, data/given_names.txt, data/surnames.txt), folded, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from enrich.compiled import compiled
from enrich.entities.folding import pattern
from enrich.entities.stems import stem, stemmer

DATA = Path(__file__).parent / "data"


def lines(name: str) -> list[str]:
    """The lines of a data file, without its comments and empty lines."""
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def rows(name: str) -> list[list[str]]:
    """The lines of a TSV file, cut into columns."""
    return [line.split("\t") for line in lines(name)]


def variants(cell: str) -> list[str]:
    """The names of a cell, which are parted by `|`."""
    return [name.strip() for name in cell.split("|") if name.strip()]


@cache
def given_stems(language: str) -> frozenset[str]:
    """Stems of given names, where a language inflects those of Latin letters."""
    cut = stemmer(language)
    words = lexicon()
    return frozenset(
        short
        for name in words.given - words.weak_given
        if name.isascii() and len(short := cut(name)) > 3 and short not in words.common
    )


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of folded words, by what they say about the words beside them."""

    common: frozenset[str]
    titles: frozenset[str]
    roles: frozenset[str]
    say: frozenset[str]
    say_before: frozenset[str]
    org_heads: frozenset[str]
    org_starts: frozenset[str]
    org_modifiers: frozenset[str]
    place_prepositions: frozenset[str]
    not_cities: frozenset[str]
    ambiguous_acronyms: frozenset[str]
    given: frozenset[str]
    weak_given: frozenset[str]
    surnames: frozenset[str]
    common_surnames: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The lists, loaded when first asked for."""
    return Lexicon(**compiled("lexicon", _read))


def _read() -> dict[str, frozenset[str]]:
    """The fields of `Lexicon`."""
    sections: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in lines("words.txt"):
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), set())
        else:
            current.update(word for raw in line.split() if (word := pattern(raw)))
    given: set[str] = set()
    weak: set[str] = set()
    for line in lines("given_names.txt"):
        for raw in line.split():
            # Cyrillic and Greek names are met in any case, and compared without its ending.
            if raw[0] >= "\u0370" and raw[0] < "\u0530":
                given.add(stem(pattern(raw)))
            (weak if raw.startswith("-") else given).add(pattern(raw))
    surnames = {pattern(raw) for line in lines("surnames.txt") for raw in line.split()}
    for name in ("people_politics.tsv", "people_culture.tsv"):
        surnames.update(pattern(row[0].split()[-1]) for row in rows(name) if " " in row[0])
    # "Jane" is Albanian for "are" as well: what is a name somewhere is not a mere word everywhere.
    sections["common"] |= sections.pop("common_foreign") - given - surnames
    return {
        **{key: frozenset(words) for key, words in sections.items()},
        "given": frozenset(given | weak),
        "weak_given": frozenset(weak),
        "surnames": frozenset(surnames - sections["common"]),
        "common_surnames": frozenset(surnames & sections["common"]),
    }
