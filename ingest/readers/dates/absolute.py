"""Dates that name their day: 2026-06-18, 18/06/2026, 18 juin 2026, June 18, 2026年6月18日, ۲۸ خرداد ۱۴۰۵."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ingest.readers.dates.clock import Clock, clock_at
from ingest.readers.dates.found import Match
from ingest.readers.dates.names import jalali_to_gregorian, names

EARLIEST, LATEST = 1600, 2299

_ISO = re.compile(
    r"(?<![\d.,:/-])(?P<y>\d{4})(?P<sep>\s?[-/.]\s?)(?P<m>\d{1,2})\s?[-/.]\s?(?P<d>\d{1,2})(?![\d])(?!-\d)"
)
_COMPACT = re.compile(r"(?<![\w.-])(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?=t\d{4})")
_NUMERIC = re.compile(
    r"(?<![\d/:-])(?<!\d[.,])(?P<a>\d{1,2})(?P<sep>\s?[-/.]\s?|\s)(?P<b>\d{1,2})(?:(?P=sep)|\s?(?P<same>[/.-])\s?)"
    r"(?P<y>\d{4}|\d{2})(?![\d])(?![-/.:]\d)(?!%)"
)
_SHORT = re.compile(
    r"(?<![\d/:.,-])(?P<a>\d{1,2})(?P<sep>[./])(?P<b>\d{1,2})(?P=sep)?(?=[\s,|-]{1,4}(?:\w{1,5}\s){0,2}\d{1,2}[:.h]\d{2}(?!\d))(?!\.\d)"
)
_CJK = re.compile(
    r"(?:(?P<y>(?<!\d)\d{4}|(?P<era>令和|平成|昭和|民國|民国|西元|公元)\s?(?P<ey>\d{1,4}|元))\s?(?:年|년)\s?)?"
    r"(?<!\d)(?P<m>\d{1,2})\s?(?:月|월)\s?(?P<d>\d{1,2})\s?(?:日|일|號|号)"
)
_HAN = re.compile(
    r"(?P<y>[〇零○一二三四五六七八九]{4})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十廿卅]{1,3})日"
)
_VIETNAMESE = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})\s?(?:thang|thg)\s?(?P<m>\d{1,2})(?:\s?(?:,|nam)?\s{0,2}(?P<y>\d{4}))?(?!\d)"
)
_MONGOLIAN = re.compile(r"(?<!\d)(?P<y>\d{4})\s?(?:он\w*|оны)?\s?(?P<m>\d{1,2})\s?-?\s?р? сарын (?P<d>\d{1,2})")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911, "西元": 0, "公元": 0}
_HAN_DIGITS = {char: i for i, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}

_ORDINAL = r"(?:st|nd|rd|th|er|re|eme|e|a|an|en|in|on|os|o|η|ησ|οσ|го|ого|е|й|ин|и|ja|g|i|ын|ін|шы|ші|ին|ն|[ºª°])"
_OF = r"(?:of|de|del|di|d|do|da|dos|ta|tal|an|mi|ng|na|e|et|den|the|oκ|ביום|من|de la|ko)"
_DAY_BEFORE = re.compile(
    rf"(?<![\d:,/])(?<!\d\.)(?P<d>\d{{1,2}})(?:\s?-?{_ORDINAL}(?![^\W\d_]))?[\s.,/'\-]{{0,3}}(?:{_OF}[\s']{{1,2}}|d')?$"
)
_YEAR_BEFORE_DAY = re.compile(
    r"(?<!\d)(?P<y>\d{4})\.?(?:\s?-?\s?(?:gada|жылғы|жылы|жылдын|йил|yil|m|он|оны|г|թ|წ|წლის|ko|ல்|ஆம் ஆண்டு))?"
    r"[\s.,-]{0,3}$"
)
_AFTER_MONTH = re.compile(
    r"\.?(?:[\s.,/'\-]{0,3})(?:(?:de|del|of|do|dos|d|ta|e|ал|le|พศ|พ\.ศ\.|ค\.ศ\.|พ\.ศ|ปี|year|سنه|سال|sene)\s{0,2})?(?:(?P<y>\d{4})|'(?P<yy>\d{2})|(?<=[-\s.'])(?P<yyy>\d{2})(?![:.]?\d|\s?[ap]\.?m\b|h\b))"
    r"(?!\d)(?![:]\d)"
)
_DAY_AFTER = re.compile(
    rf"\.?[\s.,'\-]{{0,3}}(?:the\s)?(?P<d>\d{{1,2}})(?!\d)(?![:]\d)(?!\.\d{{2}}(?!\d))(?:\s?-?{_ORDINAL}\.?(?![^\W\d_]))?"
)
_YEAR_AFTER_DAY = re.compile(
    r"(?:\s?d\.?(?![^\W\d_])|[\s.,])?[\s.,'\-]{0,3}(?:(?:de|of|in|năm)\s)?(?P<y>\d{4})(?!\d)(?![:.h]\d)"
)
_TIME_YEAR = re.compile(
    r"[\s,]{1,2}(?:at\s)?(?P<t>)\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[ap]\.?m\.?)?(?:\s[a-z]{2,5}|\s[+-]\d{4})?,?\s(?P<y>\d{4})(?![\d:])"
)
_YEAR_BEFORE = re.compile(r"(?<![\d.])(?P<y>\d{4})(?:[\s.,/\-]{1,3}|\s?-?(?:m|ko|год\w*|թ|წ|оны|ж|ൽ)\.?\s{1,2})$")
_ALTERNATIVE = re.compile(r"\s{0,2}[/(\-|]\s{0,2}")
WORD = re.compile(r"[^\s!-/:-@\[-`{-~0-9·•…؛。：；「」『』【】《》〈〉（）|]+")
_SKIP = frozenset(
    {
        "may",
        "march",
        "mar",
        "set",
        "out",
        "ago",
        "sun",
        "dec",
        "mae",
        "jan",
        "lip",
        "gen",
        "sen",
        "mag",
        "giu",
        "hun",
        "du",
        "ag",
    }
)


def _valid(year: int, month: int, day: int) -> bool:
    if not EARLIEST <= year <= LATEST:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _century(year: int) -> int:
    return year + (2000 if year < 70 else 1900)


def _thai(text: str) -> bool:
    return any("\u0e00" <= char <= "\u0e7f" for char in text)


def _year(year: int, original: str, language: str | None) -> tuple[int, str | None]:
    """A Buddhist year (543 ahead) made Gregorian, where the text is Thai or nothing says that it is not."""
    if 2400 <= year <= 2800 and (not language or language == "th" or _thai(original)):
        return year - 543, "Buddhist year"
    return year, None


def numeric(folded: str, language: str | None, us: bool, weekday: int | None = None) -> Iterator[Match]:
    """Dates of digits only. `language` is BCP 47; `us` says that something else speaks for the month first."""
    primary = (language or "").split("-")[0]
    for pattern in (_ISO, _COMPACT):
        for m in pattern.finditer(folded):
            year, note = _year(int(m["y"]), folded, primary)
            notes = (note,) if note else ()
            if 1300 <= year <= 1500:
                converted = jalali_to_gregorian(year, int(m["m"]), int(m["d"]))
                if converted:
                    yield Match(m.start(), m.end(), *converted, confidence=0.9, notes=("Solar Hijri date",))
            elif _valid(year, int(m["m"]), int(m["d"])):
                yield Match(m.start(), m.end(), year, int(m["m"]), int(m["d"]), confidence=0.98, notes=notes)
    for m in _NUMERIC.finditer(folded):
        yield from _day_or_month_first(m, folded, language, us)
    for m in _SHORT.finditer(folded):
        day, month = int(m["a"]), int(m["b"])
        first = us or (language == "en-US" and m["sep"] == "/")
        if (first and day <= 12) or month > 12:
            day, month = month, day
        if 1 <= month <= 12 and _valid(2024, month, day):
            yield Match(m.start(), m.end(), None, month, day, confidence=0.7)


def _day_or_month_first(m: re.Match[str], folded: str, language: str | None, us: bool) -> Iterator[Match]:
    a, b, separator = int(m["a"]), int(m["b"]), m["sep"].strip()
    if m["same"] and m["same"] != separator:
        return
    confidence, notes = 0.95, []
    if len(m["y"]) == 2:
        if not separator or separator == "-" or " " in m["sep"]:
            return
        year, confidence = _century(int(m["y"])), 0.7
        notes.append("two-digit year")
    else:
        year, note = _year(int(m["y"]), folded, (language or "").split("-")[0])
        notes += [note] if note else []
    if 1300 <= year <= 1500:
        converted = jalali_to_gregorian(year, b, a)
        if converted:
            yield Match(m.start(), m.end(), *converted, confidence=0.85, notes=("Solar Hijri date",))
        return
    if not separator and (len(m["a"]) < 2 or len(m["b"]) < 2):
        return
    first = (us or language == "en-US") and separator != "."
    day, month = (b, a) if first else (a, b)
    both = a <= 12 and b <= 12 and a != b
    if month > 12 or not _valid(year, month, day):
        day, month = month, day
    if not _valid(year, month, day):
        return
    if both and separator != ".":
        notes.append("month first, as in the United States" if first else "day first assumed")
        confidence = min(confidence, 0.8 if first else 0.75)
    yield Match(m.start(), m.end(), year, month, day, confidence=confidence, notes=tuple(notes), month_first_too=both)


def east_asian(folded: str, language: str | None) -> Iterator[Match]:
    """2026年6月18日, 2026년 6월 18일, 令和8年6月18日, 18 tháng 6 năm 2026, 2026 оны 6-р сарын 18."""
    for m in _CJK.finditer(folded):
        year: int | None = None
        notes: tuple[str, ...] = ()
        if m["era"]:
            year = _ERAS[m["era"]] + (1 if m["ey"] == "元" else int(m["ey"]))
            notes = (f"era {m['era']}",)
        elif m["y"]:
            year = int(m["y"])
        if _valid(year if year is not None else 2024, int(m["m"]), int(m["d"])):
            yield Match(
                m.start(), m.end(), year, int(m["m"]), int(m["d"]), confidence=0.97 if year else 0.8, notes=notes
            )
    for m in _HAN.finditer(folded):
        year = int("".join(str(_HAN_DIGITS[char]) for char in m["y"]))
        month, day = _han_number(m["m"]), _han_number(m["d"])
        if _valid(year, month, day):
            yield Match(m.start(), m.end(), year, month, day, confidence=0.95)
    for pattern in (_VIETNAMESE, _MONGOLIAN):
        for m in pattern.finditer(folded):
            year = int(m["y"]) if m["y"] else None
            if _valid(year if year is not None else 2024, int(m["m"]), int(m["d"])):
                yield Match(m.start(), m.end(), year, int(m["m"]), int(m["d"]), confidence=0.95 if year else 0.7)


def _han_number(text: str) -> int:
    text = text.replace("廿", "二十").replace("卅", "三十")
    tens, found, ones = text.partition("十")
    if not found:
        return int("".join(str(_HAN_DIGITS[char]) for char in text))
    return (_HAN_DIGITS[tens] if tens else 1) * 10 + (_HAN_DIGITS[ones] if ones else 0)


def named(folded: str, original: str, language: str | None) -> Iterator[Match]:
    """Dates with the name of a month, in any order, in some ninety languages."""
    table = names()
    for m in WORD.finditer(folded):
        word, start, end = m[0], m.start(), m.end()
        if word in table.two_words:
            following = WORD.match(folded, end + 1)
            if following and f"{word} {following[0]}" in table.months:
                word, end = f"{word} {following[0]}", following.end()
        solar = table.jalali.get(word)
        known = table.month(word, (language or "").split("-")[0] or None)
        if solar is None and known is None:
            continue
        found = _around(folded, start, _with_alternative(folded, end, known))
        if found is None:
            continue
        at, until, year, day, clock = found
        if solar is not None and (year is None or 1300 <= year <= 1500) and known is None:
            if year is None:
                continue
            converted = jalali_to_gregorian(year, solar, day)
            if converted:
                yield Match(at, until, *converted, confidence=0.93, notes=("Solar Hijri date",))
            continue
        if known is None:
            continue
        month, sure = known
        if year is None:
            if (len(word) < 3 or (word in _SKIP and not original[start : start + 1].isupper())) or not _valid(
                2024, month, day
            ):
                continue
            yield Match(at, until, None, month, day, confidence=0.75)
            continue
        year, note = _year(year, original, (language or "").split("-")[0])
        notes = [note] if note else []
        if not sure:
            notes.append(f"{word!r} is another month in another language")
        if _valid(year, month, day):
            yield Match(at, until, year, month, day, clock=clock, confidence=0.97 if sure else 0.7, notes=tuple(notes))


def _with_alternative(folded: str, end: int, known: tuple[int, bool] | None) -> int:
    """Arabic news gives a month two names: the end of `يونيو/حزيران` for the end of `يونيو`."""
    gap = _ALTERNATIVE.match(folded, end)
    if gap and known:
        other = WORD.match(folded, gap.end())
        if other and (again := names().month(other[0], None)) and again[0] == known[0]:
            return other.end() + (folded[other.end() : other.end() + 1] == ")")
    return end


def _around(folded: str, start: int, end: int) -> tuple[int, int, int | None, int, Clock | None] | None:
    """Start, end, year, day (and the time, if it stands between) of the date whose month is at `start` to `end`."""
    window = folded[max(0, start - 40) : start]
    offset = start - len(window)
    before = _DAY_BEFORE.search(window)
    after = _AFTER_MONTH.match(folded, end)
    if before:
        day = int(before["d"])
        if after:
            year = int(after["y"]) if after["y"] else _century(int(after["yy"] or after["yyy"]))
            return offset + before.start(), after.end(), year, day, None
        timed = _TIME_YEAR.match(folded, end)
        if timed:
            return offset + before.start(), timed.end(), int(timed["y"]), day, _clock(folded, timed)
        first = _YEAR_BEFORE_DAY.search(window[: before.start()])
        if first:
            return offset + first.start(), end, int(first["y"]), day, None
    follows = _DAY_AFTER.match(folded, end)
    if follows:
        day = int(follows["d"])
        year_after = _YEAR_AFTER_DAY.match(folded, follows.end())
        if year_after:
            return start, year_after.end(), int(year_after["y"]), day, None
        timed = _TIME_YEAR.match(folded, follows.end())
        if timed:
            return start, timed.end(), int(timed["y"]), day, _clock(folded, timed)
        year_before = _YEAR_BEFORE.search(window)
        if year_before:
            return offset + year_before.start(), follows.end(), int(year_before["y"]), day, None
    if before:
        return offset + before.start(), end, None, int(before["d"]), None
    if follows:
        return start, follows.end(), None, int(follows["d"]), None
    return None


def _clock(folded: str, timed: re.Match[str]) -> Clock | None:
    found = clock_at(folded, timed.start("t"))
    return found[0] if found else None
