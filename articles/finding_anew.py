"""The whole archive searched for duplicates again: after the table of keys was lost, or what counts as near changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from articles import nearness
from articles.duplicates import settle
from articles.ledger import writing
from articles.models import Article, Band
from articles.store import url_key

AT_ONCE = 100
"""Articles in one transaction: for so long others wait who write."""


@dataclass(slots=True)
class Found:
    """How many live articles were looked at, and how many of them are duplicates now."""

    articles: int = 0
    duplicates: int = 0


def find_anew(canonical: Callable[[str], str], advance: Callable[[int], None] = lambda done: None) -> Found:
    """Empty the table of keys and judge every article again, from the oldest on; safe to repeat and to break off.

    The service may run meanwhile: an article that arrives before its original is in the table again is judged when its
    turn comes. `canonical` gives the canonical form of an address, for articles that have none yet. What changes gets a
    new version and a Change.
    """
    Band.objects.all().delete()
    found = Found()
    last = 0
    while True:
        with writing():
            rows = Article.objects.filter(number__gt=last, deleted_at__isnull=True).order_by("number")
            articles = list(rows[:AT_ONCE])
            if not articles:
                return found
            for article in articles:
                _complete(article, canonical)
            settle(article.number for article in articles)
            last = articles[-1].number
            found.articles += len(articles)
            found.duplicates += rows.filter(number__lte=last, duplicate_of__isnull=False).count()
        advance(len(articles))


def _complete(article: Article, canonical: Callable[[str], str]) -> None:
    """Set what an article lacks that was written by an earlier version."""
    near = nearness.unpack((article.document.get("fingerprints") or {}).get("near"))
    key = article.url_key or url_key(canonical(article.url))
    if (near, key) != (bytes(article.near) if article.near else None, article.url_key):
        Article.objects.filter(id=article.id).update(near=near, url_key=key)
