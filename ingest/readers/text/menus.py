"""Paths of sections and menus: lines of which every word is a section or a page of the site."""

from __future__ import annotations

import re
from functools import lru_cache

from enrich import sections
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.vocabulary import Vocabulary, normalise, vocabulary

_STEPS = re.compile(r"\s*(?:[>»›→|｜•·▸►＞〉]|\s[/\\∕]\s|(?<=\w)/(?=\w))\s*|\s+[-–—]\s+")
# A path whose steps were links without anything between them: "HomeBusiness News".
_GLUED = re.compile(r"(Home|Startseite|Accueil|Inicio|Главная|Início|Ana Sayfa)([^\W\d_a-zа-я][^/|>]{2,30})$")
_CRUMB_SIGN = re.compile(r"[>»›→▸►＞〉]|\s[/\\]\s|\s[|•·-]\s|\w[/|｜]\w")
MENU_KINDS = (Kind.FURNITURE, Kind.PROMPT, Kind.MENU, Kind.CRUMBS, Kind.LIST)


def is_section(text: str) -> bool:
    """Names of sections that are also headings of lists ("World", "Video"): only the former are not furniture."""
    key = normalise(text)
    words = vocabulary()
    return sections.lookup(text) is not None and not words.label("home", key) and not words.label("general", key)


def mark_menu(entry: Entry, text: str, words: Vocabulary) -> bool:
    """Paths of sections ("Home > World > Europe") and menus on one line."""
    if entry.stop and entry.units > 6:
        return False
    if (glued := _GLUED.match(text)) and sections.lookup(glued[2]):
        entry.kind, entry.steps = Kind.CRUMBS, (glued[1], glued[2])
        return True
    if _CRUMB_SIGN.search(text) and len(text) <= 250:
        steps = [step for step in _STEPS.split(text.strip(" >»›/|•·→")) if step and step.strip()]
        if len(steps) >= 2 or text.rstrip()[-1:] in ">»›":
            known = [_nav_word(step) for step in steps]
            first = normalise(steps[0])
            arrows = re.search(r"[>»›→▸►＞〉]|\s/\s", text) is not None
            home = words.label("home", first) is not None
            nav = first in words.exact and words.exact[first].kind == "nav"
            # "News|Politics" is a path, "News | Sport | Opinion | Culture" a menu.
            home = home or (nav and (arrows or len(steps) == 2))
            # "新浪新闻 > 国内新闻 > 正文": the last step is "text".
            text_next = arrows and normalise(steps[-1]) in ("正文", "新闻正文", "内文", "內文", "本文")
            if (home and len(steps) >= 2) or text_next or (sum(known) >= 2 and sum(known) * 2 >= len(steps)):
                # With bars between them the steps of a path are few.
                crumbs = arrows or (home and len(steps) <= 3)
                entry.kind = Kind.CRUMBS if crumbs and len(steps) <= 5 else Kind.MENU
                entry.steps = tuple(steps)
                return True
            if all(key in words.exact for key in map(normalise, steps)):
                entry.kind = Kind.FURNITURE
                return True
    tokens = text.split()
    if 3 <= len(tokens) <= 40 and not entry.stop and "," not in text and (_nav_word(tokens[0]) or _nav_word(tokens[1])):
        known_words = sum(map(_nav_word, tokens))
        if known_words >= 3 and known_words >= len(tokens) * 0.7:
            entry.kind = Kind.MENU
            return True
    return False


def _nav_word(step: str) -> bool:
    return len(step) <= 40 and (step[:1].isalpha() or (len(step) > 3 and step[:1].isalnum())) and _names_a_page(step)


@lru_cache(maxsize=8192)
def _names_a_page(step: str) -> bool:
    term = vocabulary().exact.get(normalise(step))
    if term is not None and term.kind in ("nav", "latest", "prompts", "share"):
        return True
    return (step[0].isupper() or not step[0].islower()) and sections.lookup(step) is not None


def mark_runs(entries: list[Entry], start: int) -> None:
    """Runs of four and more names of sections and pages, a line each, are a menu."""
    run: list[int] = []
    for i in range(start + 1):
        entry = entries[i] if i < start else None
        if (
            entry is not None
            and entry.units <= 4
            and (
                entry.kind in (Kind.FURNITURE, Kind.LIST, Kind.MENU, Kind.PROMPT)
                or (entry.kind is Kind.SHORT and sections.lookup(entry.text) is not None)
            )
        ):
            run.append(i)
            continue
        if sum(entries[j].kind is Kind.SHORT for j in run) >= 4:
            texts = [entries[j].key for j in run]
            # What comes again is the article's own section, below the menu, and so is what follows it.
            again = next((k for k, key in enumerate(texts) if key in texts[:k]), len(run))
            keep = (
                run[-1]
                if texts.count(texts[-1]) > 1 or (entries[run[-1]].block.gap and not entries[run[-2]].block.gap)
                else -1
            )
            for j in run:
                if j != keep and entries[j].kind is Kind.SHORT and run.index(j) < again:
                    entries[j].kind = Kind.MENU
        run = []


def ends_menu(entries: list[Entry], i: int) -> bool:
    """Whether two lines of menu stand right above, so that this one is its last."""
    above = entries[i - 3 : i] if i >= 3 else []
    return bool(above) and all(e.units <= 2 and e.kind in (*MENU_KINDS, Kind.SHORT) for e in above)
