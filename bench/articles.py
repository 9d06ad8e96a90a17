"""Articles for the benchmarks: about 350 words each, made up of our own sentences, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

WORDS = 350
SITES = [
    f"Bench {name}" for name in ("Herald", "Courier", "Post", "Gazette", "Mirror Daily", "Observer", "Echo", "Star")
]
SECTIONS = [
    "World",
    "Politics",
    "Business",
    "Sport",
    "Culture",
    "Science",
    "Health",
    "Environment",
    "Technology",
    "Opinion",
]
FIRST = [
    "Anna",
    "Boris",
    "Carla",
    "David",
    "Elena",
    "Farid",
    "Grace",
    "Hugo",
    "Irina",
    "Jonas",
    "Karin",
    "Luca",
    "Maria",
    "Nadia",
    "Oscar",
    "Petra",
    "Rosa",
    "Samir",
    "Tara",
    "Viktor",
]
LAST = [
    "Adler",
    "Bello",
    "Costa",
    "Dahl",
    "Eriksen",
    "Ferri",
    "Grant",
    "Holm",
    "Ivanov",
    "Jansen",
    "Keller",
    "Lund",
    "Moreau",
    "Novak",
    "Okafor",
    "Petrov",
    "Quiroga",
    "Rossi",
    "Silva",
    "Tamm",
]
PLACES = [
    "Berlin",
    "Paris",
    "Madrid",
    "Rome",
    "Kyiv",
    "Moscow",
    "Tehran",
    "Cairo",
    "Nairobi",
    "Lagos",
    "Delhi",
    "Tokyo",
    "Seoul",
    "Beijing",
    "Washington",
    "Ottawa",
    "Brussels",
    "Vienna",
    "Athens",
    "Ankara",
    "Warsaw",
    "Prague",
    "Lisbon",
    "Oslo",
    "Helsinki",
    "Tirana",
    "Pristina",
    "Belgrade",
    "Zagreb",
    "Sofia",
]
COUNTRIES = [
    "Germany",
    "France",
    "Spain",
    "Italy",
    "Ukraine",
    "Russia",
    "Iran",
    "Egypt",
    "Kenya",
    "Nigeria",
    "India",
    "Japan",
    "China",
    "Canada",
    "Belgium",
    "Austria",
    "Greece",
    "Turkey",
    "Poland",
    "Portugal",
    "Norway",
    "Finland",
    "Albania",
    "Serbia",
    "Croatia",
    "Bulgaria",
    "Brazil",
    "Chile",
    "Peru",
    "Mexico",
]
BODIES = [
    "European Union", "United Nations", "NATO", "World Bank", "Foreign Ministry", "Central Bank", "Supreme Court",
    "Red Cross", "World Health Organization", "African Union",
]  # fmt: skip
SUBJECTS = [
    "election",
    "ceasefire",
    "inflation",
    "vaccine",
    "drought",
    "budget",
    "tariff",
    "championship",
    "satellite",
    "wildfire",
    "strike",
    "refinery",
    "pension",
    "hospital",
    "museum",
    "earthquake",
    "harvest",
    "railway",
    "sanctions",
    "referendum",
    "climate",
    "festival",
    "merger",
    "trial",
    "school",
]
SENTENCES = (
    "{person}, who speaks for the {body}, said in {place} that the {subject} would be decided before the end of the year.",
    "Officials in {country} confirmed on Monday that the talks about the {subject} had broken down during the night.",
    "The government of {country} has promised {number} million euros for the {subject}, but critics call the plan too small.",
    "According to a report by the {body}, about {number} thousand people in {country} are affected by the {subject}.",
    "“We did not expect it to go so fast,” {person} told reporters in {place} after the meeting.",
    "Economists warn that the {subject} in {country} could slow growth by half a percentage point next year.",
    "In {place}, thousands of people took to the streets to protest against the {subject} and what they called broken promises.",
    "The {body} said that it would send a team of experts to {place} to look into the {subject}.",
    "Relations between {country} and {country2} have been tense since the {subject} of last spring.",
    "A court in {place} ruled that the minister must publish the documents about the {subject} within thirty days.",
    "Doctors, teachers and farmers are among those who feel the {subject} most, a survey by a university in {place} found.",
    "{person} rejected the accusations and said that the opposition in {country} had no plan of its own.",
    "The shares of companies that depend on the {subject} fell by {number} per cent on the stock exchange in {place}.",
    "It was the third time in {number} years that {country} had to ask the {body} for help with the {subject}.",
    "Whether the agreement holds will depend on {country2}, where voters go to the polls in the autumn.",
    "Scientists who study the {subject} say that the figures from {country} should be read with care.",
)


def _sentence(rng: random.Random, subject: str, country: str, person: str) -> str:
    return rng.choice(SENTENCES).format(
        person=person if rng.random() < 0.6 else f"{rng.choice(FIRST)} {rng.choice(LAST)}",
        body=rng.choice(BODIES),
        place=rng.choice(PLACES),
        subject=subject if rng.random() < 0.7 else rng.choice(SUBJECTS),
        country=country if rng.random() < 0.6 else rng.choice(COUNTRIES),
        country2=rng.choice(COUNTRIES),
        number=rng.randint(2, 900),
    )


def articles(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Inputs as `POST /v1/documents` takes them: text with site furniture, `external_id`, `published_at` over 90 days."""
    start = datetime(2026, 6, 1, tzinfo=UTC)
    for index in range(count):
        rng = random.Random(seed * 1_000_003 + index)
        subject, country = rng.choice(SUBJECTS), rng.choice(COUNTRIES)
        person = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        site = rng.choice(SITES)
        headline = (
            f"{country} and the {subject}: {person} faces a difficult {rng.choice(SUBJECTS)} in {rng.choice(PLACES)}"
        )
        paragraphs: list[str] = []
        words = 0
        while words < WORDS:
            paragraph = " ".join(_sentence(rng, subject, country, person) for _ in range(rng.randint(2, 3)))
            words += len(paragraph.split())
            paragraphs.append(paragraph)
        paragraphs[-1] += f" The reference of this report is item{index}."
        at = start + timedelta(seconds=rng.randrange(90 * 86400))
        text = "\n\n".join(
            [
                site,
                rng.choice(SECTIONS),
                headline,
                headline[: len(headline) * 3 // 4],
                f"By {rng.choice(FIRST)} {rng.choice(LAST)}",
                *paragraphs,
                "Share on Facebook",
                "Latest news",
                "Another headline that does not belong to this article",
            ]
        )
        yield {"external_id": f"bench-{seed}-{index}", "text": text, "source": site, "published_at": at.isoformat()}
