"""`/v1/compare`: two to five queries or sources side by side: volume, share, tone, and what each has more of."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from newsapi.errors import InvalidParameter, InvalidQuery
from newsapi.parameters import integer
from search import engines, names
from search.aggregations.asking import Asking
from search.crosstabs import Cell, Leaf, Stats, Top
from search.filters import Parameter
from search.insights import asked
from search.insights.asked import average, named, summary, top
from search.insights.scores import surprise
from search.parser import parse
from search.query import Node, Query

LEAST, MOST = 2, 5
FIELDS = ("keyword", "entity", "topic", "source")
"""What is looked for that one has more of."""
CANDIDATES = 300
MAX_SIZE = 50


def parameters() -> tuple[Parameter, ...]:
    return asked.with_filters(
        Parameter("compare", "Compare", f"{LEAST} to {MOST} queries, repeated: compare=source:bbc.com&compare=climate",
                  example="iran", multi=True),
        Parameter("size", "Size", f"Distinctive values of each kind, 1 to {MAX_SIZE}", "number", default=10, low=1,
                  high=MAX_SIZE),
    )  # fmt: skip


def compare(params: QueryDict) -> dict[str, Any]:
    """`{total, results}`: for each query its `count`, `share` of the total, `sentiment`, `words` and `distinctive`.

    The other parameters narrow down all of them. Distinctive are values that are in a larger share of a query's
    articles than of those of the others, ranked by `scores.surprise`. Raises NewsApiError.
    """
    now = asked.now()
    found = asked.read(params, parameters(), now)
    size = integer(params, "size", 10, 1, MAX_SIZE)
    written = [value.strip() for value in params.getlist("compare")]
    if not LEAST <= len(written) <= MOST or not all(written):
        raise InvalidParameter(
            f"compare must be given {LEAST} to {MOST} times, each a query; it was given {len(written)} times.",
            parameter="compare",
        )
    asking = Asking(engines.get_reader(), found.query)
    total = asking.whole(()).count
    sides = [_Side(asking, text, _parsed(text, now)) for text in written]
    return {"total": total, "results": [_result(side, sides, total, size) for side in sides]}


class _Side:
    """One of the queries, with what is known of its articles."""

    def __init__(self, asking: Asking, text: str, node: Node) -> None:
        self.text = text
        self.asking = Asking(asking.reader, Query(filters=(node,)))
        self.asking.query = asking.narrowed([node])
        self.asking.watermark = asking.watermark
        leaves: list[Leaf] = [Stats("sentiment"), Stats("words"), *(Top(field, CANDIDATES) for field in FIELDS)]
        self.cell: Cell = self.asking.whole(leaves)
        self.values = {
            field: dict(top(answer).buckets) for field, answer in zip(FIELDS, self.cell.answers[2:], strict=False)
        }

    def counts(self, field: str, keys: list[str]) -> dict[str, int]:
        """How many articles have these, asked for where they are not among the commonest."""
        known = self.values.get(field, {})
        missing = [key for key in keys if key not in known] if len(known) >= CANDIDATES else []
        return {**known, **(asked.counts(self.asking, field, missing) if missing else {})}


def _parsed(text: str, now: Any) -> Node:
    try:
        return parse(text, resolve=names.resolve, now=now)
    except InvalidQuery as error:
        error.extra["parameter"] = "compare"
        raise


def _result(side: _Side, sides: list[_Side], total: int, size: int) -> dict[str, Any]:
    others = [other for other in sides if other is not side]
    tone, words = (summary(answer) for answer in side.cell.answers[:2]) if side.cell.answers else (None, None)
    return {
        "compare": side.text,
        "count": side.cell.count,
        "share": round(side.cell.count / total, 6) if total else None,
        "sentiment": average(tone) if tone else None,
        "words": average(words) if words else None,
        "distinctive": {field: _distinctive(side, others, field, size) for field in FIELDS},
    }


def _distinctive(side: _Side, others: list[_Side], field: str, size: int) -> list[dict[str, Any]]:
    values = side.values.get(field, {})
    elsewhere = [other.counts(field, list(values)) for other in others]
    of_others = sum(other.cell.count for other in others)
    scored = []
    for key, count in values.items():
        other = sum(counts.get(key, 0) for counts in elsewhere)
        score = surprise(count, side.cell.count, other, of_others)
        if score > 0:
            scored.append((score, key, count, other))
    scored.sort(key=lambda one: (-one[0], one[1]))
    known = named(field, [key for _, key, _, _ in scored[:size]])
    return [
        {"key": key, "name": known.get(key, key), "count": count, "elsewhere": other, "score": round(score, 3)}
        for score, key, count, other in scored[:size]
    ]
