"""The IPTC Media Topics: what a code or name means, and what lies above and below it.

Edition of October 2023, active terms; © IPTC (https://iptc.org), CC BY 4.0. The file `data/media_topics.tsv` is the
one source; the Topic rows are filled from it, for joins, and nothing here needs a query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType

from newsapi.text import fold

DATA = Path(__file__).parent / "data" / "media_topics.tsv"
PREFIX = "medtop:"


@dataclass(frozen=True, slots=True)
class MediaTopic:
    """One term: `code` as `medtop:11000000`, its English `name`, its `parent`'s code (None on top), `level` 1 to 4."""

    code: str
    name: str
    parent: str | None
    level: int


@cache
def all_topics() -> Mapping[str, MediaTopic]:
    """Every topic by its code, parents before children."""
    found = {}
    for line in DATA.read_text(encoding="utf-8").splitlines()[1:]:
        code, parent, level, name = line.split("\t")
        found[code] = MediaTopic(code, name, parent or None, int(level))
    return MappingProxyType(dict(sorted(found.items(), key=lambda item: item[1].level)))


@cache
def _by_name() -> Mapping[str, str]:
    # Of two terms with one name the upper one is meant.
    return {fold(topic.name): topic.code for topic in reversed(list(all_topics().values()))}


@cache
def _children() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for topic in all_topics().values():
        found.setdefault(topic.parent or "", []).append(topic.code)
    return {code: tuple(codes) for code, codes in found.items()}


def find(reference: str) -> MediaTopic | None:
    """The topic with this code (`medtop:` may be left out) or English name, whatever its case; None if none has it."""
    text = reference.strip()
    code = text.lower() if text.lower().startswith(PREFIX) else PREFIX + text
    return all_topics().get(code) or all_topics().get(_by_name().get(fold(text), ""))


def name(code: str) -> str | None:
    """The English name of a code."""
    topic = all_topics().get(code)
    return topic.name if topic else None


def suggest(text: str) -> str | None:
    """The name nearest to a text that is none, if one is near."""
    near = get_close_matches(fold(text)[:100], list(_by_name()), n=1, cutoff=0.6)
    return name(_by_name()[near[0]]) if near else None


def ancestors(code: str) -> tuple[str, ...]:
    """The codes above this one, nearest first; empty for a top topic and for a code that does not exist."""
    above: list[str] = []
    topic = all_topics().get(code)
    while topic is not None and topic.parent is not None:
        above.append(topic.parent)
        topic = all_topics().get(topic.parent)
    return tuple(above)


def children(code: str | None) -> tuple[str, ...]:
    """The codes right below this one; the top topics for None."""
    return _children().get(code or "", ())


def descendants(code: str) -> tuple[str, ...]:
    """Every code below this one, upper levels first."""
    found = list(children(code))
    for below in found:
        found.extend(children(below))
    return tuple(found)
