"""Who gets JSON and who gets a page: browsers say text/html first, everyone else gets JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from newsapi.errors import InvalidParameter
from newsapi.parameters import nearest


class Negotiation(DefaultContentNegotiation):
    """DRF's own, quicker for programs; an empty Accept asks for nothing and so gets JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderers = list(renderers)
        known = list(dict.fromkeys(renderer.format for renderer in renderers if renderer.format != "problem"))
        wanted = request.GET.get("format")
        if wanted is not None and wanted not in known:
            raise InvalidParameter(
                f"format is {wanted[:40]!r}; it must be one of {', '.join(known)}.",
                parameter="format",
                suggestion=nearest(wanted, known),
            )
        accept = request.META.get("HTTP_ACCEPT", "").strip() or "*/*"
        if accept in ("*/*", "application/json") and "format" not in request.GET:
            return renderers[0], renderers[0].media_type or "application/json"
        selected: tuple[Any, str] = super().select_renderer(request, renderers, format_suffix)
        return selected
