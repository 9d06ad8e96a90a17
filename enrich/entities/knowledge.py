"""What is known of the world: countries, cities, regions, people and organisations, and the names they go by.

Read from `data/` (our own lists, and those that `build` writes from CLDR and GeoNames) and from `enrich.publishers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from sys import intern

from enrich.entities.folding import pattern, words_of
from enrich.entities.lexicon import lexicon, rows, variants

# Bits of Form.flags.
WEAK = 1  # an alias that is used only once the full name (or a title) has made the person known
WORD = 2  # also an ordinary word: not at the start of a sentence, nor in titles, unless met elsewhere
STEM = 4  # the word may go on (up to MAX_ENDING letters)
ANYWHERE = 8  # needs no word boundary (scripts without spaces)
CITY = 16  # one of the many cities: must be large, or said to be a place
ACRONYM = 32  # all capitals; in a text all in capitals it may be a word
NEEDS_THE = 64  # only after "the"
ABROAD = 128  # WORD in other languages than English
MAX_ENDING = 6


@dataclass(slots=True, eq=False)
class Known:
    """One known entity. `key` is unique; `name` is English (a city's: GeoNames')."""

    key: str
    type: str
    name: str
    country: str | None = None
    coordinates: tuple[float, float] | None = None
    iso: str = ""
    population: int = 0
    admin: str = ""
    english: bool = True

    def ids(self) -> dict[str, str]:
        """The identifiers, made when asked for: there are many cities, and few are ever met."""
        ids = {"iso3166": self.iso} if self.iso else {}
        if self.key.startswith("city:"):
            ids["geonames"] = self.key[5:]
        if self.english:
            ids["en"] = self.name
        return ids


@dataclass(slots=True, eq=False)
class Form:
    """One way to name a Known. `capitals`: offsets that must be upper case; `literals`: signs that folding hides."""

    known: Known
    kind: str
    alias: str
    flags: int
    capitals: tuple[int, ...]
    literals: tuple[tuple[int, str], ...]
    skip: int = 0


# Most names have their capitals at the same few places.
_SHARED: dict[tuple[int, ...], tuple[int, ...]] = {}


def make_form(known: Known, kind: str, alias: str, flags: int = 0) -> tuple[str, Form] | None:
    """The folded pattern of an alias and its Form, or None if nothing of the alias is left."""
    alias = alias.strip()
    folded = pattern(alias)
    if not folded or (len(folded) < 2 and not flags & ANYWHERE):
        return None
    start = alias.casefold().find(alias.strip(" .'’\"")[0].casefold()) if alias.strip(" .'’\"") else 0
    text = alias[max(start, 0) :]
    letters = [char for char in text if char.isalpha()]
    capitals: list[int] = []
    if letters and all(char.isupper() for char in letters) and len(letters) > 1:
        flags |= ACRONYM
        # Nato and Unesco are written like names as well; a short one would be a word.
        strict = len(letters) < 5 or not text.isalpha()
        capitals = [at for at, char in enumerate(text) if char.isupper()] if strict else [0]
    else:
        capitals = [at for at, char in enumerate(text) if char.isupper() and (at == 0 or not text[at - 1].isalpha())]
    literals = tuple((at, char) for at, char in enumerate(text[: len(folded)]) if char in "&+/")
    offsets = tuple(at for at in capitals if at < len(folded))
    return folded, Form(known, kind, alias, flags, _SHARED.setdefault(offsets, offsets), literals)


class Knowledge:
    """Every Known by key, and the forms that hold in every language."""

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.forms: dict[str, list[Form]] = {}
        self.demonyms: dict[str, str] = {}
        self.cities: dict[str, Known] = {}
        self.capitals: list[tuple[Known, str]] = []
        self.native: dict[str, list[tuple[Known, list[str]]]] = {}
        self.exemplars: dict[str, list[tuple[Known, str]]] = {}
        self.homes: dict[str, list[tuple[Known, str]]] = {}
        self.national: dict[str, list[tuple[Known, list[str], list[str]]]] = {}
        self._countries()
        self._places()
        self._cities()
        self._people()
        self._organisations()
        self._publishers()
        self._native()

    def add(self, known: Known, kind: str, alias: str, flags: int = 0) -> None:
        """One more name, unless the same entity has it already."""
        made = make_form(known, kind, alias, flags)
        if made is None:
            return
        folded, form = made
        there = self.forms.setdefault(folded, [])
        if not any(old.known is known and old.capitals == form.capitals for old in there):
            there.append(form)

    def _known(self, known: Known) -> Known:
        return self.known.setdefault(known.key, known)

    def _countries(self) -> None:
        english = {row[0]: row[1] for row in rows("territories/en.tsv")}
        for code, lat, lon, names, demonyms in rows("countries.tsv"):
            aliases = variants(names)
            name = aliases[0][1:] if aliases and aliases[0].startswith("=") else english[code]
            known = self._known(Known(f"country:{code}", "place", name, code, (float(lat), float(lon)), code))
            self.add(known, "name", name)
            for alias in [english[code].split(" - ")[0], *(alias.lstrip("=") for alias in aliases)]:
                for spelling in {
                    alias,
                    alias.replace("&", "and"),
                    alias.replace("St.", "St"),
                    alias.replace("St.", "Saint"),
                }:
                    self.add(known, "name" if spelling == name else "alias", spelling)
            for demonym in variants(demonyms):
                self.add(known, "demonym", demonym)
                self.demonyms.setdefault(pattern(demonym), code)

    def _places(self) -> None:
        for name, _kind, country, iso, lat, lon, aliases in rows("places.tsv"):
            known = self._known(
                Known(f"place:{name}", "place", name, country or None, (float(lat), float(lon)), iso, admin=iso)
            )
            self.add(known, "name", name)
            for alias in variants(aliases):
                self.add(known, "alias", alias)
        state = self._known(
            Known(
                "place:Georgia (US)",
                "place",
                "Georgia",
                "US",
                (32.7, -83.4),
                "US-GA",
                admin="US-GA",
            )
        )
        self.add(state, "name", "Georgia")

    def _cities(self) -> None:
        native = {row[0]: row[1] for row in rows("cities_native.tsv")}
        for geonames, name, lat, lon, country, admin, population, capital in rows("cities.tsv"):
            people = int(population)
            known = Known(
                f"city:{geonames}",
                "place",
                name,
                intern(country),
                (float(lat), float(lon)),
                "",
                people * 10 if capital else people,
                intern(admin),
            )
            self.cities[geonames] = known
            self.add(known, "name", name, CITY)
            if name.startswith("St. "):
                self.add(known, "alias", "St " + name[4:], CITY)
            if name.endswith(" City") and people > 500_000 and name not in {"Mexico City", "Kansas City"}:
                self.add(known, "alias", name.removesuffix(" City"), CITY)
            for other in variants(native.get(geonames, "")):
                spaced = not ("\u0e00" <= other[0] <= "\u0e7f" or "\u3040" <= other[0] <= "\u9fff")
                self.add(known, "name", other, CITY if spaced else CITY | ANYWHERE)
                if capital and spaced:
                    self.capitals.append((known, other))
        for geonames, cells in rows("cities_own.tsv"):
            known = self.cities[geonames]
            # One that we list is better known than a larger one of its name.
            known.population *= 3
            for language, names in by_language(cells):
                if language == "en":
                    self.exemplars.setdefault("en", []).append((known, names[0]))
                    for alias in names:
                        self.add(known, "alias", alias)
                else:
                    self.native.setdefault(language, []).append((known, names))

    def _people(self) -> None:
        for file in ("people_politics.tsv", "people_culture.tsv"):
            for name, country, aliases in rows(file):
                known = self._known(Known(f"person:{name}", "person", name, country or None))
                self.add(known, "name", name)
                for alias in variants(aliases):
                    weak = WEAK if alias.startswith("?") else 0
                    alias = alias.removeprefix("?")
                    self.add(known, "alias", name.split()[-1] if alias == "~" else alias, weak)

    def _native(self) -> None:
        """Sorts what is known by language, so that a language is read at once."""
        for name, cells in rows("native.tsv"):
            known = next(self.known[key] for kind in KINDS if (key := f"{kind}:{name}") in self.known)
            for language, names in by_language(cells):
                self.native.setdefault(language, []).append((known, names))
        for name, kind, country, iso, lat, lon, cells in rows("regions.tsv"):
            if kind:
                position = (float(lat), float(lon))
                plain = name.split(" (")[0]
                known = Known(f"place:{name}", "place", plain, country or None, position, iso, admin=iso)
                self.add(self._known(known), "name", plain)
            else:
                known = self.known[name] if name.startswith("country:") else self.known[f"place:{name}"]
            self._tell(known, cells)
        for name, country, cells in rows("institutions.tsv"):
            plain = name.split(" (")[0]
            known = self._known(Known(f"organisation:{name}", "organisation", plain, country or None))
            if " " in plain and plain == name:
                self.add(known, "name", plain)
            self._tell(known, cells)
        for language, geonames, name in rows("cities_cldr.tsv"):
            if geonames in self.cities:
                self.exemplars.setdefault(language, []).append((self.cities[geonames], name))
        for language, geonames, name in rows("cities_home.tsv"):
            self.homes.setdefault(language, []).append((self.cities[geonames], name))
        for language, code, own, demonyms in rows("demonyms.tsv"):
            nation = self.known[f"country:{code}"]
            self.national.setdefault(language, []).append((nation, variants(own), variants(demonyms)))
        for language, cells in rows("demonyms_more.tsv"):
            for code, more in by_language(cells):
                self.national.setdefault(language, []).append((self.known[f"country:{code}"], [], more))

    def _tell(self, known: Known, cells: str) -> None:
        """Takes the names of each language."""
        for language, names in by_language(cells):
            if language == "en":
                for alias in names:
                    self.add(known, "alias", alias)
            else:
                self.native.setdefault(language, []).append((known, names))

    def _organisations(self) -> None:
        for name, country, aliases in rows("organisations.tsv"):
            plain = name.split(" (")[0]
            known = self._known(Known(f"organisation:{name}", "organisation", plain, country or None))
            if plain == name:
                self.add(known, "name", plain, wordlike(plain))
            for alias in variants(aliases):
                self.add(known, "alias", alias, wordlike(alias))

    def _publishers(self) -> None:
        from enrich import publishers

        common = lexicon().common
        for publisher in publishers.ALL:
            key = f"organisation:{publisher.name}"
            known = self.known.get(key) or self._known(
                Known(key, "organisation", publisher.name, publisher.country, english=publisher.language == "en")
            )
            if publisher.ambiguous:
                continue
            for alias in (publisher.name, *publisher.aliases):
                self._publisher(known, publisher.language, alias, publisher.agency, common)

    def _publisher(self, known: Known, language: str, alias: str, agency: bool, common: frozenset[str]) -> None:
        kind = "name" if alias == known.name else "alias"
        folded = pattern(alias)
        words = folded.split()
        if "." in alias or not words:
            return
        if not alias.isascii() and not any("a" <= char <= "z" for char in folded):
            self.add(known, kind, alias, ANYWHERE if "\u3040" <= alias[0] <= "\u9fff" else 0)
        elif words[0] == "the" and len(words) > 1:
            bare = alias[4:]
            if len(words) > 2:
                self.add(known, "alias", bare)
            else:
                self.add(known, kind, bare, NEEDS_THE)
        elif len(words) > 1:
            if not all(word in common for word in words):
                self.add(known, kind, alias)
        elif alias.isupper():
            if alias in SAFE_ACRONYMS or (agency and len(alias) > 4):
                self.add(known, kind, alias)
        elif words[0] not in common and len(alias) > 3 and (language == "en" or agency):
            self.add(known, kind, alias, 0 if agency else WORD)


def by_language(cells: str) -> Iterator[tuple[str, list[str]]]:
    """The languages of `lang,lang=name;alias|…` and their names, the first of which is the one used."""
    for cell in variants(cells):
        languages, names = cell.split("=", 1)
        for language in languages.split(","):
            yield language, names.split(";")


KINDS = ("person", "organisation", "place")
SAFE_ACRONYMS = words_of(
    "BBC CNN NPR PBS AFP AP DPA NHK CBS NBC ABC MSNBC CNBC RT TASS KCNA IRNA CCTV CGTN ITV ESPN ANSA EFE "
    "SANA ISNA ITN ARD ZDF ORF RAI SVT"
)
WORDLIKE = words_of(
    "memorial renaissance commons lords diet greens quad visa total vale sumar morena vox ano smer coke "
    "spurs caterpillar paramount "
    "marvel vanguard robinhood capitol commonwealth amnesty shell celtic fox arm"
)
# Words in some other language.
WORDLIKE_ABROAD = words_of(
    "apple meta ford wagner oracle intel alphabet amazon nike puma chanel lego uber telegram bayer thales "
    "chega podemos ajax lazio "
    "mercedes zara dior saab tisza congress senate target orange labour"
)


def wordlike(name: str) -> int:
    """The flag of a name that is an ordinary word too."""
    folded = pattern(name)
    return WORD if folded in WORDLIKE else ABROAD if folded in WORDLIKE_ABROAD else 0
