"""Saved searches over REST."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from newsapi.api import ApiView, params_of
from newsapi.parameters import check_known
from webhooks import ownership, schema, searches
from webhooks.models import SavedSearch


def _search(request: Request, search_id: str) -> SavedSearch:
    rows = SavedSearch.objects.filter(owner=ownership.owner_of(request))
    return ownership.get(rows, search_id, "saved search")


class SearchList(ApiView):
    """Searches that wait for articles: each new one that matches is sent to your [webhooks](/v1/webhooks).

    `POST` an object with `search`: a text as `q`, or an object with `q` or `query` (a text or a tree) and any filters
    of [/v1/articles](/v1/articles), as for `POST /v1/search`. It means exactly what the same search means. A key sees
    and changes only its own. See [Webhooks](/docs/webhooks).
    """

    page_title = "Searches"

    @extend_schema(
        operation_id="searches", parameters=schema.PAGED, responses={200: schema.listed(schema.SEARCH), **schema.WRONG}
    )
    def get(self, request: Request) -> Response:
        params = params_of(request)
        check_known(params, ("limit", "cursor"))
        rows = SavedSearch.objects.filter(owner=ownership.owner_of(request))
        found, following = ownership.page(rows, params)
        return Response({"results": [searches.as_json(each) for each in found], "next": following})

    @extend_schema(
        operation_id="add_search",
        request={"application/json": schema.SEARCH_REQUEST},
        responses={201: schema.SEARCH, **schema.WRONG, **schema.FULL},
    )
    def post(self, request: Request) -> Response:
        check_known(request.query_params, ())
        made = searches.create(ownership.owner_of(request), request.data)
        return Response(searches.as_json(made), status=201, headers={"Location": f"/v1/searches/{made.id}"})


class SearchDetail(ApiView):
    """A saved search. `PATCH` changes the members that are given, `DELETE` removes it."""

    page_title = "Search"

    @extend_schema(operation_id="saved_search", responses={200: schema.SEARCH, **schema.NONE})
    def get(self, request: Request, search_id: str) -> Response:
        check_known(request.query_params, ())
        return Response(searches.as_json(_search(request, search_id)))

    @extend_schema(
        operation_id="change_search",
        request={"application/json": schema.SEARCH_REQUEST},
        responses={200: schema.SEARCH, **schema.WRONG, **schema.NONE},
    )
    def patch(self, request: Request, search_id: str) -> Response:
        check_known(request.query_params, ())
        return Response(searches.as_json(searches.change(_search(request, search_id), request.data)))

    @extend_schema(operation_id="delete_search", responses={204: None, **schema.NONE})
    def delete(self, request: Request, search_id: str) -> Response:
        check_known(request.query_params, ())
        _search(request, search_id).delete()
        return Response(status=204)


class SearchPreview(ApiView):
    """What a saved search would have reported since a time: how many articles, and the newest of them."""

    page_title = "Preview"

    @extend_schema(
        operation_id="preview_search",
        parameters=[
            OpenApiParameter("since", str, description="A time, or an age such as 30d", default="30d"),
            OpenApiParameter("limit", {"type": "integer", "minimum": 0, "maximum": 100, "default": 20}),
        ],
        responses={200: schema.PREVIEW, **schema.WRONG, **schema.NONE},
    )
    def get(self, request: Request, search_id: str) -> Response:
        params = params_of(request)
        check_known(params, ("since", "limit"))
        return Response(searches.preview(_search(request, search_id), params))
