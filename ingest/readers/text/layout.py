"""Where the article is among its furniture: which blocks stand above it, and which of the rest are its paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from enrich import sections
from ingest.readers.bylines import Byline
from ingest.readers.text import headline as headlines
from ingest.readers.text.furniture import HOME, Entry, Kind
from ingest.readers.text.headline import Cluster
from ingest.readers.text.known import byline as find_byline
from ingest.readers.text.known import is_name
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.prefixes import domain, same_name, trim
from ingest.readers.text.vocabulary import normalise, unspaced, vocabulary

_META = (Kind.DATE, Kind.SOURCE)
_LONGEST_HEADLINE = 45
_NEAR = 60
_AND = re.compile(r",\s(?:and\s)?|\s(?:and|und|et|y|e|dhe|и|та|och|og|en|&)\s")


@dataclass(slots=True)
class Head:
    """What stands above the article. Numbers are positions in the list of entries."""

    end: int
    cluster: Cluster | None = None
    site: tuple[str, int] | None = None
    sections: list[tuple[str, int]] = field(default_factory=list)
    standfirst: list[int] = field(default_factory=list)
    bylines: list[tuple[Byline, int]] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    captions: list[int] = field(default_factory=list)


def byline_of(entry: Entry, text: str | None = None) -> Byline | None:
    """The byline that a block is, if its form admits one."""
    text = entry.text if text is None else text
    if entry.units > 24 or len(text) > 200:
        return None
    return find_byline(text)


def _headline_like(entry: Entry) -> bool:
    if entry.units > _LONGEST_HEADLINE or not entry.own:
        return False
    if entry.kind is Kind.SHORT:
        return entry.units >= 2 or unspaced(entry.text[0]) or bool(entry.block.heading)
    if entry.text.endswith(("?", "!", "”", "»", '"', "’", "…", "...", "؟", "？", "！", "」", "“", "'")):
        return entry.units <= 32
    return False


def body_start(entries: list[Entry]) -> int:
    """The position of the first paragraph of the article."""
    seen = False
    own = [i for i, entry in enumerate(entries) if entry.own]
    for order, i in enumerate(own):
        entry = entries[i]
        following = own[order + 1] if order + 1 < len(own) else None
        if entry.kind is Kind.PARAGRAPH:
            if entry.block.heading or (entry.units <= _LONGEST_HEADLINE and _repeated(entries, own, order)):
                entry.kind, seen = Kind.SHORT, True
                continue
            if not seen and following is not None and _headline_like(entry) and order < 6:
                entry.kind, seen = Kind.SHORT, True
                continue
            return i
        if entry.kind is Kind.SENTENCE:
            if entry.text.endswith(("…", "...")) and order < 8 and _repeated(entries, own, order):
                entry.kind, seen = Kind.SHORT, True
                continue
            later = [entries[j] for j in own[order + 1 : order + 3]]
            if seen and later and later[0].kind is Kind.PARAGRAPH and not _meta_between(entries, i, own[order + 1]):
                return i
            if any(e.kind is Kind.PARAGRAPH for e in (entries[j] for j in own[order + 1 :])):
                seen = seen or _headline_like(entry)
                continue
            if order == 0 and later and not (later[0].own and later[0].kind is Kind.SENTENCE) and _headline_like(entry):
                seen = True
                continue
            return i
        if entry.units >= 3:
            seen = True
    return len(entries)


def _repeated(entries: list[Entry], own: list[int], order: int) -> bool:
    """Whether a block stands there again, whole or cut short, once or twice, within a few lines: as headlines do."""
    key = headlines.key_of(entries[own[order]].text)
    near = [*own[max(0, order - 4) : order], *own[order + 1 : order + 6]]
    return 1 <= sum(headlines.same(key, headlines.key_of(entries[j].text)) for j in near) <= 3


def _meta_between(entries: list[Entry], start: int, end: int) -> bool:
    return any(
        entry.kind in _META or (entry.kind is Kind.SHORT and byline_of(entry)) for entry in entries[start + 1 : end]
    )


def read_head(entries: list[Entry], source: str | None) -> Head:
    """Site, section, headline, standfirst and bylines above the article, and where it begins."""
    start = body_start(entries)
    if start == len(entries):
        return _without_paragraphs(entries, source)
    start = _past_meta(entries, start)
    head = Head(start)
    _menus(entries, start)
    _site_and_sections(entries, head, source)
    taken = {position for _, position in head.sections} | ({head.site[1]} if head.site else set())
    site = head.site[0] if head.site else None
    candidates = []
    # A title at the very top and the headline right above the article: what lies between in a long page is menus.
    for i in range(start) if start <= 2 * _NEAR else (*range(_NEAR), *range(start - _NEAR, start)):
        entry = entries[i]
        if entry.kind is Kind.CRUMBS and entry.steps and len(entry.steps[-1].split()) >= 5:
            candidates.append((i, entry, trim(entry.steps[-1], site, source)))
        elif i not in taken and _candidate(entry, start - i):
            candidates.append((i, entry, trim(entry.text, site, source)))
    body = " ".join(entry.text for entry in entries[start : start + 8] if entry.kind is Kind.PARAGRAPH)
    meta = _above_meta(entries, [i for i, _, _ in candidates], start)
    head.cluster = headlines.choose(headlines.clusters(candidates), body, start, meta)
    if head.cluster:
        first = min(head.cluster.positions)
        if not head.sections and first and _general_section(entries[first - 1]):
            head.sections.append((entries[first - 1].text, first - 1))
        head.sections.sort(key=lambda found: (entries[found[1]].kind is not Kind.CRUMBS, abs(found[1] - first)))
    if head.cluster and head.cluster.units < 3 and not head.cluster.heading and len(head.cluster.positions) == 1:
        text = entries[head.cluster.positions[0]].text
        if not unspaced(text[0]) and (head.cluster.units == 1 or is_name(text)):
            head.cluster = None
    _below_headline(entries, head, taken, source)
    return head


def _above_meta(entries: list[Entry], candidates: list[int], start: int) -> frozenset[int]:
    """Which candidates have a byline or date right below, furniture aside; of two or three in a row the first has."""
    found = set()
    for order, i in enumerate(candidates):
        for entry in entries[i + 1 : min(start, i + 5)]:
            if entry.kind is Kind.DATE or (entry.own and (byline_of(entry) is not None or _names(entry.text))):
                first = order
                while first and candidates[first - 1] == candidates[first] - 1:
                    first -= 1
                found.add(candidates[first] if order - first < 3 else i)
                break
            if entry.own:
                break
    return frozenset(found)


def _names(text: str) -> tuple[str, ...]:
    """The people of a line that is nothing but names, with or without where they are: "Ann Lee and Bo Li in Rome"."""
    if is_name(text):
        return (text,)
    if len(text) > 120 or text[-1:] in ".!?:":
        return ()
    people, _, place = text.partition(" in ")
    parts = _AND.split(people)
    if (place and not place[:1].isupper()) or len(parts) + bool(place) < 2 or not all(is_name(part) for part in parts):
        return ()
    return tuple(parts)


def _candidate(entry: Entry, distance: int) -> bool:
    if entry.block.heading and entry.own:
        return True
    if not _headline_like(entry):
        return False
    if entry.units <= 12 and (
        byline_of(entry) is not None or (distance < 9 and entry.units <= 3 and is_name(entry.text))
    ):
        return False
    return domain(entry.text) is None


def _past_meta(entries: list[Entry], start: int) -> int:
    """If a byline or date follows the first sentences, those are a standfirst and the article begins below."""
    if not any(_headline_like(entry) for entry in entries[:start]):
        return start
    above = any(entry.kind is Kind.DATE or (entry.kind is Kind.SHORT and byline_of(entry)) for entry in entries[:start])
    sentences = 0
    for i in range(start, min(start + 7, len(entries))):
        entry = entries[i]
        if entry.kind in (Kind.PARAGRAPH, Kind.SENTENCE):
            byline = byline_of(entry) if entry.units <= 14 else None
            if byline is None:
                sentences += 1
                if sentences > 2 or entry.units > 70:
                    return start
                continue
        meta = entry.kind is Kind.DATE or (entry.own and entry.units <= 16 and byline_of(entry) is not None)
        if not meta and entry.kind is Kind.SHORT and is_name(entry.text):
            after = entries[i + 1] if i + 1 < len(entries) else None
            meta = after is not None and (after.kind is Kind.DATE or _role(after))
        if meta:
            if above and entry.kind is Kind.DATE and not sentences:
                return start
            end = i + 1
            while end < len(entries) and entries[end].kind not in (Kind.PARAGRAPH, Kind.SENTENCE):
                if entries[end].kind in (Kind.LIST, Kind.COMMENTS):
                    return start
                end += 1
            rest = sum(e.kind is Kind.PARAGRAPH for e in entries[end:])
            return end if rest >= 1 and end < len(entries) and rest >= sentences else start
        if entry.kind in (Kind.LIST, Kind.RELATED, Kind.COMMENTS, Kind.TAGS):
            return start
    return start


def _role(entry: Entry) -> bool:
    if entry.units > 9 or entry.kind is not Kind.SHORT:
        return False
    words = vocabulary()
    parts = entry.key.replace(",", " ,").split(" ")
    return any(
        words.label("role", " ".join(parts[i:j]))
        for i in range(len(parts))
        for j in range(i + 1, min(i + 4, len(parts) + 1))
    )


def _menus(entries: list[Entry], start: int) -> None:
    """Runs of four and more names of sections and pages, a line each, are a menu."""
    run: list[int] = []
    for i in range(start + 1):
        entry = entries[i] if i < start else None
        if (
            entry is not None
            and entry.units <= 4
            and (
                entry.kind in (Kind.FURNITURE, Kind.LIST, Kind.MENU, Kind.PROMPT)
                or (entry.kind is Kind.SHORT and sections.lookup(entry.text) is not None)
            )
        ):
            run.append(i)
            continue
        if sum(entries[j].kind is Kind.SHORT for j in run) >= 4:
            texts = [entries[j].key for j in run]
            # The last may be the article's own section again, below the menu.
            keep = (
                run[-1]
                if texts.count(texts[-1]) > 1 or (entries[run[-1]].block.gap and not entries[run[-2]].block.gap)
                else -1
            )
            for j in run:
                if j != keep and entries[j].kind is Kind.SHORT:
                    entries[j].kind = Kind.MENU
        run = []


def _site_and_sections(entries: list[Entry], head: Head, source: str | None) -> None:
    shorts = [i for i in range(head.end) if entries[i].kind is Kind.SHORT]
    for i in range(head.end):
        entry = entries[i]
        if entry.kind is Kind.CRUMBS:
            steps = [step for step in entry.steps if sections.lookup(step) and normalise(step) not in _HOMES]
            if steps:
                head.sections.append((steps[-1], i))
    for order, i in enumerate(shorts[:4]):
        text = entries[i].text
        if entries[i].units > 6 or head.site:
            continue
        if (
            same_name(text, source)
            or domain(text)
            or (entries[i].units <= 5 and _known_site(text) and i + 1 < head.end)
        ):
            head.site = (text, i)
        elif (
            order == 0
            and not any(e.own or e.kind is Kind.CRUMBS for e in entries[:i])
            and entries[i].units <= 4
            and len(shorts) > 1
            and not _section_alone(entries, shorts)
        ):
            others = [j for j in shorts[1:] if entries[j].units >= 4]
            if (others and not is_name(text) and byline_of(entries[i]) is None and not entries[i].stop) or (
                others and is_name(text) and i == 0
            ):
                head.site = (text, i)
    for i in shorts:
        entry = entries[i]
        if entry.units <= 6 and (not head.site or head.site[1] != i) and sections.lookup(entry.text):
            head.sections.append((entry.text, i))


def _section_alone(entries: list[Entry], shorts: list[int]) -> bool:
    """Whether the first line is a section and not a site with such a name ("Flash News" above "World")."""
    first, second = entries[shorts[0]], entries[shorts[1]]
    if sections.lookup(first.text) is None:
        return False
    return first.units < 2 or second.units > 4 or sections.lookup(second.text) is None


def _general_section(entry: Entry) -> bool:
    """Whether a line such as "News" right above the headline is its section, though it may be a menu's word as well."""
    return (
        entry.kind is Kind.FURNITURE
        and entry.units <= 3
        and sections.lookup(entry.text) is not None
        and entry.key not in HOME
    )


def _known_site(text: str) -> bool:
    found = find_publisher(text)
    return found is not None and not found.agency and sections.lookup(text) is None


_HOMES = frozenset(
    map(normalise, ("home", "homepage", "news", "ballina", "kreu", "startseite", "accueil", "inicio", "portada"))
)


def _below_headline(entries: list[Entry], head: Head, taken: set[int], source: str | None) -> None:
    """What stands between the headline and the article: standfirst, byline, and the article's first subheading."""
    last = max(head.cluster.positions) if head.cluster else -1
    first = min(head.cluster.positions) if head.cluster else 0
    own = set(head.cluster.positions) if head.cluster else set()
    live = sum(entry.kind is Kind.TIME for entry in entries[head.end :]) >= 1
    for i in range(head.end):
        entry = entries[i]
        if i in own or i in taken:
            continue
        if entry.kind is Kind.DATE:
            for step in entry.steps:
                _add_byline(entries, head, i, step)
        elif entry.kind is Kind.SIGNOFF:
            _add_byline(entries, head, i, entry.text)
        elif entry.kind is Kind.TIME and live and i == head.end - 1:
            head.body.append(i)
        elif entry.own:
            if entry.units <= 24 and _add_byline(entries, head, i, entry.text):
                continue
            if i > last and head.cluster is not None:
                _placed(entries, head, i)
            elif first and i < first and entry.kind in (Kind.PARAGRAPH,):
                continue
    if len(head.points) > 1:
        head.body = sorted([*head.points, *head.body])
    else:
        head.captions += head.points
    for i in head.captions:
        entries[i].kind = Kind.CAPTION


def _placed(entries: list[Entry], head: Head, i: int) -> None:
    entry = entries[i]
    meta_after = any(e.kind is Kind.DATE for e in entries[i + 1 : head.end]) or any(
        e.own and (byline_of(e) or is_name(e.text)) for e in entries[i + 1 : head.end] if e.units <= 12
    )
    around = [entries[j] for j in (i - 1, i + 1) if 0 <= j < len(entries)]
    if not head.bylines and (people := _names(entry.text)):
        if any(e.kind is Kind.DATE or _role(e) for e in around) or meta_after:
            head.bylines.append((Byline(entry.text, people), i))
            return
    if _role(entry) and entry.units <= 8 and head.bylines:
        return
    if entry.kind is not Kind.SHORT:
        if meta_after and len(head.standfirst) < 2:
            head.standfirst.append(i)
        elif not meta_after:
            head.body.append(i)
        return
    last = max(head.cluster.positions) if head.cluster else -1
    if entry.units >= 5 and any(e.kind is Kind.DATE for e in entries[last + 1 : i]):
        # Below byline and date stand captions, or the points of a summary.
        (head.points if not meta_after else head.captions).append(i)
        return
    if entry.units >= 6:
        if not head.standfirst:
            head.standfirst.append(i)
        return
    if (
        not meta_after
        and i == head.end - 1
        and entry.units >= 2
        and not is_name(entry.text)
        and _known_none(entry.text)
    ):
        head.body.append(i)


def _known_none(text: str) -> bool:
    return find_publisher(text) is None


def _add_byline(entries: list[Entry], head: Head, i: int, text: str) -> bool:
    found = byline_of(entries[i], text)
    if found is None and entries[i].kind is Kind.DATE and is_name(text):
        found = Byline(text, (text,))
    if found is None:
        return False
    head.bylines.append((found, i))
    return True


def _without_paragraphs(entries: list[Entry], source: str | None) -> Head:
    """Nothing reads as a paragraph: a headline and one line, a list, or a single line."""
    own = [i for i, entry in enumerate(entries) if entry.own]
    head = Head(len(entries))
    if len(own) > 1:
        _site_and_sections(entries, head, source)
        taken = {position for _, position in head.sections} | ({head.site[1]} if head.site else set())
        rest = [i for i in own if i not in taken]
        candidates = [
            (i, entries[i], trim(entries[i].text, head.site[0] if head.site else None, source))
            for i in rest
            if _candidate(entries[i], 1)
        ]
        if taken or any(entries[i].kind is Kind.DATE for i in range(len(entries))):
            head.cluster = headlines.choose(headlines.clusters(candidates), "", len(entries))
        elif (repeated := headlines.clusters(candidates)) and len(repeated[0].positions) > 1:
            head.cluster = repeated[0]
        own = [i for i in rest if not head.cluster or i not in head.cluster.positions]
    head.body = own
    return head


@dataclass(slots=True)
class Body:
    """What the article's part of the text holds, by position: its paragraphs, and what goes to other fields."""

    paragraphs: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    signoffs: list[int] = field(default_factory=list)
    dates: list[int] = field(default_factory=list)


class _Reader:
    """Goes down the article once, keeping, dropping, or holding short lines until it is clear what they belong to."""

    def __init__(self, entries: list[Entry], title: list[str]) -> None:
        self.entries, self.title = entries, title
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
                if headlines.key_of(entry.text) in self.title:
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
        if any(headlines.same(headlines.key_of(entry.text), key) for key in self.title):
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
            self._drop_held(len(self.held) > 2)
            self.skipping, self.dropped = kind, []
        elif kind is Kind.COMMENTS:
            self._drop_held(len(self.held) > 2)
            if self._comments_follow(i):
                return True
        elif kind is Kind.COPYRIGHT and self.words and self.skipping:
            self.skipping = Kind.LIST
        return False

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
        if not held:
            return
        shorts = [i for i in held if self.entries[i].kind is Kind.SHORT]
        if len(shorts) >= 3 and not self._is_list(shorts):
            held = held[-1:] if self.entries[held[-1]].units <= 9 else []
        elif len(held) - len(shorts) >= 2 and shorts:
            times = [i for i in held if self.entries[i].kind is Kind.TIME]
            held = [i for i in held if i >= times[-1]]
        self.body.paragraphs += held

    def _is_list(self, held: list[int]) -> bool:
        """Items of a list within the article: bulleted, numbered, announced by a colon, or lines of a dialogue."""
        texts = [self.entries[i].text for i in held]
        marked = sum(text[0] in "-–—•*·●▪◦►✔✅" or text[:3].rstrip(" .):")[:2].isdigit() for text in texts)
        if marked >= len(texts) * 0.7:
            return True
        before = self.body.paragraphs[-1] if self.body.paragraphs else None
        if before is not None and self.entries[before].text.rstrip().endswith((":", "：", ";", ",")):
            return True
        ending = sum(text.rstrip().endswith((";", ",", ":", "–", "—")) for text in texts)
        if ending >= len(texts) * 0.6:
            return True
        return all(self.entries[i].units <= 30 and "?" in text[-3:] for i, text in zip(held, texts, strict=True))

    def _drop_held(self, everything: bool = True) -> None:
        if everything:
            shorts = [i for i in self.held if self.entries[i].kind is Kind.SHORT]
            if shorts and self._is_list(shorts):
                self.body.paragraphs += self.held
            self.held = []

    def _end(self) -> None:
        """Short lines at the very end are furniture, unless they are the items of a list."""
        shorts = [i for i in self.held if self.entries[i].kind is Kind.SHORT]
        if shorts and self._is_list(shorts):
            self.body.paragraphs += self.held
        elif not self.body.paragraphs:
            self.body.paragraphs += shorts
        else:
            self.body.signoffs += shorts[:3]


def read_body(entries: list[Entry], start: int, title: list[str]) -> Body:
    """The article's paragraphs from `start` on; `title` are the keys of the headline's forms, to be left out."""
    return _Reader(entries, title).read(start)


def mentions_role(text: str) -> bool:
    """Whether a text says that somebody is a journalist, as notes about an author do."""
    words = vocabulary()
    parts = normalise(text[:400]).replace(",", " ").replace(".", " ").split()
    return any(words.label("role", " ".join(parts[i:j])) for i in range(len(parts)) for j in (i + 1, i + 2))
