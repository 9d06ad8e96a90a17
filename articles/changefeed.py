"""The public order of changes, for whoever keeps a copy: read from a number on, and forgotten after a stated time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from articles import publishing
from articles.models import Change, Consumer
from newsapi.errors import NewsApiError

FORGOTTEN = "changes-forgotten"
"""Its Consumer row's offset is the last number whose change is not kept any more."""
AT_ONCE = 5_000


class ChangesExpired(NewsApiError):
    code = "changes_expired"
    title = "The changes from there on are not kept any more"
    status = 410


class Entry(NamedTuple):
    """One change: `version` is the article's after it, `seq` its place in the order."""

    seq: int
    kind: str
    article_id: UUID
    version: int
    at: datetime


def latest() -> int:
    """The last number given; what is committed and has none yet gets one first."""
    while publishing.publish() == publishing.AT_ONCE:
        pass
    return publishing.published()


def forgotten() -> int:
    """The last number that is not kept any more, 0 while all are."""
    return Consumer.objects.filter(name=FORGOTTEN).values_list("offset", flat=True).first() or 0


def read(after: int, limit: int, kinds: Collection[str] = ()) -> list[Entry]:
    """The first `limit` changes with numbers above `after`, in their order; `kinds` where not empty only these.

    Raises ChangesExpired where some of them are forgotten: a follower who goes on would miss them.
    """
    changes = Change.objects.filter(seq__gt=after)
    if kinds:
        changes = changes.filter(kind__in=kinds)
    fields = ("seq", "kind", "article_id", "version", "at")
    found = [Entry(*row) for row in changes.order_by("seq").values_list(*fields)[:limit]]
    # Looked at afterwards: what is forgotten between the two would be missing in `found`.
    if after < (gone := forgotten()):
        raise ChangesExpired(
            f"Changes are kept for {settings.CHANGES_DAYS} days; those up to {gone} are gone. Take an export, and"
            " follow from the `changes` that it names.",
            after=after,
            oldest=gone,
        )
    return found


def forget(now: datetime | None = None) -> int:
    """Remove the changes that are older than CHANGES_DAYS and that every follower has behind it; how many."""
    horizon = (now or timezone.now()) - timedelta(days=settings.CHANGES_DAYS)
    count = 0
    while removed := _forget(horizon):
        count += removed
    return count


def _forget(horizon: datetime) -> int:
    followers = Consumer.objects.exclude(name__in=(publishing.PUBLISHER, FORGOTTEN)).filter(offset__gt=0)
    with transaction.atomic():
        behind = followers.aggregate(least=Min("offset"))["least"] or 0
        oldest = Change.objects.filter(seq__lte=behind).order_by("seq").values_list("seq", "at")[:AT_ONCE]
        # What came after a change that is kept is kept too: the feed has no holes.
        old = [seq for seq, _ in takewhile(lambda row: row[1] < horizon, oldest)]
        if not old:
            return 0
        Consumer.objects.update_or_create(name=FORGOTTEN, defaults={"offset": old[-1] or 0})
        return Change.objects.filter(seq__lte=old[-1]).delete()[0]
