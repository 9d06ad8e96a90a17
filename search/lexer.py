"""Cuts `q` into tokens: words, phrases, operators, parentheses and `field:` prefixes, each with its position.

One pass, one regular expression a token, no backtracking over more than the token: linear in the length of `q`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from newsapi.errors import InvalidQuery
from newsapi.parameters import did_you_mean, nearest
from search.fields import BY_NAME

QUOTES = {'"': '"“”„‟＂〝〞〟', "«": "«»", "‹": "‹›", "「": "「」", "『": "『』"}
"""Families of quotation marks: what one opens, any of the same family closes („…“, “…”, »…« are all phrases)."""
FAMILY = {mark: marks for marks in QUOTES.values() for mark in marks}
OPEN, CLOSE = "(（", ")）"
SCHEMES = frozenset(("http", "https", "ftp", "ftps", "mailto", "tel", "urn", "doi", "data", "file", "ws", "wss"))
ALIASES = {
    "person": "entity.person", "place": "entity.place", "organisation": "entity.organisation",
    "organization": "entity.organisation", "entity.organization": "entity.organisation",
}  # fmt: skip
"""Shorter names of fields."""
SYNONYMS = {
    "title": "headline", "summary": "standfirst", "lead": "standfirst", "text": "body", "content": "body",
    "lang": "language", "publisher": "source", "site": "source", "domain": "source", "category": "section",
    "tag": "keyword", "tags": "keyword", "writer": "author", "byline": "author",
    "location": "entity.place", "company": "entity.organisation", "published": "date",
    "published_at": "date", "published_after": "date", "published_before": "date", "word_count": "words",
    "subject": "topic", "duplicates": "duplicate",
}  # fmt: skip

_MARKS = re.escape("".join(FAMILY))
_WORD = re.compile(rf'(?:[^\s\\{_MARKS}()（）]|\\.|\\$|(?<=[\u0590-\u05ff])"(?=[\u0590-\u05ff]))+', re.DOTALL)
_SPACE = re.compile(r"\s+")
_FIELD = re.compile(r"([A-Za-z][A-Za-z_]*(?:\.[A-Za-z_]+)*):")
_RANGE = re.compile(r"([\[{])([^\[\]{}]*)([\]}])")
COMPARE = re.compile(r"[<>]=?")
_PREFIX = re.compile(r"[-+](?=[^\s\-+)）])")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PHRASE = {marks: re.compile(rf"(?:[^\\{marks}]|\\.)*", re.DOTALL) for marks in QUOTES.values()}
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


class Kind(Enum):
    WORD = auto()
    PHRASE = auto()
    FIELD = auto()
    RANGE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    OPEN = auto()
    CLOSE = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is unescaped; `raw` as written. `compare` is the `<`, `<=`, `>` or `>=` before a value of a field."""

    kind: Kind
    text: str
    position: int
    raw: str = ""
    compare: str = ""


OPERATORS = {"AND": Kind.AND, "&&": Kind.AND, "OR": Kind.OR, "||": Kind.OR, "NOT": Kind.NOT}


def error(
    detail: str,
    position: int,
    *,
    found: str | None = None,
    expected: str | None = None,
    suggestion: str | None = None,
) -> InvalidQuery:
    """An InvalidQuery for `q` that says where."""
    return InvalidQuery(
        f"{detail} (at character {position + 1})",
        parameter="q",
        position=position,
        found=found,
        expected=expected,
        suggestion=suggestion,
    )


def tokens(q: str) -> Iterator[Token]:
    """The tokens of `q`, an END last. Raises InvalidQuery for unclosed quotes, unknown fields and broken ranges."""
    if bad := _FORBIDDEN.search(q):
        what = "a NUL character" if bad[0] == "\0" else "half of a surrogate pair, which is no character"
        raise error(f"The query contains {what}; leave it out.", bad.start())
    position, end = 0, len(q)
    after_field = False
    while True:
        if space := _SPACE.match(q, position):
            position = space.end()
        if position >= end:
            break
        if q[position] == "+" and not after_field and _PREFIX.match(q, position):
            position += 1  # `+word` asks for what is the default anyway: every word must occur
            continue
        token, position = (_value if after_field else _token)(q, position)
        after_field = token.kind is Kind.FIELD
        yield token
    yield Token(Kind.END, "", end)


def _token(q: str, position: int) -> tuple[Token, int]:
    char = q[position]
    if char in OPEN:
        return Token(Kind.OPEN, "(", position, char), position + 1
    if char in CLOSE:
        return Token(Kind.CLOSE, ")", position, char), position + 1
    if char in FAMILY:
        return _phrase(q, position)
    if char == "-" and _PREFIX.match(q, position):
        return Token(Kind.NOT, char, position, char), position + 1
    if field := _field(q, position):
        return field
    word = _WORD.match(q, position)
    raw = word[0] if word else char
    if kind := OPERATORS.get(raw):
        return Token(kind, raw, position, raw), position + len(raw)
    return Token(Kind.WORD, _ESCAPE.sub(r"\1", raw), position, raw), position + len(raw)


def _field(q: str, position: int) -> tuple[Token, int] | None:
    """The `field:` that begins here; None where the colon is punctuation, of a time or of an address."""
    found = _FIELD.match(q, position)
    if found is None:
        return None
    name, end = ALIASES.get(found[1].lower(), found[1].lower()), found.end()
    spaced = end >= len(q) or q[end].isspace()
    if name in BY_NAME:
        if spaced:
            raise error(
                f"A value must follow '{name}:' at once, without a space; to search for the word, put it in quotes.",
                position, found=found[0], expected="a value",
            )  # fmt: skip
        return Token(Kind.FIELD, name, position, found[0]), end
    first = name.partition(".")[0]
    if spaced or name in SCHEMES or q.startswith("//", end) or len(name) == 1 or (first != name and first != "entity"):
        return None
    suggestion = SYNONYMS.get(name) or nearest(name, BY_NAME)
    raise error(
        f"There is no field {name[:60]!r}.{did_you_mean(suggestion)} To search for the words, put them in quotes.",
        position, found=found[0][:60], expected=f"one of the fields {', '.join(BY_NAME)}", suggestion=suggestion,
    )  # fmt: skip


def _phrase(q: str, position: int, compare: str = "") -> tuple[Token, int]:
    marks = FAMILY[q[position]]
    inner = _PHRASE[marks].match(q, position + 1)
    end = inner.end() if inner else position + 1
    if end >= len(q) or q[end] not in marks:
        raise error(
            f"The quotation mark {q[position]} is never closed.",
            position, found=q[position], expected=f"a closing {marks[1] if len(marks) == 2 else q[position]}",
        )  # fmt: skip
    text = _ESCAPE.sub(r"\1", q[position + 1 : end])
    return Token(Kind.PHRASE, text, position, q[position : end + 1], compare), end + 1


def _value(q: str, position: int) -> tuple[Token, int]:
    """What stands after `field:`: a group, a range, a comparison, a phrase or a word."""
    char = q[position]
    if char in OPEN:
        return Token(Kind.OPEN, "(", position, char), position + 1
    if char in "[{":
        found = _RANGE.match(q, position)
        if found is None or len(re.split(r"\s+TO\s+", found[2].strip())) != 2:
            raise error(
                "A range is written [from TO to], with { or } where the bound itself does not count and *.",
                position, found=q[position : position + 40], expected="[from TO to]",
            )  # fmt: skip
        return Token(Kind.RANGE, found[0], position, found[0]), found.end()
    compare = COMPARE.match(q, position)
    operator, start = (compare[0], compare.end()) if compare else ("", position)
    if start < len(q) and q[start] in FAMILY:
        return _phrase(q, start, operator)
    word = _WORD.match(q, start)
    if word is None:
        raise error(
            "A value is missing here.", start, found=q[start : start + 1] or "the end of the query", expected="a value"
        )
    return Token(Kind.WORD, _ESCAPE.sub(r"\1", word[0]), position, word[0], operator), word.end()


def range_bounds(token: Token) -> tuple[str, str, str, str]:
    """Opening bracket, lower bound, upper bound, closing bracket of a RANGE token."""
    low, high = re.split(r"\s+TO\s+", token.text[1:-1].strip())
    return token.text[0], low.strip('"'), high.strip('"'), token.text[-1]
