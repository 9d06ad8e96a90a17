"""Trees of aggregations count what a loop over the articles counts, on both engines, in every layout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.aggregations import tree as nodes
from search.aggregations.evaluating import Evaluation
from search.aggregations.tree import Tree
from search.engines.base import Engine
from search.engines.elasticsearch.engine import ElasticsearchEngine, Options
from search.engines.tantivy import TantivyEngine
from search.query import All, Exists, Not, Query, Range, Term
from search.results import IndexDocument
from tests.search import naive
from tests.search.conforming.archive import article
from tests.search.elastic import temporary

SPAN = 24
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")
FACETS = ("source", "topic", "entity", "author")
NUMBERS = ("words", "sentiment")
VALUES = ("a", "b", "C", "c", "é", "日本")
CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2026, 1, 1, tzinfo=UTC),
)
moments = st.builds(
    lambda at, minutes, micros: at + timedelta(minutes=minutes, microseconds=micros),
    st.sampled_from(CHANGES),
    st.integers(-4_000, 4_000),
    st.sampled_from((0, 1, 999_999)),
)
facts = st.fixed_dictionaries(
    {"date": moments},
    optional={
        "source": st.sampled_from(VALUES).map(lambda value: [value]),
        **{name: st.lists(st.sampled_from(VALUES), min_size=1, max_size=3, unique=True) for name in FACETS[1:]},
        "words": st.integers(0, 2_000),
        "sentiment": st.integers(-1_000, 1_000).map(lambda value: value / 1_000),
    },
)
archives = st.lists(facts, max_size=SPAN - 1)
figures = st.builds(
    nodes.Figure, st.sampled_from(("count", "min", "max", "sum", "average", "stats")), st.sampled_from(NUMBERS)
)
leaves = st.one_of(
    figures,
    st.builds(nodes.Percentiles, st.sampled_from(NUMBERS), st.just((0.0, 10.0, 50.0, 95.0, 100.0))),
    st.builds(nodes.Different, st.sampled_from(FACETS)),
    st.builds(nodes.Articles, st.integers(1, 3)),
)
filters = st.one_of(
    st.just(All()),
    st.builds(Exists, st.sampled_from((*FACETS, *NUMBERS))),
    st.builds(lambda field: Not(Exists(field)), st.sampled_from((*FACETS, *NUMBERS))),
    st.builds(Term, st.sampled_from(("source", "topic")), st.lists(st.sampled_from(VALUES), max_size=2).map(tuple)),
    st.builds(lambda low, high: Range("words", gte=low, lt=high), st.integers(0, 500), st.integers(500, 3_000)),
    st.builds(lambda at: Range("date", gte=at), moments),
)
keys = st.lists(st.sampled_from((*VALUES, "nope")), max_size=3, unique=True).map(tuple)
intervals = st.sampled_from(("hour", "day", "week", "month", "quarter", "year", 1_800, 86_400, 864_000))
steps = {
    "words": st.tuples(st.integers(1, 500).map(Fraction), st.integers(-50, 50).map(Fraction)),
    "sentiment": st.tuples(
        st.sampled_from(("0.1", "0.25", "0.3")).map(Fraction), st.sampled_from(("0", "0.05")).map(Fraction)
    ),
}


def trees(below: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    nothing: Tree = {}
    then = st.just(nothing) | below
    histograms = st.sampled_from(NUMBERS).flatmap(
        lambda field: steps[field].flatmap(
            lambda step: st.builds(
                nodes.Histogram, st.just(field), st.just(step[0]), st.just(step[1]), st.just(False), then
            )
        )
    )
    choices = st.lists(
        st.builds(nodes.Choice, st.just("x"), st.lists(filters, max_size=2).map(tuple)), min_size=1, max_size=3
    )
    buckets = st.one_of(
        st.builds(
            nodes.Terms, st.sampled_from(FACETS), st.integers(1, 5), st.integers(1, 3),
            st.sampled_from(("-count", "-count", "count", "key", "-key", "tone", "-tone")), st.none() | keys, keys,
            then.map(lambda tree: {**tree, "tone": nodes.Figure("average", "sentiment")}),
        ),
        st.builds(nodes.DateHistogram, intervals, st.sampled_from(ZONES), st.just(False), then),
        histograms,
        choices.flatmap(
            lambda some: st.builds(nodes.Filters, st.just(tuple(some)), st.just(len(some) == 1), then)
        ),
    )  # fmt: skip
    return st.dictionaries(st.sampled_from("xyz"), buckets | leaves, min_size=1, max_size=3)


any_tree = trees(trees(trees(st.just({}))))


class Both:
    """The same articles in both engines; each example has numbers of its own."""

    def __init__(self, engines: tuple[Engine, ...]) -> None:
        self.engines = engines
        self.first = -SPAN

    def begin(self, drawn: list[dict[str, Any]]) -> list[IndexDocument]:
        self.first += SPAN
        numbers = range(self.first, self.first + len(drawn))
        documents = [article(n, "x", id=UUID(int=n), **given) for n, given in zip(numbers, drawn, strict=True)]
        for engine in self.engines:
            with engine.writer() as writer:
                assert writer.write(documents) == []
                writer.commit(self.first)
        return documents


@pytest.fixture(scope="module")
def layouts(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Both]]:
    """tantivy beside Elasticsearch in one shard, and in several."""
    with temporary(elasticsearch_url) as base:
        yield [
            Both(
                (
                    TantivyEngine.open("tantivy:", str(tmp_path_factory.mktemp("index"))),
                    ElasticsearchEngine(base.address.within(f"a{n}"), options),
                )
            )
            for n, options in enumerate([Options(), Options(shards=3)])
        ]


def rounded(value: Any) -> Any:
    """Decimals are added up in another order, and whole numbers may come as floats."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return round(float(value), 5) if isinstance(value, float) else value


@settings(
    max_examples=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(st.sampled_from(range(2)), archives, st.lists(any_tree, min_size=1, max_size=3))
def test_trees_count_what_a_loop_counts(
    layouts: list[Both], layout: int, drawn: list[dict[str, Any]], asked: list[Tree]
) -> None:
    both = layouts[layout]
    documents = both.begin(drawn)
    mine = Query(filters=(Range("number", gte=both.first, lt=both.first + SPAN),))
    for tree in asked:
        expected = naive.count(tree, documents)
        for engine in both.engines:
            total, found = Evaluation(engine.reader(), mine).run(tree)
            assert total == len(documents)
            assert rounded(found) == rounded(expected), type(engine).__name__
