"""Documents that come as an address: the page is fetched, kept byte for byte beside the capture, and structured.

What is to be fetched is a row with the time when. A fetch is claimed with its host, so that all workers together ask a
host one thing at a time (see ingest.polling.politeness); what a killed worker was at is due again after NEWSAPI_LEASE.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, QuerySet
from django.utils import timezone

from articles.leases import Lease
from ingest import kinds, waking
from ingest.documents import write_time
from ingest.kinds import WORDS, Kind, kind_of
from ingest.models import Capture, CaptureState, Fetch, Host, Priority
from ingest.polling import claiming, schedule
from ingest.polling import robots as robots_txt
from ingest.polling.fetching import RobotsDisallow, RobotsUnreachable
from ingest.polling.politeness import host_of, pause
from ingest.polling.robots import Robots
from newsapi import wakeups
from newsapi.errors import NewsApiError
from newsapi.http import Client, FetchError, Limits, Response, get_client

logger = logging.getLogger(__name__)
LIMITS = Limits(deadline=20.0, body=10_000_000)
ACCEPT = (
    "text/html, application/xhtml+xml, application/ld+json;q=0.9, application/json;q=0.8, text/plain;q=0.7, */*;q=0.5"
)
RETRIES = (timedelta(seconds=15), timedelta(seconds=60))
"""After what may pass: how long until the second and the third try, which is the last."""
MAX_TRIES = len(RETRIES) + 1
PASSING = ("too_slow", "interrupted", "connect_failed", "robots_unreachable")
SECONDS = 4.0
"""How long a run begins new requests, shorter than the supervisor waits for a worker to finish."""
HOSTS = 16
SHORTLIST = 500
LOOK_EVERY = 0.25
WAIT_FOR_HOST = 2.0
REST, LONGEST_REST = 60.0, 3_600.0
"""Seconds that a host is left alone which answers 429."""
READABLE = (Kind.HTML, Kind.TEXT, Kind.JSON)
GAVE_UP = "It was given up: the process that fetched it ended before it was done, again and again."


class NoArticle(NewsApiError):
    """What is at an address is nothing that an article can be read of."""

    code = "no_page"
    title = "The address leads to no article"
    status = 422


@dataclass(frozen=True, slots=True)
class Claimed:
    """A fetch that is ours for a while. `robots` is what is known of its host's, None where it has to be asked for."""

    capture_id: UUID
    url: str
    host: str
    attempt: int
    priority: int
    robots: Robots | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch came to: a page, or why there is none."""

    claimed: Claimed
    answer: Response | None = None
    error: NewsApiError | None = None
    robots: Robots | None = None
    rest: float = 0.0
    """Seconds that its host is to be left alone."""

    @property
    def passing(self) -> bool:
        """Whether it may be there another time."""
        if self.answer is not None and (self.answer.status in (408, 425, 429) or self.answer.status >= 500):
            return True
        return self.error is not None and self.error.code in PASSING


def ask(captures: Iterable[tuple[Capture, str]]) -> None:
    """Have the pages of these captures fetched. Call it in the transaction that saves them, after they are saved."""
    rows = [
        Fetch(capture=capture, priority=capture.priority, url=url[:4_000], host=host_of(url)[:300])
        for capture, url in captures
    ]
    if rows:
        Fetch.objects.bulk_create(rows)
        claiming.ensure({row.host for row in rows})


def ask_again(captures: QuerySet[Capture]) -> list[UUID]:
    """Have those pages fetched which could not be before; the ids of their captures, `received` anew."""
    rows = Fetch.objects.filter(capture__in=captures, content__isnull=True)
    ids = list(rows.values_list("capture_id", flat=True))
    Fetch.objects.filter(capture_id__in=ids).update(due_at=timezone.now(), attempts=0)
    Capture.objects.filter(id__in=ids).update(state=CaptureState.RECEIVED, pending=False, reason=None)
    return ids


def is_due(now: datetime) -> bool:
    """Whether there is anything to fetch, its host being free or not."""
    return bool(_due(now).values_list("capture_id")[:1])


def next_due() -> datetime | None:
    """When the next fetch is due; None where nothing is to be fetched."""
    found: datetime | None = Fetch.objects.filter(due_at__isnull=False).aggregate(at=Min("due_at"))["at"]
    return found


def _due(now: datetime) -> QuerySet[Fetch]:
    return Fetch.objects.filter(due_at__lte=now)


def _hosts_due(now: datetime) -> list[str]:
    """Hosts where a fetch is due: those of single posts first, then those that wait for longest."""
    rows = _due(now).order_by().values("host").annotate(first=Min("priority"), since=Min("due_at"))
    return [row["host"] for row in rows.order_by("first", "since")[:SHORTLIST]]


def claim(at_most: int, now: datetime) -> list[Claimed]:
    """Take the next fetch of up to so many hosts that are free; nobody else asks these until they are given back."""
    names = _hosts_due(now)
    if not names or at_most < 1:
        return []
    until = now + timedelta(seconds=settings.LEASE_SECONDS)
    claimed: list[Claimed] = []
    with transaction.atomic():
        free = Host.objects.filter(name__in=names, busy_until__lte=now).select_for_update(skip_locked=True)
        hosts = {host.name: host for host in free}
        for name in [name for name in names if name in hosts][:at_most]:
            row = _due(now).filter(host=name).order_by("priority", "due_at").first()
            if row is None:
                continue
            if row.attempts >= MAX_TRIES:
                _give_up(row, NewsApiError(GAVE_UP, code="gave_up"), CaptureState.FAILED)
                continue
            Host.objects.filter(name=name).update(busy_until=until)
            Fetch.objects.filter(capture_id=row.capture_id).update(due_at=until, attempts=F("attempts") + 1)
            robots = claiming.known_robots(hosts[name], now)
            claimed.append(Claimed(row.capture_id, row.url, name, row.attempts + 1, row.priority, robots))
    return claimed


def run(seconds: float = SECONDS, *, client: Client | None = None, between: Callable[[], object] | None = None) -> int:
    """Fetch what is due, unless as many as are allowed are at it; how many fetches came to an end.

    `between` is called while others answer, so that a slow server keeps nobody from being structured.
    """
    for number in range(1, settings.ENV.pollers + 1):
        lease = Lease(f"fetcher-{number}")
        if lease.hold():
            try:
                return _Run(client or get_client(), lease, between).run(seconds)
            finally:
                lease.release()
    return 0


class _Run:
    """One run; the threads ask, this one writes."""

    def __init__(self, client: Client, lease: Lease, between: Callable[[], object] | None) -> None:
        self._client = client
        self._lease = lease
        self._between = between
        self._answers: queue.SimpleQueue[Fetched] = queue.SimpleQueue()
        self._under_way = 0

    def run(self, seconds: float) -> int:
        until = time.monotonic() + seconds
        done = 0
        pool = ThreadPoolExecutor(HOSTS, thread_name_prefix="fetch")
        try:
            while True:
                self._lease.hold()
                rest = self._begin(pool) if time.monotonic() < until else None
                if not self._under_way and rest is None:
                    return done
                if (fetched := self._next(rest)) is not None:
                    keep(fetched, timezone.now())
                    done += 1
                if self._between is not None:
                    self._between()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _begin(self, pool: ThreadPoolExecutor) -> float | None:
        """Begin what can be; seconds after which there may be more, None where nothing is due soon."""
        if self._under_way >= HOSTS:
            return LOOK_EVERY
        now = timezone.now()
        for claimed in claim(HOSTS - self._under_way, now):
            self._under_way += 1
            pool.submit(self._fetch, claimed)
        names = _hosts_due(now)
        free = Host.objects.filter(name__in=names).aggregate(at=Min("busy_until"))["at"] if names else None
        wait = (free - now).total_seconds() if free else WAIT_FOR_HOST + 1
        return max(0.02, wait) if wait <= WAIT_FOR_HOST else None

    def _next(self, rest: float | None) -> Fetched | None:
        try:
            fetched = self._answers.get(timeout=min(LOOK_EVERY, rest or LOOK_EVERY))
        except queue.Empty:
            return None
        self._under_way -= 1
        return fetched

    def _fetch(self, claimed: Claimed) -> None:
        try:
            self._answers.put(fetch(self._client, claimed))
        except Exception as error:
            # It has to be told: what is not told would be waited for.
            logger.exception("fetching %s failed", claimed.url)
            said = f"Fetching it failed ({type(error).__name__}). This is a fault of ours."
            self._answers.put(Fetched(claimed, error=NewsApiError(said, code="internal_error", status=500)))


def fetch(client: Client, claimed: Claimed) -> Fetched:
    """Ask for a page; within the deadline, touching no database. A bulk load keeps to robots.txt, as crawlers do.

    A single address was chosen by whoever posts it, who could open it in a browser as well.
    """
    robots = claimed.robots
    try:
        if claimed.priority != Priority.SINGLE:
            robots = robots or robots_txt.read(client, claimed.url)
            _check_robots(robots, claimed.url)
        answer = client.get(claimed.url, headers={"Accept": ACCEPT}, limits=LIMITS)
    except NewsApiError as error:
        return Fetched(claimed, error=error, robots=robots)
    rest = 0.0
    if answer.status == 429:
        wanted = schedule.retry_after(answer.headers, timezone.now()) or 0
        rest = min(max(REST, wanted), LONGEST_REST)
    return Fetched(claimed, answer, _refusal(answer), robots, rest)


def _check_robots(robots: Robots, url: str) -> None:
    if robots.allows(url):
        return
    host = urlsplit(url).hostname
    if robots.unreachable:
        raise RobotsUnreachable(f"The robots.txt of {host} cannot be read, so nothing is fetched from it.", url=url)
    raise RobotsDisallow(f"The robots.txt of {host} does not allow {url}.", url=url)


def _refusal(answer: Response) -> NewsApiError | None:
    """Why an answer is no page to be structured, in words; None for one that is."""
    host = urlsplit(answer.url).hostname
    if answer.status != 200:
        return FetchError(f"{host} answers {answer.status}.", code="http_status", url=answer.url)
    kind = kind_of(answer.body, answer.media_type)
    if kind in READABLE:
        return None
    said = WORDS[kind]
    if kind == Kind.GZIP and kind_of(kinds.unpacked_head(answer.body)) == Kind.SITEMAP:
        said, kind = "a packed sitemap", Kind.SITEMAP
    hint = " Have it polled: POST /v1/sources takes its address." if kind in (Kind.FEED, Kind.SITEMAP) else ""
    detail = f"There is no article at {answer.url}: it is {said}.{hint}"
    if kind == Kind.EMPTY:
        detail = f"{host} answers with nothing."
    return NoArticle(detail, url=answer.url, found=kind.value)


def keep(fetched: Fetched, now: datetime) -> None:
    """Write what a fetch came to: the page, another time to try it, or the reason why there is none."""
    claimed, error = fetched.claimed, fetched.error
    rows = Fetch.objects.filter(capture_id=claimed.capture_id, due_at__isnull=False)
    with transaction.atomic():
        if fetched.robots is not None and fetched.robots is not claimed.robots:
            claiming.keep_robots(claimed.host, fetched.robots, now)
        crawl_delay = fetched.robots.delay if fetched.robots else 0.0
        free_in = max(fetched.rest, pause(claimed.host, crawl_delay=crawl_delay))
        claiming.give_back([claimed.host], now + timedelta(seconds=free_in))
        row = rows.select_for_update().defer("content").first()
        if row is None:
            return
        if error is None and fetched.answer is not None:
            _keep_page(row, fetched.answer, now)
            waking.wake_after_commit()
            return
        error = error or NewsApiError("Nothing came back.")
        if fetched.passing and claimed.attempt < MAX_TRIES:
            later = now + max(RETRIES[claimed.attempt - 1], timedelta(seconds=fetched.rest))
            rows.update(due_at=later)
            reason = error.as_problem() | {"detail": f"{error.detail} It is tried again at {write_time(later)}."}
            Capture.objects.filter(id=claimed.capture_id).update(reason=reason)
            return
        state = CaptureState.FAILED if fetched.passing or error.code == "internal_error" else CaptureState.REJECTED
        _give_up(row, error, state)
    if claimed.priority == Priority.SINGLE:
        wakeups.notify(f"capture:{claimed.capture_id}")


def _keep_page(row: Fetch, answer: Response, now: datetime) -> None:
    media_type = f"{answer.media_type}; charset={answer.charset}" if answer.charset else answer.media_type
    Fetch.objects.filter(capture_id=row.capture_id).update(
        due_at=None, content=answer.body, media_type=media_type[:100], url=answer.url[:4_000], fetched_at=now
    )
    Capture.objects.filter(id=row.capture_id).update(pending=True, reason=None, attempts=0)


def _give_up(row: Fetch, error: NewsApiError, state: CaptureState) -> None:
    Fetch.objects.filter(capture_id=row.capture_id).update(due_at=None)
    Capture.objects.filter(id=row.capture_id).update(
        state=state, reason=error.as_problem(), pending=False, processed_at=timezone.now()
    )


def take(capture: Capture, answer: Response) -> None:
    """Keep a page that was fetched elsewhere for a capture of its address, or why it is none."""
    row = Fetch.objects.defer("content").get(capture=capture)
    claimed = Claimed(capture.id, row.url, row.host, 1, row.priority, None)
    keep(Fetched(claimed, answer, _refusal(answer)), timezone.now())


def page_of(capture_id: UUID) -> Fetch | None:
    """The page that was fetched for a capture; None where there is none."""
    return Fetch.objects.filter(capture_id=capture_id, content__isnull=False).first()
