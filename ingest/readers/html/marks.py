"""What kind of piece a page is and who may read it: JSON-LD, <meta>, the section, the address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ingest.readers.html.page import Json, Page, Value, plain, types_of

FREE, METERED, PAYWALLED = "free", "metered", "paywalled"
_TIERS = {
    "free": FREE,
    "metered": METERED,
    "locked": PAYWALLED,
    "premium": PAYWALLED,
    "paid": PAYWALLED,
    "subscriber": PAYWALLED,
    "subscribers": PAYWALLED,
}
_TYPES = {
    "OpinionNewsArticle": "opinion",
    "AnalysisNewsArticle": "analysis",
    "BackgroundNewsArticle": "background",
    "ReviewNewsArticle": "review",
    "CriticReview": "review",
    "LiveBlogPosting": "live",
    "AdvertiserContentArticle": "sponsored",
    "SatiricalArticle": "satire",
    "ClaimReview": "fact_check",
}
# The English names of sections that say what a piece is, not what it is about.
_SECTIONS = {
    "opinion": "opinion",
    "editorial": "opinion",
    "editorials": "opinion",
    "letters": "opinion",
    "analysis": "analysis",
    "obituaries": "obituary",
    "press releases": "press_release",
    "press release": "press_release",
    "live": "live",
    "fact check": "fact_check",
    "sponsored": "sponsored",
    "satire": "satire",
    "interviews": "interview",
    "interview": "interview",
}
_PATHS = (
    (re.compile(r"/(?:live|liveblog|live-blog|liveticker|en-direct|directo)(?:/|$)", re.I), "live"),
    (
        re.compile(
            r"/(?:opinions?|commentisfree|comment|editorials?|op-ed|meinung|kommentare?|opinion[ei]s?|tribunes?|debatt|"
            r"mendime?|komentari?|opinie|columnas|kolumnen)(?:/|$)",
            re.I,
        ),
        "opinion",
    ),
    (
        re.compile(r"/(?:press-?releases?|news-releases?|pressemitteilung(?:en)?|communiques?)(?:/|$)", re.I),
        "press_release",
    ),
    (re.compile(r"/(?:obituar(?:y|ies)|nachrufe?|necrologie)(?:/|$)", re.I), "obituary"),
    (re.compile(r"/(?:sponsored|advertorial|partner-content|brand-?studio|anzeige)(?:/|$)", re.I), "sponsored"),
)
_RELEASE = re.compile(
    r"/\s?(?:PR\s?Newswire|PRNewswire-[\w]+|CNW|EINPresswire)[^/]{0,30}/|"
    r"\((?:BUSINESS WIRE|GLOBE NEWSWIRE|Globe Newswire)\)|"
    r"\b(?:ACCESS Newswire|ots\)) ?[-–/]"
)


def access(page: Page, article: Json | None, line: int) -> Value | None:
    """Who may read the page, as it says itself: `free`, `metered` or `paywalled`; None if it does not say."""
    nodes = [(article, line)] if article else []
    for node, at in [*nodes, *page.nodes("WebPage", "NewsArticle", "Article")]:
        stated = node.get("isAccessibleForFree")
        text = str(stated).strip().casefold().rsplit("/", 1)[-1]
        if text in ("false", "no", "0"):
            return Value(PAYWALLED, "json-ld", at)
        if text in ("true", "yes", "1"):
            return Value(FREE, "json-ld", at)
    found = page.first("article:content_tier", "og:article:content_tier", "content_tier", "cxenseparse:paywall")
    tier = _TIERS.get(found.text.casefold()) if found else None
    return Value(tier, found.method, found.line) if found and tier else None


def genre(
    page: Page, article: Json | None, line: int, section: str | None, url: str | None, paragraphs: tuple[str, ...]
) -> Value | None:
    """What kind of piece it is (`opinion`, `live`, …), by JSON-LD, the address, the section, a wire's mark; else None.

    `section` is the English name of the section; None is what is plain news, or does not say.
    """
    for kind in sorted(types_of(article or {})):
        if kind in _TYPES:
            return Value(_TYPES[kind], "json-ld", line)
    if any(True for _ in page.nodes("ClaimReview")):
        return Value("fact_check", "json-ld", line)
    stated = plain((article or {}).get("genre"), 60).casefold()
    if stated in _SECTIONS:
        return Value(_SECTIONS[stated], "json-ld", line)
    if _RELEASE.search(" ".join(paragraphs[:2])[:1_000]):
        return Value("press_release", "text", 0)
    if url:
        try:
            path = urlsplit(url).path
        except ValueError:
            path = ""
        for pattern, name in _PATHS:
            if pattern.search(path):
                return Value(name, "url", 0)
    named = _SECTIONS.get((section or "").casefold())
    return Value(named, "section", 0) if named else None
