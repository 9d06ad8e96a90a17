"""Makes the labelled pairs of tests/articles/data/duplicates.jsonl from texts of our own: `python -m tests.articles.pairs`.

Copies: cut at the end, edited, with an agency's line, another headline, names written otherwise, furniture, or several
of these at once. No copies: two hands on one event, one form with other facts, a publisher's usual end, the background
that agencies repeat in a follow-up.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ingest.sample import documents

DATA = Path(__file__).parent / "data"
GOLDEN = DATA.parent.parent / "golden"
FILE = DATA / "duplicates.jsonl"
SEED = 20261122

Rule = Callable[[str, random.Random], str]

NAMES = {
    "Kyiv": "Kiev", "Tehran": "Teheran", "Moscow": "Moskva", "Paul Dessen": "Pavel Dessen", "Oyelaran": "Oyelarán",
    "Varga": "Vargha", "Brandauer": "Brandaur", "Velik": "Velić", "Horak": "Horák", "Morvania": "Morwania",
    "Reykjavik": "Reykjavík", "Grindavik": "Grindavík", "Bjarnason": "Bjarnarson", "Wessel": "Weßel", "Siller": "Syller",
    "Lindqvist": "Lindkvist", "Hesker": "Häsker", "Campos": "Kampos", "Recife": "Resife", "Tallinn": "Reval",
}  # fmt: skip
WORDS = {
    "said": "stated", "told": "informed", "big": "large", "began": "started", "after": "following", "about": "roughly",
    "people": "persons", "would": "will", "has": "had", "were": "are", "more": "further", "first": "earliest",
    "sagte": "erklärte", "nach": "laut", "wird": "werde", "rund": "etwa", "dijo": "señaló", "tha": "deklaroi",
    "annoncé": "indiqué", "which": "that", "will": "is to", "also": "too", "because": "since", "wants": "plans",
}  # fmt: skip
FURNITURE = (
    "Sign up for our morning newsletter and never miss a story.",
    "Read more: Five things to know before the weekend.",
    "This story has been updated with further details.",
    "Our journalism is independent. Support us from two euros a month.",
    "Get the latest headlines on your phone with our app.",
)
HABIT = (
    "The Harbour Gazette has reported from the coast since 1921. Our newsroom of forty reporters covers the port, the"
    " courts, the schools and the clubs of the region, in print on weekdays and online around the clock. Letters to the"
    " editor may be shortened for reasons of space. Subscribers find all articles of the past ten years in the archive."
)
BACKGROUND = (
    "The two countries have argued about the strait since a treaty of 1974 left its northern shore without a clear"
    " line on the map. A court in The Hague ruled in 2016 that fishing was open to both; neither has withdrawn its"
    " patrols since. About a tenth of the region's trade in grain passes through it, most of it in autumn.",
    "Inflation has been above the bank's target for thirty months, driven at first by energy and later by rents. The"
    " government has answered with subsidies for electricity, a cap on rents in four cities and lower taxes on food,"
    " which the International Monetary Fund has called costly and badly aimed.",
)
FORMS: tuple[tuple[str, dict[str, tuple[str, ...]]], ...] = (
    (
        "An earthquake of magnitude {m} struck {d} kilometres {w} of {p} on {day} at {t} local time, the seismological"
        " service said. The quake had a depth of {e} kilometres. There were no immediate reports of damage or injuries"
        " and no tsunami warning was issued. The region lies on a boundary of tectonic plates, where quakes of this size"
        " are common. A shock of magnitude {n} was recorded nearby {k} days earlier.",
        {
            "m": ("4.6", "5.1", "5.8", "4.9"), "d": ("12", "38", "71", "104"), "w": ("north", "south", "east", "west"),
            "p": ("Arica", "Davao", "Heraklion", "Kodiak"), "day": ("Monday", "Tuesday", "Friday", "Sunday"),
            "t": ("03:14", "11:52", "17:40", "22:05"), "e": ("10", "33", "57", "120"), "n": ("4.2", "3.9", "5.0", "4.4"),
            "k": ("9", "3", "21", "14"),
        },
    ),
    (
        "Shares in {c} closed at {a} crowns on {day}, {v} {b} percent, after the company reported a quarterly profit of"
        " {f} million crowns against {g} million a year earlier. Revenue came to {h} million. Analysts had expected a"
        " profit of {i} million on average. The company confirmed its forecast for the full year and said that demand"
        " had developed in line with its plans. The index of leading shares ended the day {v} {j} percent.",
        {
            "c": ("Norvik Shipping", "Altmann Chemicals", "Bluewater Energy", "Tessin Foods"),
            "a": ("112.40", "48.15", "903.00", "27.85"), "day": ("Monday", "Tuesday", "Friday", "Thursday"),
            "v": ("down", "up"), "b": ("3.2", "1.7", "6.4", "0.8"), "f": ("214", "87", "1,120", "45"),
            "g": ("180", "96", "990", "61"), "h": ("2,310", "745", "8,812", "402"), "i": ("205", "90", "1,050", "52"),
            "j": ("0.4", "1.1", "0.2", "0.9"),
        },
    ),
    (
        "{day} will be {s} across the region, with highs of {a} degrees on the coast and {b} inland. {w} wind of {c} to {e}"
        " kilometres an hour. At night it will cool down to {f} degrees, and there may be patches of fog in the valleys."
        " The chance of rain is {g} percent. The sun rises at {h} and sets at {i}. Water temperatures on the beaches are"
        " {j} degrees. The weather service has issued no warnings. The outlook for the days after is unsettled.",
        {
            "day": ("Monday", "Tuesday", "Friday", "Sunday"), "s": ("mostly sunny", "cloudy", "changeable", "dull"),
            "a": ("19", "23", "27", "14"), "b": ("24", "28", "31", "11"), "w": ("Light", "Strong", "Westerly", "Easterly"),
            "c": ("10", "25", "40", "15"), "e": ("20", "35", "60", "30"), "f": ("9", "12", "15", "4"),
            "g": ("5", "40", "75", "90"), "h": ("05:48", "06:12", "07:31", "07:59"), "i": ("21:02", "19:44", "17:20", "16:41"),
            "j": ("17", "21", "13", "18"),
        },
    ),
    (
        "{x} beat {y} {a} on {day} in front of {b} spectators. {z} opened the scoring in the {c}th minute and added a second"
        " in the {e}th. {y} had most of the ball after the break but few chances; {q} struck the post in the {f}th minute."
        " {x} now stand {g} in the table with {h} points from {i} matches, {y} are {j}. Next weekend {x} play away, while {y}"
        " have a week without a match.",
        {
            "x": ("Harbour City", "Rovers", "Athletic", "Northfield"), "y": ("United", "Wanderers", "Olympia", "Selm"),
            "a": ("2-0", "3-1", "4-2", "2-1"), "day": ("Saturday", "Sunday", "Friday", "Wednesday"),
            "b": ("14,200", "31,550", "8,904", "22,017"), "z": ("Okafor", "Ferri", "Lund", "Silva"),
            "c": ("11", "24", "37", "19"), "e": ("58", "66", "71", "84"), "q": ("Dahl", "Novak", "Grant", "Rossi"),
            "f": ("62", "79", "88", "90"), "g": ("third", "first", "ninth", "sixth"), "h": ("27", "41", "18", "33"),
            "i": ("14", "19", "15", "17"), "j": ("tenth", "last", "fourth", "second"),
        },
    ),
    (
        "Police arrested a {a}-year-old {s} on {day} after {what} in {p}. Officers were called at {t} by neighbours who had"
        " heard noise. The suspect was found {k} streets away with {thing} worth {b} euros and did not resist. A judge will"
        " decide on custody. Witnesses are asked to call the station on {c}. Police say that the number of such cases in"
        " the district fell by {e} percent last year.",
        {
            "a": ("19", "34", "52", "27"), "s": ("man", "woman"), "day": ("Monday", "Tuesday", "Friday", "Sunday"),
            "what": ("a break-in at a pharmacy", "a robbery at a petrol station", "a theft from a church"),
            "p": ("Old Mill", "the harbour quarter", "Brookside", "Lower Selm"), "t": ("02:10", "04:35", "23:20", "01:05"),
            "k": ("2", "3", "5", "7"), "thing": ("medicine", "cigarettes", "candlesticks", "tools"),
            "b": ("800", "2,400", "150", "5,900"), "c": ("555-0134", "555-0178", "555-0192"), "e": ("4", "11", "7", "2"),
        },
    ),
)  # fmt: skip


def bodies() -> list[str]:
    """The paragraphs of the sample archive's articles, and the bodies of the golden files, in all their languages."""
    found = []
    for document in documents():
        lines = [line.strip() for line in document["text"].splitlines()]
        body = "\n\n".join(line for line in lines if len(line) > 70 and line[-1] in '.”“»"?!…')
        found.append(body)
    for file in sorted(GOLDEN.glob("*.json")):
        golden = json.loads(file.read_text("utf-8"))
        found.append(golden.get("body") or "" if isinstance(golden, dict) else "")
    return [body for body in found if 50 <= len(body.split()) < 600 or (len(body) > 150 and len(body.split()) < 20)]


def events() -> list[tuple[str, str]]:
    """One event as told by two hands."""
    text = (DATA / "events.txt").read_text("utf-8").partition("\n===")[2]
    return [
        (first.split("\n", 1)[1].strip(), second.strip())
        for first, second in (part.split("\n---\n") for part in re.split(r"^===", text, flags=re.M))
    ]


def cut(share: float) -> Rule:
    def rule(body: str, rnd: random.Random) -> str:
        sentences = re.split(r"(?<=[.!?…”»])\s+|(?<=[。？！])", body)
        kept = sentences[: max(1, round(share * len(sentences)))]
        return " ".join(kept)

    return rule


def edited(body: str, rnd: random.Random) -> str:
    """A word in fourteen another, one left out here and there."""
    if len(body.split()) < 20:
        return "".join(each for each in body if rnd.random() > 0.02)
    words = []
    for word in body.split(" "):
        chance = rnd.random()
        if word in WORDS and chance < 0.6:
            words.append(WORDS[word])
        elif chance < 0.97:
            words.append(word)
    return " ".join(words)


def wired(body: str, rnd: random.Random) -> str:
    place = rnd.choice(("BERLIN", "GENEVA", "LONDON", "MADRID", "Tirana"))
    agency = rnd.choice(("Reuters", "AP", "dpa", "AFP", "EFE"))
    end = rnd.choice(("(Reporting by Ana Lopes; Editing by Mark Dunn)", "© 2026 The Agency. All rights reserved.", ""))
    return f"{place} ({agency}) - {body}\n\n{end}".strip()


def headed(body: str, rnd: random.Random) -> str:
    first = re.split(r"(?<=[.!?。])\s*", body)[0].split()
    return f"{' '.join(rnd.sample(first, min(7, len(first))))}\n\n{body}"


def renamed(body: str, rnd: random.Random) -> str:
    for name, other in NAMES.items():
        body = body.replace(name, other)
    capitals = sorted(set(re.findall(r"(?<=[a-z,] )[A-Z][a-zé]{3,}", body)))
    for name in rnd.sample(capitals, min(3, len(capitals))):
        body = re.sub(rf"\b{name}\b", name + "i" if not name.endswith("i") else name[:-1] + "y", body)
    return body


def furnished(body: str, rnd: random.Random) -> str:
    parts = body.split("\n\n")
    parts.insert(rnd.randrange(len(parts)) + 1, rnd.choice(FURNITURE))
    return "\n\n".join([*parts, *rnd.sample(FURNITURE, 2)])


def typed(body: str, rnd: random.Random) -> str:
    """Other quotes, dashes and spaces, and capitals at the beginning."""
    start, _, rest = body.partition(" ")
    body = f"{start.upper()} {rest}" if rest else start
    return re.sub("[“”„«»]", '"', body).replace("’", "'").replace("–", "-").replace("\n\n", "\n")


def opened(body: str, rnd: random.Random) -> str:
    """An update: a new first paragraph, one number raised."""
    body = re.sub(r"\b(\d\d)\b", lambda match: str(int(match[1]) + 1), body, count=1)
    return "What has happened since the morning is told below as it was known at noon.\n\n" + body


def all_of(*rules: Rule) -> Rule:
    def rule(body: str, rnd: random.Random) -> str:
        for each in rules:
            body = each(body, rnd)
        return body

    return rule


COPIES: dict[str, Rule] = {
    "cut to two thirds": cut(0.67),
    "cut to two fifths": cut(0.4),
    "edited": edited,
    "agency line": wired,
    "headline swapped": headed,
    "names translated": renamed,
    "furniture": furnished,
    "typography": typed,
    "updated": opened,
    "cut, edited, agency line": all_of(cut(0.6), edited, wired),
    "furniture, headline, names": all_of(furnished, headed, renamed),
}


def pairs() -> Iterator[dict[str, Any]]:
    """`{kind, duplicate, a, b}`, the same for the same texts."""
    rnd = random.Random(SEED)
    short = bodies()
    told = events()
    originals = short + [text for pair in told for text in pair]
    rnd.shuffle(originals)
    for number, (kind, rule) in enumerate(COPIES.items()):
        for body in originals[number::7][:14]:
            yield _pair(kind, True, body, rule(body, rnd), rnd)
    long = ["\n\n".join(rnd.sample(short, 5)) for _ in range(12)]
    for body in long:
        yield _pair("long, cut to a tenth", True, body, wired(cut(0.1)(body, rnd), rnd), rnd)
        yield _pair("long, cut to a quarter, edited", True, body, edited(cut(0.25)(body, rnd), rnd), rnd)
    for one, other in told:
        yield _pair("one event, two hands", False, one, other, rnd)
        # Both took over the same two sentences of a statement.
        quote = " ".join(re.split(r"(?<=[.!?。؟])\s*", one)[-3:-1])
        yield _pair("one event, two hands, one statement", False, one, f"{other}\n\n{quote}", rnd)
    for form, facts in FORMS:
        for _ in range(8):
            one, other = _filled(form, facts, rnd)
            yield _pair("one form, other facts", False, one, other, rnd)
    for _ in range(15):
        one, other = rnd.sample(short, 2)
        yield _pair("a publisher's habit", False, f"{one}\n\n{HABIT}", f"{other}\n\n{HABIT}", rnd)
    for _ in range(20):
        one, other = rnd.sample(short, 2)
        known = rnd.choice(BACKGROUND)
        yield _pair("a follow-up's background", False, f"{one}\n\n{known}", f"{other}\n\n{known}", rnd)
    for _ in range(30):
        one, other = rnd.sample(originals, 2)
        yield _pair("nothing in common", False, one, other, rnd)


def _filled(form: str, facts: dict[str, tuple[str, ...]], rnd: random.Random) -> tuple[str, str]:
    chosen = {name: rnd.sample(values, 2) for name, values in facts.items()}
    return (
        form.format(**{name: values[0] for name, values in chosen.items()}),
        form.format(**{name: values[1] for name, values in chosen.items()}),
    )


def _pair(kind: str, duplicate: bool, one: str, other: str, rnd: random.Random) -> dict[str, Any]:
    a, b = (one, other) if rnd.random() < 0.5 else (other, one)
    return {"kind": kind, "duplicate": duplicate, "a": a, "b": b}


if __name__ == "__main__":
    with FILE.open("w", encoding="utf-8") as file:
        for pair in pairs():
            file.write(json.dumps(pair, ensure_ascii=False) + "\n")
