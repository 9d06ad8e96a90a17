"""Corrections by people: which fields take one, what makes a valid one, and laying them over a document.

A correction is kept in `Article.corrections` in the API's own form and laid over again whenever the article is
structured anew, so a machine never undoes what a person put right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date
from typing import Any

from articles import topics
from articles.entities import TYPES
from newsapi.errors import InvalidParameter, UnknownParameter
from newsapi.parameters import did_you_mean, nearest, parse_time

METHOD = "correction"
VERSION = "1"
TEXT_FIELDS = ("headline", "standfirst", "paragraphs")
MAX_TEXT = 10_000
MAX_BODY = 10_000_000
MAX_ITEMS = 1_000
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class InvalidField(InvalidParameter):
    """A correction that its field cannot have."""

    code = "invalid_field"
    title = "A field has a value that cannot be used"
    status = 422


def _fail(field: str, must: str) -> InvalidParameter:
    return InvalidField(f"{field} must be {must}.", field=field)


def _string(value: Any, field: str, longest: int = MAX_TEXT) -> str:
    if not isinstance(value, str):
        raise _fail(field, "a string")
    text = value.strip()
    if not text or len(text) > longest:
        raise _fail(field, f"a text of 1 to {longest:,} characters, or null for none")
    if odd := UNPRINTABLE.search(text):
        raise _fail(field, f"text without control characters; there is one at position {odd.start()}")
    return text


def _text(value: Any, field: str) -> str | None:
    return None if value is None else " ".join(_string(value, field).split())


def _items(value: Any, field: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise _fail(field, f"a list of at most {MAX_ITEMS:,} items")
    return value


def _names(value: Any, field: str) -> list[str]:
    found = [" ".join(_string(item, f"{field}[{at}]", 300).split()) for at, item in enumerate(_items(value, field))]
    return list(dict.fromkeys(found))


def _object(value: Any, field: str, members: Mapping[str, Callable[[Any, str], Any]]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _fail(field, f"an object with {', '.join(members)}")
    for name in value:
        if name not in members:
            raise _fail(f"{field}.{str(name)[:100]}", f"left out: {field} has only {', '.join(members)}")
    return {name: read(value.get(name), f"{field}.{name}") for name, read in members.items()}


def _url(value: Any, field: str) -> str | None:
    if value is None:
        return None
    url = _string(value, field, 2_000)
    if not re.match(r"https?://[^\s/]+\S*$", url):
        raise _fail(field, "an http or https address")
    return url


def _time(value: Any, field: str) -> str | None:
    if value is None:
        return None
    must = "an RFC 3339 time (2026-06-18T14:05:00Z) or a date (2026-06-18)"
    if not isinstance(value, str) or not re.match(r"\d{4}-", value, re.ASCII):
        raise _fail(field, must)
    try:
        time = parse_time(value)
    except ValueError as error:
        raise _fail(field, must) from error
    if time.year < 1000:
        raise _fail(field, "a time after the year 1000")
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _date(value: Any, field: str) -> str | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(_string(value, field, 10)).isoformat()
    except ValueError as error:
        raise _fail(field, "a date (2026-06-18)") from error


def _code(value: Any, field: str) -> str | None:
    if value is None:
        return None
    code = _string(value, field, 35)
    if not LANGUAGE.fullmatch(code):
        raise _fail(field, "a BCP 47 language code (en, sq, pt-BR)")
    return code


def _language(value: Any, field: str) -> dict[str, Any] | None:
    code = _code(value.get("code") if isinstance(value, dict) else value, field)
    return None if code is None else {"code": code, "confidence": 1.0}


def _topic_code(value: Any, field: str) -> str | None:
    if value is None:
        return None
    given = _string(value, field, 200)
    topic = topics.find(given)
    if topic is None:
        suggestion = topics.suggest(given)
        raise InvalidField(
            f"{field}: there is no IPTC Media Topic {given[:100]!r}.{did_you_mean(suggestion)}",
            field=field,
            suggestion=suggestion,
        )
    return topic.code


def _topics(value: Any, field: str) -> list[dict[str, Any]]:
    codes: dict[str, None] = {}
    for at, item in enumerate(_items(value, field)):
        code = _topic_code(item.get("code") if isinstance(item, dict) else item, f"{field}[{at}]")
        if code is None:
            raise _fail(f"{field}[{at}]", "a code (medtop:11000000) or an English name of a topic")
        codes.update(dict.fromkeys((code, *topics.ancestors(code))))
    return [{"code": code, "name": topics.name(code), "score": 1.0} for code in codes]


def _section(value: Any, field: str) -> dict[str, Any] | None:
    if value is None:
        return None
    if isinstance(value, str):
        value = {"label": value}
    return _object(value, field, {"label": _string, "language": _code, "name": _text, "topic": _topic_code})


def _source(value: Any, field: str) -> dict[str, Any] | None:
    if value is None:
        return None
    if isinstance(value, str):
        value = {"name": value}
    source = _object(value, field, {"name": _text, "domain": _text})
    if source["domain"] and not re.fullmatch(r"[^\s/:@]+\.[^\s/:@]+", source["domain"]):
        raise _fail(f"{field}.domain", "a domain (example.org)")
    if not source["name"] and not source["domain"]:
        raise _fail(field, "a name, or an object with name or domain")
    return source


def _dateline(value: Any, field: str) -> dict[str, Any] | None:
    return None if value is None else _object(value, field, {"place": _text, "date": _date})


def _images(value: Any, field: str) -> list[dict[str, Any]]:
    members = {"url": _url, "caption": _text, "credit": _text}
    return [_object(item, f"{field}[{at}]", members) for at, item in enumerate(_items(value, field))]


def _type(value: Any, field: str) -> str:
    if value not in TYPES:
        raise _fail(field, f"one of {', '.join(TYPES)}")
    return str(value)


def _country(value: Any, field: str) -> str | None:
    if value is None:
        return None
    code = _string(value, field, 2).upper()
    if not COUNTRY.fullmatch(code):
        raise _fail(field, "an ISO 3166-1 code of two letters")
    return code


def _entities(value: Any, field: str) -> list[dict[str, Any]]:
    members = {"type": _type, "name": _string, "country": _country}
    found = []
    for at, item in enumerate(_items(value, field)):
        entity = _object(item, f"{field}[{at}]", members)
        entity["name"] = " ".join(_string(entity["name"], f"{field}[{at}].name", 300).split())
        found.append(entity)
    return found


def _paragraphs(value: Any, field: str) -> list[str]:
    if isinstance(value, str):
        value = [part for part in re.split(r"\n\s*\n", value) if part.strip()]
    found = [_string(item, f"{field}[{at}]", MAX_BODY) for at, item in enumerate(_items(value, field))]
    if not found:
        raise _fail(field, "at least one paragraph")
    return found


READERS: Mapping[str, Callable[[Any, str], Any]] = {
    "headline": _text,
    "standfirst": _text,
    "byline": _text,
    "authors": _names,
    "credited_to": _text,
    "dateline": _dateline,
    "published_at": _time,
    "modified_at": _time,
    "section": _section,
    "source": _source,
    "language": _language,
    "paragraphs": _paragraphs,
    "body": _paragraphs,
    "keywords": _names,
    "topics": _topics,
    "entities": _entities,
    "images": _images,
    "url": _url,
}


def read(payload: Any) -> dict[str, Any]:
    """The corrections that a PATCH asks for, in the API's form. Raises UnknownParameter or InvalidParameter (422)."""
    if not isinstance(payload, dict) or not payload:
        raise InvalidParameter(
            f"The body must be an object with one or more of {', '.join(READERS)}.", code="invalid_field", status=422
        )
    for field in payload:
        if field not in READERS:
            suggestion = nearest(str(field), READERS)
            raise UnknownParameter(
                f"There is no field {str(field)[:100]!r} that can be corrected.{did_you_mean(suggestion)}"
                f" There are: {', '.join(READERS)}.",
                code="unknown_field",
                title="There is no such field",
                status=422,
                field=str(field)[:100],
                suggestion=suggestion,
            )
    if "body" in payload and "paragraphs" in payload:
        raise _fail("body", "left out where paragraphs are given: it is the paragraphs joined by an empty line")
    return {
        "paragraphs" if field == "body" else field: READERS[field](value, field) for field, value in payload.items()
    }


def lay_over(document: Mapping[str, Any], corrections: Mapping[str, Any]) -> dict[str, Any]:
    """A document with corrections in it, marked in its provenance. Mentions of corrected entities are found anew."""
    corrected = {**document, **{field: value for field, value in corrections.items() if field != "entities"}}
    marked = dict(corrections)
    if "paragraphs" in corrections:
        corrected["body"] = "\n\n".join(corrections["paragraphs"])
        if corrected.get("body_markdown"):
            # The page's own form of the text that was corrected.
            corrected["body_markdown"] = None
        marked["body"] = None
    if "entities" in corrections:
        corrected["entities"] = [_with_mentions(entity, corrected) for entity in corrections["entities"]]
    mark = {"method": METHOD, "confidence": 1.0, "version": VERSION, "lines": []}
    corrected["provenance"] = {**(document.get("provenance") or {}), **{field: dict(mark) for field in marked}}
    return corrected


def _with_mentions(entity: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    pattern = re.compile(rf"(?<!\w){re.escape(entity['name'])}(?!\w)")
    mentions = [
        {"field": field, "start": hit.start(), "end": hit.end(), "text": hit.group(), "kind": "name"}
        for field in ("headline", "standfirst", "body")
        for hit in pattern.finditer(document.get(field) or "")
    ]
    empty: dict[str, Any] = {"coordinates": None, "ids": {}}
    return {"type": entity["type"], "name": entity["name"], "salience": 1.0, "country": entity["country"], **empty} | {
        "mentions": mentions
    }
