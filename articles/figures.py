"""How many articles there are, for whoever watches over the service."""

from __future__ import annotations

from articles.models import Article
from newsapi import metrics


def articles() -> dict[str, int]:
    """Articles by state; each is one of them. Duplicates are live too, and counted apart."""
    total = Article.objects.count()
    deleted = Article.objects.filter(deleted_at__isnull=False).count()
    duplicates = Article.objects.filter(duplicate_of__isnull=False).count()
    return {"live": total - deleted - duplicates, "duplicate": duplicates, "deleted": deleted}


def register() -> None:
    metrics.show("newsapi_articles", "Articles in the database.", articles, label="state")
