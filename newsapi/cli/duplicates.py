"""`newsapi duplicates`: duplicates found anew in the whole archive."""

from __future__ import annotations

import argparse

from newsapi.cli.django import setup
from newsapi.cli.output import progress, say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "duplicates",
        help="find duplicates anew in the whole archive",
        description="Makes the table by which near copies are found again from the articles, and judges each of them"
        " anew: for an archive of an earlier version, or when that table was lost. The service may run meanwhile; it is"
        " safe to break off and to repeat. Takes about 3 ms an article.",
    )
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    setup()
    from articles.finding_anew import find_anew
    from articles.models import Article
    from enrich.urls import canonical

    with progress("Looking for duplicates", Article.objects.filter(deleted_at__isnull=True).count()) as advance:
        found = find_anew(canonical, advance)
    say(f"{found.articles:,} articles, {found.duplicates:,} of them duplicates.")
    return 0
