"""The domain's rows: Source, Article, Entity, and Change, the outbox that everything downstream follows."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from newsapi.ids import new_id


class Source(models.Model):
    """Who publishes. `key` is the folded domain, else the folded name: one row per publisher."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=255)
    domain = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Entity(models.Model):
    """A person, organisation or place, over all articles. `key` is what makes two mentions the same one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=400, unique=True)
    type = models.CharField(max_length=16)
    name = models.CharField(max_length=300)
    folded = models.CharField(max_length=300, db_index=True)
    country = models.CharField(max_length=2, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    ids: models.JSONField[dict[str, str]] = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Article(models.Model):
    """One article as structured now. `document` holds the whole JSON object that the API shows.

    `number` is the ever-growing watermark; `revision` counts new texts, `version` every change that has to reach the
    index. A deleted article stays as a row with `deleted_at` until its tombstone is cleared.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(unique=True)
    revision = models.PositiveIntegerField(default=1)
    version = models.PositiveBigIntegerField(default=1)
    date = models.DateTimeField(db_index=True)
    received_at = models.DateTimeField()
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="articles")
    external_id = models.CharField(max_length=255, blank=True, db_index=True)
    url = models.TextField(blank=True)
    headline = models.TextField(blank=True)
    language = models.CharField(max_length=35, blank=True)
    content_hash = models.CharField(max_length=64, db_index=True)
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="duplicates")
    document: models.JSONField[dict[str, Any]] = models.JSONField()
    corrections: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.headline or str(self.id)


class ChangeKind(models.TextChoices):
    CREATED = "created"
    REVISED = "revised"
    UPDATED = "updated"
    DELETED = "deleted"


class Change(models.Model):
    """The outbox: written in the transaction that changes an article.

    `seq` is the public order. It is given by the one publisher, after commit, so whoever follows it skips nothing.
    """

    id = models.BigAutoField(primary_key=True)
    seq = models.BigIntegerField(null=True, unique=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=16, choices=ChangeKind.choices)
    version = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now)


class Consumer(models.Model):
    """Who follows the changes, and how far it came. `lease_until` makes it one at a time."""

    name = models.CharField(max_length=64, primary_key=True)
    offset = models.BigIntegerField(default=0)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
