"""Headline, dates, section, keywords, address and standfirst of a page, each by a written order of precedence."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from enrich import publishers, sections
from enrich.draft import Section
from ingest.readers.html import header
from ingest.readers.html.page import Json, Page, Value, plain, text_of

_TITLE_PARTS = re.compile(
    r"\s+[|–—·•»«‹›:~@/│-]+\s+|\s*[|»│｜]\s*|(?<=[\u3040-\u30ff\u3400-\u9fff！？。”」》…])[-_–—](?=[\u3040-\u30ff\u3400-\u9fff\w])"
)
_PAPERS = re.compile(r"(?:网|新聞|新闻|ニュース|オンライン|日报|日報|時報|时报|晚报|电视台|뉴스|일보|新聞社|WEB)$")
_WORDS = re.compile(r"\w+")
_STANDFIRST = re.compile(
    r"(?:^|[\s_-])(?:standfirst|stand-first|article-lead|article-lede|lead|lede|dek|deck|subtitle|sub-title|subheadline|subheading|"
    r"sottotitolo|occhiello|sommario|chapo|chapeau|entradilla|bajada|subtitulo|linha-fina|teaser-text|vorspann|anleser|intro|ingress|"
    r"manchet|perex|zajawka|spot|excerpt|article-summary|article__summary|kicker-text|abstract)(?:$|[\s_-])",
    re.I,
)
_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$")


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
        if len(stem) > 6 and squeezed.endswith(stem):
            return True
    if _PAPERS.search(part) and len(part) <= 10:
        return True
    known = publishers.find(part)
    return bool(known and not known.ambiguous)


def titles(page: Page, article: Json | None, line: int, site: str | None, host: str | None) -> list[Value]:
    """What the page says its headline is, without the site's name: JSON-LD, Open Graph, other <meta>, <title>."""
    options: list[Value] = []
    if article is not None and (text := plain(article.get("headline") or article.get("name"), 500)):
        options.append(Value(text, "json-ld", line))
    named = (
        page.first("og:title"),
        page.first("twitter:title"),
        page.first("parsely-title", "dc.title", "dcterms.title"),
    )
    options += [value for value in named if value]
    title = page.tree.find(".//title") if page.tree is not None else None
    if title is not None:
        options.append(Value(text_of(title, 500), "title", title.sourceline or 0))
    options = [Value(without_site(v.text, site, host), v.method, v.line) for v in options]
    return [v for v in options if len(v.text) >= 2 and not (site and same(v.text, site))]


def headline(options: list[Value], shown: Any, site: str | None, host: str | None) -> Value | None:
    """The headline: as the page shows it, if that says what a title says; else the first title."""
    stated = [v for v in options if v.method != "title"] or options
    if shown is not None:
        method = "microdata" if "headline" in (shown.get("itemprop") or "") else "h1"
        text = without_site(header.headline_in(shown, [v.text for v in options]), site, host)
        if not stated or any(_alike(text, option.text) for option in stated) or shown.tag == "h1":
            return Value(text, method, shown.sourceline or 0)
    return stated[0] if stated else None


def only_heading(page: Page) -> Any:
    """The <h1> of a page that has one and says nothing of its title."""
    found = [node for node in page.tree.iter("h1") if len(text_of(node, 500)) >= 4] if page.tree is not None else []
    return found[0] if len(found) == 1 else None


def _alike(shown: str, other: str) -> bool:
    a, b = set(_WORDS.findall(shown.casefold())), set(_WORDS.findall(other.casefold()))
    return bool(a and b) and len(a & b) >= 0.6 * min(len(a), len(b)) and (len(a) >= 2 or a == b)


def section(
    page: Page, article: Json | None, line: int, language: str | None, head: str | None
) -> tuple[Section, Value] | None:
    """The section: articleSection, article:section, the last step of the breadcrumb that is not the article."""
    options: list[Value] = []
    if article is not None:
        value = article.get("articleSection")
        for row in value if isinstance(value, list) else [value]:
            options.append(Value(plain(row, 100), "json-ld", line))
    options += page.all(
        "article:section",
        "og:article:section",
        "og:section",
        "articlesection",
        "parsely-section",
        "cxenseparse:section",
        "section",
        "dc.subject.section",
    )
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
    options += _crumbs(page, head)
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


def _crumbs(page: Page, head: str | None) -> list[Value]:
    """The last step of the path that a page shows, that of microdata and RDFa included; the first step is the site."""
    if page.tree is None:
        return []
    for node in page.tree.iter("ol", "ul", "nav", "div", "p", "section"):
        kind = (
            f"{node.get('itemtype') or ''} {node.get('typeof') or ''} {node.get('class') or ''} {node.get('id') or ''}"
        )
        kind = kind.lower()
        if "breadcrumb" not in kind and "aria-breadcrumb" not in (node.get("aria-label") or "").lower():
            continue
        steps: list[Value] = []
        for step in node.iter("a", "li", "span"):
            if step.tag == "a" or "name" in (step.get("itemprop"), step.get("property")):
                text = text_of(step, 100)
                if text and not (steps and steps[-1].text == text):
                    steps.append(Value(text, "breadcrumb", step.sourceline or 0))
            if len(steps) > 12:
                break
        for found in reversed(steps[1:]):
            if (
                not (head and (same(found.text, head) or begins(head, found.text.rstrip("…. "))))
                and len(found.text) <= 50
            ):
                return [found]
    return []


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


def leads(page: Page, article: Json | None, line: int, near: list[header.Line]) -> list[Value]:
    """What may be a standfirst: elements marked as one, a small heading under the headline, then descriptions."""
    options: list[Value] = []
    judged: dict[str, bool] = {}
    for node in page.tree.iter("p", "div", "h2", "span", "section") if page.tree is not None else ():
        marks = node.get("class") or ""
        if more := node.get("data-testid") or node.get("data-qa") or node.get("data-gu-name"):
            marks = f"{marks} {more}"
        if (lead := judged.get(marks)) is None:
            judged[marks] = lead = bool(marks) and _STANDFIRST.search(marks) is not None
        if not lead and "description" not in (node.get("itemprop") or ""):
            continue
        options.append(Value(text_of(node, 800), "standfirst", node.sourceline or 0))
        if len(options) >= 3:
            break
    options += [
        Value(row.text, "standfirst", row.line)
        for row in near[:3]
        if row.node.tag in ("h2", "h3", "h4") and len(row.text) >= 40 and row.node.find(".//a") is None
    ][:1]
    if article is not None:
        text = plain(article.get("description") or article.get("alternativeHeadline"), 800)
        options.append(Value(text, "json-ld", line))
    named = (page.first("og:description"), page.first("description", "dc.description", "twitter:description"))
    return options + [value for value in named if value]


def standfirst(options: list[Value], head: str | None, paragraphs: tuple[str, ...]) -> tuple[Value | None, int | None]:
    """The standfirst, and which of the first paragraphs it is, if it is one of them.

    A description is none if it says the headline or the text over again, or is cut off.
    """
    body = " ".join(_WORDS.findall(" ".join(paragraphs).casefold()))
    for option in options:
        text = option.text.strip()
        if not 20 <= len(text) <= 700 or (head and (same(text, head) or begins(head, text) or begins(text, head))):
            continue
        if option.method == "standfirst" and len(paragraphs) > 2:
            place = next((at for at in range(2) if same(paragraphs[at], text)), None)
            if place is not None:
                return option, place
        core = _ELLIPSIS.sub("", text)
        words = " ".join(_WORDS.findall(core.casefold()))
        if not words or words in body or (core != text and option.method != "standfirst"):
            continue
        return option, None
    return None, None
