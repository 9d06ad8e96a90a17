"""Changes as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import QueryDict
from django.http.request import HttpHeaders

from articles import changefeed
from articles.changefeed import Entry
from articles.models import Article, ChangeKind
from articles.selectors import article_json
from newsapi.errors import InvalidParameter
from newsapi.parameters import did_you_mean, integer, nearest
from search import projection
from search.filters import Parameter, split_values
from search.projection import Wanted

LIMIT = 1_000
LAST_SEEN = "Last-Event-ID"
HIGHEST = 10**18 - 1

AFTER = Parameter(
    "after", "After", "Only changes after this number: the `last` of the answer before; absent is from the oldest kept",
    "number", low=0, high=HIGHEST,
)  # fmt: skip
KIND = Parameter(
    "kind", "Kind", "Only changes of this kind; several are alternatives", choices=tuple(ChangeKind.values), multi=True
)
FIELDS = Parameter(
    "fields", "Fields", "Adds the article as it is now, with these fields: headline,source.name,paragraphs",
    example="headline,url", multi=True,
)  # fmt: skip


def parameters() -> tuple[Parameter, ...]:
    """What `GET /v1/changes` takes."""
    limit = Parameter("limit", "Limit", f"Changes a page, 1 to {LIMIT:,}", "number", default=100, low=1, high=LIMIT)
    return AFTER, limit, KIND, FIELDS


class Page(NamedTuple):
    """Some changes; `last` is the number to go on from, `more` says whether there are more already."""

    results: list[dict[str, Any]]
    last: int
    more: bool


def page(params: QueryDict) -> Page:
    """The page that the parameters ask for. Raises ChangesExpired, InvalidParameter."""
    limit = integer(params, "limit", 100, 1, LIMIT)
    kinds = read_kinds(params)
    wanted = projection.read(params.getlist("fields"))
    latest = changefeed.latest()
    after = start(params, latest)
    after = changefeed.forgotten() if after is None else after
    found = changefeed.read(after, limit + 1, kinds)
    more, found = len(found) > limit, found[:limit]
    last = found[-1].seq if more else max([latest, after, *(entry.seq for entry in found)])
    return Page(shown(found, wanted), last, more)


def start(params: QueryDict, latest: int, headers: HttpHeaders | None = None) -> int | None:
    """Where to begin: what a client that comes again saw last, else `after`; None where nothing is said."""
    if headers is not None and (seen := headers.get(LAST_SEEN, "").strip()):
        return _number(seen, LAST_SEEN, latest)
    if "after" not in params:
        return None
    return _number(str(integer(params, "after", 0, 0, HIGHEST)), "after", latest)


def _number(written: str, name: str, latest: int) -> int:
    if not (written.isascii() and written.isdigit() and len(written) < 19):
        raise InvalidParameter(f"{name} is {written[:40]!r}; it must be the number of a change.", parameter=name)
    if int(written) > latest:
        # After a restore from a backup: who went on quietly would miss everything up to there.
        raise InvalidParameter(
            f"{name} is {int(written)}, but the last change is {latest}: the archive is older than what you saw."
            " Take an export, and follow from the `changes` that it names.",
            parameter=name,
        )
    return int(written)


def read_kinds(params: QueryDict) -> frozenset[str]:
    """The `kind` parameter. Raises InvalidParameter with the nearest kind."""
    kinds = set()
    for written in params.getlist("kind"):
        for excluded, value in split_values(written, "kind"):
            if excluded or value.lower() not in ChangeKind.values:
                suggestion = nearest(value, ChangeKind.values)
                raise InvalidParameter(
                    f"kind: there is no kind {value[:40]!r} of change; there are {', '.join(ChangeKind.values)}."
                    + did_you_mean(suggestion),
                    parameter="kind", suggestion=suggestion,
                )  # fmt: skip
            kinds.add(value.lower())
    return frozenset(kinds)


def shown(entries: Sequence[Entry], wanted: Wanted | None = None) -> list[dict[str, Any]]:
    """Changes as objects; with `wanted` each has the article as it is now, null where it was removed since."""
    articles = _articles(entries) if wanted is not None else {}
    found = []
    for entry in entries:
        one: dict[str, Any] = {
            "seq": entry.seq,
            "kind": entry.kind,
            "id": str(entry.article_id),
            "version": entry.version,
            "at": entry.at,
        }
        if wanted is not None:
            article = articles.get(entry.article_id)
            one["article"] = None if article is None else projection.project(article, wanted)
        found.append(one)
    return found


def _articles(entries: Sequence[Entry]) -> dict[Any, dict[str, Any]]:
    ids = {entry.article_id for entry in entries}
    return {row.id: article_json(row) for row in Article.objects.filter(id__in=ids, deleted_at__isnull=True)}
