"""The article from its first paragraph on: what is kept, what is dropped, where it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from enrich import sections
from ingest.readers.text import headline as headlines
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.lists import follows_values, is_list, is_subhead
from ingest.readers.text.pictures import caption_between

_EMBEDDED = frozenset(["Gallery", "Video", "Podcast"])
"""What a line that says so between paragraphs had below it on the page."""


@dataclass(slots=True)
class Body:
    """What the article's part of the text holds, by position: its paragraphs, and what goes to other fields."""

    paragraphs: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    signoffs: list[int] = field(default_factory=list)
    dates: list[int] = field(default_factory=list)


_LONGER_THAN_HEADLINES = 17


class _Reader:
    """Goes down the article once, keeping, dropping, or holding short lines until it is clear what they belong to."""

    def __init__(self, entries: list[Entry], title: list[str], authors: frozenset[str]) -> None:
        self.entries, self.title, self.authors = entries, title, authors
        self.body = Body()
        self.held: list[int] = []
        self.skipping: Kind | None = None
        self.dropped: list[int] = []
        self.words = 0
        self.teasers = 0

    def read(self, start: int) -> Body:
        entries = self.entries
        for i in range(start, len(entries)):
            entry = entries[i]
            kind = entry.kind
            if kind is Kind.PARAGRAPH or kind is Kind.SENTENCE:
                if self.skipping and not self._resumes(i):
                    self.dropped.append(i)
                    continue
                if entry.units <= 60 and headlines.key_of(entry.text) in self.title:
                    continue
                self._release()
                self.skipping = None
                self.body.paragraphs.append(i)
                self.words += entry.units
            elif kind is Kind.SHORT or kind is Kind.TIME:
                self._short(i)
            elif self._marker(i):
                break
        self._end()
        return self.body

    def _short(self, i: int) -> None:
        entry = self.entries[i]
        if self.skipping is Kind.TAGS:
            if entry.kind is Kind.SHORT and entry.units <= 5:
                self.body.tags.append(i)
                return
            self.skipping = Kind.LIST
        if self.skipping:
            self.dropped.append(i)
            return
        if self.words and entry.units <= 3 and (found := sections.lookup(entry.text)) and found.name in _EMBEDDED:
            return
        if any(headlines.same(headlines.key_of(entry.text), key) for key in self.title):
            return
        if self.words and entry.text in self.authors and self._near_end(i):
            self._marker_of(Kind.BIO)
            return
        self.held.append(i)

    def _marker(self, i: int) -> bool:
        """Furniture: what it does to what follows. True where the article ends for good."""
        entry = self.entries[i]
        kind, body = entry.kind, self.body
        if kind is Kind.TAGS:
            if entry.value:
                body.tags.append(i)
            else:
                self._drop_held()
                self.skipping = Kind.TAGS
            return False
        if kind in (Kind.CAPTION, Kind.CREDIT):
            if not self.skipping:
                body.images.append(i)
        elif kind is Kind.SOURCE:
            body.sources.append(i)
        elif kind is Kind.SIGNOFF:
            body.signoffs.append(i)
        elif kind is Kind.DATE:
            body.dates.append(i)
            if self.skipping is Kind.LIST:
                self.dropped.append(i)
        elif kind in (Kind.LIST, Kind.RELATED, Kind.BIO):
            self._marker_of(kind)
        elif kind is Kind.COMMENTS:
            self._drop_held(len(self.held) > 2)
            if self._comments_follow(i):
                return True
        elif kind is Kind.COPYRIGHT and self.words and self.skipping:
            self.skipping = Kind.LIST
        elif kind is Kind.FURNITURE and not self.skipping and self._subheading(i):
            self.held.append(i)
        return False

    def _marker_of(self, kind: Kind) -> None:
        self._drop_held(len(self.held) > 2)
        self.skipping, self.dropped = kind, []

    def _near_end(self, i: int) -> bool:
        """Whether no more than a note of two paragraphs follows before the article's end."""
        paragraphs = 0
        for entry in self.entries[i + 1 :]:
            if entry.kind in (Kind.LIST, Kind.RELATED, Kind.COMMENTS, Kind.COPYRIGHT):
                break
            paragraphs += entry.kind is Kind.PARAGRAPH
        return paragraphs <= 2

    def _subheading(self, i: int) -> bool:
        """Whether a line such as "About the project", a menu's word elsewhere, stands between two paragraphs."""
        around = self.entries[i - 1 : i + 2] if i else []
        return len(around) == 3 and around[0].kind is around[2].kind is Kind.PARAGRAPH and is_subhead(around[1])

    def _comments_follow(self, i: int) -> bool:
        rest = self.entries[i + 1 :]
        after = sum(entry.units for entry in rest if entry.kind is Kind.PARAGRAPH)
        if "#" in self.entries[i].key or self.words == 0:
            talk = sum(entry.kind in (Kind.COMMENTS, Kind.DATE) for entry in rest)
            return talk >= 2 and after <= self.words
        return after <= self.words * 0.7

    def _resumes(self, i: int) -> bool:
        """Whether a paragraph after a list of other articles is the article's own again."""
        entries, entry = self.entries, self.entries[i]
        if self.skipping is Kind.TAGS:
            return entry.kind is Kind.PARAGRAPH
        before = entries[self.dropped[-1]] if self.dropped else None
        following = next(
            (e for e in entries[i + 1 :] if e.kind not in (Kind.FURNITURE, Kind.CAPTION, Kind.CREDIT)), None
        )
        runs_on = following is not None and following.kind is Kind.PARAGRAPH
        if self.skipping is Kind.BIO:
            return len(self.dropped) >= 1 and (runs_on and entry.kind is Kind.PARAGRAPH and len(self.dropped) >= 2)
        if entry.kind is Kind.SENTENCE:
            question = entry.text.rstrip("\"'”»").endswith(("?", "!", "؟", "？", "！"))
            return (
                not question
                and entry.units >= 5
                and (before is None or self.skipping is Kind.RELATED)
                and self.teasers == 0
            )
        if before is None:
            return True
        if before.kind in (Kind.PARAGRAPH, Kind.SENTENCE):
            return runs_on and self.teasers < 2 and entry.units > 25
        teaser = entry.units <= 55 and not runs_on and headlines.overlap(before.text, entry.text) >= 0.25
        if self.skipping is Kind.LIST and not runs_on and self.teasers:
            teaser = True
        if teaser:
            self.teasers += 1
        return not teaser

    def _release(self) -> None:
        """Held lines turn out to be subheadings, list items, times of a live blog — or a list of headlines."""
        held = self.held
        self.held = []
        held = self._without_captions(held)
        if not held:
            return
        shorts = [i for i in held if self.entries[i].kind is Kind.SHORT]
        if len(shorts) >= 3 and not self._is_list(shorts):
            blocks = [self.entries[i].block for i in shorts]
            apart = blocks[-1].gap and not any(block.gap for block in blocks[1:-1])
            held = held[-1:] if apart and self.entries[held[-1]].units <= 9 else []
        elif len(held) - len(shorts) >= 2 and shorts:
            times = [i for i in held if self.entries[i].kind is Kind.TIME]
            held = [i for i in held if i >= times[-1]]
        self.body.paragraphs += held

    def _without_captions(self, held: list[int]) -> list[int]:
        """Held lines without those that have the form of a picture's caption; these are left to the images."""
        if not self.words:
            return held
        above = [self.entries[i] for i in self.body.paragraphs[-4:]]
        shown = [i for i in held if len(held) <= 2 and caption_between(self.entries[i], above)]
        self.body.images += shown
        for i in shown:
            self.entries[i].kind = Kind.CAPTION
        return [i for i in held if i not in shown]

    def _is_list(self, held: list[int]) -> bool:
        before = self.body.paragraphs[-1] if self.body.paragraphs else None
        return is_list([self.entries[i] for i in held], None if before is None else self.entries[before])

    def _drop_held(self, everything: bool = True) -> None:
        if everything:
            shorts = [i for i in self.held if self.entries[i].kind is Kind.SHORT]
            if shorts and self._is_list(shorts):
                self.body.paragraphs += self.held
            self.held = []

    def _end(self) -> None:
        """Short lines at the very end are furniture, unless they are items of a list or go on with a table."""
        while self.held and self.body.paragraphs:
            last = self.body.paragraphs[-1]
            if self.held[0] != last + 1 or not follows_values(self.entries[self.held[0]], self.entries[last]):
                break
            self.body.paragraphs.append(self.held.pop(0))
        beside = bool(self.held and self.body.paragraphs) and self.held[0] == self.body.paragraphs[-1] + 1
        if beside and self.entries[self.held[0]].units >= _LONGER_THAN_HEADLINES:
            # A last sentence may want its full stop.
            self.body.paragraphs.append(self.held.pop(0))
        shorts = [i for i in self.held if self.entries[i].kind is Kind.SHORT]
        if shorts and self._is_list(shorts):
            self.body.paragraphs += self.held
        elif not self.body.paragraphs:
            self.body.paragraphs += shorts
        else:
            self.body.signoffs += shorts[:3]


def read_body(entries: list[Entry], start: int, title: list[str], authors: Iterable[str] = ()) -> Body:
    """The article's paragraphs from `start` on.

    `title` are the keys of the headline's forms, to be left out; `authors` the names found above the article, which
    head the notes about them below it.
    """
    return _Reader(entries, title, frozenset(authors)).read(start)
