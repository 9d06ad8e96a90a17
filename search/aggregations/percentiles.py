"""Exact percentiles by narrowing: counts of ever finer spans, until each span that matters holds one value."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.aggregations.asking import Asking, Axis
from search.crosstabs import Path, Spans, Summary
from search.engines.base import QueryTooLarge
from search.fields import BY_NAME, Kind
from search.query import Node

DECIMALS = 1_000_000
"""Numbers with decimals are told apart to the sixth."""
MAX_CELLS = 200
"""Buckets with percentiles: each is narrowed down in several rounds."""
ROUND = 256
"""Spans of one round for all cells together, about."""


@dataclass(slots=True)
class Target:
    """The value of one rank, known to be from `low` on and below `high` (in steps); `below` have less than `low`."""

    rank: int
    low: int
    high: int
    below: int = 0


def percentiles(
    asking: Asking,
    filters: Sequence[Node],
    axes: Sequence[Axis],
    summaries: Mapping[Path, Summary],
    field: str,
    percents: Sequence[float],
) -> dict[Path, list[float | None]]:
    """The values at these percents in each cell, by nearest rank (Hyndman and Fan 1996, definition 1).

    Raises QueryTooLarge for more than `MAX_CELLS`.
    """
    if len(summaries) > MAX_CELLS:
        raise QueryTooLarge(
            f"Percentiles of {len(summaries):,} buckets are asked for; at most {MAX_CELLS} have them. Ask for fewer"
            " or longer ones.",
            limit=MAX_CELLS,
        )
    scale = 1 if BY_NAME[field].kind is Kind.INTEGER else DECIMALS
    known = {path: one for path, one in summaries.items() if one.least is not None and one.greatest is not None}
    # All begin with the same window, so that later ones are the same or apart.
    low = math.floor(min((one.least or 0 for one in known.values()), default=0) * scale)
    high = math.ceil(max((one.greatest or 0 for one in known.values()), default=0) * scale) + 1
    targets = {
        path: [Target(max(1, math.ceil(percent / 100 * one.count - 1e-9)), low, high) for percent in percents]
        for path, one in known.items()
    }
    while True:
        open_paths = [path for path, some in targets.items() if any(one.high - one.low > 1 for one in some)]
        if not open_paths:
            break
        _narrow(asking, filters, axes, field, scale, {path: targets[path] for path in open_paths})
    return {
        path: [_value(one.low, scale) for one in targets[path]] if path in targets else [None] * len(percents)
        for path in summaries
    }


def _narrow(
    asking: Asking,
    filters: Sequence[Node],
    axes: Sequence[Axis],
    field: str,
    scale: int,
    targets: Mapping[Path, Sequence[Target]],
) -> None:
    """One round: every window of a target is cut into parts, which all cells share."""
    windows = sorted({(one.low, one.high) for some in targets.values() for one in some if one.high - one.low > 1})
    parts = max(ROUND // len(windows), 8)
    edges: list[tuple[int, int]] = []
    for low, high in windows:
        step = max(1, -((low - high) // parts))
        edges += [(start, min(start + step, high)) for start in range(low, high, step)]
    asked = Spans(field, tuple((_value(low, scale), _value(high, scale)) for low, high in edges))
    cells = asking.cells(filters, axes, list(targets), [asked])
    for path, some in targets.items():
        counts = cells[path].answers[0] if path in cells else {}
        assert isinstance(counts, dict)
        for one in some:
            if one.high - one.low > 1:
                _step(one, edges, counts)


def _step(one: Target, edges: Sequence[tuple[int, int]], counts: Mapping[int, int]) -> None:
    below = one.below
    inside = [index for index, (low, high) in enumerate(edges) if low < one.high and high > one.low]
    for index in inside:
        low, high = edges[index]
        count = counts.get(index, 0)
        if below + count >= one.rank:
            one.low, one.high, one.below = low, high, below
            return
        below += count
    # Only where the archive changed in between: the last part is as near as can be.
    one.low, one.high = edges[inside[-1]][0], edges[inside[-1]][0] + 1


def _value(step: int, scale: int) -> float:
    return step if scale == 1 else step / scale
