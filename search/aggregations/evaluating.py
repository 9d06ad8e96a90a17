"""Works out a tree of aggregations: level by level, so that every count is exact and only what is shown is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from search.aggregations import tree as nodes
from search.aggregations.asking import Asking, Axis
from search.aggregations.calendars import label
from search.aggregations.percentiles import percentiles
from search.aggregations.spanning import date_spans, number_spans
from search.aggregations.tree import Tree
from search.crosstabs import Answer, Cell, Counted, Distinct, Leaf, Newest, Path, Spans, Stats, Summary, Top
from search.engines.base import QueryTooLarge, Reader
from search.fields import BY_NAME, Kind
from search.query import Node, Query

LISTED = 10_000
"""Values of a field that can be put into another order than by count."""
MAX_ARTICLES = 1_000
"""Newest articles of all buckets together."""
EXACT = 10_000
"""Different values up to which they are counted one by one."""
DISTINCT_ERROR = 0.05
"""How far the engines' estimates beyond that may be off, as a part of the value (three standard errors)."""

Results = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the tree: the cells to fill, and the filters that hold there."""

    axes: tuple[Axis, ...] = ()
    paths: tuple[Path, ...] = ((),)
    filters: tuple[Node, ...] = ()


@dataclass(slots=True)
class Level:
    """What one level of the tree asks of each cell, each thing once."""

    leaves: list[Leaf] = field(default_factory=list)

    def add(self, leaf: Leaf) -> int:
        """Its position in the answers."""
        if leaf not in self.leaves:
            self.leaves.append(leaf)
        return self.leaves.index(leaf)


class Evaluation:
    """One tree over one query. `newest` collects the numbers of articles to show."""

    def __init__(self, reader: Reader, query: Query) -> None:
        self.asking = Asking(reader, query)
        self.newest: dict[int, None] = {}
        self._spans: dict[int, Spans] = {}

    def run(self, tree: Tree) -> tuple[int, Results]:
        """How many articles match, and the results by name."""
        ((count, results),) = self._level(tree, Place()).values()
        return count, results

    def _level(self, tree: Tree, place: Place) -> dict[Path, tuple[int, Results]]:
        level = Level()
        slots = {name: self._leaf(level, node) for name, node in tree.items()}
        cells = self.asking.cells(place.filters, place.axes, place.paths, level.leaves)
        results: dict[Path, Results] = {path: {} for path in place.paths}
        for name, node in tree.items():
            slot = slots[name]
            answers = {path: cell.answers[slot] for path, cell in cells.items()} if slot is not None else {}
            for path, found in self._node(node, place, answers).items():
                results[path][name] = found
        empty = Cell()
        return {path: (cells.get(path, empty).count, results[path]) for path in place.paths}

    def _leaf(self, level: Level, node: nodes.Node) -> int | None:
        """Where the answer to what a node asks of its cell will stand; None for what is asked otherwise."""
        match node:
            case nodes.Terms(order="-count", include=None):
                return level.add(Top(node.field, node.size, node.exclude))
            case nodes.Terms(include=None):
                return level.add(Top(node.field, LISTED, node.exclude))
            case nodes.DateHistogram() | nodes.Histogram():
                return level.add(self._spans_of(node))
            case nodes.Figure(field=name) | nodes.Percentiles(field=name):
                return level.add(Stats(name))
            case nodes.Different(name):
                return level.add(Distinct(name))
            case nodes.Articles(size):
                return level.add(Newest(size))
            case _:
                return None

    def _spans_of(self, node: nodes.DateHistogram | nodes.Histogram) -> Spans:
        """Those of all articles that match, so that the same histogram in every bucket has the same intervals."""
        if id(node) not in self._spans:
            self._spans[id(node)] = (
                date_spans(self.asking, node)
                if isinstance(node, nodes.DateHistogram)
                else number_spans(self.asking, node)
            )
        return self._spans[id(node)]

    def _node(self, node: nodes.Node, place: Place, answers: dict[Path, Any]) -> dict[Path, Any]:
        match node:
            case nodes.Terms():
                return self._terms(node, place, answers)
            case nodes.DateHistogram() | nodes.Histogram():
                return self._histogram(node, place, answers)
            case nodes.Filters():
                return self._filters(node, place)
            case nodes.Figure():
                return {path: figure(node, answers.get(path, Summary())) for path in place.paths}
            case nodes.Percentiles():
                return self._percentiles(node, place, answers)
            case nodes.Different():
                return self._different(node, place, answers)
            case nodes.Articles():
                return {path: self._articles(answers.get(path, ())) for path in place.paths}

    def _terms(self, node: nodes.Terms, place: Place, answers: dict[Path, Any]) -> dict[Path, Any]:
        if node.include is not None:
            answers = self._included(node, place)
        found = {path: answers.get(path, Counted()) for path in place.paths}
        if node.order != "-count":
            found = self._ordered(node, place, found)
        shown: dict[Path, tuple[tuple[str, int], ...]] = {}
        for path, counted in found.items():
            shown[path] = tuple(pair for pair in counted.buckets if pair[1] >= node.min_count)[: node.size]
            self.asking.spend(len(shown[path]))
        keys = {path: [key for key, _ in buckets] for path, buckets in shown.items()}
        below = self._below(node.then, place, node.field, keys)
        return {
            path: {
                "buckets": [_bucket(path, key, count, below) for key, count in buckets],
                "other": found[path].other + sum(count for _, count in found[path].buckets)
                - sum(count for _, count in buckets),
            }
            for path, buckets in shown.items()
        }  # fmt: skip

    def _included(self, node: nodes.Terms, place: Place) -> dict[Path, Any]:
        """Only the values named, each counted; commonest first, ties by value."""
        included = [key for key in node.include or () if key not in node.exclude]
        wanted = [(*path, key) for path in place.paths for key in included]
        cells = self.asking.cells(place.filters, (*place.axes, node.field), wanted, ())
        found: dict[Path, list[tuple[str, int]]] = {path: [] for path in place.paths}
        for path, cell in cells.items():
            found[path[:-1]].append((str(path[-1]), cell.count))
        return {
            path: Counted(tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))) for path, pairs in found.items()
        }

    def _ordered(self, node: nodes.Terms, place: Place, found: dict[Path, Counted]) -> dict[Path, Counted]:
        """All values in another order. Raises QueryTooLarge where there are too many to be put in order."""
        if node.include is None and any(counted.other for counted in found.values()):
            raise QueryTooLarge(
                f"“{node.field}” has more than {LISTED:,} values here: so many are only ordered by -count. Ask for"
                " fewer articles by filters, or include the values.",
                limit=LISTED,
            )
        by, descending = node.order.lstrip("-"), node.order.startswith("-")
        enough = {
            path: [pair for pair in counted.buckets if pair[1] >= node.min_count] for path, counted in found.items()
        }
        weights: dict[Path, Any] = {}
        if by not in ("count", "key"):
            measured = node.then[by]
            assert isinstance(measured, nodes.Figure)
            paths = [(*path, key) for path, pairs in enough.items() for key, _ in pairs]
            cells = self.asking.cells(place.filters, (*place.axes, node.field), paths, [Stats(measured.field)])
            weights = {path: figure(measured, cell.answers[0])["value"] for path, cell in cells.items()}
        ordered: dict[Path, Counted] = {}
        for path, pairs in enough.items():

            def weight(pair: tuple[str, int], path: Path = path) -> Any:
                return pair[1] if by == "count" else pair[0] if by == "key" else weights.get((*path, pair[0]))

            known = [pair for pair in sorted(pairs) if weight(pair) is not None]
            known.sort(key=weight, reverse=descending)
            rest = [pair for pair in sorted(pairs) if weight(pair) is None]
            shown = {pair[0] for pair in pairs}
            # What is too rare counts as other, wherever it would have stood.
            rare = [pair for pair in found[path].buckets if pair[0] not in shown]
            ordered[path] = Counted((*known, *rest, *rare), found[path].other)
        return ordered

    def _histogram(
        self, node: nodes.DateHistogram | nodes.Histogram, place: Place, answers: dict[Path, Any]
    ) -> dict[Path, Any]:
        spans = self._spans_of(node)
        every = range(len(spans.bounds))
        counts: dict[Path, dict[int, int]] = {}
        for path in place.paths:
            found = answers.get(path) or {}
            counts[path] = {index: found.get(index, 0) for index in every} if node.empty else found
            self.asking.spend(len(counts[path]))
        keys = {path: [index for index, count in some.items() if count] for path, some in counts.items()}
        below = self._below(node.then, place, spans, keys)
        zone = node.zone if isinstance(node, nodes.DateHistogram) else None

        def bucket(path: Path, index: int, count: int) -> Results:
            low = spans.bounds[index][0]
            made = _bucket(path, index, count, below)
            made["key"] = low if zone is None else label(int(low), zone)
            if node.then and not count:
                made["aggregations"] = blank(node.then)
            return made

        return {
            path: {"buckets": [bucket(path, index, count) for index, count in some.items()]}
            for path, some in counts.items()
        }

    def _filters(self, node: nodes.Filters, place: Place) -> dict[Path, Any]:
        found: dict[Path, list[Results]] = {path: [] for path in place.paths}
        for choice in node.choices:
            inner = Place(place.axes, place.paths, (*place.filters, *choice.filters))
            self.asking.spend(len(place.paths))
            for path, (count, results) in self._level(node.then, inner).items():
                made = {"key": choice.key, **choice.facts, "count": count}
                found[path].append(made | ({"aggregations": results} if node.then else {}))
        if node.single:
            return {path: {name: one[name] for name in one if name != "key"} for path, (one,) in found.items()}
        return {path: {"buckets": buckets} for path, buckets in found.items()}

    def _below(
        self, then: Tree, place: Place, axis: Axis, keys: dict[Path, list[Any]]
    ) -> dict[Path, tuple[int, Results]] | None:
        if not then:
            return None
        paths = tuple((*path, key) for path, some in keys.items() for key in some)
        return self._level(then, Place((*place.axes, axis), paths, place.filters)) if paths else {}

    def _percentiles(self, node: nodes.Percentiles, place: Place, answers: dict[Path, Any]) -> dict[Path, Any]:
        summaries = {path: answers.get(path, Summary()) for path in place.paths}
        found = percentiles(self.asking, place.filters, place.axes, summaries, node.field, node.percents)
        return {
            path: {"values": {f"{percent:g}": value for percent, value in zip(node.percents, values, strict=True)}}
            for path, values in found.items()
        }

    def _different(self, node: nodes.Different, place: Place, answers: dict[Path, Any]) -> dict[Path, Any]:
        """Few are counted one by one; of many the engine's estimate, marked as one."""
        few = [path for path, about in answers.items() if about <= EXACT]
        most = max((answers[path] for path in few), default=0)
        exact: dict[Path, int] = {}
        if few:
            asked = [Top(node.field, most + most // 5 + 16)]
            for path, cell in self.asking.cells(place.filters, place.axes, few, asked).items():
                (counted,) = cell.answers
                assert isinstance(counted, Counted)
                if not counted.other:
                    exact[path] = len(counted.buckets)
        return {
            path: {"value": exact[path], "exact": True}
            if path in exact
            else {"value": answers[path], "exact": False, "error": DISTINCT_ERROR}
            if path in answers
            else {"value": 0, "exact": True}
            for path in place.paths
        }

    def _articles(self, numbers: Sequence[int]) -> Results:
        self.newest |= dict.fromkeys(numbers)
        if len(self.newest) > MAX_ARTICLES:
            raise QueryTooLarge(
                f"The buckets have more than {MAX_ARTICLES:,} top articles together. Ask for fewer buckets or fewer"
                " articles of each.",
                limit=MAX_ARTICLES,
            )
        return {"articles": list(numbers)}


def _bucket(path: Path, key: str | int, count: int, below: dict[Path, tuple[int, Results]] | None) -> Results:
    made: Results = {"key": key, "count": count}
    if below is not None and (*path, key) in below:
        made["aggregations"] = below[*path, key][1]
    return made


def figure(node: nodes.Figure, summary: Answer) -> Results:
    """A figure of a field: null where no article has a value. Sums of decimals are rounded to the sixth."""
    assert isinstance(summary, Summary)
    whole = BY_NAME[node.field].kind is Kind.INTEGER
    least, greatest, total = (
        value if value is None or not whole else int(value)
        for value in (summary.least, summary.greatest, round(summary.total, 6))
    )
    every = {
        "count": summary.count,
        "min": least,
        "max": greatest,
        "sum": total,
        "average": round(summary.total / summary.count, 6) if summary.count else None,
    }
    return every if node.kind == "stats" else {"value": every[node.kind]}


def blank(tree: Tree) -> Results:
    """What a bucket without articles has below it."""
    found: Results = {}
    for name, node in tree.items():
        match node:
            case nodes.Terms():
                found[name] = {"buckets": [], "other": 0}
            case nodes.DateHistogram() | nodes.Histogram():
                found[name] = {"buckets": []}
            case nodes.Filters(choices, single, then):
                some = [
                    {"key": one.key, **one.facts, "count": 0} | ({"aggregations": blank(then)} if then else {})
                    for one in choices
                ]
                found[name] = {key: some[0][key] for key in some[0] if key != "key"} if single else {"buckets": some}
            case nodes.Figure():
                found[name] = figure(node, Summary())
            case nodes.Percentiles(_, percents):
                found[name] = {"values": {f"{percent:g}": None for percent in percents}}
            case nodes.Different():
                found[name] = {"value": 0, "exact": True}
            case nodes.Articles():
                found[name] = {"articles": []}
    return found
