"""Makes data/names.json, the names of months and weekdays, from Unicode CLDR, and from more_names.tsv what it lacks.

Run `python -m ingest.readers.dates.generate`. The order of the languages decides between languages that give one word
to different months; a language hint overrules it.
"""

from __future__ import annotations

import json
import re

from babel import Locale

from ingest.readers.dates.folding import fold_word
from ingest.readers.dates.names import DATA

_LANGUAGES = (
    "en fr es de pt it ru ar pl uk nl tr cs sv id hu el ro da fi nb bg sr sr_Latn hr sk sl sq mk bs lt lv et he "
    "fa hi bn ur ta te mr gu kn ml pa ne si th lo km my ka hy az uz uz_Cyrl kk ky mn tg tk ps ku ckb be ca gl eu "
    "ast oc br cy ga gd mt is fo lb fy af sw ha yo ig so zu xh am om ti ms fil jv su vi ko ja zh eo ar_LB ar_IQ "
    "ar_MA ar_DZ ar_TN ar_SA or as sd ug tt rm sc fur nn de_AT es_UY en_AU en_CA en_IN"
)


def _more() -> list[list[str]]:
    """Names that CLDR lacks, and words that are no weekdays although a language abbreviates one so (more_names.tsv)."""
    lines = (DATA / "more_names.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]


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
    for code in _LANGUAGES.split():
        locale = Locale.parse(code)
        rows += [(_clean(name), month, code.split("_")[0]) for month, name in _names(locale, "months")]
        # Hebrew, Irish and others put a preposition on the front.
        if code == "he":
            rows += [("ב" + _clean(name), month, "he") for month, name in _names(locale, "months")]
        for day, name in _names(locale, "days"):
            for word in (_clean(name), *re.split(r"[ -]", _clean(name))):
                if len(word) > 1 or ord(word[:1] or "a") > 0x2E80:
                    weekdays.setdefault(word, set()).add(day if word == _clean(name) else -1)
    more = _more()
    rows[:0] = [(_clean(name), int(number), language) for kind, number, language, name in more if kind == "month"]
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
    for kind, _, _, name in more:
        if kind == "not-weekday":
            days.pop(name, None)
    days |= {_clean(name): int(number) for kind, number, _, name in more if kind == "weekday"}
    text = json.dumps(
        {"months": compact, "weekdays": dict(sorted(days.items()))},
        ensure_ascii=False,
        indent=0,
        separators=(",", ":"),
    )
    (DATA / "names.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
