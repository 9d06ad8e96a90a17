"""Boxes that a site sets into its articles: promotions and sign-ups of newsletters."""

from __future__ import annotations

import re

from ingest.readers.text.entries import Entry, Kind

_NEWSLETTER = re.compile(
    r"newsletter|rassegna|nieuwsbrief|nyhe[dt]sbrev|boletin|bulten|biuletyn|hirlevel|uutiskirje|рассылк|розсилк|bilten"
)


def mark_boxes(entries: list[Entry]) -> None:
    """Mark as prompts what stands between "skip past newsletter promotion" and its end, and in boxes."""
    opened = None
    for i, entry in enumerate(entries):
        if entry.units <= 5 and entry.key.startswith("skip past"):
            opened = i
        elif opened is not None and entry.units <= 5 and entry.key.startswith("after newsletter"):
            for between in entries[opened : min(i + 1, opened + 12)]:
                between.kind = Kind.PROMPT
            opened = None
    for i, entry in enumerate(entries):
        # A box: "Newsletter", what it promises in a line or two, "Subscribe".
        if not entry.own and entry.units <= 3 and _NEWSLETTER.search(entry.key):
            box = entries[i + 1 : i + 4]
            last = next((k for k, other in enumerate(box) if other.kind is Kind.PROMPT and other.units <= 5), 0)
            if last and all(other.units <= 25 for other in box[:last]):
                for other in box[:last]:
                    other.kind = Kind.PROMPT
