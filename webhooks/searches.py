"""Saved searches: saving, changing and removing them, and what they would have reported."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone

from newsapi.errors import InvalidParameter, NewsApiError
from newsapi.parameters import integer, parse_time, single
from search import engines
from search.members import Members, wrong
from search.query import Query, Range
from search.results import Search
from webhooks import queries
from webhooks.models import SavedSearch

MOST = 10_000
"""Saved searches of one key."""
SCHEDULES = ("each",)
MEMBERS = ("name", "search", "schedule", "active")
SHOWN = 20
LONGEST = timedelta(days=366)


class TooManySearches(NewsApiError):
    code = "too_many_searches"
    title = "Too many searches are saved"
    status = 422


def create(owner: str, body: Any) -> SavedSearch:
    """Save a search. Raises NewsApiError, naming the member that cannot be used."""
    members = Members(body, "")
    search = SavedSearch(owner=owner)
    if members.get("search") is None:
        raise wrong("search", 'a text or an object such as {"q": "iran", "language": "en"}', None)
    _read(search, members)
    with transaction.atomic():
        if SavedSearch.objects.filter(owner=owner).count() >= MOST:
            raise TooManySearches(f"A key has at most {MOST:,} saved searches; remove one first.")
        search.save(force_insert=True)
    return search


def change(search: SavedSearch, body: Any) -> SavedSearch:
    """Change the members that are given. Raises NewsApiError."""
    before = search.tree
    fields = _read(search, Members(body, ""))
    search.updated_at = timezone.now()
    values = {name: getattr(search, name) for name in (*fields, "updated_at")}
    if search.tree != before:
        values["revision"] = F("revision") + 1
    SavedSearch.objects.filter(pk=search.pk).update(**values)
    search.refresh_from_db()
    return search


def _read(search: SavedSearch, members: Members) -> list[str]:
    """Take over what is given; the names of the columns."""
    name, asked = members.get("name"), members.get("search")
    fields: list[str] = []
    if asked is not None:
        read = queries.read(asked)
        search.tree = {**queries.write(read), "moves": queries.moves(asked, read)}
        search.search = {"q": asked} if isinstance(asked, str) else dict(asked)
        fields += ["tree", "search"]
    if name is not None or not search.name:
        search.name = _name(members, asked)
        fields.append("name")
    if members.get("schedule") is not None:
        search.schedule = members.choice("schedule", SCHEDULES)
        fields.append("schedule")
    if members.get("active") is not None:
        search.active = members.boolean("active", True)
        fields.append("active")
    members.end()
    return fields


def _name(members: Members, asked: Any) -> str:
    """As given; else what is searched for."""
    default = asked if isinstance(asked, str) else None
    if default is None and isinstance(asked, dict):
        default = next((asked[name] for name in ("q", "query") if isinstance(asked.get(name), str)), "Search")
    name = members.text("name", (default or "Search")[:200])
    if len(name) > 200 or "\0" in name or any("\ud800" <= char <= "\udfff" for char in name):
        raise wrong("name", "a text of at most 200 characters", name)
    return name


def as_json(search: SavedSearch) -> dict[str, Any]:
    """A saved search as the API shows it."""
    return {
        "id": str(search.id),
        "name": search.name,
        "search": search.search,
        "schedule": search.schedule,
        "active": search.active,
        "created_at": search.created_at,
        "updated_at": search.updated_at,
        "links": {"self": f"/v1/searches/{search.id}", "preview": f"/v1/searches/{search.id}/preview"},
    }


def preview(search: SavedSearch, params: QueryDict) -> dict[str, Any]:
    """What would have been reported since a time: how many articles that came in since then match now, and the newest.

    Raises InvalidParameter.
    """
    since = _since(params)
    limit = integer(params, "limit", SHOWN, 0, 100)
    asked = queries.read(search.search).query
    query = Query(asked.text, (*asked.filters, Range("received", gte=since)), asked.languages)
    page = engines.get_reader().search(Search(query, "-date", max(limit, 1)))
    results = [orjson.Fragment(hit.card) for hit in page.hits[:limit]]
    return {"since": since, "total": page.total, "results": results}


def _since(params: QueryDict) -> datetime:
    written, now = single(params, "since") or "30d", timezone.now()
    try:
        since = parse_time(written, now=now)
    except ValueError as error:
        raise InvalidParameter(f"since: {error}.", parameter="since") from error
    if not now - LONGEST <= since <= now:
        raise InvalidParameter("since must lie in the past, at most a year ago.", parameter="since")
    return since
