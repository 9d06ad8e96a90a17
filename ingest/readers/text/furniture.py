"""What a block is by its own form and words, before its neighbours are looked at."""

from __future__ import annotations

import re

from ingest.readers.text.captions import CREDIT_END, mark_caption
from ingest.readers.text.dated import TICKER, furnished, mark_date
from ingest.readers.text.entries import Entry, Kind, count_units
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.lines import Block, ends_sentence
from ingest.readers.text.menus import is_section, mark_menu
from ingest.readers.text.vocabulary import Vocabulary, normalise, unspaced, vocabulary

_QUOTES = "\"'“”„«»‘’‹›「『—–-"
_SEPARATOR = re.compile(r"\s*(?:[:：|｜»›>→⟶]|\s[-–—]\s)\s*")
_COLON = re.compile(r"^[^:：.,]{2,40}(?:[(（][^()（）]{2,30}[)）]\s?)?[:：]|^[\[【(（][^\])】）]{2,30}[\])】）]")
_URL = re.compile(r"^(?:[\w ]{0,24}[:：]\s?)?(https?://\S{4,1500}|www\.\S{4,500})$", re.I)
# "(ANSA)." on a line of its own.
_AGENCY_ALONE = re.compile(r"^[(\[（/]\s?(?:with |avec |con |mit |com )?([^()\[\]（）/]{2,40}?)\s?[)\]）/]\.?$", re.I)
_HASHTAGS = re.compile(r"^(?:[#＃][\w\u0900-\u0d7f\u0e00-\u0e7f·’'-]{2,60}[\s,;]*)+$")
_COPYRIGHT = re.compile(r"^(?:[©ⓒ]|\(c\)\s?\d|copyright\s*(?:[©ⓒ(]|\d{4})|copyright\s+\w+\s+\d{4})", re.I)
AGENCY_LAST = re.compile(r"(?<=[.!?»”\"…])\s+([A-ZА-ЯΑ-Ω][\w-]{1,11})\.?$")
# Who edited a page did not write it.
_EDITORS = frozenset(
    normalise(word)
    for word in [
        "editor",
        "web editor",
        "edited by",
        "editing by",
        "video editor",
        "责任编辑",
        "责编",
        "編輯",
        "编辑",
        "审核",
        "校对",
        "editör",
        "redaktor prowadzący",
        "redaktor",
        "redaktör",
        "redigerat av",
        "urednik",
        "urednica",
        "lektor",
        "редактор",
        "редактировал",
        "выпускающий редактор",
    ]
)
# "Com Reuters", "Avec AFP" on a line of its own.
_WITH = re.compile(r"^(?:Com|Con|With|Avec|Mit|Via|Cu|Met|Med)\s(?!the\b)([A-ZÀ-Þ][\w .&-]{1,30})$")
_WEATHER = re.compile(r"^[^.!?]{0,40}[+-]?\d{1,2}\s?°\s?[CF]?\b[^.!?]{0,40}$")
_TEMPERATURE = re.compile(r"°")


def classify(block: Block) -> Entry:
    """What a block is by itself."""
    text = block.text
    units = count_units(text)
    stop = (
        ends_sentence(text) or (units >= 12 and text[-1] in ":：") or (units >= 18 and "\u0e00" <= text[0] <= "\u0eff")
    )
    stop = stop or (units >= 8 and _signed(text))
    long = (units >= 13 and stop) or units >= 42
    entry = Entry(block, Kind.PARAGRAPH if long else Kind.SENTENCE if stop and units >= 3 else Kind.SHORT, units, stop)
    if block.image is not None:
        entry.kind = Kind.CAPTION
        return entry
    if units > 110 or len(text) > 1200:
        return entry
    words = vocabulary()
    if units > 45 and len(text) > 300 and text[0] not in "©([（【*":
        # Most paragraphs: only what they open with could make them a site's message.
        opening = normalise(text[:80])
        found = words.opening(opening)
        if found is None:
            return entry
    entry.key = key = normalise(text if len(text) <= 400 else text[:400])
    if not key:
        entry.kind = Kind.FURNITURE
        return entry
    if len(text) <= 300 and _short(entry, text, key, words):
        return entry
    if text[0] not in _QUOTES or (units <= 5 and text[0] in "—–-"):
        _prompt(entry, text, key, words)
    if entry.own and units <= 60:
        mark_caption(entry, text, words)
    return entry


def glance(block: Block) -> Entry:
    """What a block far down a very long text is: short lines are only looked up whole."""
    text = block.text
    units = count_units(text)
    if units > 8 or len(text) > 80 or block.image is not None:
        return classify(block)
    key = normalise(text)
    term = vocabulary().exact.get(key)
    stop = ends_sentence(text)
    kind = Kind.SENTENCE if stop and units >= 3 else Kind.SHORT
    if not key or term is not None:
        kind = _EXACT.get(term.kind, Kind.FURNITURE) if term else Kind.FURNITURE
    return Entry(block, kind, units, stop, key)


def _signed(text: str) -> bool:
    """Whether an agency's name stands after the last sentence: "… a las costas. EFE"."""
    match = AGENCY_LAST.search(text, max(0, len(text) - 40))
    known = find_publisher(match[1]) if match else None
    return known is not None and known.agency


def _short(entry: Entry, text: str, key: str, words: Vocabulary) -> bool:
    """Whole lines: exact phrases, labels with values, dates, paths of sections, addresses."""
    term = words.exact.get(key)
    if term is not None and not (term.kind == "nav" and is_section(text)):
        entry.language = term.language
        entry.kind = _EXACT.get(term.kind, Kind.FURNITURE)
        if term.kind in ("related", "latest", "nav") and (tags := words.label("tags", key)):
            entry.kind, entry.language = Kind.TAGS if term.kind != "nav" else entry.kind, tags
        return True
    if entry.units <= 6 and (language := words.label("tags", key)):
        entry.kind, entry.language = Kind.TAGS, language
        return True
    if language := words.label("bio", key):
        entry.kind, entry.language = Kind.BIO, language
        return True
    if language := words.label("photo", key):
        entry.kind, entry.language = Kind.CREDIT, language
        return True
    if text[0] in "#＃" and _HASHTAGS.match(text):
        entry.kind, entry.value = Kind.TAGS, text
        return True
    if found := _URL.match(text):
        entry.kind, entry.value = Kind.URL, found[1]
        return True
    if entry.units <= 24 and mark_date(entry, text, key):
        return True
    if _labelled(entry, text, words):
        return True
    if entry.units <= 5 and (match := _WITH.match(text)) and find_publisher(match[1]):
        entry.kind, entry.value = Kind.SOURCE, match[1]
        return True
    if entry.units <= 9 and (name := _after_label(text, words)):
        entry.kind, entry.value = Kind.SOURCE, name
        return True
    if entry.units <= 4 and (match := _AGENCY_ALONE.match(text)) and find_publisher(match[1]):
        entry.kind, entry.value = Kind.SOURCE, match[1]
        return True
    if mark_menu(entry, text, words):
        return True
    if entry.units <= 12 and not entry.stop and any(map(str.isdigit, text)):
        if TICKER.match(text) or (_TEMPERATURE.search(text) and _WEATHER.match(text)):
            entry.kind = Kind.FURNITURE
            return True
        if key.replace("#", "").strip(" /:x·|-") == "":
            entry.kind = Kind.FURNITURE
            return True
        parts = [part for part in re.split(r"\s*[|·•,/]\s*|\s{2,}", text) if part]
        if len(parts) > 1 and all(furnished(part, words) for part in parts):
            entry.kind = Kind.FURNITURE
            return True
    return False


_EXACT = {
    "related": Kind.RELATED,
    "latest": Kind.LIST,
    "comments": Kind.COMMENTS,
    "copyright": Kind.COPYRIGHT,
    "prompts": Kind.PROMPT,
    "follow": Kind.PROMPT,
}


def _after_label(text: str, words: Vocabulary) -> str | None:
    """ "*Com informações da Agência Brasil": a publisher after a label of two words or more without a colon."""
    tokens = text.strip("*()[] .").split(" ")
    for count in range(min(4, len(tokens) - 1), 1, -1):
        if words.label("source", normalise(" ".join(tokens[:count]))):
            name = " ".join(tokens[count:])
            return name if find_publisher(name) else None
    return None


def _labelled(entry: Entry, text: str, words: Vocabulary) -> bool:
    """ "Label: value", by what the label is."""
    found = _SEPARATOR.search(text)
    if (found is None or found.start() > text.find(",") > 0) and 0 < text.find(",") <= 30:
        # The BBC's "Image source, Getty Images", read out to the blind.
        head, _, rest = text.partition(",")
        key = normalise(head)
        if " " in key and (words.label("caption", key) or words.label("photo", key)):
            entry.kind = Kind.CAPTION if words.label("caption", key) else Kind.CREDIT
            entry.value = rest.strip()
            return True
    if found is None or not 1 < found.start() <= 48 or found.end() == len(text):
        return False
    head, rest, colon = text[: found.start()], text[found.end() :], found[0].strip() in ":：|｜"
    key = normalise(head)
    if not key:
        return False
    units = entry.units
    if (
        (language := words.label("tags", key))
        and units <= 60
        and not (entry.stop and units > 12)
        and colon
        and ("," in rest or "#" in rest or "/" in rest or "、" in rest or "،" in rest or ";" in rest or units <= 8)
    ):
        entry.kind, entry.language, entry.value = Kind.TAGS, language, rest
        return True
    if (language := words.label("source", key)) and colon and units <= 14:
        entry.kind, entry.language, entry.value = Kind.SOURCE, language, rest
        return True
    if (language := words.label("caption", key)) and colon and units <= 60:
        entry.kind, entry.language, entry.value = Kind.CAPTION, language, rest
        return True
    if (language := words.label("photo", key)) and colon:
        if (units <= 9 and not words.label("any", key)) or units <= head.count(" ") + 4:
            entry.kind, entry.language, entry.value = Kind.CREDIT, language, rest
            return True
        if units <= 9 and (find_publisher(rest) or "/" in rest or CREDIT_END.search(rest)):
            entry.kind, entry.language, entry.value = Kind.CREDIT, language, rest
            return True
    if colon and units <= 7 and key in _EDITORS:
        entry.kind = Kind.FURNITURE
        return True
    if words.label("any", key):
        return False
    term = words.exact.get(key)
    if (
        term
        and term.kind in ("related", "latest")
        and not (entry.kind is Kind.PARAGRAPH and " " not in key and units > 25)
    ):
        entry.kind, entry.language, entry.value = Kind.FURNITURE, term.language, rest
        return True
    if term and term.kind in ("counts", "share", "comments") and units <= 12 and not entry.stop:
        entry.kind, entry.language = Kind.FURNITURE, term.language
        return True
    return False


def _prompt(entry: Entry, text: str, key: str, words: Vocabulary) -> None:
    """Sentences that speak to the reader of the site, about the site: newsletters, cookies, subscriptions, rights."""
    units = entry.units
    if _COPYRIGHT.match(text) and units <= 60:
        entry.kind = Kind.COPYRIGHT
        return
    if text[0] in "([（【*" and units <= 90 and words.label("signoff", " ".join(key.split(" ", 3)[:2])):
        entry.kind = Kind.SIGNOFF
        return
    found = words.opening(key)
    if found is None and units <= 30:
        term = words.ending(key)
        found = (term, 0) if term else None
    if found is not None:
        term, length = found
        rest = key[length:]
        if term.kind == "notes":
            # "Correction: …" and "Correction (3 June): …", but not "Correction of the market".
            if units <= 130 and (key[:length].count(" ") >= 3 or _COLON.match(text)):
                entry.kind, entry.language = Kind.NOTE, term.language
            return
        if term.kind == "copyright":
            if units <= 90 and (not term.weak or len(set(words.legal.findall(rest))) >= 2):
                entry.kind, entry.language = Kind.COPYRIGHT, term.language
            return
        limit = 75 if term.kind == "prompts" else 14 if term.kind in ("share", "counts", "comments", "ads") else 45
        if term.kind == "latest":
            if units <= 6 and not entry.stop:
                entry.kind, entry.language = Kind.LIST, term.language
            return
        sure = not term.weak or words.cue.search(rest) is not None or (term.kind == "counts" and "#" in rest)
        if term.kind == "share" and entry.stop and units > 8:
            sure = False
        if sure and entry.kind is Kind.PARAGRAPH and term.kind in ("prompts", "follow"):
            # A whole sentence: its words must be about sites as well.
            ours = words.speaks(key)
            sure = ours if term.weak else (ours or words.cue.search(key) is not None or key[:length].count(" ") >= 3)
            if unspaced(key[0]) and length >= 6:
                sure = True
        if units <= limit and sure:
            entry.kind, entry.language = (
                Kind.PROMPT if term.kind in ("prompts", "follow") else Kind.FURNITURE,
                term.language,
            )
            return
    if units <= 45 and not any(quote in text for quote in '"“„«') and words.speaks(key):
        cues = {match[0] for match in words.cue.finditer(key)}
        if len(cues) >= 3:
            entry.kind = Kind.PROMPT
