"""Removing articles: each leaves an empty row, its tombstone, and a Change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils import timezone

from articles.duplicates import Unsettled
from articles.ledger import change, record, writing
from articles.models import Article, ChangeKind
from articles.selectors import get_article

AT_ONCE = 100
"""Articles of one transaction: others write in between."""


def delete(article_id: UUID) -> None:
    """Remove an article; the next oldest of its duplicates becomes the original.

    What arrived (the capture) is kept. Raises NotFound, Gone.
    """
    with writing():
        _bury([get_article(article_id)])


def delete_all(ids: Iterable[UUID]) -> int:
    """Remove those of these that are there; how many were. Safe to repeat after whatever came between."""
    wanted = list(ids)
    count = 0
    for start in range(0, len(wanted), AT_ONCE):
        with writing():
            found = Article.objects.filter(id__in=wanted[start : start + AT_ONCE], deleted_at__isnull=True)
            articles = list(found.order_by("number"))
            _bury(articles)
            count += len(articles)
    return count


def _bury(articles: Sequence[Article]) -> None:
    """Call it under articles.ledger.writing."""
    unsettled = Unsettled()
    now = timezone.now()
    for article in articles:
        unsettled.note(article)
    for article in articles:
        article.deleted_at = article.updated_at = now
        article.version += 1
        article.document, article.corrections = {}, {}
        article.headline = article.url = article.content_hash = article.external_id = article.url_key = ""
        article.duplicate_of = article.near = article.similarity = None
        article.save()
        article.revisions.all().delete()
    record([change(article, ChangeKind.DELETED) for article in articles])
    unsettled.settle()
