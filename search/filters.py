"""Filter parameters, read off the catalogue (search.fields), and the Query that they make.

Several values of one parameter are alternatives, whether repeated or separated by commas; quotes keep a comma, two
quotes in quotes are one. A leading `-` excludes, and so does the twin `exclude_…`. Different parameters all have to
hold. `published_after` counts from its moment on (a date alone
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
from search.query import Node, Not, Query, Range, Term, Value, leaves
from search.values import Mismatch, term

MAX_VALUES = 500
"""Values that one parameter may have."""
DUPLICATES = ("hide", "show", "only")
SORTS = ("-date", "date", "relevance")
EXCLUDE = "exclude_"
PERIODS = (("date", "published"), ("received", "received"))
"""Fields of times, and what their parameters `…_after` and `…_before` begin with."""
AMOUNTS = (("sentiment", -1, 1), ("words", 0, 10_000_000))
"""Fields of numbers with the bounds of their parameters `…_min` and `…_max`."""


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
    "entity": "Vladimir Putin", "entity_type": "person", "topic": "politics", "domain": "bbc.co.uk", "has": "image",
    "dateline": "Geneva",
}  # fmt: skip
Q = Parameter(
    "q", "Search",
    'Words (all must occur), "phrases", AND OR NOT, parentheses, field:value (source:bbc.com, headline:war), ranges '
    '(date:[2026-01-01 TO 2026-02-01], words:>500, sentiment:<-0.3), iran*, wom?n, "a b"~5, NEAR(a b, 10), word~1, '
    "word^2; -word excludes",
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
    excluding = tuple(
        Parameter(
            f"{EXCLUDE}{each.name}", f"Not {each.label.lower()}", f"The same as {each.name} with a - before each value",
            choices=each.choices, multi=True,
        )
        for each in catalogue
    )  # fmt: skip
    bounds = []
    for _, name in PERIODS:
        label = name.capitalize()
        bounds += [
            Parameter(f"{name}_after", f"{label} after", f"From this time on: {TIME_FORMS}", "time", example="7d"),
            Parameter(f"{name}_before", f"{label} before", f"Before this time: {TIME_FORMS}", "time", example="24h"),
        ]
    for name, low, high in AMOUNTS:
        label, span = name.capitalize(), f"{low:,} to {high:,}".replace("-", "−")
        bounds += [
            Parameter(f"{name}_min", f"{label} from", f"Lowest {name}, {span}", "number", low=low, high=high),
            Parameter(f"{name}_max", f"{label} to", f"Highest {name}, {span}", "number", low=low, high=high),
        ]
    return (
        Q,
        *catalogue,
        *excluding,
        *bounds,
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
            close = _closing(written, start)
            comma = written.find(",", close + 1) if close >= 0 else -1
            comma = end if comma < 0 else comma
            if close < 0 or written[close + 1 : comma].strip():
                raise InvalidParameter(
                    f"{name}: a quotation mark must be closed, right before a comma or the end.", parameter=name
                )
            value = written[start + 1 : close].replace('""', '"')
        else:
            comma = written.find(",", start)
            comma = end if comma < 0 else comma
            value = written[start:comma]
        if not value.strip():
            raise InvalidParameter(f"{name} has an empty value; give it a value or leave it out.", parameter=name)
        found.append((excluded, value.strip()))
        position = comma + 1
    return found


def _closing(written: str, start: int) -> int:
    """Where the quotation mark that opens at `start` closes; -1 where it does not. Two of them are one of the value."""
    position = written.find('"', start + 1)
    while position >= 0 and written[position + 1 : position + 2] == '"':
        position = written.find('"', position + 2)
    return position


def _values(params: QueryDict, field: Field, name: str) -> list[Node]:
    """The filter of a field; `name` is of its parameter, or of the twin that excludes."""
    twin = name.startswith(EXCLUDE)
    included: dict[Value, None] = {}
    excluded: dict[Value, None] = {}
    pairs = [pair for written in params.getlist(name) for pair in split_values(written, name)]
    if len(pairs) > MAX_VALUES:
        raise InvalidParameter(f"{name} has {len(pairs):,} values; at most {MAX_VALUES} are allowed.", parameter=name)
    for exclude, value in pairs:
        if exclude and twin:
            raise InvalidParameter(f"{name} excludes already; leave out the - before {value[:80]!r}.", parameter=name)
        try:
            found = names.resolve(field, value)
        except Mismatch as mismatch:
            raise InvalidParameter(
                f"{name}: {mismatch.detail}", parameter=name, value=value[:80], expected=mismatch.expected,
                suggestion=mismatch.suggestion,
            ) from mismatch  # fmt: skip
        (excluded if exclude or twin else included).update(dict.fromkeys(found))
    nodes: list[Node] = [term(field, tuple(included))] if included else []
    return nodes + ([Not(term(field, tuple(excluded)))] if excluded else [])


def moment(params: QueryDict, name: str, now: datetime) -> datetime | None:
    """The time that a parameter gives. Raises InvalidParameter."""
    written = single(params, name)
    if written is None:
        return None
    try:
        return parse_time(written, now=now)
    except ValueError as error:
        raise InvalidParameter(f"{name}: {error}.", parameter=name) from error


def _ranges(params: QueryDict, now: datetime) -> list[Node]:
    nodes: list[Node] = []
    for field, name in PERIODS:
        after, before = moment(params, f"{name}_after", now), moment(params, f"{name}_before", now)
        if after and before and after >= before:
            raise InvalidParameter(
                f"{name}_before must be later than {name}_after, or nothing can match.", parameter=f"{name}_before"
            )
        if after or before:
            nodes.append(Range(field, gte=after, lt=before))
    for name, lowest, highest in AMOUNTS:
        low, high = number(params, f"{name}_min", lowest, highest), number(params, f"{name}_max", lowest, highest)
        if low is not None and high is not None and low > high:
            raise InvalidParameter(f"{name}_max must not be below {name}_min.", parameter=f"{name}_max")
        if low is not None or high is not None:
            nodes.append(Range(name, gte=low, lte=high))
    return nodes


def _mentions(node: Node, field: str) -> bool:
    """Whether a tree asks about this field."""
    return any(getattr(leaf, "field", None) == field for leaf, _ in leaves(node))


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


def present() -> datetime:
    """Now, as exactly as a cursor can carry it."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def read(
    params: QueryDict, *, now: datetime | None = None, text: Node | None = None, written: str | None = None
) -> Filters:
    """The filters of a request. Raises InvalidParameter and InvalidQuery; unknown parameters are the caller's to check.

    `now` is what relative times count from: a cursor brings that of its first page. `text` is what is asked for where
    it did not come as `q` but as a tree, and `written` that as it came.
    """
    now = now or present()
    filters: list[Node] = []
    languages: tuple[str, ...] = ()
    for field in FIELDS:
        if field.parameter and field.parameter in params:
            nodes = _values(params, field, field.parameter)
            filters += nodes
            if field.name == "language" and isinstance(nodes[0], Term):
                languages = tuple(dict.fromkeys(str(code).partition("-")[0] for code in nodes[0].values))
        if field.parameter and f"{EXCLUDE}{field.parameter}" in params:
            filters += _values(params, field, f"{EXCLUDE}{field.parameter}")
    filters += _ranges(params, now)
    query = Query(filters=tuple(filters), languages=languages)
    q = single(params, "q") if "q" in params else None
    if q is not None:
        text = parse(q, resolve=names.resolve, now=now)
    if text is not None:
        query = replace(query, text=text)
    duplicates = choice(params, "duplicates", DUPLICATES, "hide")
    if duplicates == "only" or (
        duplicates == "hide" and ("duplicates" in params or not _mentions(query.text, "duplicate"))
    ):
        query = replace(query, filters=(*query.filters, Term("duplicate", (duplicates == "only",))))
    return Filters(query, scored=text is not None, digest=digest(params, written), now=now)


def digest(params: QueryDict, written: str | None = None) -> str:
    """Identifies filters and order as written, whatever the order of the parameters."""
    known = {parameter.name for parameter in filter_parameters()} | {"sort"}
    parts = sorted((name, sorted(values)) for name, values in params.lists() if name in known)
    if written is not None:
        parts.append(("query", [written]))
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
        if not parameter.name.startswith(EXCLUDE)
    ]
