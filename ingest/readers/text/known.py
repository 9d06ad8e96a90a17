"""Look-ups in the neighbours' vocabularies, remembered: the same short lines come back all the time."""

from __future__ import annotations

from functools import lru_cache

from enrich import publishers
from enrich.entities.folding import pattern, stem
from enrich.entities.lexicon import lexicon
from ingest.readers import bylines

_LONGEST_BYLINE = 200


@lru_cache(maxsize=8192)
def _publisher(name: str) -> publishers.Publisher | None:
    return publishers.find(name)


def publisher(name: str) -> publishers.Publisher | None:
    """The news organisation of a name or domain, None if it is not known or too long to be one."""
    return _publisher(name) if len(name) <= 80 else None


@lru_cache(maxsize=2048)
def _byline(text: str) -> bylines.Byline | None:
    return bylines.parse_byline(text)


def byline(text: str) -> bylines.Byline | None:
    """The byline that a line is, None for anything else."""
    return _byline(text) if len(text) <= _LONGEST_BYLINE else None


@lru_cache(maxsize=4096)
def _name(text: str) -> bool:
    return bylines.looks_like_name(text)


def is_name(text: str) -> bool:
    """Whether a line is a person's name and nothing else, as far as its form tells."""
    return len(text) <= 60 and _name(text)


@lru_cache(maxsize=4096)
def is_person(text: str) -> bool:
    """Whether a line is a person's name beyond doubt: it has the form of one and begins with a known given name."""
    if not is_name(text):
        return False
    first = pattern(text.replace("-", " ").split()[0])
    words = lexicon()
    if first >= "\u0370" and stem(first) in words.given:
        return True
    return first in words.given and first not in words.weak_given
