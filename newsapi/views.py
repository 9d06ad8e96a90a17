"""The front door: the list of what there is, the documentation, and a liveness check."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import TemplateView, View
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from newsapi.api import ApiView
from newsapi.parameters import check_known

ENTRANCES = ("articles", "aggregations", "documents", "entities", "topics", "sources")


class Home(View):
    """`/` goes to the API's root, where both people and programs find their way."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("root")


class Root(ApiView):
    """Raw news in, structured articles out.

    Every address below answers JSON to programs and this kind of page to browsers.
    """

    page_title = "newsapi"

    def get(self, request: Request) -> Response:
        check_known(request.query_params, ())
        links: dict[str, Any] = {name: reverse(name, request=request) for name in ENTRANCES}
        return Response(
            {**links, "docs": reverse("docs", request=request), "schema": reverse("schema", request=request)}
        )


class Docs(TemplateView):
    template_name = "newsapi/docs.html"


class DocsPage(TemplateView):
    """`/docs/reference` (OpenAPI, offline) and `/docs/errors`."""

    def get_template_names(self) -> list[str]:
        return [f"newsapi/docs_{self.kwargs['page']}.html"]


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. Touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")
