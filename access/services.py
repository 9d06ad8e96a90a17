"""API keys: making, listing, revoking and verifying them."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.utils import timezone

from access.models import SCOPES, ApiKey, KeyUsage
from newsapi.errors import InvalidParameter, NotFound

logger = logging.getLogger(__name__)
PREFIX = "nk_"
RANDOM_BYTES = 32
CACHE_SECONDS = 1.0
CACHE_SIZE = 1024
USED_EVERY = timedelta(minutes=1)
USAGE_DAYS = 30


class _Cache:
    """What was looked up within the last seconds, absent keys included, so that a request costs no query."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[str, tuple[float, ApiKey | None]] = OrderedDict()

    def get(self, name: str) -> tuple[bool, ApiKey | None]:
        """Whether it is known, and the key."""
        with self._lock:
            until, key = self._found.get(name, (0.0, None))
        return until > time.monotonic(), key

    def put(self, name: str, key: ApiKey | None) -> None:
        with self._lock:
            self._found[name] = (time.monotonic() + CACHE_SECONDS, key)
            self._found.move_to_end(name)
            while len(self._found) > CACHE_SIZE:
                self._found.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._found.clear()


_cache = _Cache()


def forget() -> None:
    """Look every key up anew: after a change, and between tests."""
    _cache.clear()


def digest(plaintext: str) -> str:
    return hashlib.sha256(plaintext.encode("utf-8", "surrogatepass")).hexdigest()


def create_key(
    name: str, scopes: Iterable[str], *, rate: int | None = None, quota: int | None = None
) -> tuple[ApiKey, str]:
    """Make a key; gives the row and the key itself, which is nowhere kept. Raises InvalidParameter.

    `rate` requests a minute and `quota` a day are what it may make; 0 is without limit, None what the settings say.
    """
    wanted = list(dict.fromkeys(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise InvalidParameter(
            f"The scopes must be some of {', '.join(SCOPES)}" + (f", not {unknown[0]!r}." if unknown else "."),
            parameter="scopes",
        )
    name = " ".join(name.split())
    if not 0 < len(name) <= 100:
        raise InvalidParameter("The name must have 1 to 100 characters.", parameter="name")
    plaintext = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    row = ApiKey.objects.create(
        name=name, prefix=plaintext[:9], digest=digest(plaintext), scopes=wanted, rate=rate, quota=quota
    )
    forget()
    return row, plaintext


def list_keys() -> QuerySet[ApiKey]:
    """Every key, revoked ones included, oldest first."""
    return ApiKey.objects.order_by("id")


def revoke(reference: ApiKey | UUID | str) -> ApiKey:
    """Revoke a key: itself, by its id, or by name or prefix where only one key in use has it.

    Processes that have just seen the key forget it within CACHE_SECONDS. Raises NotFound, InvalidParameter.
    """
    if isinstance(reference, ApiKey):
        reference = reference.id
    named = Q(name=str(reference)) | Q(prefix=str(reference))
    with contextlib.suppress(ValueError):
        named |= Q(id=UUID(str(reference)))
    found = list(ApiKey.objects.filter(named, revoked_at__isnull=True)[:2])
    if not found:
        raise NotFound(f"There is no key in use with the id, name or prefix {str(reference)[:100]!r}.")
    if len(found) > 1:
        raise InvalidParameter(f"More than one key is named {str(reference)!r}; give the id.", parameter="key")
    [key] = found
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    forget()
    return key


def verify(plaintext: str) -> ApiKey | None:
    """The key in use that this is, None where there is none."""
    if not plaintext.startswith(PREFIX) or len(plaintext) > 100:
        return None
    return _lookup("digest", digest(plaintext))


def by_id(key_id: str) -> ApiKey | None:
    """The key in use with this id: what a session holds."""
    try:
        return _lookup("id", str(UUID(key_id)))
    except ValueError:
        return None


def _lookup(field: str, value: str) -> ApiKey | None:
    name = f"{field}:{value}"
    known, key = _cache.get(name)
    if not known:
        key = ApiKey.objects.filter(**{field: value}, revoked_at__isnull=True).first()
        _cache.put(name, key)
    if key is not None:
        _note_use(key)
    return key


def _note_use(key: ApiKey) -> None:
    """Keep when the key was last used, to the minute; a database that is busy must not fail the request."""
    now = timezone.now()
    if key.last_used_at is not None and now - key.last_used_at < USED_EVERY:
        return
    # Set before the write: should it fail, it is tried again in a minute, not with every request.
    key.last_used_at = now
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USED_EVERY)
    try:
        ApiKey.objects.filter(stale, id=key.id).update(last_used_at=now)
    except DatabaseError as error:
        logger.warning("could not note the use of key %s: %s", key.prefix, error)


def usage(key: ApiKey, today: int) -> list[dict[str, object]]:
    """Requests by day (in UTC) of the last days, newest first; `today` is what was counted and not written down yet."""
    now = timezone.now().date()
    rows = KeyUsage.objects.filter(key=key, day__gt=now - timedelta(days=USAGE_DAYS)).order_by("-day")
    found = {row.day: row.requests for row in rows}
    found[now] = max(found.get(now, 0), today)
    return [{"day": day.isoformat(), "requests": found[day]} for day in sorted(found, reverse=True)]
