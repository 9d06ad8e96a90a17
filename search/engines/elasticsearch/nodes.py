"""A node of the cluster that is not waited for when it hangs: whoever waits asks whether it still answers at all."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any, NoReturn
from urllib.parse import urlsplit

import urllib3
from elastic_transport import (
    ApiResponseMeta,
    ConnectionError,
    ConnectionTimeout,
    HttpHeaders,
    NodeConfig,
    TransportError,
    Urllib3HttpNode,
)
from elastic_transport._models import DEFAULT, DefaultType
from elastic_transport._node._base import NodeApiResponse

from search.engines.elasticsearch import wire

CONNECT = 0.5
PATIENCE = 0.5
"""Seconds without an answer after which the node is asked whether it is there."""
PROBE = 0.35
"""Seconds that it has for that, where there are others to turn to."""
PROBE_ALONE = 1.0
GIVE_UP = 1.2
"""Seconds after which no other node is tried."""
BODY = 1.0
"""Seconds between two pieces of an answer that has begun."""


class Hung(Exception):
    """The node takes connections and says nothing."""


class Slow(TransportError):
    """The node is there, the answer did not come in time. Asking again would not help."""


class Deadline(threading.local):
    """When the request of this thread began, over all nodes that it tries; None where nobody is waiting for it."""

    began: float | None = None

    def passed(self) -> bool:
        return self.began is not None and time.monotonic() - self.began > GIVE_UP


DEADLINE = Deadline()


class WatchfulNode(Urllib3HttpNode):
    """Speaks to one node. Raises ConnectionError or ConnectionTimeout where it is gone or hangs, else Slow."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self._probe = Urllib3HttpNode(config)
        self._lock = threading.Lock()
        self._asked_until = 0.0
        self._answered = True
        self.connect = CONNECT
        self.probe = PROBE
        self._sent = {"host": urlsplit(self.base_url).netloc, "accept-encoding": "identity", **self._headers}

    def answers(self) -> bool:
        """Whether the node answers anything. Threads that ask at the same time share the answer."""
        came = time.monotonic()
        with self._lock:
            if self._asked_until < came:
                self._answered = self._ask()
                self._asked_until = time.monotonic()
            return self._answered

    def _ask(self) -> bool:
        timeout = urllib3.Timeout(total=self.probe)
        try:
            self._probe.pool.urlopen("HEAD", "/", retries=False, timeout=timeout, headers=self._headers)
        except (urllib3.exceptions.HTTPError, OSError):
            return False
        return True

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: float | DefaultType | None = DEFAULT,
    ) -> NodeApiResponse:
        if DEADLINE.passed():
            raise ConnectionTimeout("there was no time left for this node")
        started = time.monotonic()
        sent = {**self._sent, **headers} if headers else self._sent
        request = wire.request(method, self.path_prefix + target, sent, body or None)
        timeout = self.config.request_timeout if isinstance(request_timeout, DefaultType) else request_timeout
        try:
            answer = self._exchange(method, request, timeout)
        except (urllib3.exceptions.HTTPError, wire.Broken, OSError, Hung) as error:
            self._explain(error)
        meta = ApiResponseMeta(
            node=self.config,
            duration=time.monotonic() - started,
            http_version="1.1",
            status=answer.status,
            headers=HttpHeaders(answer.headers),
        )
        return NodeApiResponse(meta, answer.body)

    def _exchange(self, method: str, request: bytes, timeout: float | None) -> wire.Answer:
        """Over a kept connection of urllib3's pool, which also makes new ones, with TLS where that is asked for."""
        connection: Any = self.pool._get_conn()
        reusable = False
        try:
            if connection.sock is None:
                connection.timeout = self.connect
                connection.connect()
            sock = connection.sock
            sock.settimeout(timeout)
            # Who does not read on may have said why.
            with suppress(BrokenPipeError):
                sock.sendall(request)
            first = self._first(sock, timeout)
            sock.settimeout(BODY if DEADLINE.began is not None else 10 * BODY)
            answer = wire.answer(sock, method, first)
            reusable = answer.reusable
            return answer
        finally:
            if not reusable:
                connection.close()
            self.pool._put_conn(connection)

    def _first(self, sock: Any, timeout: float | None) -> bytes:
        """The beginning of the answer: waits in steps, and between them looks whether it is worth it."""
        began = time.monotonic()
        sock.settimeout(PATIENCE if DEADLINE.began is not None else 10 * PATIENCE)
        while True:
            try:
                first: bytes = sock.recv(wire.PIECE)
            except TimeoutError:
                if not self.answers():
                    raise Hung from None
                if timeout is not None and time.monotonic() - began > timeout:
                    raise
            else:
                return first

    def _explain(self, error: Exception) -> NoReturn:
        if isinstance(error, Hung):
            raise ConnectionTimeout("it takes connections and does not answer", errors=(error,)) from error
        if isinstance(error, TimeoutError) and self.answers():
            raise Slow("it did not answer in time", errors=(error,)) from error
        raise ConnectionError(str(error), errors=(error,)) from error

    def close(self) -> None:
        super().close()
        self._probe.close()
