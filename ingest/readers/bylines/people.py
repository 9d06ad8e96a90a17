"""Names, roles, publisher and place out of what follows "By": "Jane Doe, Political Editor, and John Smith in Kyiv"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from enrich import publishers
from ingest.readers.bylines.names import EDGE, is_name, tidy_name
from ingest.readers.bylines.tables import tables
from ingest.readers.dates.folding import fold, fold_word
from ingest.readers.dates.names import names as date_names

_PARENTHESES = re.compile(r"\s?[(\[（【]([^)\]）】]{1,40})[)\]）】]")
_PARTS = re.compile(r"\s*(?:[,;|•·/／、，；＆&+]|\s[–—-]\s)\s*")


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline: `text` as it stands, the people named, their roles, and the publisher and place if it gives them."""

    text: str
    authors: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    publisher: str | None = None
    place: str | None = None


def is_role(chunk: str) -> bool:
    words = [fold_word(word).strip(".,'") for word in re.split(r"[\s/-]+", chunk)]
    return 1 <= len(words) <= 9 and any(word in tables().roles for word in words) and len(chunk) <= 70


def people(rest: str, *, strict: bool, label: str = "") -> Byline | None:
    """Names, roles, publisher and place out of what follows a label; None if any part is none of them.

    `strict` wants two words in a name: single words follow "By" in too many sentences.
    """
    vocabulary = tables()
    authors: list[str] = []
    roles: list[str] = []
    publisher: str | None = None
    place: str | None = None
    for inside in _PARENTHESES.findall(rest):
        known = publishers.find(inside)
        publisher = publisher or (known.name if known else None)
        if not known and is_role(inside):
            roles.append(inside)
    rest = _PARENTHESES.sub(" ", rest).strip(EDGE)
    if not rest:
        return None
    whole = fold(rest)[0].strip(" .")
    if whole in vocabulary.staff or whole.removeprefix("the ") in vocabulary.staff:
        return Byline(rest, (), (rest,), publisher, None)
    for chunk in _chunks(rest):
        bare = chunk.strip(EDGE)
        if not bare:
            continue
        folded = fold(bare)[0]
        known = None if bare.islower() and is_role(bare) else publishers.find(bare)
        if known and not (known.ambiguous and not authors and not bare.lower().startswith("the ")):
            publisher = publisher or known.name
            continue
        if folded in vocabulary.staff:
            roles.append(bare)
            continue
        if folded in vocabulary.places:
            place = place or bare
            continue
        name, role, at, by = _split_chunk(bare)
        tokens = name.split()
        if role and not tokens:
            roles.append(role)
            continue
        if at:
            place = place or at
        if by:
            publisher = publisher or by
        if role:
            roles.append(role)
        if len(tokens) == 1 and authors and is_name(tokens, caseless=True):
            place = place or name
            continue
        if not is_name(tokens, caseless=not strict or label in _CASELESS) or not _plausible_label(tokens, label):
            return None
        if strict and len(tokens) < 2 and label not in _CASELESS:
            return None
        authors.append(tidy_name(name))
    if not authors and not roles and not publisher:
        return None
    return Byline(rest, tuple(authors), tuple(roles), publisher, place)


_CASELESS = frozenset(
    fold_word(w)
    for w in ("بقلم", "كتب", "كتبت", "كتبه", "إعداد", "کتبه", "به قلم", "نوشته", "تحریر", "מאת", "द्वारा", "लेखक", "โดย")
)
# Words that open sentences in their languages; a name after them must begin with a capital and not with a particle.
_COMMON = frozenset(
    {"di", "de", "von", "par", "por", "per", "na", "ni", "aus", "vom", "av", "af", "nga", "door", "του", "της", "των"}
)


def _plausible_label(tokens: list[str], label: str) -> bool:
    vocabulary = tables()
    words = [fold_word(token).strip(".,'") for token in tokens]
    first = words[0]
    if first in vocabulary.not_names or (label in _COMMON and first in vocabulary.particles):
        return False
    if len(tokens) == 1 and first in date_names().months:
        return False
    # Short function words are also names in other languages: An, He, To, Her.
    return not any(
        word in vocabulary.not_names and len(word) > 3 and word not in vocabulary.particles for word in words
    )


def _chunks(rest: str) -> list[str]:
    """The parts between commas and the like, and between words for "and" that have whole names on both sides."""
    conjunctions = tables().conjunctions
    chunks: list[str] = []
    shouting = rest.isupper()
    for part in _PARTS.split(rest):
        tokens = part.split()
        current: list[str] = []
        for i, token in enumerate(tokens):
            folded = fold_word(token)
            if folded in conjunctions and (shouting or not token[:1].isupper()):
                one_letter = len(folded) == 1 and folded not in ("&", "و")
                whole = len(current) >= 2 or not one_letter
                if folded == "in" or (folded == "a" and not current):
                    current.append(token)
                elif (whole and i + 1 < len(tokens)) or not current:
                    chunks.append(" ".join(current))
                    current = []
                else:
                    current.append(token)
            else:
                current.append(token)
        chunks.append(" ".join(current))
    return [chunk for chunk in chunks if chunk.strip()]


def _split_chunk(chunk: str) -> tuple[str, str | None, str | None, str | None]:
    """Name, role, place and publisher of one chunk ("Jane Doe BBC News in Kyiv", "Jane Doe Political Editor")."""
    vocabulary = tables()
    place = by = role = None
    tokens = chunk.split()
    for i in range(1, len(tokens)):
        word = fold_word(tokens[i])
        if word in ("for", "für", "pour", "para", "za", "dla") and i + 1 < len(tokens):
            known = publishers.find(" ".join(tokens[i + 1 :])) or publishers.find(
                " ".join(tokens[i + 1 :]).removeprefix("the ")
            )
            if known:
                tokens, by = tokens[:i], known.name
                break
            if word == "for" and i >= 2 and (tokens[i + 1][:1].isupper() or tokens[i + 1] == "the"):
                # "SALLY ARMITAGE FOR DAILY BEACON"
                tokens, by = tokens[:i], tidy_name(" ".join(tokens[i + 1 :]))
                break
        if word in vocabulary.prepositions and tokens[i].islower() and i + 1 < len(tokens):
            after = tokens[i + 1 :]
            if after[0] == "the" and len(after) > 1:
                # "at the Docklands Stadium"
                after = after[1:]
            if (
                len(after) <= 4
                and (after[0][:1].isupper() or not after[0][:1].islower())
                and i >= 2
                and word not in vocabulary.particles - {"a", "in", "en"}
            ):
                tokens, place = tokens[:i], " ".join(after).strip(EDGE)
                break
    if is_role(" ".join(tokens)):
        last = max(
            i
            for i, t in enumerate(tokens)
            if any(fold_word(p).strip(".,'") in vocabulary.roles for p in re.split(r"[/-]", t))
        )
        start = min(
            i
            for i, t in enumerate(tokens)
            if any(fold_word(p).strip(".,'") in vocabulary.roles for p in re.split(r"[/-]", t))
        )
        while start > 0 and fold_word(tokens[start - 1]).strip(".,'") in vocabulary.role_adjectives:
            start -= 1
        if start == 0:
            name = " ".join(tokens[last + 1 :])
            if not name or is_name(tokens[last + 1 :]):
                return name, " ".join(tokens[: last + 1]), place, by
            return "", " ".join(tokens), place, by
        role = " ".join(tokens[start:])
        tokens = tokens[:start]
    for n in (4, 3, 2, 1):
        if by is None and len(tokens) - n >= 2:
            known = publishers.find(" ".join(tokens[-n:]))
            if known and not known.ambiguous:
                tokens, by = tokens[:-n], known.name
                break
    return " ".join(tokens), role, place, by
