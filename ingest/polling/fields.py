"""What a caller says about a source: which fields there are, and what makes a valid value of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ingest.models import SubscriptionKind, SubscriptionState
from newsapi.errors import InvalidParameter
from newsapi.http import FetchError
from newsapi.http import parse as parse_url
from newsapi.parameters import did_you_mean, nearest

MAX_URL = 2_000
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.ASCII)
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
MAX_RATE = 600.0
MAX_DAYS = 36_500


class InvalidField(InvalidParameter):
    """`field` names the one to blame."""

    code = "invalid_field"
    title = "A field has a value that cannot be used"
    status = 422


def _fail(field: str, must: str) -> InvalidField:
    return InvalidField(f"{field} must be {must}.", field=field)


def _text(longest: int) -> Callable[[Any, str], str]:
    def read(value: Any, field: str) -> str:
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest:
            raise _fail(field, f"a text of at most {longest:,} characters, or null for none")
        if odd := UNPRINTABLE.search(value):
            raise _fail(field, f"text without control characters; there is one at position {odd.start()}")
        return " ".join(value.split())

    return read


def _matching(pattern: re.Pattern[str], must: str, change: Callable[[str], str]) -> Callable[[Any, str], str]:
    def read(value: Any, field: str) -> str:
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or not pattern.fullmatch(changed := change(value.strip())):
            raise _fail(field, f"{must}, or null for none")
        return changed

    return read


def _boolean(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise _fail(field, "true or false")
    return value


def _rate(value: Any, field: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.01 <= value <= MAX_RATE:
        raise _fail(field, f"requests a minute, from 0.01 to {MAX_RATE:g}, or null for the usual rate")
    return float(value)


def _days(value: Any, field: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_DAYS:
        raise _fail(field, f"a whole number of days from 1 to {MAX_DAYS:,}, or null to keep articles")
    return value


def _choice(choices: Iterable[str]) -> Callable[[Any, str], str]:
    known = list(choices)

    def read(value: Any, field: str) -> str:
        if value in known:
            return str(value)
        suggestion = nearest(value, known) if isinstance(value, str) else None
        said = f"{field} must be one of {', '.join(known)}.{did_you_mean(suggestion)}"
        raise InvalidField(said, field=field, suggestion=suggestion)

    return read


def _url(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _fail(field, "an address of the web, such as https://example.org/ or https://example.org/feed.xml")
    text = value.strip()
    if "://" not in text and re.match(r"[\w.-]+\.[\w-]{2,}(?::\d+)?(?:[/?]|$)", text):
        text = f"https://{text}"
    try:
        found = str(parse_url(text))
    except FetchError as error:
        raise InvalidField(error.detail, field=field, code="invalid_url", title=error.title) from error
    if len(found) > MAX_URL:
        raise _fail(field, f"an address of at most {MAX_URL:,} characters; this has {len(found):,}")
    return found


DEFAULTS: Mapping[str, Callable[[Any, str], Any]] = {
    "language": _matching(LANGUAGE, "a BCP 47 code such as en or pt-BR", lambda text: text.replace("_", "-")),
    "country": _matching(COUNTRY, "an ISO 3166-1 code of two letters, such as GB", str.upper),
    "section": _text(200),
    "licence": _text(1_000),
    "full_text": _boolean,
    "enrich": _boolean,
    "rate": _rate,
    "retention_days": _days,
}
"""What goes for everything that is read from a source."""
STATES = (SubscriptionState.ACTIVE.value, SubscriptionState.PAUSED.value)
CHANGE: Mapping[str, Callable[[Any, str], Any]] = {"state": _choice(STATES), **DEFAULTS}
PREVIEW: Mapping[str, Callable[[Any, str], Any]] = {"url": _url, "kind": _choice(SubscriptionKind.values)}
ADD: Mapping[str, Callable[[Any, str], Any]] = {
    **PREVIEW,
    "name": _text(255),
    "domain": _matching(DOMAIN, "a domain such as example.org", lambda text: text.lower().removeprefix("www.")),
    **CHANGE,
}


def read(payload: Any, known: Mapping[str, Callable[[Any, str], Any]], *, need: str | None = None) -> dict[str, Any]:
    """The fields of a JSON body, checked. Raises InvalidField, naming the field (and a near one that there is)."""
    if not isinstance(payload, Mapping) or not payload:
        raise InvalidField(f"The body must be a JSON object with one or more of {', '.join(known)}.")
    for name in payload:
        if name not in known:
            suggestion = nearest(str(name), known)
            said = f"There is no field {str(name)[:100]!r}.{did_you_mean(suggestion)} Known are: {', '.join(known)}."
            raise InvalidField(
                UNPRINTABLE.sub("\ufffd", said), code="unknown_field", field=str(name)[:100], suggestion=suggestion
            )
    if need is not None and need not in payload:
        raise InvalidField(f"{need} is missing.", field=need)
    return {name: known[name](value, name) for name, value in payload.items()}
