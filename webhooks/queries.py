"""What a saved search asks, from what its owner wrote: the members of POST /v1/search that select articles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from newsapi.errors import InvalidParameter, NewsApiError
from search import conditions, filters, names, percolator, tree
from search.filters import Filters
from search.members import Members, wrong
from search.query import Query

MEMBER = "search"
LATER = timedelta(days=400)


def read(search: Any, *, now: datetime | None = None) -> Filters:
    """What `search` (a text as `q`, or an object with `q` or `query` and filters) asks, ages counting from `now`.

    An empty object asks for every article. Raises NewsApiError, naming the member by its path; also for what the
    percolator cannot ask.
    """
    if isinstance(search, str):
        search = {"q": search}
    members = Members(search, MEMBER)
    params = conditions.parameters(members)
    query = members.get("query")
    members.end()
    if query is not None and "q" in params:
        raise InvalidParameter(f"{MEMBER}: query and q say the same; give one of them.", parameter=f"{MEMBER}.query")
    if query is not None and not isinstance(query, str | Mapping):
        raise wrong(f"{MEMBER}.query", 'a text or an object with "op"', query)
    now = now or filters.present()
    text = None if query is None else tree.read(query, f"{MEMBER}.query", resolve=names.resolve, now=now)
    try:
        filters.check_text(params)
        asked = filters.read(params, now=now, text=text)
    except NewsApiError as error:
        name = error.extra.get("parameter")
        if isinstance(name, str) and not name.startswith(f"{MEMBER}."):
            error.extra["parameter"] = f"{MEMBER}.{name}"
        raise
    percolator.check(asked.query)
    return asked


def write(asked: Filters) -> dict[str, Any]:
    """A query as JSON that `restore` takes back."""
    query = asked.query
    return {
        "text": tree.write(query.text),
        "filters": [tree.write(one) for one in query.filters],
        "languages": list(query.languages),
    }


def restore(kept: Mapping[str, Any]) -> Query:
    """The query that `write` wrote; names are resolved in it, times are those of then."""
    return Query(tree.read(kept["text"]), tuple(tree.read(one) for one in kept["filters"]), tuple(kept["languages"]))


def moves(search: Any, asked: Filters) -> bool:
    """Whether the query has times that count from now, so that it is another one tomorrow."""
    return read(search, now=asked.now + LATER).query != asked.query
