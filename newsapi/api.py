"""The base of every API view: JSON first, a browsable page for people, problem details for errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, QueryDict
from django.utils.http import http_date
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class ApiView(APIView):
    """Views declare the `required_scope` of a key: one for all methods, or one a method.

    `page_title` heads the browsable page; `form_fields` (objects with name, label, help, type, choices) and `paste`
    (a box to paste an article into) are shown there. An address that is to go says since when it is `deprecated`, until
    when it is there (`sunset`) and where to read what to use in its place (`successor`).
    """

    required_scope: ClassVar[str | Mapping[str, str]] = "read"
    page_title: ClassVar[str] = ""
    paste: ClassVar[bool] = False
    deprecated: ClassVar[datetime | None] = None
    sunset: ClassVar[datetime | None] = None
    successor: ClassVar[str] = ""

    def get_view_name(self) -> str:
        return self.page_title or super().get_view_name()

    def form_fields(self) -> list[dict[str, Any]]:
        """The filters of this endpoint, for the form of the browsable page."""
        return []

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        made = super().initialize_request(request, *args, **kwargs)
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            # DRF takes a body without Content-Length for empty; the server's own stream knows where it ends.
            made._stream = request.META["wsgi.input"]
        return made

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the links of a page of a list (RFC 8288), and that an address is to go (RFC 9745, RFC 8594)."""
        made = super().finalize_response(request, response, *args, **kwargs)
        links = [made.headers["Link"]] if "Link" in made.headers else []
        if isinstance(made, Response) and made.status_code == 200 and _has_pages(request, made.data):
            links += _page_links(request)
        if self.deprecated is not None:
            made.headers["Deprecation"] = f"@{int(self.deprecated.timestamp())}"
            if self.sunset is not None:
                made.headers["Sunset"] = http_date(self.sunset.timestamp())
            if self.successor:
                links.append(f'<{self.successor}>; rel="deprecation"')
        if links:
            made.headers["Link"] = ", ".join(links)
        return made

    def scope_for(self, request: Request) -> str:
        """The scope that a key needs for this request."""
        if isinstance(self.required_scope, str):
            return self.required_scope
        return self.required_scope.get(request.method or "GET", "read")


def params_of(request: Request) -> QueryDict:
    """The query parameters. A page's form sends the fields that were left empty too: they count as absent there."""
    params: QueryDict = request._request.GET
    if getattr(request.accepted_renderer, "format", "") != "api":
        return params
    filled = params.copy()
    for name, values in params.lists():
        kept = [value for value in values if value.strip()]
        filled.setlist(name, kept)
        if not kept:
            del filled[name]
    return filled


def _has_pages(request: Request, data: Any) -> bool:
    """It is one page of several."""
    return isinstance(data, dict) and "next" in data and (data["next"] is not None or "cursor" in request._request.GET)


def _page_links(request: Request) -> list[str]:
    """Where this page is, and the first one of its list."""
    here = request.build_absolute_uri()
    params = request._request.GET.copy()
    first = here
    for place in ("cursor", "after"):
        if params.pop(place, None) is not None:
            query = params.urlencode()
            first = request.build_absolute_uri(request.path + (f"?{query}" if query else ""))
    return [f'<{here}>; rel="self"', f'<{first}>; rel="first"']
