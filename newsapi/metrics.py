"""Prometheus metrics: requests and engine calls as they happen, articles and queues when they are asked for.

Every process counts for itself; what all of them share (articles, captures, how far the index is) is read from the
database. Labels are bounded: route templates, methods, statuses, states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from newsapi import health
from newsapi.probes import Probe, ask

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
WITHIN = 1.5
COUNT_AT_MOST = 100.0
"""A count that took a second is made at most every 100 s: counting costs no more than a hundredth of the time."""
SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

disable_created_metrics()  # type: ignore[no-untyped-call]
registry = CollectorRegistry()
_requests = Counter("newsapi_http_requests", "Requests answered.", ("route", "method", "status"), registry=registry)
_request_seconds = Histogram(
    "newsapi_http_request_seconds", "Time to the answer.", ("route", "method"), buckets=SECONDS, registry=registry
)
_engine_seconds = Histogram(
    "newsapi_engine_seconds", "Time of calls to the search engine.", ("call",), buckets=SECONDS, registry=registry
)
_engine_errors = Counter(
    "newsapi_engine_errors", "Calls that the search engine did not answer.", ("call",), registry=registry
)


def request_answered(route: str, method: str, status: int, seconds: float) -> None:
    """`route` is a template such as `v1/articles/<str:article_id>`, never an address."""
    method = method if method in METHODS else "other"
    _requests.labels(route, method, str(status)).inc()
    _request_seconds.labels(route, method).observe(seconds)


def engine_answered(call: str, seconds: float, *, failed: bool = False) -> None:
    _engine_seconds.labels(call).observe(seconds)
    if failed:
        _engine_errors.labels(call).inc()


@dataclass(frozen=True, slots=True)
class Figure:
    """A gauge that is read when asked for, by the values of its one label, or as the empty label's value."""

    name: str
    help: str
    label: str
    probe: Probe


_figures: dict[str, Figure] = {}


def show(name: str, about: str, read: Callable[[], Mapping[str, float]], *, label: str = "", slow: bool = True) -> None:
    """Have `read` asked at a scrape. What is `slow` over millions of rows is not asked each time."""
    keep = COUNT_AT_MOST if slow else 0.0
    _figures[name] = Figure(name, about, label, Probe(f"metric {name}", read, keep))


class _Shared(Collector):
    """What is read from the database. What does not answer in time is left out."""

    def collect(self) -> Iterator[Metric]:
        answers = ask([figure.probe for figure in _figures.values()], WITHIN)
        for figure in _figures.values():
            answer = answers[figure.probe.name]
            if not answer.error:
                yield _gauge(figure.name, figure.help, figure.label, answer.value)
        counts, ages = {}, {}
        for name, queue in health.queues(WITHIN).items():
            if not queue.error:
                counts[name], ages[name] = queue.value
        yield _gauge("newsapi_queue_waiting", "What waits to be worked on.", "queue", counts)
        yield _gauge("newsapi_queue_oldest_seconds", "How long the oldest of it has been waiting.", "queue", ages)

    def describe(self) -> Iterable[Metric]:
        return ()


def _gauge(name: str, about: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, about, labels=[label] if label else [])
    for value, number in values.items():
        gauge.add_metric([value] if label else [], number)
    return gauge


registry.register(_Shared())


def text() -> bytes:
    """Everything, in Prometheus' text format."""
    return generate_latest(registry)
