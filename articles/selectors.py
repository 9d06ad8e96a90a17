"""Reading articles, entities, topics and sources, in the form that the API shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from articles import topics
from articles.models import Article, Entity, Source
from newsapi.errors import NewsApiError, NotFound
from newsapi.parameters import did_you_mean


class Gone(NewsApiError):
    code = "gone"
    title = "It was deleted"
    status = 410


def get_article(article_id: UUID) -> Article:
    """Raises NotFound, and Gone for one that was deleted."""
    article = Article.objects.select_related("source").filter(id=article_id).first()
    if article is None:
        raise NotFound(f"There is no article {article_id}.")
    if article.deleted_at is not None:
        raise Gone(f"The article {article_id} was deleted at {article.deleted_at:%Y-%m-%dT%H:%M:%SZ}.")
    return article


def article_version(article_id: UUID) -> int | None:
    """The version of a live article by one small read; None where there is none."""
    rows = Article.objects.filter(id=article_id, deleted_at__isnull=True)
    return rows.values_list("version", flat=True).first()


def article_json(article: Article) -> dict[str, Any]:
    """The article as the API shows it: what the columns hold, then the document."""
    return {
        "id": str(article.id),
        "number": article.number,
        "revision": article.revision,
        "version": article.version,
        "date": article.date,
        "duplicate_of": str(article.duplicate_of_id) if article.duplicate_of_id else None,
        "similarity": article.similarity,
        "external_id": article.external_id or None,
        "received_at": article.received_at,
        "updated_at": article.updated_at,
        **article.document,
    }


def get_entity(entity_id: UUID) -> Entity:
    entity = Entity.objects.filter(id=entity_id).first()
    if entity is None:
        raise NotFound(f"There is no entity {entity_id}.")
    return entity


def entity_json(entity: Entity) -> dict[str, Any]:
    located = entity.latitude is not None and entity.longitude is not None
    return {
        "id": str(entity.id),
        "type": entity.type,
        "name": entity.name,
        "country": entity.country or None,
        "coordinates": [entity.latitude, entity.longitude] if located else None,
        "ids": entity.ids,
    }


def get_source(source_id: UUID) -> Source:
    source = Source.objects.filter(id=source_id).first()
    if source is None:
        raise NotFound(f"There is no source {source_id}.")
    return source


def source_json(source: Source) -> dict[str, Any]:
    return {"id": str(source.id), "name": source.name, "domain": source.domain or None, "since": source.created_at}


def get_topic(reference: str) -> topics.MediaTopic:
    """By code, with or without `medtop:`, or English name. Raises NotFound, with the nearest name."""
    topic = topics.find(reference)
    if topic is None:
        suggestion = topics.suggest(reference)
        raise NotFound(f"There is no topic {reference[:100]!r}.{did_you_mean(suggestion)}", suggestion=suggestion)
    return topic


def topic_json(topic: topics.MediaTopic) -> dict[str, Any]:
    """A topic with the ways up (to the top) and down (one step)."""
    return {
        "code": topic.code,
        "name": topic.name,
        "level": topic.level,
        "parent": topic.parent,
        "ancestors": [_short(code) for code in topics.ancestors(topic.code)],
        "children": [_short(code) for code in topics.children(topic.code)],
    }


def _short(code: str) -> dict[str, Any]:
    return {"code": code, "name": topics.name(code)}
