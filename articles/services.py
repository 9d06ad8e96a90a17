"""Changing articles by hand: correcting and deleting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from articles.deleting import delete
from articles.ledger import writing
from articles.models import Article
from articles.selectors import get_article
from articles.store import corrected, replace
from newsapi.errors import NewsApiError

__all__ = ["Conflict", "PreconditionFailed", "correct", "delete"]
ATTEMPTS = 3


class Conflict(NewsApiError):
    code = "conflict"
    title = "The article was changed meanwhile"
    status = 409


class PreconditionFailed(NewsApiError):
    code = "precondition_failed"
    title = "The article is not at the version that was asked for"
    status = 412


def correct(article_id: UUID, fields: Mapping[str, Any], *, version: int | None = None) -> Article:
    """Lay corrections (as articles.corrections.read gives them) over an article; they stay over re-processing.

    `version` is the one the caller saw, if it says so. Raises NotFound, Gone, PreconditionFailed, Conflict.
    """
    for _ in range(ATTEMPTS):
        article = get_article(article_id)
        if version is not None and article.version != version:
            raise PreconditionFailed(f"The article is at version {article.version}, not {version}; read it again.")
        seen = article.version
        kept = {**article.corrections, **fields}
        # Enriching a long text takes a while: it is done before the write, which then makes sure nothing came between.
        document = corrected(article.document, kept)
        with writing():
            article = get_article(article_id)
            if article.version != seen:
                continue
            if article.corrections != kept:
                article.corrections = kept
                article.save(update_fields=["corrections"])
            replace(article, document)
            return article
    raise Conflict("Others change this article at the same time; try again.")
