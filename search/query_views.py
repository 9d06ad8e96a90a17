"""Questions over REST: a search as one JSON object, and how a query is understood."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from newsapi.api import ApiView, params_of
from newsapi.parameters import check_known
from search import query_schema, questions, schema
from search.filters import filter_parameters, form_fields


class SearchView(ApiView):
    """`POST` query, filters, facets, aggregations, order, paging and highlights as one JSON object.

    `query` is a text as `q`, or a tree: `{"op": "and", "children": [{"op": "text", "text": "summit"}, …]}`; see
    [The query language](/docs/query). Every other member is the twin of a parameter of [/v1/articles](/v1/articles): a
    list holds alternatives, `exclude_…` leaves out. `aggregations` are as for [/v1/aggregations](/v1/aggregations).
    `next` is the `cursor` to send with the same object for the next page.
    """

    page_title = "Search"

    @extend_schema(
        operation_id="search",
        request={"application/json": query_schema.REQUEST},
        examples=query_schema.EXAMPLES,
        responses={200: query_schema.RESPONSE, **schema.ERRORS, **schema.GONE},
    )
    def post(self, request: Request) -> Response:
        check_known(request.query_params, ())
        return Response(questions.answer(request.data))


class QueryView(ApiView):
    """How a query is understood: as a tree, as a sentence, with what each clause finds, and what to look out for.

    `q` is taken as by [/v1/articles](/v1/articles), and so are the filters: counts are of the articles that pass them.
    `query` is the query as it would be printed, which parses to the same tree. `POST` takes an object with `query` (a
    text or a tree) and filters.

    Try:

    - [/v1/query?q=(climat* OR "global warming") AND summit~1 -football](?q=%28climat%2A%20OR%20%22global%20warming%22%29%20AND%20summit~1%20-football)
    """  # noqa: E501 (links)

    page_title = "Query"

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(filter_parameters())

    @extend_schema(
        operation_id="query",
        parameters=schema.parameters(filter_parameters()),
        responses={200: query_schema.EXPLANATION, **schema.ERRORS},
    )
    def get(self, request: Request) -> Response:
        return Response(questions.explain(params_of(request)))

    @extend_schema(
        operation_id="explain_query",
        request={"application/json": query_schema.EXPLAINED_REQUEST},
        responses={200: query_schema.EXPLANATION, **schema.ERRORS},
    )
    def post(self, request: Request) -> Response:
        check_known(request.query_params, ())
        return Response(questions.explain_body(request.data))
