"""What stands above an article: site, section, headline, standfirst, byline."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from enrich import sections
from ingest.readers.bylines import Byline
from ingest.readers.text import headline as headlines
from ingest.readers.text.beginning import body_start, headline_like, past_meta
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.headline import Cluster
from ingest.readers.text.known import is_name
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.people import byline_of, is_role, names_in, unspaced_name
from ingest.readers.text.prefixes import domain, same_name, trim
from ingest.readers.text.vocabulary import normalise, unspaced, vocabulary

_NEAR = 60
# What the BBC's pages say of a picture: its credit, then what it shows.
_ALTERNATIVE = re.compile(
    r"(?:PA Media|Getty Images|Reuters|AFP|EPA|AP|PA|Shutterstock|Alamy|NASA|BBC|Handout|Supplied|Google)\s(?!said)\w"
)
_BACK_HOME = re.compile(r"^([^-–|]{3,40}?) [-–|] (?:back to home|home|homepage|zur startseite|accueil|inicio)$", re.I)
_SCORE = re.compile(r"\w\s+\d{1,3}\s?[-–:]\s?\d{1,3}(?:\s+\w|$)")


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


def read_head(entries: list[Entry], source: str | None) -> Head:
    """Site, section, headline, standfirst and bylines above the article, and where it begins."""
    start = body_start(entries)
    if start == len(entries):
        return _without_paragraphs(entries, source)
    start = past_meta(entries, start)
    head = Head(start)
    _menus(entries, start)
    _site_and_sections(entries, head, source)
    taken = {position for _, position in head.sections} | ({head.site[1]} if head.site else set())
    site = head.site[0] if head.site else None
    candidates = []
    post = _first_post(entries, -1, start)
    # A title at the very top and the headline right above the article: what lies between in a long page is menus.
    for i in range(start) if start <= 2 * _NEAR else (*range(_NEAR), *range(start - _NEAR, start)):
        entry = entries[i]
        if entry.kind is Kind.CRUMBS and entry.steps and len(entry.steps[-1].split()) >= 5:
            candidates.append((i, entry, trim(entry.steps[-1], site, source)))
        elif i not in taken and i not in post and _candidate(entry, start - i):
            candidates.append((i, entry, trim(entry.text, site, source)))
    body = " ".join(entry.text for entry in entries[start : start + 8] if entry.kind is Kind.PARAGRAPH)
    meta = _above_meta(entries, [i for i, _, _ in candidates], start)
    head.cluster = headlines.choose(headlines.clusters(candidates), body, start, meta)
    if head.cluster:
        first = min(head.cluster.positions)
        if not head.sections and first and _general_section(entries[first - 1]) and not _in_menu(entries, first - 1):
            head.sections.append((entries[first - 1].text, first - 1))
        head.sections.sort(
            key=lambda found: (
                entries[found[1]].kind is not Kind.CRUMBS,
                _is_format(found[0]),
                abs(found[1] - first),
            )
        )
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
            if entry.kind is Kind.DATE or (entry.own and (byline_of(entry) is not None or names_in(entry.text))):
                first = order
                while first and candidates[first - 1] == candidates[first] - 1:
                    first -= 1
                found.add(candidates[first] if order - first < 3 else i)
                break
            if entry.own:
                break
    return frozenset(found)


def _candidate(entry: Entry, distance: int) -> bool:
    if entry.block.heading and entry.own:
        return True
    if not headline_like(entry):
        return False
    if entry.units <= 12 and (
        byline_of(entry) is not None or (distance < 9 and entry.units <= 3 and is_name(entry.text))
    ):
        return False
    return domain(entry.text) is None


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
            # What comes again is the article's own section, below the menu, and so is what follows it.
            again = next((k for k, key in enumerate(texts) if key in texts[:k]), len(run))
            keep = (
                run[-1]
                if texts.count(texts[-1]) > 1 or (entries[run[-1]].block.gap and not entries[run[-2]].block.gap)
                else -1
            )
            for j in run:
                if j != keep and entries[j].kind is Kind.SHORT and run.index(j) < again:
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
    for i, entry in enumerate(entries[: min(head.end, 20)]):
        if entry.own and (match := _BACK_HOME.match(entry.text)):
            head.site = (match[1], i)
            break
    if shorts[1:] and not head.site and (name := _before_tagline(entries, shorts)):
        head.site = (name, shorts[0])
    known = next(
        (i for i in shorts[:12] if entries[i].units <= 4 and _known_site(entries[i].text) and i + 1 < head.end), None
    )
    if known is not None and not any(entries[i].units > 4 for i in shorts if i < known):
        head.site = (entries[known].text, known)
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
            and (entries[i].units <= 4 or (entries[i].units <= 6 and _section_next(entries, shorts)))
            and len(shorts) > 1
            and not _section_alone(entries, shorts)
        ):
            others = [j for j in shorts[1:] if entries[j].units >= 4]
            if (others and not is_name(text) and byline_of(entries[i]) is None and not entries[i].stop) or (
                others and is_name(text) and (i == 0 or entries[i + 1].kind in _SITE_MENU)
            ):
                head.site = (text, i)
    for i in shorts:
        entry = entries[i]
        if entry.units <= 6 and (not head.site or head.site[1] != i) and sections.lookup(entry.text):
            head.sections.append((entry.text, i))


def _before_tagline(entries: list[Entry], shorts: list[int]) -> str | None:
    """The site of a first line such as "Northfield Courier | Local news since 1884"."""
    text = entries[shorts[0]].text
    name, sign, tagline = (part.strip() for part in text.partition("|"))
    if not sign or not 1 <= len(words := name.split()) <= 4 or not all(word[0].isupper() for word in words):
        return None
    rest = tagline.split()
    if not 3 <= len(rest) <= 9 or not tagline[0].isalpha() or not any(word[0].islower() for word in rest):
        return None
    if sections.lookup(name) or vocabulary().label("any", normalise(name)) or find_publisher(tagline):
        return None
    others = [i for i in shorts[1:] if byline_of(entries[i]) is None]
    return name if others and not any(same_name(name, entries[i].text) for i in others) else None


def _section_next(entries: list[Entry], shorts: list[int]) -> bool:
    """Whether the second short line is a section, so that the first, though long, is the site above it."""
    return len(shorts) > 2 and sections.lookup(entries[shorts[1]].text) is not None


def _section_alone(entries: list[Entry], shorts: list[int]) -> bool:
    """Whether the first line is a section and not a site with such a name ("Flash News" above "World")."""
    first, second = entries[shorts[0]], entries[shorts[1]]
    if sections.lookup(first.text) is None:
        return False
    if not _is_format(first.text):
        return True
    return first.units < 2 or second.units > 4 or sections.lookup(second.text) is None


def _in_menu(entries: list[Entry], i: int) -> bool:
    """Whether two lines of menu stand right above, so that this one is its last."""
    above = entries[i - 3 : i] if i >= 3 else []
    return bool(above) and all(e.units <= 2 and e.kind in (*_SITE_MENU, Kind.SHORT) for e in above)


def _is_format(label: str) -> bool:
    """Whether a label says how something is told ("Live", "Video") rather than what it is about."""
    found = sections.lookup(label)
    return found is not None and found.name in _FORMATS


_FORMATS = frozenset(["Live", "Video", "Gallery", "Podcast", "Breaking", "News", "Interview", "Reportage", "Analysis"])


def _general_section(entry: Entry) -> bool:
    """Whether a line such as "News" right above the headline is its section, though it may be a menu's word as well."""
    return (
        entry.kind is Kind.FURNITURE
        and entry.units <= 3
        and sections.lookup(entry.text) is not None
        and not vocabulary().label("home", entry.key)
    )


def _known_site(text: str) -> bool:
    found = find_publisher(text)
    if found is None or found.agency:
        return False
    # "EL PAÍS" is a newspaper, though newspapers have a section of that name.
    return sections.lookup(text) is None or (" " in text and not found.ambiguous and text.isupper())


_SITE_MENU = (Kind.FURNITURE, Kind.PROMPT, Kind.MENU, Kind.CRUMBS, Kind.LIST)
_HOMES = frozenset(
    map(normalise, ("home", "homepage", "news", "ballina", "kreu", "startseite", "accueil", "inicio", "portada"))
)


def _below_headline(entries: list[Entry], head: Head, taken: set[int], source: str | None) -> None:
    """What stands between the headline and the article: standfirst, byline, and the article's first subheading."""
    last = max(head.cluster.positions) if head.cluster else -1
    first = min(head.cluster.positions) if head.cluster else 0
    own = set(head.cluster.positions) if head.cluster else set()
    post = _first_post(entries, last, head.end)
    for i in range(head.end):
        entry = entries[i]
        if i in own or i in taken:
            continue
        if entry.kind is Kind.DATE:
            for step in entry.steps:
                _add_byline(entries, head, i, step)
        elif entry.kind is Kind.SIGNOFF:
            _add_byline(entries, head, i, entry.text)
        elif i in post:
            head.body.append(i)
        elif entry.own:
            if entry.units <= 24 and _add_byline(entries, head, i, entry.text):
                continue
            if i > last and head.cluster is not None:
                _placed(entries, head, i)
            elif first and i < first and entry.kind in (Kind.PARAGRAPH,):
                continue
    if len(head.points) > 1 and not any(_ALTERNATIVE.match(entries[i].text) for i in head.points):
        head.body = sorted([*head.points, *head.body])
    else:
        head.captions += head.points
    for i in head.captions:
        entries[i].kind = Kind.CAPTION


def _first_post(entries: list[Entry], last: int, end: int) -> range:
    """In a live blog the time and the title of the first post stand above the first paragraph."""
    if not any(entry.kind is Kind.TIME for entry in entries[end:]):
        return range(0)
    at = end - 1
    while at > last and entries[at].kind is Kind.SHORT and end - at <= 3:
        at -= 1
    return range(at, end) if at > last and entries[at].kind is Kind.TIME else range(0)


def _placed(entries: list[Entry], head: Head, i: int) -> None:
    entry = entries[i]
    meta_after = any(e.kind is Kind.DATE for e in entries[i + 1 : head.end]) or any(
        e.own and (byline_of(e) or is_name(e.text)) for e in entries[i + 1 : head.end] if e.units <= 12
    )
    around = [entries[j] for j in (_beside(entries, i, -1), _beside(entries, i, 1)) if 0 <= j < len(entries)]
    people = () if head.bylines else names_in(entry.text)
    if not people and any(e.kind is Kind.DATE for e in around) and unspaced_name(entry.text):
        people = (entry.text.replace("\u3000", " "),)
    title = max(head.cluster.positions) if head.cluster else 0
    alone = (
        i == head.end - 1
        and not entry.text.isupper()
        and sections.lookup(entry.text) is None
        and any(e.kind is Kind.DATE for e in entries[title:i])
    )
    if people and (meta_after or alone or any(e.kind is Kind.DATE or is_role(e) for e in around)):
        head.bylines.append((Byline(entry.text, people), i))
        return
    if is_role(entry) and entry.units <= 8 and head.bylines:
        return
    if head.standfirst and i + 1 < len(entries) and entries[i + 1].kind is Kind.CREDIT and i + 1 < head.end:
        head.captions.append(i)
        return
    if entry.kind is not Kind.SHORT:
        if meta_after and len(head.standfirst) < 2:
            head.standfirst.append(i)
        elif not meta_after:
            head.body.append(i)
        return
    last = max(head.cluster.positions) if head.cluster else -1
    if _SCORE.search(entry.text) and i == head.end - 1:
        head.body.append(i)
        return
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
        and around[0].kind is not Kind.DATE
        and not is_name(entry.text)
        and _known_none(entry.text)
    ):
        head.body.append(i)


def _beside(entries: list[Entry], i: int, step: int) -> int:
    """The neighbour of an entry, buttons and counters left out."""
    i += step
    while 0 < i < len(entries) - 1 and entries[i].kind in (Kind.FURNITURE, Kind.PROMPT, Kind.COMMENTS):
        i += step
    return i


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
    if (
        len(own) == 1
        and _candidate(entries[own[0]], 1)
        and (entries[own[0]].units >= 4 or unspaced(entries[own[0]].text[0]))
    ):
        # One line that does not end as sentences do is a headline without an article.
        head.cluster = headlines.choose(
            headlines.clusters([(own[0], entries[own[0]], trim(entries[own[0]].text, None, source))]), "", 1
        )
        own = []
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
