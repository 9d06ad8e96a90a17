"""What the words around a date say: published, modified, or nothing but a date (`is_date_line`)."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Literal

from ingest.readers.dates.absolute import WORD
from ingest.readers.dates.clock import CONNECT, ZONES, clock_at
from ingest.readers.dates.folding import fold, fold_word
from ingest.readers.dates.names import DATA, names

Label = Literal["published", "modified"]
LONGEST_LINE = 200

_READING = re.compile(
    r"\b\d{1,3}\s?-?(?:min(?:ut[a-z]*|s|\.)?|мин\w*|хв\w*|分(?:钟|鐘)?|분|דקות|دقائق|دقيقه|λεπτα|phut|dk|dakika)(?![^\W\d_])"
)


_TIME_HINT = re.compile(r"\d\s?[:.hu時时시点點]\s?\d?|\d\s?[ap]\.?m|\d{4} [a-z]{2,4}\b")


class _Tables:
    def __init__(self) -> None:
        data = json.loads((DATA / "labels.json").read_text(encoding="utf-8"))
        self.phrases: dict[str, list[tuple[tuple[str, ...], Label]]] = {}
        self.unspaced: list[tuple[str, Label]] = []
        kinds: tuple[Label, Label] = ("published", "modified")
        for kind in kinds:
            for phrase in data[kind]:
                parts = tuple(WORD.findall(fold_word(phrase)))
                self.phrases.setdefault(parts[0], []).append((parts, kind))
                if "\u2e80" <= parts[0][0] <= "\ud7ff" or "\u0e00" <= parts[0][0] <= "\u0eff":
                    self.unspaced.append((parts[0], kind))
        for rows in self.phrases.values():
            rows.sort(key=lambda row: -len(row[0]))
        self.unspaced.sort(key=lambda row: -len(row[0]))
        self.fillers = {fold_word(word) for row in data["fillers"] for word in row.split()}
        self.fillers |= {fold_word(word) for word in CONNECT} | set(ZONES)


@cache
def _tables() -> _Tables:
    return _Tables()


def _labels_in(folded: str) -> list[tuple[int, int, Label]]:
    """Start, end and meaning of each label phrase of a folded text."""
    tables = _tables()
    tokens = [(m[0], m.start(), m.end()) for m in WORD.finditer(folded)]
    found: list[tuple[int, int, Label]] = []
    i = 0
    while i < len(tokens):
        step = 1
        for parts, kind in tables.phrases.get(tokens[i][0], ()):
            if tuple(t[0] for t in tokens[i : i + len(parts)]) == parts:
                step = len(parts)
                found.append((tokens[i][1], tokens[i + step - 1][2], kind))
                break
        else:
            for word, kind in tables.unspaced:
                at = tokens[i][0].find(word)
                if at >= 0:
                    found.append((tokens[i][1] + at, tokens[i][1] + at + len(word), kind))
                    break
        i += step
    return found


def label_near(folded: str, floor: int, start: int, end: int) -> Label | None:
    """What a date at `start` to `end` is labelled, by the words since `floor`, or right after it in brackets."""
    before = _labels_in(folded[max(floor, start - 60) : start])
    if before:
        return before[-1][2]
    after = re.match(r"\s{0,2}[(\[]\s?([^)\]\d]{3,30})[)\]]", folded[end : end + 40])
    if after and (found := _labels_in(after[1])):
        return found[0][2]
    return None


def label_of(text: str) -> Label | None:
    """What a line such as "Last modified on Thu 18 Jun" says happened then, by its first label; None if nothing."""
    if len(text) > LONGEST_LINE:
        return None
    found = _labels_in(fold(text)[0])
    return found[0][2] if found else None


def _residue(folded: str, spans: list[tuple[int, int]]) -> tuple[list[str], bool]:
    """The words that are left when `spans`, labels and small words are taken away; whether there was a label."""
    for start, end in spans:
        folded = folded[:start] + " " * (end - start) + folded[end:]
    folded = _READING.sub(lambda m: " " * len(m[0]), folded)
    found = _labels_in(folded)
    for start, end, _ in found:
        folded = folded[:start] + " " * (end - start) + folded[end:]
    fillers, weekdays = _tables().fillers, names().weekdays
    left = [word for word in re.findall(WORD.pattern + r"|\d+", folded) if word not in fillers and word not in weekdays]
    return left, bool(found)


def is_label(text: str) -> bool:
    """Whether a text has nothing but labels of dates and their small words: "Published on", "at"."""
    return len(text) <= LONGEST_LINE and not _residue(fold(text)[0], [])[0]


def is_date_line(text: str) -> bool:
    """Whether a line is nothing but a date (absolute or relative), with labels, weekdays, zones and the like.

    A bare time ("14:05", as in a live blog) is not one, "Updated 14:05" is.
    """
    from ingest.readers.dates.scan import matches

    if len(text) > LONGEST_LINE or text.count(" ") > 36:
        return False
    folded, _ = fold(text)
    if len(folded) > LONGEST_LINE:
        return False
    spans = [(match.start, match.end) for match in matches(folded, text, None)]
    if not spans and not _TIME_HINT.search(folded):
        return False
    left, labelled = _residue(folded, spans)
    if spans:
        # "Updated – June 18, 2026 02:05 pm IST – NEW DELHI"
        return not left or (
            labelled and len(left) <= 2 and not any(word.isdigit() for word in left) and _trails(text, left)
        )
    return labelled and _only_times(folded)


def _trails(text: str, left: list[str]) -> bool:
    tail = re.split(r"\s[-–—|]\s", text)[-1]
    return tail.isupper() and WORD.findall(fold(tail)[0]) == left


def _only_times(folded: str) -> bool:
    spans: list[tuple[int, int]] = []
    for m in re.finditer(r"(?<!\d)\d{1,4}", folded):
        if spans and m.start() < spans[-1][1]:
            continue
        found = clock_at(folded, m.start())
        if found:
            spans.append((m.start(), found[1]))
    return bool(spans) and not _residue(folded, spans)[0]


def is_time_line(text: str) -> bool:
    """Whether a line is nothing but a time of day, as over the entries of a live blog ("14:05", "2.05pm BST").

    "Updated 14:05" and "12.05.26 | 08:40" are none; see `is_date_line`.
    """
    from ingest.readers.dates.scan import matches

    if len(text) > 40:
        return False
    folded = fold(text)[0].strip()
    if not any(char.isdigit() for char in folded) or not _only_times(folded):
        return False
    updated = any(kind == "modified" for _, _, kind in _labels_in(folded))
    return not updated and not any(match.year for match in matches(folded, text, None))
