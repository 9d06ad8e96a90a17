"""Aggregations counted the slow way, over documents in memory: what the engines' answers are compared with."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from search.aggregations import tree as nodes
from search.aggregations.tree import Tree
from search.query import All, Exists, Node, Not, Range, Term
from search.results import IndexDocument, sort_key

Articles = Sequence[IndexDocument]


def count(tree: Tree, articles: Articles) -> dict[str, Any]:
    """What `Evaluation.run` must give for these articles. Histograms are expected without empty buckets."""
    return {name: _node(node, articles) for name, node in tree.items()}


def _node(node: nodes.Node, articles: Articles) -> dict[str, Any]:
    match node:
        case nodes.Terms():
            return _terms(node, articles)
        case nodes.DateHistogram():
            return _grouped(node, articles, lambda one: [day_of(one.date, node)])
        case nodes.Histogram():
            return _grouped(
                node, articles, lambda one: [_step(node, one.numbers[node.field])] if node.field in one.numbers else []
            )
        case nodes.Filters():
            return _filters(node, articles)
        case nodes.Figure():
            return _figure(node, _numbers(node.field, articles))
        case nodes.Percentiles(field, percents):
            ordered = sorted(_numbers(field, articles))
            return {
                "values": {
                    f"{p:g}": ordered[max(1, math.ceil(p / 100 * len(ordered))) - 1] if ordered else None
                    for p in percents
                }
            }
        case nodes.Different(field):
            return {"value": len({value for one in articles for value in one.keywords.get(field, ())}), "exact": True}
        case nodes.Articles(size):
            newest = sorted(articles, key=lambda one: sort_key(one.date, one.number), reverse=True)
            return {"articles": [one.number for one in newest[:size]]}


def _bucket(key: Any, inside: Articles, then: Tree) -> dict[str, Any]:
    return {"key": key, "count": len(inside)} | ({"aggregations": count(then, inside)} if then else {})


def _terms(node: nodes.Terms, articles: Articles) -> dict[str, Any]:
    counts = Counter(value for one in articles for value in set(one.keywords.get(node.field, ())))
    for key in list(counts):
        if key in node.exclude or (node.include is not None and key not in node.include):
            del counts[key]
    by, descending = node.order.lstrip("-"), node.order.startswith("-")

    def weight(key: str) -> Any:
        if by in ("count", "key"):
            return counts[key] if by == "count" else key
        figure = node.then[by]
        assert isinstance(figure, nodes.Figure)
        return _figure(figure, _numbers(figure.field, _having(node.field, key, articles)))["value"]

    keys = sorted(key for key in counts if counts[key] >= node.min_count)
    known = sorted((key for key in keys if weight(key) is not None), key=weight, reverse=descending)
    if descending:
        # Ties stay in the order of their keys.
        known = (
            sorted((key for key in keys if weight(key) is not None), key=lambda key: -weight(key))
            if by != "key"
            else known
        )
    shown = [*known, *(key for key in keys if weight(key) is None)][: node.size]
    return {
        "buckets": [_bucket(key, _having(node.field, key, articles), node.then) for key in shown],
        "other": counts.total() - sum(counts[key] for key in shown),
    }


def _having(field: str, key: str, articles: Articles) -> Articles:
    return [one for one in articles if key in one.keywords.get(field, ())]


def _numbers(field: str, articles: Articles) -> list[float]:
    return [one.numbers[field] for one in articles if field in one.numbers]


def _figure(node: nodes.Figure, numbers: Sequence[float]) -> dict[str, Any]:
    every = {
        "count": len(numbers),
        "min": min(numbers, default=None),
        "max": max(numbers, default=None),
        "sum": round(sum(numbers), 6),
        "average": round(sum(numbers) / len(numbers), 6) if numbers else None,
    }
    return every if node.kind == "stats" else {"value": every[node.kind]}


def _grouped(node: Any, articles: Articles, keys: Callable[[IndexDocument], list[Any]]) -> dict[str, Any]:
    found: dict[Any, list[IndexDocument]] = {}
    for one in articles:
        for key in keys(one):
            found.setdefault(key, []).append(one)
    return {"buckets": [_bucket(key, found[key], node.then) for key in sorted(found)]}


def _step(node: nodes.Histogram, value: float) -> float:
    """The greatest step that, as a float, is not above the value."""
    around = (Fraction(value) - node.offset) // node.interval
    starts = [float(node.offset + node.interval * (around + more)) for more in range(-1, 3)]
    return starts[bisect_right(starts, value) - 1]


def day_of(moment: datetime, node: nodes.DateHistogram) -> str:
    """When the interval began, by the zone's clock."""
    if isinstance(node.interval, int):
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        start = epoch + (moment - epoch) // timedelta(seconds=node.interval) * timedelta(seconds=node.interval)
        return _written(start.astimezone(ZoneInfo(node.zone)), node.zone)
    local = moment.astimezone(ZoneInfo(node.zone))
    clock = local.replace(minute=0, second=0, microsecond=0)
    if node.interval == "hour":
        return _written(clock, node.zone)
    clock = clock.replace(hour=0, fold=0)
    if node.interval == "week":
        clock -= timedelta(days=clock.weekday())
    elif node.interval != "day":
        months = {"month": clock.month, "quarter": (clock.month - 1) // 3 * 3 + 1, "year": 1}
        clock = clock.replace(month=months[node.interval], day=1)
    return _written(clock, node.zone)


def _written(clock: datetime, zone: str) -> str:
    return clock.replace(tzinfo=None).isoformat() + "Z" if zone == "UTC" else clock.isoformat()


def _filters(node: nodes.Filters, articles: Articles) -> dict[str, Any]:
    found = []
    for choice in node.choices:
        inside = [one for one in articles if all(_matches(filter_, one) for filter_ in choice.filters)]
        found.append({"key": choice.key, **choice.facts, **_bucket(choice.key, inside, node.then)})
    if node.single:
        return {name: value for name, value in found[0].items() if name != "key"}
    return {"buckets": found}


def _matches(node: Node, one: IndexDocument) -> bool:
    match node:
        case All():
            return True
        case Not(inner):
            return not _matches(inner, one)
        case Exists(field):
            return bool(one.keywords.get(field)) or field in one.numbers or bool(one.texts.get(field))
        case Term(field, values):
            return any(value in one.keywords.get(field, ()) for value in values)
        case Range(field, gte=low, lt=high):
            value: Any = one.date if field == "date" else one.numbers.get(field)
            return value is not None and (low is None or value >= low) and (high is None or value < high)
        case _:
            raise AssertionError(node)
