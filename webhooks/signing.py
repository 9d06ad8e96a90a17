"""Signatures by Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, by secrets like `whsec_…`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from newsapi.errors import InvalidParameter

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, by the specification."""
BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that sign. Raises InvalidParameter for what is no secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidParameter(f"secret must be {PREFIX} and base64.", parameter="secret") from error
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise InvalidParameter(
            f"secret must be {PREFIX} and {SHORTEST} to {LONGEST} random bytes in base64.", parameter="secret"
        )
    return key


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of the HMAC-SHA256."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode()


def headers(used: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What goes with a body: signed by each of the secrets, so that a receiver may know either."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message_id, timestamp, body) for secret in used),
    }
