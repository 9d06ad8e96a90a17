"""Writing what was structured: new articles, duplicates, revisions, and the same article structured anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q
from django.utils import timezone

from articles import corrections, duplicates, entities, sources
from articles.ledger import Numbers, change, record
from articles.models import Article, Change, ChangeKind, Source
from newsapi.text import fold

SHOWN_TEXT = ("headline", "standfirst", "body")
Document = dict[str, Any]
Enricher = Callable[[Document], Document]
"""Gives a document whose text was corrected everything that follows from the text: mentions, topics, fingerprints."""

_enrichers: list[Enricher] = []


def use_enricher(enricher: Enricher) -> None:
    """Say how to enrich a corrected document; `ingest` does, since this room knows nothing of text."""
    _enrichers[:] = [enricher]


class Outcome(StrEnum):
    CREATED = "created"
    DUPLICATE = "duplicate"
    REVISED = "revised"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(slots=True)
class Incoming:
    """A structured document to be written; `external_id` is the caller's own, empty where there is none.

    `overtaken` says of an article whether something that arrived later under the same id is in it already.
    """

    document: Document
    received_at: datetime
    external_id: str = ""
    overtaken: Callable[[UUID], bool] = lambda article_id: False


def content_hash(document: Mapping[str, Any]) -> str:
    """What makes two bodies the same. Where there is no body the headline counts; empty where there is neither."""
    fingerprints = document.get("fingerprints") or {}
    if document.get("body") and fingerprints.get("content"):
        return str(fingerprints["content"])[:64]
    headline = fold(document.get("headline") or "")
    return hashlib.sha256(f"headline\0{headline}".encode()).hexdigest() if headline else ""


def text_hash(document: Mapping[str, Any]) -> str:
    """What makes two texts the same, headline and standfirst included."""
    parts = (content_hash(document), document.get("headline") or "", document.get("standfirst") or "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def date_of(document: Mapping[str, Any], received_at: datetime) -> datetime:
    """When it was published, else when it was received."""
    published = document.get("published_at")
    if isinstance(published, str):
        published = datetime.fromisoformat(published)
    if not isinstance(published, datetime):
        return received_at
    return published if published.tzinfo else published.replace(tzinfo=UTC)


def store(numbers: Numbers, incoming: Sequence[Incoming]) -> list[tuple[Article, Outcome]]:
    """Write these in their order, each as a new article, a new text of one, or nothing as it is there already.

    - The same external id from the same source with another text is a new revision of that article; one that was
      overtaken by a later text, since whoever worked on it was killed, is a duplicate.
    - The same body from the same source is a duplicate: nothing is written, the article there is given.
    - The same body from another source is an article with `duplicate_of`.

    Call it under articles.ledger.writing.
    """
    write = _Write(numbers, incoming)
    outcomes = [write.one(item) for item in incoming]
    write.save()
    return outcomes


class _Write:
    """One write of several articles: looks up everything at the start, saves everything at the end."""

    def __init__(self, numbers: Numbers, incoming: Sequence[Incoming]) -> None:
        self.numbers = numbers
        pairs = [sources.named(item.document.get("source")) for item in incoming]
        self.sources = sources.resolve([pair for pair in pairs if pair])
        self.new: list[Article] = []
        self.changed: dict[UUID, Article] = {}
        self.changes: list[Change] = []
        self.unsettled: set[str] = set()
        self.originals: dict[str, UUID] = {}
        self.bodies: dict[tuple[str, UUID | None], Article] = {}
        self.external: dict[tuple[str, UUID | None], Article] = {}
        live = Article.objects.filter(deleted_at__isnull=True)
        hashes = {content_hash(item.document) for item in incoming} - {""}
        ours = Q(duplicate_of__isnull=True) | Q(source_id__in=[row.id for row in self.sources.values()])
        same_body = live.filter(ours | Q(source__isnull=True), content_hash__in=hashes).defer("document")
        for article in same_body.order_by("number"):
            self._know(article)
        external_ids = {item.external_id for item in incoming} - {""}
        if external_ids:
            for article in live.filter(external_id__in=external_ids).order_by("-number"):
                self.external[article.external_id, article.source_id] = article

    def _know(self, article: Article) -> None:
        if article.content_hash:
            self.originals.setdefault(article.content_hash, article.duplicate_of_id or article.id)
            self.bodies.setdefault((article.content_hash, article.source_id), article)

    def one(self, item: Incoming) -> tuple[Article, Outcome]:
        pair = sources.named(item.document.get("source"))
        source = self.sources[pair] if pair else None
        source_id = source.id if source else None
        known = self.external.get((item.external_id, source_id)) if item.external_id else None
        if known is not None:
            return self._again(known, item)
        body = content_hash(item.document)
        same = self.bodies.get((body, source_id)) if body else None
        if same is not None:
            return same, Outcome.DUPLICATE
        return self._create(item, source, body), Outcome.CREATED

    def _create(self, item: Incoming, source: Source | None, body: str) -> Article:
        article = Article(
            number=self.numbers.take(),
            received_at=item.received_at,
            external_id=item.external_id,
            duplicate_of_id=self.originals.get(body),
        )
        fill(article, item.document, source)
        identify(article, item.document)
        self.new.append(article)
        self.changes.append(change(article, ChangeKind.CREATED))
        self._know(article)
        if item.external_id:
            self.external[item.external_id, article.source_id] = article
        return article

    def _again(self, article: Article, item: Incoming) -> tuple[Article, Outcome]:
        """What the caller already gave under the same id: another text is a revision of it."""
        if article.text_hash == text_hash(item.document) or item.overtaken(article.id):
            return article, Outcome.DUPLICATE
        # What a person corrected in the old text says nothing about the new one; all else is kept.
        article.corrections = {
            field: value for field, value in article.corrections.items() if field not in corrections.TEXT_FIELDS
        }
        before = article.content_hash
        identify(article, item.document)
        fill(article, corrected(item.document, article.corrections), article.source)
        article.revision += 1
        article.version += 1
        self.unsettled |= {before, article.content_hash}
        self.changes.append(change(article, ChangeKind.REVISED))
        if all(article is not new for new in self.new):
            self.changed[article.id] = article
        self._know(article)
        return article, Outcome.REVISED

    def save(self) -> None:
        written = [*self.new, *self.changed.values()]
        give_entity_ids(article.document for article in written)
        Article.objects.bulk_create(self.new)
        for article in self.changed.values():
            article.updated_at = timezone.now()
            article.save()
        record(self.changes)
        if self.unsettled:
            duplicates.settle(self.unsettled)


def replace(article: Article, document: Document, structured: Document | None = None) -> Outcome:
    """Put another document in the place of an article's; corrections are laid over it already.

    `structured` is the document without corrections where it was structured anew. A new version if anything changed,
    a new revision if the text did. Call it under articles.ledger.writing.
    """
    give_entity_ids([document])
    before = article.content_hash
    if structured is not None:
        identify(article, structured)
    pair = sources.named(document.get("source"))
    source = sources.resolve([pair])[pair] if pair else None
    name_source(document, source)
    if _canonical(document) == _canonical(article.document):
        return Outcome.UNCHANGED
    text_changed = any((article.document.get(name) or "") != (document.get(name) or "") for name in SHOWN_TEXT)
    fill(article, document, source)
    article.version += 1
    article.revision += text_changed
    article.updated_at = timezone.now()
    article.save()
    record([change(article, ChangeKind.REVISED if text_changed else ChangeKind.UPDATED)])
    if before != article.content_hash:
        duplicates.settle({before, article.content_hash})
        article.refresh_from_db()
    return Outcome.REVISED if text_changed else Outcome.UPDATED


def corrected(document: Document, corrected_fields: Mapping[str, Any]) -> Document:
    """A document with corrections laid over, enriched anew where its text or language is corrected."""
    if not corrected_fields:
        return document
    laid = corrections.lay_over(document, corrected_fields)
    if _enrichers and ({*corrections.TEXT_FIELDS, "language"} & set(corrected_fields)):
        laid = corrections.lay_over(_enrichers[0](laid), corrected_fields)
    return laid


def fill(article: Article, document: Document, source: Source | None) -> None:
    """Set an article's columns from its document."""
    name_source(document, source)
    article.source = source
    article.document = document
    article.headline = document.get("headline") or ""
    article.url = document.get("url") or ""
    article.language = ((document.get("language") or {}).get("code") or "")[:35]
    article.date = date_of(document, article.received_at)


def name_source(document: Document, source: Source | None) -> None:
    """Put the row's id into the document's source, and what the row knows where the document says nothing."""
    if source is not None:
        found = document.get("source") or {}
        document["source"] = {
            "id": str(source.id),
            "name": found.get("name") or source.name,
            "domain": found.get("domain") or source.domain or None,
        }


def identify(article: Article, structured: Document) -> None:
    """Set what tells that this text arrived again."""
    article.content_hash = content_hash(structured)
    article.text_hash = text_hash(structured)


def give_entity_ids(documents: Iterable[Document]) -> None:
    """Put the row's id first into each entity of these documents, making the rows that are missing."""
    documents = list(documents)
    ids = entities.resolve(entity for document in documents for entity in document.get("entities") or ())
    for document in documents:
        found = document.get("entities") or ()
        document["entities"] = [{**entity, "id": str(ids[entities.key(entity)])} for entity in found]


def _canonical(document: Mapping[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
