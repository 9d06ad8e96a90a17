"""The names of countries and territories in the languages of the section labels, from `data/countries.tsv`.

`python -m enrich.countries` writes that file anew from CLDR (by babel, which takes half a second and 40 MB to be asked
for forty languages, and so is not asked when articles come).
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

DATA = Path(__file__).parent / "data" / "countries.tsv"
_CODES = (
    "en es fr de pt it ru pl nl tr id ar uk ro zh ja ko vi fa cs el hu sv sr bg hr da fi no sk he hi bn ur th sq sl "
    "lt lv et mk ca be is ms"
)
LANGUAGES = tuple(_CODES.split())
# Groupings of countries and codes for tests.
_NO_COUNTRIES = frozenset(("EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"))


def names() -> Iterator[tuple[str, str, str]]:
    """Language (BCP 47), name in that language and English name, language by language."""
    header, *rows = [
        line.split("\t") for line in DATA.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    for column, language in enumerate(header):
        for row in filter(itemgetter(column), rows):
            yield language, row[column], row[0]


def main() -> None:
    """Write the file anew: a column for each language, a line for each country in the order of its code."""
    from babel import Locale

    columns = [
        {str(code): str(name) for code, name in Locale.parse(language).territories.items()} for language in LANGUAGES
    ]
    codes = sorted(code for code in columns[0] if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES)
    lines = ["# Names of countries and territories in CLDR, by babel", "\t".join(LANGUAGES)]
    lines += ["\t".join(column.get(code, "") for column in columns) for code in codes]
    DATA.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
