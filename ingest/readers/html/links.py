"""Addresses in a page, made whole against the page's own."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

# Browsers and proxies take no longer ones either (RFC 9110, section 4.1, asks for 8,000; pages carry data: URLs).
LONGEST = 2_000


def absolute(url: str | None, base: str | None) -> str | None:
    """The http or https URL that `url` means on a page at `base`; None for any other, a broken or an overlong one."""
    if not url or len(url) > LONGEST:
        return None
    try:
        full = urljoin(base or "", url.strip())
        parts = urlsplit(full)
    except ValueError:
        return None
    return full if parts.scheme in ("http", "https") and parts.hostname else None
