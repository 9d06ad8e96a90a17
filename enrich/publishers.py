"""News organisations of the world, their domains and other names: who publishes, and who is credited.

The data (data/publishers.tsv) is our own compilation of facts: name, domain, ISO 3166-1 country, main language
(BCP 47), whether it is an agency, whether its name is also an ordinary word or several papers' (`ambiguous`), its
other names, and those of them that are ordinary words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from enrich.compiled import compiled

DATA = Path(__file__).parent / "data" / "publishers.tsv"


@dataclass(frozen=True, slots=True)
class Publisher:
    """A news organisation. `country` is ISO 3166-1 alpha-2 or None; `ambiguous`: the bare name proves nothing.

    `doubtful` are other names that are words of their language ("هآرتس" is one paper, "הארץ" also "the country").
    """

    name: str
    domain: str | None
    aliases: tuple[str, ...]
    country: str | None
    language: str
    agency: bool = False
    ambiguous: bool = False
    doubtful: tuple[str, ...] = ()


_PUNCTUATION = re.compile(r"[\s'’`\"“”„«»()\[\]_*]+")
_HOST = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^/@\s]*@)?([^/:?#\s]+\.[^/:?#\s.]{2,})\.?(?::\d+)?(?:[/?#].*)?$", re.I | re.S
)
LONGEST = 300


def fold(name: str) -> str:
    """A name without case, accents, quotes and a leading "the", for comparison."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(char for char in plain if not "\u0300" <= char <= "\u036f")
    return _PUNCTUATION.sub(" ", plain).strip().removeprefix("the ").strip(" .,:;")


def _acronym(name: str) -> bool:
    """Whether a name is so short that in lower case it would be another word: AP, AA, Kan, Time."""
    return len(name) <= 5 and name.isupper() and name.isascii()


class _Index:
    def __init__(self) -> None:
        self.all: list[Publisher] = []
        self.names: dict[str, Publisher] = {}
        self.acronyms: dict[str, Publisher] = {}
        self.domains: dict[str, Publisher] = {}
        self._folded: dict[str, str] = compiled("publishers", _fold_all)
        for line in _lines():
            name, domain, country, language, agency, ambiguous, others, words = line.split("\t")
            aliases, doubtful = (tuple(alias for alias in names.split("|") if alias) for names in (others, words))
            marks = (bool(agency), bool(ambiguous), doubtful)
            row = Publisher(name, domain or None, aliases, country or None, language, *marks)
            self.all.append(row)
            if domain:
                self.domains.setdefault(domain, row)
        # All names before any alias: an alias never takes a name away from its owner.
        for row in self.all:
            self._add(row.name, row)
        for row in self.all:
            for alias in row.aliases:
                if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}", alias):
                    self.domains.setdefault(alias, row)
                self._add(alias, row)
        for row in self.all:
            for alias in row.doubtful:
                self._add(alias, replace(row, ambiguous=True))

    def _add(self, name: str, row: Publisher) -> None:
        if _acronym(name):
            self.acronyms.setdefault(name, row)
        else:
            self.names.setdefault(self._folded[name], row)


def _lines() -> list[str]:
    return DATA.read_text(encoding="utf-8").splitlines()[1:]


def _fold_all() -> dict[str, str]:
    """Every name of the file and what it is folded."""
    names = {name for line in _lines() for cell in line.split("\t") for name in (cell, *cell.split("|"))}
    return {name: fold(name) for name in names}


@cache
def _index() -> _Index:
    return _Index()


def by_domain(host_or_url: str) -> Publisher | None:
    """The publisher of a host name or URL: the longest known domain that it is or is under."""
    found = _HOST.match(host_or_url.strip()[:2000])
    if not found:
        return None
    labels = found[1].lower().split(".")
    domains = _index().domains
    for i in range(len(labels) - 1):
        if row := domains.get(".".join(labels[i:])):
            return row
    return None


def find(name_or_domain: str) -> Publisher | None:
    """The publisher of a name, another name, a domain or URL, however it is written; None if it is not known.

    Acronyms match only in capitals. A name that several share gives the best known one: look at `ambiguous`.
    """
    text = name_or_domain.strip()
    if not text or len(text) > LONGEST:
        return None
    index = _index()
    if row := index.acronyms.get(text.strip("()[].,:; ").removeprefix("The ")):
        return row
    if row := index.names.get(fold(text)):
        return row
    if "." in text and " " not in text:
        return by_domain(text)
    return None


def __getattr__(name: str) -> tuple[Publisher, ...]:
    """`ALL`: every publisher, read when first asked for."""
    if name == "ALL":
        return tuple(_index().all)
    raise AttributeError(name)
