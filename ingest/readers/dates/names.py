"""The names of months and weekdays in some ninety languages, loaded when first asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.readers.dates.folding import fold_word

DATA = Path(__file__).parent / "data"

# Solar Hijri months as in Iran and as in Afghanistan.
_JALALI = (
    "فروردین حمل",
    "اردیبهشت ثور",
    "خرداد جوزا",
    "تیر سرطان",
    "مرداد امرداد اسد",
    "شهریور سنبله",
    "مهر میزان",
    "آبان عقرب",
    "آذر قوس",
    "دی جدی",
    "بهمن دلو",
    "اسفند حوت",
)


@dataclass(frozen=True, slots=True)
class Names:
    """Folded names. A month name that differs by language maps languages to months, the most likely first."""

    months: dict[str, int | dict[str, int]]
    weekdays: dict[str, int]
    jalali: dict[str, int]
    two_words: frozenset[str]

    def month(self, word: str, language: str | None) -> tuple[int, bool] | None:
        """The month (1 to 12) that `word` names, and whether that is beyond doubt."""
        found = self.months.get(word)
        if found is None or isinstance(found, int):
            return None if found is None else (found, True)
        if language in found:
            return found[language], True
        return next(iter(found.values())), False


@cache
def names() -> Names:
    """The tables (data/names.json, from Unicode CLDR)."""
    data = json.loads((DATA / "names.json").read_text(encoding="utf-8"))
    jalali = {fold_word(name): i for i, row in enumerate(_JALALI, 1) for name in row.split()}
    months: dict[str, int | dict[str, int]] = data["months"]
    two = frozenset(name.split(" ")[0] for name in months if " " in name)
    return Names(months=months, weekdays=data["weekdays"], jalali=jalali, two_words=two)


def jalali_to_gregorian(year: int, month: int, day: int) -> tuple[int, int, int] | None:
    """Solar Hijri to Gregorian by the 33-year leap cycle (right from 1178 to 1633 SH); None if there is no such day."""
    from datetime import date, timedelta

    leaps = (1, 5, 9, 13, 17, 22, 26, 30)
    length = 31 if month <= 6 else 30 if month <= 11 or year % 33 in leaps else 29
    if not (1178 <= year <= 1633 and 1 <= month <= 12 and 1 <= day <= length):
        return None
    # 1 Farvardin 1403 was 20 March 2024.
    days = (year - 1403) * 365 + sum(1 for y in range(min(year, 1403), max(year, 1403)) if y % 33 in leaps) * (
        1 if year > 1403 else -1
    )
    days += (month - 1) * 31 - max(0, month - 7) + day - 1
    found = date(2024, 3, 20) + timedelta(days=days)
    return found.year, found.month, found.day
