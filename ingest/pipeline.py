"""From captures to articles, a small chunk at a time: claim, structure without any lock, write in one transaction.

Any process may be killed at any moment. A capture is work until the transaction that writes its article says
otherwise; until then its lease runs out and another process claims it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from articles import store
from articles.ledger import Numbers, writing
from articles.models import Article
from enrich import urls
from enrich.draft import RawDocument
from ingest import explaining, fetching, inputs
from ingest.models import Capture, CaptureState, Priority
from newsapi import context, wakeups
from newsapi.errors import NewsApiError

logger = logging.getLogger(__name__)
CHUNK = 25
CHUNK_BYTES = 1_000_000
CHUNK_SECONDS = 0.3
"""A chunk is small in every way, so that a single post waits for no more than this behind a bulk load."""
MAX_ATTEMPTS = 3
GAVE_UP = {
    "code": "gave_up",
    "title": "Structuring never came to an end",
    "detail": f"The process that structured it ended before it was done, {MAX_ATTEMPTS} times.",
}


@dataclass(slots=True)
class Work:
    """A claimed capture and what became of it: a document, or a state with the reason."""

    capture: Capture
    document: store.Document | None = None
    received_at: datetime | None = None
    external_id: str = ""
    state: str = ""
    reason: dict[str, Any] | None = None
    article_id: UUID | None = None
    again: Again | None = None


@dataclass(slots=True)
class Again:
    """The article that is structured anew, its corrections as seen, and the document with them laid over."""

    article_id: UUID
    corrections: dict[str, Any]
    corrected: store.Document = field(default_factory=dict)


def claimable() -> QuerySet[Capture]:
    """What waits to be structured and nobody works on."""
    return Capture.objects.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=timezone.now()), pending=True)


def in_order(captures: QuerySet[Capture]) -> QuerySet[Capture]:
    """By priority, then as they arrived: the order of an index."""
    return captures.order_by("priority", "id")


def waits() -> bool:
    """Whether there is anything to claim."""
    # In order too, so that no plan reads the table for it.
    return bool(in_order(claimable()).values_list("id")[:1])


def process(limit: int = CHUNK) -> int:
    """Structure the next captures, at most `limit`; how many were taken on, 0 when nothing waits."""
    return len(run(claim(claimable(), limit)))


def claim(waiting: QuerySet[Capture], limit: int) -> list[Capture]:
    """Take a lease on the next captures: by priority, then as they arrived.

    One that was claimed before (its process died) is claimed alone, so that a document that kills takes no others with
    it. One that was claimed MAX_ATTEMPTS times is given up.
    """
    now = timezone.now()
    with transaction.atomic():
        rows = in_order(waiting).select_for_update(skip_locked=True)
        found = list(rows.annotate(size=Length("content")).values_list("id", "attempts", "size")[:limit])
        spent = [capture_id for capture_id, attempts, _ in found if attempts >= MAX_ATTEMPTS]
        if spent:
            _give_up(spent, now)
        fit = _that_fit([row for row in found if row[1] < MAX_ATTEMPTS])
        if not fit:
            return []
        mine = Capture.objects.filter(id__in=fit)
        mine.update(lease_until=now + timedelta(seconds=settings.LEASE_SECONDS), attempts=F("attempts") + 1)
    return list(mine.order_by("priority", "id"))


def _that_fit(found: Sequence[tuple[UUID, int, int | None]]) -> list[UUID]:
    fit: list[UUID] = []
    total = 0
    for capture_id, attempts, size in found:
        total += size or 0
        if fit and (attempts or total > CHUNK_BYTES):
            break
        fit.append(capture_id)
        if attempts:
            break
    return fit


def _give_up(ids: Sequence[UUID], now: datetime) -> None:
    given_up = Capture.objects.filter(id__in=ids)
    given_up.filter(article__isnull=True).update(state=CaptureState.FAILED)
    given_up.update(pending=False, lease_until=None, reason=GAVE_UP, processed_at=now)
    logger.error("gave up on %d captures: %s", len(ids), ", ".join(str(each) for each in ids))


def run(captures: Sequence[Capture]) -> list[Work]:
    """Structure claimed captures and write what came of them; what there was no time for is handed back."""
    if not captures:
        return []
    began = time.monotonic()
    articles = _articles_of(captures)
    done: list[Work] = []
    for capture in captures:
        if done and time.monotonic() - began > CHUNK_SECONDS:
            break
        with context.of_request(capture.request_id):
            done.append(structure(capture, articles.get(capture.article_id) if capture.article_id else None))
    _hand_back(captures[len(done) :])
    _write(done)
    for work in done:
        about = {"capture": str(work.capture.id), "state": work.state, "request_id": work.capture.request_id}
        logger.info("capture %s: %s", work.capture.id, work.state or "done by another", extra=about)
        if work.capture.priority == Priority.SINGLE:
            wakeups.notify(f"capture:{work.capture.id}")
    return done


def _articles_of(captures: Iterable[Capture]) -> dict[UUID, dict[str, Any]]:
    """The corrections of those articles that are structured anew."""
    ids = [capture.article_id for capture in captures if capture.article_id]
    if not ids:
        return {}
    return dict(Article.objects.filter(id__in=ids).values_list("id", "corrections"))


def _hand_back(captures: Sequence[Capture]) -> None:
    if captures:
        rows = Capture.objects.filter(id__in=[capture.id for capture in captures], pending=True)
        rows.update(lease_until=None, attempts=F("attempts") - 1)


def structure(capture: Capture, corrections: dict[str, Any] | None = None) -> Work:
    """Structure one capture; of the database only a page that was fetched for it is read.

    Whatever goes wrong with it is its own state and reason.
    """
    work = Work(capture)
    try:
        given = inputs.read(bytes(capture.content), capture.media_type, capture.hints)
        if given.page is not None and (page := fetching.page_of(capture.id)) is not None:
            given = inputs.read_page(given, bytes(page.content or b""), page.media_type, page.url)
        work.received_at = given.raw.received_at or capture.received_at
        work.external_id = given.external_id
        raw = replace(given.raw, received_at=work.received_at)
        work.document = _document(raw)
        if capture.article_id is not None:
            corrections = corrections or {}
            work.again = Again(capture.article_id, corrections, store.corrected(dict(work.document), corrections))
    except NewsApiError as error:
        work.state, work.reason = CaptureState.REJECTED, error.as_problem()
    except Exception as error:
        logger.exception("structuring capture %s failed", capture.id)
        work.state, work.reason = CaptureState.FAILED, _bug(error)
    return work


def _document(raw: RawDocument) -> store.Document:
    # Imported with the first document: gazetteers and models are a load that web processes do without.
    from ingest import structuring

    if raw.enrich is None:
        raw = replace(raw, enrich=settings.ENV.enrich)
    document: store.Document = structuring.as_json(structuring.structure(raw))
    document.pop("id", None)
    return document


def _bug(error: Exception) -> dict[str, Any]:
    return {
        "code": "internal_error",
        "title": "Something went wrong on our side",
        "detail": f"Structuring it failed ({type(error).__name__}: {str(error)[:500]}). It can be tried again.",
    }


def _write(done: Sequence[Work]) -> None:
    """Write a chunk at once; if the database takes it badly, one by one, so that only the culprit fails."""
    try:
        _write_together(done)
    except (OperationalError, InterfaceError):
        # The database is away or busy: the leases run out, and all of it is done again.
        raise
    except Exception as error:
        logger.exception("writing %d captures failed", len(done))
        if len(done) > 1:
            for work in done:
                _write([work])
            return
        [work] = done
        work.state, work.reason, work.document = CaptureState.FAILED, _bug(error), None
        _write_together(done)


def _write_together(done: Sequence[Work]) -> None:
    now = timezone.now()
    with writing() as numbers:
        ids = [work.capture.id for work in done]
        # Another process may have done it meanwhile, if this one was slower than its lease.
        pending = set(Capture.objects.filter(id__in=ids, pending=True).values_list("id", flat=True))
        # As they arrived, whatever their priority: the later of two texts under one id is the one that stays.
        mine = sorted((work for work in done if work.capture.id in pending), key=lambda work: work.capture.id)
        _write_new([work for work in mine if work.document is not None and work.again is None], numbers)
        for work in mine:
            if work.document is not None and work.again is not None:
                _write_again(work, work.document, work.again)
        _finish(mine, now)


OUTCOMES = {store.Outcome.DUPLICATE: CaptureState.DUPLICATE}


def _write_new(works: Sequence[Work], numbers: Numbers) -> None:
    incoming = [
        store.Incoming(
            document=work.document or {},
            received_at=work.received_at or work.capture.received_at,
            external_id=work.external_id,
            address=_address(work.document or {}),
            arrival=work.capture.id,
        )
        for work in works
    ]
    for work, written in zip(works, store.store(numbers, incoming), strict=True):
        work.article_id = written.article.id
        work.state = OUTCOMES.get(written.outcome, CaptureState.STRUCTURED)
        work.reason = explaining.dropped(written.dropped) if written.dropped else None


def _address(document: store.Document) -> str:
    return urls.canonical(document.get("url"))


def _write_again(work: Work, document: store.Document, again: Again) -> None:
    """Put the document in the place of the article's, unless a newer capture gave it its text."""
    work.state, work.article_id = CaptureState.STRUCTURED, again.article_id
    article = Article.objects.filter(id=again.article_id, deleted_at__isnull=True).select_related("source").first()
    newer = Capture.objects.filter(article_id=again.article_id, state=CaptureState.STRUCTURED, id__gt=work.capture.id)
    if article is None or newer.exists():
        return
    if article.corrections != again.corrections:
        again.corrected = store.corrected(dict(document), article.corrections)
    store.replace(article, again.corrected, document, _address(document))


COLUMNS = ("state", "reason", "article", "external_id", "processed_at")


def _finish(works: Sequence[Work], now: datetime) -> None:
    """The captures' rows: one statement each, prepared once."""
    table = Capture._meta
    fields = [field for field in table.concrete_fields if field.name in COLUMNS]
    rows = []
    for work in works:
        capture = work.capture
        if capture.article_id and work.state in (CaptureState.FAILED, CaptureState.REJECTED):
            # Structured anew and found wanting: the article that it gave once stays, the reason is kept with it.
            work.article_id, work.state = capture.article_id, capture.state
        values = {
            "state": work.state,
            "reason": work.reason,
            "article": work.article_id,
            "external_id": work.external_id or capture.external_id,
            "processed_at": now,
        }
        prepared = [field.get_db_prep_save(values[field.name], connection) for field in fields]
        rows.append([*prepared, False, None, table.pk.get_db_prep_save(capture.id, connection)])
    assignments = ", ".join(f"{field.column} = %s" for field in fields)
    statement = f"UPDATE {table.db_table} SET {assignments}, pending = %s, lease_until = %s WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def drain(seconds: float, *, on_chunk: Callable[[int], None] | None = None) -> int:
    """Process until nothing waits or the time is over; how many captures were taken on."""
    until = time.monotonic() + seconds
    total = 0
    while time.monotonic() < until:
        count = process()
        if not count:
            break
        total += count
        if on_chunk is not None:
            on_chunk(count)
    return total
