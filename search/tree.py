"""A query as JSON and back: what `POST /v1/search` takes, `/v1/query` shows, and what is kept of a query.

Every node is an object whose `op` says what it is; `Node` in search.query has the same members. Read and written with
a stack: nothing here recurses on what callers send.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from newsapi.errors import InvalidParameter, InvalidQuery
from newsapi.parameters import did_you_mean, nearest
from search import nearness
from search.budget import BUDGET, MAX_FACTOR, Budget, check, check_fuzzy, check_wildcard
from search.fields import BY_NAME, Field, Kind
from search.lexer import ALIASES, SYNONYMS
from search.members import Members, wrong
from search.parser import Resolver, parse
from search.patterns import canonical, searchable
from search.query import (
    All,
    And,
    Boost,
    Exists,
    Fuzzy,
    Leaf,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Range,
    Term,
    Text,
    Wildcard,
)  # fmt: skip
from search.values import Mismatch, boolean, lower, number, plain, term, upper

MAX_VALUES = 500
OPS = (
    *("all", "nothing", "text", "phrase", "near", "wildcard", "fuzzy", "term", "range", "exists"),
    *("and", "or", "not", "boost", "query"),
)
EXAMPLE = '{"op": "text", "text": "iran"}'
Json = dict[str, Any]


def read(
    value: Any, path: str = "query", *, resolve: Resolver = plain, budget: Budget = BUDGET, now: datetime | None = None
) -> Node:
    """The query that a text (as `q`) or a tree in JSON says. `resolve` turns names into the index's values.

    Raises InvalidQuery for a text, InvalidParameter and UnknownParameter with the path of the member for a tree.
    """
    now = now or datetime.now(UTC)
    done: list[Node] = []
    todo: list[tuple[Any, str, int, Callable[[list[Node]], Node] | None, int]] = [(value, path, 0, None, 0)]
    seen = 0
    while todo:
        one, where, depth, join, count = todo.pop()
        if join is not None:
            below = done[len(done) - count :]
            del done[len(done) - count :]
            done.append(join(below))
            continue
        seen += 1
        if depth > budget.depth or seen > 2 * budget.clauses:
            raise InvalidParameter(
                f"{where}: a query has at most {budget.clauses:,} clauses, nested at most {budget.depth} deep.",
                parameter=where,
            )
        if isinstance(one, str):
            done.append(_parsed(one, where, resolve, budget, now))
            continue
        members = Members(one, where)
        op = members.choice("op", OPS)
        members.get("position"), members.get("count")  # what /v1/query adds
        if op in ("and", "or", "not", "boost"):
            some, join = _joined(op, members)
            members.end()
            todo.append((None, where, depth, join, len(some)))
            todo += [(child, at, depth + 1, None, 0) for child, at in reversed(some)]
            continue
        node = _leaf(op, members, resolve, budget, now)
        members.end()
        done.append(node)
    check(done[0], budget, lambda detail: InvalidParameter(f"{path}: {detail}", parameter=path))
    return done[0]


def _parsed(q: str, path: str, resolve: Resolver, budget: Budget, now: datetime) -> Node:
    try:
        return parse(q, resolve=resolve, budget=budget, now=now)
    except InvalidQuery as error:
        error.extra["parameter"] = path
        raise


def _joined(op: str, members: Members) -> tuple[list[tuple[Any, str]], Callable[[list[Node]], Node]]:
    """What an operator joins, and how."""
    if op in ("and", "or"):
        children = members.get("children")
        if not isinstance(children, list) or not children:
            raise wrong(members.at("children"), f"a list of one or more queries such as {EXAMPLE}", children)
        kind = And if op == "and" else Or
        some = [(child, f"{members.at('children')}[{index}]") for index, child in enumerate(children)]
        return some, lambda below: below[0] if len(below) == 1 else kind(tuple(below))
    child = [(members.get("child"), members.at("child"))]
    if op == "not":
        return child, lambda below: Not(below[0])
    factor = round(float(members.number("factor")), 6)
    if not 1 / MAX_FACTOR <= factor <= MAX_FACTOR:
        raise wrong(members.at("factor"), f"a number from {1 / MAX_FACTOR:g} to {MAX_FACTOR:g}", factor)
    return child, lambda below: Boost(below[0], factor)


def _leaf(op: str, members: Members, resolve: Resolver, budget: Budget, now: datetime) -> Node:
    match op:
        case "all":
            return All()
        case "nothing":
            return Nothing()
        case "query":
            return _parsed(_text(members, "q"), members.at("q"), resolve, budget, now)
        case "text":
            return Text(_text(members, "text"), _text_field(members))
        case "phrase":
            return Phrase(_text(members, "text"), _text_field(members))
        case "near":
            words = members.texts("words", 20) or ()
            distance = members.integer("distance", 10, 0, nearness.MAX_DISTANCE)
            _right(nearness.check(words, distance), members, "words")
            return Near(words, distance, _text_field(members))
        case "fuzzy":
            word, distance = _text(members, "word"), members.integer("distance", 1, 1, 2)
            _right(check_fuzzy(word, distance), members, "word")
            return Fuzzy(word, distance, _text_field(members))
        case "wildcard":
            return _wildcard(members)
        case "exists":
            return Exists(_field(members).name)
        case "term":
            return _term(members, resolve)
        case _:
            return _range(members, now)


def _text(members: Members, name: str) -> str:
    members.text(name)
    found: str = members.get(name)
    if "\0" in found or any("\ud800" <= char <= "\udfff" for char in found):
        raise wrong(members.at(name), "text without NUL and half surrogate pairs", found)
    if len(found) > BUDGET.characters:
        raise InvalidParameter(
            f"{members.at(name)} has more than {BUDGET.characters:,} characters.", parameter=members.at(name)
        )
    return found


def _right(fault: str | None, members: Members, name: str) -> None:
    if fault:
        raise InvalidParameter(f"{members.at(name)}: {fault}", parameter=members.at(name))


def _field(members: Members) -> Field:
    written = members.text("field").lower()
    field = BY_NAME.get(ALIASES.get(written, written))
    if field is None:
        suggestion = SYNONYMS.get(written) or nearest(written, (*BY_NAME, *ALIASES))
        raise InvalidParameter(
            f"{members.at('field')}: there is no field {written[:60]!r}.{did_you_mean(suggestion)}",
            parameter=members.at("field"), expected=f"one of {', '.join(BY_NAME)}", suggestion=suggestion,
        )  # fmt: skip
    return field


def _text_field(members: Members) -> str | None:
    if members.get("field") is None:
        return None
    field = _field(members)
    if field.kind is not Kind.TEXT:
        raise wrong(members.at("field"), "a text field (headline, standfirst, body)", field.name)
    return field.name


def _wildcard(members: Members) -> Node:
    pattern = _text(members, "pattern")
    field = _field(members) if members.get("field") is not None else None
    if field is not None and not searchable(field):
        raise wrong(members.at("field"), "a field of texts or names", field.name)
    _right(check_wildcard(pattern, field.name if field else None), members, "pattern")
    return Wildcard(canonical(pattern), field.name if field else None)


def _term(members: Members, resolve: Resolver) -> Node:
    field = _field(members)
    values = members.get("values")
    values = values if isinstance(values, list) else [values]
    path = members.at("values")
    if not values or len(values) > MAX_VALUES or not all(isinstance(one, str | int | float) for one in values):
        raise wrong(path, f"a list of 1 to {MAX_VALUES} values", members.get("values"))
    if field.kind in (Kind.TEXT, Kind.DATE):
        raise wrong(members.at("field"), "a field of values; ask for text or a range", field.name)
    try:
        if field.kind is Kind.BOOLEAN:
            return Term(field.name, tuple(dict.fromkeys(boolean(str(one)) for one in values)))
        if field.kind is Kind.KEYWORD:
            found = [one for value in values for one in resolve(field, str(value))]
            return term(field, tuple(dict.fromkeys(found)))
        numbers = [number(field, str(one)) for one in values]
        ranges: list[Node] = [Range(field.name, gte=one, lte=one) for one in dict.fromkeys(numbers)]
        return ranges[0] if len(ranges) == 1 else Or(tuple(ranges))
    except Mismatch as mismatch:
        raise _mismatch(path, mismatch) from mismatch


def _range(members: Members, now: datetime) -> Node:
    field = _field(members)
    if field.kind not in (Kind.NUMBER, Kind.INTEGER, Kind.DATE):
        raise wrong(members.at("field"), "a field of numbers or times", field.name)
    bounds: dict[str, Any] = {}
    for name in ("gte", "gt", "lte", "lt"):
        value = members.get(name)
        if value is None:
            continue
        if field.kind is not Kind.DATE:
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise wrong(members.at(name), "a number", value)
            bounds[name] = members.number(name)
        elif not isinstance(value, str):
            raise wrong(members.at(name), "a time", value)
        else:
            try:
                bounds |= (lower if name[0] == "g" else upper)(field, value, name.endswith("e"), now)
            except Mismatch as mismatch:
                raise _mismatch(members.at(name), mismatch) from mismatch
    if not bounds:
        raise wrong(members.path, "a range with gte, gt, lte or lt", dict(members.value))
    return Range(field.name, **bounds)


def _mismatch(path: str, mismatch: Mismatch) -> InvalidParameter:
    return InvalidParameter(
        f"{path}: {mismatch.detail}", parameter=path, expected=mismatch.expected, suggestion=mismatch.suggestion
    )


def write(root: Node, more: Callable[[Node], Mapping[str, Any]] = lambda node: {}) -> Json:
    """A query as JSON that `read` takes back. `more` gives further members of each node."""
    done: list[Json] = []
    todo: list[tuple[Node, bool]] = [(root, False)]
    while todo:
        node, visited = todo.pop()
        match node:
            case And(nodes) | Or(nodes):
                if not visited:
                    todo.append((node, True))
                    todo += [(child, False) for child in reversed(nodes)]
                    continue
                some = done[len(done) - len(nodes) :]
                del done[len(done) - len(nodes) :]
                done.append({"op": "and" if isinstance(node, And) else "or", **more(node), "children": some})
            case Not(child) | Boost(child):
                if not visited:
                    todo += [(node, True), (child, False)]
                    continue
                made = {"op": "not"} if isinstance(node, Not) else {"op": "boost", "factor": node.factor}
                done.append({**made, **more(node), "child": done.pop()})
            case _:
                done.append({**_written(node), **more(node)})
    return done[0]


def _written(node: Leaf) -> Json:
    match node:
        case Text(text, field):
            made: Json = {"op": "text", "text": text, "field": field}
        case Phrase(text, field):
            made = {"op": "phrase", "text": text, "field": field}
        case Near(words, distance, field):
            made = {"op": "near", "words": list(words), "distance": distance, "field": field}
        case Wildcard(pattern, field):
            made = {"op": "wildcard", "pattern": pattern, "field": field}
        case Fuzzy(word, distance, field):
            made = {"op": "fuzzy", "word": word, "distance": distance, "field": field}
        case Term(field, values):
            made = {"op": "term", "field": field, "values": list(values)}
        case Exists(field):
            made = {"op": "exists", "field": field}
        case Range(field):
            bounds = {name: getattr(node, name) for name in ("gte", "gt", "lte", "lt")}
            shown = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in bounds.items()}
            made = {"op": "range", "field": field, **shown}
        case _:
            return {"op": "all" if isinstance(node, All) else "nothing"}
    return {name: value for name, value in made.items() if value is not None}
