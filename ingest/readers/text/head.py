"""What stands above an article: site, section, headline, standfirst, byline."""

from __future__ import annotations

import re

from ingest.readers.text import headline as headlines
from ingest.readers.text.beginning import body_start, headline_like, past_meta
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.known import is_name
from ingest.readers.text.menus import ends_menu, mark_runs
from ingest.readers.text.parts import Head
from ingest.readers.text.people import byline_of, names_in
from ingest.readers.text.prefixes import domain, trim
from ingest.readers.text.sites import general_section, is_format, site_and_sections
from ingest.readers.text.standfirst import SCORE, below_headline, first_post
from ingest.readers.text.vocabulary import normalise, unspaced, vocabulary

_NEAR = 60
# "Valdés CF 1 - Atlético Ebro 3"
_RESULT = re.compile(r"^\D{3,40}\s\d{1,3}\s?[-–:]\s?\D{3,40}\s\d{1,3}$")
_TWO_SENTENCES = re.compile(r"[.!?]\s+[^\W\d_a-z]")
_KICKER = 6
"""The most words that a line above a headline has, as far as it is none itself."""


def read_head(entries: list[Entry], source: str | None) -> Head:
    """Site, section, headline, standfirst and bylines above the article, and where it begins."""
    start = body_start(entries)
    if start == len(entries):
        return _without_paragraphs(entries, source)
    start = past_meta(entries, start)
    head = Head(start)
    mark_runs(entries, start)
    site_and_sections(entries, head, source)
    taken = {position for _, position in head.sections} | ({head.site[1]} if head.site else set())
    site = head.site[0] if head.site else None
    candidates = []
    post = first_post(entries, -1, start)
    # A title at the very top and the headline right above the article: what lies between in a long page is menus.
    for i in range(start) if start <= 2 * _NEAR else (*range(_NEAR), *range(start - _NEAR, start)):
        entry = entries[i]
        if entry.kind is Kind.CRUMBS and entry.steps and len(entry.steps[-1].split()) >= 5:
            candidates.append((i, entry, trim(entry.steps[-1], site, source)))
        elif i not in taken and i not in post and _candidate(entry, start - i):
            candidates.append((i, entry, trim(entry.text, site, source)))
    body = " ".join(entry.text for entry in entries[start : start + 8] if entry.kind is Kind.PARAGRAPH)
    meta = _above_meta(entries, [i for i, _, _ in candidates], start)
    places = _places(entries, [i for i, _, _ in candidates], start, meta)
    head.cluster = headlines.choose(headlines.clusters(candidates), body, start, meta, places)
    if head.cluster:
        first = min(head.cluster.positions)
        if not head.sections and first and general_section(entries[first - 1]) and not ends_menu(entries, first - 1):
            head.sections.append((entries[first - 1].text, first - 1))
        # "Exclusive" below a headline is a mark, not a section.
        head.sections = [
            (label, i) for label, i in head.sections if i < first or not vocabulary().label("any", normalise(label))
        ]
        head.sections.sort(
            key=lambda found: (
                entries[found[1]].kind is not Kind.CRUMBS,
                is_format(found[0]),
                abs(found[1] - first),
            )
        )
    if head.cluster and head.cluster.units < 3 and not head.cluster.heading and len(head.cluster.positions) == 1:
        text = entries[head.cluster.positions[0]].text
        if not unspaced(text[0]) and (head.cluster.units == 1 or is_name(text)):
            head.cluster = None
    below_headline(entries, head, taken, source)
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


def _places(entries: list[Entry], candidates: list[int], start: int, meta: frozenset[int]) -> dict[int, float]:
    """What the place of a candidate among the others says for or against it, in points."""
    points: dict[int, float] = {}
    barrier = None
    for i in range(candidates[0] + 1 if candidates else start, start):
        entry = entries[i]
        if not entry.own or entry.units > 16 or i in candidates:
            continue
        again = i + 1 < start and entries[i + 1].text == entry.text and is_name(entry.text)
        if byline_of(entry) is not None or again:
            barrier = i
            break
    for order, i in enumerate(candidates):
        entry = entries[i]
        # Below a byline stand summaries and captions.
        if barrier is not None and i > barrier:
            points[i] = -1.0
        if len(candidates) > 1 and (SCORE.search(entry.text) or _RESULT.match(entry.text)):
            points[i] = points.get(i, 0.0) - 1.0
        if order and entry.stop and entry.units >= 12 and _TWO_SENTENCES.search(entry.text):
            points[i] = points.get(i, 0.0) - 1.0
        # A kicker of a few words, the headline, and a standfirst of whole sentences above the byline.
        following = candidates[order + 1] if order + 1 < len(candidates) else None
        if following is None or not _adjoin(entries, i, following) or entry.block.heading:
            continue
        if 4 <= entry.units < entries[following].units >= 12:
            # A summary says more than the headline above it.
            points[i] = points.get(i, 0.0) + 0.5
        if entry.units <= 9 and vocabulary().label("loud", normalise(entry.text.split(" ")[0])) and not entry.stop:
            # "Interview mit …" above what was said.
            points[i] = points.get(i, 0.0) - 1.5
            points[following] = points.get(following, 0.0) + 1.2
            continue
        if i in meta and entry.units >= 4:
            points[i] = points.get(i, 0.0) + 0.6
        if entry.units > _KICKER:
            continue
        below = next((j for j in range(following + 1, start) if entries[j].own), None)
        if below is None or entries[following].kind is not Kind.SHORT or entries[following].units < 3:
            continue
        summary = entries[below]
        if summary.stop and summary.units >= 8 and (below != start - 1 or entries[below].kind is Kind.SHORT):
            points[i] = points.get(i, 0.0) - 1.2
            points[following] = points.get(following, 0.0) + 1.2
    return points


def _adjoin(entries: list[Entry], one: int, other: int) -> bool:
    """Whether nothing of the article's stands between two positions."""
    return not any(entry.own or entry.kind is Kind.DATE for entry in entries[one + 1 : other])


def _candidate(entry: Entry, distance: int) -> bool:
    if entry.block.heading and entry.own:
        return True
    if not headline_like(entry):
        return False
    if entry.units <= 12 and (
        byline_of(entry) is not None
        or _signed(entry.text)
        or (distance < 9 and entry.units <= 3 and is_name(entry.text))
    ):
        return False
    return domain(entry.text) is None


def _signed(text: str) -> bool:
    """Whether a line is who wrote: two names and more, or names with what each did."""
    names = names_in(text)
    return len(names) > 1 or (bool(names) and "(" in text)


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
        site_and_sections(entries, head, source)
        taken = {position for _, position in head.sections} | ({head.site[1]} if head.site else set())
        rest = [i for i in own if i not in taken]
        candidates = [
            (i, entries[i], trim(entries[i].text, head.site[0] if head.site else None, source))
            for i in rest[: 5 * _NEAR]
            if _candidate(entries[i], 1)
        ]
        if taken or any(entries[i].kind is Kind.DATE for i in range(len(entries))):
            head.cluster = headlines.choose(headlines.clusters(candidates), "", len(entries))
        elif (repeated := headlines.clusters(candidates)) and len(repeated[0].positions) > 1:
            head.cluster = repeated[0]
        own = [i for i in rest if not head.cluster or i not in head.cluster.positions]
    head.body = own
    return head
