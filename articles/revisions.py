"""The texts that articles had before: kept when another text arrives, or a person corrects one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from articles.models import Article, Revision
from articles.selectors import get_article
from newsapi.errors import NotFound

MOST_LISTED = 1_000


def of(article: Article) -> Revision:
    """The text as it is now, to be kept; not saved yet. Call it before the article changes."""
    return Revision(article=article, revision=article.revision, document=article.document)


def keep(found: Sequence[Revision]) -> None:
    """Save texts that others took the place of; what is kept already stays."""
    if found:
        Revision.objects.bulk_create(found, ignore_conflicts=True)


def list_revisions(article_id: UUID) -> list[dict[str, Any]]:
    """The earlier texts that are kept, the latest first and at most 1,000, without their bodies.

    Raises NotFound, Gone.
    """
    article = get_article(article_id)
    rows = Revision.objects.filter(article=article).order_by("-revision")[:MOST_LISTED]
    return [
        {
            "revision": row.revision,
            "headline": row.document.get("headline"),
            "word_count": row.document.get("word_count"),
            "until": row.until,
            "link": f"/v1/articles/{article_id}/revisions/{row.revision}",
        }
        for row in rows.iterator()
    ]


def revision_json(article_id: UUID, number: int) -> dict[str, Any]:
    """An earlier text as the API showed it. Raises NotFound, Gone."""
    article = get_article(article_id)
    row = Revision.objects.filter(article=article, revision=number).first() if 0 < number < 2**31 else None
    if row is None:
        current = " It is the current one." if number == article.revision else ""
        raise NotFound(f"No revision {number} of the article {article_id} is kept.{current}")
    return {"article": str(article_id), "revision": row.revision, "until": row.until, **row.document}
