"""`python -m tests.services.chaos --seed 7 --minutes 15`: a chaos run at length, on servers of its own."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from pathlib import Path

from tests.servers.elasticsearch import Elasticsearch
from tests.servers.postgres import Postgres
from tests.servers.process import Server, new_directory
from tests.servers.redis import Redis
from tests.services.chaos.running import run
from tests.services.chaos.world import World

ROUND = 195.0
"""Seconds in which everything goes wrong once."""
ARTICLES = 5_000
"""In each round."""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.services.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=ROUND / 60)
    parser.add_argument("--articles", type=int, help="how many (default: 5,000 for every 195 s)")
    parser.add_argument("--keep", type=Path, help="a directory for the logs, kept")
    options = parser.parse_args()
    rounds = max(1, round(options.minutes * 60 / ROUND))
    count = options.articles or ARTICLES * rounds
    servers: tuple[Postgres, Redis, Elasticsearch] = (Postgres(), Redis(), Elasticsearch())
    world = None
    try:
        starting = [threading.Thread(target=_start, args=(server,)) for server in servers]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        world = World(options.keep or new_directory("chaos"), *servers, seed=options.seed)
        say(f"seed {options.seed}: {count:,} articles, {rounds} rounds, {options.minutes * 60:g} s")
        figures = run(world, options.seed, count, options.minutes * 60, rounds, say)
        say(json.dumps(figures, indent=2))
        return 0
    finally:
        if world is not None:
            world.close()
        for server in servers:
            server.close()


def _start(server: Server) -> None:
    server.prepare()
    server.start()


if __name__ == "__main__":
    sys.exit(main())
