"""The byline that a reader of a page sees: lines around the headline, links to authors, rel, itemprop, classes.

In this order: a line beside the headline that says "By", names beside it that link to an author or are marked as one,
then what is so marked anywhere in the article, then what is marked in a box about the author.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from enrich import publishers
from ingest.readers.bylines import Byline, looks_like_name, parse_byline, tidy_name
from ingest.readers.dates import find_dates
from ingest.readers.html.header import Line, around
from ingest.readers.html.page import Page

_NOBODY_WORDS = (
    "admin administrator editor editors staff redaktion redaction redacción redação redazione redaksia redakcja "
    "redakce redakcija redacția redactie newsroom newsdesk webmaster author guest anonymous unknown none null "
    "undefined root user web super редакция редакція σύνταξη"
)
NOBODY = frozenset(_NOBODY_WORDS.split())
MADE_BY = re.compile(
    r"^(?:photographs?|photos?|pictures|images|words|text|story|written|reporting|reported|posted|submitted|article)"
    r"(?: and (?:photographs?|photos?|pictures|words))?\s*(?:by\b|:)\s*",
    re.I,
)
# What publishing systems write before a name, in the words of their translations.
_LABELLED = re.compile(
    r"^(?:(?:posted|published|written|created|authored|submitted|added|reported|uploaded|shared)(?: by)?|"
    r"(?:ein(?:e)? )?(?:artikel|beitrag|text|bericht|interview|gastbeitrag|kolumne|reportage|rezension) von|"
    r"(?:verfasst|geschrieben|erstellt|veröffentlicht|eingestellt|gepostet|publiziert|geposted|aufgezeichnet) von|"
    r"(?:publié|rédigé|écrit|posté|proposé|article (?:rédigé|écrit|publié)|un article|recueilli) par|"
    r"(?:publicado|publicada|escrito|escrita|redactado|enviado|postado|escreve|texto|nota) (?:por|de)|"
    r"(?:scritto|pubblicato|inserito|postato|redatto|a cura|articolo) (?:da|di)|"
    r"(?:geschreven|geplaatst|gepubliceerd|gepost|auteur) (?:door|van)|"
    r"(?:napisane|dodane|opublikowane|opracowane) przez|napisała?|opracowała?|autor(?:ka)?|"
    r"(?:skrevet|skriven|publicerad|publisert|postet|tekst|text) (?:av|af)|"
    r"(?:scris|publicat) de|(?:napsala?|vložila?|zveřejnila?)|(?:írta|szerző)|(?:objavio|napisao|piše)|"
    r"yazan|ditulis oleh|oleh|penulis|viết bởi|tác giả|автор(?:ы)?|опубликовал[а]?|написал[а]?|"
    r"about(?: the)? authors?|about|more (?:from|by)|(?:view |see )?all posts by|"
    r"(?:all )?(?:articles?|posts?|stories) (?:by|from)|(?:weitere|alle)(?: artikel| beiträge)? von|"
    r"über(?: (?:den autor|die autorin))?|"
    r"tous les articles (?:de|par)|ver (?:todas las|todos los|más) \w+ de|contributed by)\s*[:：]?\s+",
    re.I,
)
_OUR = re.compile(
    r"^(door|von|de|por|di|da|by) (?:onze|unserem|unserer|notre|nuestro|nuestra|nosso|nossa|il nostro|la nostra|our) "
    r"(?:verslaggever|verslaggeefster|correspondent\w*|redacteur|redakteur\w*|reporter\w*|envoyée? spéciale?|"
    r"envoyé|corresponsal|enviad[oa]|inviat[oa]|corrispondente)\s+",
    re.I,
)
_BEFORE_DATE = re.compile(
    r"(?:^|(?<=[\s|,;·•(–—-]))(?:on|at|am|vom|um|le|du|el|em|il|op|den|à|a las|às|alle|dnia|от|в|"
    r"(?:last |first )?(?:updated|published|posted|modified|date)|updated on|published on|posted on|aktualisiert|"
    r"veröffentlicht|publiziert|stand|datum|erstellt|publié|mis à jour|modifié|publicad[oa]|actualizad[oa]|"
    r"atualizado|pubblicato|aggiornato|gepubliceerd|bijgewerkt|geplaatst|opublikowano|aktualizacja|опубликовано|"
    r"обновлено|publisert|oppdatert|publicerad|uppdaterad)\s*[:：]?\s*$",
    re.I,
)
_NOISE = re.compile(
    r"\b\d{1,3}\s?[-‐]?\s?(?:min(?:ute|uten|utes|utos|uti|utter)?s?\b\.?)(?:[-\s]?(?:read|reading|to read|de lecture|"
    r"de lectura|de leitura|di lettura|lesezeit|lesen|leestijd|läsning|lesetid))?|"
    r"\b(?:lesezeit|reading time|read time|leestijd|temps de lecture|tiempo de lectura)\b\s*:?|"
    r"\b\d+ (?:comments?|kommentare?|commentaires?|comentarios?|commenti|reacties|shares?|views?)\b|"
    r"\bfollow(?: @\w+| on \w+|ing)?\b|\b(?:leave a comment|no comments|keine kommentare|show more|read more|uhr)\b|"
    r"\b\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[ap]\.?m\b\.?|h\b)?(?:\s[A-Z]{2,4}\b)?",
    re.I,
)
# Words of links and buttons that stand where names do, and have the form of one.
_NO_NAME = re.compile(
    r"\b(?:all|alle|aller|sign|log|login|logout|out|in|up|subscri\w+|abonn\w+|anmeld\w+|view|more|mehr|weitere|zur|zum|"
    r"artikel\w*|beiträge|posts?|articles?|stories|autor(?:en|enseite)?|autoren|profil|profile|published|publiziert|date|"
    r"datum|updated|share|teilen|kommentar\w*|comments?|redaktion|editorial|newsletter|follow|contact|kontakt|home|"
    r"about|über|search|suche|menu|menü|read|lesen|zurück|back|next|previous|the|this|from)\b|redaktion$|admin",
    re.I,
)
_EDGES = " |•·,;-–—/:\t>»"
_HAN_NAME = re.compile(r"[\u3400-\u9fff々]{2,5}(?:[ 　][\u3400-\u9fff々\u3040-\u30ff]{1,4})?")
# Short names ("Ben Tye"), which are believed only where the markup says that a name stands there.
_TWO_NAMES = re.compile(r"[^\W\d_a-z][\w.'’-]+(?: [^\W\d_a-z][\w.'’-]*){1,2}")
# One word that somebody signs with ("Thilo", "freeman1984"); only where the markup says so.
_ONE_NAME = re.compile(r"[^\W\d_][\w.-]{1,24}")
_PARTS = re.compile(r"\s*(?:[,;/|·•、，]|\s&\s|\s(?:and|und|et|y|e|en|og|och|i|и|ve|dhe)\s)\s*")
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|bylines|by-line|author|authors|autor|autoren|auteur|auteurs|autore|autores|autori|verfasser|"
    r"contributors?|writer|signature|signatur|reporter-name|authorline|firma|muhabir|yazar|author-name|author-byline|"
    r"postedby|posted-by|written-by|creator|autorin|authorname|journalist|redakteur)(?:$|[\s_-])",
    re.I,
)
_NOT_BYLINE_CLASS = re.compile(
    r"image|avatar|photo|picture|related|more|follow|social|comment|card__|teaser|search|filter|login", re.I
)
_BOX = re.compile(r"bio|box|about|info|profile|description|vita|card", re.I)
_ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:teasers?|teaserlist|cards?|related|latest|trending|comments?|comment-\w+|commentlist|sidebar|recirc\w*|"
    r"widget\w*|site-footer|page-footer|recommended|popular|most-read|mostread|newsletter|figcaption|caption|wp-caption|breadcrumbs?|nav|menu|"
    r"reply|replies|disqus_thread|respond)(?:$|[\s_-])",
    re.I,
)
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:es|en|i|in|innen)?|auteurs?|autore|byline|contributors?|columnists?|journalists?|"
    r"reporters?|staff|newsteam|news-team|creators?|experten|redakteure?|mitarbeiter|kolumnisten|"
    r"skribent(?:er)?|yazar(?:lar)?|writers?|firmas?|redactores|journalistes?|redacteurs?)[/=-]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of its authors: the byline, its line in the source, and whether it is labelled ("By …")."""

    byline: Byline
    line: int
    labelled: bool


def shown(page: Page, near: list[Line], headline: Any, *, guess: bool = True) -> Shown | None:
    """The byline of a page: `near` are the lines around its headline, `headline` the element (None if not found).

    `guess` also looks for names where nothing marks them.
    """
    if page.tree is None:
        return None
    found = _beside(near) or _marked(page, headline)
    return found or (_below_headline(page) or _beside_date(near) if guess else None)


def cleaned(text: str) -> str:
    """A shown line without dates and what leads to them, reading times and buttons; with "By" for other labels."""
    text = " ".join(text.split())
    if any(char.isdigit() for char in text):
        for found in reversed(find_dates(text)):
            before = text[: found.start].rstrip()
            for _ in range(3):
                before = _BEFORE_DATE.sub("", before).rstrip(" |,·•(")
            text = f"{before} | {text[found.end :]}"
    text = _NOISE.sub(" | ", text).strip(_EDGES)
    text = _BEFORE_DATE.sub("", text).strip(_EDGES)
    text = _OUR.sub(r"\1 ", text)
    unlabelled = _LABELLED.sub("", text)
    if unlabelled != text:
        text = "By " + _by(unlabelled)
    return " ".join(text.split()).strip(_EDGES)


_SECOND_BY = re.compile(r"^(?:by|von|par|por|di|da|de|door|av|af|przez)[:\s]\s*", re.I)


def _by(text: str) -> str:
    return _SECOND_BY.sub("", text.strip(_EDGES))


def spaced(node: Any) -> str:
    """The text of an element with a space between its parts: a name and a date in two elements are not one word."""
    return " ".join(" ".join(node.itertext()).split())[:400]


def names(text: str) -> tuple[str, ...]:
    """The names of a line that holds nothing but names ("Ruth Okafor & Ben Tye", "山田花子")."""
    parts = [part for part in _PARTS.split(text.strip(_EDGES)) if part]
    if not 0 < len(parts) <= 6 or any(part.casefold() in NOBODY or _NO_NAME.search(part) for part in parts):
        return ()
    if not all(looks_like_name(part) or _HAN_NAME.fullmatch(part) or _TWO_NAMES.fullmatch(part) for part in parts):
        return ()
    return tuple(dict.fromkeys(tidy_name(part) for part in parts))


def _beside(near: list[Line]) -> Shown | None:
    """A line around the headline that is a byline by its words, else names there that the markup calls authors."""
    linked: list[str] = []
    line = 0
    for row in near:
        if len(row.text) > 160:
            continue
        text = spaced(row.node)
        plainly = cleaned(text)
        found = _parsed(plainly)
        inside = _authors_in(row.node)
        if found and found.authors:
            # The markup knows where a name ends; the words know of names that it does not mark.
            if inside and any(a.startswith(b + " ") for a in found.authors for b in inside):
                found = replace(found, authors=inside)
            return Shown(replace(found, text=text), row.line, True)
        if not inside and (MADE_BY.match(text) or _signed(row.node)) and not publishers.find(plainly):
            inside = names(_by(MADE_BY.sub("", plainly)))
        linked += [name for name in inside if name not in linked]
        line = line or (row.line if inside else 0)
    return Shown(Byline(", ".join(linked), tuple(linked)), line, False) if 0 < len(linked) <= 8 else None


def _parsed(plainly: str) -> Byline | None:
    """The byline in a cleaned line, or in the first of its parts that is one."""
    found = parse_byline(plainly) if 4 < len(plainly) < 160 else None
    if found and found.authors:
        return found
    for part in plainly.split("|"):
        part = part.strip(_EDGES)
        each = parse_byline(part) if part != plainly and 4 < len(part) < 160 else None
        if each and each.authors:
            return each
    return found


def _authors_in(node: Any) -> tuple[str, ...]:
    """The names of links to authors' pages and of what rel or itemprop calls an author, in or around an element."""
    found: list[str] = []
    for each in (node, *list(node.iterdescendants("a", "span", "b", "strong"))[:12]):
        if each.tag == "a":
            marked = "author" in (each.get("rel") or "").split()
            if not marked and not _AUTHOR_PAGE.search(each.get("href") or ""):
                continue
        elif not _property(each):
            continue
        else:
            marked = True
        text = _by(cleaned(spaced(each)))
        found += names(text) or ((text,) if marked and _one_name(text) else ())
    return tuple(dict.fromkeys(found))


def _property(node: Any) -> bool:
    stated = node.get("itemprop") or node.get("property")
    return stated is not None and not {"author", "creator"}.isdisjoint(stated.split())


def _one_name(text: str) -> bool:
    return _ONE_NAME.fullmatch(text) is not None and text.casefold() not in NOBODY and publishers.find(text) is None


def _signed(node: Any) -> bool:
    """Whether an element, one in it, or one of the two around it, is marked as a byline."""
    return any(_byline_marks(each) for each in (*list(node.iter())[:4], *list(node.iterancestors())[:2]))


_MARKS = ("class", "id", "data-testid", "data-qa", "data-component", "rel")


def _byline_marks(node: Any) -> bool:
    marks = " ".join(
        node.get(name) or "" for name in ("class", "id", "data-testid", "data-qa", "data-component", "rel")
    )
    return bool(marks.strip() and _BYLINE_CLASS.search(marks) and not _NOT_BYLINE_CLASS.search(marks))


_SIGNED = ("a", "span", "div", "p", "address", "li", "cite", "strong", "h4", "h5")
_LINES = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "address", "em", "strong", "small")


def _marked(page: Page, headline: Any) -> Shown | None:
    """What is marked as an author in the article: by rel and itemprop, by a class's name, last in an author's box."""
    tiers: tuple[list[tuple[tuple[str, ...], Any, bool]], ...] = ([], [], [])
    looked = 0
    for node in around(page, headline).iter("a", "span", "div", "p", "address", "li", "cite", "strong", "h5", "h4"):
        own = "author" in (node.get("rel") or "").split() or _property(node)
        if not own and not _byline_marks(node):
            continue
        looked += 1
        if looked > 80:
            break
        if _among_others(node):
            continue
        text = _name_property(node) if _property(node) else ""
        text = text or spaced(node)
        if not text or len(text) > 240:
            continue
        plainly = cleaned(text)
        found = _parsed(plainly)
        labelled = bool(found and found.authors)
        authors = found.authors if found and found.authors else names(_by(plainly))
        if inside := _authors_in(node):
            authors = authors if set(authors) > set(inside) else inside
        if not authors and (own or plainly.startswith("By ")) and _one_name(_by(plainly)):
            authors = (_by(plainly),)
        if authors:
            box = _in_box(node)
            tiers[2 if box else 0 if own else 1].append((authors, node, labelled))
    for tier in tiers:
        if tier:
            return _together(tier)
    return None


def _together(found: list[tuple[tuple[str, ...], Any, bool]]) -> Shown:
    """The first names of a tier and those that stand beside them; names further on are of other articles."""
    authors, first, labelled = found[0]
    around = list(first.iterancestors())[:3]
    group = dict.fromkeys(authors)
    for others, node, _ in found[1:12]:
        if any(each in around for each in list(node.iterancestors())[:3]):
            group.update(dict.fromkeys(others))
    kept = tuple(group) if len(group) <= 8 else authors
    # "Jane Doe" and a line that has her name and more.
    kept = tuple(name for name in kept if not any(other != name and name.startswith(other + " ") for other in kept))
    return Shown(Byline(spaced(first), kept), first.sourceline or 0, labelled)


def _name_property(node: Any) -> str:
    for each in node.iter("meta", "span", "a", "div", "strong", "p"):
        if "name" in (each.get("itemprop") or "").split():
            return (each.get("content") or spaced(each)).strip()
    return (node.get("content") or "").strip()


def _among_others(node: Any) -> bool:
    """Whether an element stands in a list of other articles, in comments or in a frame around the article."""
    foot = False
    for _, each in zip(range(9), node.iterancestors(), strict=False):
        if each.tag in ("article", "main", "body"):
            # The foot of an article signs it, that of the page does not.
            return foot and each.tag == "body"
        foot = foot or each.tag == "footer"
        if each.tag in ("aside", "nav", "figure", "figcaption"):
            return True
        if _ELSEWHERE.search(f"{each.get('class') or ''} {each.get('id') or ''}"):
            return True
    return False


def _in_box(node: Any) -> bool:
    for _, each in zip(range(4), (node, *node.iterancestors()), strict=False):
        marks = f"{each.get('class') or ''} {each.get('id') or ''}"
        if _BOX.search(marks) and _BYLINE_CLASS.search(marks):
            return True
    return False


def _below_headline(page: Page) -> Shown | None:
    """A line such as "Nga Arben Hoxha" between the headline and the first paragraph, whatever its class."""
    looked = 0
    after = False
    for node in page.tree.iter(
        "h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "address", "em", "strong", "small"
    ):
        if node.tag == "h1":
            after = True
            continue
        if not after:
            continue
        looked += 1
        text = spaced(node)
        if looked > 40 or (node.tag == "p" and len(text) > 200):
            break
        found = _parsed(cleaned(text)) if 4 < len(text) < 160 else None
        if found and found.authors:
            return Shown(
                Byline(text, found.authors, found.roles, found.publisher, found.place), node.sourceline or 0, True
            )
    return None


def _beside_date(near: list[Line]) -> Shown | None:
    """A name that shares its line with a date ("4 February 2022 | Uta Helkenberg"), close to the headline."""
    for row in near[:6]:
        if not any(char.isdigit() for char in row.text) or len(row.text) > 100:
            continue
        for part in cleaned(row.text).split("|"):
            if looks_like_name(part.strip(_EDGES)) and find_dates(row.text):
                return Shown(Byline(row.text, names(part)), row.line, False)
    return None
