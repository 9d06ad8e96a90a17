"""Reading captures and batches, in the form that the API shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import Length
from django.http import QueryDict

from ingest.models import Batch, BatchRejection, Capture, CaptureState
from newsapi.errors import InvalidParameter, NotFound
from newsapi.parameters import choice, integer, single

MAX_REJECTIONS = 1_000
PARAMETERS = ("status", "batch", "external_id", "limit", "cursor")


def get_capture(capture_id: UUID) -> Capture:
    """With its content. Raises NotFound."""
    capture = Capture.objects.filter(id=capture_id).first()
    if capture is None:
        raise NotFound(f"There is no document {capture_id}.")
    return capture


def capture_json(capture: Capture, size: int | None = None) -> dict[str, Any]:
    """What became of a document and why, and where it came from; `size` is the length of its content in bytes."""
    article = str(capture.article_id) if capture.article_id else None
    duplicate = capture.state == CaptureState.DUPLICATE
    return {
        "id": str(capture.id),
        "status": capture.state,
        "pending": capture.pending,
        "reason": capture.reason,
        "article": article,
        "duplicate_of": article if duplicate else None,
        "external_id": capture.external_id or None,
        "media_type": capture.media_type,
        "size": len(capture.content) if size is None else size,
        "hints": capture.hints,
        "received_at": capture.received_at,
        "processed_at": capture.processed_at,
        "attempts": capture.attempts,
        "batch": str(capture.batch_id) if capture.batch_id else None,
        "line": capture.line,
        "links": {
            "self": f"/v1/documents/{capture.id}",
            "content": f"/v1/documents/{capture.id}/content",
            "article": f"/v1/articles/{article}" if article else None,
            "batch": f"/v1/batches/{capture.batch_id}" if capture.batch_id else None,
        },
    }


def list_captures(params: QueryDict) -> dict[str, Any]:
    """`{results, next}`, newest first; `next` is the cursor after which to go on, None at the end.

    Raises InvalidParameter.
    """
    limit = integer(params, "limit", 20, 1, 1_000)
    rows: QuerySet[Capture] = Capture.objects.order_by("-id").annotate(size=Length("content")).defer("content")
    if "status" in params:
        rows = rows.filter(state=choice(params, "status", CaptureState.values, ""))
    if (batch := _uuid(params, "batch")) is not None:
        rows = rows.filter(batch_id=batch)
    if (external_id := single(params, "external_id")) is not None:
        rows = rows.filter(external_id=external_id.replace("\0", ""))
    if (after := _uuid(params, "cursor")) is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows[: limit + 1])
    return {
        "results": [capture_json(capture, capture.size) for capture in found[:limit]],  # type: ignore[attr-defined]
        "next": str(found[limit - 1].id) if len(found) > limit else None,
    }


def _uuid(params: QueryDict, name: str) -> UUID | None:
    value = single(params, name)
    if value is None:
        return None
    try:
        return UUID(value)
    except ValueError as error:
        raise InvalidParameter(f"{name} is {value[:100]!r}; it must be a UUID as given.", parameter=name) from error


def get_batch(batch_id: UUID) -> Batch:
    batch = Batch.objects.filter(id=batch_id).first()
    if batch is None:
        raise NotFound(f"There is no batch {batch_id}.")
    return batch


def batch_json(batch: Batch) -> dict[str, Any]:
    """How far a bulk load came: `progress` counts its documents by what became of them."""
    counts = dict(Capture.objects.filter(batch=batch).order_by().values_list("state").annotate(Count("id")))
    rejections = BatchRejection.objects.filter(batch=batch).order_by("line")
    closed = batch.complete or batch.error is not None
    return {
        "id": str(batch.id),
        "lines": batch.lines,
        "accepted": batch.accepted,
        "rejected_count": batch.rejected,
        "rejected": [{"line": line, "reason": reason} for line, reason in _lines(rejections)],
        "progress": {state: counts.get(state, 0) for state in CaptureState.values},
        "complete": closed and not counts.get(CaptureState.RECEIVED, 0),
        "error": batch.error,
        "created_at": batch.created_at,
        "links": {"self": f"/v1/batches/{batch.id}", "documents": f"/v1/documents?batch={batch.id}"},
    }


def _lines(rejections: QuerySet[BatchRejection]) -> list[tuple[int, Any]]:
    return list(rejections.values_list("line", "reason")[:MAX_REJECTIONS])
