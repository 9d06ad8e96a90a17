"""Where a request comes from: reading is open to this machine, and to nobody who was only passed on by it."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
FORWARDING = frozenset(
    f"HTTP_{name}"
    for name in (
        *("FORWARDED", "VIA", "X_REAL_IP", "X_CLIENT_IP", "X_CLUSTER_CLIENT_IP", "X_ORIGINAL_HOST", "X_ORIGINAL_URL"),
        *("CF_CONNECTING_IP", "CF_RAY", "TRUE_CLIENT_IP", "FASTLY_CLIENT_IP", "X_ENVOY_EXTERNAL_ADDRESS"),
        *("X_AMZN_TRACE_ID", "X_AZURE_CLIENTIP", "X_APPENGINE_USER_IP", "FLY_CLIENT_IP", "CDN_LOOP", "X_PROXY_USER"),
    )
)
FORWARDING_PREFIXES = ("HTTP_X_FORWARDED", "HTTP_X_PROXY")


def is_local(request: HttpRequest) -> bool:
    """The request was made on this machine, to it by a local name, and by no proxy.

    The Host check stops pages of other sites that resolve their own name to 127.0.0.1 (DNS rebinding).
    """
    return _from_loopback(request) and _for_local_host(request) and not _forwarded(request)


def _from_loopback(request: HttpRequest) -> bool:
    try:
        address = ipaddress.ip_address(str(request.META.get("REMOTE_ADDR", "")).split("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _for_local_host(request: HttpRequest) -> bool:
    host = str(request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME") or "").lower()
    name, port = host, ""
    if host.startswith("["):
        name, _, port = host.partition("]")
        name, port = f"{name}]", port.removeprefix(":")
    elif ":" in host:
        name, _, port = host.partition(":")
    return name in LOCAL_NAMES and (not port or (port.isascii() and port.isdigit()))


def _forwarded(request: HttpRequest) -> bool:
    return any(name in FORWARDING or name.startswith(FORWARDING_PREFIXES) for name in request.META)
