"""Filter parameters, read off the catalogue (search.fields), and the Query that they make.

Several values of one parameter are alternatives, whether repeated or separated by commas; quotes keep a comma. A
leading `-` excludes. Different parameters all have to hold. `published_after` counts from its moment on (a date alone
from its midnight UTC), `published_before` up to but not including its own, so that a month is the first of it and
the first of the next. `parameters()` describes them all: the OpenAPI schema and the forms are made of that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.http import QueryDict

from newsapi.errors import InvalidParameter
from newsapi.parameters import TIME_FORMS, choice, number, parse_time, single
from search import names
from search.fields import FIELDS, Field
from search.parser import parse
from search.query import And, Node, Not, Or, Query, Range, Term, Value
from search.values import Mismatch, term

MAX_VALUES = 500
"""Values that one parameter may have."""
DUPLICATES = ("hide", "show", "only")
SORTS = ("-date", "date", "relevance")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter as forms and the schema show it. `type` is text, select, number or time."""

    name: str
    label: str
    help: str
    type: str = "text"
    choices: tuple[str, ...] = ()
    example: str | None = None
    multi: bool = False
    default: str | int | None = None
    low: float | None = None
    high: float | None = None


EXAMPLES = {
    "source": "bbc.com", "section": "World", "language": "en", "country": "IR,RU", "author": "Nikita Smagin",
    "entity": "Vladimir Putin", "entity_type": "person", "topic": "politics",
}  # fmt: skip
Q = Parameter(
    "q", "Search",
    'Words (all must occur), "phrases", AND OR NOT, parentheses, field:value (source:bbc.com, headline:war), ranges '
    "(date:[2026-01-01 TO 2026-02-01], words:>500, sentiment:<-0.3); -word excludes",
    example='"regime change" AND (iran OR syria) -football',
)  # fmt: skip


@cache
def filter_parameters() -> tuple[Parameter, ...]:
    """What selects articles: the same for lists, aggregations, entities, topics and sources."""
    catalogue = tuple(
        Parameter(
            field.parameter,
            field.parameter.replace("_", " ").capitalize(),
            f"{field.description}. Several values are alternatives, a leading - excludes",
            example=EXAMPLES.get(field.name),
            choices=names.ENTITY_TYPES if field.name == "entity_type" else (),
            multi=True,
        )
        for field in FIELDS
        if field.parameter
    )
    return (
        Q,
        *catalogue,
        Parameter("published_after", "Published after", f"From this time on: {TIME_FORMS}", "time", example="7d"),
        Parameter("published_before", "Published before", f"Before this time: {TIME_FORMS}", "time", example="24h"),
        Parameter("sentiment_min", "Sentiment from", "Lowest sentiment, −1 to 1", "number", low=-1, high=1),
        Parameter("sentiment_max", "Sentiment to", "Highest sentiment, −1 to 1", "number", low=-1, high=1),
        Parameter(
            "duplicates",
            "Duplicates",
            "Articles that repeat another source's: hidden, shown with the others, or only these",
            "select",
            DUPLICATES,
            default="hide",
        ),
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """What the filter parameters ask for. `scored` is true where `q` gives relevance something to rank by.

    `digest` identifies the filters as written (whatever the order of parameters): cursors carry it.
    """

    query: Query
    scored: bool
    digest: str
    now: datetime


def split_values(written: str, name: str) -> list[tuple[bool, str]]:
    """`a,-b,"c, d"` as (excluded, value) pairs. Raises InvalidParameter for an empty value or an unclosed quote."""
    found: list[tuple[bool, str]] = []
    position, end = 0, len(written)
    while position <= end:
        while position < end and written[position].isspace():
            position += 1
        excluded = written[position : position + 1] == "-"
        start = position + excluded
        if written[start : start + 1] == '"':
            close = written.find('"', start + 1)
            comma = written.find(",", close + 1) if close >= 0 else -1
            comma = end if comma < 0 else comma
            if close < 0 or written[close + 1 : comma].strip():
                raise InvalidParameter(
                    f"{name}: a quotation mark must be closed, right before a comma or the end.", parameter=name
                )
            value = written[start + 1 : close]
        else:
            comma = written.find(",", start)
            comma = end if comma < 0 else comma
            value = written[start:comma]
        if not value.strip():
            raise InvalidParameter(f"{name} has an empty value; give it a value or leave it out.", parameter=name)
        found.append((excluded, value.strip()))
        position = comma + 1
    return found


def _values(params: QueryDict, field: Field, name: str) -> list[Node]:
    included: dict[Value, None] = {}
    excluded: dict[Value, None] = {}
    pairs = [pair for written in params.getlist(name) for pair in split_values(written, name)]
    if len(pairs) > MAX_VALUES:
        raise InvalidParameter(f"{name} has {len(pairs):,} values; at most {MAX_VALUES} are allowed.", parameter=name)
    for exclude, value in pairs:
        try:
            found = names.resolve(field, value)
        except Mismatch as mismatch:
            raise InvalidParameter(
                f"{name}: {mismatch.detail}", parameter=name, value=value[:80], expected=mismatch.expected,
                suggestion=mismatch.suggestion,
            ) from mismatch  # fmt: skip
        (excluded if exclude else included).update(dict.fromkeys(found))
    nodes: list[Node] = [term(field, tuple(included))] if included else []
    return nodes + ([Not(term(field, tuple(excluded)))] if excluded else [])


def _time(params: QueryDict, name: str, now: datetime) -> datetime | None:
    written = single(params, name)
    if written is None:
        return None
    try:
        return parse_time(written, now=now)
    except ValueError as error:
        raise InvalidParameter(f"{name}: {error}.", parameter=name) from error


def _ranges(params: QueryDict, now: datetime) -> list[Node]:
    after, before = _time(params, "published_after", now), _time(params, "published_before", now)
    if after and before and after >= before:
        raise InvalidParameter(
            "published_before must be later than published_after, or nothing can match.", parameter="published_before"
        )
    low, high = number(params, "sentiment_min", -1, 1), number(params, "sentiment_max", -1, 1)
    if low is not None and high is not None and low > high:
        raise InvalidParameter("sentiment_max must not be below sentiment_min.", parameter="sentiment_max")
    nodes: list[Node] = []
    if after or before:
        nodes.append(Range("date", gte=after, lt=before))
    if low is not None or high is not None:
        nodes.append(Range("sentiment", gte=low, lte=high))
    return nodes


def _mentions(node: Node, field: str) -> bool:
    """Whether a tree asks about this field."""
    todo = [node]
    while todo:
        item = todo.pop()
        if isinstance(item, And | Or):
            todo.extend(item.children)
        elif isinstance(item, Not):
            todo.append(item.child)
        elif getattr(item, "field", None) == field:
            return True
    return False


def check_text(params: QueryDict) -> None:
    """Raises InvalidParameter for what no text can hold: NUL, half surrogates, bytes that are no UTF-8."""
    for name in params:
        for value in params.getlist(name):
            if value.isascii() and "\0" not in value:
                continue
            for bad, what in (("\0", "a NUL character"), ("\ufffd", "bytes that are not valid UTF-8")):
                if bad in value:
                    raise InvalidParameter(f"{name[:100]} contains {what}.", parameter=name[:100])
            if any("\ud800" <= char <= "\udfff" for char in value):
                raise InvalidParameter(f"{name[:100]} contains half of a surrogate pair.", parameter=name[:100])


def read(params: QueryDict, *, now: datetime | None = None) -> Filters:
    """The filters of a request. Raises InvalidParameter and InvalidQuery; unknown parameters are the caller's to check.

    `now` is what relative times count from: a cursor brings that of its first page.
    """
    now = now or datetime.now(UTC)
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # what a cursor can carry
    filters: list[Node] = []
    languages: tuple[str, ...] = ()
    for field in FIELDS:
        if field.parameter and field.parameter in params:
            nodes = _values(params, field, field.parameter)
            filters += nodes
            if field.name == "language" and isinstance(nodes[0], Term):
                languages = tuple(dict.fromkeys(str(code).partition("-")[0] for code in nodes[0].values))
    filters += _ranges(params, now)
    query = Query(filters=tuple(filters), languages=languages)
    q = single(params, "q") if "q" in params else None
    if q is not None:
        query = replace(query, text=parse(q, resolve=names.resolve, now=now))
    duplicates = choice(params, "duplicates", DUPLICATES, "hide")
    if duplicates == "only" or (
        duplicates == "hide" and ("duplicates" in params or not _mentions(query.text, "duplicate"))
    ):
        query = replace(query, filters=(*query.filters, Term("duplicate", (duplicates == "only",))))
    return Filters(query, scored=q is not None, digest=digest(params), now=now)


def digest(params: QueryDict) -> str:
    """Identifies filters and order as written, whatever the order of the parameters."""
    known = {parameter.name for parameter in filter_parameters()} | {"sort"}
    parts = sorted((name, sorted(values)) for name, values in params.lists() if name in known)
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def form_fields(parameters: tuple[Parameter, ...]) -> list[dict[str, Any]]:
    """What the browsable page shows as a form: name, label, help, type, choices, placeholder."""
    return [
        {
            "name": parameter.name,
            "label": parameter.label,
            "help": parameter.help,
            "type": "select" if parameter.choices else parameter.type,
            "choices": list(parameter.choices),
            "placeholder": parameter.example or (str(parameter.default) if parameter.default is not None else ""),
        }
        for parameter in parameters
    ]
