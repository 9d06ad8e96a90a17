"""When an article was published and modified, by its lines of dates and its notes of corrections."""

from __future__ import annotations

from datetime import datetime

from ingest.readers.dates import FoundDate, find_dates, label_of
from ingest.readers.text.assembly import Assembly
from ingest.readers.text.body import Body
from ingest.readers.text.entries import Entry, Kind


def read_dates(
    out: Assembly, entries: list[Entry], start: int, body: Body, received: datetime | None, language: str | None
) -> None:
    """Labelled dates first, then the first date above the article, then one below it."""
    above = [i for i in range(start) if entries[i].kind is Kind.DATE]
    below = [i for i in body.dates if i not in above]
    found: list[tuple[FoundDate, str | None, int]] = []
    pending: str | None = None
    for i in [*above, *below]:
        # The label may be the line above: "Published" / "18 June 2026".
        if i and entries[i - 1].kind is not Kind.DATE and entries[i - 1].units <= 3:
            pending = label_of(entries[i - 1].text)
        text = entries[i].text
        if i in above and i + 1 < start and entries[i + 1].kind is Kind.TIME:
            text = f"{text} {entries[i + 1].text}"
        for when in find_dates(text, received_at=received, language=language):
            found.append((when, when.label or pending, i))
        pending = None
    for when, label, i in found:
        if label == "modified":
            out.set("modified_at", when.at, "labelled date", when.confidence, entries[i].block.lines, when.note)
        elif label == "published":
            out.set("published_at", when.at, "labelled date", when.confidence, entries[i].block.lines, when.note)
    for entry in entries:
        if entry.kind is Kind.NOTE and (noted := find_dates(entry.text[:200], received_at=received, language=language)):
            out.set("modified_at", noted[0].at, "note of a correction", 0.7, entry.block.lines, noted[0].note)
            break
    for when, label, i in found:
        if label is None:
            near = i in above
            out.set(
                "published_at",
                when.at,
                "date line",
                when.confidence * (0.95 if near else 0.6),
                entries[i].block.lines,
                when.note,
            )
            break
