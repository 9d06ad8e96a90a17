"""Endpoints and deliveries over REST."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from newsapi.api import ApiView, params_of
from newsapi.parameters import check_known
from webhooks import deliveries, endpoints, ownership, schema, waking
from webhooks.models import Delivery, Endpoint


def _endpoint(request: Request, webhook_id: str) -> Endpoint:
    rows = Endpoint.objects.filter(owner=ownership.owner_of(request))
    return ownership.get(rows, webhook_id, "webhook")


def _delivery(request: Request, delivery_id: str) -> Delivery:
    rows = deliveries.of_owner(ownership.owner_of(request)).select_related("endpoint", "event")
    return ownership.get(rows, delivery_id, "delivery")


class WebhookList(ApiView):
    """Addresses that are sent each new article that your [searches](/v1/searches) find, signed, at least once.

    `POST` an object with the `url`; the answer has the `secret`, this once. By default it gets what every search of
    yours finds; `searches` names some of them. `payload` is `full` (the article as /v1/articles/{id} gives it),
    `compact` or `ids`. A key sees and changes only its own. See [Webhooks](/docs/webhooks).
    """

    page_title = "Webhooks"

    @extend_schema(
        operation_id="webhooks",
        parameters=schema.PAGED,
        responses={200: schema.listed(schema.WEBHOOK), **schema.WRONG},
    )
    def get(self, request: Request) -> Response:
        params = params_of(request)
        check_known(params, ("limit", "cursor"))
        found, following = ownership.page(Endpoint.objects.filter(owner=ownership.owner_of(request)), params)
        return Response({"results": [endpoints.as_json(each) for each in found], "next": following})

    @extend_schema(
        operation_id="add_webhook",
        request={"application/json": schema.NEW_WEBHOOK},
        responses={201: schema.WEBHOOK_WITH_SECRET, **schema.WRONG, **schema.FULL},
    )
    def post(self, request: Request) -> Response:
        check_known(request.query_params, ())
        made = endpoints.create(ownership.owner_of(request), request.data)
        shown = endpoints.as_json(made, secret=True)
        return Response(shown, status=201, headers={"Location": f"/v1/webhooks/{made.id}"})


class WebhookDetail(ApiView):
    """A webhook and how it is. `PATCH` changes what is given; `state` pauses (what matches waits) and resumes.

    `DELETE` removes it, and what waits for it.
    """

    page_title = "Webhook"

    @extend_schema(operation_id="webhook", responses={200: schema.WEBHOOK, **schema.NONE})
    def get(self, request: Request, webhook_id: str) -> Response:
        check_known(request.query_params, ())
        return Response(endpoints.as_json(_endpoint(request, webhook_id)))

    @extend_schema(
        operation_id="change_webhook",
        request={"application/json": schema.CHANGED_WEBHOOK},
        responses={200: schema.WEBHOOK, **schema.WRONG, **schema.NONE, **schema.FULL},
    )
    def patch(self, request: Request, webhook_id: str) -> Response:
        check_known(request.query_params, ())
        changed = endpoints.change(_endpoint(request, webhook_id), request.data)
        waking.wake_after_commit("deliver")
        return Response(endpoints.as_json(changed))

    @extend_schema(operation_id="delete_webhook", responses={204: None, **schema.NONE})
    def delete(self, request: Request, webhook_id: str) -> Response:
        check_known(request.query_params, ())
        _endpoint(request, webhook_id).delete()
        return Response(status=204)


class WebhookTest(ApiView):
    """`POST` sends a `webhook.test` event there; the answer is its delivery, whose address says what came of it."""

    page_title = "Test"

    @extend_schema(
        operation_id="test_webhook", request=None, responses={202: schema.DELIVERY, **schema.NONE, **schema.STOPPED}
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        check_known(request.query_params, ())
        made = endpoints.test(_endpoint(request, webhook_id))
        waking.wake_after_commit("deliver")
        return Response(deliveries.as_json(made), status=202, headers={"Location": f"/v1/deliveries/{made.id}"})


class WebhookRotate(ApiView):
    """`POST` gives a webhook a new secret, shown this once. The old one signs too for `overlap` seconds (a day)."""

    page_title = "Rotate the secret"

    @extend_schema(
        operation_id="rotate_webhook_secret",
        request={"application/json": schema.ROTATION},
        responses={200: schema.WEBHOOK_WITH_SECRET, **schema.WRONG, **schema.NONE},
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        check_known(request.query_params, ())
        return Response(endpoints.as_json(endpoints.rotate(_endpoint(request, webhook_id), request.data), secret=True))


class WebhookReplay(ApiView):
    """`POST` sends again what failed `since` a time, or `all` of it: then also what the webhook was never sent.

    The same `webhook-id` comes again with what was sent before.
    """

    page_title = "Replay"

    @extend_schema(
        operation_id="replay_webhook",
        request={"application/json": schema.REPLAY},
        responses={202: schema.REPLAYED, **schema.WRONG, **schema.NONE, **schema.STOPPED},
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        check_known(request.query_params, ())
        count = deliveries.replay(_endpoint(request, webhook_id), request.data)
        waking.wake_after_commit("deliver")
        return Response({"deliveries": count}, status=202)


class DeliveryList(ApiView):
    """What was sent and what is to be sent, newest first; kept for 30 days.

    `state` is `waiting`, `delivered` or `dead` (given up after ten tries).
    """

    page_title = "Deliveries"

    @extend_schema(
        operation_id="deliveries",
        parameters=[*schema.PAGED, *schema.DELIVERY_FILTERS],
        responses={200: schema.listed(schema.DELIVERY), **schema.WRONG},
    )
    def get(self, request: Request) -> Response:
        params = params_of(request)
        check_known(params, ("limit", "cursor", *deliveries.FILTERS))
        rows = deliveries.filtered(deliveries.of_owner(ownership.owner_of(request)), params)
        found, following = ownership.page(rows, params, newest_first=True)
        return Response({"results": [deliveries.as_json(each) for each in found], "next": following})


class DeliveryDetail(ApiView):
    """A delivery with what came of every try: status, time, error in words, the answer's beginning."""

    page_title = "Delivery"

    @extend_schema(operation_id="delivery", responses={200: schema.DELIVERY_WITH_TRIES, **schema.NONE})
    def get(self, request: Request, delivery_id: str) -> Response:
        check_known(request.query_params, ())
        return Response(deliveries.with_attempts(_delivery(request, delivery_id)))


class DeliveryAgain(ApiView):
    """`POST` sends a delivery once more, with the same `webhook-id`, whatever became of it."""

    page_title = "Redeliver"

    @extend_schema(
        operation_id="redeliver", request=None, responses={202: schema.DELIVERY, **schema.NONE, **schema.STOPPED}
    )
    def post(self, request: Request, delivery_id: str) -> Response:
        check_known(request.query_params, ())
        again = deliveries.redeliver(_delivery(request, delivery_id))
        waking.wake_after_commit("deliver")
        return Response(deliveries.as_json(again), status=202)
