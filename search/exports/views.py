"""Exports over REST, and their files."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles.schema import ID, PROBLEM, TIME
from newsapi.api import ApiView, params_of
from newsapi.errors import NotFound
from newsapi.parameters import check_known, integer
from search import query_schema, schema
from search.exports import services, serving
from search.exports.formats import COMPRESSIONS, FORMATS
from search.exports.models import Export, State
from search.exports.serving import BadRange, Download
from search.filters import filter_parameters

LIMIT = 1_000
ASKED = {
    "type": "object",
    "properties": {
        "format": {"enum": list(FORMATS), "default": "ndjson"},
        "compression": {"enum": list(COMPRESSIONS), "default": "none", "description": "Of NDJSON and CSV"},
        "sort": {"enum": list(services.SORTS), "default": "-date"},
        "fields": {
            "oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "description": "As `fields` of /v1/articles; `*` is everything",
        },
        **query_schema.EXPLAINED_REQUEST["properties"],
    },
    "additionalProperties": False,
    "example": {"format": "csv", "q": "election", "country": ["FR", "DE"], "fields": ["headline", "url"]},
}
EXPORT = {
    "type": "object",
    "properties": {
        "id": ID,
        "state": {"enum": list(State.values)},
        "format": {"enum": list(FORMATS)},
        "compression": {"enum": list(COMPRESSIONS)},
        "sort": {"enum": list(services.SORTS)},
        "fields": {"type": "array", "items": {"type": "string"}},
        "query": {"type": "object"},
        "total": {"type": ["integer", "null"], "description": "Articles that there are to write"},
        "done": {"type": "integer", "description": "Articles written"},
        "progress": {"type": "number", "description": "0 to 1"},
        "size": {"type": ["integer", "null"], "description": "Bytes of the file"},
        "sha256": {"type": ["string", "null"], "description": "Of the file, in hexadecimal"},
        "file": {"type": ["string", "null"], "format": "uri"},
        "changes": {"type": "integer", "description": "Follow /v1/changes from here on to keep the file up to date"},
        "error": {"type": ["object", "null"]},
        "created_at": TIME,
        "finished_at": TIME,
        "expires_at": TIME,
    },
}
EXPORTS = {"type": "object", "properties": {"results": {"type": "array", "items": EXPORT}}}
NONE = {404: OpenApiResponse(PROBLEM, "There is no such export, or it is another key's")}


def _owner(request: Request) -> tuple[str, bool]:
    """Whose exports these are, and whether all others may be seen too."""
    key: Any = request.auth
    if key is None:
        return "", False
    return str(key.id), key.allows("admin")


def _export(request: Request, written: str) -> Export:
    try:
        export_id = UUID(written)
    except ValueError as error:
        raise NotFound(f"There is no export {written[:100]!r}: ids are UUIDs.") from error
    return services.get(*_owner(request), export_id)


def _shown(request: Request, export: Export) -> dict[str, Any]:
    ready = export.state == State.READY
    progress = 1.0 if ready else min(export.done / export.total, 1.0) if export.total else 0.0
    return {
        "id": str(export.id),
        "state": export.state,
        "format": export.format,
        "compression": export.compression or "none",
        "sort": export.sort,
        "fields": export.fields,
        "query": export.query,
        "total": export.total,
        "done": export.done,
        "progress": round(progress, 4),
        "size": export.size if ready else None,
        "sha256": export.checksum or None,
        "file": request.build_absolute_uri(f"/v1/exports/{export.id}/file") if ready else None,
        "changes": export.changes,
        "error": export.error,
        "created_at": export.created_at,
        "finished_at": export.finished_at,
        "expires_at": export.expires_at,
    }


class ExportList(ApiView):
    """Whole results of any query as a file, however many they are.

    `POST` an object with the `format` (`ndjson`, `csv`, `parquet`, or `ninjs`: a zip of ninjs 3.0 items), the filters
    of [/v1/articles](/v1/articles) as members (or in the address) or a `query` as for `/v1/search`, and if you like
    `fields`, `sort` and `compression`.
    The answer is 202 with the export's address, which says how far it is; the file is at `file` for three days, with
    its SHA-256. It has the articles that there were at the beginning; `changes` is where to follow
    [/v1/changes](/v1/changes) from to keep it up to date. `GET` lists your own exports, newest first.

    Results at once, without a file: `Accept: application/x-ndjson` on [/v1/articles](/v1/articles).
    """

    page_title = "Exports"

    @extend_schema(
        operation_id="exports",
        parameters=[OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT})],
        responses={200: EXPORTS, 400: OpenApiResponse(PROBLEM)},
    )
    def get(self, request: Request) -> Response:
        params = params_of(request)
        check_known(params, ("limit",))
        owner, everyone = _owner(request)
        found = services.listed(owner, everyone, integer(params, "limit", 100, 1, LIMIT))
        return Response({"results": [_shown(request, export) for export in found]})

    @extend_schema(
        operation_id="add_export",
        parameters=schema.parameters(filter_parameters()),
        request={"application/json": ASKED},
        responses={
            202: EXPORT,
            400: OpenApiResponse(PROBLEM),
            429: OpenApiResponse(PROBLEM),
            503: OpenApiResponse(PROBLEM),
        },
    )
    def post(self, request: Request) -> Response:
        params = request._request.GET.copy()
        params.pop("format", None)
        export = services.request(_owner(request)[0], request.data, params)
        return Response(_shown(request, export), status=202, headers={"Location": f"/v1/exports/{export.id}"})


class ExportDetail(ApiView):
    """How far an export is, and where its file is. `DELETE` removes it, finished or not."""

    page_title = "Export"

    @extend_schema(operation_id="export", responses={200: EXPORT, **NONE})
    def get(self, request: Request, export_id: str) -> Response:
        check_known(request.query_params, ())
        export = _export(request, export_id)
        waits = {"Retry-After": "2"} if export.state in services.UNFINISHED else {}
        return Response(_shown(request, export), headers=waits)

    @extend_schema(operation_id="delete_export", responses={204: None, **NONE})
    def delete(self, request: Request, export_id: str) -> Response:
        services.remove(_export(request, export_id))
        return Response(status=204)


class ExportFile(ApiView):
    """The file of an export. A download that broke off goes on with `Range` (`curl -C -`).

    `Repr-Digest` (RFC 9530) and the `ETag` have the file's SHA-256.
    """

    page_title = "Export file"

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The file is what it is, whatever `Accept` says; errors are JSON."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="export_file",
        parameters=[OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="bytes=1000-")],
        responses={
            (200, "application/octet-stream"): bytes,
            (206, "application/octet-stream"): bytes,
            409: OpenApiResponse(PROBLEM, "It is not finished, or failed"),
            410: OpenApiResponse(PROBLEM, "It is not kept any more"),
            416: OpenApiResponse(PROBLEM, "The file does not have these bytes"),
            503: OpenApiResponse(PROBLEM, "Too many downloads are running"),
            **NONE,
        },
    )
    def get(self, request: Request, export_id: str) -> HttpResponseBase:
        export = services.ready(_export(request, export_id))
        tag = f'"{export.checksum}"'
        headers = _file_headers(export, tag)
        if tag in [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]:
            return HttpResponse(status=304, headers=headers)
        asked = request.headers.get("Range", "")
        if request.headers.get("If-Range", tag) != tag:
            asked = ""
        try:
            found = serving.wanted_range(asked, export.size)
        except BadRange as error:
            error.extra["headers"] = {"Content-Range": f"bytes */{export.size}"}
            raise
        first, end = found or (0, export.size)
        headers["Content-Length"] = str(end - first)
        if found:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{export.size}"
        status = 206 if found else 200
        if request.method == "HEAD":
            return HttpResponse(status=status, headers=headers)
        body = Download(lambda: serving.pieces(export, first, end))
        return StreamingHttpResponse(body, status=status, headers=headers)


def _file_headers(export: Export, tag: str) -> dict[str, str]:
    kind = FORMATS[export.format]
    name = f"newsapi-{export.created_at:%Y%m%d-%H%M%S}.{kind.suffix}" + (".gz" if export.compression else "")
    digest = base64.b64encode(bytes.fromhex(export.checksum)).decode()
    return {
        "Content-Type": "application/gzip" if export.compression else kind.media_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Repr-Digest": f"sha-256=:{digest}:",
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
    }
