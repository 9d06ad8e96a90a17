"""`/v1/articles` as a whole: the list, its results as lines, and removing them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles.schema import PROBLEM
from newsapi.api import params_of
from newsapi.rendering import JSONRenderer
from search import removing, schema, selectors
from search.exports import serving
from search.exports.formats import Ndjson
from search.exports.serving import Download
from search.views import ArticleList

REMOVAL = {
    "type": "object",
    "properties": {
        "total": {"type": "integer", "description": "Articles that matched"},
        "deleted": {"type": "integer", "description": "Of them removed now"},
        "left": {"type": "integer", "description": "Still there: of a dry run, or where the time was over; ask again"},
    },
}


class LinesRenderer(JSONRenderer):
    """Says that an address can give lines of JSON; the view writes them."""

    media_type = Ndjson.media_type
    format = Ndjson.suffix


class Articles(ArticleList):
    __doc__ = f"""{ArticleList.__doc__}
    With `Accept: application/x-ndjson` the answer is all results at once, an article a line, without pages: `limit` is
    then the most there may be. See [Exports](/docs/exports) for files that can be resumed.

    `DELETE` with filters removes all articles that they find: first with `dry_run=true`, which counts them, then with
    `confirm=` that count. It needs a key with the scope `ingest`.
    """

    renderer_classes = [*ArticleList.renderer_classes[:2], LinesRenderer, *ArticleList.renderer_classes[2:]]

    required_scope = {"GET": "read", "DELETE": "ingest"}

    @extend_schema(
        operation_id="articles",
        parameters=schema.parameters(selectors.list_parameters()),
        responses={
            (200, "application/json"): schema.LISTING,
            (200, Ndjson.media_type): {"type": "string", "description": "An article a line"},
            **schema.ERRORS,
            **schema.GONE,
        },
    )
    def get(self, request: Request) -> Any:
        if request.accepted_renderer.format != LinesRenderer.format:
            return super().get(request)
        params = params_of(request)
        if request.method == "HEAD":
            return HttpResponse(content_type=Ndjson.media_type)
        return StreamingHttpResponse(Download(lambda: serving.lines(params)), content_type=Ndjson.media_type)

    @extend_schema(
        operation_id="delete_articles",
        parameters=schema.parameters(removing.parameters()),
        responses={
            200: REMOVAL,
            409: OpenApiResponse(PROBLEM, "Another number of articles matches than was confirmed"),
            **schema.ERRORS,
        },
    )
    def delete(self, request: Request) -> Response:
        removal = removing.remove(params_of(request))
        return Response({"total": removal.total, "deleted": removal.deleted, "left": removal.left})
