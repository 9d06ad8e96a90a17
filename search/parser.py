"""Parses `q` into a syntax tree (search.query), with an explicit stack: nothing here recurses on what users write.

Grammar, tightest first: a word, `wor*`, `w?rd`, `word~1`, a "phrase", `"a b"~5`, `NEAR(a b, 10)`, `field:value`,
`field:"…"`, `field:(a OR b)`, `field:[a TO b]`, `field:>x`, `field:*` (has a value), `(…)`, each also with `^2`; then
NOT or a leading `-`; then AND, also where nothing is written between two words; then OR. Operators are upper case. A
colon makes a field only after a name that looks like one: `http://example.org`, `12:30` and `Iran: why now` are words,
`foo:bar` is an error that names the nearest field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from newsapi.errors import InvalidQuery
from search import clauses, lexer
from search.budget import (
    BUDGET,
    MAX_FACTOR,
    Budget,
)
from search.fields import BY_NAME, Field
from search.fields import Kind as FieldKind
from search.lexer import Kind, Token, error
from search.query import (
    And,
    Boost,
    Exists,
    Node,
    Not,
    Nothing,
    Or,
    Term,
    Value,
)  # fmt: skip
from search.values import Mismatch, boolean, compare, equals, plain, span, term

Resolver = Callable[[Field, str], tuple[Value, ...]]
"""Turns what a caller wrote for a keyword field into the index's values. Raises search.values.Mismatch."""

_PRECEDENCE = {Kind.OR: 1, Kind.AND: 2}
_OPERAND = "a word, a \"phrase\", field:value or '('"


class _Group:
    """Operands joined by one operator, still growing. `depth` is that of the tree which it becomes."""

    __slots__ = ("children", "depth", "kind")

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.children: list[Node] = []
        self.depth = 0

    def add(self, operand: _Operand) -> None:
        if isinstance(operand, _Group) and operand.kind is self.kind:
            self.children.extend(operand.children)
            self.depth = max(self.depth, operand.depth)
        else:
            node, depth = _finish(operand)
            self.children.append(node)
            self.depth = max(self.depth, depth + 1)


_Operand = _Group | tuple[Node, int]


def _finish(operand: _Operand) -> tuple[Node, int]:
    """The node of an operand, and its depth. Terms of one field that are joined by OR become one Term."""
    if not isinstance(operand, _Group):
        return operand
    children = operand.children
    if operand.kind is Kind.OR:
        terms: dict[str, tuple[Value, ...]] = {}
        for child in children:
            if isinstance(child, Term):
                terms[child.field] = tuple(dict.fromkeys((*terms.get(child.field, ()), *child.values)))
        merged: list[Node] = []
        for child in children:
            if not isinstance(child, Term):
                merged.append(child)
            elif child.field in terms:
                merged.append(Term(child.field, terms.pop(child.field)))
        children = merged
    if len(children) == 1:
        return children[0], operand.depth
    return (And if operand.kind is Kind.AND else Or)(tuple(children)), operand.depth


def _made(node: Node) -> _Operand:
    """The operand that a word became; several nodes are joined like any others."""
    if not isinstance(node, And | Or):
        return node, 1
    group = _Group(Kind.AND if isinstance(node, And) else Kind.OR)
    for child in node.children:
        group.add((child, 1))
    return group


@dataclass(slots=True)
class _Frame:
    """An open parenthesis (the first frame is the whole query) and what is known inside it so far."""

    position: int
    field: Field | None
    operands: list[_Operand]
    operators: list[Kind]
    negations: int = 0
    expects_operand: bool = True
    last: Token | None = None


def parse(q: str, *, resolve: Resolver = plain, budget: Budget = BUDGET, now: datetime | None = None) -> Node:
    """The syntax tree of `q`. `now` (aware, default the present) is what relative times count from.

    `resolve` turns names in keyword fields into the index's values; by default they are only folded. Raises
    InvalidQuery with `parameter`, `position` (0-based, in code points), `found`, `expected` and `suggestion`.
    """
    if len(q) > budget.characters:
        raise InvalidQuery(
            f"The query has {len(q):,} characters; at most {budget.characters:,} are allowed.",
            parameter="q", position=budget.characters,
        )  # fmt: skip
    return _Parser(resolve, budget, now or datetime.now(UTC)).run(q)


class _Parser:
    def __init__(self, resolve: Resolver, budget: Budget, now: datetime) -> None:
        self.resolve = resolve
        self.budget = budget
        self.now = now
        self.clauses = 0
        self.field: tuple[Field, Token] | None = None
        self.frames = [_Frame(0, None, [], [])]

    def run(self, q: str) -> Node:
        for token in lexer.tokens(q):
            frame = self.frames[-1]
            match token.kind:
                case Kind.WORD | Kind.PHRASE | Kind.RANGE | Kind.NEAR:
                    self._operand(frame, token)
                case Kind.FIELD:
                    if frame.field:
                        raise error(
                            f"{token.text}: cannot stand inside the parentheses of {frame.field.name}:.",
                            token.position, found=token.raw, expected=f"a value of {frame.field.name}",
                        )  # fmt: skip
                    self.field = BY_NAME[token.text], token
                case Kind.OPEN:
                    self._open(frame, token)
                case Kind.CLOSE:
                    self._close(frame, token)
                case Kind.NOT:
                    if not frame.expects_operand:
                        self._operator(frame, Kind.AND)
                    frame.negations += 1
                    frame.last = token
                case Kind.AND | Kind.OR:
                    if frame.expects_operand:
                        raise self._no_operand(frame, token)
                    self._operator(frame, token.kind)
                    frame.last = token
                case Kind.END:
                    return self._end(frame, token)
        return Nothing()  # pragma: no cover - the last token is END

    def _open(self, frame: _Frame, token: Token) -> None:
        if len(self.frames) > self.budget.depth:
            raise error(
                f"Parentheses are nested more than {self.budget.depth} deep.",
                token.position,
                found="(",
                expected="a word",
            )
        if not frame.expects_operand:
            self._operator(frame, Kind.AND)
        field = self.field[0] if self.field else frame.field
        self.field = None
        self.frames.append(_Frame(token.position, field, [], []))

    def _close(self, frame: _Frame, token: Token) -> None:
        if len(self.frames) == 1:
            raise error(
                "This ')' closes nothing; to search for it, put it in quotes.", token.position, found=")",
                expected="the end of the query or an operand" if not frame.expects_operand else _OPERAND,
            )  # fmt: skip
        if frame.expects_operand:
            raise self._no_operand(frame, token)
        self.frames.pop()
        self._push(self.frames[-1], self._reduce(frame), token)

    def _end(self, frame: _Frame, token: Token) -> Node:
        if len(self.frames) > 1:
            raise error(
                "This '(' is never closed.", frame.position, found="the end of the query",
                expected=f"{_OPERAND}" if frame.expects_operand else "')'",
            )  # fmt: skip
        if frame.expects_operand:
            raise self._no_operand(frame, token)
        return _finish(self._reduce(frame))[0]

    def _no_operand(self, frame: _Frame, token: Token) -> InvalidQuery:
        found = token.raw or "the end of the query"
        if frame.last is None:
            if token.kind is Kind.END:
                detail = "There is no word to search for."
            elif token.kind is Kind.CLOSE:
                detail = "There is nothing to search for between these parentheses."
            else:
                detail = f"{token.raw} needs something before it; to search for the word, put it in quotes."
        else:
            detail = f"{frame.last.raw} needs something after it, but {found} follows."
        return error(detail, token.position, found=found, expected=_OPERAND)

    def _operator(self, frame: _Frame, kind: Kind) -> None:
        while frame.operators and _PRECEDENCE[frame.operators[-1]] >= _PRECEDENCE[kind]:
            self._apply(frame)
        frame.operators.append(kind)
        frame.expects_operand = True

    def _apply(self, frame: _Frame) -> None:
        kind = frame.operators.pop()
        right = frame.operands.pop()
        left = frame.operands.pop()
        group = left
        if not (isinstance(left, _Group) and left.kind is kind):
            group = _Group(kind)
            self.clauses += 1
            group.add(left)
        assert isinstance(group, _Group)
        group.add(right)
        frame.operands.append(group)

    def _reduce(self, frame: _Frame) -> _Operand:
        while frame.operators:
            self._apply(frame)
        return frame.operands.pop()

    def _push(self, frame: _Frame, operand: _Operand, token: Token) -> None:
        """An operand is complete: boost it, negate it as often as was asked for and hand it to its frame."""
        if token.boost is not None:
            node, depth = _finish(operand)
            operand = Boost(node, _factor(token)), depth + 1
        if frame.negations % 2:
            self.clauses += 1
            node, depth = _finish(operand)
            operand = (node.child, depth - 1) if isinstance(node, Not) else (Not(node), depth + 1)
        frame.negations = 0
        depth = operand.depth if isinstance(operand, _Group) else operand[1]
        if depth > self.budget.depth:
            raise error(f"The query is nested more than {self.budget.depth} deep.", token.position, found=token.raw)
        frame.operands.append(operand)
        frame.expects_operand = False
        frame.last = token

    def _operand(self, frame: _Frame, token: Token) -> None:
        field = self.field[0] if self.field else frame.field
        started = self.field[1].position if self.field else token.position
        self.field = None
        node, cost = self._node(field, token)
        if node is None:
            return
        self.clauses += cost
        if self.clauses > self.budget.clauses:
            raise error(
                f"The query has more than {self.budget.clauses:,} clauses (words and values); make it shorter.",
                started, found=token.raw[:60],
            )  # fmt: skip
        if not frame.expects_operand:
            self._operator(frame, Kind.AND)
        self._push(frame, _made(node), token)

    def _node(self, field: Field | None, token: Token) -> tuple[Node | None, int]:
        """The leaf that a token stands for, and its clauses. None for a word without a letter or digit."""
        if field is None or field.kind is FieldKind.TEXT:
            return clauses.of_text(field.name if field else None, token)
        if token.kind is Kind.WORD and token.core == "*" and not token.compare:
            return Exists(field.name), 1
        try:
            return self._filter(field, token)
        except Mismatch as mismatch:
            raise error(
                f"{field.name}: {mismatch.detail}", token.position, found=token.raw[:60], expected=mismatch.expected,
                suggestion=mismatch.suggestion,
            ) from mismatch  # fmt: skip

    def _filter(self, field: Field, token: Token) -> tuple[Node, int]:
        text, operator = token.text, token.compare
        if token.kind is Kind.NEAR or token.closeness is not None:
            raise Mismatch("only words of text can be near each other or fuzzy.", expected="a value")
        if field.kind is not FieldKind.KEYWORD:
            text = lexer.normal(text).replace("−", "-")
        if token.kind is Kind.RANGE:
            opening, low, high, closing = lexer.range_bounds(token)
            return span(field, low, high, opening == "[", closing == "]", now=self.now), 1
        if token.kind is Kind.WORD and not operator and (found := lexer.COMPARE.match(text)):
            operator, text = lexer.normal(found[0]), text[found.end() :]  # inside the parentheses of a field
        if operator:
            return compare(field, operator, text, now=self.now), 1
        if field.kind is FieldKind.KEYWORD:
            if token.kind is Kind.WORD and clauses.wild(token.core):
                return clauses.of_values(field, token.core)
            values = self.resolve(field, text)
            return term(field, values), len(values)
        if field.kind is FieldKind.BOOLEAN:
            return Term(field.name, (boolean(text),)), 1
        return equals(field, text, now=self.now), 1


def _factor(token: Token) -> float:
    """The number after `^`."""
    factor = round(float(token.boost or 1), 6)
    if not 1 / MAX_FACTOR <= factor <= MAX_FACTOR:
        raise error(
            f"A boost is between {1 / MAX_FACTOR:g} and {MAX_FACTOR:g}.", token.position, found=f"^{token.boost}",
            expected="a number such as 2 or 0.5",
        )  # fmt: skip
    return factor
