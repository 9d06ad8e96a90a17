"""What is sent: an event as JSON, its article as it is at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson

from articles.models import Article
from articles.selectors import article_json
from newsapi.rendering import dumps
from search.cards import make_card
from webhooks.models import Event

MATCHED, REVISED, UPDATED, DELETED = "article.matched", "article.revised", "article.updated", "article.deleted"
TEST, DISABLED = "webhook.test", "endpoint.disabled"
EVENTS = (MATCHED, REVISED, UPDATED, DELETED, DISABLED)
"""What an endpoint can ask for; a test comes when it is asked for."""
DEFAULT = (MATCHED,)
FORMS = ("full", "compact", "ids")
_COMPACT = ("id", "number", "revision", "version", "date", "headline", "standfirst", "source", "language", "url")


def message_id(event: Event) -> str:
    """The `webhook-id`: the same at each try, and for each endpoint."""
    return f"msg_{event.id.hex}"


def articles_of(events: Iterable[Event]) -> dict[UUID, Article]:
    """The articles of these events that are still there."""
    ids = {event.article_id for event in events if event.article_id}
    return {row.id: row for row in Article.objects.filter(id__in=ids, deleted_at__isnull=True)} if ids else {}


def body(event: Event, form: str, articles: Mapping[UUID, Article]) -> bytes:
    """The JSON object of an event. An article that was removed since is its id, and that it was `deleted`."""
    data: dict[str, Any] = dict(event.data)
    if event.article_id is not None:
        article = articles.get(event.article_id)
        data["article"] = {"id": event.article_id, "deleted": True} if article is None else _shown(article, form)
        search = event.search
        data["search"] = None if search is None else {"id": search.id, "name": search.name}
    return dumps({"type": event.type, "timestamp": event.at, "id": message_id(event), "data": data})


def _shown(article: Article, form: str) -> Any:
    if form == "full":
        return article_json(article)
    if form == "ids":
        return {"id": article.id, "number": article.number, "revision": article.revision, "version": article.version}
    card = orjson.loads(dumps(make_card(article, article.document)))
    return {name: card[name] for name in _COMPACT if name in card}
