"""What a block is by its own form and words, before its neighbours are looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from enrich import sections
from ingest.readers.dates import is_date_line, is_time_line
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.lines import Block, ends_sentence
from ingest.readers.text.vocabulary import Vocabulary, normalise, vocabulary


class Kind(StrEnum):
    """The role of a block. The first three are the article's own, until their neighbours say otherwise."""

    PARAGRAPH = "paragraph"
    SENTENCE = "sentence"
    SHORT = "short"
    TIME = "time"
    DATE = "date"
    SOURCE = "source"
    TAGS = "tags"
    CREDIT = "credit"
    CAPTION = "caption"
    CRUMBS = "crumbs"
    MENU = "menu"
    SECTION = "section"
    URL = "url"
    LIST = "list"
    RELATED = "related"
    COMMENTS = "comments"
    BIO = "bio"
    SIGNOFF = "signoff"
    COPYRIGHT = "copyright"
    PROMPT = "prompt"
    FURNITURE = "furniture"


OWN = (Kind.PARAGRAPH, Kind.SENTENCE, Kind.SHORT)


@dataclass(slots=True, eq=False)
class Entry:
    """A block and what it is. `value` is what a label is about ("Tags: *a, b*"); `units` its length in words."""

    block: Block
    kind: Kind
    units: int
    stop: bool
    key: str = ""
    language: str | None = None
    value: str = ""
    steps: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.block.text

    @property
    def own(self) -> bool:
        return self.kind in OWN


_QUOTES = "\"'“”„«»‘’‹›「『—–-"
_SEPARATOR = re.compile(r"\s*(?:[:：|｜»›>→⟶]|\s[-–—]\s)\s*")
_STEPS = re.compile(r"\s*(?:[>»›→|｜•·▸►＞〉]|\s[/\\∕]\s|(?<=\w)/(?=\w))\s*|\s+[-–—]\s+")
_CRUMB_SIGN = re.compile(r"[>»›→▸►＞〉]|\s[/\\]\s|\s[|•·-]\s|\w[/|｜]\w")
_URL = re.compile(r"^(?:[\w ]{0,24}[:：]\s?)?(https?://\S{4,1500}|www\.\S{4,500})$", re.I)
_HASHTAGS = re.compile(r"^(?:[#＃][\w\u0900-\u0d7f\u0e00-\u0e7f·’'-]{2,60}[\s,;]*)+$")
_COPYRIGHT = re.compile(r"^(?:[©ⓒ]|\(c\)\s?\d|copyright\s*(?:[©ⓒ(]|\d{4})|copyright\s+\w+\s+\d{4})", re.I)
_CREDIT_END = re.compile(
    r"(?:Getty Images|REUTERS(?:/[\w. -]{2,40})?|Reuters/[\w. -]{2,40}|/\s?(?:AFP|AP|EPA|dpa|DPA|Reuters|Getty|ANSA|LaPresse|EFE|AA|PA|TASS|ТАСС|Anadolu|NurPhoto|Shutterstock|iStock)"
    r"|AP Photo(?:/[\w. -]{2,40})?|EPA-EFE(?:/[\w. -]{2,40})?|via AP|/Getty|Shutterstock(?:\.com)?|iStock(?:photo)?|Unsplash|Pexels|Wikimedia Commons|picture[ -]alliance(?:/[\w. -]{2,40})?"
    r"|Depositphotos|Keystone(?:-SDA)?|Imago(?: Images)?|IMAGO)[)\]]?\.?$"
)
_BRACKET_CREDIT = re.compile(r"[\[【(（]([^\[\]()（）【】]{2,70})[\])）】]\.?$")
_TICKER = re.compile(
    r"^(?:[A-Z$€£/. &]{2,12}\s*[:=]?\s*)?[$€£¥]?\s?[+-]?\d[\d.,]*\s?(?:%|°\s?[CF]?|USD|EUR|pts?|[$€£])?(?:\s*[▲▼↑↓]?\s*\(?[+-]?\d[\d.,]*\s?%?\)?)*$"
)
_WEATHER = re.compile(r"^[^.!?]{0,40}[+-]?\d{1,2}\s?°\s?[CF]?\b[^.!?]{0,40}$")
_TEMPERATURE = re.compile(r"°")
_LIVE_TIME = re.compile(r"^\d{1,2}[:.h]\d{2}(?:\s?(?:[ap]\.?m\.?|[A-Z]{2,4}|Uhr))?$", re.I)
_RELATIVE = re.compile(
    r"\b(?:ago|yesterday|today|vor|il y a|hace|fa|há|geleden|sedan|siden|sitten|temu|p[rř]ed|prije|пре|преди|acum|órája|πριν|önce|назад|тому|prieš|tagasi|para|lalu|trước|heute|gestern|hier|ayer|ieri|ontem|вчера|сегодня|вчора|сьогодні|dje|sot|më|bugün|dün)\b|منذ|قبل|لפני|לפני|पहले|前|전|ที่แล้ว|اليوم|أمس|امروز|دیروز|היום|אתמול",
    re.I,
)


def count_units(text: str) -> int:
    """A text's length in words; where words are not spaced, characters count for a half (Chinese) or a fifth (Thai)."""
    if text.isascii():
        return text.count(" ") + 1
    sample = text[:400]
    dense = sum("\u2e80" <= char <= "\u9fff" or "\uff10" <= char <= "\uff9f" for char in sample)
    if dense * 3 > len(sample):
        return max(1, int(len(text) / 1.8))
    thai = sum("\u0e00" <= char <= "\u109f" or "\u1780" <= char <= "\u17ff" for char in sample)
    if thai * 2 > len(sample):
        return max(1, len(text) // 5)
    return text.count(" ") + 1


def classify(block: Block) -> Entry:
    """What a block is by itself."""
    text = block.text
    units = count_units(text)
    stop = (
        ends_sentence(text) or (units >= 12 and text[-1] in ":：") or (units >= 18 and "\u0e00" <= text[0] <= "\u0eff")
    )
    long = (units >= 13 and stop) or units >= 42
    entry = Entry(block, Kind.PARAGRAPH if long else Kind.SENTENCE if stop and units >= 3 else Kind.SHORT, units, stop)
    if block.image is not None:
        entry.kind = Kind.CAPTION
        return entry
    if units > 110 or len(text) > 1200:
        return entry
    words = vocabulary()
    entry.key = key = normalise(text if len(text) <= 400 else text[:400])
    if not key:
        entry.kind = Kind.FURNITURE
        return entry
    if len(text) <= 300 and _short(entry, text, key, words):
        return entry
    if text[0] not in _QUOTES:
        _prompt(entry, text, key, words)
    if entry.own and units <= 60:
        _photo(entry, text, words)
    return entry


def _short(entry: Entry, text: str, key: str, words: Vocabulary) -> bool:
    """Whole lines: exact phrases, labels with values, dates, paths of sections, addresses."""
    term = words.exact.get(key)
    if term is not None and not (term.kind == "nav" and _is_section(text)):
        entry.language = term.language
        entry.kind = _EXACT.get(term.kind, Kind.FURNITURE)
        if term.kind in ("related", "latest", "nav") and (tags := words.label("tags", key)):
            entry.kind, entry.language = Kind.TAGS if term.kind != "nav" else entry.kind, tags
        return True
    if entry.units <= 3 and (language := words.label("tags", key)):
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
    if entry.units <= 24 and _dated(entry, text, key):
        return True
    if _labelled(entry, text, words):
        return True
    if _menu(entry, text, words):
        return True
    if entry.units <= 12 and not entry.stop and any(char.isdigit() for char in text):
        if _TICKER.match(text) or (_TEMPERATURE.search(text) and _WEATHER.match(text)):
            entry.kind = Kind.FURNITURE
            return True
        if key.replace("#", "").strip(" /:x·|-") == "":
            entry.kind = Kind.FURNITURE
            return True
        parts = [part for part in re.split(r"\s*[|·•,/]\s*|\s{2,}", text) if part]
        if len(parts) > 1 and all(_furnished(part, words) for part in parts):
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


def _is_section(text: str) -> bool:
    """Names of sections that are also headings of lists ("World", "Video"): only the former are not furniture."""
    return sections.lookup(text) is not None and normalise(text) not in _NOT_SECTIONS | HOME


_NOT_SECTIONS = frozenset(
    normalise(word)
    for word in [
        "home",
        "homepage",
        "news",
        "live",
        "video",
        "videos",
        "photos",
        "weather",
        "podcasts",
        "latest",
        "latest news",
        "menu",
        "search",
        "ballina",
        "kreu",
        "startseite",
        "accueil",
        "inicio",
        "portada",
        "главная",
        "новости",
        "الرئيسية",
        "首页",
        "首頁",
        "ホーム",
        "홈",
        "home page",
        "foto",
        "tv",
        "radio",
        "trending",
        "popular",
        "breaking news",
        "top stories",
        "headlines",
        "video",
        "фото",
        "видео",
        "відео",
        "új",
        "últimas noticias",
        "última hora",
        "lajme",
        "lajmet e fundit",
        "latest headlines",
        "most read",
        "nyheter",
        "nyheder",
        "uutiset",
        "nieuws",
        "notizie",
        "notícias",
        "noticias",
        "actualités",
        "nachrichten",
        "últimas",
        "ultime notizie",
        "son dakika",
        "haberler",
        "последние новости",
        "останні новини",
        "новини",
        "všechny zprávy",
        "zprávy",
        "vijesti",
        "вести",
    ]
)


def _dated(entry: Entry, text: str, key: str) -> bool:
    digits = "#" in key
    if digits and len(text) <= 24 and (_LIVE_TIME.match(text) or is_time_line(text)):
        entry.kind = Kind.TIME
        return True
    if (digits or _RELATIVE.search(text)) and not (entry.stop and entry.units > 14) and len(text) <= 160:
        if is_date_line(text):
            entry.kind = Kind.DATE
            return True
        parts = [part for part in re.split(r"\s*[|·•｜]\s*|\s[–—-]\s", text) if part]
        if len(parts) > 1:
            dated = [part for part in parts if is_date_line(part)]
            others = [part for part in parts if part not in dated and not is_time_line(part)]
            if dated and all(len(part) <= 60 and not ends_sentence(part) for part in others):
                entry.kind, entry.steps = Kind.DATE, tuple(others)
                return True
    return False


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
        if units <= 9 and (find_publisher(rest) or "/" in rest or _CREDIT_END.search(rest)):
            entry.kind, entry.language, entry.value = Kind.CREDIT, language, rest
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


def _furnished(part: str, words: Vocabulary) -> bool:
    key = normalise(part)
    return not key or key in words.exact or is_date_line(part) or is_time_line(part) or _TICKER.match(part) is not None


def _menu(entry: Entry, text: str, words: Vocabulary) -> bool:
    """Paths of sections ("Home > World > Europe") and menus on one line."""
    if entry.stop and entry.units > 6:
        return False
    if _CRUMB_SIGN.search(text) and len(text) <= 250:
        steps = [step for step in _STEPS.split(text.strip(" >»›/|•·→")) if step and step.strip()]
        if len(steps) >= 2 or text.rstrip()[-1:] in ">»›":
            known = [_nav_word(step, words) for step in steps]
            first = normalise(steps[0])
            home = first in HOME or (first in words.exact and words.exact[first].kind == "nav")
            if (home and len(steps) >= 2) or (sum(known) >= 2 and sum(known) * 2 >= len(steps)):
                crumbs = len(steps) <= 6 and (home or re.search(r"[>»›→▸►＞〉]|\s/\s", text) is not None)
                entry.kind = Kind.CRUMBS if crumbs and len(steps) <= 5 else Kind.MENU
                entry.steps = tuple(steps)
                return True
            if all(key in words.exact for key in map(normalise, steps)):
                entry.kind = Kind.FURNITURE
                return True
    tokens = text.split()
    if 3 <= len(tokens) <= 40 and not entry.stop and "," not in text:
        known_words = sum(_nav_word(token, words) for token in tokens)
        if known_words >= 3 and known_words >= len(tokens) * 0.7:
            entry.kind = Kind.MENU
            return True
    return False


HOME = frozenset(
    normalise(word)
    for word in (
        "Home; Homepage; Startseite; Start; Accueil; Inicio; Portada; Início; Ballina; Kreu; Naslovnica; Naslovna; Početna; Domů; Domov; Strona główna; Główna; Acasă; Αρχική; Ana Sayfa; Anasayfa; Главная; "
        "Головна; Начало; Почетна; Насловна; الرئيسية; خانه; صفحه اصلی; ראשי; דף הבית; होम; 首页; 首頁; ホーム; トップ; 홈; หน้าแรก; Trang chủ; Beranda; Forside; Forsiden; Hem; Etusivu; "
        "Főoldal; Kezdőlap; Címlap; Pradžia; Sākums; Avaleht; Inici; Nyumbani"
    ).split("; ")
)


def _nav_word(step: str, words: Vocabulary) -> bool:
    if len(step) > 40 or not step[:1].isalnum():
        return False
    key = normalise(step)
    term = words.exact.get(key)
    if term is not None and term.kind in ("nav", "latest", "prompts", "share"):
        return True
    return (step[0].isupper() or not step[0].islower()) and sections.lookup(step) is not None


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
            sure = (
                words.cue.search(key) is not None or words.ours.search(key) is not None or key[:length].count(" ") >= 3
            )
        if units <= limit and sure:
            entry.kind, entry.language = (
                Kind.PROMPT if term.kind in ("prompts", "follow") else Kind.FURNITURE,
                term.language,
            )
            return
    if units <= 45 and not any(quote in text for quote in '"“„«') and words.ours.search(key):
        cues = {match[0] for match in words.cue.finditer(key)}
        if len(cues) >= 3:
            entry.kind = Kind.PROMPT


def _photo(entry: Entry, text: str, words: Vocabulary) -> None:
    """Captions, told by the credit at their end: "… in Moscow. Photo: AFP", "… [Jane Doe/AFP]"."""
    if _CREDIT_END.search(text):
        entry.kind = Kind.CAPTION if entry.units > 6 else Kind.CREDIT
        entry.value = text
        return
    if entry.units <= 45 and (bracket := _BRACKET_CREDIT.search(text)):
        inside = bracket[1]
        head = normalise(re.split(r"[:：/／=＝]|\s(?:by|via|von|di|de)\s", inside, maxsplit=1)[0])
        if words.label("photo", head) or (text[bracket.start()] == "[" and "/" in inside):
            entry.kind, entry.value = Kind.CAPTION, text
            return
    at = max(text.rfind(":"), text.rfind("："), text.rfind("©"), text.rfind("／"), text.rfind("/"), text.rfind("＝"))
    if at > 0 and 2 <= len(text) - at <= 70:
        before = text[:at].rstrip(" :：(（").split()
        for count in range(1, min(words.label_words, len(before)) + 1):
            key = normalise(" ".join(before[-count:]))
            if (
                key
                and words.label("photo", key)
                and (before[-count][:1].isupper() or not before[-count][:1].islower() or count == len(before))
            ):
                if text[at] == "/" and not find_publisher(text[at + 1 :].strip(" .)")):
                    continue
                if count == len(before) and words.label("any", key) and not find_publisher(text[at + 1 :].strip(" .)")):
                    continue
                entry.kind, entry.value = Kind.CAPTION if entry.units > 6 else Kind.CREDIT, text
                return
        if text[at] == "©" and entry.units <= 45:
            entry.kind, entry.value = Kind.CAPTION, text
