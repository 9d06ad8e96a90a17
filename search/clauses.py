"""What one word, phrase or NEAR of `q` asks for: the leaf of the syntax tree that it becomes, and what it costs."""

from __future__ import annotations

import re

from search import analysis, nearness, patterns
from search.budget import CLAUSES, check_fuzzy, check_wildcard, cost
from search.fields import Field
from search.lexer import Kind, Token, error
from search.query import All, And, Exists, Fuzzy, Near, Node, Phrase, Text, Wildcard
from search.values import Mismatch

_SEPARATORS = re.compile(r"[!-&(),./:;<=>@\[\]^_`{|}~+\-‐-―…·•¡¿،؛。、：；！／－]+")
"""What ends a word with wildcards."""
_QUESTION = re.compile(r"(?<!\\)\?(?![?*＊]*\w)")
"""A question mark, and no wildcard: nothing follows it in its word."""

Clause = tuple[Node | None, int]
"""A node and its clauses; no node for a word without a letter or digit."""


def of_text(name: str | None, token: Token) -> Clause:
    """What a token asks for in the text field `name`, or in any. Raises InvalidQuery."""
    if token.kind is Kind.RANGE or token.compare:
        raise error(
            f"{name} is text: it takes words and \"phrases\", no range.", token.position, found=token.raw[:60],
            expected="a word or a \"phrase\"",
        )  # fmt: skip
    if token.core == "*" and token.closeness is None:
        return (Exists(name) if name else All()), 1
    if token.kind is Kind.NEAR:
        return _near(name, token, token.words, 10 if token.closeness is None else int(token.closeness))
    if token.kind is Kind.PHRASE:
        return _phrase(name, token)
    if not token.core.isalnum() and wild(token.core):
        return _wildcard(name, token)
    clauses = 1 if token.text.isascii() and token.text.isalnum() else len(CLAUSES.findall(token.text))
    if not clauses:
        return None, 0
    if token.closeness is not None:
        distance = int(token.closeness or 1)
        if wrong := check_fuzzy(token.text, distance):
            raise error(wrong, token.position, found=token.raw[:60], expected="one word, ~ and 1 or 2")
        fuzzy = Fuzzy(token.text, distance, name, token.position)
        return fuzzy, cost(fuzzy)
    return Text(token.text, name, token.position), clauses


def _phrase(name: str | None, token: Token) -> Clause:
    clauses = len(CLAUSES.findall(token.text))
    if not clauses:
        raise error("There is no word between these quotation marks.", token.position, found=token.raw[:60])
    if token.closeness is None:
        return Phrase(token.text, name, token.position), clauses
    if not token.closeness:
        raise error(
            "After \"…\"~ stands the number of words that may be between: \"a b\"~5.", token.position,
            found=token.raw[:60], expected="a whole number",
        )  # fmt: skip
    words = nearness.apart(token.text)
    if len(words) == 1:
        return Phrase(token.text, name, token.position), clauses
    return _near(name, token, words, int(token.closeness))


def _near(name: str | None, token: Token, words: tuple[str, ...], distance: int) -> Clause:
    like = next((word for word in words if token.kind is Kind.NEAR and wild(word)), None)
    wrong = f"Words near each other are whole words, and {like[:60]!r} has a wildcard." if like else None
    if wrong := wrong or nearness.check(words, distance):
        raise error(wrong, token.position, found=token.raw[:60], expected="NEAR(a b, 10)")
    near = Near(words, distance, name, token.position)
    return near, cost(near)


def _wildcard(name: str | None, token: Token) -> Clause:
    """A word with wildcards. What else is written with it ("e-mail*") has to occur too."""
    found: list[Text | Wildcard] = []
    for part in _SEPARATORS.split(_QUESTION.sub("", token.core.replace("＊", "*"))):
        literal = "".join(text for text, is_wild in patterns.pieces(part) if not is_wild)
        if not CLAUSES.search(literal):
            continue
        if not wild(part) or (analysis.unspaced(literal) and "*" not in part.strip("*")):
            # In a script without spaces what stands in a text is found wherever it stands.
            found.append(Text(literal, name, token.position))
            continue
        if token.closeness is not None:
            raise error("A word with wildcards cannot be fuzzy too.", token.position, found=token.raw[:60])
        if wrong := check_wildcard(part, name):
            raise error(wrong, token.position, found=token.raw[:60], expected="a word such as iran* or wom?n")
        found.append(Wildcard(patterns.canonical(part), name, token.position))
    if not found:
        return None, 0
    clauses = sum(map(cost, found))
    return (found[0] if len(found) == 1 else And(tuple(found))), clauses


def of_values(field: Field, pattern: str) -> tuple[Node, int]:
    """Values of a keyword field that are like a pattern. Raises Mismatch."""
    if not patterns.searchable(field):
        raise Mismatch(f"{pattern[:60]!r} has a wildcard; here stands a whole name.", expected="an id or a name")
    if wrong := check_wildcard(pattern, field.name):
        raise Mismatch(wrong, expected="a value such as smi*")
    made = Wildcard(patterns.canonical(pattern.replace("＊", "*")), field.name)
    return made, cost(made)


def wild(text: str) -> bool:
    """Whether there is a wildcard in it that counts as one."""
    if ("*" not in text and "?" not in text and "＊" not in text) or "://" in text:
        return False
    return any(is_wild for _, is_wild in patterns.pieces(_QUESTION.sub("", text.replace("＊", "*"))))
