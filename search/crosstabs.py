"""Cross tabulation: the one question that both engines answer for every aggregation, chart and comparison.

A crosstab has levels whose values are known (these sources, these months) and asks something of each cell of the
articles that they cut out: the commonest values of a field, counts of spans, statistics. Deeper trees are asked level
by level (search.aggregations), so an engine never has to guess which buckets will be shown, and counts are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_CELLS = 50_000
"""Buckets that one question may be answered with; tantivy gives 65,000, Elasticsearch 65,536."""


@dataclass(frozen=True, slots=True)
class Keys:
    """These values of a facet; an article with several of them is in several cells."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spans:
    """Half-open spans `[low, high)` of a number or date field, disjoint and ascending; dates in µs since 1970."""

    field: str
    bounds: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Top:
    """The commonest values of a facet, ties by value, without those excluded."""

    field: str
    size: int
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """Count, least, greatest and sum of a number field (dates in microseconds) over the articles that have it."""

    field: str


@dataclass(frozen=True, slots=True)
class Distinct:
    """About how many different values a facet has; within `DISTINCT_ERROR`."""

    field: str


@dataclass(frozen=True, slots=True)
class Newest:
    """The numbers of the newest articles."""

    size: int


Level = Keys | Spans
Leaf = Top | Spans | Stats | Distinct | Newest
Path = tuple[str | int, ...]
"""What leads to a cell: of each level a value, or the index of a span."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The commonest values with their counts, and how often all other values together occur."""

    buckets: tuple[tuple[str, int], ...] = ()
    other: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """`least` and `greatest` are None where no article has a value."""

    count: int = 0
    least: float | None = None
    greatest: float | None = None
    total: float = 0.0


Answer = Counted | Mapping[int, int] | Summary | int | tuple[int, ...]
"""Of Top, of Spans (index to count, empty ones left out), of Stats, of Distinct, of Newest."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many articles, and an answer for each leaf in their order."""

    count: int = 0
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Crosstab:
    """The question. Without levels there is one cell, of all articles that match; its path is empty."""

    levels: tuple[Level, ...] = ()
    leaves: tuple[Leaf, ...] = ()

    def cells(self) -> int:
        """Buckets that the answer may have at most."""
        paths = 1
        for level in self.levels:
            paths *= size(level)
        return paths * (1 + sum(_answers(leaf) for leaf in self.leaves))


@dataclass(frozen=True, slots=True)
class Table:
    """The answer: cells by path, empty ones left out. `total` counts the articles that match."""

    total: int
    cells: Mapping[Path, Cell] = field(default_factory=dict)


def size(level: Level) -> int:
    """How many cells a level makes of one."""
    return len(level.values if isinstance(level, Keys) else level.bounds)


def hollow(asked: Crosstab) -> bool:
    """Whether a level has nothing to be counted for, so that there are no cells."""
    return not all(size(level) for level in asked.levels)


def _answers(leaf: Leaf) -> int:
    if isinstance(leaf, Top | Newest):
        return leaf.size
    return len(leaf.bounds) if isinstance(leaf, Spans) else 1


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring spans of equal length: what an engine counts without comparing bounds. `first` is an index."""

    first: int
    low: int
    length: int
    count: int

    @property
    def high(self) -> int:
        return self.low + self.length * self.count

    def index(self, low: float) -> int:
        """Of the span that begins at `low`."""
        return self.first + round((low - self.low) / self.length)


EXACT = 2**53
"""Whole numbers up to here are exact in the floating point numbers that engines reckon with."""
LONG = 8
"""Spans from which on a run is counted as such: it costs a pass over the articles, each span alone its bounds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How spans are counted: long runs as histograms, the others by their bounds, as (index, low, high)."""

    field: str
    runs: tuple[Run, ...]
    others: tuple[tuple[int, float, float], ...]


def plan(spans: Spans) -> Plan:
    """Whole-number spans (days of which some have 23 hours) in runs as far as that is worth it."""
    found = [run for run in _runs(spans) if run.count >= LONG]
    covered = {index for run in found for index in range(run.first, run.first + run.count)}
    others = ((index, *pair) for index, pair in enumerate(spans.bounds) if index not in covered)
    return Plan(spans.field, tuple(found), tuple(others))


def _runs(spans: Spans) -> list[Run]:
    found: list[Run] = []
    for index, (low, high) in enumerate(spans.bounds):
        if not (isinstance(low, int) and isinstance(high, int) and low >= -EXACT and high <= EXACT):
            continue
        last = found[-1] if found else None
        if last and last.high == low and last.length == high - low:
            found[-1] = Run(last.first, last.low, last.length, last.count + 1)
        else:
            found.append(Run(index, low, high - low, 1))
    return found
