"""Removing every article that a query finds: first counted, then removed by who says that count."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.http import QueryDict

from articles import changefeed
from articles.deleting import AT_ONCE, delete_all
from articles.models import Consumer
from newsapi.errors import InvalidParameter, NewsApiError
from newsapi.parameters import boolean, check_known, integer
from search import engines, filters
from search.engines.base import Reader
from search.filters import Parameter, filter_parameters
from search.indexing import CONSUMER
from search.query import Query
from search.results import Search

SECONDS = 20.0
"""Then the answer says how many are left, and the same request goes on."""
INDEXED_WITHIN = 5.0
"""Seconds that the answer waits for the index, so that the next count is right."""
LOOK_EVERY = 0.05
MOST = 10**9

CONFIRM = Parameter(
    "confirm", "Confirm", "How many articles that is; another number removes nothing", "number", low=0, high=MOST
)
DRY_RUN = Parameter("dry_run", "Dry run", "Only count them", "select", ("false", "true"), default="false")


class Unconfirmed(NewsApiError):
    code = "count_not_confirmed"
    title = "The number of articles is not what was confirmed"
    status = 409


@dataclass(frozen=True, slots=True)
class Removal:
    """`total` articles matched; `deleted` were removed now, `left` are there still."""

    total: int
    deleted: int
    left: int


def parameters() -> tuple[Parameter, ...]:
    """What `DELETE /v1/articles` takes."""
    return (*filter_parameters(), CONFIRM, DRY_RUN)


def remove(params: QueryDict) -> Removal:
    """Remove what the filters find, or with `dry_run` only count it.

    Raises InvalidParameter without a filter or a count, Unconfirmed where the count is another one.
    """
    check_known(params, (parameter.name for parameter in parameters()))
    filters.check_text(params)
    if not any(name not in ("confirm", "dry_run", "duplicates", "format") for name in params):
        raise InvalidParameter("Name a filter, such as q or source: this does not empty the archive.", parameter="q")
    dry_run = boolean(params, "dry_run")
    query = filters.read(params).query
    reader = engines.get_reader()
    total = reader.count(query)
    if dry_run or total == 0:
        return Removal(total, 0, total)
    if "confirm" not in params:
        raise InvalidParameter(
            f"confirm is missing: {total:,} articles match; say confirm={total} to remove them.",
            parameter="confirm",
            total=total,
        )
    confirmed = integer(params, "confirm", 0, 0, MOST)
    if confirmed != total:
        raise Unconfirmed(
            f"{total:,} articles match, not {confirmed:,}. Nothing was removed; look again with dry_run=true.",
            total=total,
        )
    deleted = _remove(reader, query)
    _wait_for_index()
    return Removal(total, deleted, max(total - deleted, 0))


def _remove(reader: Reader, query: Query) -> int:
    """As many as there is time for, newest first, of those that were there at the beginning."""
    ends = time.monotonic() + SECONDS
    watermark = reader.watermark()
    after: int | None = None
    deleted = 0
    while time.monotonic() < ends:
        hits = reader.search(Search(query, "-date", AT_ONCE, after, watermark)).hits
        if not hits:
            break
        deleted += delete_all(hit.id for hit in hits)
        after = hits[-1].sort_key
    return deleted


def _wait_for_index() -> None:
    wanted = changefeed.latest()
    ends = time.monotonic() + INDEXED_WITHIN
    while time.monotonic() < ends:
        offset = Consumer.objects.filter(name=CONSUMER).values_list("offset", flat=True).first()
        if offset is None or offset >= wanted:
            return
        time.sleep(LOOK_EVERY)
