"""Stretches of text that may name something, and the choice among those that overlap."""

from __future__ import annotations

from dataclasses import dataclass, field

from enrich.entities.knowledge import Form


@dataclass(slots=True)
class Span:
    """A candidate. `type` is person, organisation or place; `forms` are set if it is in the gazetteer.

    `words` are the folded words of a pattern's name, `rank` decides between spans of one length, `country` and `link`
    (the acronym of an organisation) are what the pattern saw beside it; `name` is
    the dictionary form of an inflected one.
    """

    start: int
    end: int
    type: str
    forms: list[Form] | None = None
    words: tuple[str, ...] = ()
    rank: int = 0
    country: str | None = None
    acronym: str | None = None
    titled: bool = False
    tokens: tuple[int, int] = field(default=(0, 0))
    name: str = ""


def choose(spans: list[Span]) -> list[Span]:
    """The spans to keep: of those that overlap the longest, then the best ranked, then the first; in reading order."""
    spans.sort(key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    cluster: list[Span] = []
    reach = -1
    for span in spans:
        if span.start >= reach:
            kept += _settle(cluster)
            cluster = []
        cluster.append(span)
        reach = max(reach, span.end)
    kept += _settle(cluster)
    return kept


def _settle(cluster: list[Span]) -> list[Span]:
    if len(cluster) < 2:
        return cluster
    taken: list[Span] = []
    for span in sorted(cluster, key=lambda span: (span.start - span.end, -span.rank, span.start)):
        if all(span.end <= other.start or span.start >= other.end for other in taken):
            taken.append(span)
        if len(taken) > 40:
            break
    return sorted(taken, key=lambda span: span.start)
