"""Cursors: opaque, signed, and a snapshot without holding anything open.

A cursor carries the digest of its filters, the watermark and total of its first page, the moment that relative times
count from, and where to go on: the last sort key, or (by relevance) the key and offset of ranked numbers in the cache.
"""

from __future__ import annotations

import base64
import logging
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson
from django.core import signing
from django.core.cache import cache
from redis.exceptions import RedisError

from newsapi.errors import NewsApiError
from search.engines.base import EngineUnavailable

logger = logging.getLogger(__name__)

RANKS_KEPT = 15 * 60
"""Seconds that ranked numbers stay in the cache after they were last used."""
MAX_LENGTH = 1_000


class InvalidCursor(NewsApiError):
    code = "invalid_cursor"
    title = "The cursor cannot be used"


class CursorExpired(NewsApiError):
    code = "cursor_expired"
    title = "The cursor is too old"
    status = 410


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list goes on. `after` is a sort key; `ranks` names ranked numbers in the cache, `offset` is into them."""

    digest: str
    watermark: int
    total: int
    now: datetime
    after: int | None = None
    ranks: str | None = None
    offset: int = 0


class Seal:
    """Packs what the cursors of a kind of list carry, signed with its `salt`: no cursor but its own is taken.

    `giver` and `made_for` word the errors: whose cursors they are, and what they belong to.
    """

    def __init__(self, salt: str, giver: str, made_for: str) -> None:
        self._salt = salt
        self._giver = giver
        self._made_for = made_for

    def pack(self, digest: str, fields: Sequence[str | int | None]) -> str:
        """A cursor for the list that `digest` stands for."""
        packed = base64.urlsafe_b64encode(orjson.dumps([digest, *fields]))
        return self._signer().sign(packed.decode().rstrip("="))

    def unpack(self, text: str, digest: str) -> list[Any]:
        """The fields. Raises InvalidCursor for one that was not given out here, or for another list."""
        try:
            if not text.isascii() or len(text) > MAX_LENGTH:
                raise signing.BadSignature
            packed = self._signer().unsign(text)
        except signing.BadSignature as error:
            raise InvalidCursor(
                f"This cursor was not given out by {self._giver}, or was changed. Start again without it.",
                parameter="cursor",
            ) from error
        made_for: str
        fields: list[Any]
        made_for, *fields = orjson.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        if made_for != digest:
            raise InvalidCursor(
                f"This cursor belongs to {self._made_for}. Repeat the parameters of its first page, or start again"
                " without it.",
                parameter="cursor",
            )
        return fields

    def _signer(self) -> signing.Signer:
        return signing.Signer(sep=".", salt=self._salt)


_SEAL = Seal("search.cursor", "this service", "other filters or another order")


def encode(cursor: Cursor) -> str:
    now = round(cursor.now.timestamp() * 1000)
    fields = (cursor.watermark, cursor.total, now, cursor.after, cursor.ranks, cursor.offset)
    return _SEAL.pack(cursor.digest, fields)


def decode(text: str, digest: str) -> Cursor:
    """Raises InvalidCursor for one that was not given out here, or for other filters than those of `digest`."""
    watermark, total, now, after, ranks, offset = _SEAL.unpack(text, digest)
    return Cursor(digest, watermark, total, datetime.fromtimestamp(now / 1000, UTC), after, ranks, offset)


def keep_ranks(numbers: list[int], key: str | None = None) -> str:
    """Keep ranked article numbers for the next pages; gives the key. Without Redis they are lost: the first page is
    answered all the same, the second says so."""
    key = key or uuid4().hex
    try:
        cache.set(f"ranks:{key}", array("Q", numbers).tobytes(), RANKS_KEPT)
    except (RedisError, OSError) as error:
        logger.warning("pages by relevance cannot be kept: %s", error)
    return key


def ranks(key: str) -> list[int]:
    """The ranked numbers. Raises CursorExpired where they are gone, EngineUnavailable where Redis does not answer."""
    try:
        kept = cache.get(f"ranks:{key}")
    except (RedisError, OSError) as error:
        raise EngineUnavailable(
            "Pages by relevance are kept in Redis, which does not answer now. Try again, or sort by date."
        ) from error
    if kept is None:
        raise CursorExpired(
            f"Pages by relevance are kept for {RANKS_KEPT // 60} minutes after they were last used. Start again without"
            " the cursor, or sort by date, where cursors do not expire.",
            parameter="cursor",
        )
    numbers = array("Q")
    numbers.frombytes(kept)
    return numbers.tolist()
