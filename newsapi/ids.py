"""Identifiers: UUIDv7 (RFC 9562), so that keys grow with time and rows stay together."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    return uuid_utils.compat.uuid7()
