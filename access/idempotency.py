"""Writes that may be sent twice and happen once: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).

A row is claimed before the request is worked on and gets its answer before the caller does. The same key with the same
request replays the answer; with another one it is refused; while the first is worked on the second has to wait.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Protocol

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from access import services
from access.authentication import presented_key
from access.models import KeptAnswer
from access.origin import is_local
from newsapi.errors import NewsApiError, TooLarge
from newsapi.problems import error_answer

logger = logging.getLogger(__name__)
HEADER = "HTTP_IDEMPOTENCY_KEY"
REPLAYED = "Idempotent-Replayed"
METHODS = frozenset(("POST", "PUT", "PATCH", "DELETE"))
PREFIX = "/v1/"
KEPT = timedelta(hours=24)
CLAIMED = timedelta(seconds=60)
"""How long a claim holds without a sign of life; longer than the 30 s that a caller may wait for an article."""
RENEWED = 15.0
"""Seconds between two signs of life while a body comes in slowly."""
PIECE = 64 * 1024
MOST = 200_000_000
"""Bytes of a body that is only read to be compared."""
ANSWER_MOST = 1_000_000
NAME = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?')
"""A structured string or bare, as most clients send it; without spaces, quotes and backslashes."""
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Preference-Applied", "Link")


class InvalidKey(NewsApiError):
    code = "invalid_idempotency_key"
    title = "The Idempotency-Key cannot be used"


class Reused(NewsApiError):
    code = "idempotency_key_reused"
    title = "The Idempotency-Key was used for another request"
    status = 422


class InFlight(NewsApiError):
    code = "idempotency_in_flight"
    title = "The first request with this Idempotency-Key is still being worked on"
    status = 409


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...
    def readline(self, size: int = -1, /) -> bytes: ...


class Fingerprint:
    """A request's body that notes what it is while it is read."""

    def __init__(self, request: HttpRequest, alive: Callable[[], None] = lambda: None) -> None:
        head = (request.method or "", request.get_full_path(), request.META.get("CONTENT_TYPE", ""))
        self._hash = hashlib.sha256("\n".join((*head, "")).encode("utf-8", "surrogateescape"))
        self._alive = alive
        self._stream = self._put_in(request)

    def _put_in(self, request: HttpRequest) -> _Readable:
        """Stand in the place of the stream that views read: Django's, or the server's own where no length is told."""
        stream: _Readable
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            stream, request.META["wsgi.input"] = request.META["wsgi.input"], self
        else:
            stream, request._stream = request._stream, self  # type: ignore[assignment]
        return stream

    def read(self, size: int = -1) -> bytes:
        return self._noted(self._stream.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._noted(self._stream.readline(size))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def _noted(self, piece: bytes) -> bytes:
        self._hash.update(piece)
        self._alive()
        return piece

    def whole(self) -> str:
        """Of the body to its end, what nobody read included. Raises TooLarge."""
        count = 0
        while piece := self.read(PIECE):
            count += len(piece)
            if count > MOST:
                raise TooLarge(f"The body is over {MOST:,} bytes.")
        return self._hash.hexdigest()


class Idempotent:
    """The middleware. Only what succeeded is kept: whatever was refused changed nothing and may be sent again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get(HEADER)
        if given is None or request.method not in METHODS or not request.path.startswith(PREFIX):
            return self.get_response(request)
        owner = _owner(request)
        if owner is None:
            # Refused by the view, in its own words.
            return self.get_response(request)
        try:
            return self._once(request, owner, _name(given))
        except (NewsApiError, DatabaseError) as error:
            return error_answer(request, error)

    def _once(self, request: HttpRequest, owner: str, name: str) -> HttpResponse:
        row = _claim(owner, name)
        if row.status is not None:
            if Fingerprint(request).whole() != row.fingerprint:
                raise Reused("It came with another method, address or body before. Make a new key for a new request.")
            return _replayed(row)
        body = Fingerprint(request, _Alive(row))
        try:
            response = self.get_response(request)
            kept = _keep(row, response, body) if _worth_keeping(response) else False
        except BaseException:
            _drop(row)
            raise
        if not kept:
            _drop(row)
        return response


def _owner(request: HttpRequest) -> str | None:
    """Whose keys these are; None for who has to say first who it is."""
    plaintext = presented_key(request)
    if plaintext is None:
        return "" if is_local(request) else None
    key = services.verify(plaintext)
    return None if key is None else str(key.id)


def _name(given: str) -> str:
    found = NAME.fullmatch(given.strip())
    if found is None or given.strip().count('"') == 1:
        raise InvalidKey(
            "Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID, one for each request."
        )
    return found[1]


def _claim(owner: str, name: str) -> KeptAnswer:
    """The row of a key: ours to work on, or with its answer. Raises InFlight."""
    now = timezone.now()
    KeptAnswer.objects.filter(owner=owner, name=name, created_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(owner=owner, name=name, claimed_until=now + CLAIMED)
    except IntegrityError:
        row = KeptAnswer.objects.filter(owner=owner, name=name).first()
    if row is not None and row.status is not None:
        return row
    # Its process was killed in the middle; nobody was told that it succeeded.
    over = KeptAnswer.objects.filter(owner=owner, name=name, status__isnull=True, claimed_until__lt=now)
    if row is not None and over.update(claimed_until=now + CLAIMED):
        row.claimed_until = now + CLAIMED
        return row
    raise InFlight("Ask again in a moment: the answer is then the first one's.", retry_after=1)


class _Alive:
    """Says now and then that a claim is worked on."""

    def __init__(self, row: KeptAnswer) -> None:
        self._row = row
        self._said = time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self._said > RENEWED:
            self._said = time.monotonic()
            KeptAnswer.objects.filter(id=self._row.id).update(claimed_until=timezone.now() + CLAIMED)


def _worth_keeping(response: HttpResponse) -> bool:
    return 200 <= response.status_code < 300 and not response.streaming and len(response.content) <= ANSWER_MOST


def _keep(row: KeptAnswer, response: HttpResponse, body: Fingerprint) -> bool:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    answer: dict[str, Any] = {"status": response.status_code, "headers": headers, "body": response.content}
    try:
        KeptAnswer.objects.filter(id=row.id).update(**answer, fingerprint=body.whole(), claimed_until=None)
    except DatabaseError as error:
        # What was done is done, and has to be acknowledged; until the claim ends a repetition is told to wait.
        logger.warning("an answer could not be kept for its Idempotency-Key: %s", error)
    return True


def _drop(row: KeptAnswer) -> None:
    try:
        KeptAnswer.objects.filter(id=row.id, status__isnull=True).delete()
    except DatabaseError as error:
        logger.warning("an Idempotency-Key could not be given back: %s", error)


def _replayed(row: KeptAnswer) -> HttpResponse:
    return HttpResponse(bytes(row.body), status=row.status, headers={**row.headers, REPLAYED: "true"})


def forget() -> int:
    """Remove answers that are kept for long enough; how many."""
    old = timezone.now() - KEPT
    return KeptAnswer.objects.filter(
        Q(created_at__lt=old) & (Q(claimed_until=None) | Q(claimed_until__lt=old))
    ).delete()[0]
