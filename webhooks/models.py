"""Saved searches, the endpoints they are sent to, and the outbox: events, deliveries and every attempt."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from newsapi.ids import new_id


class SavedSearch(models.Model):
    """A search that waits for articles. `owner` is the id of the key that saved it, empty for this machine.

    `search` is as it was written. `tree` is what it meant when it was saved, names resolved (webhooks.queries); it
    stands in where the names cannot be looked up. `revision` grows with each change of what is searched.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=200)
    search: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    tree: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    schedule = models.CharField(max_length=16, default="each")
    active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "id"], name="saved_search_owner"),
            models.Index(fields=["updated_at"], name="saved_search_changed"),
        ]

    def __str__(self) -> str:
        return self.name


class EndpointState(models.TextChoices):
    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class Endpoint(models.Model):
    """An address that events are sent to. Without `searches` it gets those of all its owner's.

    `old_secret` signs beside `secret` until `old_secret_until`. `rate` is how many deliveries a minute it takes at
    most (None: as many as come), `concurrency` how many at a time. Nothing is sent before `not_before`: that is the
    rate, what the receiver asked for, and the circuit that opens after `failures` in a row; `failing_since` is when
    the first of them was. `busy_by` serves it alone until `busy_until`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.CharField(max_length=64, blank=True)
    url = models.TextField()
    description = models.CharField(max_length=500, blank=True)
    secret = models.CharField(max_length=128)
    old_secret = models.CharField(max_length=128, blank=True)
    old_secret_until = models.DateTimeField(null=True)
    events: models.JSONField[list[str]] = models.JSONField(default=list)
    searches: models.ManyToManyField[SavedSearch, Any] = models.ManyToManyField(SavedSearch, related_name="endpoints")
    every_search = models.BooleanField(default=True)
    payload = models.CharField(max_length=16, default="compact")
    rate = models.PositiveIntegerField(null=True)
    concurrency = models.PositiveSmallIntegerField(default=5)
    state = models.CharField(max_length=16, choices=EndpointState.choices, default=EndpointState.ACTIVE)
    state_reason = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    busy_by = models.CharField(max_length=64, blank=True)
    busy_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "id"], name="endpoint_owner"),
            models.Index(fields=["busy_by"], name="endpoint_busy", condition=~Q(busy_by="")),
        ]

    def __str__(self) -> str:
        return self.url


class Event(models.Model):
    """Something to be told: that an article matched a search, in one version. Its id is the `webhook-id`.

    `data` is what there is to tell where it is not about an article.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.CharField(max_length=64, blank=True)
    type = models.CharField(max_length=32)
    search = models.ForeignKey(SavedSearch, null=True, on_delete=models.SET_NULL, related_name="reported")
    article_id = models.UUIDField(null=True)
    version = models.PositiveBigIntegerField(default=0)
    seq = models.BigIntegerField(null=True)
    data: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article_id", "search", "type", "version"], name="event_once"),
        ]
        indexes = [models.Index(fields=["at"], name="event_age")]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class DeliveryState(models.TextChoices):
    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class Delivery(models.Model):
    """An event on its way to an endpoint. `tries` counts since it was last asked for, `attempts` all of them.

    `next_at` is when it is tried next, null once it is over; then `finished_at` is when that was.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    state = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    next_at = models.DateTimeField(null=True, default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "endpoint"], name="delivery_once")]
        indexes = [
            models.Index(fields=["endpoint", "next_at"], name="delivery_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["endpoint", "id"], name="delivery_endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}: {self.state}"


class Attempt(models.Model):
    """One try of a delivery: what came back, or in words why nothing did. `body` are the first 16 KB of the answer."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tried")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(default=0.0)
    status = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=300, blank=True)
    headers: models.JSONField[dict[str, str]] = models.JSONField(default=dict)
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.number}: {self.status or self.code}"
