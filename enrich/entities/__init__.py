"""People, organisations and places in an article: which, where they are mentioned, and how much it is about them.

Mentions never overlap. The longest name wins, so "Bank of England" does not mention England, nor "Russian Foreign
Ministry" Russia; such an organisation has the country in `country`. "US-backed" mentions the United States.
"""

from __future__ import annotations

from functools import cache

from enrich.draft import Draft
from enrich.enrichment import Entity
from enrich.entities.recogniser import GazetteerRecogniser, Recogniser

VERSION = "1"

__all__ = ["VERSION", "GazetteerRecogniser", "Recogniser", "find_entities", "recogniser", "warm"]


@cache
def recogniser() -> Recogniser:
    """The recogniser of this process, loaded when first asked for."""
    return GazetteerRecogniser()


def find_entities(draft: Draft, language: str | None) -> tuple[Entity, ...]:
    """The entities of a draft, the most salient first, each once with every mention in headline, standfirst and body.

    `language` is the BCP 47 code of the text; None guesses from its script. Takes any text and raises nothing.
    """
    return recogniser().find(draft, language)


def warm() -> None:
    """Loads all lists and automata, so that processes forked from this one share them."""
    recogniser().warm()
