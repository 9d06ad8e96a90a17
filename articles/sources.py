"""Publishers: one row each, whether an article names their domain, their name or both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from articles.models import Source
from newsapi.text import fold

MAX_NAME = 255

Named = tuple[str, str]
"""Name and domain, either may be empty."""


def named(source: Mapping[str, Any] | None) -> Named | None:
    """Name and domain of the API's `source` object, in the form that is looked up; None where it has neither."""
    if not source:
        return None
    name = " ".join(str(source.get("name") or "").split())[:MAX_NAME]
    domain = str(source.get("domain") or "").strip().lower().rstrip(".").removeprefix("www.")[:MAX_NAME]
    return (name, domain) if name or domain else None


def resolve(wanted: Iterable[Named]) -> dict[Named, Source]:
    """The rows of these publishers, making those that are missing.

    A domain decides; a name alone is the oldest publisher of that name; and who was known by name alone gets the
    domain once it comes with one. Call it under articles.ledger.writing.
    """
    pairs = list(dict.fromkeys(wanted))
    if not pairs:
        return {}
    domains = {domain for _, domain in pairs if domain}
    names = {fold(name)[:MAX_NAME] for name, _ in pairs if name}
    rows = list(Source.objects.filter(key__in=domains | names))
    rows += Source.objects.filter(folded__in=names).exclude(id__in=[row.id for row in rows])
    rows.sort(key=lambda row: row.id)
    found: dict[Named, Source] = {}
    # Those with a domain first, so that a name alone in the same batch finds them.
    for name, domain in sorted(pairs, key=lambda pair: not pair[1]):
        row = _match(rows, fold(name)[:MAX_NAME], domain)
        if row is None:
            row = _create(name, domain)
            rows.append(row)
        else:
            _complete(row, name, domain)
        found[name, domain] = row
    return found


def _match(rows: Iterable[Source], folded: str, domain: str) -> Source | None:
    # A name alone may look like a domain, so keys count as well.
    by_name = [row for row in rows if folded and folded in (row.folded, row.key)]
    if not domain:
        return next(iter(by_name), None)
    exact = next((row for row in rows if domain in (row.domain, row.key)), None)
    return exact or next((row for row in by_name if not row.domain), None)


def _complete(row: Source, name: str, domain: str) -> None:
    """Learn the domain of who was known by name alone, and the name of who was known by domain alone."""
    learned = False
    if domain and not row.domain:
        row.key = row.domain = domain
        learned = True
    if name and row.name == row.domain != name:
        row.name, row.folded = name, fold(name)[:MAX_NAME]
        learned = True
    if learned:
        row.save(update_fields=["key", "domain", "name", "folded"])


def _create(name: str, domain: str) -> Source:
    shown = name or domain
    key = domain or fold(name)[:MAX_NAME] or name
    return Source.objects.create(key=key, name=shown, folded=fold(shown)[:MAX_NAME], domain=domain)
