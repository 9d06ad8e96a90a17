"""Counting articles: by one or two fields from query parameters, or by a tree of aggregations in JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from search import conditions, engines
from search.aggregations.counting import aggregate, aggregation_parameters
from search.aggregations.evaluating import Evaluation
from search.aggregations.reading import read
from search.aggregations.schema import EXAMPLES, REQUEST, RESPONSE
from search.aggregations.showing import finish
from search.aggregations.tree import Tree
from search.members import Members
from search.query import Query

__all__ = [
    "EXAMPLES",
    "REQUEST",
    "RESPONSE",
    "Tree",
    "aggregate",
    "aggregation_parameters",
    "answer",
    "evaluate",
    "read",
]


def answer(body: Any) -> dict[str, Any]:
    """`{total, aggregations}` for the body of `POST /v1/aggregations`. Raises NewsApiError for what cannot be used."""
    now = datetime.now(UTC)
    members = Members(body, "")
    tree = read(members.get("aggregations"), now=now)
    asked = conditions.read(members, now=now)
    members.end()
    total, results = evaluate(tree, asked.query)
    return {"total": total, "aggregations": results}


def evaluate(tree: Tree, query: Query) -> tuple[int, dict[str, Any]]:
    """How many articles match, and the results of a tree by name, as the API shows them. Raises NewsApiError."""
    reader = engines.get_reader()
    evaluation = Evaluation(reader, query)
    total, results = evaluation.run(tree)
    return total, finish(tree, results, reader, evaluation.newest)
