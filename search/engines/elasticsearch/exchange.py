"""One HTTP exchange at a time over a connection that is kept, by libcurl: it costs a fifth of what http.client does.

Whoever waits is asked, whenever nothing came for a while, whether to go on waiting.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import certifi
import pycurl
from elastic_transport import NodeConfig

PIECE = 128 * 1024
"""Bytes read at a time at most."""
_WATCHED = {
    pycurl.POLL_IN: select.POLLIN,
    pycurl.POLL_OUT: select.POLLOUT,
    pycurl.POLL_INOUT: select.POLLIN | select.POLLOUT,
}

_UNTRUSTED = (
    pycurl.E_PEER_FAILED_VERIFICATION,
    pycurl.E_SSL_CACERT_BADFILE,
    pycurl.E_SSL_CERTPROBLEM,
    pycurl.E_SSL_CONNECT_ERROR,
    pycurl.E_SSL_ISSUER_ERROR,
)


class Broken(Exception):
    """There was no connection, or no whole answer."""


class Untrusted(Broken):
    """The node's certificate is not one to be trusted, or ours was not."""


class Answer(NamedTuple):
    """`headers` by their names in small letters; of several with one name the values are joined (RFC 9110, 5.3)."""

    status: int
    headers: dict[str, str]
    body: bytes


Patience = Callable[[bool], float]
"""Given whether the answer has begun: seconds of silence to bear. Called before each wait."""
Silence = Callable[[bool], None]
"""Called after so much silence; raises whatever ends the exchange."""


class Line:
    """The way to a node for one thread at a time."""

    def __init__(self, config: NodeConfig) -> None:
        self._config = config
        self._curl = pycurl.Curl()
        self._multi = pycurl.CurlMulti()
        self._poll = select.poll()
        self._due: float | None = None
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._timer)

    def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        connect: float,
        patience: Patience,
        silence: Silence,
    ) -> Answer:
        """Send a request, give the whole answer. Raises Broken, and what `silence` raises."""
        head: list[bytes] = []
        pieces: list[bytes] = []
        self._prepare(method, url, headers, body, connect)
        self._curl.setopt(pycurl.HEADERFUNCTION, head.append)
        self._curl.setopt(pycurl.WRITEFUNCTION, pieces.append)
        self._multi.add_handle(self._curl)
        try:
            self._until_done(head, patience, silence)
            _, _, failed = self._multi.info_read()
            if failed:
                _, code, message = failed[0]
                raise (Untrusted if code in _UNTRUSTED else Broken)(f"{message} ({code})")
            return Answer(self._curl.getinfo(pycurl.RESPONSE_CODE), _headers(head), b"".join(pieces))
        finally:
            # An exchange that is not done takes its connection with it.
            self._multi.remove_handle(self._curl)

    def close(self) -> None:
        self._multi.close()
        self._curl.close()

    def _prepare(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, connect: float) -> None:
        curl = self._curl
        curl.reset()
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.PROXY, "")
        curl.setopt(pycurl.BUFFERSIZE, PIECE)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, round(connect * 1000))
        # Without an empty “Expect” a large body would wait to be asked for.
        curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in headers.items()] + ["expect:"])
        if body is not None:
            curl.setopt(pycurl.POSTFIELDS, body)
        if method == "HEAD":
            curl.setopt(pycurl.NOBODY, 1)
        elif method != ("GET" if body is None else "POST"):
            curl.setopt(pycurl.CUSTOMREQUEST, method)
        if url.startswith("https:"):
            _secure(curl, self._config)

    def _until_done(self, head: list[bytes], patience: Patience, silence: Silence) -> None:
        _, running = self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        heard = time.monotonic()
        while running:
            now = time.monotonic()
            quiet = heard + patience(bool(head)) - now
            wait = quiet if self._due is None else min(quiet, self._due - now)
            ready = self._poll.poll(max(wait, 0) * 1000)
            for fd, events in ready:
                _, running = self._multi.socket_action(fd, _happened(events))
            if ready:
                heard = time.monotonic()
            elif self._due is not None and time.monotonic() >= self._due:
                self._due = None
                _, running = self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
            elif time.monotonic() - now >= quiet:
                silence(bool(head))
                heard = time.monotonic()

    def _watch(self, what: int, fd: int, multi: Any, data: Any) -> None:
        if what in _WATCHED:
            self._poll.register(fd, _WATCHED[what])
        elif what == pycurl.POLL_REMOVE:
            self._poll.unregister(fd)

    def _timer(self, milliseconds: int) -> None:
        self._due = None if milliseconds < 0 else time.monotonic() + milliseconds / 1000


def _happened(events: int) -> int:
    found = 0
    if events & select.POLLIN:
        found |= pycurl.CSELECT_IN
    if events & select.POLLOUT:
        found |= pycurl.CSELECT_OUT
    return found or pycurl.CSELECT_ERR


def _secure(curl: Any, config: NodeConfig) -> None:
    if config.verify_certs is False:
        curl.setopt(pycurl.SSL_VERIFYPEER, 0)
        curl.setopt(pycurl.SSL_VERIFYHOST, 0)
    else:
        curl.setopt(pycurl.CAINFO, config.ca_certs or certifi.where())
    if config.client_cert:
        curl.setopt(pycurl.SSLCERT, config.client_cert)
        curl.setopt(pycurl.SSLKEY, config.client_key or config.client_cert)


def _headers(lines: list[bytes]) -> dict[str, str]:
    """Of the last answer: those that only say to wait (1xx) come before it."""
    found: dict[str, str] = {}
    for line in lines:
        if line.startswith(b"HTTP/"):
            found = {}
            continue
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            name, value = name.lower(), value.strip()
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found
