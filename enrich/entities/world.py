"""What is known, as plain tables (see `enrich.compiled`): objects are made of them when they are first met."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from enrich.entities.knowledge import Form, Knowledge, Known

FormRow = tuple[int, str, str, int, tuple[int, ...], tuple[tuple[int, str], ...], int]


def tables(knowledge: Knowledge) -> dict[str, Any]:
    """The tables of a `World`: each Known a row, and its number there wherever it is spoken of."""
    everything = [*knowledge.known.values(), *knowledge.cities.values()]
    number = {known.key: at for at, known in enumerate(everything)}
    named = {
        folded: tuple(number[form.known.key] for form in forms)
        for folded, forms in knowledge.forms.items()
        if any(form.known.type == "organisation" or form.known.key.startswith("country:") for form in forms)
    }
    return {
        "known": [
            (
                known.key,
                known.type,
                known.name,
                known.country,
                known.coordinates,
                known.iso,
                known.population,
                known.admin,
                known.english,
            )
            for known in everything
        ],
        "cities": len(knowledge.cities),
        "demonyms": knowledge.demonyms,
        "named": named,
        "capitals": [(number[known.key], name) for known, name in knowledge.capitals],
        **{
            table: {
                language: [(number[known.key], *names) for known, *names in rows]
                for language, rows in getattr(knowledge, table).items()
            }
            for table in ("native", "exemplars", "homes", "national")
        },
    }


class World:
    """Every Known, by number and by key, and what each language calls them. A number or key has one Known for ever."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self._rows: list[tuple[Any, ...]] = tables["known"]
        self._made: dict[int, Known] = {}
        first_city = len(self._rows) - tables["cities"]
        self._cities = range(first_city, len(self._rows))
        self._people = [at for at in range(first_city) if self._rows[at][1] == "person"]
        self._numbers = {self._rows[at][0]: at for at in range(first_city)}
        self._named: dict[str, tuple[int, ...]] = tables["named"]
        self._tables = tables
        self.demonyms: dict[str, str] = tables["demonyms"]
        """The people's name in English, folded, and the ISO 3166-1 code of their country."""

    def at(self, number: int) -> Known:
        """The Known of a row."""
        return self._made.get(number) or self._made.setdefault(number, Known(*self._rows[number]))

    def number(self, known: Known) -> int:
        """The row of a Known that is of this world."""
        found = self._numbers.get(known.key)
        if found is None:
            # Only who compiles a language asks for cities.
            self._numbers.update((self._rows[at][0], at) for at in self._cities)
            found = self._numbers[known.key]
        return found

    def get(self, key: str) -> Known | None:
        """The Known of a key, if it is a country, region, person or organisation."""
        at = self._numbers.get(key)
        return None if at is None else self.at(at)

    def named(self, folded: str) -> list[Known]:
        """Who has a name, where one of them is a country or an organisation."""
        return [self.at(number) for number in self._named.get(folded, ())]

    def people(self) -> Iterator[Known]:
        """Every known person."""
        return map(self.at, self._people)

    def cities(self, countries: frozenset[str]) -> Iterator[Known]:
        """The cities of some countries (ISO 3166-1), the largest first."""
        return (self.at(at) for at in self._cities if self._rows[at][3] in countries)

    def capitals(self) -> Iterator[tuple[Known, str]]:
        """Capitals and their names in other scripts."""
        return ((self.at(number), name) for number, name in self._tables["capitals"])

    def exemplars(self, language: str) -> Iterator[tuple[Known, str]]:
        """Cities and what a language calls them."""
        return ((self.at(number), name) for number, name in self._tables["exemplars"].get(language, ()))

    def homes(self, language: str) -> list[tuple[Known, str]] | None:
        """The cities where a language is at home, if it is written in another script than GeoNames has."""
        there = self._tables["homes"].get(language)
        return None if there is None else [(self.at(number), name) for number, name in there]

    def native(self, language: str) -> Iterator[tuple[Known, list[str]]]:
        """Who a language has names of its own for; the first is the one used."""
        return ((self.at(number), names) for number, names in self._tables["native"].get(language, ()))

    def national(self, language: str) -> Iterator[tuple[Known, list[str], list[str]]]:
        """Countries, their names and those of their people in a language."""
        return ((self.at(row[0]), row[1], row[2]) for row in self._tables["national"].get(language, ()))

    def form(self, row: FormRow) -> Form:
        """A Form of its row (`form_row`)."""
        return Form(self.at(row[0]), *row[1:])


def form_row(form: Form, number: int) -> FormRow:
    """A Form as plain values; `number` is that of its Known."""
    return number, form.kind, form.alias, form.flags, form.capitals, form.literals, form.skip
