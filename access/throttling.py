"""Limits of keys, asked for once a request: headers say what is left, and beyond them there is a 429."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from access.limits import Allowance, limits
from access.models import ApiKey
from newsapi.errors import NewsApiError

if TYPE_CHECKING:
    # DRF's views read the default throttles, this module, while they are imported.
    from rest_framework.views import APIView

ATTRIBUTE = "allowances"


class RateLimited(NewsApiError):
    code = "rate_limited"
    title = "Too many requests"
    status = 429


class KeyThrottle(BaseThrottle):
    """Counts what a key asks for. Requests without one come from this machine, and are not counted."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        key = request.auth
        if not isinstance(key, ApiKey):
            return True
        allowed, left = limits.take(key)
        setattr(request._request, ATTRIBUTE, left)
        if not allowed:
            spent = max((one for one in left if not one.left), key=lambda one: one.resets)
            raise RateLimited(
                f"The key {key.name!r} may make {spent.limit:,} requests a {spent.name}; wait {spent.resets} s.",
                limit=spent.limit,
                window=spent.window,
                retry_after=spent.resets,
            )
        return True


class RateHeaders:
    """Middleware: `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers) on counted requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        left: Sequence[Allowance] = getattr(request, ATTRIBUTE, ())
        if left:
            response.headers["RateLimit-Policy"] = ", ".join(
                f'"{one.name}";q={one.limit};w={one.window}' for one in left
            )
            response.headers["RateLimit"] = ", ".join(f'"{one.name}";r={one.left};t={one.resets}' for one in left)
        return response
