"""What a query may cost: counted before it reaches an engine, the same for `q`, trees and saved searches."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from newsapi.errors import InvalidQuery
from search import analysis, patterns
from search.fields import BY_NAME, Kind
from search.query import Boost, Fuzzy, Leaf, Near, Node, Phrase, Term, Text, Wildcard, children


@dataclass(frozen=True, slots=True)
class Budget:
    """A clause is a word, a value, a range, a NOT, a run of AND or OR; a word that is cut into several counts for each.

    What has to be looked up in the dictionary counts for more, see `cost`.
    """

    characters: int = 10_000
    depth: int = 50
    clauses: int = 1_024


BUDGET = Budget()
PREFIX, PATTERN, LEADING = 8, 16, 64
"""Clauses that a wildcard counts for: at the end only, elsewhere, and at the beginning."""
FUZZY = 16
"""Clauses that each change of a fuzzy word counts for."""
NEAR = 32
"""Clauses that more than two words near each other count for besides their own."""
MAX_FACTOR = 100.0
"""Of a boost; the smallest is its inverse."""

# Scripts without spaces are cut into pairs of characters (search.analysis), so each character is about one clause.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3031-\u318f\u31f0-\u31ff\u3400-\u9fff"
    r"\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001b000-\U0003ffff"
)
CLAUSES = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
"""What may be a word: found without the analysis, quickly."""


def cost(leaf: Leaf) -> int:
    """The clauses of a leaf."""
    match leaf:
        case Text(text) | Phrase(text):
            return max(len(CLAUSES.findall(text)), 1)
        case Near(words):
            return sum(len(CLAUSES.findall(word)) for word in words) + (NEAR if len(words) > 2 else 0)
        case Wildcard(pattern):
            if patterns.leading(pattern):
                return LEADING
            return PREFIX if patterns.trailing_only(patterns.pieces(pattern)) else PATTERN
        case Fuzzy(_, distance):
            return FUZZY * distance
        case Term(_, values):
            return max(len(values), 1)
        case _:
            return 1


def check_wildcard(pattern: str, field: str | None) -> str | None:
    """What is wrong with a pattern, or None."""
    parts = patterns.folded(pattern, field)
    if len(pattern) > patterns.MAX_LENGTH:
        return f"A word with wildcards has at most {patterns.MAX_LENGTH} characters."
    if patterns.wildcards(parts) > patterns.MAX_WILDCARDS:
        return f"A word has at most {patterns.MAX_WILDCARDS} wildcards."
    if patterns.late(parts) > patterns.MAX_LATE:
        return f"After a * a word has at most {patterns.MAX_LATE} question marks as wildcards."
    if patterns.literals(parts) < patterns.MIN_LITERALS:
        return f"A word with wildcards needs at least {patterns.MIN_LITERALS} letters or digits."
    if (field is None or BY_NAME[field].kind is Kind.TEXT) and any(
        analysis.unspaced(text) for text, wild in parts if not wild
    ):
        return "In a script without spaces every part of a text is found as it is: leave the wildcard out."
    return None


def check_fuzzy(word: str, distance: int) -> str | None:
    """What is wrong with a fuzzy word, or None."""
    if distance not in (1, 2):
        return f"A word may be 1 or 2 changes away, not {distance}."
    cut = analysis.written(word)
    if len(cut) != 1:
        return f"{word[:60]!r} is not one word; only a single word can be fuzzy."
    if analysis.unspaced(word):
        return "In a script without spaces a word cannot be fuzzy."
    if len(cut[0]) < patterns.MIN_FUZZY[distance]:
        return (
            f"{word[:60]!r} is too short: with {distance} changes a word needs {patterns.MIN_FUZZY[distance]} letters."
        )
    return None


def check(root: Node, budget: Budget = BUDGET, refuse: Callable[[str], Exception] = InvalidQuery) -> int:
    """The clauses of a whole tree. Raises what `refuse` makes for one that costs too much or is too deep."""
    total, todo = 0, [(root, 0)]
    while todo:
        node, depth = todo.pop()
        if depth > budget.depth:
            raise refuse(f"The query is nested more than {budget.depth} deep.")
        below = children(node)
        if below is None:
            total += cost(node)  # type: ignore[arg-type]
        else:
            total += not isinstance(node, Boost)
            todo += [(child, depth + 1) for child in below]
        if total > budget.clauses:
            raise refuse(f"The query has more than {budget.clauses:,} clauses (words and values); make it shorter.")
    return total
