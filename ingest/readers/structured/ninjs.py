"""IPTC ninjs (https://iptc.org/standards/ninjs/): versions 1 and 2 (lower case) and 3 (camelCase), and what agencies
make of it. Members are looked up without case and underscores, so that all of them are read by the same lines."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from enrich import hosts, publishers, sections
from enrich.draft import Dateline, Draft, Image, Provenance, RawDocument, Section
from ingest.documents import write_time
from ingest.readers.html import people, values
from ingest.readers.html.page import Value, plain
from ingest.readers.structured.body import Around, Body, read_body
from ingest.readers.structured.forms import NINJS
from ingest.readers.structured.members import Folded, alternative, text, time, web_address
from newsapi.errors import InvalidDocument

VERSION = "ninjs-1"
_SURE = 0.95
MOST_IMAGES = 20
MOST_TAGS = 30
WITHHELD = ("canceled", "cancelled", "withheld")
_HTML = re.compile(r"x?html", re.I)
_TOPIC = re.compile(r"(?:medtop|mediatopic)\W{0,3}(\d{8})", re.I)
_NEWSML = re.compile(r"(?:urn:newsml:|tag:)(?P<domain>[\w-]+(?:\.[\w-]+)+)[:,]", re.I)
_WRITERS = re.compile(r"author|writer|report|journalist|creator|correspond|contrib|byline", re.I)
_OTHERS = re.compile(r"photo|edit|translat|illustrat|produc|camera", re.I)
_PICTURES = ("picture", "graphic", "image", "photo")
_GENRES = {
    **{
        "opinion": "opinion",
        "editorial": "opinion",
        "comment": "opinion",
        "commentary": "opinion",
        "column": "opinion",
    },
    **{"analysis": "analysis", "background": "background", "backgrounder": "background", "review": "review"},
    **{"interview": "interview", "obituary": "obituary", "press release": "press_release", "satire": "satire"},
    **{"fact check": "fact_check", "factcheck": "fact_check", "live": "live", "live blog": "live"},
    **{"sponsored": "sponsored", "advertorial": "sponsored", "letter": "opinion", "letters to the editor": "opinion"},
}


def read(raw: RawDocument) -> Draft:
    """The draft of `raw.item`. Raises InvalidDocument for what its publisher withdrew, and what has no text."""
    item = Folded(raw.item.data if raw.item else None)
    status = (item.text("pubstatus") or "").lower()
    if status in WITHHELD:
        raise InvalidDocument(f"Its publisher does not want it to be used: its status is {status}.", field="pubstatus")
    _check_embargo(item, raw.received_at)
    name, domain = _source(item)
    head = _chosen(item.objects("headlines"), "main", "headline") or _line(item.text("headline", "title"))
    language = raw.language
    url = web_address(item.get("url", "weburl", "canonicalurl") or alternative(item, "url", "web", "canonical"))
    url = url or web_address(item.get("uri"))
    pictures = tuple(_images(item))[:MOST_IMAGES]
    around = Around(head, url, language, raw.received_at, pictures)
    body = _body(item, around)
    if not head and not body.paragraphs:
        raise InvalidDocument("The item has neither a headline nor a body.", field="bodies")
    byline = _line(item.text("byline", "by"))
    authors, agency = _authors(item, byline, name)
    credited = _originator(item) or (agency if agency and agency != name else body.credited_to)
    section = _section(item, language)
    lead, _ = values.standfirst([Value(each, NINJS) for each in _descriptions(item)], head, body.paragraphs)
    published, modified = _dates(item, raw.received_at)
    located = _line(item.text("located"))
    dateline = Dateline(located, body.dateline.date if body.dateline else None) if located else body.dateline
    draft = Draft(
        source_name=name,
        source_domain=domain,
        section=section,
        headline=head,
        standfirst=lead.text if lead else None,
        byline=byline,
        authors=authors,
        credited_to=credited if credited != name else None,
        dateline=dateline,
        published_at=published,
        modified_at=modified,
        paragraphs=body.paragraphs,
        keywords=tuple(dict.fromkeys(_tags(item)))[:MOST_TAGS],
        images=pictures,
        url=url,
        body_markdown=body.markdown,
        genre=_genre(item),
    )
    return _with_provenance(draft, located)


def _check_embargo(item: Folded, received_at: datetime | None) -> None:
    until = time(item.get("embargoed"), None)
    if until is not None and received_at is not None and until > received_at:
        said = f"It is under embargo until {write_time(until)}; send it again when that is over."
        raise InvalidDocument(said, code="embargoed", title="The document must not be published yet", field="embargoed")


def _with_provenance(draft: Draft, located: str | None) -> Draft:
    fields = (
        *("section", "headline", "standfirst", "byline", "authors", "published_at", "modified_at", "paragraphs"),
        *("keywords", "images", "url", "body_markdown", "genre", "credited_to"),
    )
    made = {name: Provenance(NINJS, _SURE, VERSION) for name in fields if getattr(draft, name)}
    if draft.source_name or draft.source_domain:
        made["source"] = Provenance(NINJS, 0.9, VERSION)
    if draft.dateline:
        made["dateline"] = Provenance(NINJS, _SURE, VERSION) if located else Provenance("text", 0.8, VERSION)
    return replace(draft, provenance=made)


def _line(value: object) -> str | None:
    """Text as one line, without markup."""
    return plain(text(value), 2_000) or None


def _chosen(rows: list[Folded], *roles: str) -> str | None:
    """The text whose role is the first of these that there is, else the first text."""
    told = [(str(row.text("role") or "").lower(), _line(row.text("value"))) for row in rows]
    found = [(role, value) for role, value in told if value]
    for wanted in roles:
        if (value := next((value for role, value in found if role == wanted), None)) is not None:
            return value
    return found[0][1] if found else None


def _descriptions(item: Folded) -> list[str]:
    """What may be a standfirst: a headline of second rank, then descriptions; captions are none."""
    rows = [row for row in item.objects("headlines") if re.search(r"sub|deck|drop|lead", row.text("role") or "", re.I)]
    rows += [row for row in item.objects("descriptions") if (row.text("role") or "").lower() != "caption"]
    found = [_line(row.text("value")) for row in rows]
    found += [
        _line(item.text(name)) for name in ("subheadline", "descriptiontext", "descriptionhtml", "descriptionxhtml")
    ]
    return [each for each in found if each]


def _body(item: Folded, around: Around) -> Body:
    """The fullest form of the text that has marks: HTML before plain text; of several the main one."""
    found: list[tuple[bool, bool, int, str]] = []
    for row in item.objects("bodies"):
        value, kind = row.text("value"), row.text("contenttype", "mimetype") or ""
        if value and not re.search(r"/(?:xml|json|nitf)", kind, re.I):
            marked = bool(_HTML.search(kind) or _HTML.search(row.text("role") or ""))
            found.append((marked, (row.text("role") or "").lower() == "main", len(found), value))
    for name in ("bodyhtml", "bodyxhtml", "bodytext"):
        if value := item.text(name):
            found.append((name != "bodytext", False, len(found), value))
    if not found:
        return Body()
    return read_body(min(found, key=lambda each: (not each[0], not each[1], each[2]))[3], around)


def _source(item: Folded) -> tuple[str | None, str | None]:
    """Name and domain of who sent it: `infosource`, the copyright's holder, what the identifier names."""
    rows = item.objects("infosources", "infosource")
    provider = next((row for row in rows if re.search(r"provid|publish", row.text("role", "rel") or "", re.I)), None)
    named = [row.text("name", "literal") for row in ([provider] if provider else rows)]
    named += [item.text(each) for each in ("provider", "source", "copyrightholder")]
    name = next((_line(each) for each in named if each), None)
    stated = hosts.site_of(provider.text("uri")) if provider else None
    if stated:
        return (None if name == stated else name), stated
    known = publishers.find(name) if name else None
    if known is not None and not known.ambiguous:
        return known.name, known.domain
    uri = item.text("uri", "guid") or ""
    host = _NEWSML.match(uri)
    domain = host["domain"].lower() if host else hosts.site_of(uri)
    by_domain = publishers.by_domain(domain) if domain else None
    return name or (by_domain.name if by_domain else None), domain


def _originator(item: Folded) -> str | None:
    """Who wrote it first, where that is said apart from who sent it."""
    rows = item.objects("infosources", "infosource")
    told = (row.text("name", "literal") for row in rows if re.search(r"origin", row.text("role", "rel") or "", re.I))
    return next((_line(each) for each in told if each), None)


def _authors(item: Folded, byline: str | None, source: str | None) -> tuple[tuple[str, ...], str | None]:
    """Names, and an agency among them: contributors who write, else the byline."""
    writers = []
    for row in item.objects("contributors", "contributor"):
        roles = " ".join(str(row.get(name) or "") for name in ("role", "roles", "rel", "jobtitle"))
        if (name := row.text("name")) and (_WRITERS.search(roles) or not _OTHERS.search(roles)):
            writers.append(name)
    authors, agency = people.clean(writers, source)
    if not authors and byline:
        found, said = people.clean([byline], source)
        authors, agency = found, agency or said
    return authors, agency


def _dates(item: Folded, received_at: datetime | None) -> tuple[datetime | None, datetime | None]:
    """When it was published (not before its embargo ended) and, if later, changed."""
    first, version, content, embargo = (
        time(item.get(name), None if name == "embargoed" else received_at)
        for name in ("firstcreated", "versioncreated", "contentcreated", "embargoed")
    )
    published = first or version or content
    if published and embargo and embargo > published:
        published = embargo
    return published, version if published and version and version > published else None


def _section(item: Folded, language: str | None) -> Section | None:
    """The first subject (a category before others) that is a section as sites have them, or a Media Topic."""
    rows = item.objects("subjects", "subject")
    rows.sort(key=lambda row: not re.search(r"categ|section|sector", row.text("rel", "role") or "", re.I))
    labels = [(_line(row.text("name")), _topic(row)) for row in rows]
    labels += [(_line(item.text("section")), None)]
    for label, _ in labels:
        if label and len(label) <= 60 and (entry := sections.lookup(label, language)):
            return Section(label, entry.language, entry.name, entry.topic)
    return next((Section(label, language, None, topic) for label, topic in labels if label and topic), None)


def _topic(row: Folded) -> str | None:
    told = " ".join(str(row.get(name) or "") for name in ("uri", "qcode", "scheme", "code", "literal"))
    found = _TOPIC.search(told)
    return f"medtop:{found[1]}" if found else None


def _tags(item: Folded) -> list[str]:
    stated = item.get("keywords", "keyword")
    given = stated if isinstance(stated, list) else re.split(r"[,;]", stated) if isinstance(stated, str) else []
    rows = item.objects("subjects", "subject")
    words = [row for row in rows if (row.text("rel") or "").lower() == "keyword"]
    found = [_line(each) for each in given] or [_line(row.text("name")) for row in words or rows]
    return [each for each in found if each and len(each) <= 100]


def _genre(item: Folded) -> str | None:
    for row in item.objects("genres", "genre"):
        for name in ("name", "literal", "code"):
            if found := _GENRES.get((row.text(name) or "").lower()):
                return found
    return None


def _images(item: Folded) -> list[Image]:
    """The pictures that go with it, and a picture that it is itself."""
    rows = [item] if item.get("type") in _PICTURES else []
    rows += item.objects("associations", "association")
    found: list[Image] = []
    for row in rows:
        kind = str(row.get("type") or "").lower()
        url = _largest(row)
        if not (kind in _PICTURES or (not kind and url)):
            continue
        described = _chosen(row.objects("descriptions"), "caption", "text")
        caption = described or _line(row.text("descriptiontext", "bodytext", "descriptionhtml"))
        caption = caption or _chosen(row.objects("headlines"), "main") or _line(row.text("headline"))
        credit = _line(row.text("byline", "by", "creditline", "copyrightholder"))
        if url or caption or credit:
            found.append(Image(url, caption if row is not item else None, credit))
    return found


def _largest(row: Folded) -> str | None:
    """The address of its largest rendition that is an image."""
    best: tuple[float, str] | None = None
    for each in row.objects("renditions", "rendition"):
        kind = each.text("contenttype", "mimetype") or "image/"
        url = web_address(each.get("href"))
        width = each.get("width")
        size = float(width) if isinstance(width, int | float) else 0.0
        if url and kind.startswith("image/") and (best is None or size > best[0]):
            best = size, url
    return best[1] if best else None
