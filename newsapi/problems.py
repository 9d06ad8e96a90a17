"""RFC 9457 problem details for every error: ours, DRF's and Django's."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from newsapi.errors import NewsApiError
from newsapi.rendering import dumps

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
TITLES = {
    "not_found": "There is nothing here",
    "method_not_allowed": "This method is not allowed here",
    "not_acceptable": "None of the accepted media types can be given",
    "unsupported_media_type": "The body has a media type that is not taken here",
    "parse_error": "The body could not be read",
    "not_authenticated": "An API key is needed",
    "authentication_failed": "The API key is not valid",
    "permission_denied": "This is not allowed",
    "throttled": "Too many requests",
    "bad_request": "The request could not be read",
    "too_large": "The request is too large",
    "internal_error": "Something went wrong on our side",
}


def problem(code: str, status: int, detail: str, title: str | None = None, **extra: Any) -> dict[str, Any]:
    """The members of a problem details object. `type` is the page that explains the code."""
    return {
        "type": f"/docs/errors#{code}",
        "title": title or TITLES.get(code, code),
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }


def _of_exception(error: Exception) -> tuple[dict[str, Any], dict[str, str]] | None:
    headers: dict[str, str] = {}
    if isinstance(error, NewsApiError):
        members = error.as_problem()
        if retry := members.pop("retry_after", None):
            headers["Retry-After"] = str(retry)
        return {"type": f"/docs/errors#{error.code}", **members}, headers
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing at this address; see /v1/ for what there is.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        return problem("too_large", 413, str(error)), headers
    elif isinstance(error, SuspiciousOperation):
        return problem("bad_request", 400, str(error)), headers
    if not isinstance(error, exceptions.APIException):
        return None
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    code = str(error.get_codes()) if isinstance(error.detail, str) else "invalid"
    detail = str(error.detail) if isinstance(error.detail, str) else "Some fields have values that cannot be used."
    extra: dict[str, Any] = {} if isinstance(error.detail, str) else {"fields": error.detail}
    return problem(code, error.status_code, detail, **extra), headers


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: a Response with problem details, or None for what is a bug of ours."""
    found = _of_exception(error)
    if found is None:
        return None
    members, headers = found
    response = Response(members, status=members["status"], headers=headers)
    request = context.get("request")
    if getattr(getattr(request, "accepted_renderer", None), "format", None) != "api":
        response.content_type = MEDIA_TYPE
    return response


def plain_problem(request: HttpRequest, members: dict[str, Any]) -> HttpResponse:
    """For errors outside DRF: no such address, a bad host, a bug."""
    return HttpResponse(dumps(members), status=members["status"], content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = str(exception) if settings.DEBUG else "The request's host, address or form could not be read."
    return plain_problem(request, problem("bad_request", 400, detail))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = f"There is nothing at {request.path[:200]}; see /v1/ for what there is."
    return plain_problem(request, problem("not_found", 404, detail))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return plain_problem(request, problem("permission_denied", 403, str(exception) or "This is not allowed."))


def server_error(request: HttpRequest) -> HttpResponse:
    detail = "The error is in the log. Nothing that was accepted is lost."
    return plain_problem(request, problem("internal_error", 500, detail))
