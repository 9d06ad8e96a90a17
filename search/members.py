"""Members of a JSON object, read strictly: errors name the member by its path (`aggregations.by_source.terms.size`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from newsapi.errors import InvalidParameter, UnknownParameter
from newsapi.parameters import did_you_mean, nearest

SHOWN = 80


def shown(value: Any) -> str:
    """A value as an error quotes it."""
    text = repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


def wrong(path: str, must: str, value: Any, **extra: Any) -> InvalidParameter:
    """`path` must be …; it is …"""
    return InvalidParameter(f"{path} must be {must}; it is {shown(value)}.", parameter=path, **extra)


def _is_text(value: Any) -> bool:
    """A text that is not empty; no database takes NUL."""
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value


class Members:
    """One JSON object at a path. Ask for each member, then `end` for the unknown ones."""

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, Mapping):
            raise wrong(path or "The body", "an object", value)
        self.value: Mapping[str, Any] = value
        self.path = path
        self._asked: set[str] = set()

    def at(self, name: str) -> str:
        """The path of a member."""
        return f"{self.path}.{name}" if self.path else name

    def get(self, name: str, default: Any = None) -> Any:
        """A member as it is; null counts as left out."""
        self._asked.add(name)
        found = self.value.get(name)
        return default if found is None else found

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty. Without a default it has to be there."""
        found = self.get(name, default)
        if not _is_text(found):
            raise self._missing(name, "a text") if found is None else wrong(self.at(name), "a text without NUL", found)
        return str(found).strip()

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        found = self.get(name, default)
        if isinstance(found, bool) or not isinstance(found, int) or not low <= found <= high:
            raise wrong(self.at(name), f"a whole number from {low:,} to {high:,}", found)
        return found

    def number(self, name: str, default: float | None = None) -> int | float:
        found = self.get(name, default)
        if found is None:
            raise self._missing(name, "a number")
        if isinstance(found, bool) or not isinstance(found, int | float) or abs(found) > 1e15:
            raise wrong(self.at(name), "a number of at most 15 digits", found)
        return found

    def boolean(self, name: str, default: bool) -> bool:
        found = self.get(name, default)
        if not isinstance(found, bool):
            raise wrong(self.at(name), "true or false", found)
        return found

    def texts(self, name: str, most: int) -> tuple[str, ...] | None:
        """A list of texts, or one text; None where it is left out."""
        found = self.get(name)
        if found is None:
            return None
        some = [found] if isinstance(found, str) else found
        if not isinstance(some, list) or not some or not all(map(_is_text, some)):
            raise wrong(self.at(name), "a text or a list of texts", found)
        if len(some) > most:
            raise InvalidParameter(f"{self.at(name)} has {len(some):,} values; at most {most:,} are possible.",
                                   parameter=self.at(name))  # fmt: skip
        return tuple(one.strip() for one in some)

    def choice(self, name: str, known: Sequence[str], default: str | None = None) -> str:
        found = self.text(name, default).lower()
        if found not in known:
            suggestion = nearest(found, known)
            raise InvalidParameter(
                f"{self.at(name)} is {shown(found)}; it must be one of {', '.join(known)}.{did_you_mean(suggestion)}",
                parameter=self.at(name), suggestion=suggestion,
            )  # fmt: skip
        return found

    def end(self) -> None:
        """Raises UnknownParameter for the first member that nobody asked for."""
        for name in self.value:
            if name not in self._asked:
                suggestion = nearest(name, self._asked)
                raise UnknownParameter(
                    f"There is no member {name[:SHOWN]!r} in {self.path or 'the body'}.{did_you_mean(suggestion)}"
                    f" Known are: {', '.join(sorted(self._asked))}.",
                    parameter=self.at(name[:SHOWN]), suggestion=suggestion,
                )  # fmt: skip

    def _missing(self, name: str, what: str) -> InvalidParameter:
        return InvalidParameter(f"{self.at(name)} is missing; it must be {what}.", parameter=self.at(name))
