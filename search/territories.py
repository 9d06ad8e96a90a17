"""Countries and languages by code or name, from CLDR (babel) and ISO (pycountry)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pycountry
from babel import Locale

from newsapi.text import fold

OWN_NAMES = Path(__file__).parent / "data" / "languages.tsv"
"""Codes and what speakers call their language (CLDR's names; loading every locale for them would cost 60 MB)."""
ALIASES = {
    "america": "US", "u.s.": "US", "u.s.a.": "US", "the united states": "US", "great britain": "GB", "britain": "GB",
    "uk": "GB", "u.k.": "GB",
    "turkey": "TR", "ivory coast": "CI", "burma": "MM", "czech republic": "CZ", "holland": "NL",
    "the netherlands": "NL", "swaziland": "SZ", "cape verde": "CV", "east timor": "TL", "vatican": "VA",
    "palestine": "PS", "macedonia": "MK", "congo": "CG", "dr congo": "CD", "drc": "CD", "uae": "AE", "emirates": "AE",
    "korea": "KR", "macau": "MO", "xkx": "XK",
}  # fmt: skip
"""Names in use that neither CLDR nor ISO lists; my own."""


@cache
def countries() -> dict[str, str]:
    """ISO 3166-1 alpha-2 codes (and XK) to English names."""
    names = Locale("en").territories
    codes = [country.alpha_2 for country in pycountry.countries] + ["XK"]
    return {code: str(names.get(code, code)) for code in codes}


@cache
def _country_index() -> dict[str, str]:
    index: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("alpha_2", "alpha_3", "name", "common_name", "official_name"):
            if written := getattr(country, attribute, None):
                index[fold(written)] = country.alpha_2
    for code, name in countries().items():
        index[fold(name)] = code
        index[fold(name).replace("&", "and")] = code
    return {**index, "xk": "XK", **{fold(name): code for name, code in ALIASES.items()}}


def find_country(value: str) -> str | None:
    """The alpha-2 code for a code (alpha-2 or alpha-3) or an English name, whatever its case."""
    return _country_index().get(fold(value))


def country_names() -> list[str]:
    """What a country may be called: for suggestions."""
    return [*countries().values(), *countries()]


@cache
def languages() -> dict[str, str]:
    """Language codes (BCP 47 primary subtags and a few regional ones) to English names."""
    return {code.replace("_", "-"): str(name) for code, name in Locale("en").languages.items()}


@cache
def _language_index() -> dict[str, str]:
    index = {fold(code): code for code in languages()}
    for language in pycountry.languages:
        code = getattr(language, "alpha_2", None)
        if code:
            index.setdefault(fold(language.alpha_3), code)
            index.setdefault(fold(language.name), code)
    for row in OWN_NAMES.read_text(encoding="utf-8").splitlines():
        code, _, own = row.partition("\t")
        index.setdefault(fold(own), code)
    # Short codes win where two languages share a name.
    for code, name in sorted(languages().items(), key=lambda item: -len(item[0])):
        index[fold(name)] = code
    return {**index, "chinese": "zh", "norwegian": "no", "mandarin": "zh", "farsi": "fa", "tagalog": "tl"}


def find_language(value: str) -> str | None:
    """The BCP 47 code for a code or an English name. A region or script is kept: "pt_br" gives "pt-BR"."""
    found = _language_index().get(fold(value)) or _language_index().get(fold(value).replace("_", "-"))
    if found:
        return found
    primary, _, rest = value.strip().replace("_", "-").partition("-")
    parts = rest.split("-")
    if not rest or len(parts) > 2 or not all(part.isalnum() and part.isascii() for part in parts):
        return None
    base = _language_index().get(fold(primary)) if len(primary) <= 3 else None
    if base is None or not all(len(part) in (2, 3, 4) for part in parts):
        return None
    return "-".join([base, *(part.title() if len(part) == 4 else part.upper() for part in parts)])


def language_name(code: str) -> str:
    """The English name, of the primary subtag where the whole code has none; the code where it is unknown."""
    names = languages()
    return names.get(code) or names.get(code.partition("-")[0], code)


def country_name(code: str) -> str:
    return countries().get(code, code)


def language_names() -> list[str]:
    """What a language may be called: for suggestions."""
    return [*languages().values(), *(code for code in languages() if len(code) == 2)]
