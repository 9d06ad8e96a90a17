"""Which addresses the service may connect to: those that are reachable by everybody, and what a setting allows."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str], Sequence[str]]

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
# Special-purpose ranges of the IANA registries (RFC 6890 and later) that older versions of `ipaddress` call global.
_SPECIAL: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
        "::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16",
        "fec0::/10",
    )
)  # fmt: skip


class Unresolvable(OSError):
    """The name has no address, or none was told in time."""


def is_public(address: Address) -> bool:
    """Whether everybody on the internet means the same host by it; an address in it (mapped, 6to4, NAT64) counts."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return False
        for inner in _embedded(address):
            if not is_public(inner):
                return False
        if address.ipv4_mapped is not None:
            # What it maps is public, and is what the connection goes to.
            return True
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    )


def _embedded(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """IPv4 addresses that a gateway may make of it: mapped, 6to4 (RFC 3056), Teredo (RFC 4380), NAT64 (RFC 6052)."""
    found = [inner for inner in (address.ipv4_mapped, address.sixtofour) if inner is not None]
    if address.teredo is not None:
        found.extend(address.teredo)
    if any(address in network for network in _NAT64):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return found


def is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    """Public, or within one of the `allowed` networks (an IPv4-mapped address counts as what it maps)."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return is_public(address) or any(address in network for network in allowed if network.version == address.version)


def resolve(host: str, timeout: float, resolver: Resolver | None = None) -> list[Address]:
    """Every address of a host name, in the resolver's order, distinct.

    Raises Unresolvable. Runs beside, because the system's resolver knows no timeout.
    """
    try:
        return [ipaddress.ip_address(host)]
    except ValueError:
        pass
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list((resolver or _system)(host)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=max(timeout, 0.001))
    except queue.Empty:
        raise Unresolvable(f"The name {host} was not resolved in time.") from None
    if isinstance(answer, Exception):
        raise Unresolvable(f"The name {host} cannot be resolved: {answer}.") from answer
    if not answer:
        raise Unresolvable(f"The name {host} has no address.")
    return list(dict.fromkeys(ipaddress.ip_address(text) for text in answer))


def _system(host: str) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
