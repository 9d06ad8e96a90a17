"""Lines about who wrote: bylines, bare names, job titles, notes about an author."""

from __future__ import annotations

import re

from enrich import sections
from ingest.readers.bylines import Byline
from ingest.readers.text.entries import Entry, Kind
from ingest.readers.text.known import byline as find_byline
from ingest.readers.text.known import is_name
from ingest.readers.text.known import publisher as find_publisher
from ingest.readers.text.vocabulary import normalise, vocabulary

_HAN_NAME = re.compile(r"[\u3400-\u9fff々]{1,3}[ \u3000]?[\u3400-\u9fff々ぁ-ん]{2,3}$")
_FILED = re.compile(r"\s+[-–—|/]\s+|\s?[:/]\s?")
_NOTE = re.compile(
    r"^(?P<names>(?:[^\W\d_a-z][\w.’'-]*(?:,?\s(?:and|und|et|y|e|en|och|i)\s|\s)){2,9}?)"
    r"(?:(?:reports|reported|reporting|writes|wrote)\s(?:from|on|about)\b|covers\s|contributed\s(?:reporting|to\b)"
    r"|has\s(?:covered|reported|written)\b|berichtet\s(?:aus|über|für)\b"
    r"|(?:is|are|ist|est|es|è|é|jest|is|är|er)\s"
    r"(?P<role>(?:an?|the|eine?|une?|una?|um|uma|de|en|ett)?\b[^.]{3,90}))"
)
_JOURNALIST = re.compile(r"\b(?:[ck]orresp\w+|reporter\w*|journalist\w*|periodista|giornalista|jornalista)\b", re.I)
_SAID_OF = re.compile(r"\s?\(([^()]{2,30})\)")
_PLACE_AGENCY = re.compile(r"^([^\W\d_][^()\d]{2,30}?)\s?\(([^()]{2,20})\)$")
# "S. H. avec AFP": who wrote gives initials only.
_INITIALS = re.compile(r"^(?:[A-ZÀ-Þ](?:\.\s?|(?=[-\s]))-?){1,4}\s?(?:avec|with|con|com|mit|z|met|med)\s(.{2,30})$")
_CASELESS = re.compile(r"^[\u05d0-\u05ea'\u0620-\u06d3\u0900-\u097f\u200c]{2,14}$")
_AND = re.compile(r",\s(?:and\s)?|\s(?:and|und|et|y|e|dhe|и|та|och|og|en|&)\s")


def byline_of(entry: Entry, text: str | None = None) -> Byline | None:
    """The byline that a block is, if its form admits one."""
    text = entry.text if text is None else text
    if entry.units > 24 or len(text) > 200:
        return None
    return find_byline(text) or (_filed(text) if entry.units <= 6 else None)


def _filed(text: str) -> Byline | None:
    """ "Casablanca - Reuters" on a line of its own: a place and the agency."""
    if (initials := _INITIALS.match(text)) and (agency := find_publisher(initials[1])):
        return Byline(text, (), (), agency.name)
    bracket = _PLACE_AGENCY.match(text)
    parts = [bracket[1], bracket[2]] if bracket else _FILED.split(text)
    if bracket and bracket[2] == "ots":
        return Byline(text, (), (), "news aktuell", bracket[1])
    known = find_publisher(parts[1]) if len(parts) == 2 else None
    if len(parts) == 2 and vocabulary().label("source", normalise(parts[0])):
        # "Izvor: Beta" says whose it is, not where.
        return Byline(text, (), (), known.name) if known else None
    if known is None or not known.agency or find_publisher(parts[0]) or parts[0][:1].islower():
        return None
    return Byline(text, (), (), known.name, parts[0])


def names_in(text: str) -> tuple[str, ...]:
    """The people of a line that is nothing but names, with or without where they are: "Ann Lee and Bo Li in Rome"."""
    if is_name(text):
        return (text,)
    if len(text) > 120 or text[-1:] in ".!?:":
        return ()
    if "(" in text:
        text = _written(text)
        if is_name(text):
            return (text,)
    people, _, place = text.partition(" in ")
    parts = _AND.split(people)
    if (place and not place[:1].isupper()) or len(parts) + bool(place) < 2 or not all(is_name(part) for part in parts):
        return ()
    return tuple(parts)


def _written(text: str) -> str:
    """ "Ann Lee (text) and Bo Li (photographs)" without what is said of them and who only took pictures."""
    parts = [part for part in _AND.split(text) if part]
    label = vocabulary().label
    kept = [p for p in parts if not (m := _SAID_OF.search(p)) or not label("photo", normalise(m[1]))]
    return " and ".join(_SAID_OF.sub("", part).strip() for part in kept)


def unspaced_name(text: str) -> bool:
    """Whether a line may be a name in Chinese characters: three to five of them, and no section's name."""
    return _HAN_NAME.match(text) is not None and sections.lookup(text) is None


def caseless_name(text: str) -> bool:
    """Whether a line may be a name in a script without capitals but with spaces: two or three words of letters."""
    tokens = text.split(" ")
    if not 2 <= len(tokens) <= 3 or not all(_CASELESS.match(token) for token in tokens):
        return False
    return sections.lookup(text) is None and normalise(text) not in vocabulary().exact and not mentions_role(text)


def is_role(entry: Entry) -> bool:
    if entry.units > 9 or entry.kind is not Kind.SHORT:
        return False
    words = vocabulary()
    parts = entry.key.replace(",", " ,").split(" ")
    return any(
        words.label("role", " ".join(parts[i:j]))
        for i in range(len(parts))
        for j in range(i + 1, min(i + 4, len(parts) + 1))
    )


def note_about(text: str) -> bool:
    """Whether a text is a note about its author: "Jane Doe reports from Rome", "Bo Li is a correspondent …"."""
    match = _NOTE.match(text)
    if match is None or not all(is_name(name) for name in _AND.split(match["names"].strip())):
        return False
    return match["role"] is None or _JOURNALIST.search(match["role"]) is not None or mentions_role(match["role"])


def mentions_role(text: str) -> bool:
    """Whether a text says that somebody is a journalist, as notes about an author do."""
    words = vocabulary()
    parts = normalise(text[:400]).replace(",", " ").replace(".", " ").split()
    return any(words.label("role", " ".join(parts[i:j])) for i in range(len(parts)) for j in (i + 1, i + 2))
