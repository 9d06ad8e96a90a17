"""The domain's rows: Source, Article, Entity, Topic, and Change, the outbox that everything downstream follows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.jsonfield import FastJSONField
from newsapi.ids import new_id


class Source(models.Model):
    """Who publishes. `key` is the folded domain, else the folded name: one row per publisher."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=255)
    folded = models.CharField(max_length=255)
    domain = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["folded"], name="source_folded")]

    def __str__(self) -> str:
        return self.name


class Entity(models.Model):
    """A person, organisation or place, over all articles. `key` is what makes two mentions the same one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=400, unique=True)
    type = models.CharField(max_length=16)
    name = models.CharField(max_length=300)
    folded = models.CharField(max_length=300)
    country = models.CharField(max_length=2, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    ids: models.JSONField[dict[str, str]] = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["folded"], name="entity_folded")]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """An IPTC Media Topic, filled from articles/data/media_topics.tsv; articles.topics answers without a query."""

    code = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    level = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.name


class Article(models.Model):
    """One article as structured now. `document` holds what the API shows, apart from what the columns hold.

    `number` is the ever-growing watermark; `revision` counts new texts, `version` every change that has to reach the
    index. A deleted article stays as an empty row with `deleted_at` until its tombstone is cleared. Among articles
    with one `content_hash` the oldest is the original, the others are its duplicates. `content_hash` (of the body) and
    `text_hash` (headline and standfirst too) are of the text as it arrived, so that what was corrected by hand is
    still known when it arrives again; so is `url_key`, of the canonical address.

    `near` is the MinHash signature of the body as it is now, `similarity` how much of the smaller body a duplicate and
    its original share (null for an original). `arrival` is the latest capture known under its id or address.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.BigIntegerField(unique=True)
    revision = models.PositiveIntegerField(default=1)
    version = models.PositiveBigIntegerField(default=1)
    date = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="articles")
    external_id = models.CharField(max_length=255, blank=True)
    url = models.TextField(blank=True)
    headline = models.TextField(blank=True)
    language = models.CharField(max_length=35, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    duplicate_of = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="duplicates", db_index=False
    )
    document = FastJSONField()
    corrections = FastJSONField(default=dict)
    url_key = models.CharField(max_length=32, blank=True, default="", db_default="")
    near = models.BinaryField(null=True)
    similarity = models.FloatField(null=True)
    arrival = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["content_hash"], name="article_content"),
            models.Index(fields=["external_id"], name="article_external", condition=~Q(external_id="")),
            models.Index(fields=["duplicate_of"], name="article_duplicate", condition=Q(duplicate_of__isnull=False)),
            models.Index(fields=["deleted_at"], name="article_deleted", condition=Q(deleted_at__isnull=False)),
            models.Index(fields=["url_key"], name="article_url_key", condition=~Q(url_key="")),
        ]

    def __str__(self) -> str:
        return self.headline or str(self.id)


class ChangeKind(models.TextChoices):
    CREATED = "created"
    REVISED = "revised"
    UPDATED = "updated"
    MERGED = "merged"
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

    class Meta:
        indexes = [models.Index(fields=["id"], name="change_unpublished", condition=Q(seq__isnull=True))]


class Counter(models.Model):
    """An ever-growing number that rows leave no gap in the memory of: deleting the newest article gives none again.

    Its row is also the lock under which articles are written.
    """

    name = models.CharField(max_length=64, primary_key=True)
    value = models.BigIntegerField(default=0)


class Consumer(models.Model):
    """Who follows the changes, and how far it came. `lease_until` makes it one at a time."""

    name = models.CharField(max_length=64, primary_key=True)
    offset = models.BigIntegerField(default=0)
    lease_owner = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)


class Revision(models.Model):
    """The text that an article had before another took its place: `document` as the API showed it then."""

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions", db_index=False)
    revision = models.PositiveIntegerField()
    document = FastJSONField()
    until = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "revision"], name="revision_of_article")]


class Band(models.Model):
    """Under which keys near copies of an original are found (articles.nearness); `number` is the article's.

    Made from the articles, and made again from them by `newsapi duplicates` should it be lost.
    """

    pk = models.CompositePrimaryKey("key", "number")
    key = models.BigIntegerField()
    number = models.BigIntegerField()
