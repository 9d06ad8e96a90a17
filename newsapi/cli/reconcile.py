"""`newsapi reconcile`: the index compared with the database article by article, and repaired."""

from __future__ import annotations

import argparse
import time

from newsapi.cli.django import setup
from newsapi.cli.output import progress, say

LOOK = 0.3


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "reconcile",
        help="compare the index with the database and repair it",
        description="Compares ids and versions of all articles in the index with those of the database, writes again"
        " what differs and forgets tombstones older than a day. Every night it happens by itself. The indexer does the"
        " work; without one that runs, this command does.",
    )
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    setup()
    from articles.models import Article
    from search import reconciling
    from search.engines.base import EngineUnavailable
    from search.indexing import Indexer

    wish = reconciling.request()
    indexer = Indexer()
    try:
        with progress("Comparing", Article.objects.count()) as advance:
            done = 0
            while wish.finished_at is None:
                try:
                    indexer.run_once()
                except EngineUnavailable as error:
                    if error.code != "index_locked":
                        raise
                    # The indexer does it.
                    time.sleep(LOOK)
                wish.refresh_from_db()
                advance(max(wish.compared - done, 0))
                done = max(wish.compared, done)
    finally:
        indexer.close()
    say(
        f"{wish.compared:,} articles compared: {wish.repaired:,} repaired,"
        f" {wish.purged:,} tombstones of deleted articles forgotten."
    )
    return 0
