"""Polling 1,000 feeds of 20 entries on 1,000 hosts of loopback, again when nothing changed, and storing the entries.

Floor: asking for the same feeds one after another over sockets, and nothing else. Storing is polling and structuring
with enrichment off, by the time of one core; its goal is half of what Miniflux stored, which structures nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
import random
import re
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time

from bench.articles import articles
from bench.report import figure

FEEDS, ENTRIES = 1_000, 20
SENTENCES = 9


def run(scratch: Path) -> None:
    """Uses a database of its own in `scratch`; needs no service."""
    os.environ["OUTBOUND_ALLOWED_NETWORKS"] = "127.0.0.0/8"
    scratch.mkdir(parents=True)
    os.environ["NEWSAPI_DATA_DIR"] = str(scratch)
    os.environ["NEWSAPI_ENRICH"] = "off"
    os.environ["NEWSAPI_LOG_LEVEL"] = "warning"
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from ingest import pipeline, structuring
    from ingest.models import Capture, Host, Subscription
    from ingest.polling import claiming, poller, subscriptions

    call_command("migrate", verbosity=0)
    with _feeds() as port:
        for number in range(FEEDS):
            url = f"http://127.0.{number // 250 + 1}.{number % 250 + 1}:{port}/{number}"
            subscriptions.add(url, "feed", {"name": f"Paper {number}"})
        floor = _floor(port)
        busy = process_time()
        polling = 0.0
        for name, goal in (("first round", "under 120 s"), ("a round of 304s", "under 15 s")):
            Subscription.objects.update(next_poll_at=timezone.now())
            Host.objects.update(busy_until=timezone.now())
            began = perf_counter()
            while claiming.is_due(timezone.now()):
                poller.run()
            figure(f"{FEEDS:,} feeds, {name}", perf_counter() - began, "s", floor, "bare requests", goal)
            polling = polling or process_time() - busy
    if Capture.objects.count() != FEEDS * ENTRIES:
        raise SystemExit(f"{Capture.objects.count()} entries were captured, not {FEEDS * ENTRIES}.")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory {peak:.0f} MB, under 400 MB; {FEEDS * ENTRIES:,} entries, each captured once")
    structuring.warm()
    busy = process_time()
    while pipeline.drain(60.0):
        continue
    rate = FEEDS * ENTRIES / (polling + process_time() - busy)
    figure("entries stored as articles, enrichment off", rate, "/s", 490.0, "Miniflux", "at least 245/s")


def _floor(port: int) -> float:
    began = perf_counter()
    for number in range(FEEDS):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(f"GET /{number} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            while connection.recv(65_536):
                pass
    return perf_counter() - began


@contextmanager
def _feeds() -> Iterator[int]:
    """The port of a process that serves the feeds."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield int(ours.recv())
    finally:
        process.kill()
        process.join()


def _serve(told: Connection) -> None:
    bodies = [_feed(number) for number in range(FEEDS)]
    tags = [f'"{hashlib.sha256(body).hexdigest()[:16]}"'.encode() for body in bodies]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        number = int(head.split(b" ", 2)[1].strip(b"/"))
        if tags[number] in head:
            writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + tags[number] + b"\r\n\r\n")
        else:
            length = str(len(bodies[number])).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\nETag: " + tags[number] + b"\r\n\r\n")
            writer.write(bodies[number])
        await writer.drain()
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=500)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def _feed(number: int) -> bytes:
    now = datetime.now(UTC)
    entries = "".join(_entry(number, index, now - timedelta(hours=3 * index)) for index in range(ENTRIES))
    title = f"<title>Paper {number}</title><link>http://example.org/{number}</link>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{title}{entries}</channel></rss>'.encode()


def _entry(number: int, index: int, at: datetime) -> str:
    rng = random.Random(number * 1_000 + index)
    sentences = [" ".join(rng.sample(_vocabulary(), 15)).capitalize() + "." for _ in range(SENTENCES)]
    paragraphs = "".join(f"<p>{' '.join(sentences[at : at + 3])}</p>" for at in range(0, SENTENCES, 3))
    link = f"http://example.org/{number}/{index}"
    return (
        f"<item><title>{' '.join(rng.sample(_vocabulary(), 8))}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate><category>Politics</category>"
        f"<description><![CDATA[{paragraphs}]]></description></item>"
    )


@cache
def _vocabulary() -> list[str]:
    """Words of English news in no order, so that no two entries are alike."""
    text = " ".join(str(article["text"]) for article in articles(200))
    return sorted(set(re.findall(r"[a-z]{2,}|[A-Z][a-z]+", text)))
