"""The lead image of a page and the captions of its figures, with the credit told apart from the caption."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from enrich.draft import Image
from ingest.readers.html.links import absolute
from ingest.readers.html.page import Json, Page, plain, text_of

MOST = 20
_CREDIT_CLASS = re.compile(r"credit|copyright|photographer|source|quelle|rights|agency|attribution", re.I)
_LABEL = (
    r"(?:photo(?:graph)?s?|picture|image|foto(?:s|grafía|grafia)?|fotó|bild|photographie|crédits?|credit|kuva|zdjęcie|фото|"
    r"снимка|φωτογραφία|φωτό|الصورة|صورة|تصوير|عکس|צילום|写真|图|圖|사진|ảnh|ภาพ)"
)
_CREDIT = re.compile(
    rf"(?:^|[\s.|(\[–-])(?:{_LABEL}\s?(?:by\b|:|：|/|\|)\s*|©\s?|\(c\)\s?|📸\s?)(?P<credit>[^|]{{2,80}}?)\s*[)\]]?$",
    re.I,
)
_BRACKET = re.compile(r"\s*[\[(（](?P<credit>[^\[\]()（）]{2,60}(?:/[^\[\]()（）]{2,40})?)[\])）]\.?$")
_AGENCY_END = re.compile(
    r"(?:(?<=[.!?”\"])\s+|\s[-–|]\s)(?P<credit>(?:[A-Z][\w.'-]+ ?){1,4}/\s?[A-Z][\w. /-]{1,40}"
    r"|(?:Getty Images|Reuters|REUTERS|AFP|AP Photo|EPA)(?:/[\w. -]{2,40})?)$"
)
_AGENCIES = re.compile(
    r"AFP|Reuters|Getty|\bAP\b|\bEPA\b|dpa|ANSA|EFE|TASS|ТАСС|Xinhua|Anadolu|\bPA\b|Shutterstock|/|via ", re.I
)


def split_credit(text: str) -> tuple[str | None, str | None]:
    """A caption and its credit ("A street in Kyiv. Photo: Jane Doe/AFP" to "A street in Kyiv." and "Jane Doe/AFP")."""
    text = text.strip()
    for pattern in (_CREDIT, _BRACKET, _AGENCY_END):
        found = pattern.search(text)
        if found and (pattern is not _BRACKET or _AGENCIES.search(found["credit"])):
            caption = text[: found.start()].strip(" |–-([")
            return caption or None, found["credit"].strip(" .)]") or None
    return text or None, None


def images(page: Page, article: Json | None, base: str | None) -> tuple[tuple[Image, ...], str, int]:
    """The lead image (JSON-LD, Open Graph), then the figures of the article; the method and line of the first."""
    found: list[Image] = []
    method, line = "", 0
    lead = _lead(article)
    if lead is None and (
        value := page.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
    ):
        lead, method, line = Image(url=value.text), value.method, value.line
    elif lead is not None:
        method = "json-ld"
    figures = _figures(page, base)
    if lead is not None:
        url = absolute(lead.url, base)
        if url:
            twin = next((f for f in figures if f.url and _file(f.url) == _file(url)), None)
            if (
                twin is None
                and lead.caption is None
                and figures
                and figures[0].caption
                and not _other_picture(figures[0].url, url)
            ):
                twin = figures[0]
            if twin:
                figures.remove(twin)
            caption, credit = (
                (lead.caption, lead.credit) if lead.caption else ((twin.caption, twin.credit) if twin else (None, None))
            )
            found.append(Image(url, caption, lead.credit or credit or (twin.credit if twin else None)))
    found += [figure for figure in figures if figure.url or figure.caption]
    if found and not method:
        method = "figure"
    return tuple(dict.fromkeys(found))[:MOST], method, line


def _other_picture(a: str | None, b: str) -> bool:
    return bool(a) and urlsplit(a or "").hostname == urlsplit(b).hostname and _file(a or "") != _file(b)


def _lead(article: Json | None) -> Image | None:
    value: Any = (article or {}).get("image") or (article or {}).get("thumbnailUrl")
    for row in value if isinstance(value, list) else [value]:
        if isinstance(row, str) and row.strip():
            return Image(url=row.strip())
        if isinstance(row, dict):
            url = row.get("url") or row.get("contentUrl") or row.get("@id")
            if isinstance(url, list):
                url = url[0] if url else None
            if isinstance(url, str) and url.strip():
                caption, credit = split_credit(plain(row.get("caption") or row.get("description"), 500))
                named = row.get("creditText") or row.get("copyrightNotice") or row.get("author")
                named = named.get("name") if isinstance(named, dict) else named
                return Image(url.strip(), caption, plain(named, 120) or credit)
    return None


def _figures(page: Page, base: str | None) -> list[Image]:
    found: list[Image] = []
    if page.tree is None:
        return found
    for node in page.tree.iter("figure"):
        caption_node = node.find(".//figcaption")
        picture = node.find(".//img")
        caption, credit = None, None
        if caption_node is not None:
            credit_node = next(
                (
                    n
                    for n in caption_node.iter("span", "small", "cite", "em", "p", "div")
                    if _CREDIT_CLASS.search(f"{n.get('class') or ''} {n.get('itemprop') or ''}")
                ),
                None,
            )
            whole = text_of(caption_node, 700)
            if credit_node is not None:
                named = text_of(credit_node, 150)
                caption = whole.replace(named, " ").strip(" |–-") if named else whole
                credit = (
                    re.sub(rf"^(?:{_LABEL}\s?(?:by\b|:|/)|©|\(c\)|source:)\s*", "", named, flags=re.I).strip(" .()")
                    or None
                )
                caption = " ".join((caption or "").split()) or None
            else:
                caption, credit = split_credit(whole)
        source = None
        if picture is not None:
            source = picture.get("src") or picture.get("data-src") or (picture.get("srcset") or "").split(" ")[0]
            if source and source.startswith("data:"):
                source = picture.get("data-src")
        url = absolute(source, base)
        if url or caption:
            found.append(Image(url, caption, credit))
        if len(found) >= MOST:
            break
    return found


def _file(url: str) -> str:
    """The name of a picture's file without size and extension, so that its renditions are known to be one picture."""
    name = urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1].lower()
    return re.sub(r"(?:[-_@]?\d{2,4}x\d{2,4}|[-_]\d{3,4}w?|@2x|[-_]scaled|\.\w{3,4})+$", "", name) or name
