"""What became of indexing that did not go as it should: articles set aside, and comparisons with the database."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from search.exports.models import Export, ExportPart

__all__ = ["Export", "ExportPart", "Quarantine", "Reconciliation"]


class Quarantine(models.Model):
    """An article that the engine refused at this version. A newer version, a reconcile or a reindex tries it again."""

    article_id = models.UUIDField(primary_key=True, editable=False)
    number = models.BigIntegerField()
    version = models.PositiveBigIntegerField()
    reason = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.article_id}: {self.reason}"


class Reconciliation(models.Model):
    """One comparison of the index with the database: a wish until the indexer has done it.

    `reached` is the article number up to which it came. `repaired` counts articles written again, `purged` tombstones
    forgotten.
    """

    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    reached = models.BigIntegerField(default=0)
    compared = models.BigIntegerField(default=0)
    repaired = models.BigIntegerField(default=0)
    purged = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d}: {self.compared:,} compared, {self.repaired:,} repaired"
