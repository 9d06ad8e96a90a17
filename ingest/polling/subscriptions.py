"""Adding, changing and removing what is polled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles import sources
from articles.ledger import writing
from articles.models import Article, Source
from enrich import publishers
from ingest.models import Subscription, SubscriptionState
from ingest.polling import claiming, waking
from ingest.polling.fields import DEFAULTS
from ingest.polling.politeness import host_of
from newsapi.errors import NewsApiError, NotFound
from newsapi.text import fold

_PARTED = re.compile(r"\s+[-–—|»>·:]+\s+")
_FEED = re.compile(r"\b(?:rss|atom)(?:[ -]feeds?)?\b|\bfeeds?$", re.I)
_LETTERS = re.compile(r"[^a-z0-9]")
HOST_PARTS = ("www.", "feeds.", "feed.", "rss.")


class SourceExists(NewsApiError):
    """The address is polled already; `source` and `subscription` are the ids."""

    code = "source_exists"
    title = "This address is polled already"
    status = 409


class NotPolled(NewsApiError):
    code = "not_polled"
    title = "Nothing of this source is polled"
    status = 409


def add(url: str, kind: str, fields: Mapping[str, Any], *, title: str = "", home_url: str = "") -> Subscription:
    """Poll an address from now on. `fields` as fields.ADD gives them. Raises SourceExists.

    The publisher is the one named (`name`, `domain`), else the one whose site the home page is.
    """
    check_new(url)
    defaults = {name: value for name, value in fields.items() if name in DEFAULTS}
    paused = fields.get("state") == SubscriptionState.PAUSED
    with writing():
        # Looked at again: another may have added it since.
        check_new(url)
        source = _publisher(fields, url, title, home_url)
        claiming.ensure([host_of(url)])
        made = Subscription.objects.create(
            source=source,
            kind=kind,
            url=url,
            host=host_of(url),
            title=title[:500],
            home_url=home_url[:4_000],
            state=SubscriptionState.PAUSED if paused else SubscriptionState.ACTIVE,
            next_poll_at=None if paused else timezone.now(),
            **defaults,
        )
        waking.wake_after_commit()
    return made


def check_new(url: str) -> None:
    """Raises SourceExists where the address is polled already, as it is or before it moved."""
    known = Subscription.objects.filter(url=url).first() or Subscription.objects.filter(moved_from=url).first()
    if known is not None:
        raise SourceExists(
            f"{url} is polled already; change its subscription instead.",
            source=str(known.source_id),
            subscription=str(known.id),
            field="url",
        )


def _publisher(fields: Mapping[str, Any], url: str, title: str, home_url: str) -> Source:
    host = (urlsplit(home_url or url).hostname or "").rstrip(".").lower()
    known = publishers.by_domain(host)
    domain = fields.get("domain") or (known.domain if known and known.domain else _site(host))
    name = fields.get("name") or (known.name if known else "") or _name(title, domain) or domain
    if fields.get("name") and not fields.get("domain") and not home_url and known is None:
        # Named, and nothing but the feed's host is known, which may be anybody's: the first article tells the domain.
        domain = ""
    pair = sources.named({"name": name, "domain": domain}) or (host[: sources.MAX_NAME], "")
    return sources.resolve([pair])[pair]


def _name(title: str, domain: str) -> str:
    """The publisher's part of a feed's title: of "World news | The Guardian" the one that its domain tells."""
    parts = [part for each in _PARTED.split(title) if (part := _FEED.sub("", each).strip(" -–—|»>:·,"))]
    whole, bare = (_LETTERS.sub("", each) for each in (domain, domain.rpartition(".")[0]))
    own = {whole, bare, f"the{bare}", bare.removeprefix("the")} - {"", "the"}
    named = (part for part in parts if _LETTERS.sub("", fold(part)) in own)
    return next(named, " – ".join(parts))[: sources.MAX_NAME]


def _site(host: str) -> str:
    for part in HOST_PARTS:
        if host.startswith(part) and host.count(".") > 1:
            return host.removeprefix(part)
    return host


def get(subscription_id: UUID) -> Subscription:
    """Raises NotFound."""
    found = Subscription.objects.select_related("source").filter(id=subscription_id).first()
    if found is None:
        raise NotFound(f"There is no subscription {subscription_id}.")
    return found


def of_source(source_id: UUID) -> list[Subscription]:
    """Those of a source, oldest first. Raises NotFound where there is no such source."""
    if not Source.objects.filter(id=source_id).exists():
        raise NotFound(f"There is no source {source_id}.")
    return list(Subscription.objects.filter(source_id=source_id).select_related("source").order_by("id"))


def change(subscriptions: Sequence[Subscription], fields: Mapping[str, Any]) -> None:
    """Set fields, as fields.CHANGE gives them, of all of these. Raises NotPolled where there is none."""
    if not subscriptions:
        raise NotPolled("Nothing of this source is polled; POST /v1/sources adds an address.")
    rows = Subscription.objects.filter(id__in=[each.id for each in subscriptions])
    values = {name: value for name, value in fields.items() if name in DEFAULTS}
    with transaction.atomic():
        if values:
            rows.update(**values)
        if fields.get("state") == SubscriptionState.PAUSED:
            rows.exclude(state=SubscriptionState.PAUSED).update(
                state=SubscriptionState.PAUSED, state_reason="Paused by hand.", next_poll_at=None
            )
        elif fields.get("state") == SubscriptionState.ACTIVE:
            _enable(rows)


def _enable(rows: QuerySet[Subscription]) -> None:
    paused = rows.filter(state=SubscriptionState.PAUSED)
    paused.update(
        state=SubscriptionState.ACTIVE, state_reason="", failures=0, last_error=None, next_poll_at=timezone.now()
    )
    # What fails is tried again now: whoever asks for it may have mended it.
    rows.filter(state=SubscriptionState.FAILING).update(next_poll_at=timezone.now())
    waking.wake_after_commit()


def remove(subscriptions: Sequence[Subscription]) -> None:
    """Poll these no more. Articles stay; a source without any, of which nothing is polled, goes too."""
    with writing():
        ids = {each.source_id for each in subscriptions}
        Subscription.objects.filter(id__in=[each.id for each in subscriptions]).delete()
        for source in Source.objects.filter(id__in=ids, subscriptions__isnull=True):
            if not Article.objects.filter(source=source).exists():
                source.delete()


def remove_source(source_id: UUID) -> None:
    """Poll nothing of a source any more. Raises NotFound, and NotPolled where it has articles only."""
    found = of_source(source_id)
    if not found and Article.objects.filter(source_id=source_id).exists():
        raise NotPolled("Nothing of this source is polled, and its articles name it, so it stays.")
    if not found:
        with writing():
            Source.objects.filter(id=source_id).delete()
    remove(found)
