"""Pages of other sites that may ask this service (CORS, the Fetch standard §3.3): those that CORS_ORIGINS names.

Cookies never come along, so such a page has what its API key opens, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

METHODS = "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"
HEADERS = (
    "Authorization, X-Api-Key, Content-Type, Content-Encoding, Accept, Prefer, Idempotency-Key, If-Match,"
    " If-None-Match, If-Range, Range, Last-Event-ID, X-Request-ID"
)
EXPOSED = (
    "Link, Location, ETag, Retry-After, RateLimit, RateLimit-Policy, X-Request-ID, Preference-Applied, Content-Range,"
    " Content-Disposition, Repr-Digest, Idempotent-Replayed, Deprecation, Sunset, WWW-Authenticate"
)
KEPT = "600"
"""Seconds that a browser keeps the answer to its question."""
ANY = "*"


class Cors:
    """Middleware; without the setting it does nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origins = settings.CORS_ORIGINS
        if not origins:
            return self.get_response(request)
        origin = request.META.get("HTTP_ORIGIN", "")
        allowed = ANY in origins or origin in origins
        asks = request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META
        response = HttpResponse(status=204) if asks and origin else self.get_response(request)
        if ANY not in origins:
            patch_vary_headers(response, ("Origin",))
        if origin and allowed:
            response.headers["Access-Control-Allow-Origin"] = ANY if ANY in origins else origin
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
            if asks:
                response.headers["Access-Control-Allow-Methods"] = METHODS
                response.headers["Access-Control-Allow-Headers"] = HEADERS
                response.headers["Access-Control-Max-Age"] = KEPT
        return response
