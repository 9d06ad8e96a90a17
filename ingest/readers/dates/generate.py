"""Makes data/names.json, the names of months and weekdays, from Unicode CLDR: `python -m ingest.readers.dates.generate`.

The order of the languages decides between languages that give one word to different months; a language hint overrules it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from babel import Locale

from ingest.readers.dates.folding import fold_word

LANGUAGES = [
    "en",
    "fr",
    "es",
    "de",
    "pt",
    "it",
    "ru",
    "ar",
    "pl",
    "uk",
    "nl",
    "tr",
    "cs",
    "sv",
    "id",
    "hu",
    "el",
    "ro",
    "da",
    "fi",
    "nb",
    "bg",
    "sr",
    "sr_Latn",
    "hr",
    "sk",
    "sl",
    "sq",
    "mk",
    "bs",
    "lt",
    "lv",
    "et",
    "he",
    "fa",
    "hi",
    "bn",
    "ur",
    "ta",
    "te",
    "mr",
    "gu",
    "kn",
    "ml",
    "pa",
    "ne",
    "si",
    "th",
    "lo",
    "km",
    "my",
    "ka",
    "hy",
    "az",
    "uz",
    "uz_Cyrl",
    "kk",
    "ky",
    "mn",
    "tg",
    "tk",
    "ps",
    "ku",
    "ckb",
    "be",
    "ca",
    "gl",
    "eu",
    "ast",
    "oc",
    "br",
    "cy",
    "ga",
    "gd",
    "mt",
    "is",
    "fo",
    "lb",
    "fy",
    "af",
    "sw",
    "ha",
    "yo",
    "ig",
    "so",
    "zu",
    "xh",
    "am",
    "om",
    "ti",
    "ms",
    "fil",
    "jv",
    "su",
    "vi",
    "ko",
    "ja",
    "zh",
    "eo",
    "ar_LB",
    "ar_IQ",
    "ar_MA",
    "ar_DZ",
    "ar_TN",
    "ar_SA",
    "or",
    "as",
    "sd",
    "ug",
    "tt",
    "rm",
    "sc",
    "fur",
    "nn",
    "de_AT",
    "es_UY",
    "en_AU",
    "en_CA",
    "en_IN",
]
EXTRA: dict[str, tuple[int, str]] = {
    "sept": (9, "en"), "jänner": (1, "de"), "jän": (1, "de"), "feber": (2, "de"), "mär": (3, "de"), "mrz": (3, "de"),
    "maerz": (3, "de"), "setiembre": (9, "es"), "set": (9, "pt"), "mrt": (3, "nl"), "mayis": (5, "tr"),
    "juin": (6, "fr"), "janv": (1, "fr"), "févr": (2, "fr"), "avr": (4, "fr"), "juil": (7, "fr"), "déc": (12, "fr"),
    "janari": (1, "sq"), "shkurti": (2, "sq"), "marsi": (3, "sq"), "prilli": (4, "sq"), "maji": (5, "sq"), "qershori": (6, "sq"),
    "korriku": (7, "sq"), "gushti": (8, "sq"), "shtatori": (9, "sq"), "tetori": (10, "sq"), "nëntori": (11, "sq"), "dhjetori": (12, "sq"),
    "jan": (1, "en"), "feb": (2, "en"), "mar": (3, "en"), "apr": (4, "en"), "jun": (6, "en"), "jul": (7, "en"), "aug": (8, "en"),
    "sep": (9, "en"), "oct": (10, "en"), "nov": (11, "en"), "dec": (12, "en"),
    "янв": (1, "ru"), "фев": (2, "ru"), "мар": (3, "ru"), "апр": (4, "ru"), "июн": (6, "ru"), "июл": (7, "ru"), "авг": (8, "ru"),
    "сен": (9, "ru"), "сент": (9, "ru"), "окт": (10, "ru"), "ноя": (11, "ru"), "нояб": (11, "ru"), "дек": (12, "ru"),
    "يوليوز": (7, "ar"), "غشت": (8, "ar"), "شتنبر": (9, "ar"), "نونبر": (11, "ar"), "دجنبر": (12, "ar"), "نوفمبر": (11, "ar"),
    "جانفي": (1, "ar"), "فيفري": (2, "ar"), "أفريل": (4, "ar"), "ماي": (5, "ar"), "جوان": (6, "ar"), "جويلية": (7, "ar"), "أوت": (8, "ar"),
    "ديسمبر": (12, "ar"), "كانون الثاني": (1, "ar"), "شباط": (2, "ar"), "آذار": (3, "ar"), "نيسان": (4, "ar"), "أيار": (5, "ar"),
    "حزيران": (6, "ar"), "تموز": (7, "ar"), "آب": (8, "ar"), "أيلول": (9, "ar"), "تشرين الأول": (10, "ar"), "تشرين الثاني": (11, "ar"),
    "كانون الأول": (12, "ar"), "juna": (6, "sr"), "jula": (7, "sr"), "lipnja": (6, "hr"), "srpnja": (7, "hr"),
    "janara": (1, "lv"), "iyunun": (6, "az"), "iyulun": (7, "az"),
}  # fmt: skip
_BASQUE = "urtarrila otsaila martxoa apirila maiatza ekaina uztaila abuztua iraila urria azaroa abendua"
EXTRA |= {name + "ren": (i, "eu") for i, name in enumerate(_BASQUE.split(), 1)}
# Short words of other languages that would be taken for weekdays.
NOT_WEEKDAYS = [
    "on",
    "met",
    "to",
    "in",
    "de",
    "la",
    "at",
    "par",
    "per",
    "og",
    "ja",
    "e",
    "a",
    "as",
    "die",
    "cs",
    "ct",
    "dia",
    "jaudo",
]
WEEKDAY_EXTRA = {
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6, "mo": 0, "di": 1, "mi": 2, "do": 3, "fr": 4, "sa": 5, "so": 6,
    "thur": 3, "thurs": 3, "tues": 1, "weds": 2, "donnerstags": 3, "samstags": 5, "sonnabend": 5, "четверга": 3, "среду": 2, "пятницу": 4,
    "субботу": 5, "ngày": -1, "الخميس": 3, "segunda": 0, "terça": 1, "quarta": 2, "quinta": 3, "sexta": 4,
}  # fmt: skip


def _names(locale: Locale, kind: str) -> list[tuple[int, str]]:
    found = []
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            found += list(getattr(locale, kind)[context][width].items())
    return found


def _clean(name: str) -> str:
    return re.sub(r"\s+", " ", fold_word(name).replace(".", " ")).strip()


def main() -> None:
    """Write the data file beside this module."""
    months: dict[str, dict[str, str]] = {}
    weekdays: dict[str, set[int]] = {}
    rows: list[tuple[str, int, str]] = []
    for code in LANGUAGES:
        locale = Locale.parse(code)
        rows += [(_clean(name), month, code.split("_")[0]) for month, name in _names(locale, "months")]
        # Hebrew, Irish and others put a preposition on the front.
        if code == "he":
            rows += [("ב" + _clean(name), month, "he") for month, name in _names(locale, "months")]
        for day, name in _names(locale, "days"):
            for word in (_clean(name), *re.split(r"[ -]", _clean(name))):
                if len(word) > 1 or ord(word[:1] or "a") > 0x2E80:
                    weekdays.setdefault(word, set()).add(day if word == _clean(name) else -1)
    rows[:0] = [(_clean(name), month, language) for name, (month, language) in EXTRA.items()]
    for name, month, language in rows:
        # Two-word names are kept where the script has no capitals to tell them by ("de juny" is found as "juny").
        if (
            (" " in name and name < "\u0530")
            or len(name) < 2
            or re.search(r"\d", name)
            or name.count(" ") > 1
            or not re.search(r"[^\W\d]", name)
        ):
            continue
        # The first to claim a language keeps it; the order of keys is the order of preference.
        months.setdefault(name, {}).setdefault(language, str(month))
    table = {name: {lang: int(m) for lang, m in by.items()} for name, by in months.items()}
    compact = {
        name: next(iter(set(by.values()))) if len(set(by.values())) == 1 else by for name, by in sorted(table.items())
    }
    days = {
        name: next(iter(d)) if len(d - {-1}) < 2 and d != {-1} and len(d) == 1 else -1 for name, d in weekdays.items()
    }
    for name in NOT_WEEKDAYS:
        days.pop(name, None)
    days |= {_clean(name): day for name, day in WEEKDAY_EXTRA.items()}
    path = Path(__file__).parent / "data" / "names.json"
    path.write_text(
        json.dumps({"months": compact, "weekdays": dict(sorted(days.items()))}, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n",
        encoding="utf-8",
    )  # fmt: skip


if __name__ == "__main__":
    main()
