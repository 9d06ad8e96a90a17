"""The front door: the list of what there is, the documentation, and how the service is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from newsapi import health, metrics
from newsapi.api import ApiView
from newsapi.browsable import CONTENT_SECURITY_POLICY, NAVIGATION, markdown
from newsapi.env import BASE_DIR
from newsapi.errors import InvalidParameter
from newsapi.parameters import check_known, nearest, single
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


READINESS = {
    "type": "object",
    "properties": {
        "status": {"enum": ["ok", "degraded", "unavailable"]},
        "dependencies": {"type": "object", "additionalProperties": {"type": "object"}},
        "queues": {"type": "object", "additionalProperties": {"type": "object"}},
    },
}
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


class Readyz(ApiView):
    """Whether requests can be answered: each dependency with its latency, and how long what arrived has been waiting.

    200 when everything that is needed answers, else 503. Only the database is needed: without the search engine or
    Redis documents are still taken in, and the status is `degraded`. `need=search` (or `need=redis,search`) counts
    these as needed too. It answers within 2 seconds, whatever hangs.
    """

    page_title = "Readiness"
    permission_classes = []
    authentication_classes = []

    @extend_schema(
        operation_id="readyz",
        parameters=[OpenApiParameter("need", str, description="Dependencies that count as needed, by comma")],
        responses={200: READINESS, 503: READINESS},
    )
    def get(self, request: Request) -> Response:
        check_known(request.query_params, ("need",))
        wanted = single(request.query_params, "need") or ""
        needed = frozenset(name.strip() for name in wanted.split(",") if name.strip())
        for name in sorted(needed - set(health.dependencies())):
            suggestion = nearest(name, health.dependencies())
            raise InvalidParameter(
                f"need names {name[:40]!r}; it must be some of {', '.join(health.dependencies())}.",
                parameter="need",
                suggestion=suggestion,
            )
        ready, found = health.report(needed)
        return Response(found, status=200 if ready else 503, headers={} if ready else {"Retry-After": "5"})


@method_decorator(csrf_exempt, name="dispatch")
class Metrics(ApiView):
    """What Prometheus scrapes, in its text format. Like all reading it is open to this machine, else to a key."""

    @extend_schema(operation_id="metrics", responses={(200, "text/plain"): str})
    def get(self, request: Request) -> HttpResponse:
        check_known(request.query_params, ())
        return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)
