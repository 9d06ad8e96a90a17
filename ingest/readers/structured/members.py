"""Members of JSON objects that others wrote: looked up whatever their spelling, taken as text where they are text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from ingest.documents import MAX_URL, clean, parse_time

Json = Mapping[str, Any]
MOST = 500
"""Items of a list that are looked at."""
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
_OFFSET = re.compile(r"(?<=\d)\s*([+-]\d\d)(\d\d)$")


class Folded:
    """An object by its members' names without case, underscores and hyphens: `version_created` is `versionCreated`."""

    def __init__(self, value: object) -> None:
        found = value if isinstance(value, Mapping) else {}
        self._members = {_fold(name): member for name, member in found.items() if isinstance(name, str)}

    def get(self, *names: str) -> Any:
        """The first of these members (lower case, letters only) that is there and not empty."""
        for name in names:
            if (value := self._members.get(name)) not in (None, "", [], {}):
                return value
        return None

    def text(self, *names: str) -> str | None:
        """The first of these members that is text: a string, or an object's `name` or `value`."""
        return next((found for name in names if (found := text(self._members.get(name)))), None)

    def objects(self, *names: str) -> list[Folded]:
        """The objects in the first of these members that is there: a list, an object of objects, or one object."""
        return [Folded(each) for each in rows(self.get(*names)) if isinstance(each, Mapping)]

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None


def alternative(item: Folded, *roles: str) -> str | None:
    """An identifier of a ninjs item (`altIds`) by its role."""
    for row in item.objects("altids"):
        if (row.text("role") or "").lower() in roles and (found := row.text("value")):
            return found
    return None


def _fold(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def rows(value: object) -> list[Any]:
    """A list as it is, the members of an object of objects, anything else as the only one; at most MOST."""
    if value is None:
        return []
    if isinstance(value, list):
        return value[:MOST]
    if isinstance(value, Mapping) and value and all(isinstance(each, Mapping) for each in value.values()):
        return list(value.values())[:MOST]
    return [value]


def text(value: object) -> str | None:
    """A string, or what an object calls its `value` or `name`, cleaned; None for anything else and what is blank."""
    if isinstance(value, Mapping):
        value = value.get("value") or value.get("name") or value.get("@value")
    if not isinstance(value, str):
        return None
    return clean(value).strip() or None


def texts(value: object) -> Iterator[str]:
    """The texts of a list, or of one value."""
    for each in rows(value) if isinstance(value, list) else [value]:
        if found := text(each):
            yield found


def time(value: object, received_at: datetime | None) -> datetime | None:
    """RFC 3339 (also `+0200`); None for what is none, or cannot be true: before 1900, or two days ahead of receipt."""
    if not isinstance(value, str):
        return None
    try:
        found = parse_time(_OFFSET.sub(r"\1:\2", value.strip()))
    except ValueError:
        return None
    return found if found >= _EARLIEST and not (received_at and found > received_at + _AHEAD) else None


def web_address(value: object) -> str | None:
    """An http or https address as a document may have it, else None."""
    found = text(value)
    if found is None or len(found) > MAX_URL or re.search(r"[\s<>\"]", found):
        return None
    try:
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme.lower() in ("http", "https") and parts.hostname else None
