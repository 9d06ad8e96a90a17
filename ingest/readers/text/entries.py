"""A block with what it is: the kinds that there are, and how long a text is in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.readers.text.lines import Block


class Kind(StrEnum):
    """The role of a block. The first three are the article's own, until their neighbours say otherwise."""

    PARAGRAPH = "paragraph"
    SENTENCE = "sentence"
    SHORT = "short"
    TIME = "time"
    DATE = "date"
    SOURCE = "source"
    TAGS = "tags"
    CREDIT = "credit"
    CAPTION = "caption"
    CRUMBS = "crumbs"
    MENU = "menu"
    SECTION = "section"
    URL = "url"
    LIST = "list"
    RELATED = "related"
    COMMENTS = "comments"
    BIO = "bio"
    SIGNOFF = "signoff"
    NOTE = "note"
    COPYRIGHT = "copyright"
    PROMPT = "prompt"
    FURNITURE = "furniture"


OWN = (Kind.PARAGRAPH, Kind.SENTENCE, Kind.SHORT)


@dataclass(slots=True, eq=False)
class Entry:
    """A block and what it is. `value` is what a label is about ("Tags: *a, b*"); `units` its length in words."""

    block: Block
    kind: Kind
    units: int
    stop: bool
    key: str = ""
    language: str | None = None
    value: str = ""
    steps: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.block.text

    @property
    def own(self) -> bool:
        return self.kind in OWN


def count_units(text: str) -> int:
    """A text's length in words; where words are not spaced, characters count for a half (Chinese) or a fifth (Thai)."""
    spaces = text.count(" ")
    if text.isascii() or spaces * 14 > len(text):
        return spaces + 1
    sample = text[:400]
    dense = sum("\u2e80" <= char <= "\u9fff" or "\uff10" <= char <= "\uff9f" for char in sample)
    if dense * 3 > len(sample):
        return max(1, int(len(text) / 1.8))
    thai = sum("\u0e00" <= char <= "\u109f" or "\u1780" <= char <= "\u17ff" for char in sample)
    if thai * 2 > len(sample):
        return max(1, len(text) // 5)
    return spaces + 1
