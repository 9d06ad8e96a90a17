"""Times of day and time zones, as they stand before or after a date."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ingest.readers.dates.folding import fold_word
from ingest.readers.dates.names import DATA, names

_DATA = json.loads((DATA / "clock.json").read_text(encoding="utf-8"))
# Minutes east of Greenwich, or the name of a rule with summer time.
ZONES: dict[str, int | str] = _DATA["zones"]
_DOUBTFUL: dict[str, str] = _DATA["doubtful"]
_BY_LANGUAGE: dict[str, int] = _DATA["by_language"]
US_ZONES = frozenset(_DATA["us"])
_PERIODS = {word: half for half in ("am", "pm") for word in _DATA[half]}
_NOON, _MIDNIGHT = tuple(_DATA["noon"]), tuple(_DATA["midnight"])
CONNECT: tuple[str, ...] = tuple(_DATA["connect"])


def _alternatives(words: object) -> str:
    folded = {fold_word(str(word)) for word in words}  # type: ignore[attr-defined]
    return "|".join(re.escape(word) for word in sorted(folded, key=len, reverse=True))


_PERIOD_OF = {fold_word(word): value for word, value in _PERIODS.items()}
_PERIOD = rf"(?:{_alternatives(_PERIODS)})(?![^\W\d_])\.?"
_WORD = r"[^\s!-/:-@\[-`{-~0-9·•…؛。：；「」『』【】《》〈〉（）|]+"
_TIME = re.compile(
    rf"""
    (?:(?P<before>{_PERIOD}|上午|下午|午前|午後|오전|오후|凌晨|早上|晚上|中午)\s?)?
    (?:(?P<h>\d{{1,2}})(?:\s?[:.]\s?|\s?[hu]\s?|\s?[時时点點시]\s?)(?P<m>\d{{2}}|\d(?=[分분]))(?!\d)
        (?:[분分]|(?:[:.]|[mм]in\.?\s?)(?P<s>\d{{2}})(?!\d)(?:[.,]\d{{1,9}})?)?(?:秒|초)?(?:min\b)?
      |(?P<ho>\d{{1,2}})\s?(?:h(?:rs?)?\b|[時时点點시](?!间|間|간)|(?=\s?(?:[ap]\.?m\b|uhr\b)))
      |(?P<hm>\d{{4}})(?=\s?(?:gmt|utc|z\b|hrs|hours|et\b|est\b|edt\b|bst\b|ist\b))
      |(?P<word>{_alternatives((*_NOON, *_MIDNIGHT))})\b
    )
    (?:\s?(?P<after>{_PERIOD}))?
    (?:\s?(?:uhr\b|hrs?\b|hours\b|horas?\b|h\b|น\.?|ч\.?(?!\w)|часов|(?:minut\w*)\b))?
    """,
    re.VERBOSE,
)
_ISO_TIME = re.compile(r"[t_]\s?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?(?!\d)")
_OFFSET = re.compile(
    r"\s?\(?(?:(?P<base>utc|gmt)\s?(?P<s1>[+-])\s?(?P<h1>\d{1,2})(?::?(?P<m1>\d{2}))?(?!\d)"
    r"|(?P<s2>[+-])(?P<h2>\d{2}):?(?P<m2>\d{2})(?![\d:])|(?P<s3>[+-])(?P<h3>\d{2})(?![\d:./-]))\)?"
)
_ZONE_NAME = re.compile(r"[\s,]{0,2}(\()?([a-zмск]{1,7})(?![^\W_])(?(1)\))(?:\s(?:standard |daylight )?time\b)?")
_GAP = re.compile(rf"(?:[\s,;|·•()\[\]@:/.>\-]|(?:{_alternatives(CONNECT)})(?![^\W\d_])|(?P<word>{_WORD}))")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; `zone` is minutes east of Greenwich, a rule name, or None where none was given."""

    hour: int
    minute: int
    second: int | None = None
    zone: int | str | None = None
    confidence: float = 1.0
    note: str | None = None
    us: bool = False


def zone_offset(rule: str, local: datetime) -> int:
    """Minutes east of Greenwich in the United States (rules since 2007) at a local time."""
    base = int(rule.partition(":")[2])
    start = _sunday(local.year, 3, 2)
    end = _sunday(local.year, 11, 1)
    summer = (
        datetime.combine(start, datetime.min.time()) + timedelta(hours=2)
        <= local
        < (datetime.combine(end, datetime.min.time()) + timedelta(hours=2))
    )
    return base + 60 if summer else base


def _sunday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def clock_at(folded: str, position: int, language: str | None = None) -> tuple[Clock, int] | None:
    """The time of day that begins at `position` and where it ends; None if there is none or no such hour."""
    iso = _ISO_TIME.match(folded, position)
    if iso:
        hour, minute, second = int(iso[1]), int(iso[2]), int(iso[3]) if iso[3] else None
        end = iso.end()
    else:
        found = _TIME.match(folded, position)
        if not found:
            return None
        end = found.end()
        if found["word"]:
            hour, minute, second = (12 if found["word"] in _NOON else 0), 0, None
        elif found["hm"]:
            hour, minute, second = int(found["hm"][:2]), int(found["hm"][2:]), None
        else:
            hour = int(found["h"] or found["ho"])
            minute, second = int(found["m"] or 0), int(found["s"]) if found["s"] else None
        period = _PERIOD_OF.get((found["before"] or found["after"] or "").rstrip(". "))
        if period is None and found["before"]:
            period = _PERIOD_OF.get(found["before"].strip(". "))
        if period and 1 <= hour <= 12:
            hour = hour % 12 + (12 if period == "pm" else 0)
    if hour > 24 or minute > 59 or (second or 0) > 60 or (hour == 24 and (minute or second)):
        return None
    if second == 60:
        second = 59
    zone, end, confidence, note, us = _zone_at(folded, end, language)
    return Clock(hour, minute, second, zone, confidence, note, us), end


def _zone_at(folded: str, position: int, language: str | None) -> tuple[int | str | None, int, float, str | None, bool]:
    offset = _OFFSET.match(folded, position)
    if offset:
        sign = offset["s1"] or offset["s2"] or offset["s3"]
        hours = int(offset["h1"] or offset["h2"] or offset["h3"])
        minutes = int(offset["m1"] or offset["m2"] or 0)
        if hours <= 14 and minutes <= 59:
            total = hours * 60 + minutes
            return (-total if sign == "-" else total), offset.end(), 1.0, None, False
    name = _ZONE_NAME.match(folded, position)
    if name and name[2] in ZONES:
        word = name[2]
        primary = (language or "").split("-")[0]
        if f"{word}|{primary}" in _BY_LANGUAGE:
            return _BY_LANGUAGE[f"{word}|{primary}"], name.end(), 0.95, None, False
        note = _DOUBTFUL.get(word)
        us = word in US_ZONES and primary != "zh"
        return ZONES[word], name.end(), 0.85 if note else 1.0, note, us
    return None, position, 1.0, None, False


def _gap_end(folded: str, position: int, limit: int) -> int:
    """Where punctuation, words such as "at" and weekday names that may stand between a date and its time end."""
    weekdays = names().weekdays
    while position < limit:
        gap = _GAP.match(folded, position)
        if not gap or (gap["word"] and gap["word"] not in weekdays):
            return position
        position = gap.end()
    return position


def clock_after(folded: str, position: int, language: str | None) -> tuple[Clock, int] | None:
    """The time of day that follows a date ending at `position`, across a short gap."""
    found = clock_at(folded, position, language)
    if found:
        return found
    limit = min(len(folded), position + 32)
    end = position
    while end < limit:
        after = _gap_end(folded, end, end + 1)
        if after == end:
            break
        end = after
        if not folded[end - 1].isalnum() or not folded[end : end + 1].isalnum():
            found = clock_at(folded, end, language)
            if found and (end > position):
                return found
    return None


_BEFORE_START = re.compile(
    r"(?<![\d.:])(?<!\d[-/])(?=\d{1,2}\s?(?:[:.hu時时点點시]|[ap]\.?m\b)|\d{4}\s?[a-z]|noon|midnight|오전|오후|上午|下午|午前|午後)"
)


def clock_before(folded: str, position: int, floor: int, language: str | None) -> tuple[Clock, int] | None:
    """The time of day that stands before a date starting at `position`, and where it starts; not before `floor`."""
    start = max(floor, position - 48)
    for candidate in _BEFORE_START.finditer(folded, start, position):
        found = clock_at(folded, candidate.start(), language)
        if found and found[1] <= position and _gap_end(folded, found[1], position) >= position:
            return found[0], candidate.start()
    return None
