"""The site that a page is of, and the section that the article stands in."""

from __future__ import annotations

import re

from enrich import sections
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.known import is_name
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.menus import MENU_KINDS
from ingest.readers.text.parts import Head
from ingest.readers.text.people import byline_of
from ingest.readers.text.prefixes import domain, same_name
from ingest.readers.text.vocabulary import normalise, vocabulary

_FAR = 300
# "16 h ·", "3 d", "Yesterday at 14:05 ·": when a post in a network was made.
_POSTED = re.compile(
    r"^(?:\d{1,2}\s?(?:h|hrs?|m|min|d|w|std\.?|tag|ч|ч\.|мин|г|год|sa|dk|g|j|sem)\.?(?:\s?[·•].*)?|.{3,40}\s[·•])$",
    re.I,
)
_BACK_HOME = re.compile(r"^([^-–|]{3,40}?) [-–|] (?:back to home|home|homepage|zur startseite|accueil|inicio)$", re.I)

_FORMATS = frozenset(["Live", "Video", "Gallery", "Podcast", "Breaking", "News", "Interview", "Reportage", "Analysis"])

_HOMES = frozenset(
    map(normalise, ("home", "homepage", "news", "ballina", "kreu", "startseite", "accueil", "inicio", "portada"))
)


def site_and_sections(entries: list[Entry], head: Head, source: str | None) -> None:
    shorts = [i for i in range(head.end) if entries[i].kind is Kind.SHORT]
    for i in range(head.end):
        entry = entries[i]
        if entry.kind is Kind.CRUMBS:
            steps = [step for step in entry.steps if sections.lookup(step) and normalise(step) not in _HOMES]
            if steps:
                head.sections.append((steps[-1], i))
            # "Gazette » Culture » …"
            first = entry.steps[0]
            plain = not sections.lookup(first) and not vocabulary().label("home", normalise(first))
            if len(entry.steps) > 2 and not head.site and plain and vocabulary().names_paper(normalise(first)):
                head.site = (first, i)
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
    if shorts and not head.site and (at := _agency_at_top(entries, shorts)) is not None:
        head.site = (entries[at].text, at)
    if shorts and not head.site and _page_name(entries, shorts[0]):
        head.site = (entries[shorts[0]].text, shorts[0])
    for order, i in enumerate(shorts[:4]):
        text = entries[i].text
        if entries[i].units > 6 or head.site:
            continue
        if (
            same_name(text, source)
            or domain(text)
            or (
                entries[i].units <= 5
                and _known_site(text)
                and i + 1 < head.end
                and not any(entries[j].units > 5 for j in shorts[:order])
            )
        ):
            head.site = (text, i)
        elif (
            order == 0
            and not any(e.own or e.kind is Kind.CRUMBS for e in entries[:i])
            and (entries[i].units <= 4 or (entries[i].units <= 6 and _section_next(entries, shorts)))
            and len(shorts) > 1
            and not _section_alone(entries, shorts)
            and vocabulary().label("general", entries[i].key) is None
        ):
            others = [j for j in shorts[1:] if entries[j].units >= 4]
            if (others and not is_name(text) and byline_of(entries[i]) is None and not entries[i].stop) or (
                others and is_name(text) and (i == 0 or entries[i + 1].kind in MENU_KINDS)
            ):
                head.site = (text, i)
    # Between the top and what is near the headline a very long page has only menus.
    for i in shorts if len(shorts) <= 2 * _FAR else (*shorts[:_FAR], *shorts[-_FAR:]):
        entry = entries[i]
        if entry.units <= 6 and (not head.site or head.site[1] != i) and sections.lookup(entry.text):
            head.sections.append((entry.text, i))


def _page_name(entries: list[Entry], first: int) -> bool:
    """Whether the first line is a page's name: a newspaper's by its noun, a page's in a network, a channel's."""
    entry = entries[first]
    if (
        entry.units > 5
        or entry.stop
        or any(sign in entry.text for sign in ":,;?!")
        or any(e.own or e.kind is Kind.CRUMBS for e in entries[:first])
    ):
        return False
    if sections.lookup(entry.text) or vocabulary().label("any", entry.key) or byline_of(entry) is not None:
        return False
    below = entries[first + 1] if first + 1 < len(entries) else None
    if below is not None and _POSTED.match(below.text):
        below.kind = Kind.DATE
        return True
    # "Subscribe to X"
    if len(entry.key) >= 5 and any(e.kind is Kind.PROMPT and entry.key in e.key for e in entries[first + 1 :]):
        return True
    if not all(word[0].isupper() or not word[0].islower() or len(word) < 4 for word in entry.text.split()):
        return False
    titled = any(e.own and e.units >= 3 and not e.stop for e in entries[first + 1 : first + 8])
    return entry.units <= 4 and titled and vocabulary().names_paper(entry.key)


def _agency_at_top(entries: list[Entry], shorts: list[int]) -> int | None:
    """An agency's name as the first line, with a menu, a section or a headline below it: its own page."""
    first = shorts[0]
    if len(shorts) < 2 or any(e.own or e.kind is Kind.CRUMBS for e in entries[:first]) or entries[first].units > 4:
        return None
    found = find_publisher(entries[first].text)
    if found is None or not found.agency or sections.lookup(entries[first].text):
        return None
    return first if any(entries[i].units >= 4 for i in shorts[1:]) else None


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
    if not is_format(first.text):
        return True
    return first.units < 2 or second.units > 4 or sections.lookup(second.text) is None


def is_format(label: str) -> bool:
    """Whether a label says how something is told ("Live", "Video") rather than what it is about."""
    found = sections.lookup(label)
    return found is not None and found.name in _FORMATS


def general_section(entry: Entry) -> bool:
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


def end_of_menu(entries: list[Entry], title: int, url: str | None) -> int | None:
    """The last word of a menu right above the headline where it is the article's section as well.

    It is if it stands apart from the menu's other sections, or comes again below the headline or in the address.
    """
    if title < 1 or (last := entries[title - 1]).kind is not Kind.MENU or last.units > 4 or last.steps:
        return None
    above = entries[title - 2] if title > 1 else None
    apart = above is not None and above.kind in (Kind.FURNITURE, Kind.PROMPT) and sections.lookup(above.text) is None
    again = any(entry.key == last.key for entry in entries[title + 1 :] if entry.units <= 4)
    tagged = any(last.key in map(normalise, re.split("[,;#]", e.value)) for e in entries if e.kind is Kind.TAGS)
    addressed = url is not None and f"/{last.key.replace(' ', '-')}/" in url.lower()
    return title - 1 if apart or again or tagged or addressed else None
