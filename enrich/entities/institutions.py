"""Institutions that many countries have, by the words of a language ("Ústavní soud", "Verfassungsgericht"), inflected.

Also universities whose head is a small letter ("Lunds universitet"). What follows them with a country's name in it is
theirs: "Министерство обороны России".
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from enrich.entities.document import NORMAL, Document, Token
from enrich.entities.folding import pattern, words_of
from enrich.entities.gazetteer import Hit
from enrich.entities.lexicon import lexicon, rows, variants
from enrich.entities.spans import Span

_ENDING = r"\w{0,6}"
# A capitalised name (and a small word or two) before a small head.
_UNIVERSITY = re.compile(
    r"(?: [^\W\d_]+){0,2}? (?:universitet(?:et|ets|s)?|univerzit\w{1,2}|univerzitet\w{0,2}|sveučilišt\w{1,2}|"
    r"университет\w{0,3}|університет\w{0,3}|yliopisto\w{0,5}|egyetem\w{0,5}|ülikool\w{0,3}|universitāt\w{1,3}|"
    r"universitet\w{1,3}|høgskole\w{0,2}|högskola\w{0,2})(?!\w)"
)
_HEADS = ("univer", "универ", "універ", "yliopist", "egyetem", "sveucilist", "ulikool", "hogskol")


class Generic(NamedTuple):
    """An institution of a language: how it is found after its first letters, and its name."""

    form: re.Pattern[str]
    name: str


@cache
def _generic(language: str) -> dict[str, list[Generic]]:
    """The institutions of a language by the first three letters, the longest first."""
    found: dict[str, list[Generic]] = {}
    for row in rows("generic.tsv"):
        if row[0] != language:
            continue
        for written in variants(row[1]):
            parts = []
            for word in re.split("[ '’-]", written):
                stem, inflected, _ = word.partition("~")
                parts.append(re.escape(pattern(stem)) + (_ENDING if inflected else ""))
            form = re.compile(" ".join(parts) + r"(?!\w)")
            found.setdefault(pattern(written)[:3], []).append(Generic(form, written.replace("~", "")))
    for alternatives in found.values():
        alternatives.sort(key=lambda item: -len(item.form.pattern))
    return found


def institution_spans(doc: Document, tokens: list[Token], language: str) -> list[Span]:
    """Candidates for organisations. Texts all in capitals have none."""
    generic = _generic(language.split("-")[0])
    folded = doc.folded
    spans: list[Span] = []
    university = any(head in folded for head in _HEADS)
    common = lexicon().common
    for token in tokens:
        alternatives = generic.get(token.folded[:3])
        if alternatives is not None:
            for form, name in alternatives:
                match = form.match(folded, token.start)
                if match is not None and doc.segment(token.start).mode == NORMAL:
                    spans.append(_span(doc, token.start, match.end(), name))
                    break
        if university and token.folded not in common:
            match = _UNIVERSITY.match(doc.text, token.end)
            if match is not None and doc.segment(token.start).mode == NORMAL and _small(match[0]):
                spans.append(_span(doc, token.start, match.end(), ""))
    return spans


def _small(words: str) -> bool:
    """Whether all words after the first are in small letters, so that they belong to it."""
    return words == words.lower() and not any(word in lexicon().common for word in words.split()[:-1])


def _span(doc: Document, start: int, end: int, name: str) -> Span:
    words = tuple(doc.folded[start:end].split())
    return Span(start, end, "organisation", words=words, rank=2, name=name)


# What may stand between an institution and the country that it is of: nothing in languages with a genitive.
_JOINERS = r"of(?: the)?|de la|de los|del|della|dell['’]|de|du|des|do|da|d['’]|van|von|на|της|του|των|för"
_OF = re.compile(rf" (?:(?:{_JOINERS}) ?)?")
# Words that elsewhere mean "and".
_OF_OWN = {"sq": re.compile(" (?:(?:e|i|të|së) )?"), "ro": re.compile(" (?:(?:a|al|ale) )?")}
_HEADS_OF_STATES = words_of("ministry ministere ministerio ministero ministerie")


def owned(doc: Document, bodies: list[Span], patterns: list[Span], hits: list[Hit], language: str) -> list[Span]:
    """The bodies, and those of the patterns that are ministries, each with the country's name after it."""
    countries = {
        hit.start: hit
        for hit in hits
        if hit.forms[0].known.key.startswith("country:") and hit.forms[0].kind != "demonym"
    }
    if not countries:
        return bodies
    of = _OF_OWN.get(language.split("-")[0], _OF)
    grown: list[Span] = []
    for span in bodies:
        match = of.match(doc.text, span.end)
        hit = countries.get(match.end()) if match else None
        if hit is None:
            grown.append(span)
            continue
        suffix = doc.text[span.end : hit.end]
        name = f"{span.name}{suffix}" if span.name else ""
        words = (*span.words, *doc.folded[span.end : hit.end].split())
        country = hit.forms[0].known.country
        grown.append(Span(span.start, hit.end, "organisation", words=words, rank=3, country=country, name=name))
    for span in patterns:
        if span.type != "organisation" or span.forms or not span.words or span.words[0] not in _HEADS_OF_STATES:
            continue
        match = _OF.match(doc.text, span.end)
        hit = countries.get(match.end()) if match and match[0].strip() else None
        if hit is not None:
            words = (*span.words, *doc.folded[span.end : hit.end].split())
            country = hit.forms[0].known.country
            grown.append(Span(span.start, hit.end, "organisation", words=words, rank=3, country=country))
    return grown
