"""API keys: hashed at rest, each with its scopes."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from newsapi.ids import new_id

SCOPES = ("read", "ingest", "admin")
"""What a key may do: read, add and correct, manage. `admin` includes the others."""


class ApiKey(models.Model):
    """`digest` is the SHA-256 of a key with 256 random bits (so no salt or stretching is needed); `prefix` names it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes: models.JSONField[list[str]] = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def allows(self, scope: str) -> bool:
        """The key was given this scope, or `admin`, which includes every other."""
        return scope in self.scopes or "admin" in self.scopes
