"""Organisations by pattern: "… Ministry", "Bank of …", "… Ltd", and the acronym in parentheses after a name."""

from __future__ import annotations

import re

from enrich.entities.document import BESIDE, CAPS, CONNECTOR, NORMAL, PARTICLE, Document, Token
from enrich.entities.folding import words_of
from enrich.entities.lexicon import lexicon
from enrich.entities.spans import Span

_ACRONYM = re.compile(r"[ \u00a0]\(([A-Z][A-Za-z&.-]{1,9})\)")
_NUMBER = re.compile(r"(?<!\w)\d{1,3}(?:st|nd|rd|th|\.|-я|-та|e|ème|º|ª)? $")
_UNITS = words_of("brigade regiment battalion division corps army fleet squadron infantry")
_CREWS = words_of(
    "workers employees teachers engineers drivers pilots nurses technologies sciences operators firefighters"
)
_BODIES = words_of(
    "council commission agency authority federation association trust committee alliance coalition foundation"
)
# "Partito Democratico di Elly Schlein" names a party and who leads it.
_PARTIES = words_of(
    "partito partido parti partij party movimento movimiento mouvement gruppo grupo groupe governo government"
)
LONGEST = 8
# Heads that make a name of whatever stands before them; the others want more than a bare place or common word in front.
_STRONG = words_of(
    "inc incorporated ltd limited llc plc gmbh corp corporation ministry university college institute "
    "association federation "
    "confederation foundation airlines airways fc afc cf orchestra philharmonic ballet holdings bancorp "
    "pharmaceuticals therapeutics "
    "consortium constabulary parliament brigade battalion partei verband universitat ministerium bundesamt"
)
# Words that part two names rather than join one; "for" joins after a head that has a purpose.
_JOINING = frozenset(("and", "&", "y", "e", "et", "und", "och", "i", "on", "and the", "e do", "e da"))
_PURPOSE = frozenset(("for", "for the", "für", "fur", "pour", "pour la", "para", "para la", "para el", "för"))
_PURPOSEFUL = words_of(
    "institute center centre council foundation society association brotherhood federation union committee agency "
    "organization organisation department "
    "ministry office fund commission bureau campaign coalition secretariat authority directorate"
)
_FUNCTION = words_of(
    "the a an this that and but or if when while for in on at of to from with as by is was are he she it they we"
)
# Heads that stand before a bare name: "Banco Santander", "Uniwersytet Warszawski", "Teatro Real".
_OPENING = words_of(
    "banco banca banque uniwersytet universiteit universitat universite universidad universidade universita "
    "universitatea hochschule teatro museo musee museu stiftung fundacion fundacao fondazione fondation partido "
    "partito partia univerzita univerzitet sveuciliste instituto istituto institut politechnika"
)
# A head that ends a name only with a name before it; "the Group", "new team" are nothing.
_GENERIC = words_of(
    "group team band church news service services office project board energy systems technologies "
    "partners capital exchange "
    "force united front movement party league union network press radio television records studios museum "
    "gallery theatre theater"
)


def organisation_spans(doc: Document, tokens: list[Token], places: dict[int, str]) -> list[Span]:
    """Candidates for organisations. `places` gives the country of the tokens that name a place or demonym."""
    words = lexicon()
    spans: list[Span] = []
    for at, token in enumerate(tokens):
        folded = token.folded
        if folded in words.org_heads:
            span = _headed(doc, tokens, at, places)
            if span is not None:
                spans.append(span)
        elif folded in words.org_starts and _brings(doc, tokens, at) and doc.segment(token.start).mode == NORMAL:
            spans.append(_spanning(doc, tokens, at, _right(doc, tokens, at), places))
        if folded in _OPENING and at + 1 < len(tokens) and tokens[at + 1].link == BESIDE:
            last = at + 1
            while last + 1 < len(tokens) and last - at < 3 and tokens[last + 1].link == PARTICLE:
                if folded in _PARTIES and last + 1 not in places:
                    break
                last += 1
            if tokens[at + 1].folded not in words.common and doc.segment(token.start).mode == NORMAL:
                spans.append(_spanning(doc, tokens, at, last, places))
    return spans


def _gap(doc: Document, tokens: list[Token], at: int) -> str:
    """The words between a token and the one before it."""
    return doc.text[tokens[at - 1].end : tokens[at].start].strip()


def _brings(doc: Document, tokens: list[Token], at: int) -> bool:
    """Whether a head is followed by "of …", or by "for …" where that is usual."""
    if at + 1 >= len(tokens) or tokens[at + 1].link not in (CONNECTOR, PARTICLE):
        return False
    gap = _gap(doc, tokens, at + 1)
    if tokens[at].folded in _PARTIES and tokens[at + 1].folded in lexicon().given:
        return False
    return gap not in _JOINING and (gap not in _PURPOSE or tokens[at].folded in _PURPOSEFUL)


def _headed(doc: Document, tokens: list[Token], at: int, places: dict[int, str]) -> Span | None:
    words = lexicon()
    mode = doc.segment(tokens[at].start).mode
    first = at
    while first > 0 and at - first < LONGEST:
        link = tokens[first].link
        before = tokens[first - 1]
        folded = before.folded
        if link not in (BESIDE, CONNECTOR, PARTICLE):
            break
        modifier = folded in words.org_modifiers
        if link != BESIDE:
            gap = _gap(doc, tokens, first)
            joins = (
                gap in _JOINING
                and gap != "and the"
                and modifier
                and first - 1 > 0
                and tokens[first - 1].link in (BESIDE, CONNECTOR)
            )
            heads = (
                gap not in _JOINING
                and (gap not in _PURPOSE or folded in _PURPOSEFUL)
                and (folded in words.org_starts or folded in words.org_heads)
            )
            if mode != NORMAL or not (joins or heads or gap == "&"):
                break
        if not modifier and (folded in words.titles or folded in words.roles):
            break
        if folded in words.common and not modifier and (before.initial or mode != NORMAL or folded in _FUNCTION):
            break
        if mode != NORMAL and not modifier and first - 1 not in places:
            break
        first -= 1
    last = _right(doc, tokens, at) if mode == NORMAL and _brings(doc, tokens, at) else at
    if first == at and last == at:
        return None
    head = tokens[at].folded
    if last == at and not _telling(head, tokens[first:at], first, places):
        return None
    if first == at and head not in words.org_starts:
        return None
    if mode == CAPS and head not in _STRONG:
        return None
    return _spanning(doc, tokens, first, last, places)


def _telling(head: str, inner: list[Token], first: int, places: dict[int, str]) -> bool:
    """Whether what stands before the head makes it a name."""
    common = lexicon().common
    modifiers = lexicon().org_modifiers
    if not inner:
        return False
    proper = [token for token in inner if token.folded not in common or token.folded in modifiers]
    if head in _STRONG:
        return bool(proper)
    if head in _GENERIC:
        return any(token.folded not in common for token in inner) and not (len(inner) == 1 and first in places)
    # "the Refugee Council": capitals inside a sentence say enough before these.
    return bool(proper) or (head in _BODIES and not inner[0].initial)


def _right(doc: Document, tokens: list[Token], at: int) -> int:
    """The last token of what an "of" brings with it; for ministries and the like also what an "and" adds."""
    last = at + 1
    while last + 1 < len(tokens) and last - at < LONGEST:
        following = tokens[last + 1]
        if following.link in (CONNECTOR, PARTICLE) and tokens[at].folded in _PARTIES:
            break
        if following.link != BESIDE:
            adds = following.link == CONNECTOR and _gap(doc, tokens, last + 1) in _JOINING - {"and the"}
            listed = tokens[last].folded in lexicon().common or _crew(tokens, last + 1)
            if not (adds and tokens[at].folded in _PURPOSEFUL and listed):
                break
        last += 1
    return last


def _crew(tokens: list[Token], at: int) -> bool:
    """Whether what an "and" adds is a trade: "Machinists and Aerospace Workers"."""
    return any(token.folded in _CREWS for token in tokens[at : at + 2])


def _spanning(doc: Document, tokens: list[Token], first: int, last: int, places: dict[int, str]) -> Span:
    start, end = tokens[first].start, tokens[last].end
    if tokens[last].folded in _UNITS and (number := _NUMBER.search(doc.text, max(0, start - 7), start)):
        start = number.start()
    country = next((places[at] for at in range(first, last + 1) if places.get(at)), None)
    match = _ACRONYM.match(doc.text, end)
    return Span(
        start,
        end,
        "organisation",
        words=tuple(token.folded for token in tokens[first : last + 1]),
        rank=1,
        country=country,
        acronym=match[1] if match else None,
        tokens=(first, last),
    )


def acronym_after(doc: Document, end: int) -> str | None:
    """The acronym in parentheses that follows a name."""
    match = _ACRONYM.match(doc.text, end)
    return match[1] if match else None
