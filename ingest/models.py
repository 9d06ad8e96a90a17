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

    @property
    def is_open(self) -> bool:
        """Whether it waits to be structured (again), or for the page that it names."""
        return self.pending or self.state == CaptureState.RECEIVED


class Fetch(models.Model):
    """The page of a capture that came as an address: when it is to be fetched, and then the page, byte for byte.

    Until it is there its capture is `received` and not `pending`. `due_at` is null once it is there or given up. `url`
    is where it came from in the end, after redirects.
    """

    capture = models.OneToOneField(Capture, primary_key=True, on_delete=models.CASCADE, related_name="fetch")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.SINGLE)
    url = models.CharField(max_length=4_000)
    host = models.CharField(max_length=300)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    media_type = models.CharField(max_length=100, blank=True)
    content = models.BinaryField(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["host", "priority", "due_at"], name="fetch_due", condition=Q(due_at__isnull=False)),
        ]


class SubscriptionKind(models.TextChoices):
    FEED = "feed"
    SITEMAP = "sitemap"
    PAGE = "page"


class SubscriptionState(models.TextChoices):
    """`failing`: the last poll failed and it is tried again. `paused`: not polled until somebody says so."""

    ACTIVE = "active"
    FAILING = "failing"
    PAUSED = "paused"


class Subscription(models.Model):
    """An address that is polled for its publisher's articles, how it is, and what goes for everything read from it.

    `next_poll_at` is null exactly where it is paused. `interval` (s) adapts; `rate` is requests a minute.
    `content_hash` is of the body as read last, for servers that know no conditional requests.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey("articles.Source", on_delete=models.PROTECT, related_name="subscriptions")
    kind = models.CharField(max_length=16, choices=SubscriptionKind.choices)
    url = models.CharField(max_length=2_000, unique=True)
    host = models.CharField(max_length=300)
    title = models.CharField(max_length=500, blank=True)
    home_url = models.CharField(max_length=4_000, blank=True)
    state = models.CharField(max_length=16, choices=SubscriptionState.choices, default=SubscriptionState.ACTIVE)
    state_reason = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=35, blank=True)
    country = models.CharField(max_length=2, blank=True)
    section = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=1_000, blank=True)
    full_text = models.BooleanField(default=False)
    enrich = models.BooleanField(default=True, db_default=True)
    rate = models.FloatField(null=True)
    retention_days = models.PositiveIntegerField(null=True)
    etag = models.CharField(max_length=1_000, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    interval = models.PositiveIntegerField(default=0)
    next_poll_at = models.DateTimeField(null=True, default=timezone.now)
    failures = models.PositiveIntegerField(default=0)
    last_polled_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_error: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    problems: models.JSONField[list[str]] = models.JSONField(default=list)
    moved_from = models.CharField(max_length=2_000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_poll_at", "host"], name="subscription_due", condition=Q(next_poll_at__isnull=False)
            ),
            models.Index(fields=["host", "next_poll_at"], name="subscription_host"),
        ]


class SeenEntry(models.Model):
    """An entry that was read, so that it is captured once, and again only when it says something else.

    `key` and `digest` are hashes of its id and of what it says. Where its page is still to be fetched, `fetch_at` says
    from when on, and `document` keeps what is known of it until then. `at` is when it was published, else first seen.
    """

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="entries", db_index=False)
    key = models.CharField(max_length=32)
    digest = models.CharField(max_length=32)
    at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    capture_id = models.UUIDField(null=True)
    host = models.CharField(max_length=300, blank=True)
    fetch_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    document: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    error: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "key"], name="seen_entry_key")]
        indexes = [
            models.Index(fields=["subscription", "at"], name="seen_entry_at"),
            models.Index(fields=["host", "fetch_at"], name="seen_entry_due", condition=Q(fetch_at__isnull=False)),
        ]


class Host(models.Model):
    """A host that is fetched from: by one worker at a time, not before `busy_until`, and what its robots.txt says.

    `robots_status` is the HTTP status that robots.txt was answered with, 0 where there was none in time.
    """

    name = models.CharField(max_length=300, primary_key=True)
    busy_until = models.DateTimeField(default=timezone.now)
    robots = models.TextField(blank=True)
    robots_status = models.PositiveSmallIntegerField(null=True)
    robots_at = models.DateTimeField(null=True)
