"""API keys, hashed at rest, each with its scopes and limits; what they used; answers kept for who asks again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from newsapi.ids import new_id

SCOPES = ("read", "ingest", "admin")
"""What a key may do: read, add and correct, manage. `admin` includes the others."""


class ApiKey(models.Model):
    """`digest` is the SHA-256 of a key with 256 random bits (so no salt or stretching is needed); `prefix` names it.

    `rate` is how many requests a minute it may make, `quota` how many a day (in UTC); None is what the settings say.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes: models.JSONField[list[str]] = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    rate = models.PositiveIntegerField(null=True)
    quota = models.PositiveBigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def allows(self, scope: str) -> bool:
        """The key was given this scope, or `admin`, which includes every other."""
        return scope in self.scopes or "admin" in self.scopes


class KeyUsage(models.Model):
    """How many requests a key made on a day (in UTC). Counted in memory, written down now and then."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="usage")
    day = models.DateField()
    requests = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="key_usage_day")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.day}: {self.requests:,}"


class KeptAnswer(models.Model):
    """The answer to a write with an `Idempotency-Key` (`name`), or the claim of who works on it: then no `status`.

    `owner` is the id of the API key, empty for this machine. `fingerprint` is of method, address and body.
    """

    owner = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    headers: models.JSONField[dict[str, str]] = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="kept_answer_name")]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return self.name
