"""Exports of a whole archive in every format, in the process that makes them: seconds, size, and memory at its highest.

Floor: the same articles asked of the engine page by page, and nothing done with them.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

from bench.report import figure

GOAL = "100,000 articles under 60 s"


def run(archive: Path) -> None:
    """Over the archive of an earlier `grow` or `ingest`."""
    import os

    os.environ["NEWSAPI_DATA_DIR"] = str(archive)
    import django

    django.setup()
    from search import engines
    from search.query import Query
    from search.results import Search

    reader = engines.get_reader()
    watermark = reader.watermark()
    began = time.perf_counter()
    after, count = None, 0
    while hits := reader.search(Search(Query(), "-date", 1_000, after, watermark)).hits:
        after, count = hits[-1].sort_key, count + len(hits)
    floor = time.perf_counter() - began
    for asked in ({"format": name} for name in ("ndjson", "csv", "parquet", "ninjs")):
        seconds, size = _export(asked)
        name = f"export {count:,} articles as {asked['format']}, {size / 1e6:,.0f} MB"
        figure(name, seconds, "s", floor, "only asking the engine", GOAL)
        print(f"  memory at its highest {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _export(asked: dict[str, Any]) -> tuple[float, int]:
    from django.http import QueryDict

    from search.exports import making, services

    services.wake = lambda export_id: None
    export = services.request("bench", {**asked, "duplicates": "show"}, QueryDict())
    began = time.perf_counter()
    while making.make(export.id):
        continue
    seconds = time.perf_counter() - began
    export.refresh_from_db()
    size = export.size
    services.remove(export)
    return seconds, size
