"""Articles that are all different, a part of them with a second text, by number: the same for one seed."""

from __future__ import annotations

import random
from typing import Any

PLACES = ("Hamburg", "Leeds", "Porto", "Gdansk", "Turin", "Lyon", "Bergen", "Tirana", "Cork", "Ghent")
PEOPLE = ("Anna Petersen", "Helen Sorensen", "Marco Bellini", "Ines Duarte", "Tomasz Nowak", "Arta Hoxha")
THINGS = ("bridge", "harbour", "library", "tram line", "hospital", "market hall", "school", "observatory")
SOURCES = tuple(f"chaos{n}.example" for n in range(8))
REVISED = 10
"""Every so many articles has a second text."""


def name(number: int) -> str:
    """The id that its caller gives the article."""
    return f"chaos-{number}"


def revisions(number: int) -> int:
    """How many texts there are of it."""
    return 2 if number % REVISED == 0 else 1


def is_deleted(number: int) -> bool:
    """Whether an article is to be deleted; none that has a second text."""
    return number % 4 == 1


def document(seed: int, number: int, revision: int) -> dict[str, Any]:
    """What is posted. Its text says which article and which revision it is."""
    dice = random.Random(seed * 1_000_003 + number)
    place, person, thing = dice.choice(PLACES), dice.choice(PEOPLE), dice.choice(THINGS)
    sentences = [
        f"{place.upper()} - Mayor {person} opened the new {thing} of {place} on Tuesday, case {number} of the register.",
        f"The {thing} cost {dice.randrange(10, 900)} million euros and took {dice.randrange(2, 30)} years.",
        f"“We waited for it,” said {dice.choice(PEOPLE)}, who lives in {dice.choice(PLACES)}, in statement {number}.",
        f"It is edition {mark(revision)} of what the city council of {place} made known.",
    ]
    return {
        "text": "\n\n".join([f"{place} opens its {thing} number {number}", *sentences]),
        "source": SOURCES[number % len(SOURCES)],
        "external_id": name(number),
        "language": "en",
    }


def mark(revision: int) -> str:
    """A word that stands only in this revision's text."""
    return ("primera", "segunda")[revision - 1]
