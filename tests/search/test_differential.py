"""Both engines give the same answers to random questions about random small archives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engines.base import Engine
from search.engines.elasticsearch.engine import ElasticsearchEngine, Options
from search.engines.tantivy import TantivyEngine
from search.query import (
    All,
    And,
    Boost,
    Exists,
    Fuzzy,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Query,
    Range,
    Term,
    Text,
    Wildcard,
)
from search.results import Aggregation, Bucket, Histogram, Hit, IndexDocument, Search, Terms
from tests.search.conforming.archive import article
from tests.search.elastic import temporary

SPAN = 16
"""Article numbers of an example."""
WORDS = {
    "en": "storm storms election elections US us the president's 1,000 3.5 York new news C++ regime change changing",
    "de": "Wahl Wahlen Präsident Präsidenten Straße Länder Land news storm die",
    "fr": "l'Iran élection élections présidentielle nouvelle news regime régime",
    "ru": "выборы выборов президент президента ещё еще storm",
    "zh": "中国经济 经济增长 中国 storm 国",
    "ar": "إيران ايران الرئيس محمد",
    "": "storm election 中国 выборы",
}
ALL_WORDS = sorted({word for words in WORDS.values() for word in words.split()})
PATTERNS = (
    *(
        "storm*",
        "*orm",
        "st?rm*",
        "prä*",
        "wahl?*",
        "*ление*",
        "выб?р*",
        "el*n",
        "re*me",
        "c++11*",
        "ne?",
        "*an",
        "prés*",
    ),
    *("الر*", "us*", "t?e"),
)
FUZZY = (("storn", 1), ("strom", 1), ("elektions", 2), ("выборв", 1), ("präsidenten", 2), ("regim", 1), ("new", 1))
NEAR = (
    *(
        ("storm", "news"),
        ("regime", "change"),
        ("the", "president's", "storm"),
        ("regime change", "storm"),
        ("中国", "增长"),
    ),
    *(("new", "york", "us"), ("wahl", "wahl"), ("election", "elections", "storm")),
)
PHRASES = ("regime change", "the president's", "中国经济", "new york", "storm", "国", "…", "l'iran", "3.5 storm")
MOMENTS = [
    datetime(2026, 3, 1, 12, tzinfo=UTC),
    datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC),
    datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 2, tzinfo=UTC),
    datetime(2026, 4, 1, 6, 30, tzinfo=UTC),
    datetime(1969, 12, 31, 23, tzinfo=UTC),
    datetime(2024, 2, 29, 5, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, tzinfo=UTC),
]
VALUES = ("a", "b", "C", "c", "é", "日本", "a b")
FACETS = ("source", "section", "author", "topic", "country", "entity", "domain", "keyword")
AMOUNTS = (-1.0, -0.5, 0.0, 0.25, 1.0)


def facet_values(name: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(VALUES), min_size=1, max_size=1 if name in ("source", "domain") else 3, unique=True)


@st.composite
def writes(draw: st.DrawFn) -> IndexDocument:
    """An article, a correction of one, or a deletion: few numbers, so that they meet; some come late, some twice."""
    number = draw(st.integers(1, SPAN - 1))
    version = draw(st.integers(1, 4))
    seen = datetime(2026, 1 + number % 3, 1, tzinfo=UTC)
    date = draw(st.sampled_from(MOMENTS))
    if draw(st.integers(0, 6)) == 6:
        return article(number, version=version, deleted=True, date=date, first_seen=seen)
    language = draw(st.sampled_from(list(WORDS)))
    some = st.lists(st.sampled_from(WORDS[language].split()), max_size=8).map(" ".join)
    given: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                **{name: facet_values(name) for name in FACETS},
                "has": st.lists(st.sampled_from(["image", "quote"]), min_size=1, max_size=2, unique=True),
                "sentiment": st.sampled_from(AMOUNTS),
                "words": st.integers(0, 5),
                "duplicate": st.booleans(),
                "headline": some,
                "standfirst": some,
            },
        )
    )
    return article(number, draw(some), version=version, lang=language, date=date, first_seen=seen, **given)


fields = st.sampled_from([None, "headline", "standfirst", "body"])
words = st.lists(st.sampled_from(ALL_WORDS), min_size=1, max_size=3).map(" ".join)
moments = st.none() | st.sampled_from(MOMENTS)
amounts = st.none() | st.sampled_from((*AMOUNTS, 3, 2.5, float("inf"), float("-inf")))
leaves: st.SearchStrategy[Node] = st.one_of(
    st.just(All()),
    st.just(Nothing()),
    st.builds(Text, words, fields),
    st.builds(Phrase, st.sampled_from(PHRASES), fields),
    st.builds(
        Term, st.sampled_from([*FACETS, "entity.person"]), st.lists(st.sampled_from(VALUES), max_size=3).map(tuple)
    ),
    st.builds(Term, st.just("duplicate"), st.lists(st.booleans(), max_size=2).map(tuple)),
    st.builds(Term, st.just("words"), st.lists(st.integers(-1, 5), max_size=3).map(tuple)),
    st.builds(Wildcard, st.sampled_from(PATTERNS), fields),
    st.builds(Wildcard, st.sampled_from(["日本*", "*ab*", "a b*"]), st.sampled_from(["domain"])),
    st.builds(lambda fuzzy, field: Fuzzy(fuzzy[0], fuzzy[1], field), st.sampled_from(FUZZY), fields),
    st.builds(Near, st.sampled_from(NEAR), st.integers(0, 6), fields),
    st.builds(Term, st.just("has"), st.lists(st.sampled_from(["image", "author", "body", "x"]), max_size=2).map(tuple)),
    st.builds(Exists, st.sampled_from(["headline", "author", "sentiment", "words", "duplicate", "date", "keyword"])),
    st.builds(Range, st.just("date"), moments, moments, moments, moments),
    st.builds(Range, st.sampled_from(["sentiment", "words"]), amounts, amounts, amounts, amounts),
    st.builds(Range, st.just("number"), gte=st.integers(-1, SPAN), lt=st.integers(-1, SPAN)),
)
nodes = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
        st.builds(Boost, inner, st.sampled_from([0.5, 2.0])),
    ),
    max_leaves=6,
)
queries = st.builds(
    Query,
    nodes,
    st.lists(nodes, max_size=2).map(tuple),
    st.sampled_from([(), (), ("en",), ("de", "fr"), ("zh",)]),
)
metrics = st.sampled_from([None, None, "sentiment", "words"])


def levels(then: st.SearchStrategy[Any]) -> st.SearchStrategy[Aggregation]:
    return st.one_of(
        st.builds(Terms, st.sampled_from(FACETS), st.integers(0, 5), then, metrics),
        st.builds(
            Histogram,
            st.sampled_from(["hour", "day", "week", "month"]),
            st.none() | st.integers(0, 3),
            then,
            metrics,
        ),
    )


aggregations = levels(st.none() | levels(st.none()))


class Pair:
    """The same archive in both engines. Each example has `SPAN` article numbers of its own, from `first` on."""

    def __init__(self, embedded: Engine, elastic: Engine) -> None:
        self.engines = embedded, elastic
        self.first = -SPAN

    def begin(self, commits: Sequence[Sequence[IndexDocument]]) -> None:
        """Write an example's articles."""
        self.first += SPAN
        # A version may say only one thing.
        said: dict[tuple[int, int], IndexDocument] = {}
        for engine in self.engines:
            with engine.writer() as writer:
                for commit in commits:
                    documents = [said.setdefault((one.number, one.version), self._moved(one)) for one in commit]
                    assert writer.write(documents) == []
                    writer.commit(self.first)
        self.readers = tuple(engine.reader() for engine in self.engines)

    def _moved(self, one: IndexDocument) -> IndexDocument:
        number = self.first + one.number
        return replace(one, id=UUID(int=number), number=number)

    def query(self, query: Query) -> Query:
        """The query, of this example's articles; their numbers in it are counted from 0."""
        mine = Range("number", gte=self.first, lt=self.first + SPAN)
        filters = tuple(self._shifted(node) for node in query.filters)
        return Query(self._shifted(query.text), (*filters, mine), query.languages)

    def _shifted(self, node: Node) -> Node:
        match node:
            case And(nodes) | Or(nodes):
                return type(node)(tuple(self._shifted(one) for one in nodes))
            case Not(inner):
                return Not(self._shifted(inner))
            case Boost(inner, factor):
                return Boost(self._shifted(inner), factor)
            case Range("number"):
                assert isinstance(node.gte, int) and isinstance(node.lt, int)
                return Range("number", gte=self.first + node.gte, lt=self.first + node.lt)
            case _:
                return node

    def same(self, question: str, *asked: Any) -> Any:
        """The answer that both readers give."""
        here, there = (getattr(reader, question)(*asked) for reader in self.readers)
        assert here == there
        return here


@pytest.fixture(scope="module")
def pairs(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Pair]]:
    """In Elasticsearch in one shard, in several, and in one index a month."""
    with temporary(elasticsearch_url) as base:
        yield [
            Pair(
                TantivyEngine.open("tantivy:", str(tmp_path_factory.mktemp("index"))),
                ElasticsearchEngine(base.address.within(f"d{n}"), options),
            )
            for n, options in enumerate([Options(), Options(shards=3), Options(period="month")])
        ]


def rounded(buckets: tuple[Bucket, ...] | None) -> list[Any]:
    """Averages are added up in another order."""
    return [
        (b.key, b.count, None if b.average is None else round(b.average, 6), rounded(b.buckets)) for b in buckets or ()
    ]


def nearly_best(hits: Sequence[Hit], number: int) -> bool:
    """Whether an article is the first, or one whose score hardly differs: the engines count words differently."""
    scores = {hit.number: hit.score or 0.0 for hit in hits}
    return hits[0].number == number or scores[number] >= 0.8 * scores[hits[0].number]


def asking(examples: int) -> settings:
    """Always the same examples: to look for new ones, raise their number and let chance in."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


layouts = st.sampled_from(range(3))
commits = st.lists(st.lists(writes(), max_size=12), max_size=3)
limits = st.sampled_from([0, 1, 3, 100])
watermarks = st.none() | st.integers(-1, SPAN)


@asking(60)
@given(
    layouts, commits, st.lists(st.tuples(queries, st.sampled_from(["-date", "date"]), limits, watermarks), max_size=4)
)
def test_same_hits_in_the_same_order(
    pairs: list[Pair], layout: int, commits: list[list[IndexDocument]], asked: list[tuple[Query, str, int, int | None]]
) -> None:
    pair = pairs[layout]
    pair.begin(commits)
    stored = pair.same("stored", pair.first - 1, SPAN)
    pair.same("watermark")
    pair.same("languages")
    numbers = [one.number for one in stored[::-1]]
    pair.same("fetch", [*numbers, pair.first + SPAN, *numbers[:1]])
    for drawn, sort, limit, relative in asked:
        query = pair.query(drawn)
        watermark = None if relative is None else pair.first + relative
        whole = pair.same("search", Search(query, sort, 100, None, watermark))
        assert pair.same("count", query, watermark) == whole.total == len(whole.hits)
        read: list[Hit] = []
        while page := pair.same(
            "search", Search(query, sort, limit, read[-1].sort_key if read else None, watermark)
        ).hits:
            read += page
        assert read == (list(whole.hits) if limit else [])


@asking(60)
@given(layouts, commits, st.lists(queries, max_size=4))
def test_same_hits_by_relevance(
    pairs: list[Pair], layout: int, commits: list[list[IndexDocument]], asked: list[Query]
) -> None:
    """The same set and the same first one, or one that is as good by the statistics of both."""
    pair = pairs[layout]
    pair.begin(commits)
    for query in map(pair.query, asked):
        here, there = (reader.search(Search(query, "relevance", 100)) for reader in pair.readers)
        assert here.total == there.total
        assert {hit.number for hit in here.hits} == {hit.number for hit in there.hits}
        if here.hits:
            assert nearly_best(here.hits, there.hits[0].number) and nearly_best(there.hits, here.hits[0].number)
        for hits in (here.hits, there.hits):
            order = [(hit.score, hit.sort_key) for hit in hits]
            assert order == sorted(order, reverse=True)


@asking(50)
@given(layouts, commits, st.lists(st.tuples(queries, st.lists(aggregations, min_size=1, max_size=2)), max_size=3))
def test_same_counts(
    pairs: list[Pair],
    layout: int,
    commits: list[list[IndexDocument]],
    asked: list[tuple[Query, list[Aggregation]]],
) -> None:
    pair = pairs[layout]
    pair.begin(commits)
    for drawn, wanted in asked:
        query = pair.query(drawn)
        here, there = (reader.aggregate(query, wanted) for reader in pair.readers)
        assert [(one.total, rounded(one.buckets)) for one in here] == [
            (one.total, rounded(one.buckets)) for one in there
        ]
