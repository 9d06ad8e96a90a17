"""Enriching an article whose text was corrected by hand: all that follows from its text is found anew."""

from __future__ import annotations

from typing import Any

from enrich import keywords, pipeline
from enrich.draft import Draft, Section
from ingest.structuring import Structured, as_json

DERIVED = ("language", "word_count", "reading_time", "keywords", "entities", "topics", "sentiment", "fingerprints")


def enrich_again(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the fields of DERIVED, and their provenance, as its headline, standfirst and paragraphs say.

    Its language is a hint. Keywords that the page named itself stay as they are.
    """
    provenance = document.get("provenance") or {}
    own_keywords = (provenance.get("keywords") or {}).get("version") != keywords.VERSION
    section = document.get("section")
    draft = Draft(
        site=document.get("site"),
        source_name=(document.get("source") or {}).get("name"),
        source_domain=(document.get("source") or {}).get("domain"),
        section=section
        and Section(section.get("label") or "", *(section.get(n) for n in ("language", "name", "topic"))),
        headline=document.get("headline"),
        standfirst=document.get("standfirst"),
        byline=document.get("byline"),
        authors=tuple(document.get("authors") or ()),
        credited_to=document.get("credited_to"),
        paragraphs=tuple(document.get("paragraphs") or ()),
        keywords=tuple(document.get("keywords") or ()) if own_keywords else (),
        url=document.get("url"),
    )
    hint = (document.get("language") or {}).get("code")
    made = as_json(Structured(draft, pipeline.enrich(draft, hint=hint)))
    derived = [name for name in DERIVED if name != "keywords" or not own_keywords]
    kept = {name: entry for name, entry in provenance.items() if name not in derived}
    found = {name: entry for name, entry in made["provenance"].items() if name in derived}
    return {**document, **{name: made[name] for name in derived}, "provenance": {**kept, **found}}
