"""The one client for everything outside: feeds, pages, webhooks. It goes to public addresses only, and always ends.

A name is resolved once, every address of it is checked, and the connection goes to an address that was checked, so a
name that resolves differently the second time gains nothing (DNS rebinding). One deadline covers resolving,
connecting, TLS, headers, redirects and body; the body is counted after decompression, while it streams.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import certifi
import httpcore
import httpx
from httpcore import NetworkBackend, NetworkStream, SyncBackend

from newsapi.addresses import Network, Resolver, Unresolvable, is_allowed, resolve
from newsapi.contents import ContentError, read
from newsapi.errors import NewsApiError

SCHEMES = ("http", "https")
REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)
CONNECT_WITHIN = 5.0
"""Seconds for one address, so that a dead one leaves time for the next."""
WRITE_AT_ONCE = 16_384
MAX_URL = 8_192
SECRETS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})
"""Headers that stay with the host they were meant for."""


class FetchError(NewsApiError):
    """Nothing usable came back. `code` says why; `url` is where it happened (after redirects)."""

    code = "fetch_failed"
    title = "The address could not be read"
    status = 502


class AddressRefused(FetchError):
    code = "address_refused"
    title = "The service does not connect to this address"
    status = 422


class UnusableUrl(FetchError):
    code = "invalid_url"
    title = "This is no address that can be read"
    status = 422


@dataclass(frozen=True, slots=True)
class Limits:
    """`deadline` in s over everything; `body` in bytes after decompression; `cut`: keep the beginning of a longer one
    instead of failing."""

    deadline: float = 20.0
    body: int = 10_000_000
    redirects: int = 5
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    status: int
    target: str


@dataclass(frozen=True, slots=True)
class Response:
    """`url` is where the body came from. `seconds`: from the call to the last byte."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes
    redirects: tuple[Redirect, ...] = ()
    seconds: float = 0.0
    truncated: bool = False

    @property
    def charset(self) -> str | None:
        """As the Content-Type header has it; it may lie."""
        return self.headers.get("content-type") and _charset(self.headers["content-type"])

    @property
    def media_type(self) -> str:
        """Lower case, without parameters, empty where there is none."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def moved_to(self) -> str | None:
        """The new address, when every redirect up to it was permanent."""
        moved = None
        for redirect in self.redirects:
            if redirect.status not in PERMANENT:
                break
            moved = redirect.target
        return moved


class Client:
    """Safe for several threads; holds no connection between requests.

    `allowed` are networks that may be connected to although they are not public. `resolver` gives the addresses of a
    name; the system's by default.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allowed: Sequence[Network] = (),
        ca_file: str | None = None,
        resolver: Resolver | None = None,
    ) -> None:
        self.user_agent = user_agent
        self.allowed = tuple(allowed)
        self._resolver = resolver
        self._ssl = _ssl_context(ca_file)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, limits: Limits = Limits()) -> Response:
        """GET, following redirects; any status is an answer. Raises FetchError."""
        return self.request("GET", url, headers=headers, limits=limits)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        limits: Limits = Limits(),
    ) -> Response:
        """One request, with up to `limits.redirects` redirects (0: they are answers). Any status is an answer.

        Raises FetchError (its `code` and `detail` say what happened), within the deadline.
        """
        began = time.monotonic()
        until = began + limits.deadline
        target = parse(url)
        sent = httpx.Headers({"User-Agent": self.user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"})
        sent.update(headers or {})
        redirects: list[Redirect] = []
        while True:
            status, received, body, truncated = self._once(method, target, sent, content, limits, until)
            location = received.get("location")
            if status not in REDIRECTS or not location or not limits.redirects:
                return Response(
                    str(target), status, received, body, tuple(redirects), time.monotonic() - began, truncated
                )
            if len(redirects) >= limits.redirects:
                raise FetchError(
                    f"There were more than {limits.redirects} redirects.", code="too_many_redirects", url=str(target)
                )
            following = _join(target, location)
            redirects.append(Redirect(str(target), status, str(following)))
            if (following.scheme, following.host, following.port) != (target.scheme, target.host, target.port):
                for name in SECRETS & {name.lower() for name in sent}:
                    del sent[name]
            if status == 303 or (status in (301, 302) and method == "POST"):
                method, content = "HEAD" if method == "HEAD" else "GET", None
            target = following

    def _once(
        self, method: str, url: httpx.URL, headers: httpx.Headers, content: bytes | None, limits: Limits, until: float
    ) -> tuple[int, httpx.Headers, bytes, bool]:
        backend = _Backend(self.allowed, self._resolver, until)
        sent = [(b"Host", url.netloc), *((n, v) for n, v in headers.raw if n.lower() != b"host")]
        if content is not None:
            sent.append((b"Content-Length", str(len(content)).encode()))
        with (
            _in_words(url),
            httpcore.ConnectionPool(ssl_context=self._ssl, network_backend=backend, http2=False, retries=0) as pool,
            pool.stream(
                method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=sent,
                content=content,
            ) as answer,
        ):
            received = httpx.Headers(answer.headers)
            if answer.status in REDIRECTS and received.get("location") and limits.redirects:
                return answer.status, received, b"", False
            length = "" if method == "HEAD" or limits.cut else received.get("content-length", "")
            body, truncated = read(
                answer.iter_stream(), received.get("content-encoding", ""), length, limits.body, cut=limits.cut
            )
            return answer.status, received, body, truncated


def parse(url: str) -> httpx.URL:
    """An absolute http or https address without credentials or fragment. Raises UnusableUrl, saying what is wrong."""
    if len(url) > MAX_URL:
        raise UnusableUrl(f"The address is longer than {MAX_URL:,} characters.")
    try:
        found = httpx.URL(url.strip())
        host = found.host
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise UnusableUrl(f"“{url[:200]}” is no address: {error}.", url=url[:200]) from error
    if found.scheme not in SCHEMES:
        raise UnusableUrl(f"“{url[:200]}” must begin with http:// or https://.", url=url[:200])
    if not host:
        raise UnusableUrl(f"“{url[:200]}” names no host.", url=url[:200])
    if found.userinfo:
        raise UnusableUrl("An address with a user name or password in it is not read.", url=f"{found.scheme}://{host}")
    return found.copy_with(fragment=None)


def _join(base: httpx.URL, location: str) -> httpx.URL:
    try:
        joined = str(base.join(location.strip()))
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise UnusableUrl(f"It redirects to “{location[:200]}”, which is no address.", url=str(base)) from error
    return parse(joined)


class _Backend(NetworkBackend):
    """Connects to addresses that were checked; whatever it gives out obeys the deadline."""

    def __init__(self, allowed: Sequence[Network], resolver: Resolver | None, until: float) -> None:
        self._allowed = allowed
        self._resolver = resolver
        self._until = until
        self._inner = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        name = host.strip("[]")
        addresses = resolve(name, _left(self._until), self._resolver)
        for address in addresses:
            if not is_allowed(address, self._allowed):
                shown = name if name == str(address) else f"{name} ({address})"
                raise AddressRefused(
                    f"{shown} is not a public address. OUTBOUND_ALLOWED_NETWORKS can allow its network.", host=name
                )
        failed: Exception | None = None
        for address in addresses:
            try:
                stream = self._inner.connect_tcp(
                    str(address), port, min(_left(self._until), CONNECT_WITHIN), local_address, socket_options or []
                )
                return _Stream(stream, self._until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or Unresolvable(f"The name {name} has no address.")


class _Stream(NetworkStream):
    """Every operation gets what is left until the deadline."""

    def __init__(self, inner: NetworkStream, until: float) -> None:
        self._inner = inner
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for begin in range(0, len(buffer), WRITE_AT_ONCE):
            self._inner.write(buffer[begin : begin + WRITE_AT_ONCE], _left(self._until))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(self._until)), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.TimeoutException
    return left


@contextmanager
def _in_words(url: httpx.URL) -> Iterator[None]:
    """What goes wrong on the way, as a FetchError a person can act on."""
    host = url.host
    try:
        yield
    except FetchError as error:
        error.extra.setdefault("url", str(url))
        raise
    except ContentError as error:
        raise FetchError(error.detail, code=error.code, url=str(url)) from error
    except Unresolvable as error:
        raise FetchError(str(error), code="unresolvable", url=str(url)) from error
    except httpcore.ConnectTimeout as error:
        raise FetchError(f"{host} did not take the connection in time.", code="too_slow", url=str(url)) from error
    except httpcore.TimeoutException as error:
        raise FetchError(f"{host} did not answer in time.", code="too_slow", url=str(url)) from error
    except httpcore.ConnectError as error:
        if isinstance(error.__cause__ or error.__context__, ssl.SSLError):
            raise FetchError(f"No trustworthy TLS with {host}: {error}.", code="tls_failed", url=str(url)) from error
        raise FetchError(f"{host} cannot be reached: {error}.", code="connect_failed", url=str(url)) from error
    except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError) as error:
        said = str(error).rstrip(".") or "the connection was reset"
        raise FetchError(f"{host} broke off: {said}.", code="interrupted", url=str(url)) from error
    except httpcore.LocalProtocolError as error:
        raise UnusableUrl(f"The request cannot be sent: {error}.", url=str(url)) from error
    except (httpcore.ProtocolError, httpcore.NetworkError, OSError) as error:
        raise FetchError(f"{host} cannot be read: {error}.", code="connect_failed", url=str(url)) from error


def _charset(content_type: str) -> str | None:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower() or None
    return None


@cache
def _ssl_context(ca_file: str | None) -> ssl.SSLContext:
    """The system's authorities, or certifi's where the system has none; made once, since that takes 10 ms and more."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(cafile=certifi.where())
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context


@cache
def get_client() -> Client:
    """The client as the settings want it."""
    from django.conf import settings

    return Client(
        user_agent=settings.OUTBOUND_USER_AGENT,
        allowed=settings.OUTBOUND_ALLOWED_NETWORKS,
        ca_file=settings.OUTBOUND_CA_FILE,
    )
