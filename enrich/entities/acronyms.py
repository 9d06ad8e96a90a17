"""Organisations that are known by their acronym alone: explained in parentheses, or named again and again."""

from __future__ import annotations

import re
from collections import defaultdict

from enrich.entities.document import APART, CONNECTOR, NORMAL, Document, Token
from enrich.entities.folding import words_of
from enrich.entities.lexicon import lexicon
from enrich.entities.spans import Span

_EXPLAINED = re.compile(r"[ \u00a0][(\[]([^\W\d_]{2,8})[)\]]")
_ROMAN = re.compile(r"[ivxlcdm]+")
LONGEST = 8
# What is written in capitals and is nobody: measures, devices, illnesses, offices, hours, currencies, in any language.
_NOBODY = words_of(
    "abs act adhd adn aids all amoled and api are asap atm aud bafög bame bbq bip bipoc bmi brd brl bsc bst cad "
    "can cctv cdd cdi ceo cest cet cfc cfo chf chu cio cny con coo covid cpi cpu cto czk das ddr der des die diy "
    "dkk dlc dna dni dns doo dslr dui dvd dwi ebit ebitda edt eest ere erte est eta etf eti eur evs faq faqs "
    "flotus for fps fpv free fyi gbp gbps gcse gdp ghz gmo gmt gnp gpa gps gpu gwh has hbf hdmi hdr help hgv hiv "
    "how html http https icbm ice icu ied inr ipo iq ira isa isbn isis iva jpy kbps kia kmh kph krw kwh las lcd "
    "led les lgbt lgbti lgbtq lgbtqi live lkw lng lol los lpg lte mba mbps mep mhz mia mmo more mph mps mri mrna "
    "msc msk msp mvp mwh new news nfc nft ngo nie nif nok not now nox npc nsu oled omg ong onu ovni pcr pdf pdfs "
    "pdt pfas phd phev pib pin pkw pln pme pmi por potus pow psa pst ptsd pvc pvp ram rip rna roi rom rpg rpm rts "
    "rtt rub sat sdf sek sida sim sme smi smic sms sos sro ssd stem stop suv that the this try tuv tva tvs twh "
    "uas uav ufo una und uno url usb usd utc var vat vih vip vpn was what when who why wifi wlan wmd www xl xxl "
    "yes you ввп вич днк дтп жкх ндс пвх сми"
)


def acronym_spans(doc: Document, tokens: list[Token], named: dict[int, str]) -> list[Span]:
    """Candidates for organisations; `named` says what single tokens are known as."""
    words = lexicon()
    spans: list[Span] = []
    alone: defaultdict[str, list[Token]] = defaultdict(list)
    standing: set[str] = set()
    for at, token in enumerate(tokens):
        end = token.end
        if end - token.start < 2 or not doc.text[token.start : end].isupper():
            if doc.text[end + 1 : end + 2] in ("(", "["):
                explained = _explained(doc, tokens, at)
                if explained is not None:
                    spans.append(explained)
            continue
        folded = token.folded
        if not 3 <= len(folded) <= 6 or at in named or not folded.isalpha() or folded in _NOBODY:
            continue
        if folded in words.common or folded in words.given or folded in words.surnames:
            continue
        if _ROMAN.fullmatch(folded) or doc.segment(token.start).mode != NORMAL:
            continue
        alone[folded].append(token)
        apart = token.link in (APART, CONNECTOR) or tokens[at - 1].folded in words.common
        if apart and doc.text[token.start - 1 : token.start] not in "(-" and _lower_follows(doc, end):
            standing.add(folded)
    for folded, found in alone.items():
        if len(found) > 1 and folded in standing:
            spans += [Span(token.start, token.end, "organisation", words=(folded,), rank=-1) for token in found]
    return spans


def _lower_follows(doc: Document, end: int) -> bool:
    """Whether a sentence goes on in small letters, so that the capitals are not those of a shouted line."""
    following = doc.text[end : end + 3].lstrip(" ,'’s")
    return not following or not following[0].isupper()


def _explained(doc: Document, tokens: list[Token], at: int) -> Span | None:
    """ "Border Rivers Trust (BRT)": the name whose initials are in parentheses after it."""
    match = _EXPLAINED.match(doc.text, tokens[at].end)
    if match is None or not match[1].isupper() or doc.segment(tokens[at].start).mode != NORMAL:
        return None
    letters = match[1].lower()
    first = at
    initials = tokens[at].folded[0]
    while first > 0 and tokens[first].link != APART and at - first < LONGEST and len(initials) < len(letters):
        first -= 1
        initials = tokens[first].folded[0] + initials
    if initials != letters or first == at:
        return None
    names = tuple(token.folded for token in tokens[first : at + 1])
    return Span(
        tokens[first].start, tokens[at].end, "organisation", words=names, rank=3, acronym=match[1], tokens=(first, at)
    )
