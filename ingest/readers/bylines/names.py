"""What a person's name looks like, and its ordinary spelling."""

from __future__ import annotations

import re

from enrich import publishers
from ingest.readers.bylines.tables import tables
from ingest.readers.dates.folding import fold_word
from ingest.readers.dates.names import names as date_names

SPACE = re.compile(r"\s+")
EDGE = ' \t\n.,;:|/•·–—-_=*<>«»"“”„'


def looks_like_name(text: str) -> bool:
    """Whether a line is a person's name and nothing else ("Jane Doe", "ЈОВАН ПЕТРОВИЋ"), as far as its form tells.

    Only for scripts with capitals; in others any two words could be one.
    """
    text = text.strip()
    if not 5 <= len(text) <= 50 or text[-1] in ".:;!?,":
        return False
    tokens = text.split()
    if not 2 <= len(tokens) <= 5 or not is_name(tokens):
        return False
    vocabulary = tables()
    words = [fold_word(token).strip(".") for token in tokens]
    if any(word in vocabulary.not_names or word in vocabulary.roles for word in words):
        return False
    if words[0] in vocabulary.particles or words[0] in vocabulary.free:
        return False
    return publishers.find(text) is None and fold_word(text) not in vocabulary.places


def is_name(tokens: list[str], caseless: bool = False) -> bool:
    """Whether each token could be part of a name; `caseless` admits scripts without capitals."""
    vocabulary, weekdays = tables(), date_names().weekdays
    if not tokens or len(tokens) > 6:
        return False
    solid = 0
    for token in tokens:
        word = token.strip("'’\"“”.")
        folded = fold_word(word)
        if not word or not all(char.isalpha() or char in "'’.-‐ʼ`\u0301" or _mark(char) for char in word):
            return False
        if folded in vocabulary.particles and not word[0].isupper():
            continue
        if word[0].isupper() or word[0].istitle():
            if weekdays.get(folded, -1) >= 0 and len(folded) > 4:
                return False
            solid += len(word) > 1
        elif word[0].islower():
            # d'Estaing, al-Assad, iPhone no
            if (
                not re.match(r"(?:d|l|al|el|an|ar|as|ad|az|ash|bin|o)['’-]\w", word)
                or not word[2:].strip("'’-")[:1].isupper()
            ):
                return False
            solid += 1
        elif not caseless:
            return False
        else:
            solid += 1
    return solid >= 1


def _mark(char: str) -> bool:
    code = ord(char)
    return 0x300 <= code <= 0x36F or 0x591 <= code <= 0x65F or 0x900 <= code <= 0x10FF or code in (0x200C, 0x200D)


def tidy_name(name: str) -> str:
    """A name without marks at its ends; one in capitals in ordinary case ("JEAN-LUC O'NEIL" to "Jean-Luc O'Neil")."""
    name = SPACE.sub(" ", name).strip(EDGE + "’'") + ("." if re.search(r"\b(?:Jr|Sr)\.$", name.strip()) else "")
    letters = [char for char in name if char.isalpha()]
    if len(letters) < 4 or not all(char.isupper() for char in letters) or " " not in name:
        return name
    particles = tables().particles
    words = []
    for i, word in enumerate(name.split(" ")):
        if i and word.lower() in particles and len(word) > 1:
            words.append(word.lower())
        elif re.fullmatch(r"(?:\w\.){1,3}|I{2,3}|IV", word):
            words.append(word)
        else:
            words.append(_capitalised(word))
    return " ".join(words)


def _capitalised(word: str) -> str:
    parts = re.split(r"(['’-])", word.lower())
    out = "".join(part[:1].upper() + part[1:] if len(part) > 1 or i < 2 else part for i, part in enumerate(parts))
    return re.sub(r"\b(Mc)(\w)", lambda m: m[1] + m[2].upper(), out)


def plausible(name: str) -> bool:
    vocabulary = tables()
    return not any(fold_word(token).strip(".") in vocabulary.not_names for token in name.split())
