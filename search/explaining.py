"""How a query was understood: its tree, a sentence, what each clause finds, and what to look out for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from search import analysis, nearness, patterns, sentences, stopwords, tree
from search.budget import BUDGET, check, check_fuzzy
from search.engines.base import Reader
from search.engines.deadline import SearchTimeout
from search.filters import Filters
from search.printer import to_text
from search.query import Fuzzy, Leaf, Near, Node, Phrase, Query, Text, Wildcard, children, leaves

COUNTED = 100
"""Clauses that are counted; the rest of a longer query shows no counts."""
COUNTING = 5.0
"""Seconds after which no more clauses are counted."""
LOOKS = 40
"""Counts beyond those of the clauses, for the warnings."""
OFTEN = 0.25
"""Part of all articles that a word is in to say nothing: a word that is no stop word of the lists."""
ENOUGH = 200
"""Articles from which on words are weighed so."""
OPERATORS = {"and": "AND", "or": "OR", "not": "NOT", "und": "AND", "oder": "OR", "et": "AND", "ou": "OR"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One leaf: as it is written, what it means, and how many articles it finds among those of the filters."""

    node: Leaf
    wanted: bool
    count: int | None

    def as_json(self) -> dict[str, Any]:
        found = {
            "clause": to_text(self.node),
            "meaning": sentences.leaf(self.node),
            "excluded": not self.wanted,
            "position": getattr(self.node, "position", None),
            "count": self.count,
        }
        return {name: value for name, value in found.items() if value is not None}


def explain(asked: Filters, reader: Reader) -> dict[str, Any]:
    """`{query, tree, sentence, total, clauses, cost, warnings}` of what the parameters ask for.

    Counts are exact, of the articles that pass the filters beside `q`; `total` is None where it took too long.
    """
    root = asked.query.text
    counts = _counts(asked.query, reader)
    clauses = [Clause(node, wanted, counts.get(id(node))) for node, wanted in leaves(root)]
    return {
        "query": to_text(root),
        "sentence": sentences.sentence(root),
        "total": counts.get(id(root)),
        "cost": {"clauses": check(root), "most": BUDGET.clauses},
        "tree": tree.write(root, lambda node: _more(node, counts)),
        "clauses": [clause.as_json() for clause in clauses],
        "warnings": list(_warnings(clauses, asked.query, reader)),
    }


def _counts(query: Query, reader: Reader) -> dict[int, int]:
    """What the nodes find, by their ids: as many as can be counted in time."""
    found: dict[int, int] = {}
    began = time.monotonic()
    for node in _counted(query.text):
        with suppress(SearchTimeout):
            found[id(node)] = reader.count(replace(query, text=node))
        if time.monotonic() - began > COUNTING:
            break
    return found


def _counted(root: Node) -> Iterator[Node]:
    """The nodes that are counted, outermost first."""
    todo: list[Node] = [root]
    for _ in range(COUNTED):
        if not todo:
            return
        node = todo.pop(0)
        yield node
        todo += children(node) or ()


def _more(node: Node, counts: dict[int, int]) -> dict[str, Any]:
    found = {"position": getattr(node, "position", None), "count": counts.get(id(node))}
    return {name: value for name, value in found.items() if value is not None}


def _warnings(clauses: list[Clause], query: Query, reader: Reader) -> Iterator[dict[str, Any]]:
    if any(clause.count is None for clause in clauses):
        detail = f"Not every part was counted: at most {COUNTED} are, in {COUNTING:g} seconds."
        yield {"code": "not_counted", "detail": detail}
    if clauses and not any(clause.wanted for clause in clauses):
        yield {"code": "only_exclusions", "detail": "Everything is asked for but what is excluded."}
    looks = _Looks(reader, query)
    for clause in clauses:
        for code, detail, suggestion in _faults(clause, looks):
            written = to_text(clause.node)
            position = getattr(clause.node, "position", None)
            found = {"code": code, "clause": written, "position": position, "detail": detail, "suggestion": suggestion}
            yield {name: value for name, value in found.items() if value is not None}


def _faults(clause: Clause, looks: _Looks) -> Iterator[tuple[str, str, str | None]]:
    """Code, detail and suggestion of what is remarkable about a clause."""
    node, written = clause.node, to_text(clause.node)
    if clause.count == 0:
        if clause.wanted:
            suggestion, more = _nearly(node, looks)
            yield "matches_nothing", f"No article has {sentences.leaf(node)}.{more}", suggestion
        else:
            yield "excludes_nothing", f"{written} excludes nothing: no article has {sentences.leaf(node)}.", None
    match node:
        case Text(text) if text in OPERATORS:
            detail = f"{text!r} is searched for as a word; as an operator it is {OPERATORS[text]}, in capitals."
            yield "operator_in_small_letters", detail, OPERATORS[text]
        case Phrase(text) if looks.common(analysis.written(text)):
            yield "only_stop_words", f"{written} has only words that are in nearly every article.", None
        case Near(words) if looks.common([word for block in nearness.blocks(words) for word in block]):
            yield "only_stop_words", f"{written} has only words that are in nearly every article.", None
        case Wildcard(pattern) if patterns.leading(pattern):
            detail = f"{written} begins with a wildcard: every word of the archive has to be looked at, which is slow."
            yield "leading_wildcard", detail, None


def _nearly(node: Leaf, looks: _Looks) -> tuple[str | None, str]:
    """A spelling that finds something, for a word that finds nothing, and what to say about it."""
    if not isinstance(node, Text) or not node.text.isalnum():
        return None, ""
    for distance in (1, 2):
        fuzzy = Fuzzy(node.text, distance, node.field)
        if check_fuzzy(node.text, distance) is None and (count := looks.found(fuzzy)):
            return to_text(fuzzy), f" {to_text(fuzzy)} finds {count:,}: is it spelt like that?"
    return None, ""


class _Looks:
    """Further counts for the warnings: a few, and each once."""

    def __init__(self, reader: Reader, query: Query) -> None:
        self._reader = reader
        self._query = query
        self._left = LOOKS
        self._known: dict[Node | None, int | None] = {}

    def found(self, node: Node) -> int | None:
        """How many articles have it beside the filters; None where nobody counts any more."""
        return self._count(node, replace(self._query, text=node))

    def common(self, words: Sequence[str]) -> bool:
        """Whether the words say nothing: those of short lists, and what a quarter of a larger archive has."""
        return bool(words) and len(words) <= 20 and all(map(self._is_common, words))

    def _is_common(self, word: str) -> bool:
        if word in stopwords.words():
            return True
        total = self._count(None, Query()) or 0
        return total >= ENOUGH and (self._count(Phrase(word), Query(Phrase(word))) or 0) > OFTEN * total

    def _count(self, key: Node | None, query: Query) -> int | None:
        if key not in self._known:
            if self._left <= 0:
                return None
            self._left -= 1
            try:
                self._known[key] = self._reader.count(query)
            except SearchTimeout:
                self._known[key] = None
        return self._known[key]
