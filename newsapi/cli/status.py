"""`newsapi status`: what runs, and what is in the archive."""

from __future__ import annotations

import argparse
import json
from typing import Any

from newsapi import __version__
from newsapi.cli.django import setup
from newsapi.env import Settings
from newsapi.serving import data_dir


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "status",
        help="what runs, and what is in the archive",
        description="Shows whether the service runs, what is in the archive, what waits and how far the index is."
        " Exit code 0 when it runs, 3 when it does not.",
    )
    found.add_argument("--json", action="store_true", help="as JSON, for programs")
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    settings = setup()
    found = collect(settings)
    if args.json:
        print(json.dumps(found, indent=2))
    else:
        print(text(found))
    return 0 if found["running"] else 3


def collect(settings: Settings) -> dict[str, Any]:
    """Counts from the database and the index. Reads only."""
    from django.db import OperationalError
    from django.db.models import Count, Max

    from articles.models import Article, Change, Consumer, Entity, Source
    from ingest.models import Capture
    from search.engines import get_reader

    found: dict[str, Any] = {
        "version": __version__,
        "running": data_dir.holder(settings.data_dir),
        "data_dir": str(settings.data_dir),
        "database": settings.database_url.split("@")[-1],
        "search": settings.search_url,
    }
    try:
        live = Article.objects.filter(deleted_at=None)
        rows = Capture.objects.values_list("state").annotate(count=Count("id"))
        captures: dict[str, int] = {}
        for state, count in rows:
            captures[state] = count
        found |= {
            "articles": live.count(),
            "sources": Source.objects.count(),
            "entities": Entity.objects.count(),
            "captures": captures,
            "waiting": Capture.objects.filter(pending=True).count(),
            "changes": Change.objects.aggregate(last=Max("seq"))["last"] or 0,
            "unpublished": Change.objects.filter(seq=None).count(),
            "indexed_to": Consumer.objects.filter(name="indexer").values_list("offset", flat=True).first() or 0,
        }
    except OperationalError as error:
        found["error"] = f"The database does not answer: {error}"
        return found
    from search.query import Query

    found["indexed"] = get_reader().count(Query())
    return found


def text(found: dict[str, Any]) -> str:
    lines = [
        f"newsapi {found['version']}: {'running, ' + found['running'] if found['running'] else 'not running'}",
        f"  data      {found['data_dir']}",
        f"  database  {found['database']}",
        f"  search    {found['search']}",
    ]
    if "error" in found:
        return "\n".join([*lines, f"  {found['error']}"])
    states = ", ".join(f"{count:,} {state}" for state, count in sorted(found["captures"].items())) or "none"
    behind = found["changes"] - found["indexed_to"] + found["unpublished"]
    lines += [
        f"  articles  {found['articles']:,} from {found['sources']:,} sources, {found['entities']:,} entities",
        f"  captures  {states}; {found['waiting']:,} wait to be structured",
        f"  index     {found['indexed']:,} articles, {'up to date' if behind <= 0 else f'{behind:,} changes behind'}",
    ]
    return "\n".join(lines)
