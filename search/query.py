"""The syntax tree of a query: one frozen value for searches, facets, exports, saved searches and feeds.

Parsers and filter parameters make it, engines and the percolator read it. Text in it is as the caller wrote it: the
engine's builder analyses it with search.analysis for `Query.languages`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class All:
    """Matches every article."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Matches no article."""


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words, all of which must occur (stemmed), in one text `field`, or in any of them where it is None."""

    text: str
    field: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order as written (folded, not stemmed)."""

    text: str
    field: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """All of `words` (as written, in any order) with at most `distance` other words between the first and the last."""

    words: tuple[str, ...]
    distance: int
    field: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A word as written, or a value of a keyword field, like `pattern`: `*` is anything, `?` one character.

    A backslash takes the meaning from the character after it.
    """

    pattern: str
    field: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """A word as written that is at most `distance` changes away: letters put in, left out, changed or swapped."""

    word: str
    distance: int = 1
    field: str | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """Any of `values` in a keyword or boolean field. Values are in the index's form (ids, codes, folded names)."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a number or date field; None is open. `gte` and `lte` include the bound, `gt` and `lt` do not."""

    field: str
    gte: float | int | datetime | None = None
    gt: float | int | datetime | None = None
    lte: float | int | datetime | None = None
    lt: float | int | datetime | None = None


@dataclass(frozen=True, slots=True)
class Exists:
    """The field has a value."""

    field: str


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    child: Node


@dataclass(frozen=True, slots=True)
class Boost:
    """`child`, counting `factor` times as much for relevance; it finds the same."""

    child: Node
    factor: float


Leaf = All | Nothing | Text | Phrase | Near | Wildcard | Fuzzy | Term | Range | Exists
Node = Leaf | And | Or | Not | Boost


def children(node: Node) -> tuple[Node, ...] | None:
    """What an operator joins; None for a leaf."""
    match node:
        case And(nodes) | Or(nodes):
            return nodes
        case Not(child) | Boost(child):
            return (child,)
        case _:
            return None


def leaves(node: Node, wanted: bool = True) -> Iterator[tuple[Leaf, bool]]:
    """Every leaf in its order, and whether it is asked for (or excluded)."""
    todo: list[tuple[Node, bool]] = [(node, wanted)]
    while todo:
        one, sign = todo.pop()
        match one:
            case And(nodes) | Or(nodes):
                todo += [(child, sign) for child in reversed(nodes)]
            case Not(child):
                todo.append((child, not sign))
            case Boost(child):
                todo.append((child, sign))
            case _:
                yield one, sign


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. `text` scores, `filters` (all of them must hold) do not.

    `languages` are those that words are analysed for; empty means every language of the archive.
    """

    text: Node = All()
    filters: tuple[Node, ...] = ()
    languages: tuple[str, ...] = ()
