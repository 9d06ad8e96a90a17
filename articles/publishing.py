"""Gives committed changes their place in the public order."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from articles.models import Change, Consumer

PUBLISHER = "publisher"
"""Its Consumer row is the lock under which sequence numbers are given; its offset is the last one given."""
AT_ONCE = 5_000


def publish() -> int:
    """Number the changes that have no `seq` yet, in the order of their ids; how many there were, at most AT_ONCE.

    A change is numbered only when it is committed, and after everything numbered before: whoever follows `seq` skips
    nothing, however late a transaction commits that began early.
    """
    unpublished = Change.objects.filter(seq__isnull=True)
    if not unpublished.exists():
        return 0
    with transaction.atomic():
        publisher, _ = Consumer.objects.select_for_update().get_or_create(name=PUBLISHER)
        ids = list(unpublished.order_by("id").values_list("id", flat=True)[:AT_ONCE])
        if not ids:
            return 0
        # Numbers may have gaps, so one statement is enough: they go up as the ids do, from after the last one given.
        shift = publisher.offset + 1 - ids[0]
        unpublished.filter(id__range=(ids[0], ids[-1])).update(seq=F("id") + shift)
        Consumer.objects.filter(name=PUBLISHER).update(offset=ids[-1] + shift)
    return len(ids)


def published() -> int:
    """The last sequence number given."""
    return Consumer.objects.filter(name=PUBLISHER).values_list("offset", flat=True).first() or 0
