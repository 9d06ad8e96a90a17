"""Taking documents in, one at a time or many, and structuring them again when the rules changed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from ingest import fetching, inputs, pipeline, waking
from ingest.batches import receive_batch
from ingest.documents import clean
from ingest.models import Capture, CaptureState, Priority
from newsapi import places, wakeups

__all__ = ["ingest_inline", "receive", "receive_batch", "restructure", "wait_for"]

MAX_WAIT = 30
SHORT_WAIT = 0.5
"""Seconds that a request waits which found every place for waiting taken."""
LOOK_EVERY = 1.0
"""Seconds after which who waits looks at the database, woken or not."""
AT_A_TIME = 1_000


def receive(content: bytes, media_type: str, hints: Mapping[str, Any] | None = None, *, wake: bool = True) -> Capture:
    """Commit one document as it arrived: JSON, text or HTML by `media_type` (with charset), and what the caller knows.

    A page of which only the address is given is fetched by a worker. Raises a NewsApiError for what can be no document;
    after that nothing is lost any more.
    """
    hints = {name: clean(value) if isinstance(value, str) else value for name, value in (hints or {}).items()}
    given = inputs.read(content, media_type, hints)
    kind, charset = inputs.split_media_type(media_type)
    capture = Capture(
        content=content,
        media_type=f"{kind}; charset={charset}"[:100] if charset else kind,
        hints=hints,
        external_id=given.external_id,
        priority=Priority.SINGLE,
        pending=given.page is None,
    )
    if given.page is None:
        capture.save(force_insert=True)
        if wake:
            waking.wake_after_commit()
        return capture
    with transaction.atomic():
        capture.save(force_insert=True)
        fetching.ask([(capture, given.page)])
        if wake:
            waking.wake_fetcher_after_commit()
    return capture


def wait_for(capture_id: UUID, seconds: float) -> Capture:
    """The capture once it is done, or as it is when the time (at most MAX_WAIT s) is over."""
    with _place() as free:
        until = time.monotonic() + min(seconds, MAX_WAIT if free else SHORT_WAIT)
        while True:
            capture = Capture.objects.defer("content").get(id=capture_id)
            left = until - time.monotonic()
            if not capture.is_open or left <= 0:
                return capture
            wakeups.wait(f"capture:{capture_id}", min(left, LOOK_EVERY))


@contextmanager
def _place() -> Iterator[bool]:
    free = places.enter()
    try:
        yield free
    finally:
        if free:
            places.leave()


def ingest_inline(documents: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Structure documents (objects as POST /v1/documents takes them) in this process; counts by capture state.

    For a first start and the shell: no worker is needed. Raises NewsApiError for what can be no document.
    """
    outcome: Counter[str] = Counter()
    for document in documents:
        capture = receive(orjson.dumps(document), inputs.JSON, wake=False)
        outcome.update(work.state for work in pipeline.run(_claim_one(capture)))
    return outcome


def _claim_one(capture: Capture) -> list[Capture]:
    return pipeline.claim(pipeline.claimable().filter(id=capture.id), 1)


def restructure(captures: QuerySet[Capture] | None = None, *, wake: bool = True) -> int:
    """Put captures through the pipeline again, the whole archive by default; how many there are.

    Articles are changed in place and keep their corrections. What was rejected or failed gets another chance. Of an
    article's captures only the newest counts; duplicates stay what they are.
    """
    newest = Capture.objects.filter(article_id=OuterRef("article_id"), state=CaptureState.STRUCTURED).order_by("-id")
    again = Q(state__in=(CaptureState.REJECTED, CaptureState.FAILED)) | Q(
        state=CaptureState.STRUCTURED, article__deleted_at__isnull=True, id=Subquery(newest.values("id")[:1])
    )
    rows = (Capture.objects.all() if captures is None else captures).filter(again, pending=False)
    begun = timezone.now()
    total = 0
    last: UUID | None = None
    while True:
        # In parts: one statement over the whole archive would keep every other writer waiting.
        part = rows.filter(received_at__lte=begun).order_by("id")
        ids = list((part.filter(id__gt=last) if last else part).values_list("id", flat=True)[:AT_A_TIME])
        if not ids:
            return total
        last = ids[-1]
        if missing := fetching.ask_again(Capture.objects.filter(id__in=ids)):
            total += len(missing)
            ids = [each for each in ids if each not in set(missing)]
            if wake:
                waking.wake_fetcher_after_commit()
        total += Capture.objects.filter(id__in=ids, pending=False).update(
            pending=True, priority=Priority.RESTRUCTURE, attempts=0, lease_until=None
        )
        if wake:
            waking.wake_after_commit()
