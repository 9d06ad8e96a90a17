"""Drafts and short forms for the tests of entities."""

from __future__ import annotations

from enrich.draft import Draft
from enrich.enrichment import Entity
from enrich.entities import find_entities


def found(text: str, language: str | None = "en", headline: str | None = None, **fields: str) -> dict[str, Entity]:
    """The entities of a text by "type name"; each may be there once."""
    draft = Draft(headline=headline, paragraphs=tuple(text.split("\n\n")), **fields)  # type: ignore[arg-type]
    entities = find_entities(draft, language)
    named = {f"{entity.type} {entity.name}": entity for entity in entities}
    assert len(named) == len(entities)
    return named


def texts(entity: Entity) -> list[str]:
    """What the text calls an entity, in reading order."""
    return [mention.text for mention in entity.mentions]
