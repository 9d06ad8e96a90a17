"""When a page was published and modified: JSON-LD, <meta>, the header's own dates, the address, in this order."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.readers.dates import FoundDate, find_date, find_dates
from ingest.readers.html import header, traces
from ingest.readers.html.header import OTHERS, Line
from ingest.readers.html.page import Json, Page, Value, plain, text_of

_PUBLISHED_NAMES = (
    "article:published_time og:article:published_time og:published_time datepublished article:published "
    "parsely-pub-date dc.date.issued dcterms.issued dcterms.created dc.date.created dc.date dcterms.date "
    "dc.created pubdate publishdate publish-date publish_date published_time publication_date publication-date "
    "article_date_original originalpublicationdate cxenseparse:recs:publishtime cxenseparse:articlepublished "
    "sailthru.date ptime displaydate article.published shareaholic:article_published_time rnews:datepublished "
    "datecreated date timestamp created"
)
PUBLISHED = tuple(_PUBLISHED_NAMES.split())
_MODIFIED_NAMES = (
    "article:modified_time og:updated_time article:updated_time og:article:modified_time datemodified "
    "dcterms.modified dc.date.modified last-modified lastmod lastmodified modified_time utime article.updated "
    "rnews:datemodified"
)
MODIFIED = tuple(_MODIFIED_NAMES.split())
_DIGIT = re.compile(r"\d")
Dated = tuple[FoundDate, str, int]


def date_of(text: str, language: str | None, received_at: datetime | None) -> FoundDate | None:
    """A machine-written date: anything find_date knows, seconds or milliseconds since 1970."""
    text = text.strip()
    if re.fullmatch(r"1\d{9}(\d{3})?", text):
        at = datetime.fromtimestamp(int(text[:10]), UTC)
        return FoundDate(at, "second", True, False, 0, len(text), 0.9, "seconds since 1970")
    if re.fullmatch(r"20\d{6}", text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return find_date(text[:100], received_at=received_at, language=language)


def dates(
    page: Page,
    article: Json | None,
    line: int,
    language: str | None,
    received_at: datetime | None,
    url: str | None,
    near: list[Line],
    headline: Any = None,
) -> dict[str, Dated]:
    """`published` and `modified`, each with method and line; none that is more than two days ahead of receipt.

    `near` are the lines around the headline, `headline` is its element.

    Where a date has no zone or no time of day and a later signal says the same with one, that is taken.
    """
    stated: dict[str, list[Value]] = {"published": [], "modified": []}
    nodes = [(article, line)] if article else []
    for node, at in [*nodes, *page.nodes("WebPage", "Article", "NewsArticle", "VideoObject")]:
        stated["published"] += [
            Value(plain(node.get(key), 100), "json-ld", at) for key in ("datePublished", "dateCreated", "uploadDate")
        ]
        stated["modified"] += [Value(plain(node.get("dateModified"), 100), "json-ld", at)]
    stated["published"] += page.all(*PUBLISHED)
    stated["modified"] += page.all(*MODIFIED)
    chosen: dict[str, Dated] = {}
    beside = _beside(near, language, received_at)
    elsewhere = _elsewhere(page, language, received_at, bool(near))
    for name, values in stated.items():
        options = [
            (date, value.method, value.line, value.text)
            for value in values[:20]
            if value.text and (date := date_of(value.text, language, received_at))
        ]
        options += beside[name]
        if name == "published" and (day := traces.in_address(url)) and (date := date_of(day, language, received_at)):
            options.append((date, "url", 0, day))
        # What is marked as the article's own comes before an address, other dates after it.
        options += elsewhere[name]
        options = [row for row in options if _plausible(row[0], received_at)]
        if not options and name == "published":
            options = [row for row in _traced(page, headline, language, received_at) if _plausible(row[0], received_at)]
        if options:
            chosen[name] = _sharpest(options)
    if "published" in chosen and "modified" in chosen and chosen["modified"][0].at <= chosen["published"][0].at:
        del chosen["modified"]
    return chosen


def _traced(page: Page, headline: Any, language: str | None, received_at: datetime | None) -> list[_Option]:
    """What nothing says but much lets see; asked only where nothing says."""
    if page.tree is None or page.fragment:
        return []
    root = header.around(page, headline)
    return (
        [row for row in traces.named(page, root, language, received_at) if row[0].label != "modified"]
        or traces.in_scripts(page, language, received_at)
        or [row for row in traces.first_lines(root, language, received_at) if row[0].label != "modified"]
    )


_Option = tuple[FoundDate, str, int, str]


def _plausible(date: FoundDate, received_at: datetime | None) -> bool:
    return date.at.year >= 1900 and not (received_at and date.at > received_at + timedelta(days=2))


def _sharpest(options: list[_Option]) -> Dated:
    """The first date; or one that says the same clock time with a zone, or the same day with a clock time."""
    first, *others = options
    date, method, line, text = first
    if date.precision == "day":
        for other in others:
            if other[0].precision != "day" and abs((other[0].at - date.at).total_seconds() - 43_200) <= 57_600:
                return other[:3]
    elif not date.zone_given:
        for other in others:
            same_clock = _clock(other[3]) == _clock(text) != ""
            if other[0].zone_given and same_clock:
                return other[:3]
    return date, method, line


def _clock(text: str) -> str:
    found = re.match(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)", text)
    return f"{found[1]} {found[2]}" if found else ""


def _beside(near: list[Line], language: str | None, received_at: datetime | None) -> dict[str, list[_Option]]:
    """Dates around the headline: of <time> and the like as machines read them, else as they are written."""
    found: dict[str, list[_Option]] = {"published": [], "modified": []}
    for row in near:
        if not _DIGIT.search(row.text) and len(row.text) > 60:
            continue
        machine = [
            (node, value)
            for node in row.node.iter("time", "abbr", "span")
            if (value := node.get("datetime") or (node.get("content") if node.get("itemprop") else None))
        ]
        if machine and not _linked(row):
            for node, value in machine[:4]:
                if date := date_of(value, language, received_at):
                    item = (node.get("itemprop") or "").lower()
                    method = "microdata" if item.startswith("date") else "time"
                    found[_name(node, row.text)].append((date, method, node.sourceline or 0, value))
            continue
        written = find_dates(row.text, received_at=received_at, language=language)
        # A date among many words is what the article is about.
        if not written or len(row.text) - sum(each.end - each.start for each in written) > 80 or _linked(row):
            continue
        for each in written[:4]:
            found[each.label or "published"].append((each, "header", row.line, row.text[each.start : each.end]))
    return found


def _linked(row: Line) -> bool:
    """Whether a line is a link to another article."""
    return len(row.text) > 40 and any(len(text_of(node)) > 0.6 * len(row.text) for node in row.node.iter("a"))


def _name(node: Any, said: str) -> str:
    parent = node.getparent()
    around = (parent.get("class") or "") if parent is not None else ""
    own = f"{node.get('class') or ''} {node.get('itemprop') or ''}".lower()
    if "publish" in own:
        # Microformats of blogs that never changed it: "updated published".
        return "published"
    marks = f"{own} {around} {said}".lower()
    return "modified" if "modif" in marks or "updat" in marks else "published"


def _elsewhere(page: Page, language: str | None, received_at: datetime | None, known: bool) -> dict[str, list[_Option]]:
    """<time>, itemprop and microformats wherever they are, those of lists of other articles left out.

    `known`: whether the headline was found; if it was, only what is marked as the article's own date counts.
    """
    found: dict[str, list[_Option]] = {"published": [], "modified": []}
    if page.tree is None:
        return found
    looked = 0
    for node in page.tree.iter("time", "abbr", "span", "meta"):
        item = (node.get("itemprop") or "").lower()
        mark = node.get("class") or ""
        own = item in ("datepublished", "datemodified") or node.get("pubdate") is not None or "dt-published" in mark
        own = own or (node.tag == "abbr" and "published" in mark)
        if node.tag != "time" and not own:
            continue
        looked += 1
        if looked > 40:
            break
        if _among_others(node, own):
            continue
        text = plain(node.get("datetime") or node.get("content") or node.get("title") or "", 100) or text_of(node, 100)
        date = date_of(text, language, received_at) if text else None
        if date is None:
            continue
        option = (date, "microdata" if item else "time", node.sourceline or 0, text)
        rows = found[_name(node, text_of(node, 100))]
        if own:
            rows.insert(0, option)
        else:
            rows.append(option)
    return found


def _among_others(node: Any, own: bool) -> bool:
    """Whether an element stands in a list, a link or a box, with other articles'."""
    for _, parent in zip(range(5), node.iterancestors(), strict=False):
        if parent.tag in ("article", "main", "body"):
            return False
        if parent.tag == "aside" or (parent.tag == "li" and parent.find(".//a") is not None):
            return True
        if (parent.tag == "a" and not own) or OTHERS.search(parent.get("class") or ""):
            return True
    return False
