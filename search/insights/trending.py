"""`/v1/trending`: entities, topics or keywords that rise now against their own past."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from django.http import QueryDict

from newsapi.errors import InvalidParameter
from newsapi.parameters import RELATIVE, UNITS, integer, single
from search import engines, filters
from search.aggregations.asking import Asking
from search.crosstabs import Spans, Stats, Top
from search.engines.moments import micros, rfc3339
from search.filters import Parameter
from search.insights import asked
from search.insights.asked import average, named, summary, top
from search.insights.scores import dispersion, surprise

OF = ("entity", "entity.person", "entity.organisation", "entity.place", "topic", "keyword", "country", "source")
CANDIDATES = 400
"""Values of the window that are looked at: what rises and counts is among the commonest."""
MAX_SIZE = 100
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(days=366)


def parameters() -> tuple[Parameter, ...]:
    return asked.with_filters(
        asked.of_parameter("entity", OF),
        Parameter("window", "Window", "How long now is: 6h, 1d, 1w", default="1d"),
        Parameter("windows", "Windows before", "How many of the same length to compare with, 2 to 60", "number",
                  default=14, low=2, high=60),
        Parameter("min_count", "Least count", "Articles in the window, at least", "number", default=3, low=1,
                  high=10**6),
        Parameter("size", "Size", f"How many, 1 to {MAX_SIZE}", "number", default=20, low=1, high=MAX_SIZE),
    )  # fmt: skip


def trending(params: QueryDict) -> dict[str, Any]:
    """`{from, to, total, previous_total, results}`: what rises most surely first. Raises NewsApiError.

    The window ends at `published_before`, else now. The score says how surely a value is in a larger share of the
    window's articles than of those of the windows before, in standard errors (`scores.surprise`), divided by how much
    its own share varies beyond chance (the root of `scores.dispersion`): what comes and goes every day has to rise
    higher. 2 is unusual, 5 is news.
    """
    now = asked.now()
    asked.read(params, parameters(), now)
    field = asked.facet(params, "entity", known=OF)
    length = _window(params)
    windows = integer(params, "windows", 14, 2, 60)
    least = integer(params, "min_count", 3, 1, 10**6)
    size = integer(params, "size", 20, 1, MAX_SIZE)
    end = filters.moment(params, "published_before", now) or now
    if "published_after" in params:
        raise InvalidParameter(
            "Here the time is given by window and published_before, its end.", parameter="published_after"
        )
    try:
        first = end - length * (windows + 1)
    except OverflowError as error:
        raise InvalidParameter("window and windows reach too far back.", parameter="windows") from error
    asking = Asking(engines.get_reader(), asked.without_dates(params, now).query)
    start = end - length
    whole = asking.whole([Top(field, CANDIDATES)], [asked.between(start, end)])
    keys = [key for key, count in top(whole.answers[0]).buckets if count >= least] if whole.answers else []
    step = micros(end) - micros(start)
    edges = [micros(first) + n * step for n in range(windows + 2)]
    spans = Spans("date", tuple((low, low + step) for low in edges[:-1]))
    # Also those of the window itself, so that all are of one moment and told apart alike.
    period = [asked.between(first, end)]
    totals = _row(asking.whole([spans], period).answers[0:1], windows + 1)
    cells = asking.cells(period, (field,), [(key,) for key in keys], [spans])
    scored = []
    for key in keys:
        row = _row(cells[key,].answers[0:1], windows + 1) if (key,) in cells else [0] * (windows + 1)
        past, before = row[:-1], totals[:-1]
        z = surprise(row[-1], totals[-1], sum(past), sum(before))
        score = z / math.sqrt(dispersion(past, before))
        if score > 0:
            scored.append((score, key, row))
    scored.sort(key=lambda one: (-one[0], one[1]))
    return {
        "from": rfc3339(start), "to": rfc3339(end), "total": totals[-1], "previous_total": sum(totals[:-1]),
        "results": _results(asking, field, scored[:size], totals, [asked.between(start, end)]),
    }  # fmt: skip


def _results(
    asking: Asking, field: str, scored: list[tuple[float, str, list[int]]], totals: list[int], window: list[Any]
) -> list[dict[str, Any]]:
    known = named(field, [key for _, key, _ in scored])
    tones = asking.cells(window, (field,), [(key,) for _, key, _ in scored], [Stats("sentiment")])
    before = sum(totals[:-1])
    found = []
    for score, key, row in scored:
        past = sum(row[:-1])
        expected = past / before * totals[-1] if before else 0.0
        found.append(
            {
                "key": key,
                "name": known.get(key, key),
                "count": row[-1],
                "expected": round(expected, 2),
                "previous": past,
                "score": round(score, 3),
                "history": row,
                "sentiment": average(summary(tones[key,].answers[0])) if (key,) in tones else None,
            }
        )
    return found


def _window(params: QueryDict) -> timedelta:
    written = (single(params, "window") or "1d").lower()
    found = RELATIVE.fullmatch(written)
    length = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not SHORTEST <= length <= LONGEST:
        raise InvalidParameter(
            f"window is {written[:40]!r}; it must be a time from 10m to 366d, such as 6h, 1d or 2w.", parameter="window"
        )
    return length


def _row(answers: tuple[Any, ...], length: int) -> list[int]:
    found: dict[int, int] = answers[0] if answers else {}
    return [found.get(index, 0) for index in range(length)]
