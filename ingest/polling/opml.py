"""OPML (http://opml.org/spec2.opml): lists of feeds, as every feed reader writes and reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils import timezone

from articles.ledger import writing
from ingest.models import Subscription, SubscriptionKind
from ingest.polling import fields, subscriptions
from ingest.polling.subscriptions import SourceExists
from newsapi.errors import NewsApiError

MEDIA_TYPES = ("text/x-opml", "application/xml", "text/xml", "text/x-opml+xml", "application/x-opml+xml")
MAX_BYTES = 5_000_000
MAX_FEEDS = 5_000
AT_ONCE = 100
"""Feeds that are committed together."""
_XML_CHARACTERS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


class InvalidOpml(NewsApiError):
    code = "invalid_opml"
    title = "This is no OPML that can be read"
    status = 422


@dataclass(slots=True)
class Imported:
    """How many were added, how many were there already, and which could not be, with the reason."""

    added: int = 0
    known: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of the list; `position` is 1-based among the feeds."""

    position: int
    url: str
    title: str
    home_url: str


def read(content: bytes) -> list[Outline]:
    """Every outline that has an address, whatever folder it is in. Raises InvalidOpml."""
    try:
        root = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise InvalidOpml("The OPML declares entities, which are not read.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise InvalidOpml(f"The OPML is not well-formed XML: {error}.") from error
    if root.tag.rpartition("}")[2].lower() != "opml":
        raise InvalidOpml(f"This is no OPML: its first element is <{root.tag[:60]}>.")
    found = list(_outlines(root))
    if not found:
        raise InvalidOpml("There is no outline with an xmlUrl in it.")
    if len(found) > MAX_FEEDS:
        raise InvalidOpml(f"It has {len(found):,} feeds; it may have {MAX_FEEDS:,}.")
    return found


def _outlines(root: Element) -> Iterator[Outline]:
    position = 0
    for element in root.iter():
        attributes = {name.lower(): value.strip() for name, value in element.attrib.items()}
        if element.tag.rpartition("}")[2].lower() == "outline" and (url := attributes.get("xmlurl")):
            position += 1
            title = attributes.get("title") or attributes.get("text") or ""
            yield Outline(position, url, " ".join(title.split())[:255], attributes.get("htmlurl", ""))


def add_all(outlines: list[Outline]) -> Imported:
    """Poll all of these from now on; what cannot be is noted and the others go on."""
    done = Imported()
    for start in range(0, len(outlines), AT_ONCE):
        with writing():
            for outline in outlines[start : start + AT_ONCE]:
                _add(outline, done)
    return done


def _add(outline: Outline, done: Imported) -> None:
    try:
        url = fields.ADD["url"](outline.url, "xmlUrl")
        home_url = fields.ADD["url"](outline.home_url, "htmlUrl") if outline.home_url else ""
        title = fields.ADD["name"](outline.title, "title")
        subscriptions.add(url, SubscriptionKind.FEED, {}, title=title, home_url=home_url)
        done.added += 1
    except SourceExists:
        done.known += 1
    except NewsApiError as error:
        reason = {"code": error.code, "detail": error.detail, "field": error.extra.get("field")}
        done.rejected.append({"position": outline.position, "url": outline.url[:500], "reason": reason})


def write() -> bytes:
    """All feeds that are polled, by name of their source, as OPML 2.0."""
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = "Sources of newsapi"
    SubElement(head, "dateCreated").text = timezone.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
    body = SubElement(root, "body")
    rows = Subscription.objects.filter(kind=SubscriptionKind.FEED).select_related("source")
    for row in rows.order_by("source__folded", "id").iterator():
        known = {"type": "rss", "text": row.title or row.source.name, "title": row.title or row.source.name}
        known |= {"xmlUrl": row.url, "htmlUrl": row.home_url, "language": row.language}
        filled = {name: value.translate(_XML_CHARACTERS) for name, value in known.items() if value}
        SubElement(body, "outline", filled)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
