"""What `POST /v1/aggregations` asks for, as frozen values: a tree of named buckets and figures."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from search.query import Node as Filter


@dataclass(frozen=True, slots=True)
class Terms:
    """The values of a facet. `order`: `count`, `key` or the name of a figure below, with `-` for descending."""

    field: str
    size: int = 10
    min_count: int = 1
    order: str = "-count"
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    then: Tree = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DateHistogram:
    """`interval`: a calendar's (`hour`, `day`, `week`, `month`, `quarter`, `year`) or seconds. `zone`: IANA's name."""

    interval: str | int
    zone: str = "UTC"
    empty: bool = True
    then: Tree = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Spans of equal length of a number field, one of which begins at `offset`."""

    field: str
    interval: Fraction
    offset: Fraction
    empty: bool = True
    then: Tree = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the buckets that are filters: `facts` are shown beside its key."""

    key: str
    filters: tuple[Filter, ...]
    facts: Mapping[str, float | str | None] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filters:
    """Buckets that are told by filters (named queries, ranges), which may overlap. `single` has one without a key."""

    choices: tuple[Choice, ...]
    single: bool = False
    then: Tree = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """One of `count`, `average`, `min`, `max`, `sum`, or `stats`, which is all of them, of a number field."""

    kind: str
    field: str


@dataclass(frozen=True, slots=True)
class Percentiles:
    """By nearest rank: each is the value of an article."""

    field: str
    percents: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Different:
    """How many different values a facet has."""

    field: str


@dataclass(frozen=True, slots=True)
class Articles:
    """The newest articles."""

    size: int


Bucketing = Terms | DateHistogram | Histogram | Filters
Node = Bucketing | Figure | Percentiles | Different | Articles
Tree = Mapping[str, Node]
