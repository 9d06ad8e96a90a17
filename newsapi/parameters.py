"""Query parameters, read strictly: what is unknown or of no use is a 400 that names it and the nearest right one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches

from django.http import QueryDict

from newsapi.errors import InvalidParameter, UnknownParameter

RELATIVE = re.compile(r"(\d{1,6})\s*([smhdw])", re.ASCII)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
TRUE = frozenset(("true", "1", "yes", "on"))
FALSE = frozenset(("false", "0", "no", "off"))
TIME_FORMS = "a date (2026-06-18), an RFC 3339 time (2026-06-18T14:05:00Z) or an age (24h, 7d, 2w)"


def nearest(value: str, known: Iterable[str]) -> str | None:
    """The known value closest to this one, if any is close."""
    by_fold = {name.casefold(): name for name in known}
    close = get_close_matches(value.casefold()[:100], list(by_fold), n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def did_you_mean(suggestion: str | None) -> str:
    return f" Did you mean {suggestion!r}?" if suggestion else ""


def check_known(params: QueryDict, known: Iterable[str]) -> None:
    """Raises UnknownParameter for the first name that is not known (`format` is DRF's own)."""
    allowed = sorted({*known, "format"})
    for name in params:
        if name not in allowed:
            suggestion = nearest(name, allowed)
            raise UnknownParameter(
                f"There is no parameter {name[:100]!r} here.{did_you_mean(suggestion)}{_known(allowed)}",
                parameter=name[:100],
                suggestion=suggestion,
            )


def _known(allowed: list[str]) -> str:
    names = ", ".join(name for name in allowed if name != "format")
    return f" Known are: {names}." if names else " This address takes none."


def single(params: QueryDict, name: str) -> str | None:
    """The one value of a parameter, None where it is absent. Raises InvalidParameter where it is repeated or empty."""
    values = params.getlist(name)
    if not values:
        return None
    if len(values) > 1:
        raise InvalidParameter(f"{name} was given {len(values)} times; give it once.", parameter=name)
    if not values[0].strip():
        raise InvalidParameter(f"{name} is empty; give it a value or leave it out.", parameter=name)
    return values[0].strip()


def integer(params: QueryDict, name: str, default: int, low: int, high: int) -> int:
    value = single(params, name)
    if value is None:
        return default
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value) or not low <= int(value) <= high:
        raise InvalidParameter(
            f"{name} is {value[:40]!r}; it must be a whole number from {low} to {high}.", parameter=name
        )
    return int(value)


def number(params: QueryDict, name: str, low: float, high: float) -> float | None:
    value = single(params, name)
    if value is None:
        return None
    if re.fullmatch(r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})", value) and low <= float(value) <= high:
        return float(value)
    raise InvalidParameter(f"{name} is {value[:40]!r}; it must be a number from {low:g} to {high:g}.", parameter=name)


def boolean(params: QueryDict, name: str, default: bool = False) -> bool:
    value = single(params, name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise InvalidParameter(f"{name} is {value[:40]!r}; it must be true or false.", parameter=name)


def choice(params: QueryDict, name: str, choices: Iterable[str], default: str) -> str:
    value = single(params, name)
    if value is None:
        return default
    known = list(choices)
    if value.lower() in known:
        return value.lower()
    suggestion = nearest(value, known)
    raise InvalidParameter(
        f"{name} is {value[:40]!r}; it must be one of {', '.join(known)}.{did_you_mean(suggestion)}",
        parameter=name,
        suggestion=suggestion,
    )


def parse_time(value: str, *, now: datetime | None = None) -> datetime:
    """A date (midnight UTC), an RFC 3339 time (no zone is UTC) or an age before now. Raises ValueError, saying why."""
    text = value.strip()
    if relative := RELATIVE.fullmatch(text.lower()):
        try:
            return (now or datetime.now(UTC)) - timedelta(**{UNITS[relative[2]]: int(relative[1])})
        except OverflowError as error:
            raise ValueError(f"{text[:40]!r} reaches too far back; it must be {TIME_FORMS}") from error
    if not text.isascii() or not re.match(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(f"{text[:40]!r} is no time; it must be {TIME_FORMS}")
    try:
        # A "+" of an offset arrives as a space where the caller did not percent-encode it.
        found = datetime.fromisoformat(re.sub(r" (\d\d:\d\d)$", r"+\1", text) if text.count(":") > 1 else text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text[:40]!r} is no time: {error}; it must be {TIME_FORMS}") from error
    return found


def time(params: QueryDict, name: str) -> datetime | None:
    value = single(params, name)
    if value is None:
        return None
    try:
        return parse_time(value)
    except ValueError as error:
        raise InvalidParameter(f"{name}: {error}.", parameter=name) from error
