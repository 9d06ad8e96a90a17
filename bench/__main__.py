"""`python -m bench [NAME …]`: every figure of the service beside a floor measured in the same run.

Machines differ and are noisy, so the ratio is what to compare. Names: parsing, structuring, engine, ingest, http, start,
polling, aggregations (over --archive);
with real PostgreSQL, Redis and Elasticsearch: services, elasticsearch, reindex. `grow --archive DIR --articles 100000` multiplies
the archive of an earlier ingest, for http, start and exports.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", default=["parsing", "structuring", "engine", "ingest", "http", "start"])
    parser.add_argument("--articles", type=int, default=20_000, help="articles of the bulk call (ingest, http, start)")
    parser.add_argument("--archive", type=Path, help="keep the archive of ingest here, or use the one that is there")
    args = parser.parse_args()
    # Whatever ends the run ends the services that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="newsapi-bench-") as scratch:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
        os.environ["NEWSAPI_DATA_DIR"] = str(Path(scratch) / "data")
        archive = args.archive or Path(scratch) / "archive"
        for name in args.names:
            print(f"\n{name}", flush=True)
            if name == "structuring":
                from bench import structuring

                structuring.run()
            elif name == "engine":
                from bench import engine

                engine.run()
            elif name == "parsing":
                from bench import parsing

                parsing.run()
            elif name == "polling":
                from bench import polling

                polling.run(Path(scratch) / "polling")
            elif name == "grow":
                from bench.grow import grow

                grow(archive, args.articles)
            elif name == "services":
                from bench import services

                services.run(Path(scratch), args.articles)
            elif name == "aggregations":
                from bench import aggregations

                aggregations.run(archive)
            elif name == "exports":
                from bench import exports

                exports.run(archive)
            elif name in ("elasticsearch", "reindex"):
                from bench import searching

                (searching.search if name == "elasticsearch" else searching.reindex)(archive)
            elif name in ("ingest", "http", "start"):
                from bench import service

                getattr(service, name)(archive, args.articles)
            else:
                parser.error(f"there is no benchmark {name!r}")


if __name__ == "__main__":
    main()
