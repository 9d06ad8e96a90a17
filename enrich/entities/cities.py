"""Which of the world's cities a text means, and whether it means a city at all."""

from __future__ import annotations

import re
from collections import Counter

from enrich.entities.document import NORMAL, Document
from enrich.entities.folding import words_of
from enrich.entities.gazetteer import Hit
from enrich.entities.homes import HOMES
from enrich.entities.knowledge import CITY, Form, Known
from enrich.entities.lexicon import lexicon

ENGLISH_PREPOSITIONS = words_of(
    "in at near from to outside around across throughout toward towards into inside via downtown central nearby"
)
GERMAN = words_of("DE AT CH LI LU")
# Large cities that are ordinary nouns where nouns have capitals, or holy days, or mountains.
NOUNS = words_of("essen natal serra salem vita anand gaya orange halle central leon")
HUGE, LARGE, MIDDLE = 1_000_000, 300_000, 100_000
_DATELINE = re.compile(r"(?:, [A-Z][\w. ]{1,30})? ?(?:\([^)]{2,40}\) ?)?(?:[-–—:]|\(Reuters|\(AP|\(AFP)")


class CityJudge:
    """Knows the other places of the text."""

    def __init__(self, doc: Document, hits: list[Hit], language: str) -> None:
        self.doc = doc
        self.german = language.split("-")[0] == "de"
        self.turkish = language.split("-")[0] == "tr"
        self.home = HOMES.get(language.split("-")[0], frozenset())
        self.english = language.split("-")[0] == "en"
        self.places = {
            hit.start: hit
            for hit in hits
            if any(form.known.type == "place" and not form.flags & CITY for form in hit.forms)
        }

    def region_after(self, end: int) -> list[Known]:
        """The countries, states or regions named right after a comma: "Paris, Texas"."""
        text = self.doc.text
        if text[end : end + 2] != ", ":
            return []
        hit = self.places.get(end + 2)
        return [form.known for form in hit.forms if form.kind != "demonym" and not is_city(form.known)] if hit else []

    def situated(self, start: int) -> bool:
        """Whether a preposition says that a place follows."""
        before = self.doc.word_before(start)
        if self.english:
            return before in ENGLISH_PREPOSITIONS
        return before in lexicon().place_prepositions

    def dateline(self, hit: Hit) -> bool:
        """Whether the name opens a paragraph as the place of a report: "KYIV, Ukraine (AP) —"."""
        segment = self.doc.segment(hit.start)
        return (
            segment.start == hit.start
            and segment.field == "body"
            and _DATELINE.match(self.doc.text, hit.end) is not None
        )

    def accepts(self, hit: Hit, form: Form, folded: str) -> bool:
        """Whether a city's name means the city here."""
        words = lexicon()
        size = form.known.population
        if form.known.country in self.home:
            # Its readers know it.
            size *= 5
        doc = self.doc
        if self.turkish and doc.text[hit.end : hit.end + 1] in ("'", "’"):
            # A case ending is cut off from names only.
            size *= 10
        if folded.isascii() and " " not in folded and len(folded) < 4 and size < HUGE:
            return False
        regions = self.region_after(hit.end)
        if any(within(form.known, region) for region in regions):
            return True
        if folded in words.common:
            return False
        if self.dateline(hit) and size >= 30_000:
            return True
        ambiguous = (
            folded in words.not_cities
            or folded in words.common
            or folded in words.given
            or folded in words.surnames
            or folded in words.org_heads
        )
        if self.german and size < LARGE and form.known.country not in GERMAN:
            # Every noun has a capital, and may be the name of some far-off town.
            return False
        if self.situated(hit.start):
            return not regions and (size >= MIDDLE or not ambiguous) and not self._name_goes_on(hit)
        if ambiguous:
            if doc.initial(hit.start) or doc.segment(hit.start).mode != NORMAL or folded in NOUNS:
                return size >= HUGE * 2 and folded not in words.not_cities
            return size >= LARGE * 2
        if " " in folded:
            return size >= MIDDLE
        if doc.segment(hit.start).mode != NORMAL or doc.initial(hit.start):
            return size >= (HUGE if not self.english else LARGE)
        return size >= MIDDLE if not self.english else size >= LARGE // 2

    def _name_goes_on(self, hit: Hit) -> bool:
        """Whether another capitalised word follows, so that the name may be longer than the city's."""
        text, end = self.doc.text, hit.end
        return (
            text[end : end + 1] == " "
            and text[end + 1 : end + 2].isupper()
            and end + 2 < len(text)
            and text[end + 2].islower()
        )


def is_city(known: Known) -> bool:
    """Whether it is one of the world's cities, not a country or region."""
    return known.key.startswith("city:")


def within(city: Known, region: Known) -> bool:
    """Whether a city lies in a country or US state."""
    if region.country != city.country:
        return False
    if region.key.startswith("country:"):
        return True
    return region.admin == f"US-{city.admin}"


def votes(spans: list[tuple[Known, bool]]) -> Counter[str]:
    """How often each country is spoken of: by (place, whether it is a country or its people)."""
    counts: Counter[str] = Counter()
    for known, _ in spans:
        if known.country:
            counts[known.country] += 1
    return counts


def choose_place(candidates: list[Known], regions: list[Known], counts: Counter[str], local: Counter[str]) -> Known:
    """The place meant: that in the region named after it, else by what else the text speaks of, else the largest.

    `counts`: mentions of each country; `local`: mentions of its cities and regions alone.
    """
    if len(candidates) == 1:
        return candidates[0]
    for region in regions:
        for known in candidates:
            if known.key.startswith("city:") and within(known, region):
                return known
    countries = [known for known in candidates if known.key.startswith("country:")]
    states = [known for known in candidates if known.key.startswith("place:")]
    if countries and states:
        state = states[0]
        if local[state.country or ""] > counts[countries[0].country or ""]:
            return state
        return countries[0]
    if countries:
        return countries[0]
    if states:
        return states[0]
    ranked = sorted(candidates, key=lambda known: -known.population)
    best = ranked[0]
    for known in ranked[1:]:
        if counts[known.country or ""] >= 2 and counts[best.country or ""] == 0:
            return known
    return best
