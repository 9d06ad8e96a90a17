"""How much two counts differ, robust to few: the measures that insights rank by. Pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence

SEEN = 0.5
"""Articles elsewhere that have a value before anything is counted: what was never seen is no miracle."""


def surprise(count: int, of: int, other: int, of_other: int) -> float:
    """How surely a value is in a larger share of articles here than elsewhere, in standard errors; below 0: smaller.

    The signed root of the likelihood ratio G² (Dunning, "Accurate Methods for the Statistics of Surprise and
    Coincidence", Computational Linguistics 19, 1993), which holds for few occurrences too, where a z-score does not.
    `count` of `of` articles here have it, `other` of `of_other` elsewhere.
    """
    seen, all_seen = other + SEEN, of_other + 2 * SEEN
    total, having = of + all_seen, count + seen
    if not of:
        return 0.0
    cells = ((count, of * having), (of - count, of * (total - having)), (seen, all_seen * having),
             (all_seen - seen, all_seen * (total - having)))  # fmt: skip
    ratio = 2 * sum(value * math.log(value * total / product) for value, product in cells if value > 0 and product > 0)
    return math.copysign(math.sqrt(max(ratio, 0.0)), count / of - seen / all_seen)


def dispersion(counts: Sequence[int], totals: Sequence[int]) -> float:
    """How much more a share varies over time than chance makes it vary, at least 1.

    Pearson's statistic over its degrees of freedom (McCullagh and Nelder, Generalized Linear Models, 1989, §4.5).
    """
    share = sum(counts) / max(sum(totals), 1)
    if not 0 < share < 1 or len(counts) < 2:
        return 1.0
    expected = [(total * share, total * share * (1 - share)) for total in totals]
    statistic = sum(
        (count - mean) ** 2 / variance for count, (mean, variance) in zip(counts, expected, strict=True) if variance
    )
    return max(1.0, statistic / (len(counts) - 1))


def pmi(both: int, first: int, second: int, total: int) -> float | None:
    """Pointwise mutual information in bits (Church and Hanks 1990): how much oftener together than by chance."""
    if not (both and first and second and total):
        return None
    return math.log2(both * total / (first * second))


def npmi(both: int, first: int, second: int, total: int) -> float | None:
    """PMI from −1 to 1 (Bouma 2009): 1 where neither is ever without the other."""
    found = pmi(both, first, second, total)
    if found is None:
        return None
    return 1.0 if both == total else found / -math.log2(both / total)


def log_likelihood(both: int, first: int, second: int, total: int) -> float:
    """G² of the table of two values (Dunning 1993): how surely they do not meet by chance; 3.84 is 5 %.

    `first` and `second` count the articles with each, `both` those with both, of `total`.
    """
    cells = (
        (both, first * second),
        (first - both, first * (total - second)),
        (second - both, (total - first) * second),
        (total - first - second + both, (total - first) * (total - second)),
    )
    return 2 * sum(seen * math.log(seen * total / product) for seen, product in cells if seen > 0 and product > 0)
