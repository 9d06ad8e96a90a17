"""Results as the API shows them: with the names of what is counted, and the articles of each bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from search import names
from search.aggregations import tree as nodes
from search.aggregations.tree import Tree
from search.engines.base import Reader

CARD = ("id", "url", "headline", "standfirst", "source", "date", "language", "sentiment")
"""What is shown of an article below a bucket."""
Results = dict[str, Any]


def finish(tree: Tree, results: Results, reader: Reader, newest: Mapping[int, None]) -> Results:
    """Adds names to buckets and puts articles in the place of their numbers: in place, and one look-up for each."""
    named: dict[str, list[Results]] = {}
    shown: list[Results] = []
    for node, found in _walk(tree, results):
        if isinstance(node, nodes.Terms):
            named.setdefault(node.field, []).extend(found["buckets"])
        elif isinstance(node, nodes.Articles):
            shown.append(found)
    for field, buckets in named.items():
        known = names.names(field, dict.fromkeys(bucket["key"] for bucket in buckets))
        for bucket in buckets:
            bucket["name"] = known.get(bucket["key"], bucket["key"])
    if shown:
        cards = {hit.number: _card(hit.card) for hit in reader.fetch(list(newest))}
        for found in shown:
            found["articles"] = [cards[number] for number in found["articles"] if number in cards]
    return results


def _walk(tree: Tree, results: Results) -> Iterator[tuple[nodes.Node, Results]]:
    todo: list[tuple[Tree, Results]] = [(tree, results)]
    while todo:
        some, found = todo.pop()
        for name, node in some.items():
            yield node, found[name]
            if isinstance(node, nodes.Bucketing) and node.then:
                buckets = found[name].get("buckets", [found[name]])
                todo += [(node.then, bucket["aggregations"]) for bucket in buckets]


def _card(card: bytes) -> Results:
    whole = orjson.loads(card)
    return {name: whole.get(name) for name in CARD}
