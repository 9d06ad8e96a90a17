"""What extraction gives and enrichment reads: frozen values, no Django, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

NO_PROVENANCE: Mapping[str, Provenance] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a field came about. `confidence` is 0 to 1; `lines` are 1-based input lines, ascending."""

    method: str
    confidence: float
    version: str
    lines: tuple[int, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An article that arrives in fields: its `form` (ninjs, schema.org, newsapi), and the JSON value as it is."""

    form: str
    data: Any


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One input as it arrived: `text` (pasted, with site furniture), `html` or an `item`, and what the caller knows.

    One of them is set; where none is, the page at `url` is still to be fetched. Times are aware. `language` is a BCP 47
    hint, `source` a name or domain, `section` a label for what has none of its own. `enrich` is whether entities,
    topics and the like are to be found; None leaves it to the service.
    """

    text: str | None = None
    html: str | None = None
    id: str | None = None
    url: str | None = None
    source: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    received_at: datetime | None = None
    item: Item | None = None
    section: str | None = None
    enrich: bool | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section label as found, its language (BCP 47), English name, and IPTC topic code (`medtop:…`)."""

    label: str
    language: str | None = None
    name: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where (and, if it says so, when) a report was filed. `date` is ISO 8601 (`2026-06-18`)."""

    place: str | None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    url: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as extraction found it; empty values are None or ().

    `body_markdown` is the paragraphs of a page with its subheadings, lists, quotations, links and figures, as light
    Markdown. `access` is `free`, `metered` or `paywalled`; `genre` is `opinion`, `live`,
    `press_release` and the like.
    """

    site: str | None = None
    source_name: str | None = None
    source_domain: str | None = None
    section: Section | None = None
    headline: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    credited_to: str | None = None
    dateline: Dateline | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    paragraphs: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    url: str | None = None
    body_markdown: str | None = None
    access: str | None = None
    genre: str | None = None
    provenance: Mapping[str, Provenance] = field(default_factory=lambda: NO_PROVENANCE)

    @property
    def body(self) -> str:
        """The paragraphs joined by an empty line."""
        return "\n\n".join(self.paragraphs)
