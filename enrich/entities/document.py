"""A draft as one text with its fields, sentences and capitalised words, for the patterns to read."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from enrich.draft import Draft
from enrich.entities.folding import compose, fold, words_of

NORMAL, TITLE, CAPS = 0, 1, 2
# How a capitalised word hangs on the one before it.
APART, BESIDE, PARTICLE, CONNECTOR = 0, 1, 2, 3

_UPPER = "".join(chr(c) for c in (*range(0x41, 0x590), *range(0x1E00, 0x2000)) if chr(c).isupper() or chr(c).istitle())
# It begins with what is rare, so that the text is scanned fast; what may stand before the capital is looked at after.
_CAP = re.compile(rf"[{_UPPER}](?<![^\W\d_][{_UPPER}])\w*(?:['’‘][{_UPPER}]\w+)*(?:-\w+)*")
_BEFORE_CAP = re.compile(r"(?<!\w)(?:(?:[ae][lnrstdz]|ash)-|d['’])$")
_PARTICLES = words_of(
    "van,von,de,da,di,del,della,der,den,dos,das,do,du,el,al,bin,bint,ibn,ben,abu,ould,zu,zum,zur,af,av,ter,ten,te,"
    "van der,van den,van de,von der,von und zu,de la,de las,de los,de le,de l',bin al,ten,'t,van 't,d',"
    "dello,dalla,san,ap,op de,in 't",
    ",",
)
_CONNECTORS = words_of(
    "of,of the,and,for,for the,&,on,of the,de,de la,de las,de los,del,des,du,d',do,da,dos,das,di,della,"
    "dello,dei,degli,delle,der,din,"
    "für,fur,und,y,e,et,pour,pour la,pour le,para,para la,para el,and the,e do,e da,i,të,e,së,och,för",
    ",",
)
GAPS: dict[str, int] = {" ": BESIDE, "\u00a0": BESIDE}
for _word in _CONNECTORS:
    GAPS[f" {_word} "] = CONNECTOR
for _word in _PARTICLES:
    GAPS[f" {_word} "] = PARTICLE
GAPS[" de l'"] = GAPS[" de l’"] = GAPS[" d'"] = GAPS[" d’"] = GAPS[" dell'"] = GAPS[" dell’"] = CONNECTOR
_SHORT = words_of("mr mrs ms dr st prof gen col lt sgt sen rep gov rev hon capt maj adm jr sr messrs ste mt ft no")
_OPENERS = " \t\u00a0\"'“”‘’«»„‹›([{*_¿¡-–—"
_STOPS = ".!?…:;\n•|。！？؟।*"


@dataclass(slots=True)
class Token:
    """A capitalised word: where, folded, and how it hangs on the capitalised word before it."""

    start: int
    end: int
    folded: str
    link: int
    initial: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """A headline, standfirst or paragraph. `mode`: TITLE or CAPS where capitals say nothing about a word."""

    field: str
    start: int
    end: int
    mode: int


# A field is read so far, about 150,000 words: what is longer is no article, and is not to take a minute.
LONGEST_FIELD = 1_000_000


class Document:
    """All fields joined by an empty line. `text` and `folded` have the same length."""

    def __init__(self, draft: Draft) -> None:
        self.fields: list[tuple[str, int, int, list[int] | None, str]] = []
        self.segments: list[Segment] = []
        self.body_length = 0
        parts: list[str] = []
        at = 0
        for name, value in (("headline", draft.headline), ("standfirst", draft.standfirst), ("body", draft.body)):
            if not value:
                continue
            text, origin = compose(value[:LONGEST_FIELD])
            self.fields.append((name, at, at + len(text), origin, value))
            if name == "body":
                self.body_length = len(text)
            start = at
            for paragraph in text.split("\n\n") if name == "body" else (text,):
                self.segments.append(Segment(name, start, start + len(paragraph), case_mode(paragraph)))
                start += len(paragraph) + 2
            parts.append(text)
            at += len(text) + 2
        self.text = "\n\n".join(parts)
        self.folded = fold(self.text)
        self._starts = [segment.start for segment in self.segments]

    def segment(self, at: int) -> Segment:
        """The segment of a position."""
        return self.segments[max(0, bisect_right(self._starts, at) - 1)]

    def place(self, start: int, end: int) -> tuple[str, int, int, str]:
        """Field, offsets in that field as the draft has it, and the text there."""
        for name, first, last, origin, value in self.fields:
            if first <= start < last:
                start, end = start - first, min(end, last) - first
                if origin is not None:
                    # The end is that of the last code point kept, so that a mark after it stays outside.
                    start, end = origin[start], origin[end - 1] + 1
                    while end < len(value) and "\u0300" <= value[end] <= "\u036f":
                        end += 1
                return name, start, end, value[start:end]
        raise ValueError("position outside every field")

    def tokens(self) -> list[Token]:
        """The capitalised words in reading order."""
        text, folded = self.text, self.folded
        found: list[Token] = []
        before = 0
        last = ""
        for match in _CAP.finditer(text):
            start, end = match.span()
            if (
                start
                and text[start - 1] in "-'’"
                and (prefix := _BEFORE_CAP.search(text, max(before, start - 5), start))
            ):
                start = prefix.start()
            word = folded[start:end]
            link = APART
            if start - before < 16 and found:
                gap = text[before:start]
                link = GAPS.get(gap, APART)
                if not link and gap in (". ", ".", ".\u00a0") and (len(last) == 1 or last in _SHORT):
                    link = BESIDE
            found.append(Token(start, end, word, link, not link and self.initial(start)))
            before, last = end, word
        return found

    def initial(self, at: int) -> bool:
        """Whether a sentence, a quotation or a line begins here, so that a capital says nothing."""
        text = self.text
        back = at - 1
        floor = max(-1, at - 12)
        quoted = False
        while back > floor and text[back] in _OPENERS:
            quoted = quoted or text[back] in '"“«„‘”»(['
            back -= 1
        if back < 0 or quoted or text[back] in _STOPS:
            if back >= 1 and text[back] == "." and not quoted:
                word = self.word_ending(back)
                return not (len(word) == 1 or word in _SHORT)
            return True
        return False

    def word_ending(self, at: int) -> str:
        """The folded word that ends before `at`."""
        folded = self.folded
        back = at - 1
        floor = max(-1, at - 40)
        while back > floor and folded[back] != " ":
            back -= 1
        return folded[back + 1 : at]

    def word_before(self, at: int) -> str:
        """The folded word before `at` if only a space parts them, else ""."""
        if at < 2 or self.text[at - 1] not in " \u00a0" or self.folded[at - 2] == " ":
            return ""
        return self.word_ending(at - 1)

    def word_after(self, at: int) -> str:
        """The folded word after `at` if only a space parts them, else ""."""
        folded, size = self.folded, len(self.folded)
        if at + 1 >= size or self.text[at] not in " \u00a0":
            return ""
        stop = at + 1
        while stop < size and stop < at + 40 and folded[stop] != " ":
            stop += 1
        return folded[at + 1 : stop]


def case_mode(text: str) -> int:
    """NORMAL, or TITLE or CAPS: whether nearly all words of a short text are capitalised."""
    sample = text[:400]
    letters = sum(map(str.isalpha, sample))
    upper = sum(map(str.isupper, filter(str.isalpha, sample)))
    if letters > 7 and upper > 0.7 * letters:
        return CAPS
    if len(text) > 220 or upper * 12 < letters or (text.rstrip("\"”»’' ")[-1:] in ".:;" and len(sample.split()) > 6):
        return NORMAL
    words = [word for raw in sample.split() if len(word := raw.strip(_OPENERS + ".,!?:;")) > 3 and word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    return TITLE if len(words) > 3 and capitals > 0.7 * len(words) else NORMAL
