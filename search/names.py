"""What callers call things, and what the index calls them: sources, entities, topics, countries, sections, authors.

Found values are remembered for seconds, so that the same filter asked again costs no query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import orjson
from django.db.models import Q

from articles import topics
from articles.models import Entity, Source
from newsapi.parameters import did_you_mean, nearest
from newsapi.text import fold
from search import engines, territories
from search.fields import FEATURES, FIELDS, Field
from search.lexer import ALIASES, SYNONYMS
from search.memo import Memo
from search.query import And, Query, Term, Text, Value
from search.results import Search, Terms
from search.values import Mismatch, plain

HAS = (
    *FEATURES,
    *(field.name for field in FIELDS if field.name not in ("has", "id", "date", "number", "duplicate", "revision")),
)
"""What `has:` takes."""
ENTITY_TYPES = ("person", "organisation", "place")
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_resolved: Memo[tuple[str, str], tuple[Value, ...]] = Memo(ttl=20)
_named: Memo[tuple[str, str], str] = Memo(ttl=60, size=20_000)
_CANDIDATES = 2_000
_WORDS = 10
_LOOKED_AT = 50


def forget() -> None:
    """Drop what is remembered: for tests, and after an archive was replaced."""
    _resolved.clear()
    _named.clear()


def resolve(field: Field, value: str) -> tuple[Value, ...]:
    """The index's values for an id, name or label, whatever its case. Raises Mismatch, with the nearest known one."""
    found = _resolved.get((field.name, value))
    if found is None:
        found = _resolved.put((field.name, value), _RESOLVERS.get(field.name, _known)(field, value))
    return found


def _unknown(what: str, value: str, suggestion: str | None, expected: str) -> Mismatch:
    detail = f"There is no {what} {value[:80]!r}.{did_you_mean(suggestion)}"
    return Mismatch(detail, expected=expected, suggestion=suggestion)


def _nearest(value: str, known: Sequence[str]) -> str | None:
    """The known name closest to this one, else the shortest that has it as words: "Trump" is near "Donald Trump"."""
    words = f" {fold(value)} "
    return nearest(value, known) or min((name for name in known if words in f" {fold(name)} "), key=len, default=None)


def _uuid(value: str) -> str | None:
    return str(UUID(value)) if _UUID.fullmatch(value) else None


def _indexed(field: Field, value: str) -> bool:
    return engines.get_reader().count(Query(filters=(Term(field.name, (value,)),))) > 0


def _source(field: Field, value: str) -> tuple[Value, ...]:
    if key := _uuid(value):
        if _indexed(field, key) or Source.objects.filter(id=key).exists():
            return (key,)
        raise _unknown("source with the id", value, None, "a source's id, name or domain")
    folded = fold(value)
    host = re.sub(r"^(https?://)?(www\.)?", "", folded).rstrip("/")
    found = Source.objects.filter(Q(folded=folded) | Q(key__in={folded, host})).values_list("id", flat=True)
    if ids := tuple(map(str, found)):
        return ids
    known = [name for pair in Source.objects.values_list("name", "domain")[:_CANDIDATES] for name in pair if name]
    raise _unknown("source", value, _nearest(value, known), "a source's id, name or domain")


def _entity(field: Field, value: str) -> tuple[Value, ...]:
    kind = field.name.partition(".")[2]
    rows = Entity.objects.filter(type=kind) if kind else Entity.objects.all()
    what = kind or "entity"
    expected = f"the id or name of {'an' if what[0] in 'eo' else 'a'} {what}"
    if key := _uuid(value):
        if _indexed(field, key) or rows.filter(id=key).exists():
            return (key,)
        raise _unknown(f"{what} with the id", value, None, expected)
    folded = fold(value)[:300]
    ids: tuple[Value, ...] = tuple(map(str, rows.filter(folded=folded).values_list("id", flat=True)[:200]))
    if not ids and (country := territories.find_country(value)):
        name = fold(territories.country_name(country))
        ids = tuple(map(str, rows.filter(type="place", folded=name).values_list("id", flat=True)[:200]))
    ids = ids or _shown(value, kind)
    if ids:
        return ids
    near = rows.filter(
        Q(folded__startswith=folded[:2]) | Q(folded__endswith=folded[-3:]) | Q(folded__contains=folded)
    ).values_list("name", flat=True)
    suggestion = _nearest(value, list(near[:_CANDIDATES])) if folded else None
    raise _unknown(what, value, suggestion, expected)


def _shown(value: str, kind: str) -> tuple[Value, ...]:
    """Entities that articles call so in their own language ("Владимир Путин"): rows have the English names only.

    Looked up in the cards of the newest articles with these words.
    """
    words = tuple(Text(word) for word in value.split() if any(map(str.isalnum, word)))
    if not words or len(words) > _WORDS:
        return ()
    found: dict[Value, None] = {}
    for hit in engines.get_reader().search(Search(Query(And(words)), limit=_LOOKED_AT)).hits:
        for entity in orjson.loads(hit.card).get("entities") or ():
            if (not kind or entity.get("type") == kind) and fold(entity.get("name") or "") == fold(value):
                found[str(entity.get("id"))] = None
    return tuple(found)


def _topic(field: Field, value: str) -> tuple[Value, ...]:
    if topic := topics.find(value):
        return (topic.code,)
    raise _unknown("topic", value, topics.suggest(value), "the code or English name of an IPTC Media Topic")


def _country(field: Field, value: str) -> tuple[Value, ...]:
    if code := territories.find_country(value):
        return (code,)
    expected = "an ISO 3166-1 code or English name of a country"
    raise _unknown("country", value, nearest(value, territories.country_names()), expected)


def _language(field: Field, value: str) -> tuple[Value, ...]:
    if code := territories.find_language(value):
        return plain(field, code)
    expected = "a BCP 47 code or English name of a language"
    raise _unknown("language", value, nearest(value, territories.language_names()), expected)


def _entity_type(field: Field, value: str) -> tuple[Value, ...]:
    kind = fold(value).replace("organization", "organisation")
    if kind in ENTITY_TYPES:
        return (kind,)
    raise _unknown("type of entity", value, nearest(kind, ENTITY_TYPES), f"one of {', '.join(ENTITY_TYPES)}")


def _id(field: Field, value: str) -> tuple[Value, ...]:
    if key := _uuid(value):
        return (key,)
    raise Mismatch(f"{value[:80]!r} is no id of an article.", expected="a UUID")


def _has(field: Field, value: str) -> tuple[Value, ...]:
    """What an article can have: a value in a field, or one of the features that cards tell."""
    name = fold(value).replace(" ", "_")
    name = ALIASES.get(name, SYNONYMS.get(name, name))
    name = name if name in HAS else name.removesuffix("s")
    if name in HAS:
        return (name,)
    raise _unknown("feature", value, nearest(name, HAS), f"one of {', '.join(HAS)}")


def _domain(field: Field, value: str) -> tuple[Value, ...]:
    return _known(field, re.sub(r"^(https?://)?(www\.)?", "", fold(value)).partition("/")[0] or value)


def _known(field: Field, value: str) -> tuple[Value, ...]:
    """Labels and names that only the articles have: known is what the index has."""
    values = plain(field, value)
    if values[0] and _indexed(field, str(values[0])):
        return values
    known: Sequence[str] = ()
    if field.facet:
        (buckets,) = engines.get_reader().aggregate(Query(), [Terms(field.name, size=_CANDIDATES)])
        known = [bucket.key for bucket in buckets.buckets]
    raise _unknown(field.name.replace("_", " "), value, _nearest(value, known), field.description)


_RESOLVERS: dict[str, Callable[[Field, str], tuple[Value, ...]]] = {
    "source": _source,
    "entity": _entity,
    "entity.person": _entity,
    "entity.place": _entity,
    "entity.organisation": _entity,
    "entity_type": _entity_type,
    "topic": _topic,
    "country": _country,
    "language": _language,
    "id": _id,
    "has": _has,
    "domain": _domain,
}


def names(field: str, keys: Iterable[str]) -> dict[str, str]:
    """Names to show for the index's values of a facet; a value that has no name of its own is its own name."""
    if field == "topic":
        return {key: topics.name(key) or key for key in keys}
    if field == "country":
        return {key: territories.country_name(key) for key in keys}
    if field == "language":
        return {key: territories.language_name(key) for key in keys}
    if field == "source":
        return _row_names("source", keys)
    if field.partition(".")[0] == "entity":
        return _row_names("entity", keys)
    return {key: key for key in keys}


def _row_names(table: str, keys: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    missing: list[str] = []
    for key in keys:
        name = _named.get((table, key))
        if name is None:
            missing.append(key)
        else:
            found[key] = name
    model = Source if table == "source" else Entity
    for start in range(0, len(missing), 500):
        wanted = [key for key in missing[start : start + 500] if _uuid(key)]
        for row_id, name in model.objects.filter(id__in=wanted).values_list("id", "name"):
            found[str(row_id)] = _named.put((table, str(row_id)), name)
    return {key: found.get(key, key) for key in [*found, *missing]}
