"""Which lines above an article are its headline: repeated, cut short, in capitals or with the site, it is one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ingest.readers.text.entries import Entry
from ingest.readers.text.prefixes import Trimmed
from ingest.readers.text.vocabulary import fold, unspaced

_WORDS = re.compile(r"\w+")
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")
_SHORTEST_CUT = 15
_MOST_FORMS = 12
NOTHING: Mapping[int, float] = MappingProxyType({})
_MOST_CANDIDATES = 200
"""Each is compared with all before it; a page has a few, and a list of thousands of headlines has no headline."""


@dataclass(slots=True)
class Cluster:
    """Lines that are one headline: their positions, and each without prefixes and suffixes."""

    positions: list[int] = field(default_factory=list)
    forms: list[Trimmed] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    heading: int = 0
    units: int = 0


def key_of(text: str) -> str:
    """The letters and digits of a headline, for comparison."""
    text = _ELLIPSIS.sub("", text)
    return " ".join(_WORDS.findall(fold(text)))


def same(one: str, other: str) -> bool:
    """Whether two keys are one headline: equal, or the shorter is the beginning of the longer."""
    if one == other:
        return bool(one)
    short, long = (one, other) if len(one) < len(other) else (other, one)
    if len(short) < (6 if short and unspaced(short[0]) else _SHORTEST_CUT) or len(short) < len(long) * 0.3:
        return False
    return long.startswith(short)


def clusters(candidates: list[tuple[int, Entry, Trimmed]]) -> list[Cluster]:
    """Candidates put together where they are one headline, in order of first appearance."""
    found: list[Cluster] = []
    for position, entry, trimmed in candidates[:_MOST_CANDIDATES]:
        key = key_of(trimmed.text)
        home = next((c for c in found if any(same(key, other) for other in c.keys)), None)
        if home is None:
            home = Cluster()
            found.append(home)
        if len(home.positions) >= _MOST_FORMS:
            continue
        home.positions.append(position)
        home.forms.append(trimmed)
        home.keys.append(key)
        home.units = max(home.units, entry.units)
        if entry.block.heading and (not home.heading or entry.block.heading < home.heading):
            home.heading = entry.block.heading
    return found


def choose(
    found: list[Cluster],
    body: str,
    last: int,
    above_meta: frozenset[int] = frozenset(),
    places: Mapping[int, float] = NOTHING,
) -> Cluster | None:
    """The likeliest headline: repeated, marked as heading, about what the article is about, above byline or date.

    `last` is where the article begins; `above_meta` are the positions with a byline or date right below; `places` are
    points for other positions, as they stand to their neighbours.
    """
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    stems = _stems(body[:3000])

    def score(cluster: Cluster) -> float:
        words = _stems(max(cluster.keys, key=len))
        points = 2.0 if len(cluster.positions) > 1 else 0.0
        points += (1.5 if cluster.heading == 1 else 0.6) if cluster.heading else 0.0
        points += 1.8 * len(words & stems) / max(len(words), 4)
        points += 0.4 if 5 <= cluster.units <= 25 else -0.8 if cluster.units < 4 else 0.0
        points += sum(places.get(position, 0.0) for position in cluster.positions)
        points += 0.7 if above_meta.intersection(cluster.positions) else 0.0
        points -= 0.05 * min(last - cluster.positions[-1], 10)
        points -= 0.15 * found.index(cluster) if found.index(cluster) < 4 else 0.6
        return points

    return max(found, key=score)


def longest_complete(cluster: Cluster) -> int:
    """Which of a cluster's forms is the headline: not cut short, not in capitals if there is another, the longest."""

    def rank(i: int) -> tuple[bool, int, bool, int]:
        text = cluster.forms[i].text
        return not _ELLIPSIS.search(text), len(cluster.keys[i]), not text.isupper(), -i

    return max(range(len(cluster.forms)), key=rank)


def _stems(text: str) -> set[str]:
    stems: set[str] = set()
    for word in _WORDS.findall(text.casefold()):
        if unspaced(word[0]):
            stems.update(word[i : i + 2] for i in range(len(word) - 1))
        elif len(word) > 3:
            stems.add(word[:5])
    return stems


def overlap(one: str, other: str) -> float:
    """How much of one text's content words are in the other, 0 to 1."""
    words = _stems(one)
    return len(words & _stems(other)) / len(words) if words else 0.0
