"""`/v1/cooccurrence`: which entities, topics or keywords meet in articles, and how surely that is no chance."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.http import QueryDict

from newsapi.parameters import choice, integer
from search import engines
from search.aggregations.asking import Asking
from search.crosstabs import Top
from search.filters import Parameter
from search.insights import asked
from search.insights.asked import named, top
from search.insights.scores import log_likelihood, npmi, pmi

SHAPES = ("edges", "matrix", "graphml")
OF = ("entity", "entity.person", "entity.organisation", "entity.place", "topic", "keyword", "author", "country")
MAX_SIZE = 100
GRAPHML = "application/graphml+xml"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def parameters() -> tuple[Parameter, ...]:
    return asked.with_filters(
        asked.of_parameter("entity", OF),
        Parameter("size", "Size", f"How many of the commonest values, 2 to {MAX_SIZE}", "number", default=30, low=2,
                  high=MAX_SIZE),
        Parameter("min_count", "Least count", "Articles with both, at least", "number", default=2, low=1, high=10**6),
        Parameter("shape", "Shape", "A list of edges, a matrix, or GraphML for Gephi and networkx", "select", SHAPES,
                  default="edges"),
    )  # fmt: skip


def cooccurrence(params: QueryDict) -> dict[str, Any] | str:
    """`{total, nodes, edges}` or `{total, nodes, matrix}`, or GraphML. Raises NewsApiError.

    An edge has `count` (articles with both), `pmi` in bits, `npmi` (−1 to 1) and `log_likelihood` (G²), most surely
    together first; the matrix has the counts, on its diagonal those of each value.
    """
    found = asked.read(params, parameters(), asked.now())
    field = asked.facet(params, "entity", known=OF)
    size = integer(params, "size", 30, 2, MAX_SIZE)
    least = integer(params, "min_count", 2, 1, 10**6)
    shape = choice(params, "shape", SHAPES, "edges")
    asking = Asking(engines.get_reader(), found.query)
    whole = asking.whole([Top(field, size)])
    values = top(whole.answers[0]).buckets if whole.answers else ()
    keys = [key for key, _ in values]
    cells = asking.cells((), (field, field), list(combinations(keys, 2)), ())
    both = {path: cell.count for path, cell in cells.items() if cell.count >= least}
    known = named(field, keys)
    nodes = [{"key": key, "name": known.get(key, key), "count": count} for key, count in values]
    if shape == "matrix":
        return {"total": whole.count, "nodes": nodes, "matrix": _matrix(values, both)}
    edges = [_edge(str(one), str(other), count, dict(values), whole.count) for (one, other), count in both.items()]
    edges.sort(key=lambda edge: (-edge["log_likelihood"], -edge["count"], edge["source"], edge["target"]))
    if shape == "graphml":
        return graphml(nodes, edges)
    return {"total": whole.count, "nodes": nodes, "edges": edges}


def _edge(one: str, other: str, both: int, counts: dict[str, int], total: int) -> dict[str, Any]:
    first, second = counts[one], counts[other]
    return {
        "source": one,
        "target": other,
        "count": both,
        "pmi": _rounded(pmi(both, first, second, total)),
        "npmi": _rounded(npmi(both, first, second, total)),
        "log_likelihood": round(log_likelihood(both, first, second, total), 3),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _matrix(values: tuple[tuple[str, int], ...], both: dict[Any, int]) -> list[list[int]]:
    return [
        [count if one == other else both.get((one, other), 0) or both.get((other, one), 0) for other, _ in values]
        for one, count in values
    ]


def graphml(nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> str:
    """An undirected graph (http://graphml.graphdrawing.org/primer/graphml-primer.html)."""
    data = [("name", "node", "string"), ("count", "node", "int"), ("weight", "edge", "int"), ("pmi", "edge", "double"),
            ("npmi", "edge", "double"), ("log_likelihood", "edge", "double")]  # fmt: skip
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    lines += [f'  <key id="{on}-{name}" for="{on}" attr.name="{name}" attr.type="{kind}"/>' for name, on, kind in data]
    lines.append('  <graph edgedefault="undirected">')
    for node in nodes:
        lines.append(
            f"    <node id={_attribute(node['key'])}>{_data('node', 'name', node['name'])}"
            f"{_data('node', 'count', node['count'])}</node>"
        )
    for edge in edges:
        facts = {"weight": edge["count"], **{name: edge[name] for name in ("pmi", "npmi", "log_likelihood")}}
        lines.append(
            f"    <edge source={_attribute(edge['source'])} target={_attribute(edge['target'])}>"
            f"{''.join(_data('edge', name, value) for name, value in facts.items())}</edge>"
        )
    return "\n".join([*lines, "  </graph>", "</graphml>", ""])


def _attribute(value: Any) -> str:
    return quoteattr(_UNPRINTABLE.sub(" ", str(value)))


def _data(on: str, name: str, value: Any) -> str:
    return f'<data key="{on}-{name}">{escape(_UNPRINTABLE.sub(" ", str(value)))}</data>'
