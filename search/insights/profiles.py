"""`/v1/entities/{id}/profile`: how an entity is covered: when, by whom, with whom, about what, in which tone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict

from articles.selectors import entity_json, get_entity
from newsapi.parameters import choice, integer
from search import engines
from search.aggregations.asking import Asking
from search.aggregations.calendars import label
from search.crosstabs import Leaf, Spans, Stats, Top
from search.engines.moments import EPOCH, rfc3339
from search.filters import Parameter
from search.insights import asked
from search.insights.asked import average, named, summary, top
from search.insights.scores import log_likelihood, npmi
from search.insights.timeline import INTERVALS, read_zone, spans_of

MAX_SIZE = 100


def parameters() -> tuple[Parameter, ...]:
    return asked.with_filters(
        Parameter("interval", "Interval", "Of the timeline", "select", INTERVALS, default="month"),
        Parameter("time_zone", "Time zone", "IANA name", default="UTC", example="Europe/Berlin"),
        Parameter("size", "Size", f"Companions, sources and topics, 1 to {MAX_SIZE}", "number", default=10, low=1,
                  high=MAX_SIZE),
    )  # fmt: skip


def profile(entity_id: UUID, params: QueryDict) -> dict[str, Any]:
    """The entity with `count`, `share`, first and last seen, `sentiment`, `timeline`, `with`, `sources`, `topics`.

    Companions (`with`) come most surely together first (G², see `scores.log_likelihood`). Raises NewsApiError.
    """
    found = asked.read(params, parameters(), asked.now())
    interval = choice(params, "interval", INTERVALS, "month")
    zone = read_zone(params)
    size = integer(params, "size", 10, 1, MAX_SIZE)
    entity = get_entity(entity_id)
    key = str(entity.id)
    every = Asking(engines.get_reader(), found.query)
    asking = Asking(every.reader, every.narrowed([asked.having("entity", key)]))
    total = every.whole(()).count
    leaves: list[Leaf] = [
        Stats("date"), Stats("sentiment"), Top("entity", 3 * MAX_SIZE, (key,)), Top("source", size), Top("topic", size),
    ]  # fmt: skip
    cell = asking.whole(leaves)
    answer: dict[str, Any] = {
        **entity_json(entity),
        "count": cell.count,
        "share": round(cell.count / total, 6) if total else None,
        "articles": f"/v1/articles?entity={key}",
    }
    nothing: dict[str, Any] = {"first_seen": None, "last_seen": None, "sentiment": None, "timeline": []}
    if not cell.answers:
        return answer | nothing | {"with": [], "sources": [], "topics": []}
    dates, tone = summary(cell.answers[0]), summary(cell.answers[1])
    assert dates.least is not None and dates.greatest is not None
    low, high = int(dates.least), int(dates.greatest)
    spans = spans_of(interval, zone, low, high)
    return answer | {
        "first_seen": _moment(low),
        "last_seen": _moment(high),
        "sentiment": average(tone),
        "timeline": _timeline(asking, spans, zone),
        "with": _companions(every, cell.count, total, top(cell.answers[2]).buckets, size),
        "sources": _counted("source", top(cell.answers[3]).buckets),
        "topics": _counted("topic", top(cell.answers[4]).buckets),
    }


def _moment(micros: int) -> str:
    return rfc3339(EPOCH + timedelta(microseconds=micros))


def _timeline(asking: Asking, spans: Spans, zone: str) -> list[dict[str, Any]]:
    counts = asking.whole([spans]).answers[0]
    assert isinstance(counts, dict)
    tones = asking.cells((), (spans,), [(index,) for index in counts], [Stats("sentiment")])
    return [
        {
            "key": label(int(low), zone),
            "count": counts.get(index, 0),
            "sentiment": average(summary(tones[index,].answers[0])) if (index,) in tones else None,
        }
        for index, (low, _) in enumerate(spans.bounds)
    ]


def _companions(
    every: Asking, own: int, total: int, met: tuple[tuple[str, int], ...], size: int
) -> list[dict[str, Any]]:
    counts = asked.counts(every, "entity", [key for key, _ in met])
    scored = [
        (log_likelihood(both, own, max(counts.get(key, both), both), total), key, both)
        for key, both in met
        if both * total > own * counts.get(key, both) or both == total
    ]
    scored.sort(key=lambda one: (-one[0], -one[2], one[1]))
    known = named("entity", [key for _, key, _ in scored[:size]])
    return [
        {
            "key": key,
            "name": known.get(key, key),
            "count": both,
            "npmi": round(npmi(both, own, max(counts.get(key, both), both), total) or 0.0, 4),
            "log_likelihood": round(score, 3),
        }
        for score, key, both in scored[:size]
    ]


def _counted(field: str, buckets: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
    known = named(field, [key for key, _ in buckets])
    return [{"key": key, "name": known.get(key, key), "count": count} for key, count in buckets]
