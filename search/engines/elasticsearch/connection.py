"""The way to the cluster: one client a process, deadlines, a circuit breaker, and every failure as an error of ours."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson
from elastic_transport import TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, OrjsonSerializer

from search.engines.base import EngineUnavailable, QueryTooLarge
from search.engines.elasticsearch.address import Address
from search.engines.elasticsearch.nodes import CONNECT, DEADLINE, PROBE, PROBE_ALONE, Slow, WatchfulNode

logger = logging.getLogger(__name__)
# It says at length, for each request, what is said here once.
logging.getLogger("elastic_transport").setLevel(logging.ERROR)

RETRY_AFTER = 2
"""Seconds that a caller is told to wait."""
PROBE_INTERVAL = 1.0
ADMINISTRATION = 60.0
"""Seconds for making and swapping indices, refreshing and bulk writes."""
TOO_LARGE = (
    *("too_many_clauses", "too_many_nested_clauses", "too_many_buckets_exception"),
    *("maximum nested depth", "maxClauseCount", "max_terms_count", "max_result_window", "too_complex_to_determinize"),
)
JSON = {
    "content-type": "application/vnd.elasticsearch+json; compatible-with=8",
    "accept": "application/vnd.elasticsearch+json; compatible-with=8",
}
NDJSON = {**JSON, "content-type": "application/vnd.elasticsearch+x-ndjson; compatible-with=8"}


class Failure(NamedTuple):
    """What Elasticsearch said instead of an answer."""

    status: int
    kind: str
    reason: str

    @classmethod
    def of(cls, status: int, body: Any) -> Failure:
        """The innermost cause is the telling one."""
        error = body.get("error") if isinstance(body, Mapping) else None
        if not isinstance(error, Mapping):
            return cls(status, "", str(error or body)[:500])
        for causes in ("root_cause", "failed_shards"):
            for cause in error.get(causes) or ():
                inner = cause.get("reason") if isinstance(cause.get("reason"), Mapping) else cause
                if isinstance(inner, Mapping) and inner.get("type"):
                    deepest = inner.get("caused_by") or inner
                    reason = f"{inner.get('reason')} {deepest.get('reason')}"
                    return cls(status, str(inner["type"]), reason[:500])
        return cls(status, str(error.get("type")), str(error.get("reason"))[:500])

    @property
    def busy(self) -> bool:
        return self.status in (429, 502, 503, 504)

    @property
    def too_large(self) -> bool:
        return self.status == 413 or any(sign in f"{self.kind} {self.reason}" for sign in TOO_LARGE)


class Failed(Exception):
    """Elasticsearch answered with an error."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.status} {failure.kind}: {failure.reason}")
        self.failure = failure


def unavailable(detail: str, code: str | None = None) -> EngineUnavailable:
    return EngineUnavailable(detail, code=code, retry_after=RETRY_AFTER)


class Circuit:
    """Open after the cluster did not answer: callers fail at once, and one of them a second asks whether it is back."""

    def __init__(self) -> None:
        self._open_since: float | None = None
        self._next_probe = 0.0
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        return self._open_since is not None

    def may_probe(self) -> bool:
        """Whether it is this caller's turn."""
        with self._lock:
            now = time.monotonic()
            if now < self._next_probe:
                return False
            self._next_probe = now + PROBE_INTERVAL
            return True

    def failed(self) -> None:
        with self._lock:
            if self._open_since is None:
                self._open_since = time.monotonic()
                logger.warning("elasticsearch does not answer: searches are refused until it does")
            self._next_probe = time.monotonic() + PROBE_INTERVAL

    def answered(self) -> None:
        if self._open_since is None:
            return
        with self._lock:
            if self._open_since is not None:
                logger.warning("elasticsearch answers again, after %.1f s", time.monotonic() - self._open_since)
            self._open_since = None


class Connection:
    """Requests to one cluster. Safe to share between threads, not with a forked process."""

    def __init__(self, address: Address, timeout: float) -> None:
        self.timeout = timeout
        self.circuit = Circuit()
        self.client = Elasticsearch(
            list(address.nodes),
            basic_auth=(address.user, address.password or "") if address.user is not None else None,
            node_class=WatchfulNode,
            **_tls(address),
            serializers={"application/json": OrjsonSerializer()},
            connections_per_node=32,
            request_timeout=ADMINISTRATION,
            max_retries=0,
            retry_on_status=(),
            max_dead_node_backoff=5.0,
            meta_header=False,
        )
        self._headers = dict(self.client._headers)
        # Another node is tried when one is gone; how long is bounded by the deadline.
        self._others = len(address.nodes) - 1
        for node in self._nodes():
            node.probe = PROBE_ALONE if len(address.nodes) == 1 else PROBE
            node.connect = CONNECT

    def _nodes(self) -> list[WatchfulNode]:
        return [node for node in self.client.transport.node_pool.all() if isinstance(node, WatchfulNode)]

    def ask(self, target: str, body: bytes) -> Any:
        """The answer to a search (POST), or EngineUnavailable within 2 s where nobody answers; QueryTooLarge.

        A search that the cluster is busy with may take as long as SEARCH_TIMEOUT.
        """
        if self.circuit.is_open and not (self.circuit.may_probe() and self._answers()):
            raise unavailable("Elasticsearch does not answer. Try again in a moment.")
        DEADLINE.began = time.monotonic()
        try:
            answer = self.send("POST", target, body, timeout=self.timeout)
        except Failed as error:
            raise explained(error.failure) from error
        finally:
            DEADLINE.began = None
        return answer

    def send(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] = JSON,
        timeout: float = ADMINISTRATION,
    ) -> Any:
        """The parsed answer. Raises Failed for an error that Elasticsearch gives, EngineUnavailable for none at all."""
        try:
            meta, answer = self.client.transport.perform_request(
                method,
                target,
                body=body,
                headers={**self._headers, **(headers if body else {"accept": headers["accept"]})},
                request_timeout=timeout,
                max_retries=max(self._others, 1),
                retry_on_timeout=self._others > 0,
                retry_on_status=(),
            )
        except Slow as error:
            raise unavailable(f"Elasticsearch took longer than {timeout:g} s.") from error
        except TransportError as error:
            self.circuit.failed()
            if isinstance(error, TlsError):
                raise unavailable(f"Elasticsearch's certificate is not trusted; see SEARCH_CA_FILE. {error}") from error
            raise unavailable("Elasticsearch does not answer. Try again in a moment.") from error
        self.circuit.answered()
        if meta.status >= 300:
            raise Failed(Failure.of(meta.status, answer))
        return answer

    def _answers(self) -> bool:
        return any(node.answers() for node in self._nodes())

    @contextmanager
    def administering(self) -> Iterator[Elasticsearch]:
        """The official client, its errors as EngineUnavailable."""
        try:
            yield self.client
        except ApiError as error:
            raise explained(Failure.of(error.meta.status, error.body)) from error
        except TransportError as error:
            raise unavailable("Elasticsearch does not answer. Try again in a moment.") from error


def explained(failure: Failure) -> EngineUnavailable | QueryTooLarge:
    """The error that a caller gets: nothing that Elasticsearch says is an error of ours."""
    if failure.too_large:
        return QueryTooLarge("Elasticsearch will not work on a query or an answer of this size. Ask for less at once.")
    logger.warning("elasticsearch: %s %s: %s", *failure)
    if failure.status in (401, 403):
        return unavailable("Elasticsearch does not accept the credentials in SEARCH_URL.", code="search_unavailable")
    if failure.busy:
        return unavailable("Elasticsearch is too busy, or a part of the index is away. Try again in a moment.")
    return unavailable(f"Elasticsearch could not answer ({failure.kind or failure.status}).")


def _tls(address: Address) -> dict[str, Any]:
    secure = any(node.startswith("https:") for node in address.nodes)
    return {"ca_certs": address.ca_file} if secure and address.ca_file else {}


@cache
def _shared(process: int, address: Address, timeout: float) -> Connection:
    return Connection(address, timeout)


def connect(address: Address, timeout: float) -> Connection:
    """This process's connection to a cluster."""
    return _shared(os.getpid(), address, timeout)


def path(*parts: str) -> str:
    return "/" + "/".join(quote(part, safe=",*-_") for part in parts)


def encoded(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps(body)
