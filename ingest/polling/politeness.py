"""How often a host may be asked: one request at a time, with a pause between two, shared by all workers.

The row of a host (ingest.models.Host) is lock and clock in one: who claims it owns it until `busy_until`, and gives it
back with the time of the next request. So a worker that is killed, or a Redis that is wiped, changes nothing.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from newsapi.addresses import is_public

PAUSE = 1.0
"""Seconds between two requests to a host that does not ask for more."""


def host_of(url: str) -> str:
    """Host and port of an address, lower case; what is shared by everything that one server answers."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    port = parts.port
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None or port == {"http": 80, "https": 443}.get(parts.scheme) else f"{shown}:{port}"


def pause(host: str, *, rate: float | None = None, crawl_delay: float = 0.0) -> float:
    """Seconds between two requests to a host; `rate` is requests a minute as set for the source.

    A host of one's own (loopback, a private address) needs no pause: only one request at a time.
    """
    if rate:
        return max(60.0 / rate, crawl_delay)
    return max(0.0 if is_own(host) else PAUSE, crawl_delay)


def is_own(host: str) -> bool:
    """Whether the host is this machine or one of a private network, as far as its name tells."""
    name = (urlsplit(f"//{host}").hostname or "").lower()
    if name == "localhost" or name.endswith((".localhost", ".internal")):
        return True
    try:
        return not is_public(ipaddress.ip_address(name))
    except ValueError:
        return False
