"""The outermost middleware: gives each request its id, notes how it went in the log, and counts it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from newsapi import context, metrics

logger = logging.getLogger(__name__)
QUIET = frozenset(("healthz", "readyz", "metrics"))
"""Routes that machines ask for every few seconds: their lines are for debugging."""


class Observed:
    """Answers carry `X-Request-ID`; a line says who (the key's id, never the key) asked for what, and how it went.

    The line has the path without its query: what people search for is nobody's business.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        identifier = context.accept(request.META.get("HTTP_X_REQUEST_ID"))
        with context.of_request(identifier):
            response = self.get_response(request)
            response.headers[context.HEADER] = identifier
            seconds = time.perf_counter() - began
            route = _route(request, response)
            metrics.request_answered(route, request.method or "", response.status_code, seconds)
            level = logging.DEBUG if route in QUIET else logging.INFO
            if logger.isEnabledFor(level):
                _note(level, request, response, route, seconds)
        return response


def _route(request: HttpRequest, response: HttpResponse) -> str:
    if request.resolver_match is not None:
        return request.resolver_match.route
    return "static" if response.status_code < 400 else "none"


def _note(level: int, request: HttpRequest, response: HttpResponse, route: str, seconds: float) -> None:
    key = getattr(request, "auth", None)
    method, path = (request.method or "")[:20], request.path[:200]
    about = {
        "method": method,
        "path": path,
        "route": route,
        "status": response.status_code,
        "seconds": round(seconds, 4),
        "key": str(key.id) if key is not None else None,
    }
    logger.log(level, "%s %s %d", method, path.encode("unicode_escape").decode(), response.status_code, extra=about)
