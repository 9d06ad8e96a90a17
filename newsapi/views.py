"""The front door: the list of what there is, the documentation, and a liveness check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from newsapi.api import ApiView
from newsapi.browsable import CONTENT_SECURITY_POLICY, NAVIGATION, markdown
from newsapi.env import BASE_DIR
from newsapi.parameters import check_known
from newsapi.problems import method_not_allowed

DOCS_DIR = BASE_DIR / "docs"


@method_decorator(csrf_exempt, name="dispatch")
class Page(View):
    """A page that only reads; what else is asked of it is a problem like everywhere."""

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return method_not_allowed(request, self)


class Home(Page):
    """`/` goes to the API's root, where both people and programs find their way."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("root")


ADDRESSES = {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}


class Root(ApiView):
    """Raw news in, structured articles out.

    Every address below answers JSON to programs and this kind of page to browsers.
    """

    page_title = "newsapi"

    @extend_schema(operation_id="root", responses={200: ADDRESSES})
    def get(self, request: Request) -> Response:
        check_known(request.query_params, ())
        links: dict[str, Any] = {name: reverse(name, request=request) for name in NAVIGATION}
        return Response(
            {**links, "docs": reverse("docs", request=request), "schema": reverse("schema", request=request)}
        )


class Docs(Page):
    """`/docs` and `/docs/PAGE`: the files of `docs/`, as pages, with nothing fetched from elsewhere."""

    def get(self, request: HttpRequest, page: str = "index") -> HttpResponse:
        file = DOCS_DIR / f"{page}.md"
        if not file.is_file():
            raise Http404(page)
        pages = [(path.stem, _title(path)) for path in sorted(DOCS_DIR.glob("*.md")) if path.stem != "index"]
        context = {"page": page, "title": _title(file), "pages": pages, "content": markdown(file.read_text())}
        response = render(request, "newsapi/docs.html", context)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response


def _title(file: Path) -> str:
    with file.open() as lines:
        return lines.readline().lstrip("# ").strip()


class Reference(SpectacularSwaggerSplitView):
    """The OpenAPI description as a page to try it out on, from files of the installed package."""

    url_name = "schema"
    permission_classes: list[Any] = []
    authentication_classes: list[Any] = []


class Healthz(Page):
    """Alive: the process answers. Touches nothing else."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok\n", content_type="text/plain")
