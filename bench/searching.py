"""Searching through the service over Elasticsearch, alone and while a new index is built.

Floor: the requests that the service sends to Elasticsearch for the same searches, sent straight to it by the same client.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench import bulk
from bench.articles import COUNTRIES, SECTIONS, SUBJECTS
from bench.clients import Call, Client, sampling, throughput
from bench.grow import grow
from bench.processor import processor
from bench.report import figure, percentile
from bench.stores import elasticsearch, server_of
from tests.services.service import Service, environment, service

ARTICLES = 100_000
GROWN_FROM = 5_000
CONCURRENCY = 8
SECONDS = 6.0
ROUNDS = 3
ALONE = 300
"""Searches of each kind for the medians."""
PACE = 0.05
"""Seconds between two searches while a new index is built: a moderate load that goes on all the while."""


def search(archive: Path) -> None:
    """Requests a second at concurrency 8, and the median of one client, each beside the bare requests."""
    with elasticsearch() as url:
        prepared(archive, url)
        calls = asked()
        bare = recorded(archive, url, calls)
        with service(archive, SEARCH_URL=url, NEWSAPI_SAMPLE="off") as running:
            _compare(running, server_of(url), calls, bare)


def reindex(archive: Path) -> None:
    """Articles a second of `newsapi reindex` beside a running service, and what it does to searches."""
    with elasticsearch() as url:
        prepared(archive, url)
        calls = asked()
        with service(archive, SEARCH_URL=url, NEWSAPI_SAMPLE="off") as running:
            for call in calls:
                Client(running.address).send(call)
            with sampling(running.address, calls, PACE) as quiet:
                time.sleep(10.0)
            with sampling(running.address, calls, PACE) as busy:
                seconds = command(archive, url, "reindex")
        floor = bulk.floor(archive, url)
        figure(
            "reindex beside searches, articles/s", ARTICLES / seconds, "/s", floor, "bare bulk loop", "at least 1,500/s"
        )
        for percent in (50, 95):
            values = percentile(busy, percent), percentile(quiet, percent)
            goal = "at most 2" if percent == 95 else ""
            figure(f"search during it, p{percent}, {len(busy)} searches", values[0], "ms", values[1], "before it", goal)


def prepared(archive: Path, url: str) -> None:
    """An archive of 100,000 articles, grown from a small one where there is none, indexed at this address."""
    if not (archive / "newsapi.sqlite3").exists():
        from bench.service import ingest

        ingest(archive, GROWN_FROM)
    grow(archive, ARTICLES, reindex=False)
    command(archive, url, "migrate")
    seconds = command(archive, url, "reindex")
    print(f"  {ARTICLES:,} articles indexed in {seconds:.0f} s, {ARTICLES / seconds:,.0f}/s with nothing else to do")


def command(archive: Path, url: str, name: str) -> float:
    """Run a `newsapi` command; its seconds."""
    env = environment(archive, SEARCH_URL=url)
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "newsapi.cli.main", name], env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"newsapi {name} failed: {done.stdout}{done.stderr}")
    return time.perf_counter() - began


def asked() -> list[Call]:
    """Searches of the kinds that people make, twenty whole cards each, in random order."""
    rng = random.Random(5)
    params: list[dict[str, Any]] = []
    for word in SUBJECTS:
        other = rng.choice(SUBJECTS)
        params += [
            {"q": word},
            {"q": f"{word} {other}"},
            {"q": word, "country": rng.choice(COUNTRIES)},
            {"q": f"{word} OR {other}", "section": rng.choice(SECTIONS)},
        ]
    rng.shuffle(params)
    return [Call(f"/v1/articles?{urlencode(each)}") for each in params]


def recorded(archive: Path, url: str, calls: list[Call]) -> list[Call]:
    """What the service asks Elasticsearch for these searches: recorded in this process, one request a search."""
    os.environ.update(NEWSAPI_DATA_DIR=str(archive), SEARCH_URL=url)
    import django

    django.setup()
    from django.http import QueryDict
    from elastic_transport import Transport

    from search.selectors import list_articles

    sent: list[Call] = []
    send = Transport.perform_request

    def record(self: Transport, method: str, target: str, **options: Any) -> Any:
        sent.append(Call(target, options.get("body")))
        return send(self, method, target, **options)

    Transport.perform_request = record  # type: ignore[method-assign]
    try:
        found = []
        for call in calls:
            sent.clear()
            list_articles(QueryDict(call.target.partition("?")[2]))
            # Before it may have been a look at how far the index is.
            found.append(sent[-1])
    finally:
        Transport.perform_request = send  # type: ignore[method-assign]
    return found


def _compare(running: Service, server: str, calls: list[Call], bare: list[Call]) -> None:
    through, straight = Client(running.address), Client(server)
    sizes = [(len(through.send(call)), len(straight.send(each))) for call, each in zip(calls, bare, strict=True)]
    kilobytes = [sum(size) / len(sizes) / 1000 for size in zip(*sizes, strict=True)]
    print(f"  {len(calls)} searches; answers of {kilobytes[0]:.0f} kB, from Elasticsearch {kilobytes[1]:.0f} kB")
    alone: list[float] = []
    floor: list[float] = []
    spent = processor(running)["web"]
    for at in range(ALONE):
        alone.append(through.timed(calls[at % len(calls)]))
        floor.append(straight.timed(bare[at % len(bare)]))
    print(f"  processor time of the web process, ms a search: {(processor(running)['web'] - spent) / ALONE * 1000:.2f}")
    for percent in (50, 95):
        ours, theirs = percentile(alone, percent), percentile(floor, percent)
        goal = f"{ours - theirs:+.1f} ms, at most +4" if percent == 50 else ""
        figure(f"search, one client, p{percent}", ours, "ms", theirs, "Elasticsearch, bare", goal)
    rates: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        # In turns, so that what else this machine does counts for both.
        one = throughput(running.address, calls, CONCURRENCY, SECONDS)
        rates.append((one, throughput(server, bare, CONCURRENCY, SECONDS)))
    ours, theirs = (sum(rate) / ROUNDS for rate in zip(*rates, strict=True))
    figure(f"searches/s, {CONCURRENCY} clients", ours, "/s", theirs, "Elasticsearch, bare", "at least 0.4")
