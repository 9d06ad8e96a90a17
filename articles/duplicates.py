"""Which article is the original: among those with one body the oldest, and every other is its duplicate."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from django.db.models import F
from django.utils import timezone

from articles.ledger import change, record
from articles.models import Article, ChangeKind

LIGHT = ("id", "number", "version", "content_hash", "duplicate_of_id")


def settle(hashes: Iterable[str]) -> None:
    """Make it so again for these bodies, after an article got another text or was deleted.

    Every article whose `duplicate_of` changes gets a new version and a Change. Call it under articles.ledger.writing.
    """
    rows = Article.objects.filter(content_hash__in={value for value in hashes if value}, deleted_at__isnull=True)
    ordered = rows.only(*LIGHT).order_by("content_hash", "number")
    for _, group in groupby(ordered, key=lambda article: article.content_hash):
        original, *others = group
        _point([original] if original.duplicate_of_id else [], None)
        _point([other for other in others if other.duplicate_of_id != original.id], original)


def _point(articles: list[Article], original: Article | None) -> None:
    if not articles:
        return
    now = timezone.now()
    for start in range(0, len(articles), 500):
        ids = [article.id for article in articles[start : start + 500]]
        Article.objects.filter(id__in=ids).update(duplicate_of=original, version=F("version") + 1, updated_at=now)
    for article in articles:
        article.version += 1
    record([change(article, ChangeKind.UPDATED) for article in articles])
