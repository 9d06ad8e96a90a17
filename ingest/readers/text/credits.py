"""Who is credited: "Source: BBC", "/AFP/" at the end, "(Reuters)"; and what a photo's line says of it."""

from __future__ import annotations

import re

from enrich.draft import Image
from ingest.readers.text.captions import LOUD_CREDIT, SLASHED
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.furniture import AGENCY_LAST
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.prefixes import domain
from ingest.readers.text.vocabulary import normalise, vocabulary

_EDGES = re.compile(r"^[\s.,;:|/()\[\]–—©-]+|[\s,;:|/()\[\]–—©-]+$")
_UNCLOSED = re.compile(r"(?<=[.!?”»\"…])\s*/\s?([\w .-]{2,30})$")
_SLASHED = re.compile(r"\s*(?:/\s?([^/\n]{2,40}?)\s?/|\\\s?([^\\\n]{2,40}?)\s?\\)\.?$")
_BRACKETED = re.compile(r"\s*[(\[（]\s?(?:with |via |me |con |mit |avec |с )?([^()\[\]（）\n]{2,40}?)\s?[)\]）]\.?$")
_TRAILING_LABEL = re.compile(r"(?<=[.!?»”\"…])\s+([^\s:：][^:：.\n]{1,30})[:：]\s?([^.\n]{2,60})\.?$")
# "… Foto: Armin Weigel / dpa"
_LABELLED = re.compile(r"(?<=[\s.!?»”\"])([^\W\d_]{3,14})\s?[:：]\s?([^:：]{2,60})$")
_CUT_CREDIT = re.compile(
    r"\s*[(\[【（]?\s*((?:[^\W\d_]|[ .’'-]){2,40})\s*[:：／/=＝]\s*([^:：]{2,70}?)\s*[)\]】）]?\.?$"
)
_BRACKET_TAIL = re.compile(r"\s*[\[(（【]([^\[\]()（）【】]{2,70})[\])）】]\.?$")
_AFTER_STOP = re.compile(
    r"^(?P<caption>.*[.!?…»”])\s+(?P<credit>(?:[^\W\d_][\w.’'-]*\s){1,4}/\s?(?:[^\W\d_][\w.’' -]{1,30}))\.?$"
)
_AGENCY_TAIL = re.compile(
    r"[.,;|–—-]?\s*((?:[^\W\d_][\w.’'-]*\s){0,3}?[\w.’' -]{0,30}(?:/\s?[\w .’'-]{2,40}|via [\w ]{2,30}"
    r"|Getty Images|Shutterstock|Reuters|REUTERS)[\w/ .-]{0,60})[)\]]?\.?$"
)


def name_of(text: str) -> str | None:
    """A credited publisher's name as usually written, else the text, tidied; None if it is no name."""
    text = re.sub(r"^(?:@|www\.)", "", text.strip(" .,;:|/()[]\"'“”«»-–—"))
    if not text or len(text) > 60 or text.count(" ") > 6:
        return None
    if known := find_publisher(text):
        return known.name
    for part in re.split(r"\s*(?:[/,;|&+]|\s(?:and|und|et|y|e|dhe|и|та|via)\s)\s*", text):
        if part != text and (known := find_publisher(part)):
            return known.name
    if domain(text):
        return domain(text)
    return text if (any(char.isalpha() for char in text) and not text.islower()) or text.count(" ") < 3 else None


def signature(text: str) -> tuple[str, str | None]:
    """A last paragraph without its signature ("… said. /AFP/", "… he said. Source: BBC"), and who it credits."""
    tail = text[-120:]
    words = vocabulary()
    if match := _SLASHED.search(tail):
        name = (match[1] or match[2]).strip()
        start = len(text) - len(tail) + match.start()
        before = text[:start].rstrip()
        if before and "://" not in tail and (before[-1:] in ".!?\"”»…’'" or find_publisher(name)):
            known = find_publisher(name)
            initials = len(normalise(name).replace(" ", "").replace(".", "")) <= 3 and known is None
            return before, None if initials else (known.name if known else name)
    if (match := _UNCLOSED.search(tail)) and (known := find_publisher(match[1])):
        return text[: len(text) - len(tail) + match.start()], known.name
    if match := _BRACKETED.search(tail):
        known = find_publisher(match[1])
        start = len(text) - len(tail) + match.start()
        if known is not None and (known.agency or not known.ambiguous) and text[:start].rstrip()[-1:] in ".!?\"”»…。’'":
            return text[:start].rstrip(), known.name
    if (match := AGENCY_LAST.search(tail)) and (known := find_publisher(match[1])) and known.agency:
        return text[: len(text) - len(tail) + match.start()].rstrip(), known.name
    if (match := _TRAILING_LABEL.search(tail)) and words.label("source", normalise(match[1])):
        return text[: len(text) - len(tail) + match.start()].rstrip(), name_of(match[2])
    return text, None


def images(entries: list[Entry], positions: list[int]) -> list[tuple[Image, tuple[int, ...]]]:
    """Captions and credits as images, each with its input lines. A credit alone belongs to the caption beside it."""
    found: list[tuple[Image, tuple[int, ...]]] = []
    last = -9
    for i in positions:
        entry = entries[i]
        lines = entry.block.lines
        if entry.kind is Kind.CREDIT:
            credit = name_or_text(entry.value) if entry.value else None
            if credit is None:
                continue
            if entry.value == entry.text and (":" in entry.text or entry.units > 6):
                caption, cut = split_credit(entry.text)
                credit = cut or credit
                if caption and cut and entry.units > 6:
                    found.append((Image(None, caption, cut), lines))
                    last = i
                    continue
            if found and i - last == 1 and found[-1][0].credit is None:
                image, before = found[-1]
                found[-1] = (Image(image.url, image.caption, credit), before + lines)
            else:
                found.append((Image(credit=credit), lines))
        else:
            text = entry.value or entry.text
            caption, credit = split_credit(text)
            if found and i - last == 1 and found[-1][0].caption is None and entry.block.image is None:
                image, before = found[-1]
                found[-1] = (Image(image.url, caption, image.credit or credit), before + lines)
            elif caption or credit or entry.block.image:
                found.append((Image(entry.block.image, caption, credit), lines))
        last = i
    return found


def name_or_text(text: str) -> str | None:
    """A photo credit, tidied."""
    bare = _EDGES.sub("", text)
    head, colon, rest = bare.partition(":")
    if colon and rest.strip() and vocabulary().label("photo", normalise(head)):
        bare = rest.strip(" .")
    if "(" in bare and ")" not in bare:
        bare += ")"
    return bare or None


def split_credit(text: str) -> tuple[str | None, str | None]:
    """A caption and the credit at its end; a label before it is cut off."""
    words = vocabulary()
    head, colon, rest = text.partition(":")
    if (
        colon
        and rest.strip()
        and len(head) <= 30
        and (words.label("photo", normalise(head)) or words.label("caption", normalise(head)))
    ):
        text = rest.strip()
    if "Credit" in text and (dots := re.split(r"Credit(?:\.\.\.|…)\s?", text))[1:]:
        return dots[0].strip() or None, name_or_text(dots[-1])
    shown, sign, after = text.rpartition("©")
    if sign and 2 <= len(after.strip()) <= 60 and shown.strip():
        return shown.strip(" .,|–-") + ("." if shown.rstrip().endswith(".") else ""), name_or_text(after)
    if match := SLASHED.match(text) or LOUD_CREDIT.match(text) or _AFTER_STOP.match(text):
        return match["caption"].strip() or None, name_or_text(match["credit"])
    if (match := _BRACKET_TAIL.search(text)) and match.start() > 0:
        inner = re.split(r"[:：／=＝]", match[1])
        head = normalise(inner[0])
        credit = inner[-1] if len(inner) > 1 and words.label("photo", head) else match[1]
        return text[: match.start()].rstrip() or None, name_or_text(
            re.sub(r"^(?:Photo|Photograph|Foto|Image|Picture) (?:by|de|von|di)\s+", "", credit, flags=re.I)
        )
    if (match := _LABELLED.search(text)) and words.label("photo", normalise(match[1])):
        return text[: match.start()].rstrip(" |/–—-([（") or None, name_or_text(match[2])
    at = max(
        text.rfind(":"),
        text.rfind("："),
        text.rfind("©"),
        text.rfind("／"),
        text.rfind("＝"),
        text.rfind("/ "),
        text.rfind("/"),
    )
    if (at >= 0 and text[at] != "/") or (at > 0 and text[at + 1 : at + 2] == " "):
        before = text[:at].rstrip(" :：").split(" ")
        for count in range(min(words.label_words, len(before)), 0, -1):
            key = normalise(" ".join(before[-count:]))
            if key and words.label("photo", key):
                caption = " ".join(before[:-count]).rstrip(" |/–—-([（")
                return caption or None, name_or_text(text[at + 1 :])
        if text[at] in "©/":
            return " ".join(before).rstrip(" |/([") or None, name_or_text(text[at + 1 :])
    if (match := _AGENCY_TAIL.search(text)) and match.start() > 0:
        stop = max(
            text.rfind(". ", 0, len(text) - 2),
            text.rfind("| "),
            text.rfind(" – "),
            text.rfind(" — "),
            text.rfind(" - "),
        )
        if stop > 10:
            return text[: stop + (text[stop] == ".")].rstrip(), name_or_text(text[stop + 1 :])
    return text, None
