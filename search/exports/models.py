"""Exports: what is to be made, how far it is, and the parts that its file consists of."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from newsapi.ids import new_id


class State(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class Export(models.Model):
    """One export. `owner` is the id of the key that asked for it, empty for this machine.

    `query` has the filter parameters as written, `now` the moment that ages in them count from. `after` is the sort key
    of the last article written (an unsigned 64-bit number, as text). `changes` is a number of the change feed: what
    came up to there is in the export, if it matched. `attempts` counts those since there was progress.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.CharField(max_length=64, blank=True)
    format = models.CharField(max_length=16)
    compression = models.CharField(max_length=8, blank=True)
    query: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    fields: models.JSONField[list[str]] = models.JSONField(default=list)
    sort = models.CharField(max_length=16, default="-date")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    now = models.DateTimeField(default=timezone.now)
    watermark = models.BigIntegerField(null=True)
    changes = models.BigIntegerField(default=0)
    after = models.CharField(max_length=20, blank=True)
    total = models.BigIntegerField(null=True)
    done = models.BigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    size = models.BigIntegerField(default=0)
    checksum = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="export_owner"),
            models.Index(fields=["state", "expires_at"], name="export_state"),
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.id}: {self.state}, {self.done:,} articles"


class ExportPart(models.Model):
    """A piece of an export's file, in a file of its own. The row is written last, so what it names is whole."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="pieces")
    index = models.PositiveIntegerField()
    name = models.CharField(max_length=64)
    size = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "index"], name="export_part")]

    def __str__(self) -> str:
        return self.name
