"""A node of the cluster that is not waited for when it hangs: whoever waits asks whether it still answers at all."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import NoReturn

from elastic_transport import (
    ApiResponseMeta,
    BaseNode,
    ConnectionError,
    ConnectionTimeout,
    HttpHeaders,
    NodeConfig,
    TlsError,
    TransportError,
)
from elastic_transport._models import DEFAULT, DefaultType
from elastic_transport._node._base import NodeApiResponse

from search.engines.elasticsearch.exchange import Answer, Broken, Line, Untrusted

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
UNHURRIED = 10.0
"""So many times as long waits whoever does not keep a caller waiting."""


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


class WatchfulNode(BaseNode):
    """Speaks to one node. Raises ConnectionError or ConnectionTimeout where it is gone or hangs, else Slow."""

    _CLIENT_META_HTTP_CLIENT = ("pc", "7")

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self._free: deque[Line] = deque(maxlen=config.connections_per_node)
        self._probe: Line | None = None
        self._lock = threading.Lock()
        self._asked_until = 0.0
        self._answered = True
        self.connect = CONNECT
        self.probe = PROBE

    def answers(self) -> bool:
        """Whether the node answers anything. Threads that ask at the same time share the answer."""
        came = time.monotonic()
        with self._lock:
            if self._asked_until < came:
                self._answered = self._ask()
                self._asked_until = time.monotonic()
            return self._answered

    def _ask(self) -> bool:
        self._probe = self._probe or Line(self.config)
        until = time.monotonic() + self.probe

        def stop(begun: bool) -> NoReturn:
            raise TimeoutError

        try:
            self._probe.exchange(
                "HEAD",
                self.base_url + "/",
                self._headers,
                None,
                self.probe,
                lambda begun: until - time.monotonic(),
                stop,
            )
        except (Broken, TimeoutError):
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
        began = time.monotonic()
        timeout = self.config.request_timeout if isinstance(request_timeout, DefaultType) else request_timeout
        try:
            answer = self._exchange(method, target, body or None, headers, began, timeout)
        except (Broken, TimeoutError, Hung) as error:
            self._explain(error)
        meta = ApiResponseMeta(
            node=self.config,
            duration=time.monotonic() - began,
            http_version="1.1",
            status=answer.status,
            headers=HttpHeaders(answer.headers),
        )
        return NodeApiResponse(meta, answer.body)

    def _exchange(
        self,
        method: str,
        target: str,
        body: bytes | None,
        headers: HttpHeaders | None,
        began: float,
        timeout: float | None,
    ) -> Answer:
        times = 1.0 if DEADLINE.began is not None else UNHURRIED

        def silent(begun: bool) -> None:
            """Nothing came for a while: whether it is worth waiting on."""
            if begun:
                raise TimeoutError("the answer breaks off")
            if not self.answers():
                raise Hung
            if timeout is not None and time.monotonic() - began > timeout:
                raise TimeoutError("there is no answer")

        sent = {**self._headers, **headers} if headers else self._headers
        try:
            line = self._free.pop()
        except IndexError:
            line = Line(self.config)
        try:
            return line.exchange(
                method, self.base_url + target, sent, body, self.connect,
                lambda begun: (BODY if begun else PATIENCE) * times, silent,
            )  # fmt: skip
        finally:
            self._free.append(line)

    def _explain(self, error: Exception) -> NoReturn:
        if isinstance(error, Hung):
            raise ConnectionTimeout("it takes connections and does not answer", errors=(error,)) from error
        if isinstance(error, TimeoutError) and self.answers():
            raise Slow("it did not answer in time", errors=(error,)) from error
        raise (TlsError if isinstance(error, Untrusted) else ConnectionError)(str(error), errors=(error,)) from error

    def close(self) -> None:
        while self._free:
            self._free.pop().close()
        with self._lock:
            if self._probe is not None:
                self._probe.close()
                self._probe = None
