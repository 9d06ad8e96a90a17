"""Between headline and article: standfirst, byline, and the article's first subheading."""

from __future__ import annotations

import re

from enrich import sections
from ingest.readers.bylines import Byline
from ingest.readers.text import headline as headlines
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.known import is_name, is_person
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.parts import Head
from ingest.readers.text.people import byline_of, caseless_name, is_role, names_in, unspaced_name
from ingest.readers.text.prefixes import same_name

# What the BBC's pages say of a picture: its credit, then what it shows.
_ALTERNATIVE = re.compile(
    r"(?:PA Media|Getty Images|Reuters|AFP|EPA|AP|PA|Shutterstock|Alamy|NASA|BBC|Handout|Supplied|Google)\s(?!said)\w"
)
_POINTS = "-–—•*·●▪"
_FOR = re.compile(r"\s*(?:\s[-–—|/]\s|,\s|\s?\|\s?)")
SCORE = re.compile(r"\w\s+\d{1,3}\s?[-–:]\s?\d{1,3}(?:\s+\w|$)")


def below_headline(entries: list[Entry], head: Head, taken: set[int], source: str | None) -> None:
    """What stands between the headline and the article: standfirst, byline, and the article's first subheading."""
    last = max(head.cluster.positions) if head.cluster else -1
    first = min(head.cluster.positions) if head.cluster else 0
    own = set(head.cluster.positions) if head.cluster else set()
    post = first_post(entries, last, head.end)
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
            if head.site and (name := _of_the_site(entry.text, head.site[0])):
                head.bylines.append((Byline(entry.text, (name,)), i))
                continue
            if i > last and head.cluster is not None:
                _placed(entries, head, i)
            elif first and i < first and entry.kind in (Kind.PARAGRAPH,):
                continue
    if len(head.points) > 1 and not any(_ALTERNATIVE.match(entries[i].text) for i in head.points):
        head.body = sorted([*head.points, *head.body])
    elif len(head.points) == 1 and not head.standfirst and entries[head.points[0]].text[0] in '"“„«':
        head.standfirst = head.points
    else:
        head.captions += head.points
    if not head.bylines and first and is_person(entries[first - 1].text) and first - 1 not in taken:
        head.bylines.append((Byline(entries[first - 1].text, (entries[first - 1].text,)), first - 1))
    for i in head.captions:
        entries[i].kind = Kind.CAPTION


def _of_the_site(text: str, site: str) -> str | None:
    """Who wrote for the site itself: "Ana Lee - Harbour Post"."""
    name, _, publisher = _FOR.sub("\0", text, count=1).partition("\0")
    return name if publisher and same_name(publisher, site) and is_name(name) else None


def first_post(entries: list[Entry], last: int, end: int) -> range:
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
    if not people and not head.bylines and around[-1].kind is Kind.DATE and caseless_name(entry.text):
        # A place that stands there is named in the report as well; its author is not.
        body = " ".join(e.text for e in entries[head.end : head.end + 8])[:4000]
        people = (entry.text,) if entry.text not in body and find_publisher(entry.text) is None else ()
    title = max(head.cluster.positions) if head.cluster else 0
    alone = (
        i == head.end - 1
        and not entry.text.isupper()
        and sections.lookup(entry.text) is None
        and any(e.kind is Kind.DATE for e in entries[title:i])
    )
    # A name with nothing but buttons between it and the article, or that stands there twice.
    alone = alone or (_beside(entries, i, 1) >= head.end and len(people) == 1 and is_person(people[0]))
    placed = _beside(entries, i, -1)
    if len(people) == 1 and head.cluster and (placed in head.cluster.positions or placed in head.standfirst):
        alone = alone or is_person(people[0])
    alone = alone or any(e.text == entry.text for e in around)
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
    if SCORE.search(entry.text) and i == head.end - 1:
        head.body.append(i)
        return
    if entry.units >= 5 and any(e.kind is Kind.DATE for e in entries[last + 1 : i]):
        # Below byline and date stand captions, or the points of a summary.
        (head.points if not meta_after else head.captions).append(i)
        return
    if entry.units >= 6:
        # The points of a summary come together.
        if not head.standfirst or (entry.text[0] in _POINTS and entries[head.standfirst[-1]].text[0] in _POINTS):
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


def standfirst_below(entries: list[Entry], texts: dict[int, str], paragraphs: list[int], filed: bool) -> list[int]:
    """A standfirst below byline and date: a sentence or two above a dateline, or above a lead that says it again."""
    if len(paragraphs) < 3:
        return []
    first, second = paragraphs[:2]
    above, lead = entries[first], entries[second]
    if not (above.stop and 6 <= above.units <= 45) or lead.kind is not Kind.PARAGRAPH or not texts[first]:
        return []
    if above.text[0] in "-–—•*·\"“„«‘'" or texts[first] != above.text:
        return []
    dated = filed and texts[second] != lead.text
    again = above.units <= lead.units * 0.8 and headlines.overlap(above.text, lead.text) >= 0.65
    return [first] if dated or again else []
