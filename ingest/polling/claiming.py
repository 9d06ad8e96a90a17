"""Who polls what: a host at a time is claimed, with what is due there; the host served longest ago comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q, QuerySet

from ingest.models import Host, SeenEntry, Subscription, SubscriptionState
from ingest.polling.robots import Robots

AT_A_VISIT = 20
"""Requests to one host before another worker, or another host, has its turn."""
SHORTLIST = 500
ROBOTS_KEPT = timedelta(hours=24)
ROBOTS_RETRIED = timedelta(hours=1)
"""RFC 9309 section 2.4: a robots.txt is not used for more than a day; one that failed is asked for again sooner."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A host that is ours for a while, with the subscriptions to poll and the pages to fetch there.

    `robots` is what is known of its robots.txt, None where it has to be asked for.
    """

    host: str
    robots: Robots | None
    polls: Sequence[Subscription]
    pages: Sequence[SeenEntry]


def is_due(now: datetime) -> bool:
    """Whether there is anything to fetch, its host being free or not."""
    return bool(_polls(now).values_list("id")[:1]) or bool(_pages(now).values_list("id")[:1])


def claim(at_most: int, now: datetime) -> list[Visit]:
    """Take up to so many free hosts where something is due; nobody else visits them until they are given back."""
    polls, pages = _due_hosts(now)
    due = polls | pages
    if not due or at_most < 1:
        return []
    with transaction.atomic():
        free = Host.objects.filter(name__in=due, busy_until__lte=now).order_by("busy_until", "name")
        hosts = list(free.select_for_update(skip_locked=True)[:at_most])
        Host.objects.filter(name__in=[host.name for host in hosts]).update(busy_until=now + _lease())
    return [_visit(host, now, polls=host.name in polls, pages=host.name in pages) for host in hosts]


def keep(hosts: Iterable[str], now: datetime) -> None:
    """Go on owning hosts whose visit is not over; what a killed worker had claimed is free after NEWSAPI_LEASE."""
    Host.objects.filter(name__in=list(hosts)).update(busy_until=now + _lease())


def _lease() -> timedelta:
    return timedelta(seconds=settings.LEASE_SECONDS)


def free_at(now: datetime) -> datetime | None:
    """When the next host is free where something is due; None where nothing is due."""
    polls, pages = _due_hosts(now)
    due = polls | pages
    found: datetime | None = Host.objects.filter(name__in=due).aggregate(at=Min("busy_until"))["at"] if due else None
    return found


def ensure(names: Iterable[str]) -> None:
    """Make the rows of hosts that are missing."""
    names = set(names)
    missing = names - set(Host.objects.filter(name__in=names).values_list("name", flat=True))
    if missing:
        Host.objects.bulk_create([Host(name=name) for name in missing], ignore_conflicts=True)


def give_back(hosts: Iterable[str], free_from: datetime) -> None:
    """End visits; the hosts are left alone until then."""
    Host.objects.filter(name__in=list(hosts)).update(busy_until=free_from)


def keep_robots(host: str, robots: Robots, now: datetime) -> None:
    Host.objects.filter(name=host).update(robots=robots.text, robots_status=robots.status, robots_at=now)


def _polls(now: datetime) -> QuerySet[Subscription]:
    return Subscription.objects.filter(next_poll_at__lte=now)


def _pages(now: datetime) -> QuerySet[SeenEntry]:
    return SeenEntry.objects.filter(Q(fetch_at__lte=now) & ~Q(subscription__state=SubscriptionState.PAUSED))


def _due_hosts(now: datetime) -> tuple[set[str], set[str]]:
    """Hosts where polls, and where pages are due, those that are due for longest; at most SHORTLIST of each."""
    polls = _polls(now).values("host").annotate(due=Min("next_poll_at")).order_by("due")
    pages = _pages(now).values("host").annotate(due=Min("fetch_at")).order_by("due")
    return {row["host"] for row in polls[:SHORTLIST]}, {row["host"] for row in pages[:SHORTLIST]}


def _visit(host: Host, now: datetime, *, polls: bool, pages: bool) -> Visit:
    due: list[Subscription] = []
    wanted: list[SeenEntry] = []
    if polls:
        rows = _polls(now).filter(host=host.name).select_related("source")
        due = list(rows.order_by("next_poll_at")[:AT_A_VISIT])
    if pages:
        entries = _pages(now).filter(host=host.name).select_related("subscription__source")
        wanted = list(entries.order_by("fetch_at")[: max(1, AT_A_VISIT - len(due))])
    return Visit(host.name, known_robots(host, now), due, wanted)


def known_robots(host: Host, now: datetime) -> Robots | None:
    """What is known of a host's robots.txt; None where it has to be asked for."""
    if host.robots_at is None or host.robots_status is None:
        return None
    known = Robots(host.robots_status, host.robots)
    return known if now - host.robots_at < (ROBOTS_RETRIED if known.unreachable else ROBOTS_KEPT) else None
