"""`newsapi status`: what runs, and what is in the archive."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict
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
        print(json.dumps(found, indent=2, default=str))
    else:
        print(text(found))
    return 0 if found["running"] else 3


def collect(settings: Settings) -> dict[str, Any]:
    """What runs, whether what it depends on answers, and what the database and the index hold. Reads only."""
    from newsapi import health

    roles = _roles()
    ready, report = health.report()
    found: dict[str, Any] = {
        "version": __version__,
        "running": data_dir.holder(settings.data_dir) or _web(roles),
        "data_dir": str(settings.data_dir),
        "database": settings.database_url.split("@")[-1],
        "search": _without_password(settings.search_url),
        "roles": roles,
        **report,
    }
    return found | _rows() if ready else found


def _roles() -> list[dict[str, Any]]:
    from redis.exceptions import RedisError

    from newsapi.presence import present

    try:
        return [asdict(each) for each in present()]
    except (RedisError, OSError):
        return []


def _web(roles: list[dict[str, Any]]) -> str | None:
    """A web process that runs as a role of its own."""
    return next((f"pid {each['pid']} on {each['host']}" for each in roles if each["role"] == "web"), None)


def _rows() -> dict[str, Any]:
    from articles import figures as articles
    from articles.models import Entity, Source
    from ingest import figures as ingest
    from search import quarantine, reconciling
    from search.engines import get_reader
    from search.engines.base import EngineUnavailable
    from search.query import Query

    states = articles.articles()
    last = reconciling.last()
    found: dict[str, Any] = {
        "articles": states["live"] + states["duplicate"],
        "sources": Source.objects.count(),
        "entities": Entity.objects.count(),
        "captures": {state: count for state, count in ingest.captures().items() if count},
        "quarantined": quarantine.count(),
        "reconciled_at": last.finished_at.isoformat() if last and last.finished_at else None,
    }
    try:
        found["indexed"] = get_reader().count(Query())
    except EngineUnavailable:
        found["indexed"] = None
    return found


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if separator else url


def text(found: dict[str, Any]) -> str:
    lines = [
        f"newsapi {found['version']}: {'running, ' + found['running'] if found['running'] else 'not running'}",
        f"  data      {found['data_dir']}",
        f"  database  {found['database']}{_trouble(found, 'database')}",
        f"  search    {found['search']}{_trouble(found, 'search')}",
        f"  redis     {_trouble(found, 'redis').removeprefix(': ') or 'answers'}",
        f"  roles     {_by_role(found['roles'])}",
    ]
    if "articles" not in found:
        return "\n".join(lines)
    states = ", ".join(f"{count:,} {state}" for state, count in sorted(found["captures"].items())) or "none"
    indexed = "?" if found["indexed"] is None else f"{found['indexed']:,}"
    lines += [
        f"  articles  {found['articles']:,} from {found['sources']:,} sources, {found['entities']:,} entities",
        f"  captures  {states}; {_queue(found, 'captures', 'none waits', 'wait to be structured')}",
        f"  index     {indexed} articles, {_queue(found, 'changes', 'up to date', 'changes behind')}",
    ]
    if found["quarantined"]:
        lines.append(f"  refused   {found['quarantined']:,} articles by the search engine; see /metrics and its log")
    return "\n".join(lines)


def _trouble(found: dict[str, Any], name: str) -> str:
    error = found["dependencies"][name].get("error")
    return f": does not answer ({error})" if error else ""


def _by_role(roles: list[dict[str, Any]]) -> str:
    counts = Counter(each["role"] + (f" ({each['about']})" if each["about"] else "") for each in roles)
    return ", ".join(f"{count} {role}" for role, count in sorted(counts.items())) or "none seen"


def _queue(found: dict[str, Any], name: str, none: str, some: str) -> str:
    queue = found["queues"][name]
    if "error" in queue:
        return f"unknown ({queue['error']})"
    if not queue["waiting"]:
        return none
    return f"{queue['waiting']:,} {some}, the oldest for {queue['oldest_seconds']:.0f} s"
