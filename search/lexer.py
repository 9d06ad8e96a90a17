"""Cuts `q` into tokens: words, phrases, operators, parentheses and `field:` prefixes, each with its position.

Full-width forms of what has a meaning (`：`, `（`, `＊`, `ＡＮＤ`) have the same one. One pass, one regular expression
a token, no backtracking over more than the token: linear in the length of `q`.
"""

from __future__ import annotations

import re
import unicodedata
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
    "lang": "language", "credited": "credited_to",
}  # fmt: skip
"""Shorter names of fields."""
SYNONYMS = {
    "title": "headline", "summary": "standfirst", "lead": "standfirst", "text": "body", "content": "body",
    "publisher": "source", "site": "source", "category": "section", "host": "domain",
    "tag": "keyword", "tags": "keyword", "writer": "author", "byline": "author",
    "location": "entity.place", "company": "entity.organisation", "published_at": "published",
    "published_after": "date", "published_before": "date", "received_at": "received", "modified_at": "modified",
    "updated": "modified", "word_count": "words", "exists": "has", "type": "entity_type",
    "subject": "topic", "duplicates": "duplicate",
}  # fmt: skip

_MARKS = re.escape("".join(FAMILY))
_WORD = re.compile(rf'(?:[^\s\\{_MARKS}()（）]|\\.|\\$|(?<=[\u0590-\u05ff])"(?=[\u0590-\u05ff]))+', re.DOTALL)
_SPACE = re.compile(r"\s+")
_FIELD = re.compile(r"([A-Za-zＡ-Ｚａ-ｚ][A-Za-z_Ａ-Ｚａ-ｚ＿]*(?:[.．][A-Za-z_Ａ-Ｚａ-ｚ＿]+)*)[:：]")
_RANGE = re.compile(r"([\[{［｛])([^\[\]{}［］｛｝]*)([\]}］｝])")
COMPARE = re.compile(r"[<>＜＞][=＝]?")
_PREFIX = re.compile(r"[-+−－＋](?=[^\s\-+−－＋)）])")
_NEAR = re.compile(r"(?:NEAR|ＮＥＡＲ)[(（]")
_BOOST = re.compile(r"[\^＾](\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})")
_CLOSENESS = re.compile(r"[~～](\d{0,6})")
_SUFFIX = re.compile(rf"(?:{_CLOSENESS.pattern})?(?:{_BOOST.pattern})?\Z")
_MARKED = frozenset("~～^＾")
_DISTANCE = re.compile(r"[,，]\s*(\d{1,6})\s*(?=[)）])")
_NEAR_WORD = re.compile(rf"(?:[^\s\\,，()（）{_MARKS}]|\\.)+", re.DOTALL)
MINUS = "-−－"
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PHRASE = {marks: re.compile(rf"(?:[^\\{marks}]|\\.)*", re.DOTALL) for marks in QUOTES.values()}
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


class Kind(Enum):
    WORD = auto()
    PHRASE = auto()
    FIELD = auto()
    RANGE = auto()
    NEAR = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    OPEN = auto()
    CLOSE = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is unescaped; `raw` as written.

    `compare` is the `<`, `<=`, `>` or `>=` before a value of a field, `closeness` the `5` of `"a b"~5` and `word~5`,
    `boost` the `2` of `word^2`, `core` a word as written without these two, `words` what a NEAR has in it.
    """

    kind: Kind
    text: str
    position: int
    raw: str = ""
    compare: str = ""
    closeness: str | None = None
    boost: str | None = None
    core: str = ""
    words: tuple[str, ...] = ()


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
        if q[position] in "+＋" and not after_field and _PREFIX.match(q, position):
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
        if (closeness := _CLOSENESS.match(q, position + 1)) and closeness[1]:
            raise error(
                "~ stands after a word or a \"phrase\"; for several words write NEAR(a b, 5).", position + 1,
                found=closeness[0], expected="a word, AND, OR or the end",
            )  # fmt: skip
        boost, end = _boost(q, position + 1)
        return Token(Kind.CLOSE, ")", position, char, boost=boost), end
    if char in FAMILY:
        return _phrase(q, position)
    if char in MINUS and _PREFIX.match(q, position):
        return Token(Kind.NOT, char, position, char), position + 1
    if char in "NＮ" and _NEAR.match(q, position):
        return _near(q, position)
    if field := _field(q, position):
        return field
    word = _WORD.match(q, position)
    raw = word[0] if word else char
    if kind := OPERATORS.get(raw if raw.isascii() else normal(raw)):
        return Token(kind, raw, position, raw), position + len(raw)
    return _word(raw, position), position + len(raw)


def normal(text: str) -> str:
    """Full-width characters as ordinary ones."""
    return unicodedata.normalize("NFKC", text[:20]) if len(text) <= 20 else text


def _word(raw: str, position: int, compare: str = "") -> Token:
    """A word, with what `~` and `^` at its end say."""
    core, closeness, boost = raw, None, None
    if not _MARKED.isdisjoint(raw) and (found := _SUFFIX.search(raw)) and 0 < found.start() < len(raw):
        before = raw[: found.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
            core, closeness, boost = before, found[1], found[2]
    text = _ESCAPE.sub(r"\1", core) if "\\" in core else core
    return Token(Kind.WORD, text, position, compare + raw, compare, closeness, boost, core)


def _boost(q: str, position: int) -> tuple[str | None, int]:
    """The boost that stands here, and where it ends."""
    found = _BOOST.match(q, position)
    return (found[1], found.end()) if found else (None, position)


def _near(q: str, position: int) -> tuple[Token, int]:
    """`NEAR(a b "c d", 10)`."""
    at = position + len("NEAR(")
    words: list[str] = []
    while True:
        if space := _SPACE.match(q, at):
            at = space.end()
        if at >= len(q):
            raise error("This 'NEAR(' is never closed.", position, found="the end of the query", expected="')'")
        distance = None
        if q[at] in ",，":
            found = _DISTANCE.match(q, at)
            if found is None:
                raise error(
                    "NEAR ends with the number of words that may stand between: NEAR(a b, 10).", at,
                    found=q[at : at + 20], expected="a whole number and ')'",
                )  # fmt: skip
            distance, at = normal(found[1]), found.end()
        if q[at] in CLOSE:
            boost, end = _boost(q, at + 1)
            raw = q[position : at + 1]
            return Token(Kind.NEAR, "NEAR", position, raw, closeness=distance, boost=boost, words=tuple(words)), end
        if q[at] in FAMILY:
            token, at = _phrase(q, at)
            words.append(token.text)
        elif word := _NEAR_WORD.match(q, at):
            words.append(_ESCAPE.sub(r"\1", word[0]))
            at = word.end()
        else:
            raise error('Inside NEAR stand words and "phrases" only.', at, found=q[at], expected="a word or ')'")


def _field(q: str, position: int) -> tuple[Token, int] | None:
    """The `field:` that begins here; None where the colon is punctuation, of a time or of an address."""
    found = _FIELD.match(q, position)
    if found is None:
        return None
    written = found[1].lower() if found[1].isascii() else unicodedata.normalize("NFKC", found[1]).lower()
    name, end = ALIASES.get(written, written), found.end()
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
    suggestion = SYNONYMS.get(name) or nearest(name, (*BY_NAME, *ALIASES))
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
    close, closeness = end + 1, None
    if found := _CLOSENESS.match(q, close):
        closeness, close = found[1], found.end()
    boost, close = _boost(q, close)
    return Token(Kind.PHRASE, text, position, q[position:close], compare, closeness, boost), close


def _value(q: str, position: int) -> tuple[Token, int]:
    """What stands after `field:`: a group, a range, a comparison, a phrase or a word."""
    char = q[position]
    if char in OPEN:
        return Token(Kind.OPEN, "(", position, char), position + 1
    if char in "[{［｛":
        found = _RANGE.match(q, position)
        if found is None or len(re.split(r"\s+TO\s+", found[2].strip())) != 2:
            raise error(
                "A range is written [from TO to], with { or } where the bound itself does not count and *.",
                position, found=q[position : position + 40], expected="[from TO to]",
            )  # fmt: skip
        boost, end = _boost(q, found.end())
        return Token(Kind.RANGE, unicodedata.normalize("NFKC", found[0]), position, found[0], boost=boost), end
    if char in "NＮ" and _NEAR.match(q, position):
        return _near(q, position)
    compare = COMPARE.match(q, position)
    operator, start = (normal(compare[0]), compare.end()) if compare else ("", position)
    if start < len(q) and q[start] in FAMILY:
        return _phrase(q, start, operator)
    word = _WORD.match(q, start)
    if word is None:
        raise error(
            "A value is missing here.", start, found=q[start : start + 1] or "the end of the query", expected="a value"
        )
    return _word(word[0], position, operator), word.end()


def range_bounds(token: Token) -> tuple[str, str, str, str]:
    """Opening bracket, lower bound, upper bound, closing bracket of a RANGE token."""
    low, high = re.split(r"\s+TO\s+", token.text[1:-1].strip())
    return token.text[0], low.strip('"'), high.strip('"'), token.text[-1]
