"""What changed, over REST: pages of changes, and streams of server-sent events."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles import changefeed
from articles.models import ChangeKind
from articles.schema import ID, PROBLEM
from newsapi.api import ApiView, params_of
from newsapi.parameters import check_known
from newsapi.rendering import JSONRenderer
from search import filters, percolator, projection, schema
from search.filters import form_fields
from search.streaming import events, feed
from search.streaming.events import Stream, Write
from search.streaming.tail import tail

MEDIA_TYPE = "text/event-stream"
CHANGE = {
    "type": "object",
    "properties": {
        "seq": {"type": "integer", "description": "Its place in the order; numbers grow, with gaps"},
        "kind": {"enum": list(ChangeKind.values)},
        "id": {**ID, "description": "The article's"},
        "version": {"type": "integer", "description": "The article's after it"},
        "at": {"type": "string", "format": "date-time"},
        "article": {"type": ["object", "null"], "description": "With `fields`: as it is now, null where it is gone"},
    },
}
CHANGES = {
    "type": "object",
    "properties": {
        "results": {"type": "array", "items": CHANGE},
        "last": {"type": "integer", "description": "Where to go on"},
        "more": {"type": "boolean", "description": "There are more already"},
        "next": {"type": "string", "format": "uri", "description": "What comes after this page, now or later"},
    },
}
SEEN = OpenApiParameter(feed.LAST_SEEN, str, OpenApiParameter.HEADER, description="The last id of the stream before")
BUSY = {503: OpenApiResponse(PROBLEM, "Too many streams are open")}


class EventStreamRenderer(JSONRenderer):
    """Says that an address can give events; the view writes them."""

    media_type = MEDIA_TYPE
    format = "events"


def _streamed(request: Request, after: int, write: Write) -> HttpResponseBase:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    if request.method == "HEAD":
        return HttpResponse(content_type=MEDIA_TYPE, headers=headers)
    return StreamingHttpResponse(Stream(tail, after, write), content_type=MEDIA_TYPE, headers=headers)


class ChangeList(ApiView):
    """Everything that happened to articles, in order, each change exactly once: for whoever keeps a copy.

    `kind` is created, revised (another text), merged (it became the duplicate of another), updated (anything else, such
    as a correction) or deleted. Ask with `after`, the `last` of the answer before (`next` is the whole address);
    `more` says whether to ask again at once. With `fields` each change has the article as it is now. Numbers grow and
    have gaps.

    With `Accept: text/event-stream` the changes come as they happen (server-sent events): without `after` or
    `Last-Event-ID` from now on. Changes are kept for 30 days, unless `NEWSAPI_CHANGES_DAYS` says otherwise; who comes
    later gets a 410.

    Try:

    - [/v1/changes?fields=headline,source.name](?fields=headline,source.name)
    - `curl -N -H 'Accept: text/event-stream' ADDRESS/v1/changes?after=0`
    """

    page_title = "Changes"
    renderer_classes = [*ApiView.renderer_classes[:2], EventStreamRenderer, *ApiView.renderer_classes[2:]]

    def form_fields(self) -> list[dict[str, Any]]:
        return form_fields(feed.parameters())

    @extend_schema(
        operation_id="changes",
        parameters=[*schema.parameters(feed.parameters()), SEEN],
        responses={
            (200, "application/json"): CHANGES,
            (200, MEDIA_TYPE): {"type": "string"},
            **{status: found for status, found in schema.ERRORS.items() if status == 400},
            410: OpenApiResponse(PROBLEM, "The changes from there on are not kept any more"),
            **BUSY,
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        params = params_of(request)
        if request.accepted_renderer.format == EventStreamRenderer.format:
            return self._stream(request, params)
        check_known(params, (parameter.name for parameter in feed.parameters()))
        page = feed.page(params)
        following = params.copy()
        following["after"] = str(page.last)
        address = request.build_absolute_uri(f"{request.path}?{following.urlencode()}")
        return Response(
            {"results": page.results, "last": page.last, "more": page.more, "next": address},
            headers={"Link": f'<{address}>; rel="next"'},
        )

    def _stream(self, request: Request, params: QueryDict) -> HttpResponseBase:
        check_known(params, (parameter.name for parameter in (feed.AFTER, feed.KIND, feed.FIELDS)))
        write = events.every_change(feed.read_kinds(params), projection.read(params.getlist("fields")))
        return _streamed(request, _begin(request, params), write)


class ArticleStream(ApiView):
    """New and changed articles that a query matches, as they come: server-sent events for as long as you listen.

    Takes the filters of [/v1/articles](/v1/articles). Each event is a change (its `id` is the number, `event` its kind)
    with the `article` as lists show it, or the `fields` that you ask for. It begins now, or after the number in
    `Last-Event-ID` or `after`: nothing is missed over a broken connection. An article that no longer matches or was
    removed makes no event; removals are in [/v1/changes](/v1/changes). After ten minutes a stream ends and the client
    comes again by itself (`EventSource` does).

    Try: `curl -N 'ADDRESS/v1/stream?q=election'`
    """

    page_title = "Stream"
    renderer_classes = [EventStreamRenderer, *ApiView.renderer_classes]

    @extend_schema(
        operation_id="stream",
        parameters=[*schema.parameters((*filters.filter_parameters(), feed.AFTER, feed.FIELDS)), SEEN],
        responses={
            (200, MEDIA_TYPE): {"type": "string", "description": "Events whose data is a change with its article"},
            **{status: found for status, found in schema.ERRORS.items() if status == 400},
            410: OpenApiResponse(PROBLEM, "The changes from there on are not kept any more"),
            **BUSY,
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        params = params_of(request)
        known = (*filters.filter_parameters(), feed.AFTER, feed.FIELDS)
        check_known(params, (parameter.name for parameter in known))
        filters.check_text(params)
        percolator.check(filters.read(params).query)
        write = events.matching(lambda: filters.read(params), projection.read(params.getlist("fields")))
        return _streamed(request, _begin(request, params), write)


def _begin(request: Request, params: QueryDict) -> int:
    """Where a stream begins. Raises ChangesExpired before it does, while it can still be a status."""
    latest = changefeed.latest()
    after = feed.start(params, latest, request.headers)
    if after is None:
        return latest
    changefeed.read(after, 1)
    return after
