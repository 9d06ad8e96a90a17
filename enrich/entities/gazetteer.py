"""Every known name in a text, in one pass: Aho-Corasick automata over folded text, one for all languages, one for each.

Aho and Corasick, "Efficient string matching: an aid to bibliographic search", CACM 18 (1975). A pattern carries the
space before and after it, and folded text has a space for every sign: what matches is whole words, in any language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import ahocorasick

from enrich.compiled import compiled
from enrich.entities.folding import fold
from enrich.entities.inflection import OPEN_ENDED
from enrich.entities.knowledge import (
    ACRONYM,
    ANYWHERE,
    CITY,
    MAX_ENDING,
    NEEDS_THE,
    STEM,
    Form,
    Knowledge,
    Known,
)
from enrich.entities.languages import LanguageNames, language_files
from enrich.entities.lexicon import lexicon
from enrich.entities.stems import INFLECTED, stemmer
from enrich.entities.world import FormRow, World, form_row, tables

# Length of a pattern without its spaces, STEM or ANYWHERE or 0, and the forms that it may be.
Entry = tuple[int, int, tuple[Form, ...]]
Tables = tuple[tuple[Any, ...], list[tuple[int, int, tuple[int, ...]]], list[FormRow]]


@dataclass(slots=True)
class Hit:
    """A known name at `start` to `end`; `forms` are the ways to read it whose case agrees."""

    start: int
    end: int
    forms: list[Form]


class Automaton:
    """The patterns of one set of forms, from `Automaton.tables`."""

    def __init__(self, tables: Tables, world: World) -> None:
        trie, self._rows, self._form_rows = tables
        self._automaton = ahocorasick.Automaton(*trie)
        self._world = world
        self._entries: list[Entry | None] = [None] * len(self._rows)
        self._forms: list[Form | None] = [None] * len(self._form_rows)

    @staticmethod
    def tables(forms: dict[str, list[Form]], number: Callable[[Known], int]) -> Tables | None:
        """The automaton of folded names, what each pattern stands for, and the forms; None where there are none.

        Plain values, for `enrich.compiled`. `number` is the row of a Known in its world.
        """
        automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
        by_pattern: dict[str, int] = {}
        rows: list[tuple[int, int, tuple[int, ...]]] = []
        form_rows: list[FormRow] = []
        places: dict[int, int] = {}
        for folded, candidates in forms.items():
            for mode in (0, STEM, ANYWHERE):
                chosen = [form for form in candidates if form.flags & (STEM | ANYWHERE) == mode]
                if not chosen:
                    continue
                for form in chosen:
                    if places.setdefault(id(form), len(form_rows)) == len(form_rows):
                        form_rows.append(form_row(form, number(form.known)))
                text = f" {folded} " if mode == 0 else f" {folded}" if mode == STEM else folded
                by_pattern[text] = len(rows)
                rows.append((len(folded), mode, tuple(places[id(form)] for form in chosen)))
        if not by_pattern:
            return None
        for text, at in by_pattern.items():
            automaton.add_word(text, at)
        automaton.make_automaton()
        # As the library would have it pickled: what it makes an automaton of without adding word by word.
        return automaton.__reduce__()[1], rows, form_rows

    def find(self, padded: str) -> Iterator[tuple[int, Entry]]:
        """Where in the text a match ends, one further on where a space ends it, and its length, mode and forms."""
        entries = self._entries
        for last, at in self._automaton.iter(padded):
            yield last, entries[at] or self._entry(at)

    def _entry(self, at: int) -> Entry:
        length, mode, places = self._rows[at]
        entry = self._entries[at] = (length, mode, tuple(self._form(place) for place in places))
        return entry

    def _form(self, place: int) -> Form:
        form = self._forms[place]
        if form is None:
            form = self._forms[place] = self._world.form(self._form_rows[place])
        return form


class Gazetteer:
    """Finds known names. `names` gives what a language calls an entity."""

    def __init__(self) -> None:
        known, base = compiled("names", _tables)
        self.world = World(known)
        self._base = Automaton(base, self.world)
        self._languages: dict[str, tuple[dict[str, str], Automaton | None]] = {}
        files = language_files()
        self._files = {name.lower().replace("_", "-"): name for name in files}
        self._people: dict[str, dict[tuple[str, str], Known]] = {}

    def people(self, language: str) -> dict[tuple[str, str], Known]:
        """The known people by the stems of first and last names in a language; Hungarian has them in turn, too."""
        language = language if language in INFLECTED else ""
        there = self._people.get(language)
        if there is None:
            there = self._people[language] = {}
            cut = stemmer(language)
            for known in self.world.people():
                if " " in known.name:
                    words = fold(known.name).split()
                    there.setdefault((cut(words[0]), cut(words[-1])), known)
                    if language == "hu" and known.country == "HU":
                        there.setdefault((cut(words[-1]), cut(words[0])), known)
        return there

    def names(self, tag: str | None) -> dict[str, str]:
        """What a language calls what is known, by key."""
        return self._language(self._file(tag))[0]

    def _language(self, name: str) -> tuple[dict[str, str], Automaton | None]:
        there = self._languages.get(name)
        if there is None:
            names, own = compiled(f"names.{name}", partial(_tables_of_language, self.world, name))
            there = self._languages[name] = (names, Automaton(own, self.world) if own else None)
        return there

    def _file(self, tag: str | None) -> str:
        parts = (tag or "en").lower().replace("_", "-").split("-")
        if parts[0] == "zh" and {"hant", "tw", "hk", "mo"} & set(parts):
            return "zh_Hant"
        if parts[0] == "sr" and "latn" in parts:
            return "sr_Latn"
        if parts[0] in {"nb", "nn"}:
            return "no"
        if parts[0] in {"sh", "cnr"}:
            return "sr" if "cyrl" in parts else "hr"
        return self._files.get(parts[0], "en")

    def warm(self) -> None:
        """Loads what every text needs. A language's own names (2 to 10 MB each) come with its first text."""
        self._language("en")

    def find(self, text: str, folded: str, tag: str | None) -> list[Hit]:
        """The hits in reading order; they may overlap."""
        padded = f" {folded} "
        name = self._file(tag)
        own = self._language(name)[1]
        open_ended = name in OPEN_ENDED
        found: dict[tuple[int, int], Hit] = {}
        size = len(text)
        for automaton in (self._base, own):
            if automaton is None:
                continue
            for last, (length, mode, forms) in automaton.find(padded):
                start = last - length - 1 if mode == 0 else last - length
                end = stop = start + length
                if mode == STEM:
                    while stop < size and stop - end <= MAX_ENDING and folded[stop] != " ":
                        stop += 1
                    if stop - end > MAX_ENDING:
                        continue
                    if open_ended:
                        stop = end
                elif mode == ANYWHERE and not _loose(text, start, end):
                    continue
                for form in forms:
                    if not _agrees(form, text, start):
                        continue
                    first = start + form.skip
                    last = stop + 1 if form.alias[-1] == "." and text[stop : stop + 1] == "." else stop
                    hit = found.get((first, last))
                    if hit is None:
                        found[first, last] = Hit(first, last, [form])
                        continue
                    same = next((at for at, old in enumerate(hit.forms) if old.known is form.known), None)
                    if same is None:
                        hit.forms.append(form)
                    elif hit.forms[same].kind == "demonym" or (hit.forms[same].flags & CITY and not form.flags & CITY):
                        hit.forms[same] = form
        return sorted(found.values(), key=lambda hit: (hit.start, -hit.end))


def _agrees(form: Form, text: str, start: int) -> bool:
    """Whether the text has capitals and signs where the alias has them."""
    for at in form.capitals:
        if not text[start + at].isupper():
            return False
    for at, sign in form.literals:
        if text[start + at] != sign:
            return False
    if form.flags & NEEDS_THE:
        return text[max(0, start - 4) : start].lower() == "the "
    if form.flags & ACRONYM and len(form.capitals) == 1:
        # "Nato" and "NATO", not "NAto".
        word = text[start : start + len(form.alias)]
        return word.isupper() or word[1:].islower()
    return True


def _loose(text: str, start: int, end: int) -> bool:
    """Whether a name of a script without spaces stands alone: a katakana name may not be part of a longer one."""
    if "ァ" <= text[start] <= "ー":
        before, after = text[start - 1 : start], text[end : end + 1]
        return not ("ァ" <= before <= "ー" and before) and not ("ァ" <= after <= "ー" and after)
    return True


def _tables() -> tuple[dict[str, Any], Tables | None]:
    """All that is known, and the automaton of the names that hold in every language."""
    knowledge = Knowledge()
    known = tables(knowledge)
    return known, Automaton.tables(knowledge.forms, World(known).number)


def _tables_of_language(world: World, name: str) -> tuple[dict[str, str], Tables | None]:
    there = LanguageNames(world, name)
    return there.names, Automaton.tables(there.forms, world.number)


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer of this process, loaded when first asked for."""
    lexicon()
    return Gazetteer()
