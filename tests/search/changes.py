"""Articles and their changes in the database, and what of them an engine has: for tests of what follows them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from articles.ledger import change, record, writing
from articles.models import Article, ChangeKind
from search.engines.base import Engine
from search.indexing import Indexer
from search.query import Node, Query
from search.results import Search


def document(body: str = "Some text", **given: Any) -> dict[str, Any]:
    return {"headline": "Headline", "body": body, "language": {"code": "en", "confidence": 0.9}, **given}


def add(*documents: dict[str, Any], **columns: Any) -> list[Article]:
    with writing() as numbers:
        articles = [
            Article(
                number=numbers.take(),
                date=columns.get("date", timezone.now()),
                received_at=timezone.now(),
                document=given,
                **{name: value for name, value in columns.items() if name != "date"},
            )
            for given in documents
        ]
        Article.objects.bulk_create(articles)
        record([change(article, ChangeKind.CREATED) for article in articles])
    return articles


def edit(article: Article, kind: ChangeKind = ChangeKind.UPDATED, **columns: Any) -> None:
    with writing():
        article.version += 1
        for name, value in columns.items():
            setattr(article, name, value)
        article.save()
        record([change(article, kind)])


def delete(article: Article) -> None:
    edit(article, ChangeKind.DELETED, document={}, deleted_at=timezone.now())


def follow(indexer: Indexer) -> None:
    while indexer.run_once():
        continue


def found(engine: Engine, node: Node | None = None) -> set[int]:
    query = Query(node) if node else Query()
    return {hit.number for hit in engine.reader().search(Search(query, limit=1_000)).hits}
