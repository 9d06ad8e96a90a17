"""The engine alone: indexing, searches with twenty cards, facets. Floor: tantivy itself on the same index."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, cycle
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import tantivy

from bench.report import figure, milliseconds, percentile
from search import analysis
from search.engines.tantivy import TantivyEngine, schema, storage
from search.engines.tantivy.reader import TantivyReader
from search.query import And, Node, Not, Or, Phrase, Query, Range, Term, Text
from search.results import Aggregation, Histogram, IndexDocument, Search, Terms

COUNT = 100_000
WORDS = 350
VOCABULARY = 60_000
DAYS = 365
START = datetime(2026, 1, 1, tzinfo=UTC)
COMMIT = 10_000


class Generator:
    """Articles whose words, entities and topics are as unevenly frequent as real ones (Zipf)."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        syllables = [a + b for a in "bcdfghklmnprstvz" for b in "aeiou"]
        made = dict.fromkeys(
            "".join(self.random.choices(syllables, k=self.random.randint(1, 4))) for _ in range(VOCABULARY * 2)
        )
        endings = ("", "s", "ing", "ed", "er", "'s")
        self.vocabulary = [word + self.random.choice(endings) for word in list(made)[:VOCABULARY]]
        self.weights = list(accumulate(1 / (rank + 5) for rank in range(len(self.vocabulary))))

    def words(self, count: int) -> list[str]:
        return self.random.choices(self.vocabulary, cum_weights=self.weights, k=count)

    def articles(self, count: int) -> Iterator[IndexDocument]:
        for number in range(1, count + 1):
            yield self.article(number)

    def article(self, number: int) -> IndexDocument:
        rnd = self.random
        words = self.words(WORDS)
        paragraphs = [" ".join(words[n : n + 25]).capitalize() + "." for n in range(0, WORDS, 25)]
        headline = " ".join(self.words(9)).capitalize()
        entities = list(dict.fromkeys(f"e{int(rnd.paretovariate(0.8)) % 30_000:05}" for _ in range(12)))
        keywords: dict[str, Sequence[str]] = {
            "source": [f"source-{int(rnd.paretovariate(0.7)) % 200}"],
            "section": [f"Section {rnd.randrange(20)}"],
            "language": [rnd.choices(("en", "de", "fr", "es"), (70, 10, 10, 10))[0]],
            "country": list({f"C{int(rnd.paretovariate(0.8)) % 200}" for _ in range(3)}),
            "author": [f"Author {rnd.randrange(5_000)}"],
            "entity": entities,
            "entity.person": entities[:4],
            "entity.place": entities[4:8],
            "entity.organisation": entities[8:],
            "entity_type": ["person", "place", "organisation"],
            "topic": list({f"medtop:{int(rnd.paretovariate(0.5)) % 120}" for _ in range(5)}),
        }
        body = "\n\n".join(paragraphs)
        card = {
            "headline": headline,
            "body": body,
            "entities": [{"id": e, "name": e, "type": "place"} for e in entities],
        }
        return IndexDocument(
            UUID(int=rnd.getrandbits(128)),
            number,
            1,
            START + timedelta(seconds=rnd.randrange(DAYS * 86_400)),
            keywords["language"][0],
            texts={"headline": headline, "standfirst": paragraphs[0], "body": body},
            keywords=keywords,
            numbers={"sentiment": rnd.uniform(-1, 1), "words": WORDS},
            booleans={"duplicate": rnd.random() < 0.1},
            card=json.dumps(card).encode(),
        )


def build(root: Path, count: int) -> tuple[float, float]:
    """Index `count` articles; articles/s of our writer, and of tantivy with documents that are made already."""
    generator = Generator()
    ours = 0.0
    with TantivyEngine(root).writer() as writer:
        for start in range(1, count + 1, COMMIT):
            for first in range(start, min(start + COMMIT, count + 1), 500):
                batch = [generator.article(number) for number in range(first, min(first + 500, count + 1))]
                began = perf_counter()
                writer.write(batch)
                ours += perf_counter() - began
            began = perf_counter()
            writer.commit(start)
            ours += perf_counter() - began
    sample = [schema.document(article) for article in generator.articles(min(count, 5_000))]
    with tempfile.TemporaryDirectory() as scratch:
        index = tantivy.Index(schema.schema(), path=scratch)
        bare = index.writer(64_000_000, 1)
        began = perf_counter()
        for document in sample:
            bare.add_document(document)
        bare.commit()
        floor = perf_counter() - began
    return count / ours, len(sample) / floor


def queries(generator: Generator, count: int) -> list[tuple[Query, str]]:
    """Queries of all kinds, each with its order: as a page of the service would ask them."""
    rnd = random.Random(5)

    def word(low: int = 20, high: int = 5_000) -> str:
        return generator.vocabulary[rnd.randrange(low, high)]

    kinds: tuple[Callable[[], Node], ...] = (
        lambda: Text(word()),
        lambda: Text(f"{word(0, 50)} {word()}"),
        lambda: Text(f"{word(0, 20)} {word(0, 20)} {word(0, 100)}"),
        lambda: Phrase(f"{word(0, 30)} {word(0, 30)}"),
        lambda: Or((Text(word()), Text(word()), Text(word()))),
        lambda: And((Text(word(0, 100)), Not(Text(word(0, 100))))),
    )
    filters: tuple[Callable[[], tuple[Node, ...]], ...] = (
        lambda: (),
        lambda: (Term("topic", (f"medtop:{rnd.randrange(20)}",)), Not(Term("duplicate", (True,)))),
        lambda: (Term("language", ("en",)), Range("date", gte=START + timedelta(days=rnd.randrange(DAYS)))),
    )
    return [
        (Query(rnd.choice(kinds)(), rnd.choice(filters)()), rnd.choice(("-date", "-date", "relevance")))
        for _ in range(count)
    ]


def run(count: int = COUNT, root: Path | None = None) -> None:
    """Print the figures. An index in `root` that is there already is used as it is."""
    with tempfile.TemporaryDirectory(prefix="newsapi-bench-") as scratch:
        root = root or Path(scratch)
        if storage.live(root) is None:
            ours, bare = build(root, count)
            figure("index, articles/s on one core", ours, "/s", bare, "tantivy, analysed already", "at least 500/s")
        _searches(root)
        _facets(root)


def _searches(root: Path) -> None:
    reader = TantivyEngine(root).reader()
    index, searcher = _bare(root)
    generator = Generator()
    asked = queries(generator, 600)
    for query, sort in asked[:50]:
        reader.search(Search(query, sort))
    samples = [milliseconds(lambda q=query, s=sort: reader.search(Search(q, s)), 1)[0] for query, sort in asked]
    rnd = random.Random(9)
    words = " ".join(generator.vocabulary[rnd.randrange(20, 5_000)] for _ in range(600))
    terms = cycle(analysis.analyse(words, "en")[1].split())

    def floor() -> None:
        query = tantivy.Query.term_query(index.schema, "body__stemmed", next(terms), "freq")
        for _, address in searcher.search(query, 20, order_by_field="sort_key").hits:
            searcher.doc(address)

    bare = milliseconds(floor, 600)
    name = "one term and 20 cards, bare"
    figure("search with 20 cards, p50", percentile(samples, 50), "ms", percentile(bare, 50), name, "under 4 ms")
    figure("search with 20 cards, p95", percentile(samples, 95), "ms", percentile(bare, 95), name, "under 15 ms")


def _facets(root: Path) -> None:
    engine = TantivyEngine(root)
    _, searcher = _bare(root)
    names = ("source", "topic", "entity")
    three = [Terms(name, metric="sentiment") for name in names]
    plain: dict[str, Any] = {
        name: {"terms": {"field": name}, "aggs": {"average": {"avg": {"field": "sentiment"}}}} for name in names
    }
    days = START, START + timedelta(days=DAYS * 0.05)
    part = Query(filters=(Range("date", gte=days[0], lt=days[1]),))
    low, high = map(schema.micros, days)
    bare_part = tantivy.Query.range_query(schema.schema(), "date", tantivy.FieldType.Integer, low, high)
    for title, query, bare, goal in (
        ("three facets with averages, 5 %, p50", part, bare_part, "under 10 ms"),
        ("three facets with averages, everything, p50", Query(), tantivy.Query.all_query(), "under 80 ms"),
    ):
        samples = _fresh(engine, query, three)
        floor = milliseconds(lambda q=bare: searcher.aggregate(q, plain), 12)
        figure(title, percentile(samples, 50), "ms", percentile(floor, 50), "bare, counts cut", goal)
    samples = _fresh(engine, Query(), [Histogram("day", metric="sentiment")])
    histogram = {"a": {"histogram": {"field": "date__day", "interval": 1}}}
    floor = milliseconds(lambda: searcher.aggregate(tantivy.Query.all_query(), histogram), 12)
    figure("daily histogram, everything, p50", percentile(samples, 50), "ms", percentile(floor, 50), "bare, no average")


def _fresh(engine: TantivyEngine, query: Query, asked: Sequence[Aggregation]) -> list[float]:
    """Milliseconds of a question asked again and again, never of the same commit: what is kept is not to be timed."""
    reader = TantivyReader(engine.root)
    reader.aggregate(query, asked)
    samples = []
    for _ in range(12):
        reader.forget()
        samples += milliseconds(lambda: reader.aggregate(query, asked), 1)
    return samples


def _bare(root: Path) -> tuple[tantivy.Index, tantivy.Searcher]:
    directory = storage.live(root)
    assert directory is not None
    index = tantivy.Index.open(str(directory))
    return index, index.searcher()


if __name__ == "__main__":
    run()
