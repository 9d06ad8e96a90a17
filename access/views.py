"""Exchanging an API key for a session, for people with a browser, and ending it."""

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

from access import services
from access.authentication import SESSION_KEY, session_key
from newsapi.browsable import CONTENT_SECURITY_POLICY
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
