"""Articles read from the database as an index takes them. A row that cannot be read so is refused, not raised."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from articles.models import Article
from search.cards import COLUMNS, make_document
from search.engines.base import Refused
from search.results import IndexDocument

UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a document of the wrong form leads to (`"language": 5`)."""


class Batch(NamedTuple):
    """`number`: the highest article number read, 0 for none."""

    documents: list[IndexDocument]
    refused: list[Refused]
    number: int


def by_id(ids: Iterable[UUID]) -> Batch:
    """These articles as they are now, tombstones for deleted ones; vanished ones are left out."""
    return _batch(Article.objects.filter(id__in=set(ids)).only(*COLUMNS))


def by_number(after: int, upto: int) -> Batch:
    """The live articles with numbers above `after`, up to `upto`, in their order."""
    rows = Article.objects.filter(number__gt=after, number__lte=upto, deleted_at__isnull=True)
    return _batch(rows.order_by("number").only(*COLUMNS))


def _batch(articles: Iterable[Article]) -> Batch:
    documents: list[IndexDocument] = []
    refused: list[Refused] = []
    highest = 0
    with uncollected():
        for article in articles:
            highest = max(highest, article.number)
            try:
                documents.append(make_document(article))
            except UNREADABLE as error:
                reason = f"Its row cannot be read: {type(error).__name__}: {error}"
                refused.append(Refused(article.id, article.number, article.version, reason))
    return Batch(documents, refused, highest)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for garbage in circles: there is none in parsed JSON, and looking takes half of the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def ids(documents: Sequence[IndexDocument]) -> list[UUID]:
    return [document.id for document in documents]
