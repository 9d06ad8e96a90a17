"""Writes a syntax tree as a query that parses to the same tree: for people, logs and tests."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from search.lexer import OPERATORS
from search.query import (
    All,
    And,
    Boost,
    Exists,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Range,
    Term,
    Text,
    Wildcard,
)  # fmt: skip

_SPECIAL = re.compile(r"""([\\"“”„‟＂〝〞〟«»‹›「」『』()（）:：\[\]{}［］｛｝*＊?~～^＾\s])""")
_PATTERN = re.compile(r"""([^\\])|(\\.)|(\\)""", re.DOTALL)
_NOTHING = "NOT *"


def quoted(text: str) -> str:
    return '"' + re.sub(r'([\\"“”„‟＂〝〞〟])', r"\\\1", text) + '"'


def _word(text: str) -> str:
    if text in OPERATORS or (not text.isascii() and unicodedata.normalize("NFKC", text) in OPERATORS):
        return f"\\{text}"
    # At the end of a word it is a question mark.
    bare = text.rstrip("?")
    escaped = _SPECIAL.sub(r"\\\1", bare) + text[len(bare) :] if bare else _SPECIAL.sub(r"\\\1", text)
    return f"\\{escaped}" if escaped[:1] in "-+<>−－＋＜＞" else escaped


def _pattern(pattern: str) -> str:
    """A pattern with all that has a meaning escaped, besides its wildcards and what is escaped already."""
    parts = [
        escape or ("\\\\" if lone else char if char in "*?" else _SPECIAL.sub(r"\\\1", char))
        for char, escape, lone in _PATTERN.findall(pattern)
    ]
    made = "".join(parts)
    return f"\\{made}" if made[:1] in "-+<>−－＋＜＞" else made


def factor(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _bound(value: object) -> str:
    return "*" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def _range(node: Range) -> str:
    opening = "{" if node.gt is not None else "["
    closing = "}" if node.lt is not None else "]"
    low = _bound(node.gt if node.gt is not None else node.gte)
    high = _bound(node.lt if node.lt is not None else node.lte)
    return f"{node.field}:{opening}{low} TO {high}{closing}"


def _near(words: tuple[str, ...], distance: int) -> str:
    return f"NEAR({' '.join(map(quoted, words))}, {distance})"


def _leaf(node: Node) -> str:
    match node:
        case All():
            return "*"
        case Text(text, field):
            return f"{field}:{_word(text)}" if field else _word(text)
        case Phrase(text, field):
            return f"{field}:{quoted(text)}" if field else quoted(text)
        case Near(words, distance, field):
            return f"{field}:{_near(words, distance)}" if field else _near(words, distance)
        case Wildcard(pattern, field):
            return f"{field}:{_pattern(pattern)}" if field else _pattern(pattern)
        case Fuzzy(word, distance, field):
            return f"{field}:{_word(word)}~{distance}" if field else f"{_word(word)}~{distance}"
        case Term(field, values):
            shown = [str(v).lower() if isinstance(v, bool) else quoted(str(v)) for v in values]
            return f"{field}:{shown[0]}" if len(shown) == 1 else f"{field}:({' OR '.join(shown)})"
        case Range():
            return _range(node)
        case Exists(field):
            return f"{field}:*"
        case _:
            return _NOTHING


def to_text(node: Node) -> str:
    """The query as text. Operands that are joined themselves stand in parentheses."""
    parts: list[str] = []
    todo: list[Node | str] = [node]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            parts.append(item)
        elif isinstance(item, Not):
            joined = isinstance(item.child, And | Or)
            todo += [")", item.child, "NOT ("] if joined else [item.child, "NOT "]
        elif isinstance(item, Boost):
            joined = isinstance(item.child, And | Or | Not | Boost)
            number = f"^{factor(item.factor)}"
            todo += [f"){number}", item.child, "("] if joined else [number, item.child]
        elif isinstance(item, And | Or):
            operator = " AND " if isinstance(item, And) else " OR "
            pieces: list[Node | str] = []
            for index, child in enumerate(item.children):
                pieces += [operator] if index else []
                pieces += ["(", child, ")"] if isinstance(child, And | Or) else [child]
            todo += reversed(pieces)
        else:
            parts.append(_leaf(item))
    return "".join(parts)
