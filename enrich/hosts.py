"""The host of a URL as people name a site: in small letters, without `www.` and the dot of the root."""

from __future__ import annotations

from urllib.parse import urlsplit


def host_of(url: str | None) -> str:
    """The host of a URL ("https://www.Example.com./a" to "example.com"); empty if there is none, or the URL is none."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").lower().removeprefix("www.")


def site_of(url: str | None) -> str | None:
    """The host of a URL if it has a domain; None for `localhost` and the like."""
    host = host_of(url)
    return host if "." in host else None
