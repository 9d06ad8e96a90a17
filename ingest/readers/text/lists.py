"""Runs of short lines inside an article: items of its own lists and tables, or headlines of other articles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.readers.text.entries import Entry
from ingest.readers.text.vocabulary import normalise, vocabulary

_MARKS = "-–—•*·●▪◦►✔✅▶➡👉"
_VALUE = re.compile(r"^[^:：]{1,40}[:：]\s?\S")
_FIGURES = re.compile(r"\d")


def is_list(entries: Sequence[Entry], before: Entry | None) -> bool:
    """Whether short lines are items of a list within the article, and not headlines of other articles.

    They are where they are bulleted, numbered, announced by a colon, part of a dialogue, lines of a table or of a
    recipe. `before` is the text above them.
    """
    texts = [entry.text for entry in entries]
    count = len(texts)
    marked = sum(text[0] in _MARKS or text[:3].rstrip(" .):")[:2].isdigit() for text in texts)
    if marked >= count * 0.7:
        return True
    if before is not None and before.text.rstrip().endswith((":", "：", ";", ",")):
        return True
    ending = sum(text.rstrip().endswith((";", ",", ":", "–", "—")) for text in texts)
    if ending >= count * 0.6:
        return True
    short = sum(entry.units for entry in entries) <= count * 7
    if short and any(is_subhead(entry) for entry in entries[:3]):
        return True
    valued = sum(_VALUE.match(text) is not None for text in texts)
    figures = sum(_FIGURES.search(text) is not None for text in texts)
    if short and count >= 3 and (valued >= count * 0.7 or figures >= count * 0.7):
        return True
    return all(entry.units <= 30 and "?" in entry.text[-3:] for entry in entries)


def is_subhead(entry: Entry) -> bool:
    """Whether a line is a usual heading of a part of an article: "Ingredients", "Line-ups"."""
    return entry.units <= 4 and vocabulary().label("subhead", entry.key or normalise(entry.text)) is not None


def follows_values(entry: Entry, before: Entry) -> bool:
    """Whether a line such as "Attendance: 41,208" goes on with what lines of the same kind began."""
    return _VALUE.match(entry.text) is not None and _VALUE.match(before.text) is not None
