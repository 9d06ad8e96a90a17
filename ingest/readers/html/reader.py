"""From a page to a draft: each field by its order of precedence, with where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from enrich import hosts, publishers
from enrich.draft import Draft, Provenance, RawDocument
from ingest.readers.html import body, header, images, markdown, marks, people, values, when
from ingest.readers.html.page import Json, Page, Value, parse, plain, text_of
from ingest.readers.text import read_text
from ingest.readers.text.entries import OWN
from ingest.readers.text.furniture import classify
from ingest.readers.text.lines import Block
from newsapi.errors import InvalidDocument

VERSION = "html-1"
ARTICLES = (
    "NewsArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BackgroundNewsArticle",
    "ReviewNewsArticle",
    "LiveBlogPosting",
    "Article",
    "BlogPosting",
    "Report",
    "TechArticle",
    "ScholarlyArticle",
    "SocialMediaPosting",
    "AdvertiserContentArticle",
    "SatiricalArticle",
    "AskPublicNewsArticle",
)
CONFIDENCE = {
    "json-ld": 0.95,
    "canonical": 0.95,
    "opengraph": 0.9,
    "microdata": 0.9,
    "h1": 0.9,
    "standfirst": 0.85,
    "meta": 0.8,
    "dublin-core": 0.8,
    "breadcrumb": 0.8,
    "header": 0.75,
    "byline": 0.8,
    "domain": 0.8,
    "time": 0.75,
    "title": 0.7,
    "figure": 0.7,
    "url": 0.5,
    "script": 0.6,
    "given": 1.0,
}


def read_html(raw: RawDocument) -> Draft:
    """The draft of an HTML page or fragment (`raw.html`); `raw.url` and `raw.language` help to read it.

    Raises InvalidDocument where there is neither text nor a headline; nothing else, whatever the markup.
    """
    page = parse(raw.html or "")
    if page.tree is None:
        raise InvalidDocument("The HTML is empty.", field="html")
    return _Reader(page, raw).draft()


class _Reader:
    """The steps of one reading: everything that looks at marks comes before the furniture is taken out of the tree."""

    def __init__(self, page: Page, raw: RawDocument) -> None:
        self.page, self.raw = page, raw
        self.article, self.line = _article(page)
        self.language = raw.language or page.language or _language(self.article)
        self.provenance: dict[str, Provenance] = {}

    def draft(self) -> Draft:
        page, article, line, raw = self.page, self.article, self.line, self.raw
        url = values.address(page, article, line, raw.url)
        address = url.text if url else raw.url
        host = hosts.site_of(address)
        site = people.site_of(page, article, line, host)
        name = site.text if site else None
        titles = values.titles(page, article, line, name, host)
        shown = header.shown(page, [each.text for each in titles])
        if shown is None and not titles:
            shown = values.only_heading(page)
        headline = values.headline(titles, shown, name, host)
        head = headline.text if headline else None
        near = header.lines(page, shown)
        authors = people.people(page, article, line, name, near, shown)
        dates = when.dates(page, article, line, self.language, raw.received_at, address, near, shown)
        section = values.section(page, article, line, self.language, head)
        tags = values.keywords(page, article, line)
        pictures, picture_method, picture_line = images.images(page, article, address)
        leads = values.leads(page, article, line, near)

        pieces = markdown.pieces(page)
        body.prune(page.tree)
        lines, method, confidence = body.choose(page, article)
        text = self._as_text(lines, head)
        # The updates of a live blog in JSON-LD are clean: times and headings that the text's rules would doubt.
        live = method == "json-ld" and article is not None and "liveBlogUpdate" in article
        paragraphs = tuple(lines) if live else _whole(text, lines, head)
        lead, place = values.standfirst(leads, head, paragraphs)
        if lead and place is not None:
            paragraphs = paragraphs[:place] + paragraphs[place + 1 :]
        elif text.standfirst and lead and values.same(text.standfirst, lead.text):
            pass
        elif (
            text.standfirst
            and text.standfirst not in paragraphs
            and (lead is not None or head is None or text.standfirst.endswith("?"))
        ):
            # The text reader took a line for a standfirst, and the page says what it is: it belongs to the body.
            paragraphs = (text.standfirst, *paragraphs)
            text = replace(text, standfirst=None)
        if not paragraphs and not head and not text.headline:
            raise InvalidDocument("The HTML holds no text of an article.", field="html")

        label = section[0] if section else text.section
        access = marks.access(page, article, line)
        genre = marks.genre(page, article, line, label.name if label else None, address, paragraphs)
        self._mark("access", access)
        self._mark("genre", genre)
        self._mark("site", site)
        self._mark("headline", headline)
        self._mark("standfirst", lead)
        self._mark("url", url)
        self._mark("keywords", tags[1] if tags else None)
        self._mark("section", section[1] if section else None)
        self._mark("images", Value("", picture_method, picture_line) if pictures else None)
        self._mark("authors", Value("", authors.method, authors.line) if authors.authors else None)
        self._mark("byline", Value("", "byline", 0) if authors.byline else None)
        for key, field in (("published", "published_at"), ("modified", "modified_at")):
            if key in dates:
                found, how, at = dates[key]
                sure = round(CONFIDENCE.get(how, 0.7) * found.confidence, 3)
                self.provenance[field] = Provenance(how, sure, VERSION, _lines(at), found.note)
        if paragraphs:
            self.provenance["paragraphs"] = Provenance(method, confidence, VERSION)
            self.provenance["body_markdown"] = self.provenance["paragraphs"]
        credited = people.credited_by(article, name) or text.credited_to or authors.credited
        if credited and credited != text.credited_to:
            self.provenance["credited_to"] = Provenance("json-ld" if article else "byline", 0.8, VERSION, _lines(line))
        known = publishers.by_domain(host) if host else None
        if name or host:
            method = site.method if site else "domain"
            self.provenance["source"] = Provenance(method, 0.85, VERSION, _lines(site.line if site else 0))
        return Draft(
            site=name or text.site,
            source_name=(known.name if known and not name else name) or text.source_name,
            source_domain=(known.domain if known else None) or host or text.source_domain,
            section=label,
            headline=head or text.headline,
            standfirst=lead.text if lead else text.standfirst,
            byline=authors.byline or text.byline,
            authors=authors.authors or text.authors,
            credited_to=credited if credited != name else None,
            dateline=text.dateline,
            published_at=dates["published"][0].at if "published" in dates else text.published_at,
            modified_at=dates["modified"][0].at if "modified" in dates else text.modified_at,
            paragraphs=paragraphs,
            keywords=tags[0] if tags else text.keywords,
            images=pictures or text.images,
            url=address,
            body_markdown=markdown.render(pieces, paragraphs, pictures or text.images, address),
            access=access.text if access else None,
            genre=genre.text if genre else None,
            provenance={**_without_lines(text.provenance), **self.provenance},
        )

    def _as_text(self, lines: list[str], head: str | None) -> Draft:
        """The lines read by the rules for pasted text, which know furniture, datelines, credits in many languages."""
        rows = [head, *lines] if head and not (lines and values.same(lines[0], head)) else lines
        if not rows:
            return Draft()
        try:
            return read_text(
                RawDocument(
                    text="\n\n".join(rows),
                    url=self.raw.url,
                    language=self.language,
                    received_at=self.raw.received_at,
                )
            )
        except InvalidDocument:
            return Draft(paragraphs=tuple(lines))

    def _mark(self, field: str, value: Value | None) -> None:
        if value is not None:
            sure = CONFIDENCE.get(value.method, 0.7)
            self.provenance[field] = Provenance(value.method, sure, VERSION, _lines(value.line))


def _whole(text: Draft, lines: list[str], head: str | None) -> tuple[str, ...]:
    """The lines of the page without its headline and what is furniture whatever stands beside it ("Read also: …").

    A dateline is cut off where the text's rules saw one. What else those rules leave out stays: they do not see markup,
    and on pages they cost more text than they save (a fiftieth of F1 on 141 pages).
    """
    kept = set(text.paragraphs)
    found = [
        line
        for line in lines
        if not (head and values.same(line, head)) and (line in kept or not _is_furniture(line, text.paragraphs))
    ]
    if found and head and len(found[0]) < len(head) + KICKER and found[0].endswith(head):
        del found[0]
    if found and text.dateline and text.paragraphs and found[0].endswith(text.paragraphs[0]):
        found[0] = text.paragraphs[0]
    return tuple(found)


KICKER = 60
"""Characters that a heading may have before the headline."""


def _is_furniture(line: str, paragraphs: tuple[str, ...]) -> bool:
    if any(line.endswith(paragraph) for paragraph in paragraphs):
        return False
    return classify(Block(line, (1,), False)).kind not in OWN


def _lines(line: int) -> tuple[int, ...]:
    return (line,) if line else ()


def _without_lines(provenance: Mapping[str, Provenance]) -> dict[str, Provenance]:
    """What the text reader found; its line numbers count lines that the page does not have."""
    return {field: replace(mark, lines=()) for field, mark in provenance.items()}


def _article(page: Page) -> tuple[Json | None, int]:
    """The JSON-LD node of the article: of those that have a headline or a text, the one that the page's title names."""
    best: tuple[Json | None, int] = (None, 0)
    stated = page.first("og:title", "twitter:title")
    title = page.tree.find(".//title")
    wanted = header.words(stated.text if stated else text_of(title, 500) if title is not None else "")
    for node, line in page.nodes(*ARTICLES):
        name = plain(node.get("headline") or node.get("name"), 500)
        if not name and not node.get("articleBody"):
            best = best if best[0] is not None else (node, line)
            continue
        found = header.words(name)
        if not wanted or len(set(found) & set(wanted)) >= 0.6 * min(len(set(found)), len(set(wanted))) > 0:
            return node, line
        if best[0] is None or not (best[0].get("headline") or best[0].get("name")):
            best = node, line
    return best


def _language(article: Json | None) -> str | None:
    value = (article or {}).get("inLanguage")
    value = value.get("alternateName") or value.get("name") if isinstance(value, dict) else value
    return value.replace("_", "-") if isinstance(value, str) and 2 <= len(value) <= 12 else None
