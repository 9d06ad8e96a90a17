"""Aggregations and insights over an archive's tantivy index, in this process, each beside the engine's own request.

Nothing is answered from memory: what a reader keeps until the next commit is dropped before each call. Floors: the same
two levels as one request to tantivy (no exactness over segments, no names); for insights one terms aggregation of the
window; for suggestions a request that does nothing.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.articles import COUNTRIES, SUBJECTS
from bench.report import figure, milliseconds, percentile

TIMES = 5
QUERIES = 12
"""Different queries of each kind."""
LEVELS = {
    "source > month, tone": {
        "terms": {"field": "source"},
        "aggregations": {
            "months": {"date_histogram": {"interval": "month"}},
            "tone": {"average": {"field": "sentiment"}},
        },
    },
    "topic > entity": {
        "terms": {"field": "topic"},
        "aggregations": {"entities": {"terms": {"field": "entity"}}},
    },
    "week in Berlin > source": {
        "date_histogram": {"interval": "week", "time_zone": "Europe/Berlin"},
        "aggregations": {"sources": {"terms": {"field": "source", "size": 5}}},
    },
}
BARE: dict[str, dict[str, Any]] = {
    "source > month, tone": {
        "terms": {"field": "source", "size": 10},
        "aggs": {
            "months": {"histogram": {"field": "date__month", "interval": 1, "min_doc_count": 1}},
            "tone": {"avg": {"field": "sentiment"}},
        },
    },
    "topic > entity": {
        "terms": {"field": "topic", "size": 10},
        "aggs": {"entities": {"terms": {"field": "entity", "size": 10}}},
    },
    "week in Berlin > source": {
        "histogram": {"field": "date__week", "interval": 1, "min_doc_count": 1},
        "aggs": {"sources": {"terms": {"field": "source", "size": 5}}},
    },
}


def run(archive: Path) -> None:
    """Prints every figure. The archive is only read; it needs an index of this version."""
    os.environ.update(NEWSAPI_DATA_DIR=str(archive), SEARCH_URL="tantivy:")
    import django

    django.setup()
    logging.disable(logging.INFO)
    from search.crosstabs import Crosstab, Stats, Summary
    from search.engines import get_reader
    from search.query import Query

    reader: Any = get_reader()
    while hasattr(reader, "reader"):
        reader = reader.reader
    (dates,) = reader.tabulate(Query(), Crosstab((), (Stats("date"),))).cells[()].answers
    assert isinstance(dates, Summary) and dates.least is not None and dates.greatest is not None
    total = reader.count(Query())
    few = _few(reader, total)
    print(f"  {total:,} articles; {len(few)} queries that match 1 to 5 % of them")
    _levels(reader, few, "1 to 5 %", "under 20 ms")
    _levels(reader, [{}], "all", "under 150 ms")
    # In the middle of the archive, where there are articles before and in every window.
    _insights(reader, int(dates.least + dates.greatest) // 2)


def _few(reader: Any, total: int) -> list[dict[str, Any]]:
    """Queries that match 1 to 5 % of the archive."""
    from django.http import QueryDict

    from search import filters

    found = []
    asked: list[dict[str, Any]] = [{"q": f"{one} {other}"} for one, other in combinations(SUBJECTS, 2)]
    asked += [{"q": word, "country": [country]} for word in SUBJECTS for country in COUNTRIES]
    random.Random(7).shuffle(asked)
    for one in asked:
        share = reader.count(filters.read(QueryDict(urlencode(one, doseq=True))).query) / total
        if 0.01 <= share <= 0.05:
            found.append(one)
        if len(found) == QUERIES:
            break
    return found


def _levels(reader: Any, queries: list[dict[str, Any]], share: str, goal: str) -> None:
    from django.http import QueryDict

    from search import aggregations, filters

    for name, tree in LEVELS.items():
        ours: list[float] = []
        floor: list[float] = []
        for query in queries:
            body = {**query, "aggregations": {"a": tree}}
            ours += milliseconds(_fresh(reader, lambda body=body: aggregations.answer(body)), TIMES)  # type: ignore[misc]
            snapshot = reader._current()
            built = reader._built(snapshot, filters.read(QueryDict(urlencode(query, doseq=True))).query, None)
            floor += milliseconds(
                lambda built=built, name=name, snapshot=snapshot: snapshot.searcher.aggregate(built, {"a": BARE[name]}),  # type: ignore[misc]
                TIMES,
            )
        for percent in (50, 95):
            figure(
                f"{name}, {share}, p{percent}", percentile(ours, percent), "ms", percentile(floor, percent),
                "tantivy, one request", goal if percent == 50 else "",
            )  # fmt: skip


def _insights(reader: Any, moment: int) -> None:
    from django.test import Client

    from search.engines.moments import EPOCH

    client = Client(headers={"host": "localhost"})
    end = (EPOCH + timedelta(microseconds=moment)).strftime("%Y-%m-%dT%H:%M:%SZ")
    snapshot = reader._current()
    from search.engines.tantivy.queries import integers

    def get(address: str) -> Callable[[], object]:
        def ask() -> None:
            assert client.get(address).status_code == 200

        return ask

    for window in ("1d", "1w", "30d"):
        days = {"1d": 1, "1w": 7, "30d": 30}[window]
        within = integers("date", moment - days * 86_400_000_000, moment)
        for of in ("entity", "topic", "keyword"):
            address = f"/v1/trending?of={of}&window={window}&published_before={end}"
            ours = milliseconds(_fresh(reader, get(address)), TIMES)
            bare = {"a": {"terms": {"field": of, "size": 400}}}
            floor = milliseconds(lambda bare=bare, within=within: snapshot.searcher.aggregate(within, bare), TIMES)  # type: ignore[misc]
            figure(
                f"trending, {of}, {window}", percentile(ours, 50), "ms", percentile(floor, 50), "tantivy, its terms",
                "under 150 ms",
            )  # fmt: skip
    everything = {"a": {"terms": {"field": "entity", "size": 30}}}
    floor = milliseconds(lambda: snapshot.searcher.aggregate(reader._built(snapshot, _all(), None), everything), TIMES)
    for address in ("/v1/timeline?interval=week&split=source", "/v1/cooccurrence?size=30", "/v1/map?size=100"):
        ours = milliseconds(_fresh(reader, get(address)), TIMES)
        figure(f"{address}, all", percentile(ours, 50), "ms", percentile(floor, 50), "tantivy, 30 entities of all")
    get("/v1/suggest?q=a")()
    typed = [word[:length] for word in ("united nations", "putin", "paris", "economy", "a") for length in (1, 2, 3, 6)]
    ours = [each for text in typed for each in milliseconds(get(f"/v1/suggest?{urlencode({'q': text})}"), TIMES)]
    nothing = milliseconds(get("/healthz"), TIMES * len(typed))
    figure("suggest, p95", percentile(ours, 95), "ms", percentile(nothing, 95), "/healthz", "under 10 ms")


def _all() -> Any:
    from search.query import Query

    return Query()


def _fresh(reader: Any, ask: Callable[[], object]) -> Callable[[], object]:
    """The same, with nothing remembered."""

    def asked() -> object:
        reader.forget()
        return ask()

    return asked
