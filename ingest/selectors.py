"""Reading captures and batches, in the form that the API shows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.functions import Length
from django.http import QueryDict

from ingest.models import Batch, BatchRejection, Capture, CaptureState, Fetch
from newsapi.errors import InvalidParameter, NotFound
from newsapi.parameters import choice, integer, single

MAX_REJECTIONS = 1_000
PARAMETERS = ("status", "batch", "external_id", "limit", "cursor")


def get_capture(capture_id: UUID) -> Capture:
    """With its content. Raises NotFound."""
    capture = Capture.objects.filter(id=capture_id).select_related("fetch").defer("fetch__content").first()
    if capture is None:
        raise NotFound(f"There is no document {capture_id}.")
    return capture


def capture_json(capture: Capture, size: int | None = None, page: Fetch | None = None) -> dict[str, Any]:
    """What became of a document and why, and where it came from; `size` is the length of its content in bytes, `page`
    what is known of the page that it names."""
    article = str(capture.article_id) if capture.article_id else None
    duplicate = capture.state == CaptureState.DUPLICATE
    return {
        "id": str(capture.id),
        "status": capture.state,
        "pending": capture.is_open,
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
        "page": page and page_json(page),
        "links": {
            "self": f"/v1/documents/{capture.id}",
            "content": f"/v1/documents/{capture.id}/content",
            "page": f"/v1/documents/{capture.id}/content?of=page" if page and page.fetched_at else None,
            "article": f"/v1/articles/{article}" if article else None,
            "batch": f"/v1/batches/{capture.batch_id}" if capture.batch_id else None,
        },
    }


def page_of(capture: Capture) -> Fetch | None:
    """The page that a document names, where it names one."""
    page: Fetch | None = getattr(capture, "fetch", None)
    return page


def get_page(capture: Capture) -> tuple[bytes, str]:
    """The page that was fetched for a document, and its media type. Raises NotFound."""
    page = page_of(capture)
    if page is None or page.content is None:
        raise NotFound(f"No page was fetched for the document {capture.id}.")
    return bytes(page.content), page.media_type


def page_json(page: Fetch) -> dict[str, Any]:
    """How it stands with the page that a document names; `url` is where it came from, after redirects."""
    return {
        "url": page.url,
        "media_type": page.media_type or None,
        "fetched_at": page.fetched_at,
        "attempts": page.attempts,
        "next_attempt_at": page.due_at,
    }


def list_captures(params: QueryDict) -> dict[str, Any]:
    """`{results, next}`, newest first; `next` is the cursor after which to go on, None at the end.

    Raises InvalidParameter.
    """
    limit = integer(params, "limit", 20, 1, 1_000)
    rows: QuerySet[Capture] = Capture.objects.order_by("-id").annotate(size=Length("content"))
    rows = rows.select_related("fetch").defer("content", "fetch__content")
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
        "results": [
            capture_json(capture, capture.size, page_of(capture))  # type: ignore[attr-defined]
            for capture in found[:limit]
        ],
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
