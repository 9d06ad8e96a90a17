"""Both engines give the same answers to random questions about random small archives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engines.base import Engine
from search.engines.elasticsearch.engine import Options
from search.engines.tantivy import TantivyEngine
from search.query import All, And, Exists, Node, Not, Nothing, Or, Phrase, Query, Range, Term, Text
from search.results import Aggregation, Bucket, Histogram, IndexDocument, Search, Terms
from tests.search.conforming.archive import article
from tests.search.elastic import temporary

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
FACETS = ("source", "section", "author", "topic", "country", "entity")
AMOUNTS = (-1.0, -0.5, 0.0, 0.25, 1.0)


def documents(seed: int) -> list[IndexDocument]:
    """Writes in the order they are made: articles, corrections, deletions, some late and some repeated."""
    rnd = random.Random(seed)
    written: list[IndexDocument] = []
    for _ in range(rnd.randint(0, 45)):
        number = rnd.randint(1, 25)
        language = rnd.choice(list(WORDS))
        words = WORDS[language].split()
        given: dict[str, Any] = {
            name: rnd.sample(VALUES, rnd.randint(1, 3)) for name in FACETS if name != "source" and rnd.random() < 0.6
        }
        if rnd.random() < 0.8:
            given["source"] = rnd.choice(VALUES)
        if rnd.random() < 0.7:
            given["sentiment"] = rnd.choice(AMOUNTS)
        if rnd.random() < 0.7:
            given["words"] = rnd.randint(0, 5)
        if rnd.random() < 0.5:
            given["duplicate"] = rnd.random() < 0.5
        for name in ("headline", "standfirst"):
            if rnd.random() < 0.6:
                given[name] = " ".join(rnd.choices(words, k=rnd.randint(1, 4)))
        if written and rnd.random() < 0.1:
            written.append(rnd.choice(written))
            continue
        written.append(
            article(
                number,
                " ".join(rnd.choices(words, k=rnd.randint(0, 8))),
                version=rnd.randint(1, 4),
                lang=language,
                deleted=rnd.random() < 0.15,
                date=rnd.choice(MOMENTS),
                first_seen=datetime(2026, 1 + number % 3, 1, tzinfo=UTC),
                **given,
            )
        )
    # The same version may say only one thing.
    said: dict[tuple[UUID, int], IndexDocument] = {}
    return [said.setdefault((one.id, one.version), one) for one in written]


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
    st.builds(Exists, st.sampled_from(["headline", "author", "sentiment", "words", "duplicate", "date", "keyword"])),
    st.builds(Range, st.just("date"), moments, moments, moments, moments),
    st.builds(Range, st.sampled_from(["sentiment", "words"]), amounts, amounts, amounts, amounts),
    st.builds(Range, st.just("number"), gte=st.integers(-1, 30), lt=st.integers(-1, 30)),
)
nodes = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
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


@pytest.fixture(scope="module")
def seeds() -> list[int]:
    return list(range(6))


@pytest.fixture(scope="module")
def pairs(
    elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory, seeds: list[int]
) -> Iterator[list[tuple[Engine, Engine]]]:
    """The same archives in both engines; in Elasticsearch in one shard, in several, and in one index a month."""
    made: list[tuple[Engine, Engine]] = []
    options = [Options(), Options(shards=3), Options(period="month")]
    with temporary(elasticsearch_url) as base:
        for seed in seeds:
            embedded = TantivyEngine.open("tantivy:", str(tmp_path_factory.mktemp("index")))
            elastic = type(base)(base.address.within(f"s{seed}"), options[seed % len(options)])
            for engine in (embedded, elastic):
                written = documents(seed)
                half = len(written) // 2
                for part in (written[:half], written[half:]):
                    with engine.writer() as writer:
                        assert writer.write(part) == []
                        writer.commit(1)
            made.append((embedded, elastic))
        yield made


def rounded(buckets: tuple[Bucket, ...] | None) -> list[Any]:
    return [
        (b.key, b.count, None if b.average is None else round(b.average, 6), rounded(b.buckets)) for b in buckets or ()
    ]


def same_page(one: Engine, other: Engine, search: Search) -> None:
    here, there = one.reader().search(search), other.reader().search(search)
    assert here.total == there.total
    assert here.hits == there.hits


ASKING = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@ASKING
@given(data=st.data())
def test_same_hits_in_the_same_order(pairs: list[tuple[Engine, Engine]], data: st.DataObject) -> None:
    embedded, elastic = data.draw(st.sampled_from(range(len(pairs))).map(pairs.__getitem__))
    query = data.draw(queries)
    sort = data.draw(st.sampled_from(["-date", "date"]))
    watermark = data.draw(st.none() | st.integers(0, 26))
    limit = data.draw(st.sampled_from([0, 1, 3, 100]))
    same_page(embedded, elastic, Search(query, sort, limit, None, watermark))
    whole = embedded.reader().search(Search(query, sort, 100, None, watermark)).hits
    if whole:
        after = data.draw(st.sampled_from(whole)).sort_key
        same_page(embedded, elastic, Search(query, sort, 3, after, watermark))
    assert embedded.reader().count(query, watermark) == elastic.reader().count(query, watermark)


@ASKING
@given(data=st.data())
def test_same_hits_by_relevance(pairs: list[tuple[Engine, Engine]], data: st.DataObject) -> None:
    embedded, elastic = data.draw(st.sampled_from(range(len(pairs))).map(pairs.__getitem__))
    query = data.draw(queries)
    here = embedded.reader().search(Search(query, "relevance", 100))
    there = elastic.reader().search(Search(query, "relevance", 100))
    assert here.total == there.total
    assert {hit.number for hit in here.hits} == {hit.number for hit in there.hits}
    assert [hit.number for hit in here.hits[:1]] == [hit.number for hit in there.hits[:1]]
    scores = [hit.score for hit in there.hits if hit.score is not None]
    assert len(scores) == len(there.hits) and scores == sorted(scores, reverse=True)
    for before, after in zip(there.hits, there.hits[1:], strict=False):
        if before.score == after.score:
            assert before.sort_key > after.sort_key


@ASKING
@given(data=st.data())
def test_same_counts(pairs: list[tuple[Engine, Engine]], data: st.DataObject) -> None:
    embedded, elastic = data.draw(st.sampled_from(range(len(pairs))).map(pairs.__getitem__))
    query = data.draw(queries)
    asked = data.draw(st.lists(aggregations, min_size=1, max_size=2))
    here = embedded.reader().aggregate(query, asked)
    there = elastic.reader().aggregate(query, asked)
    assert [one.total for one in here] == [one.total for one in there]
    assert [rounded(one.buckets) for one in here] == [rounded(one.buckets) for one in there]


def test_same_state_after_the_same_writes(pairs: list[tuple[Engine, Engine]]) -> None:
    for embedded, elastic in pairs:
        here, there = embedded.reader(), elastic.reader()
        assert here.stored(0, 100) == there.stored(0, 100)
        assert (here.watermark(), here.languages()) == (there.watermark(), there.languages())
        numbers = [5, 1, 25, 99, 7]
        assert here.fetch(numbers) == there.fetch(numbers)
