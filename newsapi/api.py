"""The base of every API view: JSON first, a browsable page for people, problem details for errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, QueryDict
from rest_framework.request import Request
from rest_framework.views import APIView


class ApiView(APIView):
    """Views declare the `required_scope` of a key: one for all methods, or one a method.

    `page_title` heads the browsable page; `form_fields` (objects with name, label, help, type, choices) and `paste`
    (a box to paste an article into) are shown there.
    """

    required_scope: ClassVar[str | Mapping[str, str]] = "read"
    page_title: ClassVar[str] = ""
    paste: ClassVar[bool] = False

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
