"""An entity in the making, and the entity that it becomes: its name, where it is mentioned, how salient it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from enrich.enrichment import Entity, Mention
from enrich.entities.document import Document
from enrich.entities.folding import fold
from enrich.entities.knowledge import Known
from enrich.entities.nominative import nominative
from enrich.entities.salience import salience

_FIELDS = {"headline": 0, "standfirst": 1, "body": 2}
_SPACES = re.compile(r"\s+")
# What follows a surname that stands for a family in power.
_HOUSES = frozenset(["regime", "dynasty", "family", "clan", "regimes", "dictatorship"])


@dataclass(slots=True)
class Found:
    """An entity in the making."""

    key: str
    type: str
    known: Known | None
    words: tuple[str, ...] = ()
    country: str | None = None
    surfaces: defaultdict[str, int] = field(default_factory=partial(defaultdict, int))
    alias: str | None = None
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    first: int = 1 << 60


class Findings:
    """What was found in one document, by key."""

    def __init__(self, doc: Document) -> None:
        self.found: dict[str, Found] = {}
        self._size = len(doc.text)
        # The body introduces people; headline and standfirst are read after it.
        self._body = next((first for name, first, _, _, _ in doc.fields if name == "body"), 0)

    def order(self, at: int) -> int:
        """A position as a reader comes to it who reads the body first."""
        return at - self._body if at >= self._body else at + self._size

    def get(self, key: str, kind: str, known: Known | None) -> Found:
        """What is there under a key, or a new one."""
        there = self.found.get(key)
        if there is None:
            there = self.found[key] = Found(key, kind, known)
        return there

    def mention(self, found: Found, start: int, end: int, kind: str) -> None:
        """Notes one more mention."""
        found.spans.append((start, end, kind))
        found.first = min(found.first, self.order(start))


class EntityMaker:
    """Makes entities of what was found in one document."""

    def __init__(self, doc: Document, names: Mapping[str, str], language: str) -> None:
        """`names`: what the article's language calls what is known, by key."""
        self.doc = doc
        self.names = names
        self.language = language

    def make(self, found: Found, credited: bool) -> Entity | None:
        """The entity, or None if it is mentioned nowhere and is not the publisher that the article credits."""
        known = found.known
        ids: dict[str, str] = {}
        coordinates = None
        country = found.country
        if known is not None:
            name = self.names.get(known.key) or known.name
            if known.key not in self.names:
                name = self._own_name(found, known, name)
            if known.type == "person" and self._is_house(found):
                name = self.doc.text[found.spans[0][0] : found.spans[0][1]]
            ids = known.ids()
            coordinates = known.coordinates
            country = known.country or country
        else:
            # The most frequent form; of equal ones the shortest, which is most likely without an ending.
            name = min(found.surfaces, key=lambda text: (-found.surfaces[text], len(text)))
            name = _SPACES.sub(" ", name)
            if found.type == "person":
                name = nominative(name, self.language)
            if self.language == "en":
                ids["en"] = name
        folded = fold(name)
        mentions = []
        for start, end, kind in sorted(set(found.spans)) if len(found.spans) > 1 else found.spans:
            where, first, last, text = self.doc.place(start, end)
            if kind != "demonym":
                kind = "name" if self.doc.folded[start:end] == folded else "alias" if known else kind
            mentions.append(Mention(where, first, last, text, kind))
        if not mentions and not credited:
            return None
        if len(mentions) > 1:
            mentions.sort(key=_in_reading_order)
        return Entity(found.type, name, salience(mentions, self.doc), tuple(mentions), country, coordinates, ids)

    def _own_name(self, found: Found, known: Known, name: str) -> str:
        """What the article itself calls something that we have no name for in its language."""
        text = self.doc.text
        for start, end, kind in found.spans:
            written = _SPACES.sub(" ", text[start:end])
            # "Cádiz" and "Cadiz" are one: as written, unless in capitals.
            if kind != "demonym" and not written.isupper() and fold(written) == fold(name) and written != name:
                return written if known.key.startswith("city:") else name
        if known.type == "person" or self.language == "en" or not found.alias:
            return name
        # The English name is a guess only, and an acronym or a short name may have any.
        single = known.type == "organisation" and " " not in found.alias
        if found.alias.isascii() and (found.alias.isupper() or single):
            return name
        return found.alias if len(found.alias) > 3 or not found.alias.isascii() else name

    def _is_house(self, found: Found) -> bool:
        """Whether all that is named is the family that rules, father and son: "the Assad regime"."""
        return all(
            kind == "alias"
            and " " not in self.doc.text[start:end]
            and self.doc.word_after(end).rstrip(".,;:") in _HOUSES
            for start, end, kind in found.spans
        )


def _in_reading_order(mention: Mention) -> tuple[int, int]:
    return _FIELDS[mention.field], mention.start


class Cover:
    """Tells whether a stretch of a text overlaps any of many."""

    def __init__(self, size: int, spans: list[tuple[int, int]]) -> None:
        self._taken = bytearray(size)
        for start, end in spans:
            self._taken[start:end] = b"\x01" * (end - start)

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any position of the stretch is taken."""
        return 1 in self._taken[start:end]
