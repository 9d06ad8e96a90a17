"""Which article is the original: the oldest of those with one body or nearly one; every other is its duplicate.

A duplicate always points to a live original that is older than itself and that it is a copy of. Whatever changes a body
or removes an article puts that right again in the same transaction.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from articles import copies, nearness
from articles.copies import Body, Originals
from articles.ledger import change, record
from articles.models import Article, Change, ChangeKind


@dataclass(frozen=True, slots=True)
class Pointer:
    """The original of a duplicate, and how much of the smaller body they share."""

    original_id: UUID
    similarity: float


def is_as_it_arrived(article: Article) -> bool:
    """Whether `content_hash` is of the body that the article has, and not of one that a person corrected since."""
    return "paragraphs" not in article.corrections


class Unsettled:
    """Articles that change within a write; `note` each before it does, `settle` once all are saved."""

    def __init__(self) -> None:
        self._keys: dict[int, tuple[int, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._keys)

    def note(self, article: Article) -> None:
        """Remember what the article is found by now."""
        if article.number not in self._keys:
            is_original = article.duplicate_of_id is None
            self._keys[article.number] = Body.of(article.document).keys if is_original else ()

    def settle(self) -> None:
        """Make it so again for these and all that depends on them. Call it under articles.ledger.writing.

        Every article whose `duplicate_of` or `similarity` changes gets a new version and a Change.
        """
        for number, keys in self._keys.items():
            if keys:
                copies.remove(keys, number)
        settle(self._keys)
        self._keys = {}


def settle(numbers: Iterable[int]) -> None:
    """Judge these articles, which the table of keys does not have, as if they had just been written."""
    _Settling(numbers).run()


class _Settling:
    """Judges articles from the oldest on. An article that is judged can only put newer ones in question, so each is
    judged once, and finds everything older than itself as it will stay.
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self.changed = set(numbers)
        """Those with another body, or that are gone: their keys are not in the table."""
        self.queue = sorted(self.changed)
        self.seen = set(self.queue)
        self.changes: list[Change] = []

    def run(self) -> None:
        while self.queue:
            number = heapq.heappop(self.queue)
            article = Article.objects.filter(number=number).first()
            if article is None:
                continue
            if article.deleted_at is not None:
                self.question(article.duplicates.all())
            else:
                self.judge(article)
        record(self.changes)

    def question(self, articles: QuerySet[Article]) -> None:
        for number in articles.values_list("number", flat=True):
            self.push(number)

    def push(self, number: int) -> None:
        if number not in self.seen:
            self.seen.add(number)
            heapq.heappush(self.queue, number)

    def judge(self, article: Article) -> None:
        body = Body.of(article.document)
        originals = Originals([body])
        was_original = article.duplicate_of_id is None
        pointer = self.find(article, body, originals)
        self.point(article, pointer)
        if pointer is not None:
            if was_original:
                if article.number not in self.changed:
                    copies.remove(body.keys, article.number)
                self.question(article.duplicates.all())
        elif not was_original or article.number in self.changed:
            originals.add(article, body)
            originals.save()
            self.question(article.duplicates.all())
            for number in originals.above(body, article.number):
                self.push(number)
            if is_as_it_arrived(article) and article.content_hash:
                newer = same_body(article.content_hash).filter(number__gt=article.number)
                self.question(newer.filter(duplicate_of__isnull=True))

    def find(self, article: Article, body: Body, originals: Originals) -> Pointer | None:
        if article.content_hash and is_as_it_arrived(article):
            older = same_body(article.content_hash).filter(number__lt=article.number).order_by("number")
            for other in older.only("id", "duplicate_of_id", "similarity", "corrections")[:10]:
                if is_as_it_arrived(other):
                    return pointer_by(other)
        copy = originals.nearest(body, below=article.number)
        return None if copy is None else Pointer(copy.original.id, copy.similarity)

    def point(self, article: Article, pointer: Pointer | None) -> None:
        original_id = pointer.original_id if pointer else None
        similarity = pointer.similarity if pointer else None
        if (article.duplicate_of_id, article.similarity) == (original_id, similarity):
            return
        kind = ChangeKind.MERGED if original_id and article.duplicate_of_id is None else ChangeKind.UPDATED
        article.duplicate_of_id, article.similarity = original_id, similarity
        article.version += 1
        article.updated_at = timezone.now()
        article.save(update_fields=["duplicate_of", "similarity", "version", "updated_at"])
        self.changes.append(change(article, kind))


def same_body(content_hash: str) -> QuerySet[Article]:
    """Live articles that arrived with this body."""
    return Article.objects.filter(deleted_at__isnull=True, content_hash=content_hash)


def pointer_by(twin: Article) -> Pointer:
    """What an article with the same body as `twin` is a duplicate of: of it, or of the original that it copies."""
    if twin.duplicate_of_id is None:
        return Pointer(twin.id, 1.0)
    return Pointer(twin.duplicate_of_id, twin.similarity if twin.similarity is not None else 1.0)


MOST_LISTED = 100
SAME_BODY, NEAR_BODY = "same_body", "near_body"


def explain(article: Article) -> dict[str, Any]:
    """Why an article is the duplicate of another, with both bodies compared anew; or what are duplicates of it."""
    original = article.duplicate_of
    found = article.duplicates.filter(deleted_at__isnull=True).select_related("source").order_by("number")
    explained: dict[str, Any] = {
        "article": str(article.id),
        "is_duplicate": original is not None,
        "duplicate_of": _shown(original) if original else None,
        "similarity": article.similarity,
        "because": None,
        "duplicates": [{**_shown(each), "similarity": each.similarity} for each in found[:MOST_LISTED]],
        "revision": article.revision,
    }
    if original is not None:
        explained["because"] = _because(article, original)
    return explained


def _because(article: Article, original: Article) -> dict[str, Any]:
    compared = nearness.compare(Body.of(article.document).text, Body.of(original.document).text)
    same = article.content_hash == original.content_hash and is_as_it_arrived(article) and is_as_it_arrived(original)
    if same:
        detail = "Both have the same body; case, punctuation and spacing do not count."
    else:
        smaller = "this article" if len(article.document.get("body") or "") <= len(_body(original)) else "the original"
        detail = (
            f"{compared.contained:.0%} of the phrases of {smaller}, the shorter of the two, are in the other;"
            f" of all phrases in either they share {compared.resemblance:.0%}. The original arrived first."
        )
    return {
        "code": SAME_BODY if same else NEAR_BODY,
        "detail": detail,
        "contained": round(compared.contained, 4),
        "resemblance": round(compared.resemblance, 4),
        "phrases": [compared.smaller, compared.larger],
    }


def _body(article: Article) -> str:
    return article.document.get("body") or ""


def _shown(article: Article) -> dict[str, Any]:
    return {
        "id": str(article.id),
        "headline": article.headline or None,
        "source": article.source.name if article.source else None,
        "url": article.url or None,
        "date": article.date,
        "link": f"/v1/articles/{article.id}",
    }
