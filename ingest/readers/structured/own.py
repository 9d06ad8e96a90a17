"""What this service exports (`GET /v1/articles/{id}`, cards of lists, `newsapi structure`), read back without loss.

Fields of the text keep their values and provenance; what follows from the text is found anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn

from enrich import keywords
from enrich.draft import Dateline, Draft, Image, Provenance, Section
from enrich.enrichment import Language
from ingest.documents import MAX_SOURCE, clean, parse_time
from ingest.readers.structured.forms import NEWSAPI
from ingest.readers.structured.members import web_address
from newsapi.errors import InvalidDocument

VERSION = "newsapi-1"
ACCESS = ("free", "metered", "paywalled")
GENRES = (
    *("opinion", "analysis", "background", "review", "live", "interview", "obituary", "fact_check", "press_release"),
    *("sponsored", "satire"),
)
TOLD = (
    *("site", "source", "section", "headline", "standfirst", "byline", "authors", "credited_to", "dateline"),
    *("published_at", "modified_at", "paragraphs", "body_markdown", "keywords", "images", "url", "access", "genre"),
    "language",
)
"""Fields that are taken as they are; `language` too, since all that is found anew depends on it."""
MAX_TEXT = 100_000
MAX_ITEMS = 10_000
MAX_NAME = 2_000
_CODE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_TOPIC = re.compile(r"medtop:\d{8}", re.ASCII)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")

Json = Mapping[str, Any]


def read(data: Any) -> Draft:
    """The draft that the article was made of. Raises InvalidDocument, naming the field, for what no export has."""
    source = _object(data, "source")
    language_of_it = language(data)
    tags = _texts(data, "keywords", MAX_NAME)
    if _provenance_of(data).get("keywords", {}).get("version") == keywords.VERSION:
        # Found in the text, and found again: only a page's own tags are its draft's.
        tags = ()
    draft = Draft(
        site=_text(data, "site", MAX_NAME),
        source_name=_text(source, "name", MAX_NAME, "source."),
        source_domain=_text(source, "domain", MAX_SOURCE, "source."),
        section=_section(data),
        headline=_text(data, "headline", MAX_TEXT),
        standfirst=_text(data, "standfirst", MAX_TEXT),
        byline=_text(data, "byline", MAX_TEXT),
        authors=_texts(data, "authors", MAX_NAME),
        credited_to=_text(data, "credited_to", MAX_NAME),
        dateline=_dateline(data),
        published_at=_time(data, "published_at"),
        modified_at=_time(data, "modified_at"),
        paragraphs=_paragraphs(data),
        keywords=tags,
        images=tuple(_image(image, at) for at, image in enumerate(_list(data, "images"))),
        url=_url(data),
        body_markdown=_text(data, "body_markdown", None),
        access=_one_of(data, "access", ACCESS),
        genre=_one_of(data, "genre", GENRES),
    )
    kept = [name for name in TOLD if (name != "keywords" or tags) and (name != "language" or language_of_it)]
    return _with_provenance(draft, data, kept)


def language(data: Any) -> Language | None:
    """The language as it was found, so that everything else is found alike. Raises InvalidDocument."""
    value = data.get("language")
    if value is None:
        return None
    code = value.get("code") if isinstance(value, Mapping) else value
    sure = value.get("confidence") if isinstance(value, Mapping) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code) or len(code) > 35:
        _fail("language", "must be a BCP 47 code, or an object with code and confidence")
    return Language(code, min(1.0, max(0.0, float(sure))) if isinstance(sure, int | float) else 1.0)


def _with_provenance(draft: Draft, data: Json, names: list[str]) -> Draft:
    stated = _provenance_of(data)
    made = {name: _mark(stated.get(name)) for name in names if data.get(name) not in (None, "", [], {})}
    if draft.paragraphs:
        made["paragraphs"] = _mark(stated.get("paragraphs") or stated.get("body"))
    return replace(draft, provenance=made)


def _mark(entry: object) -> Provenance:
    """An entry of the export's provenance; where there is none (cards have none) it comes from here."""
    if isinstance(entry, Mapping):
        method, sure, version = (entry.get(name) for name in ("method", "confidence", "version"))
        lines, note = entry.get("lines") or [], entry.get("note")
        if isinstance(method, str) and isinstance(version, str) and isinstance(sure, int | float):
            kept = tuple(line for line in lines if isinstance(line, int)) if isinstance(lines, list) else ()
            said = clean(note)[:MAX_NAME] if isinstance(note, str) else None
            return Provenance(clean(method)[:MAX_NAME], float(sure), clean(version)[:MAX_NAME], kept, said)
    return Provenance(NEWSAPI, 1.0, VERSION)


def _provenance_of(data: Json) -> dict[str, Json]:
    found = data.get("provenance")
    return (
        {name: entry for name, entry in found.items() if isinstance(entry, Mapping)} if isinstance(found, dict) else {}
    )


def _fail(field: str, must: str) -> NoReturn:
    raise InvalidDocument(f"{field} {must}.", field=field)


def _text(data: Json, name: str, limit: int | None, within: str = "") -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        _fail(f"{within}{name}", "must be a string or null")
    value = clean(value).strip()
    if limit is not None and len(value) > limit:
        _fail(f"{within}{name}", f"has {len(value):,} characters, and may have {limit:,}")
    return value or None


def _list(data: Json, name: str) -> list[Any]:
    value = data.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        _fail(name, "must be an array")
    if len(value) > MAX_ITEMS * 10:
        _fail(name, f"has {len(value):,} items, and may have {MAX_ITEMS * 10:,}")
    return value


def _texts(data: Json, name: str, limit: int | None) -> tuple[str, ...]:
    found: list[str] = []
    for at, value in enumerate(_list(data, name)):
        if not isinstance(value, str):
            _fail(f"{name}[{at}]", "must be a string")
        text = _text({name: value}, name, limit)
        if text:
            found.append(text)
    return tuple(found)


def _paragraphs(data: Json) -> tuple[str, ...]:
    if data.get("paragraphs") is not None:
        return _texts(data, "paragraphs", None)
    body = _text(data, "body", None) or ""
    return tuple(part for piece in _BLANK_LINE.split(body) if (part := piece.strip()))


def _object(data: Json, name: str) -> Json:
    value = data.get(name)
    if value is None:
        return {}
    if isinstance(value, str) and name == "source":
        return {"domain" if "." in value and " " not in value else "name": value}
    if not isinstance(value, Mapping):
        _fail(name, "must be an object or null")
    return value


def _section(data: Json) -> Section | None:
    section = _object(data, "section")
    label = _text(section, "label", MAX_NAME, "section.")
    if label is None:
        return None
    topic = _text(section, "topic", MAX_NAME, "section.")
    if topic and not _TOPIC.fullmatch(topic):
        _fail("section.topic", "must be the code of an IPTC Media Topic like medtop:11000000")
    return Section(
        label, _text(section, "language", 35, "section."), _text(section, "name", MAX_NAME, "section."), topic
    )


def _dateline(data: Json) -> Dateline | None:
    dateline = _object(data, "dateline")
    place = _text(dateline, "place", MAX_NAME, "dateline.")
    date = _text(dateline, "date", 10, "dateline.")
    return Dateline(place, date) if place or date else None


def _image(value: object, at: int) -> Image:
    if not isinstance(value, Mapping):
        _fail(f"images[{at}]", "must be an object")
    within = f"images[{at}]."
    return Image(*(_text(value, name, MAX_TEXT, within) for name in ("url", "caption", "credit")))


def _time(data: Json, name: str) -> datetime | None:
    value = _text(data, name, 100)
    if value is None:
        return None
    try:
        return parse_time(value)
    except ValueError as error:
        _fail(name, f"is {value[:40]!r}; {error}")


def _url(data: Json) -> str | None:
    value = _text(data, "url", None)
    if value is not None and web_address(value) is None:
        _fail("url", "must be a web address like https://example.org/news/1")
    return value


def _one_of(data: Json, name: str, choices: tuple[str, ...]) -> str | None:
    value = _text(data, name, MAX_NAME)
    if value is not None and value not in choices:
        _fail(name, f"must be one of {', '.join(choices)}, or null")
    return value
