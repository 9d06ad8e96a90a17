"""Exchanging an API key for a session, for people with a browser, and ending it; what a key may do and did."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from access import services
from access.authentication import SESSION_KEY, session_key
from access.limits import limits
from access.models import ApiKey
from access.throttling import ATTRIBUTE
from newsapi.api import ApiView
from newsapi.browsable import CONTENT_SECURITY_POLICY
from newsapi.parameters import check_known
from newsapi.problems import method_not_allowed

PROTECTED = (sensitive_post_parameters("key"), csrf_protect, never_cache)


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this service, never another's."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


class _Form(View):
    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return method_not_allowed(request, self)


@method_decorator(PROTECTED, name="dispatch")
class Login(_Form):
    """`GET /login` shows the form, `POST /login` exchanges a key for a session."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        key = services.verify(request.POST.get("key", "").strip())
        if key is None:
            response = self._page(request, error="This key is not known, or it was revoked.", status=401)
            response["WWW-Authenticate"] = "Bearer"
            return response
        # A new session id: one that somebody planted beforehand must not become the key's.
        request.session.flush()
        request.session[SESSION_KEY] = str(key.id)
        return redirect(_next(request))

    def _page(self, request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
        context = {"next": _next(request), "error": error, "key": session_key(request)}
        response = render(request, "access/login.html", context, status=status)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return response


@method_decorator(PROTECTED, name="dispatch")
class Logout(_Form):
    """`POST /logout` ends the session; `GET` asks first, so that no other site's image can."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("login")

    def post(self, request: HttpRequest) -> HttpResponse:
        request.session.flush()
        return redirect(_next(request))


LIMIT = {
    "type": "object",
    "properties": {
        "limit": {"type": "integer", "description": "Requests in the window"},
        "window": {"type": "integer", "description": "Seconds"},
        "left": {"type": "integer"},
        "resets": {"type": "integer", "description": "Seconds until the window begins anew"},
    },
}
KEY = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string"},
        "prefix": {"type": "string", "description": "How the key begins"},
        "scopes": {"type": "array", "items": {"enum": ["read", "ingest", "admin"]}},
        "created_at": {"type": "string", "format": "date-time"},
        "last_used_at": {"type": ["string", "null"], "format": "date-time"},
        "limits": {"type": "object", "properties": {"minute": LIMIT, "day": LIMIT}},
        "usage": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "day": {"type": "string", "format": "date"},
                    "requests": {"type": "integer"},
                },
            },
        },
    },
}
NO_KEY = {401: OpenApiResponse({"type": "object"}, "There is no key in the request, or it is not valid")}


class KeyMe(ApiView):
    """The key that this request came with: what it may do, what is left of its limits, and its use of the last 30 days.

    Days are in UTC. `limits` has those that the key has: of requests a minute and a day.
    """

    page_title = "This key"

    @extend_schema(operation_id="key_me", responses={200: KEY, **NO_KEY})
    def get(self, request: Request) -> Response:
        check_known(request.query_params, ())
        key = request.auth
        if not isinstance(key, ApiKey):
            raise NotAuthenticated(
                "Send a key, as `Authorization: Bearer KEY` or as `X-Api-Key: KEY`, to ask about it."
            )
        left = getattr(request._request, ATTRIBUTE, ())
        return Response(
            {
                "id": str(key.id),
                "name": key.name,
                "prefix": key.prefix,
                "scopes": key.scopes,
                "created_at": key.created_at,
                "last_used_at": key.last_used_at,
                "limits": {
                    one.name: {"limit": one.limit, "window": one.window, "left": one.left, "resets": one.resets}
                    for one in left
                },
                "usage": services.usage(key, limits.used_today(key)),
            }
        )
