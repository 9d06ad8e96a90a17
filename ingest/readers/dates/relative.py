"""Dates counted from now: "3 hours ago", "vor 2 Stunden", "gestern um 9.30", "3時間前"."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

from ingest.readers.dates.absolute import WORD
from ingest.readers.dates.folding import fold_word
from ingest.readers.dates.found import Match
from ingest.readers.dates.names import DATA

_LENGTHS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_CJK = re.compile(
    r"(?<!\d)(?P<n>\d{1,3}|半|[一二三四五六七八九十])\s?(?P<u>秒|초|分鐘|分钟|分|분|個小時|个小时|小時|小时|時間|시간|天|日|일|週間|周|週|주일|주|個月|个月|か月|ヶ月|カ月|개월|달|年|년)\s?(?:之)?(?:前|전)"
)
_CJK_UNITS = {
    "秒": "second",
    "초": "second",
    "分": "minute",
    "분": "minute",
    "天": "day",
    "日": "day",
    "일": "day",
    "年": "year",
    "년": "year",
}
_CJK_UNITS |= dict.fromkeys(("分鐘", "分钟"), "minute") | dict.fromkeys(
    ("個小時", "个小时", "小時", "小时", "時間", "시간"), "hour"
)
_CJK_UNITS |= dict.fromkeys(("週間", "周", "週", "주일", "주"), "week")
_CJK_UNITS |= dict.fromkeys(("個月", "个月", "か月", "ヶ月", "カ月", "개월", "달"), "month")
_CJK_DAYS = re.compile(r"今天|今日|오늘|昨天|昨日|어제|前天|一昨日|그저께|วันนี้|เมื่อวานนี้|เมื่อวาน")
_DAYS_BACK = {"今天": 0, "今日": 0, "오늘": 0, "วันนี้": 0, "昨天": 1, "昨日": 1, "어제": 1, "เมื่อวาน": 1, "เมื่อวานนี้": 1}
_HAN = {char: i for i, char in enumerate("一二三四五六七八九十", 1)}
_COMPACT = re.compile(
    r"(?<![\w.])(?P<n>\d{1,3})\s?(?P<u>m|min|mins|h|hr|hrs|d|w|wk)\.?\s(?=ago\b)|^\s*(?P<n2>\d{1,2})\s?(?P<u2>h|d)\s*$"
)
_SHORT_UNITS = {
    "m": "minute",
    "min": "minute",
    "mins": "minute",
    "h": "hour",
    "hr": "hour",
    "hrs": "hour",
    "d": "day",
    "w": "week",
    "wk": "week",
}


class Words:
    """The table of data/relative.json, folded."""

    def __init__(self) -> None:
        data = json.loads((DATA / "relative.json").read_text(encoding="utf-8"))
        self.units = {fold_word(w): unit for unit, words in data["units"].items() for w in words.split()}
        self.numbers = {fold_word(w): int(n) for n, words in data["numbers"].items() for w in words.split()}
        self.dual = {fold_word(w): unit for unit, words in data["dual"].items() for w in words.split()}
        self.days = {fold_word(w): int(n) for n, words in data["days"].items() for w in words.split("|")}
        self.before = [tuple(fold_word(w).split()) for w in data["before"]]
        self.after = [tuple(fold_word(w).split()) for w in data["after"]]
        self.now = {fold_word(w) for w in data["now"]}
        self.fillers = {fold_word(w) for w in data["fillers"]}
        # The last word of a phrase is the rarer one: "this morning", "the day before yesterday".
        self.day_words = {phrase.split()[-1] for phrase in (*self.days, *self.now)}
        self.markers = {phrase[-1] for phrase in (*self.before, *self.after)}
        self.unit_words = {*self.units, *self.dual, *_SHORT_UNITS}
        day_starts = {phrase.split()[0] for phrase in (*self.days, *self.now)}
        self.before_first = _by_first(self.before)
        self.after_first = _by_first(self.after)
        self.starts = day_starts | set(self.before_first) | self.unit_words | set(self.numbers)

    def any_in(self, found: set[str]) -> bool:
        """Whether a text of these words can hold a relative date at all."""
        if not self.day_words.isdisjoint(found):
            return True
        return not self.markers.isdisjoint(found) and not self.unit_words.isdisjoint(found)


def _by_first(phrases: list[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        found.setdefault(phrase[0], []).append(phrase)
    return found


@cache
def words() -> Words:
    """The tables, loaded once."""
    return Words()


_TOKEN = re.compile(r"\d+|" + WORD.pattern)


def relative(folded: str, found_words: set[str]) -> Iterator[Match]:
    """All relative dates of a folded text; `found_words` are its words, for a quick way out."""
    table = words()
    if table.any_in(found_words):
        yield from _phrases(folded, table)
    for m in _CJK.finditer(folded):
        number = 1 if m["n"] == "半" else _HAN.get(m["n"]) or int(m["n"])
        unit = _CJK_UNITS[m["u"]]
        if m["n"] == "半":
            yield Match(m.start(), m.end(), back=_LENGTHS[unit] / 2, confidence=0.8)
        else:
            yield _match(m.start(), m.end(), number, unit)
    for m in _CJK_DAYS.finditer(folded):
        yield Match(m.start(), m.end(), days=_DAYS_BACK.get(m[0], 2), confidence=0.8)
    for m in _COMPACT.finditer(folded):
        if m["n2"]:
            yield _match(m.start("n2"), m.end("u2"), int(m["n2"]), _SHORT_UNITS[m["u2"]])


def _match(start: int, end: int, number: int, unit: str) -> Match:
    if unit in ("second", "minute", "hour"):
        return Match(start, end, back=number * _LENGTHS[unit], confidence=0.85)
    days = (number * _LENGTHS[unit]).days
    return Match(start, end, days=days, confidence=0.8 if unit == "day" else 0.5)


def _phrases(folded: str, table: Words) -> Iterator[Match]:
    tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(folded)]
    i = 0
    while i < len(tokens):
        word = tokens[i][0]
        found = _phrase_at(tokens, i, table) if word in table.starts or word.isdigit() else None
        if found:
            match, i = found
            yield match
        else:
            i += 1


_Tokens = list[tuple[str, int, int]]


def _phrase_at(tokens: _Tokens, i: int, table: Words) -> tuple[Match, int] | None:
    word, start, _ = tokens[i]
    for length in (3, 2, 1):
        phrase = " ".join(t[0] for t in tokens[i : i + length])
        if i + length <= len(tokens) and phrase in table.days:
            return Match(start, tokens[i + length - 1][2], days=table.days[phrase], confidence=0.8), i + length
        if i + length <= len(tokens) and phrase in table.now:
            return Match(start, tokens[i + length - 1][2], back=timedelta(0), confidence=0.8), i + length
    for phrase_words in table.before_first.get(word, ()):
        n = len(phrase_words)
        if tuple(t[0] for t in tokens[i : i + n]) == phrase_words:
            amount = _amount(tokens, i + n, table)
            if amount:
                number, unit, j = amount
                # "il y a", "há" and "för" need no second word; "för … sedan" has one.
                for tail in table.after_first.get(tokens[j][0], ()) if j < len(tokens) else ():
                    if tuple(t[0] for t in tokens[j : j + len(tail)]) == tail:
                        j += len(tail)
                        break
                return _match(start, tokens[j - 1][2], number, unit), j
    amount = _amount(tokens, i, table)
    if amount:
        number, unit, j = amount
        for phrase_words in table.after_first.get(tokens[j][0], ()) if j < len(tokens) else ():
            if tuple(t[0] for t in tokens[j : j + len(phrase_words)]) == phrase_words:
                j += len(phrase_words)
                return _match(start, tokens[j - 1][2], number, unit), j
    return None


def _amount(tokens: _Tokens, i: int, table: Words) -> tuple[int, str, int] | None:
    """Number, unit and the next token of "3 hours", "einer Stunde", "час", "ساعتين", "3 days and 2 hours"."""
    while i < len(tokens) and tokens[i][0] in table.fillers:
        i += 1
    if i >= len(tokens):
        return None
    word = tokens[i][0]
    if word in table.dual:
        return 2, table.dual[word], i + 1
    if word in table.units:
        return 1, table.units[word], i + 1
    number = int(word) if word.isdigit() and len(word) < 5 else table.numbers.get(word)
    if number is None or i + 1 >= len(tokens):
        return None
    unit = table.units.get(tokens[i + 1][0])
    if unit is None and word.isdigit() and tokens[i + 1][1] <= tokens[i][2] + 1:
        unit = _SHORT_UNITS.get(tokens[i + 1][0])
    if unit is None:
        return None
    return number, unit, i + 2
