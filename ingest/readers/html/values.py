"""Headline, dates, section, keywords, address and standfirst of a page, each by a written order of precedence."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from enrich import publishers, sections
from enrich.draft import Section
from ingest.readers.dates import FoundDate, find_date
from ingest.readers.html.page import Json, Page, Value, plain, text_of

_TITLE_PARTS = re.compile(r"\s+[|–—·•»«:-]+\s+|\s*[|»]\s*")
_WORDS = re.compile(r"\w+")
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
_STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:standfirst|stand-first|article-lead|article-lede|lead|lede|dek|deck|subtitle|sub-title|subheadline|subheading|"
    r"sottotitolo|occhiello|sommario|chapo|chapeau|entradilla|bajada|subtitulo|linha-fina|teaser-text|vorspann|anleser|intro|ingress|"
    r"manchet|perex|zajawka|spot|excerpt|article-summary|article__summary|kicker-text|abstract)(?:$|[\s_-])",
    re.I,
)
_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")
_URL_DATE = re.compile(r"/(20\d{2})[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/\-_.]|$)")


def same(a: str, b: str) -> bool:
    """Whether two lines say the same but for case, punctuation and space."""
    return _WORDS.findall(a.casefold()) == _WORDS.findall(b.casefold())


def begins(longer: str, shorter: str) -> bool:
    """Whether `longer` begins with `shorter`, which may be cut off in a word or end in an ellipsis."""
    a, b = " ".join(_WORDS.findall(longer.casefold())), " ".join(_WORDS.findall(shorter.casefold()))
    return bool(b) and a.startswith(b)


def without_site(title: str, site: str | None, host: str | None) -> str:
    """A title without the name of the site at its end or beginning ("… | BBC News")."""
    for _ in range(3):
        parts = [(m.start(), m.end()) for m in _TITLE_PARTS.finditer(title)]
        if not parts:
            return title
        start, end = parts[-1]
        if _names_site(title[end:], site, host) and len(title[:start].strip()) >= 3:
            title = title[:start].strip()
            continue
        start, end = parts[0]
        if _names_site(title[:start], site, host) and len(title[end:].strip()) >= 3:
            title = title[end:].strip()
            continue
        return title
    return title


def _names_site(part: str, site: str | None, host: str | None) -> bool:
    part = part.strip()
    if not part or len(part) > 60:
        return False
    if site and (same(part, site) or same(part.removeprefix("The "), site.removeprefix("The "))):
        return True
    squeezed = re.sub(r"\W", "", part.casefold())
    if host and len(squeezed) > 2:
        stem = re.sub(r"\W", "", ".".join(host.split(".")[:-1]))
        if squeezed in (stem, re.sub(r"\W", "", host)) or (stem.endswith(squeezed) and len(squeezed) > 3):
            return True
    known = publishers.find(part)
    return bool(known and not known.ambiguous)


def headline(page: Page, article: Json | None, line: int, site: str | None, host: str | None) -> Value | None:
    """The headline: JSON-LD, Open Graph, <h1>, <title>; the visible <h1> where it is a longer form of the same."""
    options: list[Value] = []
    if article is not None and (text := plain(article.get("headline") or article.get("name"), 500)):
        options.append(Value(text, "json-ld", line))
    options += [
        v for v in (page.first("og:title"), page.first("twitter:title"), page.first("dc.title", "dcterms.title")) if v
    ]
    shown = _shown_headline(page)
    options = [Value(without_site(v.text, site, host), v.method, v.line) for v in options]
    options = [v for v in options if len(v.text) >= 2 and not (site and same(v.text, site))]
    if shown:
        shown = Value(without_site(shown.text, site, host), shown.method, shown.line)
        if not options or any(_alike(shown.text, option.text) for option in options):
            return shown
    if options:
        return options[0]
    title = page.tree.find(".//title") if page.tree is not None else None
    if (
        title is not None
        and (text := without_site(text_of(title, 500), site, host))
        and not (site and same(text, site))
    ):
        return Value(text, "title", title.sourceline or 0)
    return None


def _shown_headline(page: Page) -> Value | None:
    if page.tree is None:
        return None
    found: list[Value] = []
    for node in page.tree.iter("h1"):
        text = text_of(node, 500)
        if len(text) >= 4:
            if "headline" in (node.get("itemprop") or ""):
                return Value(text, "microdata", node.sourceline or 0)
            found.append(Value(text, "h1", node.sourceline or 0))
        if len(found) > 3:
            break
    return found[0] if len(found) == 1 else None


def _alike(shown: str, other: str) -> bool:
    a, b = set(_WORDS.findall(shown.casefold())), set(_WORDS.findall(other.casefold()))
    return bool(a and b) and len(a & b) >= 0.6 * min(len(a), len(b)) and len(a) >= 2


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
    page: Page, article: Json | None, line: int, language: str | None, received_at: datetime | None, url: str | None
) -> dict[str, tuple[FoundDate, str, int]]:
    """`published` and `modified`, each with method and line; none that is more than two days ahead of receipt."""
    options: dict[str, list[Value]] = {"published": [], "modified": []}
    for node in [article] if article else []:
        options["published"] += [
            Value(plain(node.get(k), 100), "json-ld", line) for k in ("datePublished", "dateCreated", "uploadDate")
        ]
        options["modified"] += [Value(plain(node.get("dateModified"), 100), "json-ld", line)]
    for node, at in page.nodes("WebPage", "Article", "NewsArticle"):
        options["published"] += [Value(plain(node.get("datePublished"), 100), "json-ld", at)]
        options["modified"] += [Value(plain(node.get("dateModified"), 100), "json-ld", at)]
    options["published"] += page.all(*PUBLISHED)
    options["modified"] += page.all(*MODIFIED)
    for name, value in _times(page):
        options[name].append(value)
    if url and (found := _URL_DATE.search(url)):
        options["published"].append(Value("-".join(part.zfill(2) for part in found.groups()), "url", 0))
    chosen: dict[str, tuple[FoundDate, str, int]] = {}
    for name, values in options.items():
        for value in values:
            date = date_of(value.text, language, received_at) if value.text else None
            if date and not (received_at and date.at > received_at + timedelta(days=2)) and date.at.year >= 1900:
                chosen[name] = (date, value.method, value.line)
                break
    if "published" in chosen and "modified" in chosen and chosen["modified"][0].at <= chosen["published"][0].at:
        del chosen["modified"]
    return chosen


def _times(page: Page) -> list[tuple[str, Value]]:
    """<time> and itemprop elements; outside of lists of other articles as far as class names tell."""
    found: list[tuple[str, Value]] = []
    if page.tree is None:
        return found
    for node in page.tree.iter("time", "abbr", "span"):
        item = (node.get("itemprop") or "").lower()
        if node.tag != "time" and item not in ("datepublished", "datemodified"):
            continue
        text = plain(node.get("datetime") or node.get("content") or node.get("title") or "", 100) or text_of(node, 100)
        parent = node.getparent()
        around = (parent.get("class") or "") if parent is not None else ""
        marks = f"{node.get('class') or ''} {item} {around}".lower()
        said = text_of(node, 200).lower()
        modified = "modif" in marks or "updat" in marks or "updat" in said
        if text:
            found.append(
                (
                    "modified" if modified else "published",
                    Value(text, "microdata" if item else "time", node.sourceline or 0),
                )
            )
        if len(found) >= 12:
            break
    found.sort(key=lambda row: row[1].method != "microdata")
    return found


def section(
    page: Page, article: Json | None, line: int, language: str | None, head: str | None
) -> tuple[Section, Value] | None:
    """The section: articleSection, article:section, the last step of the breadcrumb that is not the article."""
    options: list[Value] = []
    if article is not None:
        value = article.get("articleSection")
        for row in value if isinstance(value, list) else [value]:
            options.append(Value(plain(row, 100), "json-ld", line))
    options += page.all("article:section", "parsely-section", "cxenseparse:section", "section", "dc.subject.section")
    for node, at in page.nodes("BreadcrumbList"):
        steps = node.get("itemListElement")
        names = []
        for row in steps if isinstance(steps, list) else []:
            item = row.get("item") if isinstance(row, dict) else None
            name = (row.get("name") if isinstance(row, dict) else None) or (
                item.get("name") if isinstance(item, dict) else None
            )
            names.append(plain(name, 100))
        for name in reversed([n for n in names if n][1 if len(names) > 2 else 0 :]):
            if not (head and (same(name, head) or begins(head, name.rstrip("…. ")))) and len(name) <= 50:
                options.append(Value(name, "breadcrumb", at))
                break
    fallback: Value | None = None
    for option in options:
        label = re.split(r"\s*[/>»|]\s*", option.text)[-1].strip()
        if not label or len(label) > 60 or "://" in label:
            continue
        entry = sections.lookup(label, language)
        if entry:
            return Section(label, entry.language, entry.name, entry.topic), option
        fallback = fallback or Value(label, option.method, option.line)
    if fallback and len(fallback.text.split()) <= 5:
        return Section(fallback.text), fallback
    return None


def keywords(page: Page, article: Json | None, line: int) -> tuple[tuple[str, ...], Value] | None:
    """JSON-LD keywords, article:tag, news_keywords, <meta keywords> if they are few; at most 30."""
    options: list[tuple[list[str], Value]] = []
    if article is not None:
        value = article.get("keywords")
        rows = [
            plain(row.get("name") if isinstance(row, dict) else row, 300)
            for row in (value if isinstance(value, list) else [value])
        ]
        options.append((rows, Value("", "json-ld", line)))
    for names in (
        ("article:tag", "og:article:tag"),
        ("news_keywords", "parsely-tags", "cxenseparse:keywords"),
        ("keywords",),
    ):
        values = page.all(*names)
        if values:
            options.append(([v.text for v in values], values[0]))
    for rows, value in options:
        words = [
            word.strip(" #\"'")
            for row in rows
            for word in (re.split(r"\s*[,;،、，|]\s*", row) if len(rows) < 3 else [row])
        ]
        kept = list(
            {
                word.casefold(): word
                for word in words
                if 1 < len(word) <= 60 and not re.search(r"[:={}<>]|^\d+$", word)
            }.values()
        )
        if kept and (value.method != "meta" or len(kept) <= 20):
            return tuple(kept[:30]), value
    return None


def address(page: Page, article: Json | None, line: int, given: str | None) -> Value | None:
    """The canonical URL, resolved against the one given; not believed if it is another site's or the front page."""
    options = list(page.links.get("canonical", ())) + page.all("og:url")
    if article is not None:
        entity = article.get("mainEntityOfPage")
        of_page = entity.get("@id") or entity.get("url") if isinstance(entity, dict) else entity
        options += [Value(plain(v, 2000), "json-ld", line) for v in (article.get("url"), of_page) if isinstance(v, str)]
    for option in options:
        try:
            url = urljoin(given or "", option.text.strip())
            parts = urlsplit(url)
            before = urlsplit(given or "")
        except ValueError:
            continue
        if parts.scheme not in ("http", "https") or not parts.hostname or "." not in parts.hostname or " " in url:
            continue
        if given and before.hostname:
            if before.hostname.split(".")[-2:] != parts.hostname.split(".")[-2:]:
                continue
            if parts.path in ("", "/") and before.path not in ("", "/"):
                continue
        return Value(url, option.method if option.method != "link" else "canonical", option.line)
    return Value(given, "given", 0) if given else None


def leads(page: Page, article: Json | None, line: int) -> list[Value]:
    """What may be a standfirst: elements marked as one, then descriptions."""
    options: list[Value] = []
    for node in page.tree.iter("p", "div", "h2", "span", "section") if page.tree is not None else ():
        marks = f"{node.get('class') or ''} {node.get('data-testid') or ''}"
        if not ("description" in (node.get("itemprop") or "") or (marks.strip() and _STANDFIRST.search(marks))):
            continue
        options.append(Value(text_of(node, 800), "standfirst", node.sourceline or 0))
        if len(options) >= 3:
            break
    if article is not None:
        text = plain(article.get("description") or article.get("alternativeHeadline"), 800)
        options.append(Value(text, "json-ld", line))
    named = (page.first("og:description"), page.first("description", "dc.description", "twitter:description"))
    return options + [value for value in named if value]


def standfirst(options: list[Value], head: str | None, paragraphs: tuple[str, ...]) -> tuple[Value | None, bool]:
    """The standfirst, and whether it stands in the first paragraph's place.

    A description is none if it says the headline or the text over again, or is cut off.
    """
    body = " ".join(_WORDS.findall(" ".join(paragraphs).casefold()))
    for option in options:
        text = option.text.strip()
        if not 20 <= len(text) <= 700 or (head and (same(text, head) or begins(head, text) or begins(text, head))):
            continue
        if option.method == "standfirst" and len(paragraphs) > 2 and same(paragraphs[0], text):
            return option, True
        core = _ELLIPSIS.sub("", text)
        words = " ".join(_WORDS.findall(core.casefold()))
        if not words or words in body or (core != text and option.method != "standfirst"):
            continue
        return option, False
    return None, False
