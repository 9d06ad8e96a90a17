"""Reading over the index: pages of articles to the last hit, and what their cards leave out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from django.http import QueryDict

from newsapi.errors import InvalidParameter
from newsapi.parameters import boolean, check_known, choice, did_you_mean, integer, nearest, single
from search import cursors, engines, filters, names, projection, tree
from search.cursors import Cursor
from search.engines.base import Reader
from search.fields import FACETS
from search.filters import Filters, Parameter, filter_parameters, split_values
from search.highlight import highlight as marks
from search.lexer import ALIASES, SYNONYMS
from search.query import Query, Range, leaves
from search.results import Hit, Page, Search, Terms

LIMIT = 1_000
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
MAX_SIZE = 1_000


FACET_SIZE = 10


class Listing(NamedTuple):
    """One page. `cursor` goes on after it, None at the end. `facets` where they were asked for."""

    total: int
    results: list[Any]
    cursor: str | None
    asked: Filters
    facets: dict[str, Any] | None = None


def list_parameters() -> tuple[Parameter, ...]:
    """Everything that `GET /v1/articles` takes."""
    return (
        *filter_parameters(),
        Parameter(
            "sort", "Sort", "Newest first (-date), oldest first (date) or best first (relevance, needs q)", "select",
            filters.SORTS, default="-date",
        ),
        Parameter("limit", "Limit", f"Results a page, 1 to {LIMIT:,}", "number", default=20, low=1, high=LIMIT),
        Parameter("cursor", "Cursor", "Where to go on: take it from `next` of the page before"),
        Parameter(
            "fields", "Fields", "Only these fields, also ones that lists leave out: headline,source.name,paragraphs",
            example="headline,source.name,date", multi=True,
        ),
        Parameter(
            "highlight", "Highlight", "Show where the words of q stand, as `highlights`", "select", ("false", "true"),
            default="false",
        ),
        Parameter(
            "facets", "Facets", f"Counts beside the results by these fields: {', '.join(f.name for f in FACETS)}",
            example="source,country", multi=True,
        ),
        Parameter(
            "facet_size", "Facet size", f"Most values a facet, 1 to {MAX_SIZE:,}", "number", default=FACET_SIZE, low=1,
            high=MAX_SIZE,
        ),
    )  # fmt: skip


def list_articles(params: QueryDict, *, pretty: bool = False, query: Any = None) -> Listing:
    """The page of articles that the parameters ask for. Raises NewsApiError for what cannot be used.

    Results are the index's cards, byte for byte; `pretty` (for people) parses them. `query` is a tree instead of `q`.
    """
    check_known(params, (parameter.name for parameter in list_parameters()))
    filters.check_text(params)
    limit = integer(params, "limit", 20, 1, LIMIT)
    sort = choice(params, "sort", filters.SORTS, "-date")
    wanted = projection.read(params.getlist("fields"))
    highlight = boolean(params, "highlight")
    facets = _facets(params)
    asked, cursor = _asked(params, query)
    if sort == "relevance" and not asked.scored:
        raise InvalidParameter("sort=relevance needs q, the words to be relevant to.", parameter="sort")
    if highlight and not asked.scored:
        raise InvalidParameter("highlight needs q, the words to show.", parameter="highlight")
    reader = engines.get_reader()
    page, following = (_by_relevance if sort == "relevance" else _by_date)(reader, asked, cursor, sort, limit)
    results = _results(page.hits, asked, wanted, highlight, pretty)
    return Listing(page.total, results, following, asked, _counted(reader, asked, cursor, facets) if facets else None)


def _asked(params: QueryDict, query: Any) -> tuple[Filters, Cursor | None]:
    """The filters and the cursor. Relative times count from the first page's moment, which the cursor knows."""
    cursor, now = None, filters.present()
    text = None if query is None else tree.read(query, resolve=names.resolve, now=now)
    written = None if query is None else json.dumps(query, sort_keys=True)
    if "cursor" in params:
        cursor = cursors.decode(single(params, "cursor") or "", filters.digest(params, written))
        now = cursor.now
        text = None if query is None else tree.read(query, resolve=names.resolve, now=now)
    return filters.read(params, now=now, text=text, written=written), cursor


def _facets(params: QueryDict) -> list[Terms]:
    """The `facets` parameter. Raises InvalidParameter with the nearest field."""
    size = integer(params, "facet_size", FACET_SIZE, 1, MAX_SIZE)
    known = [field.name for field in FACETS]
    found: dict[str, Terms] = {}
    for excluded, value in (pair for text in params.getlist("facets") for pair in split_values(text, "facets")):
        name = ALIASES.get(value.lower(), value.lower())
        if excluded or name not in known:
            suggestion = SYNONYMS.get(name) or nearest(name, known)
            raise InvalidParameter(
                f"facets: articles cannot be counted by {value[:80]!r}.{did_you_mean(suggestion)}"
                f" Possible are: {', '.join(known)}.",
                parameter="facets", suggestion=suggestion,
            )  # fmt: skip
        found[name] = Terms(name, size)
    return list(found.values())


def _counted(reader: Reader, asked: Filters, cursor: Cursor | None, facets: Sequence[Terms]) -> dict[str, Any]:
    """The facets by name; on later pages those of the first one's articles."""
    query = asked.query
    if cursor is not None:
        query = replace(query, filters=(*query.filters, Range("number", lte=cursor.watermark)))
    counted = reader.aggregate(query, facets)
    found: dict[str, Any] = {}
    for facet, one in zip(facets, counted, strict=True):
        known = names.names(facet.field, [bucket.key for bucket in one.buckets])
        found[facet.field] = [
            {"key": bucket.key, "name": known.get(bucket.key, bucket.key), "count": bucket.count}
            for bucket in one.buckets
        ]
    return found


def _by_date(reader: Reader, asked: Filters, cursor: Cursor | None, sort: str, limit: int) -> tuple[Page, str | None]:
    watermark = cursor.watermark if cursor else reader.watermark()
    search = Search(asked.query, sort, limit, cursor.after if cursor else None, watermark)
    page = reader.search(search)
    total = cursor.total if cursor else page.total
    seen = (cursor.offset if cursor else 0) + len(page.hits)
    if len(page.hits) < limit or seen >= max(total, page.total):
        return replace(page, total=total), None
    following = Cursor(
        asked.digest, watermark, total, _moment(asked.query, asked.now), page.hits[-1].sort_key, offset=seen
    )
    return replace(page, total=total), cursors.encode(following)


def _moment(query: Query, now: datetime) -> datetime:
    """What a cursor keeps of the moment of its first page: nothing where the query has no times that count from it.

    So the same page is the same answer, byte for byte, and one that did not change need not be sent again.
    """
    asked = (leaf for node in (query.text, *query.filters) for leaf, _ in leaves(node))
    times = any(
        isinstance(getattr(leaf, name, None), datetime) for leaf in asked for name in ("gte", "gt", "lte", "lt")
    )
    return now if times else ALWAYS


def _by_relevance(
    reader: Reader, asked: Filters, cursor: Cursor | None, sort: str, limit: int
) -> tuple[Page, str | None]:
    bound = reader.capabilities.relevance_bound
    if cursor is None or cursor.ranks is None:
        watermark = reader.watermark()
        page = reader.search(Search(asked.query, sort, limit, None, watermark))
        if page.total <= len(page.hits) or len(page.hits) >= bound:
            return page, None
        # Only the numbers shown are kept now; whoever wants a second page pays for the ranking of the rest.
        key = cursors.keep_ranks([hit.number for hit in page.hits])
        return page, cursors.encode(
            Cursor(asked.digest, watermark, page.total, asked.now, ranks=key, offset=len(page.hits))
        )
    ranked = cursors.ranks(cursor.ranks)
    if cursor.offset >= len(ranked) and len(ranked) < min(cursor.total, bound):
        seen = set(ranked)
        ranking = reader.search(Search(asked.query, sort, bound, None, cursor.watermark, cards=0))
        ranked = (ranked + [hit.number for hit in ranking.hits if hit.number not in seen])[:bound]
    hits = reader.fetch(ranked[cursor.offset : cursor.offset + limit])
    offset = cursor.offset + limit
    page = Page(cursor.total, hits)
    if offset >= len(ranked):
        return page, None
    key = cursors.keep_ranks(ranked, cursor.ranks)
    return page, cursors.encode(replace(cursor, ranks=key, offset=offset))


def _results(
    hits: Sequence[Hit], asked: Filters, wanted: projection.Wanted | None, highlight: bool, pretty: bool
) -> list[Any]:
    if wanted is None and not highlight:
        return [orjson.loads(hit.card) if pretty else orjson.Fragment(hit.card) for hit in hits]
    results = projection.chosen(hits, wanted) if wanted else [orjson.loads(hit.card) for hit in hits]
    if highlight:
        for result, hit in zip(results, hits, strict=True):
            result["highlights"] = _highlights(result if wanted is None else orjson.loads(hit.card), asked.query)
    return results


def _highlights(card: Mapping[str, Any], query: Query) -> dict[str, Any]:
    """Where the words of `q` stand in an article: HTML with `<mark>`, all else escaped."""
    language = (card.get("language") or {}).get("code") or ""
    found = {name: marks(card.get(name) or "", query, language, name) for name in ("headline", "standfirst", "body")}
    return {
        "headline": next(iter(found["headline"]), None),
        "standfirst": next(iter(found["standfirst"]), None),
        "body": list(found["body"]),
    }
