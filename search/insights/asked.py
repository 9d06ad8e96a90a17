"""What every insight takes: the filters of articles and a few parameters of its own, read alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import QueryDict

from newsapi.parameters import check_known, choice
from search import filters, names
from search.aggregations.asking import Asking
from search.crosstabs import Answer, Counted, Summary
from search.fields import BY_NAME
from search.filters import Filters, Parameter, filter_parameters
from search.query import Node, Range, Term

OF = (
    *("entity", "entity.person", "entity.organisation", "entity.place", "topic", "keyword", "source", "author"),
    *("section", "country", "language"),
)


def with_filters(*own: Parameter) -> tuple[Parameter, ...]:
    """An insight's parameters, then those of articles."""
    return (*own, *filter_parameters())


def of_parameter(default: str, known: tuple[str, ...] = OF) -> Parameter:
    return Parameter("of", "Of", "Which values", "select", known, default=default)


def read(params: QueryDict, known: tuple[Parameter, ...], now: datetime) -> Filters:
    """The filters, after a look whether every parameter is known. Raises NewsApiError."""
    check_known(params, (parameter.name for parameter in known))
    filters.check_text(params)
    return filters.read(params, now=now)


def facet(params: QueryDict, default: str, name: str = "of", known: tuple[str, ...] = OF) -> str:
    """The facet that is asked for, whichever way organisations are spelt."""
    if len(params.getlist(name)) == 1:
        params = params.copy()
        params[name] = str(params[name]).lower().replace("organization", "organisation")
    return choice(params, name, known, default)


def coverage(params: QueryDict, now: datetime) -> Filters:
    """All that is covered in the same time, whatever it is about."""
    kept = QueryDict(mutable=True)
    for name in ("published_after", "published_before", "duplicates"):
        if name in params:
            kept.setlist(name, params.getlist(name))
    return filters.read(kept, now=now)


def without_dates(params: QueryDict, now: datetime) -> Filters:
    """The filters but for the time."""
    kept = params.copy()
    kept.pop("published_after", None)
    kept.pop("published_before", None)
    return filters.read(kept, now=now)


def between(start: datetime, end: datetime) -> Node:
    """From `start` on, before `end`."""
    return Range("date", gte=start, lt=end)


def now() -> datetime:
    """To the millisecond, so that a question asked twice is the same."""
    found = datetime.now(UTC)
    return found - timedelta(microseconds=found.microsecond % 1000)


def having(field: str, key: str) -> Node:
    return Term(field, (key,))


def top(answer: Answer) -> Counted:
    assert isinstance(answer, Counted)
    return answer


def summary(answer: Answer) -> Summary:
    assert isinstance(answer, Summary)
    return answer


def average(found: Summary) -> float | None:
    """To four decimals."""
    return round(found.total / found.count, 4) if found.count else None


def counts(asking: Asking, field: str, keys: list[str]) -> dict[str, int]:
    """How many articles have each of these values."""
    cells = asking.cells((), (field,), [(key,) for key in keys], ())
    return {str(path[0]): cell.count for path, cell in cells.items()}


def named(field: str, keys: list[str]) -> dict[str, str]:
    """Names to show."""
    return names.names(BY_NAME[field].name, dict.fromkeys(keys))
