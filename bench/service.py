"""The service as a whole, through its port: bulk load, search, start. Floors are the simplest thing of the same kind."""

from __future__ import annotations

import gzip
import http.client as http_client
import json
import os
import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import psutil

from bench.articles import SUBJECTS, articles
from bench.report import figure, milliseconds, percentile
from tests.services.service import Service, service

BULK_LINES = 50_000


def _memory(running: Service) -> float:
    """PSS of all processes of the service, MB."""
    total = 0
    for process in running.family():
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total / 1e6


def _floor_of_ingest(count: int) -> float:
    """Articles a second that SQLite takes as bare rows, 25 a transaction."""
    rows = [json.dumps(article) for article in articles(count, seed=3)]
    with tempfile.TemporaryDirectory() as scratch, sqlite3.connect(Path(scratch) / "floor") as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)")
        began = time.perf_counter()
        for start in range(0, count, 25):
            db.executemany("INSERT INTO t (body) VALUES (?)", [(row,) for row in rows[start : start + 25]])
            db.commit()
        return count / (time.perf_counter() - began)


def ingest(archive: Path, count: int) -> None:
    """Bulk calls of up to 50,000 lines until all is searchable; single posts meanwhile; memory all the while."""
    with service(archive, NEWSAPI_SAMPLE="off") as running, running.client() as client:
        peak = 0.0
        singles: list[float] = []
        done = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(1.0):
                peak = max(peak, _memory(running))

        def post() -> None:
            number = 0
            with running.client() as mine:
                while not done.wait(3.0):
                    number += 1
                    word = f"zebra{number}x{random.randrange(10**6)}"
                    text = (
                        f"Bench Single\n\nWorld\n\nHeadline about {word}\n\nThe town of Leeds saw a {word} on Monday."
                    )
                    began = time.perf_counter()
                    mine.post("/v1/documents", json={"text": text})
                    while not mine.get("/v1/articles", params={"q": word}).json()["total"]:
                        time.sleep(0.02)
                    singles.append(time.perf_counter() - began)

        # The workers load their gazetteers for some seconds after the port opens; that is measured by `start`, not here.
        warm = {"text": "Bench Warm\n\nWorld\n\nA first headline\n\nThe town of Leeds said hello on Monday."}
        client.post("/v1/documents", json=warm, headers={"Prefer": "wait=20"})
        threads = [threading.Thread(target=watch), threading.Thread(target=post)]
        for thread in threads:
            thread.start()
        began = time.perf_counter()
        try:
            for start in range(0, count, BULK_LINES):
                part = [a for i, a in enumerate(articles(count, seed=1)) if start <= i < start + BULK_LINES]
                body = gzip.compress("\n".join(json.dumps(article) for article in part).encode(), 1)
                if start == 0:
                    began = time.perf_counter()
                client.post(
                    "/v1/documents/bulk",
                    content=body,
                    headers={"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"},
                    timeout=600,
                ).raise_for_status()
                accepted = time.perf_counter() - began
                if start == 0:
                    print(f"  first bulk call answered after {accepted:.1f} s")
            params = {"q": "reference", "duplicates": "show", "limit": 1}
            while client.get("/v1/articles", params=params).json()["total"] < count:
                time.sleep(0.2)
            seconds = time.perf_counter() - began
        finally:
            done.set()
            for thread in threads:
                thread.join()
        floor = _floor_of_ingest(2000)
        figure("bulk to searchable, articles/s", count / seconds, "/s", floor, "bare SQLite rows", "at least 120/s")
        print(f"  memory of all processes, PSS, at most          {peak:>10.0f} MB   (under 900 MB)")
        if singles:
            print(
                f"  single post to searchable during the bulk load {max(singles):>10.2f} s at most,"
                f" median {percentile([*singles, singles[0]], 50):.2f} s, {len(singles)} posts   (under 2 s)"
            )


def http(archive: Path, count: int) -> None:
    """Searches through HTTP over one kept connection, beside the same searches in the engine. Floor: /healthz."""
    with service(archive, NEWSAPI_SAMPLE="off") as running:
        connection = http_client.HTTPConnection("127.0.0.1", running.port)

        def get(path: str, **params: str | int) -> bytes:
            connection.request("GET", f"{path}?{urlencode(params)}")
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(body.decode())
            return body

        total = json.loads(get("/v1/articles", duplicates="show"))["total"]
        print(f"  archive of {total:,} articles, 20 results a page with their bodies")
        rng = random.Random(5)
        engine = _engine_search(archive)
        for _ in range(30):
            get("/v1/articles", q=rng.choice(SUBJECTS))
        floor: list[float] = []
        alone: list[float] = []
        through: list[float] = []
        for _ in range(300):
            word = rng.choice(SUBJECTS)
            floor += milliseconds(lambda: get("/healthz"), 1)
            alone += milliseconds(lambda word=word: engine(word), 1)
            through += milliseconds(lambda word=word: get("/v1/articles", q=word), 1)
        base = percentile(floor, 50)
        for percent, goals in ((50, ("under 4 ms", "engine + 2 ms")), (95, ("under 15 ms", ""))):
            figure(f"one word in the engine, p{percent}", percentile(alone, percent), "ms", base, "healthz", goals[0])
            figure(f"one word through HTTP, p{percent}", percentile(through, percent), "ms", base, "healthz", goals[1])
        cases: dict[str, tuple[str, dict[str, str | int]]] = {
            "two words and a filter": ("/v1/articles", {"q": "election harvest", "country": "DE"}),
            "newest of a section": ("/v1/articles", {"section": "World"}),
            "by relevance": ("/v1/articles", {"q": "election", "sort": "relevance"}),
            "highlighted": ("/v1/articles", {"q": "election", "highlight": "true"}),
            "counts by source, one word": ("/v1/aggregations", {"q": "election", "by": "source"}),
            "counts by topic and source, all": ("/v1/aggregations", {"by": "topic,source"}),
            "counts by day, all": ("/v1/aggregations", {"by": "date", "interval": "day"}),
        }
        for name, (path, params) in cases.items():
            samples = milliseconds(lambda path=path, params=params: get(path, **params), 60)
            figure(f"{name}, p50", percentile(samples, 50), "ms", base, "healthz")


def _engine_search(archive: Path) -> Callable[[str], object]:
    """The search of one word in this process, over the service's own index."""
    os.environ["NEWSAPI_DATA_DIR"] = str(archive)
    from search.engines import open_engine
    from search.query import Query, Term, Text
    from search.results import Search

    reader = open_engine("tantivy:", str(archive)).reader()
    hide = Term("duplicate", (False,))
    return lambda word: reader.search(Search(Query(text=Text(word), filters=(hide,))))


def start(archive: Path, count: int) -> None:
    """From the command to the answering port, on an archive that is there. Floor: Python importing Django."""
    import subprocess
    import sys

    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import django.core.wsgi, rest_framework"], check=True)
    floor = time.perf_counter() - began
    with service(archive, NEWSAPI_SAMPLE="off") as running, running.client() as client:
        seconds = running.seconds_to_start
        total = client.get("/v1/articles", params={"duplicates": "show"}).json()["total"]
    print(f"  archive of {total:,} articles")
    figure("newsapi serve until ready", seconds, "s", floor, "import Django", "under 5 s")
