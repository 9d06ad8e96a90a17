"""Places by pattern ("Orange County", "Mount Meru"), and names that merely begin or end with a place's."""

from __future__ import annotations

import re

from enrich.entities.document import BESIDE, NORMAL, Document, Token
from enrich.entities.folding import words_of
from enrich.entities.gazetteer import Hit
from enrich.entities.knowledge import CITY, Known
from enrich.entities.lexicon import lexicon
from enrich.entities.spans import Span

HEADS = words_of(
    "county province island islands river lake bay valley beach mountain mountains peninsula desert "
    "airport street avenue square park "
    "bridge district village creek falls heights harbor harbour canyon forest prefecture oblast "
    "governorate municipality road boulevard "
    "stadium strait coast city cemetery glacier volcano reef archipelago township reservoir dam"
)
# What is named after people, with their titles: "King Abdullah Sports City".
VENUES = words_of(
    "airport stadium city bridge square park street avenue road boulevard cemetery arena hall port camp base dam"
)
STARTS = words_of("lake mount cape fort port camp isle monte rio")
LONGEST = 4


_CUE = re.compile(
    r"\b(?:(?:village|town|city|suburb|hamlet|municipality|settlement|township|district|commune) of|near) (?=[^\W\d_])"
)


def cued_spans(doc: Document, tokens: list[Token]) -> list[Span]:
    """Candidates that the word before says are places: "the village of …", "near …"."""
    words = lexicon()
    starts: dict[int, int] = {}
    spans: list[Span] = []
    for match in _CUE.finditer(doc.text):
        starts = starts or {token.start: at for at, token in enumerate(tokens)}
        at = starts.get(match.end(), -1)
        if at < 0 or doc.segment(match.start()).mode != NORMAL:
            continue
        folded = tokens[at].folded
        going_on = at + 1 < len(tokens) and tokens[at + 1].link == BESIDE
        known = folded in words.common or folded in words.org_heads or folded in words.titles or folded in words.given
        if not (going_on or known or folded in words.org_starts or doc.text[match.end() : tokens[at].end].isupper()):
            spans.append(Span(tokens[at].start, tokens[at].end, "place", words=(folded,), rank=-1, tokens=(at, at)))
    return spans


def place_spans(doc: Document, tokens: list[Token], places: dict[int, str]) -> list[Span]:
    """Candidates for places that no list has. `places` gives the country of the tokens that name a place."""
    words = lexicon()
    spans: list[Span] = []
    for at, token in enumerate(tokens):
        if token.folded in HEADS and token.link == BESIDE and doc.segment(token.start).mode == NORMAL:
            first = at
            while (
                first > 0
                and at - first < LONGEST
                and tokens[first].link == BESIDE
                and (
                    _proper(tokens[first - 1])
                    or (first < at and token.folded in VENUES and _honours(tokens[first - 1]))
                )
            ):
                first -= 1
            if first < at and any(tokens[k].folded not in words.common for k in range(first, at)):
                spans.append(_span(tokens, first, at, places))
        elif token.folded in STARTS and at + 1 < len(tokens) and tokens[at + 1].link == BESIDE:
            after = tokens[at + 1]
            if (
                _proper(after)
                and doc.segment(token.start).mode == NORMAL
                and not (token.initial and token.link != BESIDE and token.folded == "port")
            ):
                spans.append(_span(tokens, at, at + 1, places))
    return spans


def _proper(token: Token) -> bool:
    words = lexicon()
    if token.folded in words.common:
        return (
            token.folded
            in (
                "north",
                "south",
                "east",
                "west",
                "new",
                "white",
                "black",
                "red",
                "green",
                "long",
                "grand",
                "great",
                "little",
                "old",
                "central",
            )
            and not token.initial
        )
    return token.folded not in words.titles and token.folded not in words.roles


def _honours(token: Token) -> bool:
    words = lexicon()
    return token.folded in words.titles and not token.initial


def _span(tokens: list[Token], first: int, last: int, places: dict[int, str]) -> Span:
    country = next((places[at] for at in range(first, last + 1) if places.get(at)), None)
    return Span(
        tokens[first].start,
        tokens[last].end,
        "place",
        words=tuple(token.folded for token in tokens[first : last + 1]),
        country=country,
        tokens=(first, last),
    )


class Neighbours:
    """What stands beside a place's name, which may be a part of a longer one: "Montreal Canadiens", "West Jersey"."""

    def __init__(self, doc: Document, tokens: list[Token], hits: list[Hit], language: str) -> None:
        self.doc = doc
        # "die Insel Kreta": where every noun has a capital, one beside a name says nothing.
        self.nouns = language.split("-")[0] == "de"
        self.after = {token.start: token for token in tokens if token.link == BESIDE}
        self.before = {token.end: token for token in tokens}
        self.linked = {token.start: token.link for token in tokens}
        self.known = {hit.start for hit in hits} | {hit.end for hit in hits}

    def longer(self, hit: Hit, known: Known) -> list[Span] | None:
        """None if the place stands for itself; else what to take in its place: a team, or nothing."""
        doc = self.doc
        if self.nouns or doc.segment(hit.start).mode != NORMAL:
            return None
        country = known.key.startswith("country:")
        after = self.after.get(hit.end + 1)
        if after is not None and self._unknown(after) and after.start not in self.known:
            if after.folded.endswith("s") and len(after.folded) > 4:
                words = tuple(doc.folded[hit.start : after.end].split())
                return [Span(hit.start, after.end, "organisation", words=words, rank=1, country=known.country)]
            if not country:
                return []
        if hit.forms[0].flags & CITY and self.linked.get(hit.start) == BESIDE:
            before = self.before.get(hit.start - 1)
            if before is not None and not before.initial and self._unknown(before) and before.end not in self.known:
                return []
        return None

    def surrounded(self, hit: Hit, word: bool) -> bool:
        """Whether an unknown name stands right before a single word: "Harrow Vale" is no company of that name.

        `word`: the name is an ordinary word, and any name before it is enough.
        """
        if self.doc.segment(hit.start).mode != NORMAL or self.linked.get(hit.start) != BESIDE:
            return False
        before = self.before.get(hit.start - 1)
        if before is None or before.folded in lexicon().common:
            return False
        return word or (not before.initial and before.end not in self.known and self._unknown(before))

    def _unknown(self, token: Token) -> bool:
        words = lexicon()
        folded = token.folded
        if self.doc.text[token.start : token.end].isupper() or not folded.isalpha():
            return False
        return not (
            folded in words.common
            or folded in words.titles
            or folded in words.roles
            or folded in words.org_heads
            or folded in words.given
            or folded in words.surnames
        )
