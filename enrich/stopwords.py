"""Words without a subject of their own, by language, read once from `data/stopwords.txt`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from enrich.topic_lexicon import fold

DATA = Path(__file__).parent / "data" / "stopwords.txt"


@lru_cache(maxsize=1)
def _all() -> dict[str, frozenset[str]]:
    lists: dict[str, frozenset[str]] = {}
    for line in DATA.read_text(encoding="utf-8").splitlines():
        language, _, words = line.partition(" ")
        if language and language != "#":
            lists[language] = frozenset(fold(words).split())
    return lists


def languages() -> tuple[str, ...]:
    """The languages that have a list, sorted."""
    return tuple(sorted(_all()))


def stopwords(language: str | None) -> frozenset[str]:
    """The stop words of a BCP 47 code, folded as `topic_lexicon.fold` does; empty if there is no list."""
    code = (language or "en").replace("_", "-").split("-")[0].lower()
    code = {
        "bs": "hr",
        "sh": "hr",
        "nb": "no",
        "nn": "no",
        "da": "no",
        "mk": "bg",
        "be": "ru",
        "sk": "cs",
        "ms": "id",
    }.get(code, code)
    return _all().get(code, frozenset())
