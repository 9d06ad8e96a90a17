"""Follows the changes of articles: what matches saved searches becomes events and deliveries, each change once.

They are written in the transaction that moves the offset on, so a process that is killed has done all of a batch or
nothing of it, and one that was only slow finds the offset moved and drops what it has.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from articles import changefeed, publishing
from articles.leases import Lease
from articles.models import Change, ChangeKind, Consumer
from search import rows
from search.results import IndexDocument
from webhooks import payloads
from webhooks.models import Delivery, Endpoint, EndpointState, Event
from webhooks.standing import Searches

logger = logging.getLogger(__name__)
CONSUMER = "matcher"
"""Its Consumer row is the lease, and has the offset."""
BATCH = 200
REPORTED_FOR = timedelta(days=30)
"""For so long it is known what was reported. An article that came earlier and only now matches is not news."""
REPORTS = (payloads.MATCHED, payloads.REVISED, payloads.UPDATED, payloads.DELETED)


class Followed(NamedTuple):
    """What a step did: how many changes it took, and the deliveries that it made of them."""

    changes: int
    deliveries: int


class Subscribers:
    """Who is told what, by search and by owner.

    What a disabled endpoint would have been sent is remembered for a while: it can be replayed.
    """

    def __init__(self) -> None:
        forgotten = Q(state=EndpointState.DISABLED, updated_at__lt=timezone.now() - REPORTED_FOR)
        rows = Endpoint.objects.exclude(forgotten).only("id", "owner", "events", "every_search", "state")
        self.endpoints = {one.id: one for one in rows}
        self._by_owner: dict[str, list[Endpoint]] = {}
        self._by_search: dict[UUID, list[Endpoint]] = {}
        for one in self.endpoints.values():
            if one.every_search:
                self._by_owner.setdefault(one.owner, []).append(one)
        for endpoint_id, search_id in Endpoint.searches.through.objects.filter(
            endpoint__every_search=False
        ).values_list("endpoint_id", "savedsearch_id"):
            if endpoint_id in self.endpoints:
                self._by_search.setdefault(search_id, []).append(self.endpoints[endpoint_id])

    @property
    def owners(self) -> set[str]:
        return {one.owner for one in self.endpoints.values()}

    def of(self, search_id: UUID, owner: str) -> list[Endpoint]:
        return [*self._by_owner.get(owner, ()), *self._by_search.get(search_id, ())]


class Matcher:
    """Keeps the saved searches at hand between its steps. Not for several threads."""

    def __init__(self) -> None:
        self._searches = Searches()

    def run(self, seconds: float) -> Followed:
        """Follow until nothing is left or the time is over; nothing while another process does."""
        lease = Lease(CONSUMER)
        if not lease.hold():
            return Followed(0, 0)
        until = time.monotonic() + seconds
        changes = deliveries = 0
        try:
            while time.monotonic() < until and lease.hold():
                done = self.step()
                changes, deliveries = changes + done.changes, deliveries + done.deliveries
                if not done.changes:
                    break
        finally:
            lease.release()
        return Followed(changes, deliveries)

    def step(self, limit: int = BATCH) -> Followed:
        """Match the articles of up to `limit` changes."""
        publishing.publish()
        offset = Consumer.objects.filter(name=CONSUMER).values_list("offset", flat=True).first() or 0
        latest = publishing.published()
        found = list(
            Change.objects.filter(seq__gt=offset, seq__lte=latest).order_by("seq").values_list(
                "seq", "article_id", "kind"
            )[:limit]
        )  # fmt: skip
        if not found:
            return Followed(0, 0)
        # Read after the changes: whoever subscribed before an article came is among them.
        subscribers = Subscribers()
        if not subscribers.endpoints:
            _move(offset, latest)
            return Followed(len(found), 0)
        last = int(found[-1][0] or offset)
        kinds: dict[UUID, set[str]] = {}
        for _, article_id, kind in found:
            kinds.setdefault(article_id, set()).add(kind)
        documents = rows.by_id(kinds).documents
        self._searches.refresh(subscribers.owners)
        matches = self._searches.matching(documents)
        events, deliveries = self._decide(documents, kinds, matches, subscribers, last)
        try:
            with transaction.atomic():
                if not _move(offset, last):
                    return Followed(0, 0)
                Event.objects.bulk_create(events, batch_size=500)
                Delivery.objects.bulk_create(deliveries, batch_size=500)
        except IntegrityError as error:
            # A search or an endpoint was removed meanwhile: the next step does not see it any more.
            logger.info("matcher: %s", error)
            return Followed(1, 0)
        return Followed(len(found), len(deliveries))

    def _decide(
        self,
        documents: Sequence[IndexDocument],
        kinds: dict[UUID, set[str]],
        matches: dict[UUID, set[UUID]],
        subscribers: Subscribers,
        seq: int,
    ) -> tuple[list[Event], list[Delivery]]:
        """The events of a batch and where they go."""
        now = timezone.now()
        known = _reported(kinds)
        by_id = {one.id: one for one in documents}
        events: list[Event] = []
        deliveries: list[Delivery] = []

        def report(type_: str, search_id: UUID, article: IndexDocument) -> None:
            owner = self._searches.owner(search_id)
            if owner is None or (type_, article.version) in known.get((search_id, article.id), ()):
                return
            to = [one for one in subscribers.of(search_id, owner) if type_ in one.events]
            event = Event(
                owner=owner,
                type=type_,
                search_id=search_id,
                article_id=article.id,
                version=article.version,
                seq=seq,
                at=now,
            )
            # That it matched is kept also where nobody asked to be told: what follows refers to it.
            if to or (type_ == payloads.MATCHED and subscribers.of(search_id, owner)):
                events.append(event)
                live = [one for one in to if one.state != EndpointState.DISABLED]
                deliveries.extend(Delivery(event=event, endpoint=one, next_at=now) for one in live)

        for search_id, ids in matches.items():
            for article_id in ids:
                article = by_id[article_id]
                before = known.get((search_id, article_id), set())
                if type_ := _type(kinds[article_id], before, article, now):
                    report(type_, search_id, article)
        for (search_id, article_id), before in known.items():
            removed = by_id.get(article_id)
            if removed is not None and removed.deleted and not any(kind == payloads.DELETED for kind, _ in before):
                report(payloads.DELETED, search_id, removed)
        return events, deliveries


def _type(kinds: set[str], before: set[tuple[str, int]], article: IndexDocument, now: datetime) -> str | None:
    """What there is to report of an article that matches."""
    if before:
        if article.version <= max(version for _, version in before):
            return None
        return payloads.REVISED if ChangeKind.REVISED in kinds else payloads.UPDATED
    recent = article.first_seen is None or article.first_seen > now - REPORTED_FOR
    return payloads.MATCHED if recent else None


def _reported(articles: dict[UUID, set[str]]) -> dict[tuple[UUID, UUID], set[tuple[str, int]]]:
    """What was reported of these articles so far, by search and article: types and versions."""
    found: dict[tuple[UUID, UUID], set[tuple[str, int]]] = {}
    told = Event.objects.filter(article_id__in=list(articles), type__in=REPORTS, search__isnull=False)
    for search_id, article_id, type_, version in told.values_list("search_id", "article_id", "type", "version"):
        assert search_id is not None and article_id is not None
        found.setdefault((search_id, article_id), set()).add((type_, version))
    return found


def _move(offset: int, to: int) -> bool:
    """Move the offset on, unless somebody else did."""
    return bool(Consumer.objects.filter(name=CONSUMER, offset=offset).update(offset=to))


def begin() -> None:
    """Before the first endpoint is there: what came up to now is not for it."""
    Consumer.objects.get_or_create(name=CONSUMER)
    if not Endpoint.objects.exists():
        Consumer.objects.filter(name=CONSUMER, offset=0).update(offset=changefeed.latest())


def waits() -> bool:
    """Whether there are changes that were not matched yet."""
    offset = Consumer.objects.filter(name=CONSUMER).values_list("offset", flat=True).first()
    if offset is None:
        return False
    later = Change.objects.filter(Q(seq__gt=offset) | Q(seq__isnull=True))
    return later.exists()
