"""Structuring on one core: raw text to the whole JSON object. Floor: cutting the same text into words and hashing it."""

from __future__ import annotations

import gc
import hashlib
import re
from time import perf_counter

from bench.articles import articles
from bench.report import figure

COUNT = 400


def run() -> None:
    from enrich.draft import RawDocument
    from ingest.structuring import as_json, structure, warm

    texts = [str(article["text"]) for article in articles(COUNT, seed=7)]
    warm()
    # As workers do.
    gc.collect()
    gc.freeze()
    for text in texts[:20]:
        as_json(structure(RawDocument(text=text)))
    best = floor = float("inf")
    for _ in range(3):
        began = perf_counter()
        for text in texts:
            as_json(structure(RawDocument(text=text)))
        best = min(best, perf_counter() - began)
        began = perf_counter()
        for text in texts:
            hashlib.sha256(" ".join(re.findall(r"\w+", text.casefold())).encode()).hexdigest()
        floor = min(floor, perf_counter() - began)
    figure("structure, articles/s on one core", COUNT / best, "/s", COUNT / floor, "words and hash", "at least 200/s")
