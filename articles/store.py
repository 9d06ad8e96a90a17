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
from django.db.models import Min, Q
from django.utils import timezone

from articles import corrections, entities, nearness, revisions, sources
from articles.copies import Body, Originals
from articles.duplicates import Pointer, Unsettled, is_as_it_arrived, pointer_by
from articles.ledger import Numbers, change, record
from articles.models import Article, Change, ChangeKind, Revision, Source
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


class Dropped(StrEnum):
    """Why what arrived is a duplicate that gives no article of its own."""

    SAME_BODY = "same_body"
    SAME_TEXT = "same_text"
    OVERTAKEN = "overtaken"
    EXCERPT = "excerpt"


@dataclass(slots=True)
class Incoming:
    """A structured document to be written; `external_id` is the caller's own, empty where there is none.

    `address` is the canonical form of its URL, `arrival` the id of what arrived: ids grow with time.
    """

    document: Document
    received_at: datetime
    external_id: str = ""
    address: str = ""
    arrival: UUID | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an Incoming: the article it is in now, and why it was dropped if it was."""

    article: Article
    outcome: Outcome
    dropped: Dropped | None = None


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


def url_key(address: str) -> str:
    """What makes two canonical addresses the same; empty where there is none."""
    return hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:32] if address else ""


def store(numbers: Numbers, incoming: Sequence[Incoming]) -> list[Written]:
    """Write these in their order, each as a new article, a new text of one, or nothing as it is there already.

    - The same external id or the same address from the same source with another text is a new revision of that
      article. What was overtaken by a later text, since whoever worked on it was killed, is a duplicate; so is an
      excerpt of what is there under that address.
    - The same body from the same source is a duplicate: nothing is written, the article there is given.
    - The same body from another source, and nearly the same from any, is an article with `duplicate_of`.

    Call it under articles.ledger.writing.
    """
    write = _Write(numbers, incoming)
    outcomes = [write.one(item, body) for item, body in zip(incoming, write.bodies, strict=True)]
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
        self.arrived: dict[UUID, Article] = {}
        self.changes: list[Change] = []
        self.revisions: list[Revision] = []
        self.unsettled = Unsettled()
        self.pointers: dict[str, Pointer] = {}
        self.same_source: dict[tuple[str, UUID | None], Article] = {}
        self.external: dict[tuple[str, UUID | None], Article] = {}
        self.addressed: dict[tuple[str, UUID | None], Article] = {}
        self._look_up(incoming)
        self.bodies = [Body.of(item.document) for item in incoming]
        self.originals = Originals(self.bodies)

    def _look_up(self, incoming: Sequence[Incoming]) -> None:
        live = Article.objects.filter(deleted_at__isnull=True)
        hashes = {content_hash(item.document) for item in incoming} - {""}
        ours = Q(duplicate_of__isnull=True) | Q(source_id__in=[row.id for row in self.sources.values()])
        bodies = live.filter(content_hash__in=hashes).defer("document")
        for article in bodies.filter(ours | Q(source__isnull=True)).order_by("number"):
            self._know(article)
        # Twins of other sources that are themselves copies of something: the oldest of them says of what.
        oldest = live.filter(content_hash__in=hashes - self.pointers.keys()).values("content_hash")
        for article in bodies.filter(number__in=oldest.annotate(oldest=Min("number")).values("oldest")):
            self._know(article)
        # One object an article, by whichever of its names it is found: what changes in it has to be seen by both.
        found: dict[UUID, Article] = {}
        external_ids = {item.external_id for item in incoming} - {""}
        if external_ids:
            for article in live.filter(external_id__in=external_ids).order_by("-number"):
                self.external[article.external_id, article.source_id] = found.setdefault(article.id, article)
        url_keys = {url_key(item.address) for item in incoming} - {""}
        if url_keys:
            for article in live.filter(url_key__in=url_keys).order_by("-number"):
                self.addressed[article.url_key, article.source_id] = found.setdefault(article.id, article)

    def _know(self, article: Article) -> None:
        if article.content_hash:
            self.same_source.setdefault((article.content_hash, article.source_id), article)
            if is_as_it_arrived(article):
                self.pointers.setdefault(article.content_hash, pointer_by(article))

    def one(self, item: Incoming, body: Body) -> Written:
        pair = sources.named(item.document.get("source"))
        source = self.sources[pair] if pair else None
        source_id = source.id if source else None
        known = self.external.get((item.external_id, source_id)) if item.external_id else None
        if known is not None:
            return self._again(known, item)
        known = self.addressed.get((url_key(item.address), source_id)) if item.address else None
        if known is not None and _is_same(known, item):
            return self._again(known, item, by_address=True)
        content = content_hash(item.document)
        same = self.same_source.get((content, source_id)) if content else None
        if same is not None:
            return Written(same, Outcome.DUPLICATE, Dropped.SAME_BODY)
        return Written(self._create(item, source, content, body), Outcome.CREATED)

    def _create(self, item: Incoming, source: Source | None, content: str, body: Body) -> Article:
        article = Article(
            number=self.numbers.take(),
            received_at=item.received_at,
            external_id=item.external_id,
            arrival=item.arrival,
        )
        fill(article, item.document, source)
        identify(article, item.document, item.address)
        pointer = self.pointers.get(content)
        if pointer is None and (copy := self.originals.nearest(body)):
            pointer = Pointer(copy.original.id, copy.similarity)
        if pointer is None:
            self.originals.add(article, body)
        else:
            article.duplicate_of_id, article.similarity = pointer.original_id, pointer.similarity
        self.new.append(article)
        self.changes.append(change(article, ChangeKind.CREATED))
        self._know(article)
        self._name(article)
        return article

    def _name(self, article: Article) -> None:
        if article.external_id:
            self.external[article.external_id, article.source_id] = article
        if article.url_key:
            self.addressed.setdefault((article.url_key, article.source_id), article)

    def _again(self, article: Article, item: Incoming, *, by_address: bool = False) -> Written:
        """What is there already under the same id or address: another text is a revision of it."""
        if item.arrival and article.arrival and item.arrival < article.arrival:
            return Written(article, Outcome.DUPLICATE, Dropped.OVERTAKEN)
        dropped = None
        if article.text_hash == text_hash(item.document):
            dropped = Dropped.SAME_TEXT
        elif by_address and _is_excerpt(item.document, article.document):
            dropped = Dropped.EXCERPT
        if item.arrival is not None and article.arrival != item.arrival:
            article.arrival = item.arrival
            self.arrived[article.id] = article
        if dropped is not None:
            return Written(article, Outcome.DUPLICATE, dropped)
        if _is_other_body(article, content_hash(item.document), item.document):
            self.unsettled.note(article)
        self.revisions.append(revisions.of(article))
        # What a person corrected in the old text says nothing about the new one; all else is kept.
        article.corrections = {
            field: value for field, value in article.corrections.items() if field not in corrections.TEXT_FIELDS
        }
        identify(article, item.document, item.address)
        fill(article, corrected(item.document, article.corrections), article.source)
        article.external_id = article.external_id or item.external_id
        article.revision += 1
        article.version += 1
        self.changes.append(change(article, ChangeKind.REVISED))
        if all(article is not new for new in self.new):
            self.changed[article.id] = article
        self._know(article)
        self._name(article)
        return Written(article, Outcome.REVISED)

    def save(self) -> None:
        written = [*self.new, *self.changed.values()]
        give_entity_ids(article.document for article in written)
        Article.objects.bulk_create(self.new)
        for article in self.changed.values():
            article.updated_at = timezone.now()
            article.save()
        saved = {article.id for article in written}
        for article in self.arrived.values():
            if article.id not in saved:
                Article.objects.filter(id=article.id).update(arrival=article.arrival)
        revisions.keep(self.revisions)
        record(self.changes)
        self.originals.save()
        self.unsettled.settle()


def _is_same(article: Article, item: Incoming) -> bool:
    """Whether the same address means the same article. It does, unless the caller has another id for each: then they
    must have a headline or some of their text in common, since some give the address of a front page for everything.
    """
    if not item.external_id or article.external_id in ("", item.external_id):
        return True
    if article.headline and fold(article.headline) == fold(item.document.get("headline") or ""):
        return True
    texts = [nearness.read(each.get("body") or "") for each in (article.document, item.document)]
    return nearness.compare(*texts).contained >= SOME


SOME = 0.2
"""Share of the smaller body in the larger that two texts of one article have in common, however much was rewritten."""
EXCERPT = 0.8
"""Share of a text that must be in a longer one for it to be an excerpt, which must leave out half of that."""


def _is_excerpt(document: Document, known: Document) -> bool:
    """Whether a body is only the beginning, or other parts, of one that is there: the teaser of a feed, a paywall."""
    teaser, body = document.get("body") or "", known.get("body") or ""
    if not teaser or 2 * len(teaser) > len(body):
        return not teaser and bool(body)
    return nearness.compare(nearness.read(teaser), nearness.read(body)).contained >= EXCERPT


def replace(article: Article, document: Document, structured: Document | None = None, address: str = "") -> Outcome:
    """Put another document in the place of an article's; corrections are laid over it already.

    `structured` is the document without corrections where it was structured anew, `address` its canonical address. A
    new version if anything changed, a new revision if the text did; the text that a person corrected is kept. Call it
    under articles.ledger.writing.
    """
    give_entity_ids([document])
    identity, content = _identity(article), article.content_hash
    if structured is not None:
        identify(article, structured, address)
    pair = sources.named(document.get("source"))
    source = sources.resolve([pair])[pair] if pair else None
    name_source(document, source)
    unsettled = Unsettled()
    if _is_other_body(article, content, document):
        unsettled.note(article)
    if _canonical(document) == _canonical(article.document):
        outcome = Outcome.UNCHANGED
        if identity != _identity(article):
            article.save(update_fields=["content_hash", "text_hash", "url_key"])
    else:
        outcome = _put(article, document, source, keep=structured is None)
    if unsettled:
        unsettled.settle()
        article.refresh_from_db()
    return outcome


def _put(article: Article, document: Document, source: Source | None, *, keep: bool) -> Outcome:
    text_changed = any((article.document.get(name) or "") != (document.get(name) or "") for name in SHOWN_TEXT)
    if text_changed and keep:
        revisions.keep([revisions.of(article)])
    fill(article, document, source)
    article.version += 1
    article.revision += text_changed
    article.updated_at = timezone.now()
    article.save()
    record([change(article, ChangeKind.REVISED if text_changed else ChangeKind.UPDATED)])
    return Outcome.REVISED if text_changed else Outcome.UPDATED


def _identity(article: Article) -> tuple[str, str, str]:
    return article.content_hash, article.text_hash, article.url_key


def _is_other_body(article: Article, content: str, document: Document) -> bool:
    """Whether what it is a duplicate of is in question: another body arrived, or takes the place of the one there."""
    return article.content_hash != content or article.document.get("body") != document.get("body")


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
    article.near = nearness.unpack((document.get("fingerprints") or {}).get("near"))
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


def identify(article: Article, structured: Document, address: str) -> None:
    """Set what tells that this text, or another under its address, arrived again."""
    article.content_hash = content_hash(structured)
    article.text_hash = text_hash(structured)
    article.url_key = url_key(address)


def give_entity_ids(documents: Iterable[Document]) -> None:
    """Put the row's id first into each entity of these documents, making the rows that are missing."""
    documents = list(documents)
    ids = entities.resolve(entity for document in documents for entity in document.get("entities") or ())
    for document in documents:
        found = document.get("entities") or ()
        document["entities"] = [{**entity, "id": str(ids[entities.key(entity)])} for entity in found]


def _canonical(document: Mapping[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
