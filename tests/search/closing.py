"""Ending an answer that streams, as a server does when its client is gone."""

from __future__ import annotations

from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections


def close(response: Any) -> None:
    """Close it and leave the test's own database connection, in whose transaction the test is, open."""
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)
