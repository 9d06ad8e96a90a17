"""From a raw document to structured data and its JSON form: picks the reader, enriches. No database, no Django."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from enrich import hosts, pipeline, publishers, sections, urls
from enrich.draft import Draft, Provenance, RawDocument, Section
from enrich.enrichment import Enrichment, Entity, Language
from ingest.documents import MAX_CHARACTERS, clean, is_blank, write_time
from ingest.readers import structured
from ingest.readers.text import read_text
from newsapi.errors import InvalidDocument

VERSION = "structuring-1"

_CALLER = "caller"
_STRINGS = ("id", "url", "source", "language", "section")


@dataclass(frozen=True, slots=True)
class Structured:
    """A document as structured: what extraction found, what enrichment added, and the caller's id for it."""

    draft: Draft
    enrichment: Enrichment
    id: str | None = None


def structure(raw: RawDocument) -> Structured:
    """Read and enrich one document.

    What the caller gives wins over what is found: `url`, `source` and `published_at` by themselves, `language` as a
    hint that only decides where the text is short or ambiguous. Raises InvalidDocument for what is empty, too long, or
    has no article in it. With `enrich` false only language, fingerprints and counts are added.
    """
    raw = _checked(raw)
    draft = _known(raw)
    language = structured.language_of(raw) or pipeline.language_of(draft, raw.language)
    draft = _with_section_in(draft, language)
    add = pipeline.describe if raw.enrich is False else pipeline.enrich
    return Structured(draft, add(draft, hint=raw.language, found=language), raw.id)


def read(raw: RawDocument) -> Draft:
    """Read one document and leave it at that: no language, no entities. Raises what `structure` does."""
    return _known(_checked(raw))


def _known(raw: RawDocument) -> Draft:
    draft = _with_what_the_caller_knows(_read(raw), raw)
    if not draft.headline and not draft.paragraphs:
        raise InvalidDocument(
            "There is no article in it: no headline and no paragraph is left when the site's furniture is taken away.",
            field="text" if raw.text is not None else "html" if raw.html is not None else None,
        )
    return draft


def warm() -> None:
    """Load gazetteers, models and rules now and not with the first document."""
    pipeline.warm()
    _read_html(RawDocument(html="<p>Nothing happened.</p>"))
    structure(
        RawDocument(text="Example News\n\nWorld\n\nA headline about nothing\n\nLondon (Reuters) - Nothing happened.")
    )


def as_json(structured: Structured, id: str | None = None) -> dict[str, Any]:
    """The article as JSON: every key is there, null or [] where nothing was found. Times are RFC 3339 in UTC.

    `body` is the paragraphs joined by an empty line; mentions count its code points. `id` overrides the document's own.
    """
    draft, enrichment = structured.draft, structured.enrichment
    source = {"name": draft.source_name, "domain": draft.source_domain}
    section, dateline, language = draft.section, draft.dateline, enrichment.language
    sentiment, prints = enrichment.sentiment, enrichment.fingerprints
    document: dict[str, Any] = {
        "id": structured.id if id is None else id,
        "site": draft.site,
        "source": source if any(source.values()) else None,
        "section": section
        and {"label": section.label, "language": section.language, "name": section.name, "topic": section.topic},
        "headline": draft.headline,
        "standfirst": draft.standfirst,
        "byline": draft.byline,
        "authors": list(draft.authors),
        "credited_to": draft.credited_to,
        "dateline": dateline and {"place": dateline.place, "date": dateline.date},
        "published_at": _time(draft.published_at),
        "modified_at": _time(draft.modified_at),
        "language": language and {"code": language.code, "confidence": round(language.confidence, 3)},
        "paragraphs": list(draft.paragraphs),
        "body": draft.body or None,
        "body_markdown": draft.body_markdown,
        "word_count": enrichment.word_count,
        "reading_time": enrichment.reading_time,
        "keywords": list(enrichment.keywords),
        "images": [{"url": image.url, "caption": image.caption, "credit": image.credit} for image in draft.images],
        "url": draft.url,
        "access": draft.access,
        "genre": draft.genre,
        "entities": [_entity(entity) for entity in enrichment.entities],
        "topics": [{"code": each.code, "name": each.name, "score": round(each.score, 3)} for each in enrichment.topics],
        "sentiment": sentiment and {"score": round(sentiment.score, 3), "method": sentiment.method},
        "fingerprints": prints and {"content": prints.content, "near": prints.near},
    }
    document["provenance"] = _provenance(document, draft, enrichment)
    return document


def _read(raw: RawDocument) -> Draft:
    if raw.item is not None:
        return structured.read_item(raw)
    return read_text(raw) if raw.text is not None else _read_html(raw)


def _read_html(raw: RawDocument) -> Draft:
    # The HTML libraries take half a second to import, which `newsapi structure page.txt` need not wait for.
    from ingest.readers.html import read_html

    return read_html(raw)


def _checked(raw: RawDocument) -> RawDocument:
    """Without what no text can carry. Raises InvalidDocument for what is empty or too long."""
    changes: dict[str, Any] = {name: clean(value) for name in _STRINGS if (value := getattr(raw, name))}
    if raw.item is not None:
        return replace(raw, **changes)
    field, content = ("text", raw.text) if raw.text is not None else ("html", raw.html)
    if content is None and raw.url:
        raise InvalidDocument("The page at an address has to be fetched before it is structured.", field="url")
    if content is None or (raw.text is not None and raw.html is not None):
        raise InvalidDocument("A document has text or html, one of them.", field="text")
    if len(content) > MAX_CHARACTERS:
        raise InvalidDocument(f"{field} has {len(content):,} characters, and may have {MAX_CHARACTERS:,}.", field=field)
    if is_blank(content):
        raise InvalidDocument(f"{field} is empty.", field=field)
    changes[field] = clean(content)
    return replace(raw, **changes)


def _with_what_the_caller_knows(draft: Draft, raw: RawDocument) -> Draft:
    """The draft with the caller's url, source and time, and with what follows from them."""
    changes: dict[str, Any] = {}
    made = dict(draft.provenance)
    given = Provenance(_CALLER, 1.0, VERSION)
    if raw.url:
        changes["url"] = raw.url
        made["url"] = given
    if raw.section and draft.section is None:
        entry = sections.lookup(raw.section, raw.language)
        section = Section(raw.section, entry.language, entry.name, entry.topic) if entry else Section(raw.section)
        changes["section"] = section
        made["section"] = given
    if raw.published_at is not None:
        changes["published_at"] = raw.published_at
        made["published_at"] = given
    name, domain = draft.source_name, draft.source_domain
    if raw.source:
        name, domain = _named(raw.source)
        if domain is None and draft.source_domain and _same(name, draft):
            domain = draft.source_domain
        if name is None and draft.source_domain in (None, domain) and draft.source_name != raw.source:
            name = draft.source_name
        made["source"] = given
    if domain is None and (host := hosts.site_of(changes.get("url") or draft.url)):
        known = publishers.by_domain(host)
        if name is None or known is None or not _other(known, name):
            domain = known.domain if known and known.domain else host
            made.setdefault("source", Provenance("url", 0.9, VERSION))
            name = name or draft.site or (known.name if known else None)
    if name is None and draft.site:
        name = draft.site
        made.setdefault("source", replace(made.get("site", Provenance("site", 0.6, VERSION)), method="site"))
    # Who publishes on m.example.org is example.org.
    domain = domain and urls.main_host(domain)
    changes.update(source_name=name, source_domain=domain, provenance=made)
    return replace(draft, **changes)


def _with_section_in(draft: Draft, language: Language | None) -> Draft:
    """The section anew, now that the language is known: "Sport" over a German article is German."""
    section = draft.section
    if section is None or language is None or language.confidence < 0.5 or section.language == language.code:
        return draft
    entry = sections.lookup(section.label, language.code)
    if entry is None or entry.language != language.code:
        return draft
    return replace(draft, section=Section(section.label, entry.language, entry.name, entry.topic))


def _named(source: str) -> tuple[str | None, str | None]:
    """Name and domain of a source that the caller gives by name or domain."""
    known = publishers.find(source)
    host = (
        hosts.site_of(source if "://" in source else f"https://{source}")
        if "." in source and " " not in source
        else None
    )
    if host:
        return (known.name if known else None), (known.domain if known and known.domain else host)
    return source, known.domain if known and not known.ambiguous else None


def _same(name: str | None, draft: Draft) -> bool:
    folded = publishers.fold(name or "")
    return folded in {publishers.fold(each) for each in (draft.source_name, draft.site) if each}


def _other(known: publishers.Publisher, name: str) -> bool:
    """Whether a publisher known by the address is not the one that is named: an aggregator's page, say."""
    named = publishers.find(name)
    return named is not None and named.domain != known.domain


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else write_time(moment)


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "type": entity.type,
        "name": entity.name,
        "salience": round(entity.salience, 4),
        "country": entity.country,
        "coordinates": [round(value, 5) for value in entity.coordinates] if entity.coordinates else None,
        "ids": dict(entity.ids),
        "mentions": [
            {"field": each.field, "start": each.start, "end": each.end, "text": each.text, "kind": each.kind}
            for each in entity.mentions
        ],
    }


def _provenance(document: Mapping[str, Any], draft: Draft, enrichment: Enrichment) -> dict[str, Any]:
    """An entry for every field that has a value (the caller's id excepted), in the order of the fields."""
    # An article read back says itself how its language was found.
    made = {**enrichment.provenance, **draft.provenance}
    sources = [made[name] for name in ("source", "source_name", "source_domain", "site") if name in made]
    if sources:
        made["source"] = sources[0]
    if "paragraphs" in made:
        made["body"] = made["paragraphs"]
    if draft.keywords and "keywords" in draft.provenance:
        made["keywords"] = draft.provenance["keywords"]
    unknown = Provenance("reader", 0.5, VERSION)
    fields = [name for name, value in document.items() if name != "id" and value not in (None, [], 0, "")]
    return {name: _entry(made.get(name, unknown)) for name in fields}


def _entry(made: Provenance) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "method": made.method,
        "confidence": round(made.confidence, 3),
        "version": made.version,
        "lines": _ascending(made.lines),
    }
    if made.note:
        entry["note"] = made.note
    return entry


def _ascending(lines: Iterable[int]) -> list[int]:
    return sorted(set(lines))
