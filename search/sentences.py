"""A query in plain English: what `/v1/query` says that it understood."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from search import names
from search.printer import factor
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

SHOWN = 5
"""Values of one clause that are named."""
_LABELS = {
    "entity.person": "person", "entity.place": "place", "entity.organisation": "organisation",
    "entity_type": "type of entity", "credited_to": "credited publisher", "id": "id", "words": "number of words",
    "mentions": "number of mentions", "number": "article number", "published": "publication time", "has": "a",
    "received": "time of receipt", "modified": "time of modification",
}  # fmt: skip


def sentence(node: Node) -> str:
    """One sentence for a whole query."""
    return f"Articles with {phrase(node)}."


def phrase(root: Node) -> str:
    """The query as the rest of a sentence that begins "Articles with". Written with a stack."""
    done: list[str] = []
    todo: list[tuple[Node, bool]] = [(root, False)]
    while todo:
        node, visited = todo.pop()
        match node:
            case And(nodes) | Or(nodes):
                if not visited:
                    todo.append((node, True))
                    todo += [(child, False) for child in reversed(nodes)]
                    continue
                parts = done[len(done) - len(nodes) :]
                del done[len(done) - len(nodes) :]
                done.append(_joined(node, parts))
            case Not(child) | Boost(child):
                if not visited:
                    todo += [(node, True), (child, False)]
                    continue
                inner = f"({done.pop()})" if isinstance(child, And | Or) else done.pop()
                if isinstance(node, Not):
                    done.append(f"without {inner}")
                else:
                    done.append(f"{inner} (counting {factor(node.factor)} times)")
            case _:
                done.append(leaf(node))
    return done[0]


def _joined(node: And | Or, parts: list[str]) -> str:
    word = "and" if isinstance(node, And) else "or"
    texts = [one for one in node.children if isinstance(one, Text)]
    if len(texts) == len(node.children) > 1 and len({one.field for one in texts}) == 1:
        return f"{_and((_quoted(one.text) for one in texts), word)} in any form{_in(texts[0].field)}"
    enclosed = [
        f"({part})" if isinstance(child, And | Or) else part for child, part in zip(node.children, parts, strict=True)
    ]
    return f" {word} ".join(enclosed)


def leaf(node: Leaf) -> str:
    """A clause in words."""
    match node:
        case All():
            return "anything"
        case Nothing():
            return "what no article has"
        case Text(text, field):
            return f"{_quoted(text)} in any form{_in(field)}"
        case Phrase(text, field):
            return f"exactly {_quoted(text)}{_in(field)}"
        case Near(words, distance, field):
            between = f"at most {distance} other words" if distance else "no other word"
            return f"{_and(map(_quoted, words))} with {between} between them{_in(field)}"
        case Wildcard(pattern, field):
            if field in (None, "headline", "standfirst", "body"):
                return f"a word like {_quoted(pattern)}{_in(field)}"
            return f"{_label(field)} like {_quoted(pattern)}"
        case Fuzzy(word, distance, field):
            return f"a word at most {distance} change{'s' * (distance > 1)} away from {_quoted(word)}{_in(field)}"
        case Term(field, values):
            return _term(field, [str(value) for value in values])
        case Range():
            return _range(node)
        case Exists(field):
            return f"a value for {_label(field)}"


def _term(field: str, values: list[str]) -> str:
    known = names.names(field, values[:SHOWN])
    shown = [known.get(value, value) for value in values[:SHOWN]]
    more = f" or {len(values) - SHOWN:,} more" if len(values) > SHOWN else ""
    if field == "duplicate":
        return "another source's text" if shown == ["True"] else "a text of their own"
    distinct = list(dict.fromkeys(shown))
    below = " or a topic below it" if field == "topic" else ""
    return f"{_label(field)} {' or '.join(distinct)}{below}{more}"


def _range(node: Range) -> str:
    bounds = (("from", node.gte), ("after" if _timed(node) else "above", node.gt))
    ends = (("up to", node.lte), ("before" if _timed(node) else "below", node.lt))
    if node.gte is not None and node.gte == node.lte and node.gt is None and node.lt is None:
        return f"{_label(node.field)} {_value(node.gte)}"
    parts = [f"{word} {_value(bound)}" for word, bound in (*bounds, *ends) if bound is not None]
    return f"{_label(node.field)} {' and '.join(parts)}"


def _timed(node: Range) -> bool:
    return any(isinstance(bound, datetime) for bound in (node.gte, node.gt, node.lte, node.lt))


def _value(bound: float | datetime) -> str:
    if not isinstance(bound, datetime):
        return f"{bound:g}" if isinstance(bound, float) else f"{bound:,}"
    if bound.hour == bound.minute == bound.second == bound.microsecond == 0:
        return f"{bound:%Y-%m-%d}"
    return f"{bound:%Y-%m-%d %H:%M:%S} UTC"


def _label(field: str | None) -> str:
    return _LABELS.get(field or "", field or "")


def _in(field: str | None) -> str:
    return f" in the {field}" if field else ""


def _quoted(text: str) -> str:
    return f"“{text}”"


def _and(parts: Iterable[str], word: str = "and") -> str:
    some = list(parts)
    return f"{', '.join(some[:-1])} {word} {some[-1]}" if len(some) > 1 else "".join(some)
