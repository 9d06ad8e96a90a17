"""`newsapi reindex`: the index made anew from the database, beside the live one, which it replaces at the end."""

from __future__ import annotations

import argparse
import time

from newsapi.cli.django import setup
from newsapi.cli.output import fail, progress, say
from newsapi.serving import data_dir


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "reindex",
        help="make the index anew from the database",
        description="Builds a new index beside the live one, which answers until the new one takes its place. With the"
        " service running its indexer does the work; what arrives meanwhile is indexed right afterwards.",
    )
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    settings = setup()
    from articles.models import Article
    from search import indexing

    total = Article.objects.filter(deleted_at=None).count()
    if data_dir.holder(settings.data_dir):
        indexing.request_rebuild()
        with progress("The indexer builds a new index", None):
            while indexing.rebuild_requested():
                if not data_dir.holder(settings.data_dir):
                    fail("The service was stopped meanwhile; its next start goes on with it.")
                    return 1
                time.sleep(0.2)
    else:
        with progress("Indexing", total) as advance:
            total = indexing.Indexer().rebuild(advance)
    say(f"The new index has {total:,} articles.")
    return 0
