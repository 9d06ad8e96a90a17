"""One error for everything a caller can do wrong, rendered as RFC 9457 problem details by newsapi.problems."""

from __future__ import annotations

from typing import Any


class NewsApiError(Exception):
    """`code` is stable and documented in docs/errors.md; `title` is fixed for a code; `detail` is about this case.

    `extra` goes into the problem as further members (parameter, position, suggestion, …).
    """

    code = "error"
    title = "The request could not be carried out"
    status = 400

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        title: str | None = None,
        status: int | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.title = title or self.title
        self.status = status or self.status
        self.extra = {name: value for name, value in extra.items() if value is not None}

    def as_problem(self) -> dict[str, Any]:
        """Members of the problem details object, `type` and `instance` excepted."""
        return {
            "code": self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }


class InvalidParameter(NewsApiError):
    """A query parameter or field with a value that cannot be used; pass `parameter=`, and `suggestion=` if any."""

    code = "invalid_parameter"
    title = "A parameter has a value that cannot be used"


class UnknownParameter(NewsApiError):
    code = "unknown_parameter"
    title = "There is no such parameter"


class InvalidQuery(NewsApiError):
    """`q` does not parse; pass `parameter=` and `position=` (0-based code points)."""

    code = "invalid_query"
    title = "The query could not be understood"


class InvalidDocument(NewsApiError):
    """An input that cannot be structured; pass `field=` where one is to blame."""

    code = "invalid_document"
    title = "The document cannot be structured"
    status = 422


class NotFound(NewsApiError):
    code = "not_found"
    title = "There is nothing here"
    status = 404


class InvalidJson(NewsApiError):
    code = "invalid_json"
    title = "The body is not valid JSON"


class TooLarge(NewsApiError):
    code = "too_large"
    title = "The request is too large"
    status = 413


class UnsupportedEncoding(NewsApiError):
    code = "unsupported_encoding"
    title = "The body has a content encoding that is not taken here"
    status = 415
