"""Which form a JSON value has that is no input object, and what of it goes for the document before it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from enrich.draft import Item, RawDocument
from ingest.documents import MAX_ID, clean
from ingest.readers.structured.members import Folded, alternative, text, time
from newsapi.errors import InvalidDocument

NINJS, SCHEMA_ORG, NEWSAPI = "ninjs", "schema.org", "newsapi"
FORMS = (NINJS, SCHEMA_ORG, NEWSAPI)
MOST_NODES = 2_000
_NINJS_TYPES = frozenset(("text", "composite", "picture", "graphic", "video", "audio", "component"))
_NINJS_MARKS = (
    *("versioncreated", "firstcreated", "contentcreated", "pubstatus", "representationtype", "headlines", "bodies"),
    *("bodyhtml", "bodyxhtml", "bodytext", "descriptiontext", "slugline", "associations", "renditions"),
)
_OWN_MARKS = ("body", "body_markdown", "provenance", "revision", "word_count", "standfirst")
_JSON_LD = ("@context", "@type", "@graph")

Json = Mapping[str, Any]


def detect(document: object) -> Item | None:
    """The item in a JSON value, told by its members; None for what is none of FORMS.

    An object with `text` or `html` is an input object, unless it is JSON-LD. ninjs (https://iptc.org/standards/ninjs/)
    is read in its versions 1 to 3.
    """
    if isinstance(document, list):
        rows = document[:MOST_NODES]
        is_linked = bool(rows) and all(isinstance(row, Mapping) and _is_linked(row) for row in rows)
        return Item(SCHEMA_ORG, document) if is_linked else None
    if not isinstance(document, Mapping):
        return None
    if _is_linked(document):
        return Item(SCHEMA_ORG, document)
    if document.get("text") is not None or document.get("html") is not None:
        return None
    if _is_ninjs(document):
        return Item(NINJS, document)
    if isinstance(document.get("paragraphs"), list) or (
        "headline" in document and any(name in document for name in _OWN_MARKS)
    ):
        return Item(NEWSAPI, document)
    return None


def _is_linked(document: Json) -> bool:
    return any(name in document for name in _JSON_LD)


def _is_ninjs(document: Json) -> bool:
    members = Folded(document)
    if not any(isinstance(members.get(name), str) for name in ("uri", "guid")):
        return False
    if any(name in members for name in _NINJS_MARKS):
        return True
    return members.get("type") in _NINJS_TYPES and "headline" in members


def document_of(item: Item) -> RawDocument:
    """The document to be structured: its id, language and time of receipt are the item's.

    Raises InvalidDocument where there is no article in it, or more than one.
    """
    if item.form == SCHEMA_ORG:
        article = the_article(item.data)
        return RawDocument(item=item, language=_language(article.get("inLanguage")))
    if item.form == NINJS:
        members = Folded(item.data)
        own = _identifier(alternative(members, "external")) or _identifier(members.get("uri", "guid"))
        return RawDocument(item=item, id=own, language=_language(members.get("language")))
    data: Json = item.data if isinstance(item.data, Mapping) else {}
    # An article without an id of its publisher's is known by its own, so that it is revised when it is read again.
    own = _identifier(data.get("external_id")) or _identifier(data.get("id"))
    return RawDocument(item=item, id=own, received_at=time(data.get("received_at"), None))


def _identifier(value: object) -> str | None:
    found = clean(value).strip() if isinstance(value, str) else ""
    return found if 0 < len(found) <= MAX_ID else None


def _language(value: object) -> str | None:
    """A BCP 47 code; of what looks like none nothing is said: it is a hint."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("alternateName") or value.get("name")
    found = (text(value) or "").replace("_", "-")
    return found if 2 <= len(found) <= 35 and found.replace("-", "").isalnum() and found.isascii() else None


def the_article(data: object) -> dict[str, Any]:
    """The article among JSON-LD nodes, what it refers to by `@id` put in.

    Where several are named the one with a text is it. Raises InvalidDocument where there is none, or several have one.
    """
    nodes = list(nodes_of(data))
    found = [node for node in nodes if is_article(node)]
    whole = [node for node in found if _is_whole(node)]
    if len(whole) > 1:
        raise InvalidDocument(
            f"There are {len(whole)} articles in it; send one at a time, or one a line to /v1/documents/bulk."
        )
    if not found:
        raise InvalidDocument("There is no article in the JSON-LD: no node of a type such as NewsArticle.")
    article = (whole or found)[0]
    named = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 2}
    return {name: _resolved(value, named, article) for name, value in article.items()}


def articles_in(data: object) -> list[dict[str, Any]]:
    """Every article of a JSON-LD value that has a text, else the first that has a headline; with what it refers to."""
    nodes = list(nodes_of(data))
    found = [node for node in nodes if is_article(node) and (_is_whole(node) or text(node.get("headline")))]
    whole = [node for node in found if _is_whole(node)]
    named = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 2}
    return [
        {name: _resolved(value, named, article) for name, value in article.items()} for article in whole or found[:1]
    ]


def nodes_of(data: object) -> Iterator[dict[str, Any]]:
    """The nodes of a JSON-LD value that have a type: itself, and those in lists, `@graph` and `mainEntity`."""
    waiting: list[object] = [data]
    count = 0
    while waiting and count < MOST_NODES:
        node = waiting.pop()
        count += 1
        if isinstance(node, list):
            waiting += reversed(node[:MOST_NODES])
        elif isinstance(node, dict):
            if node.get("@type"):
                yield node
            inner = [node.get(name) for name in ("@graph", "mainEntity", "itemListElement", "item")]
            waiting += [each for each in reversed(inner) if isinstance(each, list | dict)]


def types_of(node: Json) -> list[str]:
    """Names of a node's types without what comes before the last slash or colon."""
    found = node.get("@type")
    return [
        row.replace(":", "/").rpartition("/")[2]
        for row in (found if isinstance(found, list) else [found])
        if isinstance(row, str)
    ]


def is_article(node: Json) -> bool:
    return any(name.endswith(("Article", "Posting")) or name == "Report" for name in types_of(node))


def _is_whole(node: Json) -> bool:
    return any(node.get(name) for name in ("articleBody", "liveBlogUpdate", "text"))


def _resolved(value: object, named: Mapping[str, Any], article: Json, depth: int = 0) -> Any:
    """A value with nodes in the place of references (`{"@id": …}`), its own lists included."""
    if isinstance(value, list) and depth < 2:
        return [_resolved(each, named, article, depth + 1) for each in value]
    if isinstance(value, dict) and len(value) == 1 and isinstance(value.get("@id"), str):
        found = named.get(value["@id"])
        return value if found is None or found is article else found
    return value
