"""Who asks: an API key in a header, or a browser's session that was made with one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from access import services
from access.models import ApiKey

SESSION_KEY = "api_key_id"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a key, as `request.user`; the key itself is `request.auth`."""

    key: ApiKey
    is_authenticated: bool = True
    is_anonymous: bool = False
    is_active: bool = True

    @property
    def pk(self) -> str:
        return str(self.key.id)

    def __str__(self) -> str:
        return self.key.name


def presented_key(request: HttpRequest) -> str | None:
    """The key in `Authorization: Bearer KEY` or `X-Api-Key`; None where there is no such header."""
    scheme, _, token = str(request.META.get("HTTP_AUTHORIZATION", "")).strip().partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    header = request.META.get("HTTP_X_API_KEY")
    return None if header is None else str(header).strip()


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY` (RFC 6750) or `X-Api-Key: KEY`."""

    def authenticate(self, request: Request) -> tuple[Holder, ApiKey] | None:
        plaintext = presented_key(request._request)
        if plaintext is None:
            return None
        key = services.verify(plaintext)
        if key is None:
            raise AuthenticationFailed(
                "This API key is not known, or it was revoked; `newsapi key` lists and makes keys."
            )
        return Holder(key), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class _CsrfCheck(CsrfViewMiddleware):
    """Gives the reason instead of a response."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        raise PermissionDenied(f"The request does not carry this session's CSRF token: {reason}", code="csrf_failed")


def _no_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class KeySessionAuthentication(BaseAuthentication):
    """The session that /login makes from a key. Anything but reading needs the CSRF token."""

    def authenticate(self, request: Request) -> tuple[Holder, ApiKey] | None:
        key = session_key(request._request)
        if key is None:
            return None
        check = _CsrfCheck(_no_view)
        check.process_request(request._request)
        check.process_view(request._request, _no_view, (), {})
        return Holder(key), key


def session_key(request: HttpRequest) -> ApiKey | None:
    """The key of the browser's session; a session whose key was revoked is ended."""
    session = getattr(request, "session", None)
    if session is None or not (key_id := session.get(SESSION_KEY)):
        return None
    key = services.by_id(str(key_id))
    if key is None:
        session.flush()
    return key
