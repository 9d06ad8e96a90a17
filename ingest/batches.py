"""Bulk loads: a stream of JSON lines, committed in parts as it arrives, each bad line noted with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ingest import fetching, inputs, waking
from ingest.models import Batch, BatchRejection, Capture, Priority
from newsapi.errors import InvalidDocument, NewsApiError, TooLarge

MAX_LINES = 50_000
MAX_BYTES = 100_000_000
BLANK_LINES = 1_000_000
"""Blank lines are skipped, but not for ever: a hundred million of them pack into 100 KB."""
PART = 500
PART_BYTES = 4_000_000
SILENCE = timedelta(minutes=30)
KEPT_BYTES = 4_096
"""How much of a rejected line is kept."""


class EmptyBatch(NewsApiError):
    code = "empty_batch"
    title = "There is no document in the batch"
    status = 422


class BatchBroken(NewsApiError):
    """The stream ended early; what was read until then is accepted, and the batch says how much that is."""

    code = "batch_incomplete"
    title = "The batch was not read to its end"


def lines(pieces: Iterable[bytes], longest: int = inputs.MAX_BYTES) -> Iterator[bytes]:
    """The lines of a stream, without their ends, in constant memory; of one over `longest` bytes only longest + 1."""
    rest = bytearray()
    for piece in pieces:
        *whole, tail = piece.split(b"\n")
        for part in whole:
            _append(rest, part, longest)
            yield bytes(rest)
            rest.clear()
        _append(rest, tail, longest)
    if rest:
        yield bytes(rest)


def _append(line: bytearray, part: bytes, longest: int) -> None:
    line += part[: max(0, longest + 1 - len(line))]


def receive_batch(pieces: Iterable[bytes], *, max_lines: int = MAX_LINES, wake: bool = True) -> Batch:
    """Commit a stream of NDJSON (https://github.com/ndjson/ndjson-spec), one document a line; blank lines are skipped.

    Raises EmptyBatch where no line has anything, and BatchBroken (status 413 beyond a limit, else 400) where the stream
    cannot be read to its end: then the batch keeps what came before.
    """
    load = _Load(wake)
    number = 0
    try:
        for number, line in enumerate(lines(pieces), start=1):
            if not line.strip():
                if number > BLANK_LINES + max_lines:
                    raise TooLarge(f"Line {number:,} is blank like most before it; a batch is not made of blank lines.")
                continue
            if load.batch.lines >= max_lines:
                raise TooLarge(f"A batch may have {max_lines:,} documents; line {number:,} is one more.")
            load.take(number, line)
    except NewsApiError as error:
        if not load.batch.lines:
            raise
        load.end(error)
        raise BatchBroken(
            f"{error.detail} What came before is accepted: {load.batch.accepted:,} documents.",
            code=error.code,
            status=error.status,
            batch=str(load.batch.id),
            accepted=load.batch.accepted,
            line=number,
        ) from error
    if not load.batch.lines:
        raise EmptyBatch("The body has no line with anything in it; send one JSON object a line.")
    load.end()
    return load.batch


class _Load:
    """A batch on its way in: what was read and is not committed yet."""

    def __init__(self, wake: bool) -> None:
        self.batch = Batch()
        self.wake = wake
        self.saved = False
        self.captures: list[Capture] = []
        self.pages: list[tuple[Capture, str]] = []
        self.rejections: list[BatchRejection] = []
        self.size = 0

    def take(self, number: int, line: bytes) -> None:
        self.batch.lines += 1
        try:
            self.captures.append(self._capture(number, line))
            self.size += len(line)
        except NewsApiError as error:
            kept = line[:KEPT_BYTES]
            self.rejections.append(BatchRejection(batch=self.batch, line=number, reason=_reason(error), content=kept))
        if len(self.captures) + len(self.rejections) >= PART or self.size >= PART_BYTES:
            self.commit()

    def _capture(self, number: int, line: bytes) -> Capture:
        if len(line) > inputs.MAX_BYTES:
            raise TooLarge(f"The line is over {inputs.MAX_BYTES:,} bytes.")
        if b"\0" in line:
            raise InvalidDocument("The line has NUL bytes; it is no JSON.")
        given = inputs.read(line, inputs.JSON, {})
        capture = Capture(
            batch=self.batch,
            line=number,
            external_id=given.external_id,
            media_type=inputs.JSON,
            content=line,
            priority=Priority.BULK,
            pending=given.page is None,
        )
        if given.page is not None:
            self.pages.append((capture, given.page))
        return capture

    def commit(self) -> None:
        """Commit what was read, so that it is worked on while the rest arrives."""
        accepted, rejected = len(self.captures), len(self.rejections)
        with transaction.atomic():
            if not self.saved:
                self.batch.save(force_insert=True)
                self.saved = True
            Capture.objects.bulk_create(self.captures)
            fetching.ask(self.pages)
            BatchRejection.objects.bulk_create(self.rejections)
            Batch.objects.filter(id=self.batch.id).update(
                lines=self.batch.lines,
                accepted=F("accepted") + accepted,
                rejected=F("rejected") + rejected,
                updated_at=timezone.now(),
            )
            if self.wake and accepted:
                waking.wake_after_commit()
                if self.pages:
                    waking.wake_fetcher_after_commit()
        self.batch.accepted += accepted
        self.batch.rejected += rejected
        self.captures, self.pages, self.rejections, self.size = [], [], [], 0

    def end(self, error: NewsApiError | None = None) -> None:
        self.commit()
        self.batch.complete = error is None
        self.batch.error = error.as_problem() if error else None
        self.batch.save(update_fields=["complete", "error"])


def close_abandoned() -> int:
    """End the batches whose stream nobody reads any more, since the process that did was killed; how many."""
    silent = Batch.objects.filter(complete=False, error__isnull=True, updated_at__lt=timezone.now() - SILENCE)
    error = BatchBroken("The service was stopped while it read the batch. What came before is accepted.")
    return silent.update(error=error.as_problem())


def _reason(error: NewsApiError) -> dict[str, Any]:
    problem = error.as_problem()
    problem.pop("status")
    return problem
