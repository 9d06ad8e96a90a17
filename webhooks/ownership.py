"""Whose searches and endpoints these are: a key sees and changes only its own."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import QueryDict
from rest_framework.request import Request

from newsapi.errors import InvalidParameter, NotFound
from newsapi.parameters import integer, single

M = TypeVar("M", bound=Model)
LIMIT = 500


def owner_of(request: Request) -> str:
    """The id of the request's key; empty for this machine."""
    key: Any = request.auth
    return "" if key is None else str(key.id)


def get(rows: QuerySet[M], written: str, what: str) -> M:
    """The one of `rows` (the owner's) with this id. Raises NotFound, for another's too."""
    try:
        found = rows.filter(pk=UUID(written)).first()
    except ValueError as error:
        raise NotFound(f"There is no {what} {written[:100]!r}: ids are UUIDs.") from error
    if found is None:
        raise NotFound(f"There is no {what} {written[:100]}.")
    return found


def page(rows: QuerySet[M], params: QueryDict, *, newest_first: bool = False) -> tuple[list[M], str | None]:
    """The rows that `limit` and `cursor` ask for, and the cursor of the next page. Raises InvalidParameter."""
    limit = integer(params, "limit", 50, 1, LIMIT)
    if (after := single(params, "cursor")) is not None:
        try:
            rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": UUID(after)})
        except ValueError as error:
            raise InvalidParameter(f"cursor is {after[:100]!r}; it must be as given.", parameter="cursor") from error
    found = list(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else None
