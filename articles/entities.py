"""People, organisations and places over all articles: which mentions are the same one, and their rows."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from articles.models import Entity
from newsapi.text import fold

CACHE_SIZE = 50_000
MAX_NAME = 300
QUERY_SIZE = 500
TYPES = ("person", "organisation", "place")

_lock = threading.Lock()
_known: OrderedDict[str, UUID] = OrderedDict()


def forget() -> None:
    """Look every entity up anew: after the database was replaced or emptied."""
    with _lock:
        _known.clear()


def key(found: Mapping[str, Any]) -> str:
    """What makes two found entities the same: type and folded English name, else name; for places the country too."""
    name = str((found.get("ids") or {}).get("en") or found["name"])
    parts = [str(found["type"]), fold(name)[:MAX_NAME]]
    if found["type"] == "place" and found.get("country"):
        parts.append(str(found["country"]))
    return ":".join(parts)


def resolve(found: Iterable[Mapping[str, Any]]) -> dict[str, UUID]:
    """The ids by `key` of every entity given (objects of the API's `entities`), making the rows that are missing.

    Call it under articles.ledger.writing: nobody else makes entities meanwhile.
    """
    wanted: dict[str, Mapping[str, Any]] = {}
    for each in found:
        known = wanted.setdefault(key(each), each)
        if each.get("ids") and not known.get("ids"):
            wanted[key(each)] = each
    ids = _from_cache(wanted)
    missing = [name for name in wanted if name not in ids]
    if not missing:
        return ids
    for start in range(0, len(missing), QUERY_SIZE):
        ids.update(Entity.objects.filter(key__in=missing[start : start + QUERY_SIZE]).values_list("key", "id"))
    new = [_row(name, wanted[name]) for name in missing if name not in ids]
    Entity.objects.bulk_create(new)
    ids.update({row.key: row.id for row in new})
    learned = {name: ids[name] for name in missing}
    # Only after the commit: what is rolled back must not be remembered.
    transaction.on_commit(lambda: _remember(learned))
    return ids


def _row(name: str, found: Mapping[str, Any]) -> Entity:
    ids = dict(found.get("ids") or {})
    shown = str(ids.get("en") or found["name"])[:MAX_NAME]
    latitude, longitude = found.get("coordinates") or (None, None)
    return Entity(
        key=name,
        type=found["type"],
        name=shown,
        folded=fold(shown)[:MAX_NAME],
        country=found.get("country") or "",
        latitude=latitude,
        longitude=longitude,
        ids=ids,
    )


def _from_cache(wanted: Iterable[str]) -> dict[str, UUID]:
    ids = {}
    with _lock:
        for name in wanted:
            if (known := _known.get(name)) is not None:
                ids[name] = known
                _known.move_to_end(name)
    return ids


def _remember(learned: Mapping[str, UUID]) -> None:
    with _lock:
        _known.update(learned)
        while len(_known) > CACHE_SIZE:
            _known.popitem(last=False)
