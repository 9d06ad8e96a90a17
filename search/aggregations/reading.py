"""JSON to a tree of aggregations, within a budget of levels and members; errors name what is wrong by its path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from newsapi.errors import InvalidParameter, UnknownParameter
from newsapi.parameters import did_you_mean, nearest, parse_time
from search import conditions, names
from search.aggregations import tree as nodes
from search.aggregations.calendars import CALENDAR
from search.aggregations.tree import Tree
from search.engines.base import QueryTooLarge
from search.fields import BY_NAME, FACETS, FIELDS, Kind
from search.members import Members, wrong
from search.query import Exists, Not, Range
from search.values import Mismatch

MAX_DEPTH = 5
"""Levels of buckets."""
MAX_NODES = 50
"""Aggregations of one request."""
MAX_SIZE = 10_000
MAX_CHOICES = 20
"""Filters or ranges of one aggregation."""
MAX_ARTICLES = 100
MAX_NAME = 64
FACET_NAMES = tuple(field.name for field in FACETS)
NUMBERS = tuple(field.name for field in FIELDS if field.kind in (Kind.NUMBER, Kind.INTEGER) and field.name != "number")
RANGED = (*NUMBERS, "date")
MISSABLE = tuple(field.name for field in FIELDS if field.name not in ("id", "date", "number", "duplicate"))
FIXED = re.compile(r"([1-9][0-9]{0,5}) ?([mhdw])", re.ASCII)
LONGEST = 3_660 * 86_400
UNITS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
PERCENTS = (5.0, 25.0, 50.0, 75.0, 95.0)
_NAME = re.compile(r"[^\x00-\x1f.]+")


def read(value: Any, path: str = "aggregations", now: datetime | None = None) -> Tree:
    """`{name: {type: {…}, "aggregations": {…}}}` as a tree. `now` is what ages (`7d`) count from.

    Raises InvalidParameter or UnknownParameter with the path of what is wrong, QueryTooLarge beyond the budget.
    """
    return _Reading(now or datetime.now(UTC)).tree(value, path, 1)


class _Reading:
    """One request: counts its aggregations."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.nodes = 0

    def tree(self, value: Any, path: str, depth: int) -> Tree:
        if not isinstance(value, Mapping) or not value:
            raise wrong(path, 'an object of named aggregations: {"by_source": {"terms": {"field": "source"}}}', value)
        if depth > MAX_DEPTH:
            raise QueryTooLarge(f"{path}: aggregations have at most {MAX_DEPTH} levels.", limit=MAX_DEPTH)
        found: dict[str, nodes.Node] = {}
        for name, one in value.items():
            if len(name) > MAX_NAME or not _NAME.fullmatch(name):
                raise wrong(path, f"named by 1 to {MAX_NAME} characters without dots", name)
            found[name] = self._node(one, f"{path}.{name}", depth)
        return found

    def _node(self, value: Any, path: str, depth: int) -> nodes.Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise QueryTooLarge(f"There are more than {MAX_NODES} aggregations.", limit=MAX_NODES)
        members = Members(value, path)
        below = members.get("aggregations")
        kinds = [name for name in members.value if name != "aggregations"]
        if len(kinds) != 1:
            raise InvalidParameter(
                f"{path} must have one member that says what it is; it has {len(kinds)}. Possible are:"
                f" {', '.join(_KINDS)}.",
                parameter=path,
            )
        (kind,) = kinds
        if kind not in _KINDS:
            suggestion = nearest(kind, _KINDS)
            raise UnknownParameter(
                f"There is no aggregation {kind[:80]!r}.{did_you_mean(suggestion)} Possible are: {', '.join(_KINDS)}.",
                parameter=f"{path}.{kind[:80]}", suggestion=suggestion,
            )  # fmt: skip
        if below is not None and kind not in _BUCKETS:
            raise InvalidParameter(
                f"{path}.aggregations: {kind} has no buckets, so nothing can stand below it.",
                parameter=f"{path}.aggregations",
            )
        then = {} if below is None else self.tree(below, f"{path}.aggregations", depth + 1)
        inside = members.get(kind)
        if kind in _BUCKETS:
            return _BUCKETS[kind](self, inside, f"{path}.{kind}", then)
        return _FIGURES[kind](Members(inside, f"{path}.{kind}"), kind)

    def terms(self, value: Any, path: str, then: Tree) -> nodes.Node:
        members = Members(value, path)
        field = _facet(members)
        figures = [name for name, node in then.items() if isinstance(node, nodes.Figure) and node.kind != "stats"]
        orders = [f"{sign}{by}" for by in ("count", "key", *figures) for sign in ("-", "")]
        order = members.text("order", "-count")
        if order not in orders:
            suggestion = nearest(order, orders)
            raise InvalidParameter(
                f"{members.at('order')} is {order[:80]!r}; it must be one of {', '.join(orders)} (also figures directly"
                f" below).{did_you_mean(suggestion)}",
                parameter=members.at("order"), suggestion=suggestion,
            )  # fmt: skip
        made = nodes.Terms(
            field, members.integer("size", 10, 1, MAX_SIZE), members.integer("min_count", 1, 1, 10**9), order,
            _keys(members, "include", field), _keys(members, "exclude", field) or (), then,
        )  # fmt: skip
        members.end()
        return made

    def date_histogram(self, value: Any, path: str, then: Tree) -> nodes.Node:
        members = Members(value, path)
        interval, zone = _interval(members), members.text("time_zone", "UTC")
        if zone not in _zones():
            suggestion = nearest(zone, _zones())
            raise InvalidParameter(
                f"{members.at('time_zone')} is {zone[:80]!r}; it must be an IANA time zone such as Europe/Berlin."
                f"{did_you_mean(suggestion)}",
                parameter=members.at("time_zone"), suggestion=suggestion,
            )  # fmt: skip
        empty = members.boolean("empty", True)
        members.end()
        return nodes.DateHistogram(interval, zone, empty, then)

    def histogram(self, value: Any, path: str, then: Tree) -> nodes.Node:
        members = Members(value, path)
        field = members.choice("field", NUMBERS)
        interval = Fraction(str(members.number("interval")))
        offset = Fraction(str(members.number("offset", 0)))
        whole = BY_NAME[field].kind is Kind.INTEGER
        if interval < (1 if whole else Fraction(1, 10**6)):
            raise wrong(members.at("interval"), "at least 1" if whole else "at least 0.000001", float(interval))
        empty = members.boolean("empty", True)
        members.end()
        return nodes.Histogram(field, interval, offset, empty, then)

    def ranges(self, value: Any, path: str, then: Tree) -> nodes.Node:
        members = Members(value, path)
        field = members.choice("field", RANGED)
        written = members.get("ranges")
        if not isinstance(written, list) or not 1 <= len(written) <= MAX_CHOICES:
            raise wrong(members.at("ranges"), f"a list of 1 to {MAX_CHOICES} objects with from, to or both", written)
        members.end()
        choices = [self._range(field, one, f"{members.at('ranges')}.{n}") for n, one in enumerate(written)]
        return nodes.Filters(tuple(choices), then=then)

    def _range(self, field: str, value: Any, path: str) -> nodes.Choice:
        members = Members(value, path)
        low, high = (self._bound(members, name, field) for name in ("from", "to"))
        facts = {"from": members.get("from"), "to": members.get("to")}
        key = members.text("key", " – ".join("*" if end is None else str(end) for end in facts.values()))
        members.end()
        if low is None and high is None:
            raise InvalidParameter(f"{path} must have from, to or both.", parameter=path)
        if low is not None and high is not None and low >= high:  # type: ignore[operator]
            raise InvalidParameter(f"{path}: from must be less than to, or nothing is in between.", parameter=path)
        return nodes.Choice(key, (Range(field, gte=low, lt=high),), facts)

    def _bound(self, members: Members, name: str, field: str) -> int | float | datetime | None:
        if members.get(name) is None:
            return None
        if field != "date":
            return members.number(name)
        try:
            return parse_time(members.text(name), now=self.now)
        except ValueError as error:
            raise InvalidParameter(f"{members.at(name)}: {error}.", parameter=members.at(name)) from error

    def filter(self, value: Any, path: str, then: Tree) -> nodes.Node:
        return nodes.Filters((self._choice("", value, path),), single=True, then=then)

    def filters(self, value: Any, path: str, then: Tree) -> nodes.Node:
        members = Members(value, path)
        if not 1 <= len(members.value) <= MAX_CHOICES:
            raise wrong(path, f"an object of 1 to {MAX_CHOICES} named filters", value)
        choices = [self._choice(name, one, members.at(name)) for name, one in members.value.items()]
        return nodes.Filters(tuple(choices), then=then)

    def _choice(self, key: str, value: Any, path: str) -> nodes.Choice:
        members = Members({"q": value} if isinstance(value, str) else value, path)
        found = conditions.read(members, now=self.now, duplicates=False).query
        members.end()
        return nodes.Choice(key, (found.text, *found.filters))

    def missing(self, value: Any, path: str, then: Tree) -> nodes.Node:
        members = Members(value, path)
        field = members.choice("field", MISSABLE)
        members.end()
        return nodes.Filters((nodes.Choice("", (Not(Exists(field)),)),), single=True, then=then)


def _facet(members: Members) -> str:
    return members.choice("field", FACET_NAMES)


def _keys(members: Members, name: str, field: str) -> tuple[str, ...] | None:
    """Ids, codes or names as the index has them. Values that only the articles have are taken as written."""
    written = members.texts(name, 1_000)
    if written is None:
        return None
    if BY_NAME[field].folded and field != "language":
        return written
    found: dict[str, None] = {}
    for value in written:
        try:
            found |= dict.fromkeys(str(key) for key in names.resolve(BY_NAME[field], value))
        except Mismatch as mismatch:
            raise InvalidParameter(
                f"{members.at(name)}: {mismatch.detail}", parameter=members.at(name), value=value[:80],
                expected=mismatch.expected, suggestion=mismatch.suggestion,
            ) from mismatch  # fmt: skip
    return tuple(found)


def _interval(members: Members) -> str | int:
    written = members.text("interval", "day").lower()
    if written in CALENDAR:
        return written
    found = FIXED.fullmatch(written)
    if found is None:
        raise wrong(
            members.at("interval"), f"one of {', '.join(CALENDAR)}, or a number of minutes, hours, days or weeks (30m,"
            " 6h, 10d, 2w)", written, suggestion=nearest(written, CALENDAR),
        )  # fmt: skip
    seconds = int(found[1]) * UNITS[found[2]]
    if seconds > LONGEST:
        raise wrong(members.at("interval"), "at most 3660d", written)
    return seconds


@lru_cache(1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _figure(members: Members, kind: str) -> nodes.Node:
    field = members.choice("field", NUMBERS)
    members.end()
    return nodes.Figure(kind, field)


def _percentiles(members: Members, kind: str) -> nodes.Node:
    field = members.choice("field", NUMBERS)
    written = members.get("percents", list(PERCENTS))
    good = isinstance(written, list) and 1 <= len(written) <= 20
    if not good or not all(
        isinstance(one, int | float) and not isinstance(one, bool) and 0 <= one <= 100 for one in written
    ):
        raise wrong(members.at("percents"), "a list of 1 to 20 numbers from 0 to 100", written)
    members.end()
    return nodes.Percentiles(field, tuple(dict.fromkeys(float(one) for one in written)))


def _different(members: Members, kind: str) -> nodes.Node:
    field = _facet(members)
    members.end()
    return nodes.Different(field)


def _articles(members: Members, kind: str) -> nodes.Node:
    size = members.integer("size", 3, 1, MAX_ARTICLES)
    members.end()
    return nodes.Articles(size)


_BUCKETS: dict[str, Callable[[_Reading, Any, str, Tree], nodes.Node]] = {
    "terms": _Reading.terms,
    "date_histogram": _Reading.date_histogram,
    "histogram": _Reading.histogram,
    "ranges": _Reading.ranges,
    "filter": _Reading.filter,
    "filters": _Reading.filters,
    "missing": _Reading.missing,
}
_FIGURES: dict[str, Callable[[Members, str], nodes.Node]] = {
    **dict.fromkeys(("count", "average", "min", "max", "sum", "stats"), _figure),
    "percentiles": _percentiles,
    "distinct": _different,
    "articles": _articles,
}
_KINDS = (*_BUCKETS, *_FIGURES)
