"""The gazetteer-and-patterns recogniser: finds candidates, settles overlaps, and gives the spans to the resolver."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Protocol

from enrich.draft import Draft
from enrich.enrichment import Entity
from enrich.entities.acronyms import acronym_spans
from enrich.entities.cities import CityJudge
from enrich.entities.document import CAPS, NORMAL, Document, Token
from enrich.entities.eastern import eastern_spans
from enrich.entities.gazetteer import Gazetteer, Hit, gazetteer
from enrich.entities.institutions import institution_spans, owned
from enrich.entities.knowledge import ACRONYM, CITY, WEAK, WORD, Form
from enrich.entities.lexicon import lexicon
from enrich.entities.ministries import ministry_spans
from enrich.entities.organisations import organisation_spans
from enrich.entities.people import People
from enrich.entities.places import Neighbours, cued_spans, place_spans
from enrich.entities.resolve import Resolver
from enrich.entities.spans import Span, choose


class Recogniser(Protocol):
    """Finds the entities of a draft in a language (BCP 47, None if unknown), the most salient first."""

    def find(self, draft: Draft, language: str | None) -> tuple[Entity, ...]: ...

    def warm(self) -> None:
        """Loads whatever is loaded lazily."""


class GazetteerRecogniser:
    """Rules over word lists: no training, no state between texts."""

    def __init__(self, source: Gazetteer | None = None) -> None:
        self._gazetteer = source or gazetteer()

    def warm(self) -> None:
        """Builds the automaton that texts of every language need."""
        self._gazetteer.warm()

    def find(self, draft: Draft, language: str | None) -> tuple[Entity, ...]:
        """See `Recogniser.find`."""
        doc = Document(draft)
        language = language or guess_language(doc.text)
        code = language.split("-")[0]
        if code == "sr" and guess_language(doc.text) == "en":
            language = "sr-Latn"
        elif code == "zh" and "-" not in language and _TRADITIONAL.search(doc.text):
            language = "zh-Hant"
        tokens = doc.tokens()
        hits = self._gazetteer.find(doc.text, doc.folded, language)
        if language == "zh-Hant":
            # Names that both ways of writing share are listed under the other.
            starts = {hit.start for hit in hits}
            hits += [hit for hit in self._gazetteer.find(doc.text, doc.folded, "zh") if hit.start not in starts]
            hits.sort(key=lambda hit: (hit.start, -hit.end))
        taken, named, countries = _mark(doc, tokens, hits)
        spans = organisation_spans(doc, tokens, countries)
        spans += People(doc, tokens, taken, named, code, self._gazetteer.people(code)).find()
        spans += place_spans(doc, tokens, countries)
        spans += cued_spans(doc, tokens)
        spans += acronym_spans(doc, tokens, named)
        spans += eastern_spans(doc, language)
        bodies = institution_spans(doc, tokens, language)
        bodies += ministry_spans(doc)
        spans += owned(doc, bodies, spans, hits, language)
        spans += self._known_spans(doc, tokens, hits, language)
        resolver = Resolver(doc, tokens, choose(spans), self._gazetteer, language)
        return resolver.entities(draft.credited_to)

    def _known_spans(self, doc: Document, tokens: list[Token], hits: list[Hit], language: str) -> list[Span]:
        judge = CityJudge(doc, hits, language)
        around = Neighbours(doc, tokens, hits, language)
        spans = []
        for hit in hits:
            forms = [form for form in hit.forms if _plausible(doc, hit, form, judge)]
            if forms and forms[0].known.type == "place" and forms[0].kind != "demonym":
                longer = around.longer(hit, forms[0].known)
                if longer is not None:
                    spans += longer
                    continue
            elif (
                forms
                and forms[0].known.type != "place"
                and " " not in doc.folded[hit.start : hit.end]
                and around.surrounded(hit, bool(forms[0].flags & WORD))
            ):
                continue
            if forms:
                rank = 4 if any(not form.flags & (CITY | WEAK | WORD) for form in forms) else 0
                spans.append(Span(hit.start, hit.end, forms[0].known.type, forms, rank=rank))
        return spans


def _mark(doc: Document, tokens: list[Token], hits: list[Hit]) -> tuple[set[int], dict[int, str], dict[int, str]]:
    """Tokens inside longer known names; what single tokens are known as; the countries of tokens that are places."""
    starts = [token.start for token in tokens]
    taken: set[int] = set()
    named: dict[int, str] = {}
    countries: dict[int, str] = {}
    for hit in hits:
        first = bisect_left(starts, hit.start)
        if first == len(tokens) or tokens[first].start >= hit.end:
            if first and tokens[first - 1].end >= hit.end:
                taken.add(first - 1)
                countries.setdefault(first - 1, hit.forms[0].known.country or "")
            continue
        form = hit.forms[0]
        if form.flags & CITY and hit.end <= tokens[first].end:
            folded = tokens[first].folded
            name = folded in lexicon().given or folded in lexicon().surnames
            if form.known.population < (3_000_000 if name else 150_000):
                continue
        last = first
        while last + 1 < len(tokens) and tokens[last + 1].start < hit.end:
            last += 1
        if form.known.type == "place":
            for at in range(first, last + 1):
                # Of many towns of one name we do not know which.
                countries.setdefault(at, "" if form.flags & CITY and len(hit.forms) > 1 else form.known.country or "")
        if last > first or tokens[first].start > hit.start:
            if not form.flags & WEAK and (form.known.type != "person" or last - first > 0):
                taken.update(range(first, last + 1))
        elif hit.end < tokens[first].end:
            taken.add(first)
        elif form.known.type != "person":
            named[first] = form.known.type
    return taken, named, countries


def _plausible(doc: Document, hit: Hit, form: Form, judge: CityJudge) -> bool:
    """Whether a form may stand here at all; those that depend on the rest of the text are settled by the resolver."""
    folded = doc.folded[hit.start : hit.end]
    mode = doc.segment(hit.start).mode
    words = lexicon()
    if form.known.type == "person" and not _whole(doc, hit, form, folded):
        return False
    if (
        form.known.type == "place"
        and doc.text[hit.start - 1 : hit.start] == "-"
        and _JOINED.search(doc.text, max(0, hit.start - 7), hit.start)
    ):
        return False
    if form.known.type == "place" and folded in words.common and not form.flags & CITY:
        # "Para" opens Spanish sentences, "Pará" is a state.
        written = doc.text[hit.start : hit.end]
        if form.alias.casefold() != written.casefold() or (doc.initial(hit.start) and not form.alias.isascii()):
            return False
    if form.flags & ACRONYM and mode == CAPS:
        return folded not in words.ambiguous_acronyms or folded == "us"
    if form.flags & CITY:
        return judge.accepts(hit, form, folded)
    if mode == CAPS and folded in words.common:
        return False
    return not (mode != NORMAL and form.known.type == "person" and folded in words.common)


# "Hauts-de-France", "Saint-Denis-en-Val": a place in another's name.
_JOINED = re.compile(r"-(?:de|du|des|la|les|en|et|sur|sous|lès|am|an|im|do|da|di)-$")


def _whole(doc: Document, hit: Hit, form: Form, folded: str) -> bool:
    """Whether a person's name is all of the name that stands here: "Colin Firth-Hughes" is somebody else."""
    words = lexicon()
    alone = " " not in folded
    if doc.text[hit.end : hit.end + 1] == "-" and doc.text[hit.end + 1 : hit.end + 2].isupper():
        return alone and doc.word_before(hit.start) not in words.given
    if alone and doc.text[hit.start - 1 : hit.start] == "-":
        first = doc.word_ending(hit.start - 1)
        return doc.word_before(hit.start - 1 - len(first)) not in words.given
    if alone and doc.text[hit.start : hit.end].isascii() != form.alias.isascii():
        # "Store" is no Støre.
        return folded not in words.common and folded not in words.org_heads
    return True


# Characters that only traditional Chinese writes, of the most frequent.
_TRADITIONAL = re.compile(r"[國會說們這個時來對為與發後學長總黨選區義縣億萬經濟聲調]")

_SCRIPTS = (
    ("\u3040", "\u30ff", "ja"), ("\uac00", "\ud7af", "ko"), ("\u4e00", "\u9fff", "zh"), ("\u0400", "\u04ff", "ru"),
    ("\u0600", "\u06ff", "ar"), ("\u0590", "\u05ff", "he"), ("\u0370", "\u03ff", "el"), ("\u0e00", "\u0e7f", "th"),
    ("\u0900", "\u097f", "hi"), ("\u0980", "\u09ff", "bn"), ("\u10a0", "\u10ff", "ka"), ("\u0530", "\u058f", "hy"),
    ("\u0b80", "\u0bff", "ta"), ("\u0c00", "\u0c7f", "te"),
)  # fmt: skip


def guess_language(text: str) -> str:
    """A language that is written in the script of most letters: English for Latin."""
    sample = text[:2000]
    counts = {tag: 0 for _, _, tag in _SCRIPTS}
    latin = 0
    for char in sample:
        if "a" <= char <= "z":
            latin += 1
        elif char >= "\u0370":
            for first, last, tag in _SCRIPTS:
                if first <= char <= last:
                    counts[tag] += 1
                    break
    if counts["ja"] * 10 > counts["zh"] > 0:
        return "ja"
    best = max(counts, key=lambda tag: counts[tag])
    return best if counts[best] * 3 > latin else "en"
