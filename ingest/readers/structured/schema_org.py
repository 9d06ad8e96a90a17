"""schema.org articles in JSON-LD (https://schema.org/NewsArticle): the same rules as for the JSON-LD of a page."""

from __future__ import annotations

from typing import Any

from enrich import hosts, publishers
from enrich.draft import Draft, Provenance, RawDocument
from ingest.readers.html import body as html_body
from ingest.readers.html import images, marks, people, values, when
from ingest.readers.html.page import Page, Value, parse, plain
from ingest.readers.structured.body import Around, Body, of_lines, read_body
from ingest.readers.structured.forms import SCHEMA_ORG, nodes_of, the_article
from ingest.readers.structured.members import texts
from newsapi.errors import InvalidDocument

VERSION = "schema-org-1"
_SURE = 0.95
_OTHERS = frozenset(("BreadcrumbList", "WebSite", "WebPage", "NewsMediaOrganization", "ClaimReview"))


def read(raw: RawDocument) -> Draft:
    """The draft of `raw.item`. Raises InvalidDocument where it has neither a headline nor a text."""
    data = raw.item.data if raw.item else None
    article = the_article(data)
    page = _page(article, data)
    url = values.address(page, article, 0, raw.url)
    address = url.text if url else raw.url
    host = hosts.site_of(address)
    site = people.site_of(page, article, 0, host)
    name = site.text if site else None
    headline = values.headline(values.titles(page, article, 0, name, host), None, name, host)
    head = headline.text if headline else None
    pictures, _, _ = images.images(page, article, address)
    around = Around(head, address, raw.language, raw.received_at, pictures)
    text = _body(article, around)
    if not head and not text.paragraphs:
        raise InvalidDocument("The article has neither a headline nor an articleBody.", field="articleBody")
    dates = when.dates(page, article, 0, raw.language, raw.received_at, address, [])
    section = values.section(page, article, 0, raw.language, head)
    tags = values.keywords(page, article, 0)
    lead, _ = values.standfirst(values.leads(page, article, 0, []), head, text.paragraphs)
    authors = people.people(page, article, 0, name, [])
    credited = people.credited_by(article, name) or text.credited_to or authors.credited
    label = section[0].name if section else None
    access = marks.access(page, article, 0)
    genre = marks.genre(page, article, 0, label, address, text.paragraphs)
    known = publishers.by_domain(host) if host else None
    published, modified = dates.get("published"), dates.get("modified")
    made: dict[str, Provenance | None] = {
        "site": _mark(site),
        "source": _mark(site) if name else Provenance("url", 0.85, VERSION) if host else None,
        "headline": _mark(headline),
        "standfirst": _mark(lead),
        "url": _mark(url),
        "keywords": _mark(tags[1] if tags else None),
        "section": _mark(section[1] if section else None),
        "images": _mark(Value("", "json-ld")) if pictures else None,
        "authors": _mark(Value("", authors.method)) if authors.authors else None,
        "published_at": _mark(Value("", published[1]), published[0].note) if published else None,
        "modified_at": _mark(Value("", modified[1]), modified[0].note) if modified else None,
        "paragraphs": Provenance(SCHEMA_ORG, _SURE, VERSION) if text.paragraphs else None,
        "body_markdown": Provenance(SCHEMA_ORG, _SURE, VERSION) if text.markdown else None,
        "dateline": Provenance("text", 0.8, VERSION) if text.dateline else None,
        "credited_to": Provenance(SCHEMA_ORG, 0.8, VERSION) if credited and credited != name else None,
        "access": _mark(access),
        "genre": _mark(genre),
    }
    return Draft(
        site=name,
        source_name=known.name if known and not name else name,
        source_domain=(known.domain if known else None) or host,
        section=section[0] if section else None,
        headline=head,
        standfirst=lead.text if lead else None,
        authors=authors.authors,
        credited_to=credited if credited != name else None,
        dateline=text.dateline,
        published_at=published[0].at if published else None,
        modified_at=modified[0].at if modified else None,
        paragraphs=text.paragraphs,
        keywords=tags[0] if tags else (),
        images=pictures,
        url=address,
        body_markdown=text.markdown,
        access=access.text if access else None,
        genre=genre.text if genre else None,
        provenance={field: mark for field, mark in made.items() if mark is not None},
    )


def _page(article: dict[str, Any], data: object) -> Page:
    """A page with nothing on it but these nodes, so that the readers of pages can be asked."""
    page = parse("<html><body></body></html>")
    others = [node for node in nodes_of(data) if not _OTHERS.isdisjoint(texts(node.get("@type")))]
    page.json_ld = [(node, 0) for node in (article, *others[:100])]
    return page


def _body(article: dict[str, Any], around: Around) -> Body:
    """articleBody (a text, or several), else `text`, else the updates of a live blog."""
    for field in ("articleBody", "text"):
        if text := "\n\n".join(texts(article.get(field))):
            return read_body(text, around)
    if article.get("liveBlogUpdate"):
        lines = html_body.from_json_ld({**article, "articleBody": None})
        return Body(tuple(line for line in lines if plain(line)))
    return of_lines((), around)


def _mark(value: Value | None, note: str | None = None) -> Provenance | None:
    if value is None:
        return None
    method = SCHEMA_ORG if value.method == "json-ld" else value.method
    return Provenance(method, _SURE if method == SCHEMA_ORG else 0.7, VERSION, (), note)
