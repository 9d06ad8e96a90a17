"""The IPTC Media Topics: codes, English names and who is whose parent, read once from `data/media_topics.tsv`.

Edition of October 2023, active terms only; © IPTC (https://iptc.org), CC BY 4.0. Definitions are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import overload

DATA = Path(__file__).parent / "data" / "media_topics.tsv"
PREFIX = "medtop:"
EDITION = "2023-10"


@dataclass(frozen=True, slots=True)
class MediaTopic:
    """One term: `code` as `medtop:11000000`, English `name`, `parent` code (None at the top), `level` 1 to 4."""

    code: str
    name: str
    parent: str | None
    level: int
    wikidata: str | None = None


@dataclass(frozen=True, slots=True)
class _Tree:
    topics: tuple[MediaTopic, ...]
    by_code: dict[str, MediaTopic]
    by_name: dict[str, MediaTopic]
    children: dict[str, tuple[MediaTopic, ...]]


@lru_cache(maxsize=1)
def _tree() -> _Tree:
    topics = []
    with DATA.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            code, parent, level, name, wikidata = line.rstrip("\n").split("\t")
            topics.append(MediaTopic(code, name, parent or None, int(level), wikidata or None))
    children: dict[str, list[MediaTopic]] = {}
    for topic in topics:
        if topic.parent:
            children.setdefault(topic.parent, []).append(topic)
    return _Tree(
        topics=tuple(topics),
        by_code={topic.code: topic for topic in topics},
        by_name={_normal(topic.name): topic for topic in topics},
        children={code: tuple(below) for code, below in children.items()},
    )


class _All(Sequence[MediaTopic]):
    """Every term in the file's order (parents before children), read when first looked at."""

    @overload
    def __getitem__(self, index: int) -> MediaTopic: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[MediaTopic, ...]: ...
    def __getitem__(self, index: int | slice) -> MediaTopic | tuple[MediaTopic, ...]:
        return _tree().topics[index]

    def __len__(self) -> int:
        return len(_tree().topics)

    def __iter__(self) -> Iterator[MediaTopic]:
        return iter(_tree().topics)


ALL: Sequence[MediaTopic] = _All()


def _normal(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())


def get(code: str) -> MediaTopic:
    """The term of a code (`medtop:11000000`); KeyError if there is none."""
    return _tree().by_code[code]


def find(code_or_name: str) -> MediaTopic | None:
    """The term of a code or an English name, whatever its case; the prefix `medtop:` may be left out."""
    wanted = _normal(code_or_name)
    tree = _tree()
    code = wanted if wanted.startswith(PREFIX) else PREFIX + wanted
    return tree.by_code.get(code) or tree.by_name.get(wanted)


@lru_cache(maxsize=2048)
def ancestors(code: str) -> tuple[MediaTopic, ...]:
    """The terms above a code, nearest first; () for a top term. KeyError if the code is unknown."""
    above = []
    parent = get(code).parent
    while parent:
        topic = get(parent)
        above.append(topic)
        parent = topic.parent
    return tuple(above)


def descendants(code: str) -> tuple[MediaTopic, ...]:
    """All terms below a code, level by level; () for a leaf. KeyError if the code is unknown."""
    get(code)
    children = _tree().children
    below: list[MediaTopic] = list(children.get(code, ()))
    for topic in below:  # grows while it is walked: breadth first
        below.extend(children.get(topic.code, ()))
    return tuple(below)


def suggest(text: str) -> str | None:
    """The English name nearest to a misspelt name or code, or None if nothing is near."""
    topic = find(text)
    if topic:
        return topic.name
    wanted = _normal(text)[:80]
    tree = _tree()
    near = get_close_matches(wanted, tree.by_name, n=1, cutoff=0.6)
    if near:
        return tree.by_name[near[0]].name
    inside = [name for name in tree.by_name if len(wanted) > 2 and wanted in name.split()]
    return tree.by_name[min(inside, key=len)].name if inside else None
