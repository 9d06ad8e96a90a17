"""The way in over real services: bulk posts through Celery to PostgreSQL and Elasticsearch, until all can be searched."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from bench.articles import articles
from bench.processor import processor
from bench.report import figure
from bench.stores import elasticsearch, postgres, redis
from tests.services.service import Service, environment, service

WORKERS = 2
LINES = 50_000


def run(scratch: Path, count: int) -> None:
    """Articles a second from the first byte posted to the last one found; then the indexing part by itself."""
    with postgres() as database, redis() as broker, elasticsearch() as url:
        urls = {"DATABASE_URL": database, "REDIS_URL": broker, "SEARCH_URL": url}
        archive = scratch / "services"
        settings = {**urls, "NEWSAPI_SAMPLE": "off", "NEWSAPI_WORKERS": str(WORKERS)}
        with service(archive, **settings) as running:
            seconds = _ingest(running, count)
        _sizes(database, count)
        floor = _rows(database, count)
        figure(
            f"posted to searchable, {WORKERS} workers, articles/s",
            count / seconds,
            "/s",
            floor,
            "bare PostgreSQL rows",
            "at least 100/s",
        )
        done = subprocess.run(
            [sys.executable, "-m", "bench.indexing"],
            env=environment(archive, **urls),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        ours, bare, one = json.loads(done.stdout.splitlines()[-1])
        figure("indexing what changed, articles/s", ours, "/s", bare, "bare bulk loop", "at least 0.5")
        figure("a new index with a process a core, articles/s", one, "/s", bare, "bare bulk loop", "at least 0.5")


def _ingest(running: Service, count: int) -> float:
    with running.client() as client:
        # The workers load their gazetteers for some seconds after the port opens.
        warm = {"text": "Bench Warm\n\nWorld\n\nA first headline\n\nThe town of Leeds said hello on Monday."}
        client.post("/v1/documents", json=warm, headers={"Prefer": "wait=20"}).raise_for_status()
        lines = [json.dumps(article) for article in articles(count, seed=1)]
        bodies = [gzip.compress("\n".join(lines[at : at + LINES]).encode(), 1) for at in range(0, count, LINES)]
        spent = processor(running)
        began = time.perf_counter()
        for body in bodies:
            headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
            client.post("/v1/documents/bulk", content=body, headers=headers, timeout=600).raise_for_status()
        print(f"  accepted after {time.perf_counter() - began:.1f} s")
        params = {"q": "reference", "duplicates": "show", "limit": 1}
        while client.get("/v1/articles", params=params).json()["total"] < count:
            time.sleep(0.2)
        seconds = time.perf_counter() - began
    now = processor(running)
    shares = ", ".join(f"{role} {(now[role] - spent.get(role, 0.0)) / count * 1000:.1f}" for role in now)
    print(f"  processor time, ms an article: {shares}")
    return seconds


def _sizes(database: str, count: int) -> None:
    """Bytes an article takes in PostgreSQL, by table: rows, what is kept beside them compressed (TOAST), indexes."""
    asked = """SELECT relname, pg_total_relation_size(oid), pg_indexes_size(oid) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC"""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM")
        found = [row for row in connection.execute(asked).fetchall() if row[1] / count >= 10]
    print("  bytes an article in PostgreSQL (indexes of them):", end=" ")
    print(", ".join(f"{name} {size / count:,.0f} ({indexes / count:,.0f})" for name, size, indexes in found))


def _rows(database: str, count: int) -> float:
    """Articles a second that PostgreSQL takes as bare rows, 25 a transaction."""
    rows = [(json.dumps(article),) for article in articles(min(count, 5_000), seed=3)]
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE bench_floor (id bigserial PRIMARY KEY, body jsonb)")
        connection.commit()
        began = time.perf_counter()
        for start in range(0, len(rows), 25):
            connection.cursor().executemany("INSERT INTO bench_floor (body) VALUES (%s)", rows[start : start + 25])
            connection.commit()
        seconds = time.perf_counter() - began
        connection.execute("DROP TABLE bench_floor")
    return len(rows) / seconds
