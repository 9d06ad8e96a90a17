"""Explanations over REST."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles import schema
from articles.views import GONE, parse_id
from ingest.explaining import explain
from newsapi.api import ApiView
from newsapi.parameters import check_known


class Explanation(ApiView):
    """Why an article is the duplicate of another, what are its own duplicates, and what became of each of its inputs.

    `because` compares the two bodies: `contained` is the share of the shorter one's phrases that are in the other. An
    input that gave no article of its own says in `reason` why it was dropped. The address takes the id of a document
    too, and then tells about that one first.
    """

    page_title = "Explanation"

    @extend_schema(operation_id="explain", responses={200: OpenApiResponse(schema.EXPLANATION), **GONE})
    def get(self, request: Request, article_id: str) -> Response:
        check_known(request.query_params, ())
        return Response(explain(parse_id(article_id, "article")))
