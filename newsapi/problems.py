"""RFC 9457 problem details for every error: ours, DRF's and Django's."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.views.generic import View
from rest_framework import exceptions
from rest_framework.response import Response

from newsapi.context import request_id
from newsapi.errors import NewsApiError
from newsapi.parameters import nearest
from newsapi.rendering import dumps

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
OWN_FORMATS = ("json", "api", "problem")
ADDRESSES = (
    *("/v1/articles", "/v1/aggregations", "/v1/documents", "/v1/documents/bulk", "/v1/entities", "/v1/topics"),
    *("/v1/sources", "/v1/changes", "/v1/stream", "/v1/exports", "/docs", "/docs/reference", "/schema", "/login"),
)
TITLES = {
    "not_found": "There is nothing here",
    "method_not_allowed": "This method is not allowed here",
    "not_acceptable": "None of the accepted media types can be given",
    "unsupported_media_type": "The body has a media type that is not taken here",
    "parse_error": "The body could not be read",
    "not_authenticated": "An API key is needed",
    "authentication_failed": "The API key is not valid",
    "permission_denied": "This is not allowed",
    "missing_scope": "The API key lacks a scope",
    "throttled": "Too many requests",
    "csrf_failed": "The form or session lacks its CSRF token",
    "bad_request": "The request could not be read",
    "too_large": "The request is too large",
    "database_unavailable": "The database does not answer",
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


def _traced() -> dict[str, str]:
    """The id under which the log has more about the request."""
    identifier = request_id()
    return {"request_id": identifier} if identifier else {}


def _of_exception(error: Exception) -> tuple[dict[str, Any], dict[str, str]] | None:
    headers: dict[str, str] = {}
    if isinstance(error, NewsApiError):
        members = error.as_problem()
        if retry := members.pop("retry_after", None):
            headers["Retry-After"] = str(retry)
        headers |= members.pop("headers", {})
        return {"type": f"/docs/errors#{error.code}", **members}, headers
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing at this address; see /v1/ for what there is.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        return problem("too_large", 413, str(error)), headers
    elif isinstance(error, SuspiciousOperation):
        return problem("bad_request", 400, str(error)), headers
    elif isinstance(error, (OperationalError, InterfaceError)):
        logger.warning("the database: %s", error)
        headers["Retry-After"] = "2"
        return problem("database_unavailable", 503, "The database does not answer; try again in a moment."), headers
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


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | Response | None:
    """DRF's hook: a response with problem details, or None for what is a bug of ours."""
    found = _of_exception(_explained(error, context.get("view")))
    if found is None:
        return None
    members, headers = found
    members |= _traced()
    request = context.get("request")
    form = getattr(getattr(request, "accepted_renderer", None), "format", None)
    if form not in (None, *OWN_FORMATS):
        # The schema is YAML or JSON of its own kind; its errors are problems like all others.
        return HttpResponse(dumps(members), status=members["status"], content_type=MEDIA_TYPE, headers=headers)
    response = Response(members, status=members["status"], headers=headers)
    if form != "api":
        response.content_type = MEDIA_TYPE
    return response


def _explained(error: Exception, view: Any) -> Exception:
    """DRF's own errors of form, with what would be right."""
    if view is None:
        return error
    if isinstance(error, exceptions.MethodNotAllowed):
        error.detail = exceptions.ErrorDetail(_methods(view.request.method, view.allowed_methods), error.default_code)
    elif isinstance(error, exceptions.UnsupportedMediaType):
        taken = _or([parser.media_type for parser in view.get_parsers()])
        given = view.request.content_type.partition(";")[0][:100]
        error.detail = exceptions.ErrorDetail(f"The Content-Type is {given!r}; it must be {taken}.", error.default_code)
    elif isinstance(error, exceptions.NotAcceptable):
        given = _or([r.media_type for r in view.get_renderers() if r.format != "problem"])
        error.detail = exceptions.ErrorDetail(f"This address gives {given}; Accept asks for none.", error.default_code)
    return error


def _or(names: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _methods(method: str | None, allowed: list[str]) -> str:
    return f"{(method or '')[:20]} is not possible here; {_or(sorted({*allowed, 'OPTIONS'}))} is."


def plain_problem(request: HttpRequest, members: dict[str, Any]) -> HttpResponse:
    """For errors outside DRF: no such address, a page's form. A browser, which asks for HTML first, gets a page."""
    members = {**members, **_traced()}
    if request.META.get("HTTP_ACCEPT", "").lower().startswith("text/html"):
        page = render_to_string("newsapi/problem.html", {"problem": members, "path": request.path})
        return HttpResponse(page, status=members["status"], headers={"Content-Security-Policy": "default-src 'self'"})
    return HttpResponse(dumps(members), status=members["status"], content_type=MEDIA_TYPE)


def error_answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """For middleware: an error of ours or of the database as a problem. What is neither is raised again."""
    found = _of_exception(error)
    if found is None:
        raise error
    members, headers = found
    answer = plain_problem(request, members)
    for name, value in headers.items():
        answer.headers[name] = value
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: a bad host, a broken body, a form that cannot be read."""
    if isinstance(exception, NewsApiError):
        return error_answer(request, exception)
    detail = str(exception) if settings.DEBUG else "The request's address or form could not be read."
    if isinstance(exception, DisallowedHost):
        host = str(request.META.get("HTTP_HOST", ""))[:100]
        detail = f"This service does not answer for the host {host!r}; its names are set by ALLOWED_HOSTS."
    return plain_problem(request, problem("bad_request", 400, detail))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    suggestion = _address_like(request.path)
    meant = f"did you mean {suggestion}?" if suggestion else "see /v1/ for what there is."
    detail = f"There is nothing at {request.path[:200]}; {meant}"
    extra = {"suggestion": suggestion} if suggestion else {}
    return plain_problem(request, problem("not_found", 404, detail, **extra))


def _address_like(path: str) -> str | None:
    """An address that there is, where the path is one but for a slash at its end or a slip in the name of a list."""
    if len(path) > 200:
        return None
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    try:
        resolve(other)
    except Resolver404:
        return nearest(path, ADDRESSES)
    return other


def method_not_allowed(request: HttpRequest, view: View) -> HttpResponse:
    """For pages that are no API views."""
    allowed = [name.upper() for name in view.http_method_names if hasattr(view, name)]
    answer = plain_problem(request, problem("method_not_allowed", 405, _methods(request.method, allowed)))
    answer.headers["Allow"] = ", ".join(sorted({*allowed, "OPTIONS"}))
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: a form that was not ours, or a browser that keeps no cookies."""
    detail = f"The form does not carry its CSRF token: {reason} Load the page again, with cookies on, and send it anew."
    return plain_problem(request, problem("csrf_failed", 403, detail))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return plain_problem(request, problem("permission_denied", 403, str(exception) or "This is not allowed."))


def server_error(request: HttpRequest) -> HttpResponse:
    detail = "The error is in the log. Nothing that was accepted is lost."
    return plain_problem(request, problem("internal_error", 500, detail))
