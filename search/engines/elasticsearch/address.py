"""`SEARCH_URL` of an Elasticsearch: `http(s)://[user:password@]host[:port][,host2…][/prefix]`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from search.engines.base import EngineUnavailable

PREFIX = "newsapi"
PORTS = {"http": 9200, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """The nodes (`http://host:port`), the credentials, what names of indices begin with, and whom to trust."""

    nodes: tuple[str, ...]
    prefix: str = PREFIX
    user: str | None = None
    password: str | None = None
    ca_file: str | None = None

    @classmethod
    def parse(cls, url: str) -> Address:
        """Raises EngineUnavailable for an address that is none; the password is not repeated."""
        scheme, _, rest = url.partition("://")
        authority, _, path = rest.partition("/")
        credentials, _, hosts = authority.rpartition("@")
        prefix = path.strip("/") or PREFIX
        if scheme not in PORTS or not hosts:
            raise _wrong(hosts, "it must be http(s)://host:port/prefix")
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,99}", prefix):
            raise _wrong(hosts, f"indices cannot begin with “{prefix}”, only with small letters, digits, - and _")
        user, has_password, password = credentials.partition(":")
        return cls(
            tuple(_node(scheme, host.strip()) for host in hosts.split(",")),
            prefix,
            unquote(user) if credentials else None,
            unquote(password) if has_password else ("" if credentials else None),
        )

    def within(self, name: str) -> Address:
        """The same cluster, with a prefix that begins with this one."""
        return replace(self, prefix=f"{self.prefix}-{name}")


def _node(scheme: str, host: str) -> str:
    try:
        parts = urlsplit(f"{scheme}://{host}")
        port = parts.port or PORTS[scheme]
    except ValueError as error:
        raise _wrong(host, "a port must be a number up to 65535") from error
    name = parts.hostname
    if not name or parts.netloc != host:
        raise _wrong(host, "it must be a host name or an IP address, with a port if need be")
    return f"{scheme}://{f'[{name}]' if ':' in name else name}:{port}"


def _wrong(hosts: str, reason: str) -> EngineUnavailable:
    return EngineUnavailable(f"SEARCH_URL cannot be used (“{hosts}”): {reason}.")
