"""What a request may do: the scopes of its key, and reading without one from this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from access.models import ApiKey
from access.origin import is_local

if TYPE_CHECKING:
    # DRF's views read the default permissions, this module, while they are imported.
    from rest_framework.views import APIView


class ScopePermission(BasePermission):
    """Views say `required_scope`: one of access.models.SCOPES, or a mapping of methods to them; absent is read."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        scope = _scope(request, view)
        if scope == "read" and is_local(request._request):
            return True
        key = request.auth
        if not isinstance(key, ApiKey):
            raise NotAuthenticated(
                f"This needs an API key with the scope {scope!r}:"
                " send it as `Authorization: Bearer KEY` or as `X-Api-Key: KEY`."
            )
        if not key.allows(scope):
            raise PermissionDenied(
                f"This needs a key with the scope {scope!r}; the key {key.name!r} has {', '.join(key.scopes)}.",
                code="missing_scope",
            )
        return True


def _scope(request: Request, view: APIView) -> str:
    declared = getattr(view, "required_scope", "read")
    if isinstance(declared, str):
        return declared
    method = "GET" if request.method in ("HEAD", "OPTIONS") else request.method
    return str(declared.get(method, "read"))
