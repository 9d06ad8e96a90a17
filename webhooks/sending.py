"""One try of a delivery: signed, sent by the safe outbound client, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

from django.utils import timezone

from newsapi.http import Client, FetchError, Limits, Response
from webhooks import signing
from webhooks.models import Delivery, Endpoint

LIMITS = Limits(deadline=15.0, body=16_384, redirects=0, cut=True)
MOST_HEADERS = 40
LONGEST_HEADER = 500
GONE = 410


@dataclass(frozen=True, slots=True)
class Letter:
    """What a try needs, so that no thread asks the database."""

    delivery: Delivery
    endpoint: Endpoint
    message_id: str
    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try. `wish` are the seconds of a Retry-After."""

    delivery: Delivery
    endpoint_id: UUID
    at: datetime
    seconds: float
    status: int | None = None
    code: str = ""
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    wish: int | None = None

    @property
    def delivered(self) -> bool:
        return not self.error


def send(client: Client, letter: Letter) -> Outcome:
    """Try once. Never raises what a receiver can cause."""
    at, began = timezone.now(), time.monotonic()
    endpoint = letter.endpoint
    used = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until is not None and endpoint.old_secret_until > at:
        used.append(endpoint.old_secret)
    headers = {
        "Content-Type": "application/json",
        "webhook-event": letter.type,
        **signing.headers(used, letter.message_id, int(at.timestamp()), letter.body),
    }
    try:
        answer = client.request("POST", endpoint.url, headers=headers, content=letter.body, limits=LIMITS)
    except FetchError as error:
        seconds = time.monotonic() - began
        return Outcome(letter.delivery, endpoint.pk, at, seconds, None, error.code[:40], _clean(error.detail)[:300])
    return _outcome(letter, at, answer)


def _outcome(letter: Letter, at: datetime, answer: Response) -> Outcome:
    error, wish = _wrong(answer), None
    if answer.status in (429, 503):
        wish = retry_after(answer.headers.get("retry-after", ""), at)
    headers = {_clean(name)[:100]: _clean(value)[:LONGEST_HEADER] for name, value in answer.headers.items()}
    return Outcome(
        letter.delivery,
        letter.endpoint.pk,
        at,
        answer.seconds,
        answer.status,
        "" if not error else "refused",
        error,
        dict(list(headers.items())[:MOST_HEADERS]),
        _clean(answer.body[: LIMITS.body].decode("utf-8", "replace")),
        wish,
    )


def _wrong(answer: Response) -> str:
    if 200 <= answer.status < 300:
        return ""
    if 300 <= answer.status < 400:
        return f"It answered {answer.status}: redirects are not followed; give the address that it leads to."
    if answer.status == GONE:
        return "It answered 410: the receiver wants nothing more."
    return f"It answered {answer.status}; only 2xx is success."


def retry_after(value: str, now: datetime) -> int | None:
    """Seconds of a Retry-After header (RFC 9110 section 10.2.3), a number or a date; None where it says nothing."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return int(value[:9])
    try:
        at = parsedate_to_datetime(value)
        return max(0, int((at.replace(tzinfo=at.tzinfo or now.tzinfo) - now).total_seconds()))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _clean(text: str) -> str:
    """As a database can hold it."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode()
