"""From classified lines to a draft: every field with the method, the confidence and the input lines it came from."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from types import MappingProxyType

from enrich import sections
from enrich.draft import Dateline, Draft, Image, RawDocument, Section
from ingest.readers.text import credits
from ingest.readers.text.assembly import Assembly
from ingest.readers.text.body import Body, read_body
from ingest.readers.text.boxes import mark_boxes
from ingest.readers.text.dateline import items_by_town, read_dateline
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.furniture import classify, glance
from ingest.readers.text.head import read_head
from ingest.readers.text.headline import Cluster, key_of, longest_complete
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.lines import split
from ingest.readers.text.parts import Head
from ingest.readers.text.people import byline_of, mentions_role, note_about
from ingest.readers.text.plain import mark_text
from ingest.readers.text.prefixes import domain, same_name
from ingest.readers.text.sites import end_of_menu
from ingest.readers.text.standfirst import standfirst_below
from ingest.readers.text.times import read_dates
from ingest.readers.text.vocabulary import normalise

_CLOSELY = 10_000
"""How many blocks are looked at closely: more than any article has; of a longer text the rest is told by its form."""

_RIGHTS = re.compile(
    r"(?:©|\(c\)|ⓒ|copyright)\s*(?:\d{4}\s*[-–]?\s*(?:\d{4})?)?\s*(?:by |di |par |von )?([^.,;"
    r"|\d©]{2,40}?)\s*(?:\d{4})?\s*(?:[.,;|]|$|all rights|alle rechte|të gjitha|tous droits|todos los"
    r"|все права|усі права)",
    re.I,
)
_RESERVED = re.compile(
    r"reserved|riservat|reservados|réservés|vorbehalten|zastrzeżone|vyhrazena|reproduc|riproduz", re.I
)
_LABEL = re.compile(r"^[^\W\d_][^,.:;!?\"“„«]*$")
_HASHTAG = re.compile(r"[#＃]([\w\u0900-\u0d7f\u0e00-\u0e7f·’'-]{2,60})")
_TAG_BREAK = re.compile(r"\s*[,;、،|•·]\s*|\s+/\s+|\s{2,}")


def assemble(raw: RawDocument, text: str) -> Draft:
    """The draft of a scraped text."""
    blocks = split(text)
    entries = [classify(block) for block in blocks[:_CLOSELY]] + [glance(block) for block in blocks[_CLOSELY:]]
    mark_boxes(entries)
    mark_text(entries)
    source = raw.source.strip() if raw.source else None
    head = read_head(entries, source)
    title = list(head.cluster.keys if head.cluster else [])
    out = Assembly()
    if head.end < len(entries) or not head.body:
        body = read_body(entries, head.end, title, (name for byline, _ in head.bylines for name in byline.authors))
        paragraphs = [*head.body, *body.paragraphs]
    else:
        body, paragraphs = read_body(entries, len(entries), title), list(head.body)
        _loose_ends(entries, body)
    reference = raw.published_at or raw.received_at
    language = _language(raw, entries)

    _headline(out, entries, head.cluster)
    _site(out, entries, head, raw, source)
    _given(out, raw)
    read_dates(out, entries, head.end, body, raw.received_at or raw.published_at, language)
    _section(out, entries, head, raw.language or language, raw.url)
    texts = {i: entries[i].text for i in paragraphs}
    _opening_and_end(out, entries, texts, paragraphs, out.fields.get("published_at") or reference)
    if not head.standfirst and (above := standfirst_below(entries, texts, paragraphs, "dateline" in out.fields)):
        head.standfirst, texts[above[0]] = above, ""
    _people(out, entries, head, body, texts, paragraphs)
    _sources(out, entries, head.end, body)
    if head.standfirst:
        out.set(
            "standfirst",
            " ".join(entries[i].text for i in head.standfirst),
            "layout: between headline and article",
            0.8 if entries[head.standfirst[0]].stop else 0.6,
            (line for i in head.standfirst for line in entries[i].block.lines),
        )
    _pictures(out, entries, head.end, body)
    _tags(out, entries, head.end, body)
    kept = [i for i in paragraphs if texts[i]]
    out.set(
        "paragraphs",
        tuple(texts[i] for i in kept),
        "line classification",
        0.9 if sum(entries[i].kind is Kind.PARAGRAPH for i in kept) >= 2 else 0.7,
        (line for i in kept for line in entries[i].block.lines),
    )
    return Draft(**out.fields, provenance=MappingProxyType(out.provenance))


def _loose_ends(entries: list[Entry], body: Body) -> None:
    """Where there was no paragraph to start from, furniture still gives tags, pictures, sources and dates."""
    for i, entry in enumerate(entries):
        if entry.kind is Kind.TAGS and entry.value:
            body.tags.append(i)
        elif entry.kind in (Kind.CAPTION, Kind.CREDIT):
            body.images.append(i)
        elif entry.kind is Kind.SOURCE:
            body.sources.append(i)
        elif entry.kind is Kind.DATE:
            body.dates.append(i)


def _language(raw: RawDocument, entries: list[Entry]) -> str | None:
    if raw.language:
        return raw.language
    votes = Counter(entry.language for entry in entries if entry.language)
    return votes.most_common(1)[0][0] if votes else None


def _headline(out: Assembly, entries: list[Entry], cluster: Cluster | None) -> None:
    if cluster is None:
        return
    best = longest_complete(cluster)
    form = cluster.forms[best]
    lines = [line for position in cluster.positions for line in entries[position].block.lines]
    repeated = len(cluster.positions) > 1
    method = "repeated line" if repeated else "heading" if cluster.heading else "position and words"
    out.set("headline", form.text, method, 0.95 if repeated or cluster.heading else 0.8, lines)
    for other, position in zip(cluster.forms, cluster.positions, strict=True):
        if other.publisher:
            out.set("credited_to", other.publisher, "headline prefix", 0.95, entries[position].block.lines)


def _site(out: Assembly, entries: list[Entry], head: Head, raw: RawDocument, source: str | None) -> None:
    if head.site:
        text, at = head.site
        known = find_publisher(text)
        host = domain(text)
        name = known.name if known and host else text
        out.set("site", name, "site line", 0.9 if known or same_name(text, source) else 0.7, entries[at].block.lines)
    if head.cluster:
        for form, position in zip(head.cluster.forms, head.cluster.positions, strict=True):
            if form.site:
                out.set("site", form.site, "beside the headline", 0.8, entries[position].block.lines)
    if "site" not in out.fields:
        for entry in reversed(entries):
            if entry.kind is Kind.COPYRIGHT and (match := _RIGHTS.search(entry.text[:300])):
                name = match[1].strip(" -–—|:")
                if _RESERVED.search(name):
                    continue
                if 1 < len(name) <= 40 and normalise(name) and name[0].isalnum() and not name.islower():
                    out.set("site", name, "copyright line", 0.6, entry.block.lines)
                    break
    site = out.fields.get("site")
    lines = out.provenance["site"].lines if "site" in out.provenance else ()
    given = domain(source) if source else None
    known = find_publisher(source) if source else None
    if source:
        out.set("source_name", known.name if known and given else source, "input", 1.0)
        out.set("source_domain", given, "input", 1.0)
    url_host = publishers_host(raw.url)
    if url_host:
        out.set("source_domain", url_host, "input url", 0.95)
    if site:
        out.set("source_name", site, "site", out.provenance["site"].confidence, lines)
    if known is None and site:
        known = find_publisher(site)
    if head.site and (host := domain(entries[head.site[1]].text)):
        out.set("source_domain", host, "site line", 0.9, lines)
    if known is None and url_host:
        known = find_publisher(url_host)
    if known is not None:
        out.set("source_name", known.name, "known publisher", 0.9)
        if not known.ambiguous or given:
            out.set("source_domain", known.domain, "known publisher", 0.8, lines)


def publishers_host(url: str | None) -> str | None:
    """The host of a URL without "www.", or None."""
    if not url:
        return None
    found = re.match(r"^https?://(?:[^/@\s]*@)?([^/:?#\s]{1,255})", url.strip(), re.I)
    return found[1].lower().rstrip(".").removeprefix("www.") if found and "." in found[1] else None


def _given(out: Assembly, raw: RawDocument) -> None:
    out.set("url", raw.url, "input", 1.0)
    out.set("published_at", raw.published_at, "input", 1.0)


def _section(out: Assembly, entries: list[Entry], head: Head, language: str | None, url: str | None) -> None:
    for label, at in head.sections:
        entry = sections.lookup(label, language)
        if entry is not None:
            method = "path of sections" if entries[at].kind is Kind.CRUMBS else "section line"
            out.set(
                "section", Section(label, entry.language, entry.name, entry.topic), method, 0.9, entries[at].block.lines
            )
            return
    if head.cluster and (last := end_of_menu(entries, min(head.cluster.positions), url)) is not None:
        text = entries[last].text
        if (entry := sections.lookup(text, language)) is not None:
            found = Section(text, entry.language, entry.name, entry.topic)
            out.set("section", found, "end of the menu", 0.6, entries[last].block.lines)
            return
    if head.site and head.cluster:
        first = min(head.cluster.positions)
        between = [i for i in range(head.site[1] + 1, first) if entries[i].kind is Kind.SHORT]
        if (
            first - head.site[1] <= 3
            and len(between) == 1
            and entries[between[0]].units <= 3
            and _LABEL.match(entries[between[0]].text)
        ):
            entry_text = entries[between[0]].text
            out.set(
                "section", Section(entry_text), "line between site and headline", 0.5, entries[between[0]].block.lines
            )


def _opening_and_end(
    out: Assembly, entries: list[Entry], texts: dict[int, str], paragraphs: list[int], reference: datetime | None
) -> None:
    """The dateline is cut off the first paragraph and a signature off the last."""
    full = [i for i in paragraphs if entries[i].kind is not Kind.TIME]
    if len(full) > 1 and (start := texts[full[0]]).endswith(("—", "–", " -")) and entries[full[0]].units <= 8:
        # A dateline on a line of its own.
        following = full[1]
        if filed := read_dateline(f"{start} {texts[following]}", reference):
            texts[following] = f"{start} {texts[following]}"
            texts[full[0]] = ""
            full = full[1:]
    for i in [i for i in full if entries[i].kind is Kind.PARAGRAPH or entries[i].stop][:2]:
        filed = read_dateline(texts[i], reference)
        if filed and filed.date is filed.publisher is None and items_by_town([texts[j] for j in full]):
            break
        if filed and filed.end < len(texts[i]):
            lines = entries[i].block.lines[:1]
            if filed.place:
                place = _without_site(filed.place, out.fields.get("site"))
                out.set("dateline", Dateline(place, filed.date), "opening of the article", 0.9, lines)
            out.set("credited_to", filed.publisher, "dateline", 0.9, lines)
            if filed.author:
                name = re.sub(r"\s?(?:기자|특파원|記者)$", "", filed.author)
                out.set("byline", filed.author, "dateline", 0.8, lines)
                out.set("authors", tuple(name.split("·")), "dateline", 0.8, lines)
            texts[i] = texts[i][filed.end :].lstrip()
            break
    if full:
        last = full[-1]
        texts[last], credited = credits.signature(texts[last])
        out.set("credited_to", credited, "signature", 0.8, entries[last].block.lines[-1:])


def _without_site(place: str, site: str | None) -> str:
    """ "WAINGAPU" of "WAINGAPU, Suara Timur"."""
    head, comma, last = place.rpartition(",")
    return head.strip() if comma and (same_name(last.strip(), site) or domain(last.strip())) else place


def _people(
    out: Assembly,
    entries: list[Entry],
    head: Head,
    body: Body,
    texts: dict[int, str],
    paragraphs: list[int],
) -> None:
    found = list(head.bylines)
    if not any(byline.authors for byline, _ in found):
        for i in body.signoffs:
            if (byline := byline_of(entries[i])) is not None:
                found.append((byline, i))
        if paragraphs and not found and len(paragraphs) > 1:
            last = paragraphs[-1]
            if entries[last].units <= 24 and (byline := byline_of(entries[last], texts[last])) is not None:
                found.append((byline, last))
                texts[last] = ""
    site = out.fields.get("site")
    if found:
        named = [(byline, i) for byline, i in found if byline.authors] or found
        byline, at = named[0]
        out.set("byline", byline.text, "byline", 0.9, entries[at].block.lines)
        authors = tuple(
            name
            for name in dict.fromkeys(name for one, _ in named for name in one.authors)
            if ((known := find_publisher(name)) is None or known.ambiguous) and not same_name(name, site)
        )
        out.set(
            "authors",
            authors,
            "byline",
            0.9,
            (line for one, i in named if one.authors for line in entries[i].block.lines),
        )
        for one, i in found:
            if one.place and one.publisher and not one.authors and not one.roles:
                out.set("dateline", Dateline(one.place), "place and agency on a line", 0.7, entries[i].block.lines)
            if one.publisher and not same_name(one.publisher, out.fields.get("site")):
                out.set("credited_to", one.publisher, "byline", 0.8, entries[i].block.lines)
    authors = out.fields.get("authors", ())
    if len(paragraphs) > 2:
        for i in paragraphs[-3:]:
            if entries[i].units <= 60 and note_about(texts[i]):
                texts[i] = ""
    for i in paragraphs[-2:]:
        if (
            len(paragraphs) > 3
            and entries[i].units <= 80
            and any(texts[i].startswith(name) for name in authors if len(name) > 4)
        ) and mentions_role(texts[i]):
            texts[i] = ""


def _sources(out: Assembly, entries: list[Entry], start: int, body: Body) -> None:
    for i in [*(i for i in range(start) if entries[i].kind is Kind.SOURCE), *body.sources]:
        name = credits.name_of(entries[i].value)
        if name and not same_name(name, out.fields.get("site")):
            out.set("credited_to", name, "source line", 0.9, entries[i].block.lines)
    for entry in entries:
        if entry.kind is Kind.URL and entry.value.startswith("http"):
            host = publishers_host(entry.value)
            domain_known = out.fields.get("source_domain")
            if host and (domain_known is None or host.endswith(domain_known)) and entry.value.count("/") > 3:
                out.set("url", entry.value, "address in the text", 0.6, entry.block.lines)


def _pictures(out: Assembly, entries: list[Entry], start: int, body: Body) -> None:
    positions = [i for i in range(start) if entries[i].kind in (Kind.CAPTION, Kind.CREDIT)]
    found = credits.images(entries, sorted({*positions, *body.images}))
    images: dict[Image, tuple[int, ...]] = {}
    for image, lines in found:
        images[image] = images.get(image, ()) + lines
    out.set("images", tuple(images), "captions and credits", 0.7, (line for lines in images.values() for line in lines))


def _tags(out: Assembly, entries: list[Entry], start: int, body: Body) -> None:
    names: dict[str, str] = {}
    used: list[int] = []
    for i in [*(i for i in range(start) if entries[i].kind is Kind.TAGS and entries[i].value), *body.tags]:
        entry = entries[i]
        value = entry.value or entry.text
        if "#" in value or "＃" in value:
            parts = [tag.replace("_", " ") for tag in _HASHTAG.findall(value)] or [value]
        else:
            parts = _TAG_BREAK.split(value)
        for part in parts:
            tag = part.strip(" #.,;:|/•·")
            if 1 < len(tag) <= 60 and tag.count(" ") <= 6:
                names.setdefault(key_of(tag) or tag, tag)
                used.extend(entry.block.lines)
    out.set("keywords", tuple(names.values())[:50], "tags", 0.9, used)
