"""How a query was understood: its tree, a sentence, what each clause finds, and what to look out for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from search import analysis, nearness, patterns, sentences, stopwords, tree
from search.budget import BUDGET, check, check_fuzzy
from search.engines.base import Reader
from search.filters import Filters
from search.printer import to_text
from search.query import Fuzzy, Leaf, Near, Node, Phrase, Query, Text, Wildcard, children, leaves

COUNTED = 100
"""Clauses that are counted; the rest of a longer query shows no counts."""
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

    Counts are exact, of the articles that pass the filters beside `q`.
    """
    root = asked.query.text
    counts: dict[int, int] = {}
    for node in _counted(root):
        counts[id(node)] = reader.count(replace(asked.query, text=node))
    clauses = [Clause(node, wanted, counts.get(id(node))) for node, wanted in leaves(root)]
    total = reader.count(asked.query)
    return {
        "query": to_text(root),
        "sentence": sentences.sentence(root),
        "total": total,
        "cost": {"clauses": check(root), "most": BUDGET.clauses},
        "tree": tree.write(root, lambda node: _more(node, counts)),
        "clauses": [clause.as_json() for clause in clauses],
        "warnings": list(_warnings(clauses, asked.query, reader)),
    }


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
        yield {"code": "not_counted", "detail": f"Only the first {COUNTED} parts of the query were counted."}
    if clauses and not any(clause.wanted for clause in clauses):
        yield {"code": "only_exclusions", "detail": "Everything is asked for but what is excluded."}
    rare = _Common(reader, query)
    for clause in clauses:
        for code, detail, suggestion in _faults(clause, query, reader, rare):
            written = to_text(clause.node)
            position = getattr(clause.node, "position", None)
            found = {"code": code, "clause": written, "position": position, "detail": detail, "suggestion": suggestion}
            yield {name: value for name, value in found.items() if value is not None}


def _faults(clause: Clause, query: Query, reader: Reader, common: _Common) -> Iterator[tuple[str, str, str | None]]:
    """Code, detail and suggestion of what is remarkable about a clause."""
    node, written = clause.node, to_text(clause.node)
    if clause.count == 0:
        if clause.wanted:
            suggestion, more = _nearly(node, query, reader)
            yield "matches_nothing", f"No article has {sentences.leaf(node)}.{more}", suggestion
        else:
            yield "excludes_nothing", f"{written} excludes nothing: no article has {sentences.leaf(node)}.", None
    match node:
        case Text(text) if text in OPERATORS:
            detail = f"{text!r} is searched for as a word; as an operator it is {OPERATORS[text]}, in capitals."
            yield "operator_in_small_letters", detail, OPERATORS[text]
        case Phrase(text) if common.only(analysis.written(text)):
            yield "only_stop_words", f"{written} has only words that are in nearly every article.", None
        case Near(words) if common.only([word for block in nearness.blocks(words) for word in block]):
            yield "only_stop_words", f"{written} has only words that are in nearly every article.", None
        case Wildcard(pattern) if patterns.leading(pattern):
            detail = f"{written} begins with a wildcard: every word of the archive has to be looked at, which is slow."
            yield "leading_wildcard", detail, None


def _nearly(node: Leaf, query: Query, reader: Reader) -> tuple[str | None, str]:
    """A spelling that finds something, for a word that finds nothing, and what to say about it."""
    if not isinstance(node, Text) or not node.text.isalnum():
        return None, ""
    for distance in (1, 2):
        fuzzy = Fuzzy(node.text, distance, node.field)
        if check_fuzzy(node.text, distance) is None and (count := reader.count(replace(query, text=fuzzy))):
            return to_text(fuzzy), f" {to_text(fuzzy)} finds {count:,}: is it spelt like that?"
    return None, ""


class _Common:
    """Words that say nothing: those of short lists, and what a quarter of a larger archive has."""

    def __init__(self, reader: Reader, query: Query) -> None:
        self._reader = reader
        self._query = query
        self._total: int | None = None

    def only(self, words: tuple[str, ...] | list[str]) -> bool:
        return bool(words) and len(words) <= 20 and all(map(self._is, words))

    def _is(self, word: str) -> bool:
        if word in stopwords.words():
            return True
        if self._total is None:
            self._total = self._reader.count(Query())
        return self._total >= ENOUGH and self._reader.count(Query(Phrase(word))) > OFTEN * self._total
