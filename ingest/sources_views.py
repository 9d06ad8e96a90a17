"""Sources that fill themselves, over REST. Reading lists and details of sources is search's and articles' part; the two
are put together in newsapi.urls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from articles.schema import PROBLEM
from articles.selectors import get_source, source_json
from ingest import sources_schema as schema
from ingest import uploads
from ingest.models import SubscriptionState
from ingest.polling import fields, health, subscriptions
from newsapi import places
from newsapi.api import ApiView
from newsapi.errors import NotFound
from newsapi.http import get_client
from newsapi.parameters import check_known

BAD = {status: OpenApiResponse(PROBLEM) for status in (400, 401, 403, 409, 415, 422)}
MISSING = {404: OpenApiResponse(PROBLEM)}
READ_AND_WRITE = {"GET": "read", "POST": "ingest", "PATCH": "ingest", "DELETE": "ingest"}


def _id(value: str, what: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise NotFound(f"There is no {what} {value[:100]!r}: ids are UUIDs.") from error


def _source(source_id: UUID) -> dict[str, Any]:
    """A source with what is polled of it."""
    source = get_source(source_id)
    rows = subscriptions.of_source(source_id)
    polling = health.of_sources([source_id]).get(str(source_id))
    return {**source_json(source), "polling": polling, "subscriptions": health.as_json(rows)}


class Adding(ApiView):
    """The part of `/v1/sources` that adds, and says of each in the list how it is polled."""

    required_scope = READ_AND_WRITE

    @extend_schema(
        operation_id="add_source",
        request={"application/json": schema.ADD},
        responses={201: schema.POLLED_SOURCE, **BAD},
    )
    def post(self, request: Request) -> Response:
        check_known(request.query_params, ())
        given = fields.read(request.data, fields.ADD, need="url")
        url, kind = given.pop("url"), given.pop("kind", None)
        subscriptions.check_new(url)
        about: dict[str, str] = {}
        if kind is None:
            # Imported where it is needed: reading feeds is a load that most processes do without.
            from ingest.polling import discovery

            with places.away():
                url, kind, about = discovery.best(get_client(), url)
        made = subscriptions.add(url, kind, given, **about)
        return Response(_source(made.source_id), status=201, headers={"Location": f"/v1/sources/{made.source_id}"})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method in ("GET", "HEAD") and response.status_code == 200 and isinstance(response, Response):
            results = response.data.get("results") or []
            polled = health.of_sources(result["id"] for result in results)
            for result in results:
                result["polling"] = polled.get(result["id"])
        return super().finalize_response(request, response, *args, **kwargs)


class Changing(ApiView):
    """The part of `/v1/sources/{id}` that changes what is polled of a source, and says how it is."""

    required_scope = READ_AND_WRITE

    @extend_schema(
        operation_id="change_source",
        request={"application/json": schema.CHANGE},
        responses={200: schema.POLLED_SOURCE, **BAD, **MISSING},
    )
    def patch(self, request: Request, source_id: str) -> Response:
        found = _id(source_id, "source")
        check_known(request.query_params, ())
        given = fields.read(request.data, fields.CHANGE)
        subscriptions.change(subscriptions.of_source(found), given)
        return Response(_source(found))

    @extend_schema(operation_id="remove_source", responses={204: None, 409: OpenApiResponse(PROBLEM), **MISSING})
    def delete(self, request: Request, source_id: str) -> Response:
        subscriptions.remove_source(_id(source_id, "source"))
        return Response(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method in ("GET", "HEAD") and response.status_code == 200 and isinstance(response, Response):
            found = _source(UUID(response.data["id"]))
            response.data |= {name: found[name] for name in ("polling", "subscriptions")}
        return super().finalize_response(request, response, *args, **kwargs)


class SourceTest(ApiView):
    """Read every address of a source now and say what is there, or in words what is wrong; nothing is kept."""

    page_title = "Test a source"
    required_scope = "ingest"

    @extend_schema(operation_id="test_source", request=None, responses={200: schema.TESTED, **MISSING})
    def post(self, request: Request, source_id: str) -> Response:
        check_known(request.query_params, ())
        found = subscriptions.of_source(_id(source_id, "source"))
        if not found:
            raise subscriptions.NotPolled("Nothing of this source is polled; POST /v1/sources adds an address.")
        from ingest.polling import preview

        with places.away():
            results = preview.test_all(get_client(), found)
        return Response({"results": results})


class SourcePreview(ApiView):
    """What would be read from an address, before it is added: `POST` an object with its `url`; nothing is kept.

    `found` has what can be polled there, the best first (for a home page the feeds and the sitemap that it leads to),
    and `entries` what the best has now.
    """

    page_title = "Preview a source"
    required_scope = "ingest"

    @extend_schema(
        operation_id="preview_source",
        request={"application/json": schema.PREVIEW},
        responses={200: schema.PREVIEWED, **BAD},
    )
    def post(self, request: Request) -> Response:
        check_known(request.query_params, ())
        given = fields.read(request.data, fields.PREVIEW, need="url")
        from ingest.polling import preview

        with places.away():
            found = preview.preview(get_client(), given["url"], given.get("kind"))
        return Response(found)


class _Opml(BaseParser):
    """The view reads the stream itself."""

    media_type = "text/x-opml"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class _ApplicationXml(_Opml):
    media_type = "application/xml"


class _TextXml(_Opml):
    media_type = "text/xml"


class SourceOpml(ApiView):
    """Feeds as OPML, as every feed reader writes and reads it: `GET` the ones that are polled, `POST` more.

    What is added is read with its first poll; each that could not be added is listed with its position and the reason.
    """

    page_title = "OPML"
    required_scope = READ_AND_WRITE
    parser_classes = (_Opml, _ApplicationXml, _TextXml)

    @extend_schema(operation_id="export_opml", responses={(200, "text/x-opml"): str})
    def get(self, request: Request) -> HttpResponse:
        check_known(request.query_params, ())
        from ingest.polling import opml

        name = {"Content-Disposition": 'attachment; filename="newsapi.opml"', "X-Content-Type-Options": "nosniff"}
        return HttpResponse(opml.write(), content_type="text/x-opml; charset=utf-8", headers=name)

    @extend_schema(
        operation_id="import_opml",
        request={"text/x-opml": {"type": "string"}},
        responses={200: schema.IMPORTED, **BAD, 413: OpenApiResponse(PROBLEM)},
    )
    def post(self, request: Request) -> Response:
        check_known(request.query_params, ())
        from ingest.polling import opml

        done = opml.add_all(opml.read(uploads.read_body(request._request, opml.MAX_BYTES)))
        return Response({"added": done.added, "known": done.known, "rejected": done.rejected})


class SubscriptionList(ApiView):
    """Every address that is polled, with its health.

    `state` (active, failing, paused), `limit` (1 to 500), `cursor` (`next` of the answer before).
    """

    page_title = "Subscriptions"

    def form_fields(self) -> list[dict[str, Any]]:
        return [
            {"name": "state", "label": "State", "type": "select", "choices": ["", *SubscriptionState.values]},
            {"name": "limit", "label": "Limit", "type": "number", "help": "1 to 500"},
        ]

    @extend_schema(
        operation_id="subscriptions",
        parameters=[
            OpenApiParameter("state", str, enum=SubscriptionState.values),
            OpenApiParameter("limit", int, description="1 to 500, default 50"),
            OpenApiParameter("cursor", str, description="`next` of the answer before"),
        ],
        responses={200: schema.SUBSCRIPTIONS, 400: OpenApiResponse(PROBLEM)},
    )
    def get(self, request: Request) -> Response:
        params = request._request.GET.copy()
        if getattr(request.accepted_renderer, "format", "") == "api":
            # A page's form sends the fields that were left empty too.
            for name in [name for name, value in params.items() if not str(value).strip()]:
                del params[name]
        check_known(params, health.PARAMETERS)
        return Response(health.list_subscriptions(params))


class SubscriptionDetail(ApiView):
    """An address that is polled: what goes for its articles, and its health.

    `PATCH` changes `state` (`active`, which also polls at once what failed, or `paused`), `language`, `country`,
    `section`, `licence`, `full_text`, `enrich`, `rate` (requests a minute) and `retention_days`; `DELETE` ends the
    polling, and leaves the articles.
    """

    page_title = "Subscription"
    required_scope = READ_AND_WRITE

    @extend_schema(operation_id="subscription", responses={200: schema.SUBSCRIPTION, **MISSING})
    def get(self, request: Request, subscription_id: str) -> Response:
        check_known(request.query_params, ())
        return Response(health.as_json([subscriptions.get(_id(subscription_id, "subscription"))])[0])

    @extend_schema(
        operation_id="change_subscription",
        request={"application/json": schema.CHANGE},
        responses={200: schema.SUBSCRIPTION, **BAD, **MISSING},
    )
    def patch(self, request: Request, subscription_id: str) -> Response:
        check_known(request.query_params, ())
        found = subscriptions.get(_id(subscription_id, "subscription"))
        subscriptions.change([found], fields.read(request.data, fields.CHANGE))
        return Response(health.as_json([subscriptions.get(found.id)])[0])

    @extend_schema(operation_id="remove_subscription", responses={204: None, **MISSING})
    def delete(self, request: Request, subscription_id: str) -> Response:
        subscriptions.remove([subscriptions.get(_id(subscription_id, "subscription"))])
        return Response(status=204)
