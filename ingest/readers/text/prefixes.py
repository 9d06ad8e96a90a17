"""What stands before and after a headline: kickers ("BREAKING:"), credited publishers, the site's name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from enrich import sections
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.vocabulary import normalise, vocabulary

_DECORATION = re.compile(r"^[^\w\s\"'“”„«»‘’‹›「『(\[【［¿¡#$€£§@&+-]+\s*")
_BRACKET = re.compile(r"^[\[(【［（<＜〔]\s?([^\])】］）>＞〕]{1,30})\s?[\])】］）>＞〕]\s*[:：\-–—|]?\s*(?=\S)")
_HEAD = re.compile(r"^(.{1,45}?)\s*([:：|｜/／‖]|\s[-–—]\s|\.\.\.?\s|…\s|!\s|(?<=\d)-(?=\S))\s*(?=\S)")
_TAIL = re.compile(r"\s+([|｜·•»›~]|::|//|[-–—])\s+(?!.*\s(?:[|｜·•»›~]|::|//|[-–—])\s)")
_PAPER = re.compile(
    r"^(?:The |Daily |[A-Z][\w'’.&-]+ ){1,3}(?:Times|Post|News|Tribune|Journal|Herald|Gazette|Telegraph"
    r"|Mail|Magazine|Zeitung|Chronicle|Observer|Television|TV|Press|Standard|Review)$"
)
_DOMAIN = re.compile(r"^(?:https?://)?(?:www\.)?([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,3})/?$", re.I)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A headline without what was set before and after it."""

    text: str
    publisher: str | None = None
    site: str | None = None


def same_name(one: str | None, other: str | None) -> bool:
    """Whether two names are of one site: "BBC News", "bbc.com"; case, accents and punctuation aside."""
    if not one or not other:
        return False
    a, b = normalise(one), normalise(other)
    if a == b or a.replace(" ", "") == b.replace(" ", ""):
        return True
    if (bare := domain(other)) and a.replace(" ", "") == bare.rsplit(".", 1)[0].replace("-", "").removeprefix("www."):
        return True
    known = find_publisher(one)
    return known is not None and known == find_publisher(other)


def domain(text: str) -> str | None:
    """The host that a text is ("www.example.al" gives "example.al"), else None."""
    if "." not in text or " " in text or len(text) > 255:
        return None
    found = _DOMAIN.match(text)
    if not found or found[1].rsplit(".", 1)[1].isdigit() or len(found[1].rsplit(".", 1)[1]) < 2:
        return None
    return found[1].lower().removeprefix("www.")


def publisher_named(text: str) -> str | None:
    """The publisher that a name certainly is, by its usual name; a name of the form of a newspaper's as it stands."""
    known = find_publisher(text)
    if known is not None and (not known.ambiguous or " " in text.strip()):
        return known.name
    return text if _PAPER.match(text) and len(text) <= 45 else None


def trim(text: str, site: str | None, source: str | None) -> Trimmed:
    """A headline without kickers, a credited publisher before it and the site's name around it."""
    words = vocabulary()
    publisher = named_site = None
    text, tail_site = _without_tail(text, site, source)
    named_site = tail_site
    for _ in range(4):
        text = _DECORATION.sub("", text, count=1) or text
        if (match := _BRACKET.match(text)) and match.end() < len(text):
            key = normalise(match[1])
            if _kicker(key, match[1], "[") or all(_kicker(k, k, "[") for k in re.split(r"[ ,/+&·]+", key) if k):
                text = text[match.end() :]
                continue
        match = _HEAD.match(text)
        if not match:
            break
        head, sign = match[1].strip(), match[2].strip()
        key = normalise(head)
        if not key or match.end() >= len(text):
            break
        # "In pictures: the last …" is one phrase.
        joined = sign in ":：" and text[match.end()].islower() and head[0].isupper() and not head.isupper()
        if not joined and _kicker(key, head, sign) and not (sign == "!" and " " not in text[match.end() :]):
            text = text[match.end() :]
            continue
        if sign in ":：|｜/" and head[0] not in "\"'“„«":
            if same_name(head, site) or same_name(head, source):
                named_site = named_site or head
                text = text[match.end() :]
                continue
            if publisher is None and sign in ":：" and (found := publisher_named(head)):
                publisher = found
                text = text[match.end() :]
                continue
            if sign in "|｜" and (sections.lookup(head) or words.label("any", key)):
                text = text[match.end() :]
                continue
        break
    return Trimmed(text.strip(), publisher, named_site)


def _kicker(key: str, written: str, sign: str) -> bool:
    words = vocabulary()
    if not key:
        return False
    if words.label("any", key):
        return True
    if words.label("loud", key):
        return sign in "|｜[/‖" or (written.isupper() and len(written) > 2) or sign == "-"
    return False


def _without_tail(text: str, site: str | None, source: str | None) -> tuple[str, str | None]:
    """ "Headline | World | Site" without what follows the headline; and the site's name, if it is certain."""
    named: str | None = None
    for _ in range(3):
        match = _TAIL.search(text)
        if not match or match.start() < 8:
            break
        sign, tail = match[1], text[match.end() :].strip()
        if not tail or len(tail) > 60 or tail.count(" ") > 5:
            break
        bar = sign in "|｜»›::~//·•"
        if same_name(tail, site) or same_name(tail, source) or domain(tail) or publisher_named(tail):
            named = named or tail
        elif bar and named is None and (tail.count(" ") <= 3 and (tail[:1].isupper() or not tail[:1].islower())):
            if not sections.lookup(tail):
                named = tail
        elif not (sections.lookup(tail) and (bar or named)):
            break
        text = text[: match.start()].rstrip()
    return text, named
