"""The filters of articles as members of a JSON object: the twins of the query parameters, with the same meaning.

`{"q": "war", "country": ["IR", "-RU"], "published_after": "7d", "sentiment_min": 0.2}`: a text is one value (commas
belong to it), a list holds alternatives, a leading `-` excludes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import QueryDict

from newsapi.errors import NewsApiError
from search import filters
from search.filters import Filters, filter_parameters
from search.members import Members, wrong

MAX_VALUES = 500


def read(members: Members, *, now: datetime | None = None, duplicates: bool = True) -> Filters:
    """The filters among an object's members. Raises NewsApiError, naming the member; unknown ones are the caller's.

    Without `duplicates` these are not hidden unless the object says so: for filters within other filters.
    """
    params = parameters(members)
    if not duplicates and "duplicates" not in params:
        params["duplicates"] = "show"
    try:
        filters.check_text(params)
        return filters.read(params, now=now)
    except NewsApiError as error:
        if members.path and isinstance(error.extra.get("parameter"), str):
            error.extra["parameter"] = members.at(error.extra["parameter"])
        raise


def parameters(members: Members) -> QueryDict:
    """The members as the query parameters that say the same."""
    params = QueryDict(mutable=True)
    for parameter in filter_parameters():
        value = members.get(parameter.name)
        if value is not None:
            written = _written(value, members.at(parameter.name))
            params.setlist(parameter.name, [_quoted(one) for one in written] if _listed(parameter.name) else written)
    return params


def _listed(name: str) -> bool:
    return any(parameter.name == name and parameter.multi for parameter in filter_parameters())


def _written(value: Any, path: str) -> list[str]:
    some = value if isinstance(value, list) else [value]
    if not some or len(some) > MAX_VALUES:
        raise wrong(path, f"a value or a list of 1 to {MAX_VALUES}", value)
    return [_text(one, path) for one in some]


def _text(value: Any, path: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.18f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if isinstance(value, str):
        return value
    raise wrong(path, "a text, a number, true, false, or a list of these", value)


def _quoted(value: str) -> str:
    """As one value of a parameter that may have several."""
    excluded, rest = ("-", value[1:]) if value.startswith("-") else ("", value)
    if "," not in rest and '"' not in rest:
        return value
    doubled = rest.replace('"', '""')
    return f'{excluded}"{doubled}"'
