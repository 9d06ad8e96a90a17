"""Lines of dates: alone, with labels, or beside who wrote, who published and how long one reads."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from enrich import sections
from ingest.readers.dates import find_dates, is_date_line, is_label, is_time_line
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.known import byline as find_byline
from ingest.readers.text.known import is_name
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.lines import ends_sentence
from ingest.readers.text.prefixes import domain
from ingest.readers.text.vocabulary import Vocabulary, normalise, vocabulary

TICKER = re.compile(
    r"^(?:[A-Z$€£/. &]{2,12}\s*[:=]?\s*)?[$€£¥]?\s?[+-]?\d[\d.,]*\s?(?:%|°\s?[CF]?|USD|EUR|pts?"
    r"|[$€£])?(?:\s*[▲▼↑↓]?\s*\(?[+-]?\d[\d.,]*\s?%?\)?)*$"
)
_LABELLED_DATE = re.compile(r"^([^\d|]{3,24}?)\s+(\d.{6,60})$")
_BESIDE = re.compile(r"\s*[|·•｜;]\s*|\s[–—/-]\s")
_PLACE = re.compile(r"^[A-ZÀ-ÞĀ-ŽΑ-ΩА-ЯЁІЇЄЂ-Џ]{3,20}(?: [A-ZÀ-ÞĀ-ŽΑ-ΩА-ЯЁІЇЄЂ-Џ]{3,20})?$")
_SOME_DAY = datetime(2026, 6, 20, 12, tzinfo=UTC)
"""Relative dates are looked for as well; where they stand does not depend on what they count from."""
_YEAR = re.compile(r"20\d\d年\d{1,2}月")
_LIVE_TIME = re.compile(r"^\d{1,2}[:.h]\d{2}(?:\s?(?:[ap]\.?m\.?|[A-Z]{2,4}|Uhr))?$", re.I)
_RELATIVE = re.compile(
    r"\b(?:ago|yesterday|today|vor|il y a|hace|fa|há|geleden|sedan|siden|sitten|temu|p[rř]ed|prije|пре"
    r"|преди|acum|órája|πριν|önce|назад|тому|prieš|tagasi|para|lalu|trước|heute|gestern|hier|ayer|ieri"
    r"|ontem|вчера|сегодня|вчора|сьогодні|dje|sot|më|bugün|dün)\b|منذ|قبل|لפני|לפני|पहले|前|전|ที่แล้ว"
    r"|اليوم|أمس|امروز|دیروز|היום|אתמול",
    re.I,
)


def mark_date(entry: Entry, text: str, key: str) -> bool:
    """Mark a line of dates or a time alone; what stands beside the date are its steps. Whether it is one."""
    digits = "#" in key
    if digits and len(text) <= 24 and (_LIVE_TIME.match(text) or is_time_line(text)):
        entry.kind = Kind.TIME
        return True
    if (digits or _RELATIVE.search(text)) and not (entry.stop and entry.units > 14) and len(text) <= 160:
        if is_date_line(text):
            entry.kind = Kind.DATE
            return True
        if (match := _LABELLED_DATE.match(text)) and sections.lookup(match[1]) and is_date_line(match[2]):
            entry.kind = Kind.DATE
            return True
        parts = [part for part in re.split(r"\s*[|·•｜]\s*|\s[–—/-]\s", text) if part]
        if len(parts) == 1 and "\u3040" <= text[0] <= "\u9fff" and entry.units <= 16:
            parts = _dated_end(text)
        if len(parts) > 1:
            dated = [part for part in parts if is_date_line(part)]
            beside = [_unlabelled(part) for part in parts if part not in dated and not is_time_line(part)]
            if dated and all(len(part) <= 60 and not ends_sentence(part) for part in beside):
                entry.kind, entry.steps = Kind.DATE, tuple(beside)
                return True
        if (others := _beside_date(text)) is not None:
            entry.kind, entry.steps = Kind.DATE, others
            return True
    return False


def _beside_date(text: str) -> tuple[str, ...] | None:
    """What a line has beside its date, if that is only who wrote, who published, and counts; None if it is more.

    "By Jane Doe June 4, 2026 3 min read", "Kompas.com, 8 April 2026, 10:12 WIB", "2026-06-03 09:40 来源：新华网"
    """
    rest = text
    found = find_dates(text, received_at=_SOME_DAY)
    for when in reversed(found):
        rest = f"{rest[: when.start]} | {rest[when.end :]}"
    others: list[str] = []
    for piece in _BESIDE.split(rest) if found else ():
        whole = piece.strip(" ,.()（）[]-–—")
        if not whole or _says_nothing(whole):
            continue
        for part in (whole,) if find_byline(_unlabelled(whole)) else re.split(r"[,，]\s*", whole):
            part = _unlabelled(part)
            if _says_nothing(part):
                continue
            label, colon, value = part.partition(":") if ":" in part else part.partition("：")
            sourced = colon and value and vocabulary().label("source", normalise(label))
            place = part is whole and not others and len(text) <= 60 and _PLACE.match(part)
            if not (place or sourced or find_byline(part) or is_name(part) or find_publisher(part) or domain(part)):
                return None
            others.append(part)
    # "Sport Today" is no date, "By Jane Doe published yesterday" is.
    sure = any(not when.relative for when in found) or any(find_byline(part) for part in others)
    return tuple(others) if found and sure else None


def _unlabelled(text: str) -> str:
    """Without the label of the date that followed: "By Jane Doe published"."""
    words = text.split(" ")
    while len(words) > 1 and is_label(words[-1]):
        words.pop()
    return " ".join(words)


def _says_nothing(part: str) -> bool:
    return is_label(part) or furnished(part, vocabulary())


def _dated_end(text: str) -> list[str]:
    """ "ヘルシンキ支局長・森岡みづほ2026年6月9日 20時14分": what stands before a date without a space, and the date."""
    match = _YEAR.search(text)
    return [text[: match.start()], text[match.start() :]] if match and 2 <= match.start() <= 24 else [text]


def furnished(part: str, words: Vocabulary) -> bool:
    """Whether a part of a line is a button, a number, a date or nothing."""
    key = normalise(part)
    return not key or key in words.exact or is_date_line(part) or is_time_line(part) or TICKER.match(part) is not None
