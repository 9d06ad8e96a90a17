"""An article as IPTC ninjs 3.0 (https://iptc.org/standards/ninjs/), the way agencies exchange news as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
STANDARD = {
    "name": "ninjs",
    "version": "3.0",
    "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_3.0.json",
}
MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"
WIKIDATA = "http://www.wikidata.org/entity/"
KINDS = {"person": "people", "organisation": "organisations", "place": "places"}
ABOUT = 0.5
"""From this salience on an article is about an entity; below it mentions it."""


def ninjs(article: Json) -> dict[str, Any]:
    """The item of an article as lists or details show it. What the article does not have is left out."""
    body = article.get("body")
    topics = [_subject(topic) for topic in article.get("topics") or ()]
    found: dict[str, Any] = {
        "uri": f"urn:uuid:{article['id']}",
        "standard": STANDARD,
        "type": "text",
        "representationType": "full",
        "version": str(article.get("revision") or 1),
        "firstCreated": article.get("published_at"),
        "versionCreated": article.get("modified_at") or article.get("published_at") or article.get("date"),
        "contentCreated": article.get("published_at"),
        "pubStatus": "usable",
        "language": (article.get("language") or {}).get("code"),
        "headlines": _headlines(article),
        "bodies": [
            {"role": "main", "contentType": "text/plain", "wordCount": article.get("word_count") or 0, "value": body}
        ]
        if body
        else [],
        "by": article.get("byline") or ", ".join(article.get("authors") or ()),
        "located": (article.get("dateline") or {}).get("place"),
        "subjects": topics + [{"name": word, "rel": "keyword"} for word in article.get("keywords") or ()],
        "infoSources": list(_sources(article)),
        "altIds": list(_ids(article)),
        "associations": [
            _picture(article, number, image) for number, image in enumerate(article.get("images") or (), start=1)
        ],
    }
    for entity in article.get("entities") or ():
        if kind := KINDS.get(entity.get("type")):
            found.setdefault(kind, []).append(_entity(entity))
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _headlines(article: Json) -> list[dict[str, str]]:
    lines = (("main", article.get("headline")), ("subhead", article.get("standfirst")))
    return [{"role": role, "value": value} for role, value in lines if value]


def _subject(topic: Json) -> dict[str, Any]:
    code = str(topic.get("code") or "")
    found = {"name": topic.get("name"), "rel": "about", "uri": MEDIA_TOPICS + code.removeprefix("medtop:")}
    score = topic.get("score")
    if isinstance(score, int | float):
        found["confidence"] = min(max(round(score * 100), 0), 100)
    return found


def _entity(entity: Json) -> dict[str, Any]:
    found = {"name": entity.get("name"), "rel": "about" if (entity.get("salience") or 0) >= ABOUT else "mentions"}
    if known := (entity.get("ids") or {}).get("wikidata"):
        found["uri"] = WIKIDATA + str(known)
    elif entity.get("id"):
        found["uri"] = f"urn:uuid:{entity['id']}"
    point = entity.get("coordinates")
    if entity.get("type") == "place" and point:
        # GeoJSON has the longitude first (RFC 7946).
        found["geojson"] = {"type": "Point", "coordinates": [point[1], point[0]]}
    return found


def _sources(article: Json) -> Iterator[dict[str, Any]]:
    source = article.get("source") or {}
    if source.get("name") or source.get("domain"):
        uri = {"uri": f"https://{source['domain']}/"} if source.get("domain") else {}
        yield {"name": source.get("name") or source.get("domain"), "role": "publisher", **uri}
    if article.get("credited_to"):
        yield {"name": article["credited_to"], "role": "originator"}


def _ids(article: Json) -> Iterator[dict[str, str]]:
    for role, name in (("url", "url"), ("external", "external_id")):
        if article.get(name):
            yield {"role": role, "value": article[name]}


def _picture(article: Json, number: int, image: Json) -> dict[str, Any]:
    found: dict[str, Any] = {"name": f"picture-{number}", "uri": f"urn:uuid:{article['id']}#picture-{number}"}
    found["type"] = "picture"
    if image.get("caption"):
        found["descriptions"] = [{"role": "caption", "value": image["caption"]}]
    if image.get("credit"):
        found["by"] = image["credit"]
    if image.get("url"):
        found["renditions"] = [{"name": "main", "href": image["url"]}]
    return found
