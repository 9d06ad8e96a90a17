"""`/v1/map`: the places of articles as GeoJSON (RFC 7946), those in most articles first."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from articles.models import Entity
from newsapi.errors import InvalidParameter
from newsapi.parameters import integer, single
from search import engines
from search.aggregations.asking import Asking
from search.crosstabs import Counted, Stats, Top
from search.filters import Parameter
from search.insights import asked
from search.insights.asked import average, summary, top

MAX_SIZE = 1_000
MEDIA_TYPE = "application/geo+json"


def parameters() -> tuple[Parameter, ...]:
    return asked.with_filters(
        Parameter("size", "Size", f"Places, 1 to {MAX_SIZE:,}", "number", default=100, low=1, high=MAX_SIZE),
        Parameter("bbox", "Box", "Only places within: west,south,east,north in degrees", example="-10,35,30,60"),
    )


def places(params: QueryDict) -> dict[str, Any]:
    """A FeatureCollection: points with `id`, `name`, `country`, `count` and `sentiment`. Raises NewsApiError.

    `located` counts the occurrences of places on the map, `unlocated` those of the places looked at whose coordinates
    are not known, `other` those of places that are rarer than the ones looked at.
    """
    found = asked.read(params, parameters(), asked.now())
    size = integer(params, "size", 100, 1, MAX_SIZE)
    box = _box(params)
    asking = Asking(engines.get_reader(), found.query)
    whole = asking.whole([Top("entity.place", 5 * MAX_SIZE if box else 2 * size)])
    counted = top(whole.answers[0]) if whole.answers else Counted()
    rows = _rows([key for key, _ in counted.buckets])
    located = [
        (rows[key], count) for key, count in counted.buckets if key in rows and (box is None or _within(rows[key], box))
    ][:size]
    known = sum(count for key, count in counted.buckets if key in rows)
    keys = [(str(row.id),) for row, _ in located]
    tones = asking.cells((), ("entity.place",), keys, [Stats("sentiment")])
    return {
        "type": "FeatureCollection",
        "total": whole.count,
        "located": sum(count for _, count in located),
        "unlocated": sum(count for _, count in counted.buckets) - known,
        "other": counted.other,
        "features": [
            _feature(row, count, average(summary(tones[key].answers[0])) if key in tones else None)
            for (row, count), key in zip(located, keys, strict=True)
        ],
    }


def _rows(keys: list[str]) -> dict[str, Entity]:
    """Places whose coordinates are known."""
    found: dict[str, Entity] = {}
    for start in range(0, len(keys), 500):
        rows = Entity.objects.filter(id__in=keys[start : start + 500], latitude__isnull=False, longitude__isnull=False)
        found |= {str(row.id): row for row in rows}
    return found


def _feature(row: Entity, count: int, sentiment: float | None) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": str(row.id),
        "geometry": {"type": "Point", "coordinates": [row.longitude, row.latitude]},
        "properties": {
            "name": row.name,
            "country": row.country or None,
            "count": count,
            "sentiment": sentiment,
            "articles": f"/v1/articles?entity={row.id}",
        },
    }


def _box(params: QueryDict) -> tuple[float, float, float, float] | None:
    """West, south, east, north (RFC 7946, section 5); west may be greater than east, over the date line."""
    written = single(params, "bbox")
    if written is None:
        return None
    try:
        west, south, east, north = (float(part) for part in written.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidParameter(
            f"bbox is {written[:80]!r}; it must be west,south,east,north in degrees: -10,35,30,60.", parameter="bbox"
        )
    return west, south, east, north


def _within(row: Entity, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    assert row.longitude is not None and row.latitude is not None
    across = west <= row.longitude <= east if west <= east else row.longitude >= west or row.longitude <= east
    return across and south <= row.latitude <= north
