"""Which entries of a reading are new or say something else than before, and the captures that are made of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from enrich import hosts, publishers
from ingest import inputs
from ingest.documents import parse_document
from ingest.models import Capture, Priority, SeenEntry, Subscription, SubscriptionKind
from ingest.polling import claiming, composing
from ingest.polling.fetching import Fetched
from ingest.polling.politeness import host_of
from ingest.polling.reading import Reading
from ingest.readers.feeds import Entry
from newsapi.errors import NewsApiError

logger = logging.getLogger(__name__)
BACKLOG = timedelta(days=3)
"""Of a sitemap or a page that is read for the first time, what is older is left where it is."""
ARCHIVE = timedelta(days=30)
MOST_AT_FIRST = 100
MOST_PAGES = 500
"""Pages that one poll asks for; what is beyond comes with the next poll."""
SEEN_AGAIN = timedelta(days=7)
"""How exactly it is known when an entry was seen last."""
MAX_ATTEMPTS = 4
RETRY = timedelta(minutes=5)
"""After a page could not be fetched; each time three times as long."""
AT_ONCE = 500


@dataclass(slots=True)
class Taken:
    """What a reading gave: captures, how many entries are `new`, and whether there are `more` to be read next time."""

    captures: list[Capture] = field(default_factory=list)
    published: list[datetime] = field(default_factory=list)
    new: int = 0
    more: bool = False


def take(subscription: Subscription, reading: Reading, parts: Iterable[Reading], now: datetime) -> Taken:
    """Note the entries of a reading and make captures of what is new. Call it in a transaction; save the captures."""
    found = {composing.key(entry): entry for part in (reading, *parts) for entry in part.entries}
    if subscription.kind == SubscriptionKind.SITEMAP:
        found = {key: entry for key, entry in found.items() if not _is_archive(entry, now)}
    known = _known(subscription, list(found))
    taken = Taken(published=composing.dates(found.values(), now))
    fresh = {key: entry for key, entry in found.items() if key not in known}
    changed = _changed(subscription, found, known)
    first = subscription.last_success_at is None
    leave = _expired(subscription, fresh, now)
    if first and subscription.kind != SubscriptionKind.FEED:
        leave |= _older(fresh, now)
    rows: list[SeenEntry] = []
    for key, entry in fresh.items():
        if taken.new >= MOST_PAGES and key not in leave and _needs_page(subscription, entry):
            taken.more = True
            continue
        row = SeenEntry(subscription=subscription, key=key, digest=_digest(subscription, entry), seen_at=now)
        row.at = composing.sane(entry.published_at, now) or now
        row.created_at = now
        if key not in leave:
            taken.new += 1
            _use(row, entry, taken, now)
        rows.append(row)
    SeenEntry.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    for key in changed:
        row = known[key]
        row.digest, row.seen_at = _digest(subscription, found[key]), now
        taken.new += 1
        _use(row, found[key], taken, now)
        row.save()
    stale = [row.id for key, row in known.items() if key not in changed and now - row.seen_at > SEEN_AGAIN]
    for start in range(0, len(stale), AT_ONCE):
        SeenEntry.objects.filter(id__in=stale[start : start + AT_ONCE]).update(seen_at=now)
    claiming.ensure({row.host for row in [*rows, *(known[key] for key in changed)] if row.fetch_at is not None})
    return taken


def _is_archive(entry: Entry, now: datetime) -> bool:
    """What a sitemap lists for search engines: it is not even noted, as it only grows older."""
    return entry.published_at is not None and now - entry.published_at > ARCHIVE


def _known(subscription: Subscription, keys: Sequence[str]) -> dict[str, SeenEntry]:
    rows = SeenEntry.objects.filter(subscription=subscription).defer("document")
    if len(keys) <= AT_ONCE:
        return {row.key: row for row in rows.filter(key__in=keys)}
    # A sitemap of thousands: its rows are read in parts, as SQLite takes so many values only.
    parts = (rows.filter(key__in=keys[start : start + AT_ONCE]) for start in range(0, len(keys), AT_ONCE))
    return {row.key: row for part in parts for row in part}


def _changed(subscription: Subscription, found: dict[str, Entry], known: dict[str, SeenEntry]) -> list[str]:
    changed = [key for key, row in known.items() if row.digest != _digest(subscription, found[key])]
    if subscription.kind == SubscriptionKind.SITEMAP and len(changed) > max(5, len(known) // 2):
        # A sitemap that dates most of its pages anew each time says nothing by it.
        return []
    return changed


def _digest(subscription: Subscription, entry: Entry) -> str:
    if subscription.kind == SubscriptionKind.FEED:
        return composing.digest(entry)
    modified = entry.modified_at.isoformat() if entry.modified_at else ""
    return composing.key(Entry(id=f"{entry.url}\0{modified}", position=0))


def _expired(subscription: Subscription, fresh: dict[str, Entry], now: datetime) -> frozenset[str]:
    """Those that would have to be removed at once."""
    if not subscription.retention_days:
        return frozenset()
    before = now - timedelta(days=subscription.retention_days)
    return frozenset(key for key, entry in fresh.items() if entry.published_at and entry.published_at < before)


def _older(fresh: dict[str, Entry], now: datetime) -> frozenset[str]:
    """Those entries that are no news: older than BACKLOG, or beyond the first MOST_AT_FIRST."""

    def age(key: str) -> float:
        published = fresh[key].published_at
        return (now - published).total_seconds() if published else 0.0

    kept = sorted((key for key in fresh if age(key) <= BACKLOG.total_seconds()), key=age)[:MOST_AT_FIRST]
    return frozenset(fresh) - frozenset(kept)


def _needs_page(subscription: Subscription, entry: Entry) -> bool:
    wanted = subscription.full_text or subscription.kind != SubscriptionKind.FEED
    return wanted and composing.usable(entry.url) is not None


def _use(row: SeenEntry, entry: Entry, taken: Taken, now: datetime) -> None:
    """Make a capture of an entry, or ask for its page."""
    subscription = row.subscription
    row.error, row.attempts = None, 0
    whole = composing.document(
        entry,
        source=source_of(subscription, entry),
        language=subscription.language,
        section=subscription.section,
        feed=subscription.url,
        now=now,
        enrich=subscription.enrich,
    )
    if _needs_page(subscription, entry):
        row.host, row.fetch_at = host_of(whole["url"]), now
        row.document = whole if entry.html else {name: value for name, value in whole.items() if name != "html"}
        return
    if not (entry.title or entry.html):
        row.error = {"code": "empty_document", "detail": "The entry has neither a title nor a text."}
    elif (capture := _captured(row, whole)) is not None:
        taken.captures.append(capture)


def _captured(row: SeenEntry, document: dict[str, Any]) -> Capture | None:
    """The capture of a document; None, with the reason on the row, for what can be no document."""
    try:
        parse_document(document)
    except NewsApiError as error:
        row.error = {"code": error.code, "detail": error.detail}
        return None
    return _capture(row, orjson.dumps(document), inputs.JSON, {}, document["external_id"])


def _capture(row: SeenEntry, content: bytes, media_type: str, hints: dict[str, Any], external_id: str) -> Capture:
    capture = Capture(
        content=content, media_type=media_type, hints=hints, external_id=external_id, priority=Priority.BULK
    )
    row.capture_id = capture.id
    return capture


def source_of(subscription: Subscription, entry: Entry) -> str | None:
    """The publisher to name: the subscription's, unless the entry leads to somebody else's site."""
    source = subscription.source
    own = {name for name in (source.domain, *map(hosts.host_of, (subscription.home_url, subscription.url))) if name}
    host = hosts.host_of(entry.url)
    known_home = bool(source.domain or subscription.home_url)
    if host and known_home and not any(host == name or host.endswith(f".{name}") for name in own):
        known = publishers.by_domain(host)
        if known is None or known.domain not in own:
            return entry.publisher if entry.publisher and known is None else None
    return source.domain or source.name


@dataclass(slots=True)
class FetchedPage:
    """What the page of an entry came to, before it is written."""

    row: SeenEntry
    capture: Capture | None = None
    retry_at: datetime | None = None

    def write(self, now: datetime) -> list[Capture]:
        """Save the row, unless it was removed or done meanwhile; the capture to be saved, if any."""
        rows = SeenEntry.objects.filter(id=self.row.id, fetch_at__isnull=False)
        done = self.retry_at is None
        updated = rows.update(
            fetch_at=self.retry_at,
            attempts=self.row.attempts,
            error=self.row.error,
            capture_id=self.row.capture_id,
            **({"document": None} if done else {}),
        )
        return [self.capture] if updated and self.capture is not None else []


def of_page(fetched: Fetched, now: datetime) -> FetchedPage:
    """The capture of a page as it was fetched; where it cannot be had, of what the feed has of it."""
    row = fetched.entry
    known = row.document or {}
    row.attempts += 1
    error = fetched.error
    if fetched.answer is not None and error is None:
        answer = fetched.answer
        hints = {name: value for name, value in known.items() if name in inputs.HINTS}
        if answer.redirects:
            hints["url"] = answer.url[:4_000]
        kind = f"{inputs.HTML}; charset={answer.charset}" if answer.charset else inputs.HTML
        try:
            if not answer.body.strip() or ("html" not in answer.media_type and b"<html" not in answer.body[:2_000]):
                said = answer.media_type or "something else"
                raise NewsApiError(f"The page is no HTML page, but {said if answer.body.strip() else 'empty'}.")
            inputs.read(answer.body, kind[:100], hints)
            row.error = None
            return FetchedPage(row, _capture(row, answer.body, kind[:100], hints, known.get("external_id", "")))
        except NewsApiError as refused:
            error = refused
    row.error = {"code": error.code, "detail": error.detail[:1_000]} if error else None
    if fetched.again and row.attempts < MAX_ATTEMPTS:
        return FetchedPage(row, retry_at=now + RETRY * 3 ** (row.attempts - 1))
    if "html" not in known:
        return FetchedPage(row)
    reason = row.error
    capture = _captured(row, known)
    row.error = row.error or reason
    return FetchedPage(row, capture)
