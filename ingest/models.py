"""What arrived, byte for byte, and what became of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from newsapi.context import request_id
from newsapi.ids import new_id


class CaptureState(models.TextChoices):
    RECEIVED = "received"
    STRUCTURED = "structured"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"


class Priority(models.IntegerChoices):
    """What is claimed first: a person waits for a single post, nobody for a restructuring."""

    SINGLE = 0
    BULK = 1
    RESTRUCTURE = 2


class Batch(models.Model):
    """One bulk call: how many lines were accepted, which were rejected and why. Progress is counted from captures.

    `complete` means that its stream was read to the end; `error` is the problem that ended it before.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lines = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    complete = models.BooleanField(default=False)
    error: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["updated_at"], name="batch_open", condition=Q(complete=False, error__isnull=True)),
        ]


class BatchRejection(models.Model):
    """A line of a batch that is no document: its 1-based number, the reason, and the line's bytes (their beginning)."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rejections", db_index=False)
    line = models.PositiveIntegerField()
    reason: models.JSONField[dict[str, Any]] = models.JSONField()
    content = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["batch", "line"], name="rejection_line")]


class Capture(models.Model):
    """One input, verbatim, with where it came from. Committed before the caller gets its 202.

    What is `pending` is claimed by lease (`lease_until`), in the order of `priority` and id. One that has an article
    already and is pending again is structured anew in its place. `request_id` is that of the request which brought it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.CASCADE, related_name="captures", db_index=False)
    line = models.PositiveIntegerField(null=True)
    external_id = models.CharField(max_length=255, blank=True)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    hints: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    received_at = models.DateTimeField(default=timezone.now)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.SINGLE)
    state = models.CharField(max_length=16, choices=CaptureState.choices, default=CaptureState.RECEIVED)
    reason: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    article = models.ForeignKey("articles.Article", null=True, on_delete=models.SET_NULL, related_name="captures")
    attempts = models.PositiveSmallIntegerField(default=0)
    pending = models.BooleanField(default=True)
    lease_until = models.DateTimeField(null=True)
    processed_at = models.DateTimeField(null=True)
    request_id = models.CharField(max_length=64, blank=True, default=request_id, db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["priority", "id"], name="capture_pending", condition=Q(pending=True)),
            models.Index(fields=["batch", "state"], name="capture_batch", condition=Q(batch__isnull=False)),
            models.Index(fields=["external_id"], name="capture_external", condition=~Q(external_id="")),
            models.Index(fields=["state"], name="capture_state", condition=~Q(state="structured")),
        ]
