"""When a page was published, where neither markup nor header say: elements named after dates, the address, scripts."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from ingest.readers.dates import FoundDate, find_date, find_dates
from ingest.readers.html.header import OTHERS
from ingest.readers.html.page import Page, text_of

Found = tuple[FoundDate, str, int, str]

_IN_URL = (
    (re.compile(r"/(20\d{2})[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/\-_.]|$)"), (1, 2, 3)),
    (re.compile(r"(?<!\d)(0?[1-9]|[12]\d|3[01])[.-](0?[1-9]|1[0-2])[.-](20\d{2})(?!\d)"), (3, 2, 1)),
    (re.compile(r"(?<!\d)(20[0-3]\d)[._-]?(0[1-9]|1[0-2])[._-]?(0[1-9]|[12]\d|3[01])(?!\d)"), (1, 2, 3)),
    (re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(20[0-3]\d)(?!\d)"), (3, 2, 1)),
)
_NAMED = re.compile(
    r"date|datum|fecha|(?:^|[\s_-])data(?:$|[\s_-])|datetime|time|publish|pubdate|posted|meta|stamp|created|"
    r"(?:^|[\s_-])(?:info|infos|author|byline|day|tag|dat)(?:$|[\s_-])",
    re.I,
)
# What is said of an event, not of the article; "last edited" is told apart by find_dates.
_EVENT = re.compile(
    r"event|termin|calendar|kalender|birth|copyright|(?:^|\s)(?:site-|page-|main-)?footer|countdown|archive|comment|"
    r"widget|sidebar",
    re.I,
)
_IN_SCRIPT = re.compile(
    r"[\"'](?:datePublished|publishedAt|published_at|publishedDate|publishDate|publish_date|publicationDate|"
    r"publication_date|publishedTime|published_time|published|publishedOn|firstPublished\w{0,6}|first_published\w{0,5}|"
    r"pubDate|pub_date|date_published|display_date|displayDate|dateCreated|articlePublishDate|post_date)[\"']"
    r"\s*:\s*[\"'](\d{4}-\d\d-\d\d[^\"']{0,30}|\d\d?[./]\d\d?[./]20\d\d[^\"']{0,12})[\"']",
    re.I,
)
_COPYRIGHT = re.compile(r"©|copyright|\(c\)", re.I)
_DIGIT = re.compile(r"\d")
MOST = 60


def in_address(url: str | None) -> str | None:
    """The day in an address as YYYY-MM-DD ("/2020/04/28/", "/20200428/", "-29-10-2021"); None if there is none."""
    for pattern, (year, month, day) in _IN_URL if url else ():
        if found := pattern.search(url or ""):
            return f"{found[year]}-{found[month]:0>2}-{found[day]:0>2}"
    return None


def named(page: Page, root: Any, language: str | None, received_at: datetime | None) -> list[Found]:
    """Dates in short elements that a class or an id names after one, in their order; none of other articles."""
    found: list[Found] = []
    looked = 0
    for node in root.iter(
        "span", "div", "p", "li", "small", "em", "td", "strong", "a", "h4", "h5", "h6", "b", "i", "dd"
    ):
        marks = f"{node.get('class') or ''} {node.get('id') or ''}"
        if len(marks) < 3 or not _NAMED.search(marks) or _EVENT.search(marks):
            continue
        text = " ".join(" ".join(node.itertext()).split()) if len(node) < 12 else ""
        if not 5 < len(text) <= 160 or not _DIGIT.search(text) or _COPYRIGHT.search(text) or _of_others(node):
            continue
        looked += 1
        if looked > MOST:
            break
        found += [
            (each, "header", node.sourceline or 0, text[each.start : each.end])
            for each in find_dates(text, received_at=received_at, language=language)
        ]
        if found:
            break
    return found


def _of_others(node: Any) -> bool:
    for _, each in zip(range(6), (node, *node.iterancestors()), strict=False):
        if each.tag in ("article", "main", "body"):
            return False
        marks = f"{each.get('class') or ''} {each.get('id') or ''}"
        if each.tag in ("aside", "footer", "nav") or OTHERS.search(marks) or _EVENT.search(marks):
            return True
    return False


def in_scripts(page: Page, language: str | None, received_at: datetime | None) -> list[Found]:
    """The first date of publication in data that scripts hold."""
    if (found := _IN_SCRIPT.search(page.source)) and (
        date := find_date(found[1][:40], received_at=received_at, language=language)
    ):
        return [(date, "script", page.source.count("\n", 0, found.start()) + 1, found[1])]
    return []


def first_lines(root: Any, language: str | None, received_at: datetime | None) -> list[Found]:
    """A date that is nearly all of a short line, among the first of the article or the last."""
    rows = [
        node
        for node in root.iter(
            "p", "div", "span", "li", "td", "h2", "h3", "h4", "h5", "h6", "em", "strong", "small", "font"
        )
        if len(node) < 4 and (node.text or len(node))
    ]
    for node in [*rows[:80], *rows[-30:]]:
        text = text_of(node, 100)
        if not 6 <= len(text) <= 60 or not _DIGIT.search(text) or _COPYRIGHT.search(text) or _of_others(node):
            continue
        for each in find_dates(text, received_at=received_at, language=language):
            if each.end - each.start >= 0.4 * len(text):
                return [(each, "header", node.sourceline or 0, text[each.start : each.end])]
    return []
