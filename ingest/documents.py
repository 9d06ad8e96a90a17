"""One input object (of a JSON body, a line of NDJSON, a file) to a RawDocument, with errors that say what is wrong."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NoReturn
from urllib.parse import urlsplit

import orjson

from enrich.draft import RawDocument
from newsapi.errors import InvalidDocument

FIELDS = (
    *("id", "external_id", "text", "html", "url", "source", "language", "section", "published_at", "received_at"),
    "enrich",
)
MAX_CHARACTERS = 10_000_000
MAX_ID = 255
MAX_URL = 4_000
MAX_SOURCE = 255
MAX_SECTION = 200

_TYPES = {str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "an array", dict: "an object"}
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s?([Zz]|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
# What no text needs: lone surrogates (which no UTF-8 can carry), NUL and the controls that do not part lines.
_UNUSABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]*"
)


def parse_document(document: object) -> RawDocument:
    """The document in an input object: `text` or `html`, and any of `FIELDS`; null counts as not given.

    With neither, `url` is the page that is to be fetched. Times are RFC 3339; a date alone is midnight UTC, a time
    without a zone is UTC. `external_id` is checked here and kept by whoever stores the document. An article in fields
    (see ingest.readers.structured) is taken too. Raises InvalidDocument with `field` where one is to blame.
    """
    # Here, as those readers read times and texts with what is in this module.
    from ingest.readers import structured

    if (item := structured.detect(document)) is not None:
        return structured.document_of(item)
    if not isinstance(document, Mapping):
        raise InvalidDocument(f"A document is an object with text or html; this is {_kind(document)}.")
    if isinstance(document.get("results"), list):
        said = "This is a page of results; send each of them by itself, or one a line to /v1/documents/bulk."
        raise InvalidDocument(said, field="results")
    for name in document:
        if name not in FIELDS:
            _unknown(str(name))
    text, html = _content(document)
    _identifier(document, "external_id")
    return RawDocument(
        text=text,
        html=html,
        id=_identifier(document, "id"),
        url=_url(document),
        source=_source(document),
        language=_language(document),
        published_at=_time(document, "published_at"),
        received_at=_time(document, "received_at"),
        section=_section(document),
        enrich=_enrich(document),
    )


def parse_json(line: bytes | str) -> object:
    """Parse one JSON value. Lone surrogates in `\\u` escapes, which many crawlers write, are let in (and cleaned away
    later). Raises InvalidDocument, saying where it breaks off; depth is bounded, nothing recurses.
    """
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        reason, position = error.msg, error.pos
    escaped = b"\\u" in line if isinstance(line, bytes) else "\\u" in line
    if escaped and "surrogate" in reason:
        try:
            return json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = str(error)
    if isinstance(line, bytes):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            reason, position = "it is not UTF-8", error.start
    raise InvalidDocument(
        f"This is not valid JSON: {reason} (at {position}).",
        code="invalid_json",
        title="The input is not valid JSON",
        position=position,
    )


def clean(text: str) -> str:
    """The text without lone surrogates, NUL and other control characters; line breaks and tabs stay."""
    return _UNUSABLE.sub("", text)


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in it."""
    return _INVISIBLE.fullmatch(clean(text[:1000])) is not None and (
        len(text) <= 1000 or _INVISIBLE.fullmatch(clean(text)) is not None
    )


def parse_time(value: str) -> datetime:
    """RFC 3339, a date alone (midnight UTC) or a time without a zone (UTC), as aware time in UTC.

    Raises ValueError, saying what is wrong. Fractions beyond microseconds are cut off; a leap second is the one before.
    """
    match = _TIME.fullmatch(value.strip())
    if match is None:
        raise ValueError("it must be a date or time like 2026-06-18 or 2026-06-18T14:05:00Z")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if year == "0000":
        raise ValueError("the year must be 1 to 9999")
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            min(int(second or 0), 59) if second == "60" else int(second or 0),
            int((fraction or "0")[:6].ljust(6, "0")),
            tzinfo=_zone(zone),
        )
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the year must be 1 to 9999 in UTC") from None
    except ValueError as error:
        raise ValueError(f"there is no such date or time ({error})") from None


def write_time(moment: datetime) -> str:
    """RFC 3339 in UTC with whole seconds; years have four digits."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _zone(zone: str | None) -> timezone:
    if zone is None or zone in "Zz":
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[3:].removeprefix(":") or 0)
    if minutes > 59:
        raise ValueError("minutes of the offset must be 0 to 59")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if zone[0] == "-" else offset)


def _kind(value: object) -> str:
    return "null" if value is None else _TYPES.get(type(value), "something else")


def _shown(value: str) -> str:
    return repr(_SURROGATE.sub("\ufffd", value if len(value) <= 80 else value[:77] + "…"))


def _invalid(field: str, reason: str) -> NoReturn:
    raise InvalidDocument(f"{field} {reason}.", field=field)


def _unknown(name: str) -> NoReturn:
    name = _SURROGATE.sub("\ufffd", name[:80])
    nearest = difflib.get_close_matches(name.lower().replace("-", "_"), [*FIELDS, *_OTHER_NAMES], n=1, cutoff=0.6)
    right = _OTHER_NAMES.get(nearest[0], nearest[0]) if nearest else None
    meant = f"did you mean {right}?" if right else f"there are {', '.join(FIELDS)}."
    raise InvalidDocument(f"There is no field {name!r}; {meant}", field=name, suggestion=right)


_OTHER_NAMES = {
    **{"body": "text", "content": "text", "article": "text", "raw": "text", "raw_text": "text", "raw_html": "html"},
    **{"markup": "html", "link": "url", "uri": "url", "href": "url", "publisher": "source", "site": "source"},
    **{
        "domain": "source",
        "lang": "language",
        "locale": "language",
        "date": "published_at",
        "published": "published_at",
    },
    **{"publication_date": "published_at", "pub_date": "published_at", "crawled_at": "received_at", "key": "id"},
    **{"fetched_at": "received_at", "uuid": "id", "guid": "id", "doc_id": "id", "identifier": "id"},
}


def _string(document: Mapping[str, Any], field: str) -> str | None:
    value = document.get(field)
    if value is None or isinstance(value, str):
        return value
    _invalid(field, f"must be a string, and is {_kind(value)}")


def _content(document: Mapping[str, Any]) -> tuple[str | None, str | None]:
    given = {field: value for field in ("text", "html") if (value := _string(document, field)) is not None}
    if not given:
        if _url(document):
            return None, None
        raise InvalidDocument("A document needs text, html, or the url of a page; it has none of them.", field="text")
    for field, value in given.items():
        if len(value) > MAX_CHARACTERS:
            _invalid(field, f"has {len(value):,} characters, and may have {MAX_CHARACTERS:,}")
    filled = {field: value for field, value in given.items() if not is_blank(value)}
    if not filled:
        _invalid(next(iter(given)), "is empty")
    if len(filled) > 1:
        raise InvalidDocument("A document has text or html, not both; leave one out.", field="html")
    return filled.get("text"), filled.get("html")


def _identifier(document: Mapping[str, Any], field: str) -> str | None:
    value = document.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        return None
    if not isinstance(value, str):
        _invalid(field, f"must be a string, and is {_kind(value)}")
    value = clean(value).strip()
    if not 0 < len(value) <= MAX_ID:
        _invalid(field, f"must have 1 to {MAX_ID} characters, and has {len(value):,}")
    return value


def _url(document: Mapping[str, Any]) -> str | None:
    value = _string(document, "url")
    if value is None or not value.strip():
        return None
    value = value.strip()
    if len(value) > MAX_URL:
        _invalid("url", f"has {len(value):,} characters, and may have {MAX_URL:,}")
    try:
        parts = urlsplit(value)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s\x00-\x1f\x7f\ud800-\udfff<>\"]", value):
        _invalid("url", f"is {_shown(value)}; it must be a web address like https://example.org/news/1")
    return value


def _source(document: Mapping[str, Any]) -> str | None:
    value = _string(document, "source")
    if value is None:
        return None
    value = " ".join(clean(value).split())
    if len(value) > MAX_SOURCE:
        _invalid("source", f"has {len(value):,} characters, and may have {MAX_SOURCE}")
    return value or None


def _section(document: Mapping[str, Any]) -> str | None:
    value = " ".join(clean(_string(document, "section") or "").split())
    if len(value) > MAX_SECTION:
        _invalid("section", f"has {len(value):,} characters, and may have {MAX_SECTION}")
    return value or None


def _enrich(document: Mapping[str, Any]) -> bool | None:
    """A boolean; as a parameter of an address it is a word."""
    value = document.get("enrich")
    if value is None or isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        _invalid("enrich", "must be true or false")
    return bool(value == "true")


def _language(document: Mapping[str, Any]) -> str | None:
    value = _string(document, "language")
    if value is None or not value.strip():
        return None
    tag = value.strip().replace("_", "-")
    if len(tag) > 35 or _LANGUAGE.fullmatch(tag) is None:
        _invalid("language", f"is {_shown(value)}; it must be a BCP 47 code like en, pt-BR or zh-Hant")
    return tag


def _time(document: Mapping[str, Any], field: str) -> datetime | None:
    value = _string(document, field)
    if value is None or not value.strip():
        return None
    try:
        return parse_time(value)
    except ValueError as error:
        _invalid(field, f"is {_shown(value)}; {error}")
