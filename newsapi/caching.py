"""What may be kept of an answer: by default nothing, since who asks decides what is shown."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


class PrivateByDefault:
    """Sets `Cache-Control` where nobody did: answers with an ETag may be kept by whoever asked, others by nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            tagged = response.has_header("ETag")
            response.headers["Cache-Control"] = "private, no-cache" if tagged else "no-store"
            patch_vary_headers(response, ("Authorization", "X-Api-Key"))
        return response
