"""What became of polls, written: new entries as captures, the subscription as it is now and when it is polled next.

An entry and its capture are committed together, so whatever is killed, each entry is captured once.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from ingest import waking
from ingest.documents import clean
from ingest.models import Capture, Subscription, SubscriptionState
from ingest.polling import claiming, entries, schedule
from ingest.polling.fetching import Event, Fetched, Left, Polled, RobotsRead, fault
from ingest.polling.politeness import host_of
from ingest.polling.reading import Reading, read
from ingest.polling.schedule import Wishes
from newsapi.errors import NewsApiError
from newsapi.http import Response

logger = logging.getLogger(__name__)
GONE = "The server says that it is gone for good (410)."
MOST_PROBLEMS = 5


@dataclass(slots=True)
class Outcome:
    """What a poll comes to before anything is written. `reading` is None where nothing changed."""

    polled: Polled
    reading: Reading | None = None
    wishes: Wishes = field(default_factory=Wishes)
    error: NewsApiError | None = None
    gone: bool = False
    retry_after: int | None = None
    content_hash: str = ""

    @property
    def subscription(self) -> Subscription:
        return self.polled.subscription


def store(events: Sequence[Event], now: datetime) -> int:
    """Write what these came to, in one transaction; how many captures were made of it.

    If the database takes it badly they are written one by one, so that only the culprit fails.
    """
    # Reading takes a while: it is done before anybody else has to wait for the write.
    outcomes = [outcome(event, now) for event in events if isinstance(event, Polled)]
    pages = [entries.of_page(event, now) for event in events if isinstance(event, Fetched)]
    try:
        return _store(events, outcomes, pages, now)
    except (OperationalError, InterfaceError):
        # The database is away or busy: the hosts are claimed again, and all of it is done anew.
        raise
    except Exception as error:
        logger.exception("writing %d answers failed", len(events))
        if len(events) > 1:
            return sum(store([event], now) for event in events)
        [event] = events
        return _store_failure(event, fault("Writing", error), now)


def _store(
    events: Sequence[Event], outcomes: Sequence[Outcome], pages: Sequence[entries.FetchedPage], now: datetime
) -> int:
    with transaction.atomic():
        captures = [capture for each in outcomes for capture in _write(each, now)]
        captures += [capture for page in pages for capture in page.write(now)]
        Capture.objects.bulk_create(captures)
        for event in events:
            if isinstance(event, RobotsRead):
                claiming.keep_robots(event.host, event.robots, now)
        for pause in {event.pause for event in events if isinstance(event, Left)}:
            left = [event.host for event in events if isinstance(event, Left) and event.pause == pause]
            claiming.give_back(left, now + timedelta(seconds=pause))
        if captures:
            waking.wake_after_commit()
    return len(captures)


def _store_failure(event: Event, error: NewsApiError, now: datetime) -> int:
    """What cannot be written is told, or it would be due again at once, for ever."""
    if isinstance(event, Polled):
        return _store([], [Outcome(event, error=error)], [], now)
    if isinstance(event, Fetched):
        event.entry.document = None
        return _store([], [], [entries.of_page(Fetched(event.entry, error=error), now)], now)
    raise error


def outcome(polled: Polled, now: datetime) -> Outcome:
    """Read what came back. Touches no database; whatever is wrong with it is told in the outcome."""
    made = Outcome(polled)
    answer = polled.answer
    if answer is None:
        made.error = polled.error
        return made
    made.retry_after = schedule.retry_after(answer.headers, now)
    if answer.status == 410:
        made.gone = True
        made.error = _http_error(answer, GONE)
    elif answer.status == 304:
        made.wishes = Wishes(schedule.max_age(answer.headers, now))
        made.content_hash = polled.subscription.content_hash
    elif answer.status == 200:
        _read(made, answer, now)
    else:
        made.error = _http_error(answer, f"The server answers {answer.status}{_meaning(answer.status)}.")
    return made


def _read(made: Outcome, answer: Response, now: datetime) -> None:
    subscription = made.subscription
    made.content_hash = hashlib.sha256(answer.body).hexdigest()
    fresh = schedule.max_age(answer.headers, now)
    made.wishes = Wishes(fresh)
    if made.content_hash == subscription.content_hash and not made.polled.parts:
        return
    try:
        reading = made.polled.reading or read(answer, subscription.kind, now)
    except NewsApiError as error:
        made.error = error
        return
    except Exception as error:
        # One source that our readers stumble over must not keep all others from being polled.
        logger.exception("reading %s failed", subscription.url)
        made.error = fault("Reading", error)
        return
    made.reading = reading
    made.wishes = Wishes(max(fresh, reading.ttl), reading.skip_hours, reading.skip_days)


_MEANINGS = {
    401: "it wants a password",
    402: "it wants to be paid",
    403: "it does not let us in",
    404: "there is nothing at this address",
    429: "it was asked too often",
    451: "it may not show this for legal reasons",
    503: "it is overloaded or under repair",
}


def _meaning(status: int) -> str:
    if said := _MEANINGS.get(status):
        return f": {said}"
    return ": it has an error of its own" if status >= 500 else ""


def _http_error(answer: Response, said: str) -> NewsApiError:
    return NewsApiError(said, code="http_status", url=answer.url)


def _write(made: Outcome, now: datetime) -> list[Capture]:
    """The captures of a poll, and the subscription's row; nothing where it was removed or paused meanwhile."""
    rows = Subscription.objects.filter(id=made.subscription.id, next_poll_at__isnull=False)
    if made.error is not None:
        rows.update(**_failure(made, made.error, now))
        return []
    if made.reading is None:
        rows.update(**_success(made, None, now))
        return []
    if not rows.select_for_update().exists():
        return []
    if made.reading.home_url:
        made.subscription.home_url = made.reading.home_url[:4_000]
    found = entries.take(made.subscription, made.reading, made.polled.parts, now)
    rows.update(**_success(made, found, now))
    return found.captures


def _failure(made: Outcome, error: NewsApiError, now: datetime) -> dict[str, Any]:
    subscription = made.subscription
    failures = subscription.failures + 1
    values: dict[str, Any] = {
        "last_polled_at": now,
        "last_error": {
            "code": error.code,
            "detail": clean(error.detail[:1_000]),
            "at": now.isoformat(timespec="seconds"),
        },
        "failures": failures,
        "state": SubscriptionState.FAILING,
        "next_poll_at": schedule.after_failure(now, failures, subscription.interval, made.retry_after, random.random()),
    }
    if made.gone:
        values |= {"state": SubscriptionState.PAUSED, "state_reason": GONE, "next_poll_at": None}
    logger.info("polling %s: %s", subscription.url, error.detail, extra={"subscription": str(subscription.id)})
    return values


def _success(made: Outcome, found: entries.Taken | None, now: datetime) -> dict[str, Any]:
    subscription, answer = made.subscription, made.polled.answer
    assert answer is not None
    if subscription.interval:
        interval = schedule.adapted(subscription.interval, found.new if found else 0)
    else:
        interval = schedule.first_interval(found.published if found else (), now)
    values: dict[str, Any] = {
        "last_polled_at": now,
        "last_success_at": now,
        "state": SubscriptionState.ACTIVE,
        "state_reason": "",
        "failures": 0,
        "interval": interval,
        "next_poll_at": schedule.next_poll(now, interval, made.wishes, random.random()),
        "content_hash": made.content_hash,
    }
    if answer.status == 200:
        values["etag"] = _header(answer, "etag", 1_000)
        values["last_modified"] = _header(answer, "last-modified", 200)
    if made.reading is not None and ((found and found.more) or made.reading.parts):
        # What was left out is read next time, and the parts of an index, whether or not the source itself changes.
        values |= {"etag": "", "last_modified": "", "content_hash": ""}
    if made.reading is not None:
        values["problems"] = [clean(problem[:300]) for problem in made.reading.problems[:MOST_PROBLEMS]]
        values["title"] = clean(made.reading.title or subscription.title)[:500]
        values["home_url"] = subscription.home_url
    if answer.moved_to and answer.moved_to != subscription.url:
        values |= _moved(subscription, answer.moved_to)
    return values


def _moved(subscription: Subscription, url: str) -> dict[str, Any]:
    """Follow a permanent redirect, unless the new address is polled already."""
    if len(url) > 2_000:
        return {}
    if Subscription.objects.filter(url=url).exists():
        reason = f"It moved to {url}, which is polled as another subscription."[:500]
        return {"state": SubscriptionState.PAUSED, "state_reason": reason, "next_poll_at": None}
    host = host_of(url)
    claiming.ensure([host])
    return {"url": url, "host": host, "moved_from": subscription.url}


def _header(answer: Response, name: str, longest: int) -> str:
    """A validator, to be sent back as it is; one that is too long or could not be sent is as good as none."""
    value = answer.headers.get(name, "").strip()
    return value if len(value) <= longest and value.isascii() and value.isprintable() else ""
