"""Lists and aggregations over REST: articles, counts, entities, topics and sources. Details are in articles.views."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from newsapi.api import ApiView, params_of
from newsapi.parameters import check_known
from search import aggregations, catalogues, schema, selectors
from search.filters import Parameter, form_fields


def _for_people(request: Request) -> bool:
    return getattr(request.accepted_renderer, "format", "") == "api"


def _without_cursor(parameters: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    return tuple(each for each in parameters if each.name != "cursor")


def _following(request: Request, cursor: str | None) -> tuple[str | None, dict[str, str]]:
    """The address of the next page, and the headers that have it."""
    if cursor is None:
        return None, {}
    params = request._request.GET.copy()
    params["cursor"] = cursor
    following = request.build_absolute_uri(f"{request.path}?{params.urlencode()}")
    return following, {"Link": f'<{following}>; rel="next"'}


def _paged(request: Request, page: catalogues.Listing) -> Response:
    following, headers = _following(request, page.cursor)
    return Response({"results": page.results, "next": following}, headers=headers)


class ArticleList(ApiView):
    """Articles, newest first: everything in the archive that the filters ask for, page by page to the last.

    `q` takes words (all must occur, whatever their ending), `"phrases"`, `AND` `OR` `NOT`, parentheses, `-word`, and
    fields: `headline:war`, `source:bbc.com`, `author:"Ann Lee"`, `date:[2026-01-01 TO 2026-02-01]`, `words:>500`,
    `sentiment:<-0.3`. The other filters take ids, names or labels, whatever their case: repeat a parameter or separate
    values by commas for *or*; `-` before a value excludes it; different parameters must all hold. Times are dates
    (from their midnight UTC), RFC 3339 times, or ages such as `24h` and `7d`; `published_after` includes its moment,
    `published_before` does not.

    `total` counts exactly. Follow `next` (also in the `Link` header) until it is `null`: each article comes once, also
    while new ones arrive. By date a cursor never expires; by relevance the 10,000 best are ranked and kept for 15
    minutes.

    Articles that repeat another source's are hidden: `duplicates=show` lists them too, `duplicates=only` just them.

    Try:

    - [/v1/articles?q=climate AND (summit OR talks)&highlight=true](?q=climate%20AND%20%28summit%20OR%20talks%29&highlight=true)
    - [/v1/articles?country=UA&published_after=7d](?country=UA&published_after=7d)
    - [/v1/articles?topic=politics&language=-en&fields=headline,source.name,date](?topic=politics&language=-en&fields=headline,source.name,date)
    """  # noqa: E501 (links)

    page_title = "Articles"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(_without_cursor(selectors.list_parameters()))

    @extend_schema(
        operation_id="articles",
        parameters=schema.parameters(selectors.list_parameters()),
        responses={200: schema.LISTING, **schema.ERRORS, **schema.GONE},
    )
    def get(self, request: Request) -> Response:
        page = selectors.list_articles(params_of(request), pretty=_for_people(request))
        following, headers = _following(request, page.cursor)
        facets = {} if page.facets is None else {"facets": page.facets}
        return Response({"total": page.total, "results": page.results, "next": following, **facets}, headers=headers)


class Aggregations(ApiView):
    """Counts of the articles that the filters ask for, by one or two fields or over time. Counts are exact.

    `by` is one or two of source, section, language, country, author, entity, entity.person, entity.place,
    entity.organisation, topic and `date`; a date comes with `interval` (hour, day, week or month, in UTC). Each bucket
    has the articles' average sentiment. With two levels each bucket has `buckets` of its own. A topic counts what is
    below it too. Filters are those of [/v1/articles](/v1/articles).

    `POST` takes trees of any depth up to five levels: terms, histograms of times (in any time zone) and numbers,
    ranges, filters, what is missing; averages, percentiles, distinct counts and the newest articles of each bucket. See
    [Aggregations](/docs/aggregations).

    Try:

    - [/v1/aggregations?by=topic](?by=topic)
    - [/v1/aggregations?by=date,source&interval=week](?by=date,source&interval=week)
    - [/v1/aggregations?by=entity.person&country=IR&size=20](?by=entity.person&country=IR&size=20)
    """

    page_title = "Aggregations"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(aggregations.aggregation_parameters())

    @extend_schema(
        operation_id="aggregations",
        parameters=schema.parameters(aggregations.aggregation_parameters()),
        responses={200: schema.AGGREGATION, **schema.ERRORS},
    )
    def get(self, request: Request) -> Response:
        return Response(aggregations.aggregate(params_of(request)))

    @extend_schema(
        operation_id="aggregate",
        request={"application/json": aggregations.REQUEST},
        examples=aggregations.EXAMPLES,
        responses={200: aggregations.RESPONSE, **schema.ERRORS},
    )
    def post(self, request: Request) -> Response:
        check_known(request.query_params, ())
        return Response(aggregations.answer(request.data))


class EntityList(ApiView):
    """People, organisations and places, those in most articles first.

    `q` asks for those with a word that begins like it; `type` for one kind. The filters of
    [/v1/articles](/v1/articles) narrow down the articles that count. Follow `next` until it is `null`: each comes once,
    counted over the articles that there were at the first page. The first 50,000 are in order; rarer ones follow.

    Try:

    - [/v1/entities?type=person&published_after=7d](?type=person&published_after=7d)
    - [/v1/entities?q=united](?q=united)
    """

    page_title = "Entities"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(_without_cursor(catalogues.entity_parameters()))

    @extend_schema(
        operation_id="entities",
        parameters=schema.parameters(catalogues.entity_parameters()),
        responses={200: schema.ENTITIES, **schema.ERRORS},
    )
    def get(self, request: Request) -> Response:
        return _paged(request, catalogues.list_entities(params_of(request)))


class TopicList(ApiView):
    """IPTC Media Topics as a tree, each with the number of articles about it or what is below it.

    Below the top only topics that have articles are shown. The filters of [/v1/articles](/v1/articles) narrow down the
    articles that count.

    Try:

    - [/v1/topics?published_after=7d](?published_after=7d)
    - [/v1/topics?country=US&language=en](?country=US&language=en)
    """

    page_title = "Topics"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(catalogues.topic_parameters())

    @extend_schema(
        operation_id="topics",
        parameters=schema.parameters(catalogues.topic_parameters()),
        responses={200: schema.TOPICS, **schema.ERRORS},
    )
    def get(self, request: Request) -> Response:
        return Response(catalogues.list_topics(params_of(request)))


class SourceList(ApiView):
    """Who publishes: every source with the number of its articles, most first.

    `q` asks for those whose name has a word that begins like it, or whose domain does. The filters of
    [/v1/articles](/v1/articles) narrow down the articles that count; sources without any of these are left out then.
    Follow `next` until it is `null`.

    Try:

    - [/v1/sources?topic=sport](?topic=sport)
    """

    page_title = "Sources"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(_without_cursor(catalogues.source_parameters()))

    @extend_schema(
        operation_id="sources",
        parameters=schema.parameters(catalogues.source_parameters()),
        responses={200: schema.SOURCES, **schema.ERRORS},
    )
    def get(self, request: Request) -> Response:
        return _paged(request, catalogues.list_sources(params_of(request)))
