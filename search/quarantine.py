"""Articles that the engine refused: set aside with the reason, so that the others go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from search.engines.base import Refused
from search.models import Quarantine

LONGEST = 2_000
"""Characters of a reason that are kept."""


def settle(written: Iterable[UUID], refused: Sequence[Refused]) -> None:
    """Note what was refused, and that these other articles were written."""
    now = timezone.now()
    rows = {
        one.id: Quarantine(
            article_id=one.id, number=one.number, version=one.version, reason=one.reason[:LONGEST], at=now
        )
        for one in refused
    }
    if rows:
        Quarantine.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["article_id"],
            update_fields=["number", "version", "reason", "at"],
        )
    well = [id_ for id_ in written if id_ not in rows]
    # Nearly always there is none, and asking costs less than deleting nothing.
    stale = list(Quarantine.objects.filter(article_id__in=well).values_list("article_id", flat=True)) if well else []
    if stale:
        Quarantine.objects.filter(article_id__in=stale).delete()


def quarantined() -> QuerySet[Quarantine]:
    """What is set aside, latest first: article, number, version, reason and time."""
    return Quarantine.objects.order_by("-at", "article_id")


def count() -> int:
    """How many articles are set aside."""
    return Quarantine.objects.count()
