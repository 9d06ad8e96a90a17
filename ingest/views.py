"""Taking documents in over REST, and telling what became of them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse, QueryDict
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from articles.schema import ARTICLE, PROBLEM
from articles.selectors import article_json, get_article
from ingest import inputs, schema, selectors, services, uploads
from ingest.batches import MAX_BYTES
from ingest.models import Capture, CaptureState
from newsapi.api import ApiView
from newsapi.errors import InvalidDocument, NewsApiError, NotFound
from newsapi.parameters import check_known, choice

NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,9})\"?(?=$|[,;\s])", re.IGNORECASE | re.ASCII)
PREFER = OpenApiParameter("Prefer", str, OpenApiParameter.HEADER, description="`wait=10`: wait up to 10 s (30 at most)")
BAD = {status: OpenApiResponse(PROBLEM) for status in (400, 401, 403, 413, 415, 422)}


class UnsupportedMediaType(NewsApiError):
    code = "unsupported_media_type"
    title = "The body has a media type that is not taken here"
    status = 415


class Rejected(NewsApiError):
    """Who waited learns that the document was accepted but could not be structured."""

    code = "document_rejected"
    title = "The document could not be structured"
    status = 422


class _Raw(BaseParser):
    """The views read the stream themselves; these say which media types they take."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class RawJSON(_Raw):
    media_type = inputs.JSON


class RawText(_Raw):
    media_type = inputs.TEXT


class RawHTML(_Raw):
    media_type = inputs.HTML


class RawLinkedJSON(_Raw):
    media_type = inputs.LD_JSON


class RawNinjs(_Raw):
    media_type = inputs.NINJS


class RawNDJSON(_Raw):
    media_type = NDJSON[0]


def _id(value: str, what: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise NotFound(f"There is no {what} {value[:100]!r}: ids are UUIDs.") from error


class DocumentList(ApiView):
    """Give a document, get a structured article: `POST` takes whatever was scraped, pasted or fetched.

    - `application/json`: an object with `text` or `html`, and what you know: `external_id` (your own id), `url`,
      `source` (name or domain), `language`, `published_at`, `received_at`.
    - `text/plain` or `text/html`: the text or page itself, in any charset; what you know as query parameters
      (`source`, `url`, `language`, `published_at`, `external_id`).
    - `application/json` with `url` and neither `text` nor `html`: the page is fetched, and structured when it is there.
      `page` of the document says how far that is.
    - An article in fields, also as `application/json`: IPTC ninjs (`application/vnd.iptc.ninjs+json`), a schema.org
      NewsArticle in JSON-LD (`application/ld+json`), or an article as this service gives it.

    What arrives is kept byte for byte before the answer, 202, whose `Location` says what becomes of it. With
    `Prefer: wait=10` the answer waits (30 s at most): 201 with the article, 200 if the archive has it already
    (`{"status": "duplicate", "duplicate_of": …}`), 422 if it cannot be structured, or 202 when the time is over.

    The same body from the same source is a duplicate; from another source it is an article with `duplicate_of`. Another
    text under the same `external_id` from the same source is a new revision of that article. Many at once:
    `POST /v1/documents/bulk`.

    `GET` lists what arrived, newest first: `status` (received, structured, duplicate, rejected, failed), `batch`,
    `external_id`, `limit` (1 to 1,000); go on with `cursor`, the `next` of the answer.
    """

    page_title = "Documents"
    paste = True
    required_scope = {"GET": "read", "POST": "ingest"}
    parser_classes = (RawJSON, RawText, RawHTML, RawLinkedJSON, RawNinjs)

    def form_fields(self) -> list[dict[str, Any]]:
        return [
            {"name": "status", "label": "Status", "type": "select", "choices": ["", *CaptureState.values]},
            {"name": "batch", "label": "Batch", "type": "text", "help": "Id of a bulk load"},
            {"name": "external_id", "label": "External id", "type": "text", "help": "Your own id"},
            {"name": "limit", "label": "Limit", "type": "number", "help": "1 to 1,000"},
        ]

    @extend_schema(
        operation_id="documents",
        parameters=[
            OpenApiParameter("status", str, enum=CaptureState.values),
            OpenApiParameter("batch", str),
            OpenApiParameter("external_id", str),
            OpenApiParameter("limit", int, description="1 to 1,000, default 20"),
            OpenApiParameter("cursor", str, description="`next` of the answer before"),
        ],
        responses={200: schema.CAPTURES, 400: OpenApiResponse(PROBLEM)},
    )
    def get(self, request: Request) -> Response:
        params: QueryDict = request._request.GET
        if getattr(request.accepted_renderer, "format", "") == "api":
            # A page's form sends the fields that were left empty too.
            filled = [f"{quote(name)}={quote(str(value))}" for name, value in params.items() if str(value).strip()]
            params = QueryDict("&".join(filled))
        check_known(params, selectors.PARAMETERS)
        return Response(selectors.list_captures(params))

    @extend_schema(
        operation_id="add_document",
        parameters=[PREFER, *(OpenApiParameter(name, str, description="For text and HTML") for name in inputs.HINTS)],
        request={
            inputs.JSON: {"oneOf": [schema.DOCUMENT, *schema.ITEMS.values()]},
            inputs.TEXT: {"type": "string"},
            inputs.HTML: {"type": "string"},
            **schema.ITEMS,
        },
        responses={
            202: schema.CAPTURE,
            201: OpenApiResponse(ARTICLE, "Structured (with `Prefer: wait`)"),
            200: OpenApiResponse(schema.CAPTURE, "A duplicate (with `Prefer: wait`)"),
            **BAD,
        },
    )
    def post(self, request: Request) -> Response:
        content_type = request.headers.get("Content-Type", "")
        kind, _ = inputs.split_media_type(content_type)
        if kind not in inputs.MEDIA_TYPES:
            raise UnsupportedMediaType(
                f"The Content-Type is {kind[:100]!r}; it must be one of {', '.join(inputs.MEDIA_TYPES)}."
            )
        hints = _hints(request, kind)
        content = uploads.read_body(request._request, inputs.MAX_BYTES)
        if not content.strip():
            raise InvalidDocument("The body is empty; send a document.", code="empty_body")
        capture = services.receive(content, content_type, hints)
        seconds = _wait(request)
        if seconds is None:
            return _accepted(capture)
        return _waited(services.wait_for(capture.id, seconds), seconds, len(content))


def _hints(request: Request, kind: str) -> dict[str, str]:
    # Django reads parameters in the charset of the body; they are UTF-8 (RFC 3986) whatever the body is.
    params = QueryDict(request.META.get("QUERY_STRING", ""), encoding="utf-8")
    known = inputs.HINTS if kind in (inputs.TEXT, inputs.HTML) else ()
    check_known(params, known)
    hints = {name: params.getlist(name) for name in known if name in params}
    for name, values in hints.items():
        if any("\ufffd" in value for value in values):
            raise InvalidDocument(f"{name} is not valid UTF-8, percent-encoded.", field=name, status=400)
        if len(values) > 1:
            raise InvalidDocument(f"{name} was given {len(values)} times; give it once.", field=name, status=400)
    return {name: value for name, [value] in hints.items()}


def _wait(request: Request) -> int | None:
    """Seconds that `Prefer: wait=…` asks for (RFC 7240 §4.3); None without it, or where it makes no sense."""
    found = WAIT.search(request.headers.get("Prefer", ""))
    return min(int(found[1]), services.MAX_WAIT) if found else None


def _accepted(capture: Capture, size: int | None = None, headers: dict[str, str] | None = None) -> Response:
    location = {"Location": f"/v1/documents/{capture.id}"}
    return Response(selectors.capture_json(capture, size), status=202, headers={**location, **(headers or {})})


def _waited(capture: Capture, seconds: int, size: int) -> Response:
    headers = {"Preference-Applied": f"wait={seconds}"}
    if capture.pending:
        return _accepted(capture, size, headers)
    if capture.state == CaptureState.DUPLICATE:
        headers["Location"] = f"/v1/documents/{capture.id}"
        return Response(selectors.capture_json(capture, size), status=200, headers=headers)
    if capture.state == CaptureState.STRUCTURED and capture.article_id:
        headers["Location"] = f"/v1/articles/{capture.article_id}"
        return Response(article_json(get_article(capture.article_id)), status=201, headers=headers)
    reason = capture.reason or {}
    raise Rejected(str(reason.get("detail") or "No reason was kept."), document=str(capture.id), reason=reason)


class DocumentBulk(ApiView):
    """Many documents at once: `POST` a stream of JSON lines (`application/x-ndjson`), one document a line.

    Up to 50,000 documents or 100 MB (uncompressed), gzip with `Content-Encoding: gzip`. Each line is an object as
    `POST /v1/documents` takes it; blank lines are skipped, bad ones noted with their number and reason. The answer,
    202, is the batch; ask its `Location` for progress. A single post overtakes a batch.

    A stream that breaks off, or goes beyond a limit (413), leaves what came before accepted; the problem names the
    batch and the line.

        gzip -c articles.ndjson | curl --data-binary @- -H 'Content-Type: application/x-ndjson' \\
          -H 'Content-Encoding: gzip' -H "Authorization: Bearer $KEY" http://127.0.0.1:8000/v1/documents/bulk
    """

    page_title = "Bulk load"
    required_scope = {"GET": "read", "POST": "ingest"}
    parser_classes = (RawNDJSON,)

    @extend_schema(
        operation_id="add_documents",
        request={NDJSON[0]: {"type": "string", "description": "One document object a line"}},
        responses={202: schema.BATCH, **BAD},
    )
    def post(self, request: Request) -> Response:
        check_known(request.query_params, ())
        kind, _ = inputs.split_media_type(request.headers.get("Content-Type", ""))
        if kind not in NDJSON:
            raise UnsupportedMediaType(f"The Content-Type is {kind[:100]!r}; it must be {NDJSON[0]}.")
        batch = services.receive_batch(uploads.open_body(request._request, MAX_BYTES))
        headers = {"Location": f"/v1/batches/{batch.id}"}
        return Response(selectors.batch_json(batch), status=202, headers=headers)


class DocumentDetail(ApiView):
    """What became of a document, and why.

    `status` is `received` (waits), `structured` (see `article`), `duplicate` (the archive had it: `duplicate_of`),
    `rejected` (it cannot be structured, `reason` says why) or `failed` (a fault of ours, noted in `reason`; it is kept
    and can be structured again). Its bytes, exactly as they arrived, are under `content`.
    """

    page_title = "Document"

    @extend_schema(operation_id="document", responses={200: schema.CAPTURE, 404: OpenApiResponse(PROBLEM)})
    def get(self, request: Request, document_id: str) -> Response:
        check_known(request.query_params, ())
        capture = selectors.get_capture(_id(document_id, "document"))
        return Response(selectors.capture_json(capture, page=selectors.page_of(capture)))


class DocumentContent(ApiView):
    """The bytes of a document exactly as they arrived, for download; with `of=page` those of the page that it names,
    as they were fetched."""

    page_title = "Document content"

    @extend_schema(
        operation_id="document_content",
        parameters=[OpenApiParameter("of", str, enum=["page"], description="The page that was fetched for it")],
        responses={(200, "application/octet-stream"): bytes},
    )
    def get(self, request: Request, document_id: str) -> HttpResponse:
        params = request._request.GET
        check_known(params, ("of",))
        capture = selectors.get_capture(_id(document_id, "document"))
        content, media_type = capture.content, capture.media_type
        if choice(params, "of", ("page",), ""):
            content, media_type = selectors.get_page(capture)
        # Never shown by a browser as a page of ours: what a stranger wrote must not run here.
        return HttpResponse(
            bytes(content),
            content_type="application/octet-stream" if "html" in media_type else _safe_type(media_type),
            headers={
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": f'attachment; filename="{capture.id}"',
                "Content-Security-Policy": "default-src 'none'; sandbox",
            },
        )


def _safe_type(media_type: str) -> str:
    return media_type if re.fullmatch(r"[\x20-\x7e]+", media_type) else "application/octet-stream"


class BatchDetail(ApiView):
    """How far a bulk load came: how many lines were accepted, which were rejected and why, and what became of each.

    `complete` is true once all of it was read and structured. `links.documents` lists the documents.
    """

    page_title = "Batch"

    @extend_schema(operation_id="batch", responses={200: schema.BATCH, 404: OpenApiResponse(PROBLEM)})
    def get(self, request: Request, batch_id: str) -> Response:
        check_known(request.query_params, ())
        return Response(selectors.batch_json(selectors.get_batch(_id(batch_id, "batch"))))
