"""What one language calls what is known, in all the forms that its grammar gives a name."""

from __future__ import annotations

from collections.abc import Iterator

from enrich.entities.folding import pattern
from enrich.entities.homes import HOMES
from enrich.entities.inflection import OPEN_ENDED, PREFIXES, RULES, UNSPACED, forms
from enrich.entities.knowledge import ANYWHERE, CITY, STEM, Form, Known, make_form
from enrich.entities.lexicon import DATA, rows, variants
from enrich.entities.world import World

# Languages in which a capital's name is inflected or prefixed, and the letters it is written in.
SCRIPTS = {
    **dict.fromkeys(("ru", "uk", "be", "sr"), ("\u0400", "\u04ff")),
    **dict.fromkeys(("ar", "fa"), ("\u0600", "\u06ff")),
    "he": ("\u0590", "\u05ff"),
    "el": ("\u0370", "\u03ff"),
}


def territories(world: World, language: str) -> Iterator[tuple[Known, str]]:
    """The countries' names in a language (a file name under `territories`)."""
    for code, names in rows(f"territories/{language}.tsv"):
        known = world.get(f"country:{code}") or world.get(f"place:{code}")
        if known is not None:
            for name in variants(names):
                yield known, name.split(" - ")[0] if language == "en" else name


def language_files() -> list[str]:
    """The languages there are country names for."""
    return sorted(path.stem for path in (DATA / "territories").glob("*.tsv"))


_CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
_LATIN = (*"abvgdđežzijkl", "lj", "m", "n", "nj", *"oprstćufhcč", "dž", "š")
_SERBIAN = str.maketrans(
    dict(zip(_CYRILLIC, _LATIN, strict=True))
    | {c.upper(): x.capitalize() for c, x in zip(_CYRILLIC, _LATIN, strict=True)}
)


def serbian_latin(name: str) -> str:
    """Serbian Cyrillic in Latin letters (Gajica); what is Latin stays."""
    return name.translate(_SERBIAN)


class LanguageNames:
    """What one language calls countries, large cities and the best known people, in all their forms."""

    def __init__(self, world: World, language: str) -> None:
        # Serbian is written in two scripts, and what is written in one says how it is in the other.
        self.latin = language == "sr_Latn"
        self.language = language = language.removesuffix("_Latn")
        self.forms: dict[str, list[Form]] = {}
        self.names: dict[str, str] = {}
        if language == "en":
            self.names = {known.key: name for known, name in world.exemplars("en")}
            return
        for known, name in territories(world, language):
            self.names.setdefault(known.key, name)
            self._add(known, "name", name)
        for known, name in world.exemplars(language):
            self.names.setdefault(known.key, name)
            self._add(known, "name", name)
        for country, names, demonyms in world.national(language):
            for name in names:
                if name.startswith("="):
                    self.names[country.key] = name[1:]
                self._add(country, "name" if name.startswith("=") else "alias", name.lstrip("="))
            for demonym in demonyms:
                self._add(country, "demonym", demonym)
        if language in SCRIPTS:
            first, last = SCRIPTS[language]
            for known, name in world.capitals():
                if first <= name[-1] <= last and known.key not in self.names:
                    self._add(known, "name", name)
        if language == "hu":
            # The family name comes first.
            for known in world.people():
                if known.country == "HU" and known.name.count(" ") == 1:
                    name = " ".join(reversed(known.name.split()))
                    self.names[known.key] = name
                    self._add(known, "name", name)
        self._home(world)
        for known, names in world.native(language):
            self.names[known.key] = names[0].rstrip("*")
            for at, name in enumerate(names):
                self._add(known, "name" if at == 0 else "alias", name)
        if self.latin:
            self.names = {key: serbian_latin(name) for key, name in self.names.items()}

    def _home(self, world: World) -> None:
        """The smaller cities where the language is at home, in their inflected forms."""
        there = world.homes(self.language)
        if there is not None:
            for known, name in there:
                if known.key not in self.names:
                    self.names[known.key] = name
                    self._add(known, "name", name, CITY)
        elif self.language in RULES:
            for known in world.cities(HOMES.get(self.language, frozenset())):
                if known.key not in self.names:
                    self._add(known, "name", known.name, CITY)

    def _add(self, known: Known, kind: str, name: str, flag: int = 0) -> None:
        flags = flag | (ANYWHERE if self.language in UNSPACED else STEM if self.language in OPEN_ENDED else 0)
        if name.endswith("*"):
            name, flags = name.rstrip("*"), flags | STEM
            spellings = [name]
        else:
            spellings = list(forms(name, self.language))
        if self.latin:
            name = serbian_latin(name)
            spellings = [serbian_latin(spelling) for spelling in spellings]
        prefixes = PREFIXES.get(self.language, ())
        shared: dict[tuple[tuple[int, ...], int], Form] = {}
        for spelling in spellings:
            made = make_form(known, kind, spelling, flags)
            if made is None:
                continue
            folded, form = made
            self._put(folded, shared.setdefault((form.capitals, 0), form))
            for prefix in prefixes:
                grown = Form(known, kind, name, flags, (), form.literals, len(prefix))
                self._put(pattern(prefix) + folded, shared.setdefault(((), len(prefix)), grown))
            if self.language == "ar" and folded.startswith("ال"):
                self._put("لل" + folded[2:], Form(known, kind, name, flags, (), (), 1))

    def _put(self, folded: str, form: Form) -> None:
        there = self.forms.setdefault(folded, [])
        if not any(old.known is form.known for old in there):
            there.append(form)
