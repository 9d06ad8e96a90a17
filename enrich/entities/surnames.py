"""People named in full, and who is meant by a surname, an initial or an acronym further on."""

from __future__ import annotations

from bisect import bisect_right

from enrich.entities.document import NORMAL, Document, Token
from enrich.entities.folding import fold
from enrich.entities.found import Cover, Findings, Found
from enrich.entities.gazetteer import Gazetteer
from enrich.entities.knowledge import WEAK
from enrich.entities.lexicon import lexicon
from enrich.entities.spans import Span
from enrich.entities.stems import stemmer


class Surnames:
    """The people of one document by their surnames."""

    def __init__(
        self, doc: Document, tokens: list[Token], findings: Findings, source: Gazetteer, language: str
    ) -> None:
        self.stem = stemmer(language)
        self.known = source.people(language)
        self.doc = doc
        self.tokens = tokens
        self.findings = findings
        self.source = source
        self.lexicon = lexicon()
        self.by_last: dict[str, list[tuple[int, Found]]] = {}
        # The one person of a given name and where named first; None if there are several.
        self.by_first: dict[str, tuple[int, Found] | None] = {}
        self._sorted: set[str] = set()

    def full(self, span: Span) -> bool:
        """Takes a span that is a person's full name."""
        if span.type != "person":
            return False
        if span.forms:
            form = span.forms[0]
            if form.flags & WEAK or (" " not in self.doc.folded[span.start : span.end] and form.kind != "name"):
                return False
            found = self.findings.get(form.known.key, "person", form.known)
            self.findings.mention(found, span.start, span.end, form.kind)
            names = fold(form.known.name).split()
            self._register(found, self.stem(names[-1]), span.start)
            if len(names) > 1:
                self._call(names[0], found, span.start)
            return True
        if len(span.words) < 2:
            return False
        known = self.known.get((self.stem(span.words[0]), self.stem(span.words[-1])))
        if known is not None:
            found = self.findings.get(known.key, "person", known)
            self.findings.mention(found, span.start, span.end, "name")
        else:
            found = self._local_person(span.words)
            found.surfaces[self.doc.text[span.start : span.end]] += 1
            self.findings.mention(found, span.start, span.end, "name")
        self._register(found, self.stem(span.words[-1]), span.start)
        self._call(span.words[0], found, span.start)
        return True

    def _local_person(self, words: tuple[str, ...]) -> Found:
        first, last = self.stem(words[0]), self.stem(words[-1])
        key = f"local:{first} {last}"
        if key not in self.findings.found and len(first) == 1:
            for _, other in self.by_last.get(last, ()):
                if other.words and other.words[0].startswith(first):
                    return other
        found = self.findings.get(key, "person", None)
        found.words = found.words or words
        return found

    def _register(self, found: Found, last: str, at: int) -> None:
        self.by_last.setdefault(last, []).append((self.findings.order(at), found))

    def _nearest(self, last: str, at: int) -> Found | None:
        """The person of that surname named last before a position, else first after it."""
        people = self.by_last.get(last)
        if not people:
            return None
        if last not in self._sorted:
            people.sort(key=_by_order)
            self._sorted.add(last)
        index = bisect_right(people, self.findings.order(at), key=_by_order)
        return people[max(0, index - 1)][1]

    def short(self, spans: list[Span], acronyms: dict[str, Found]) -> None:
        """Surnames and other short names: of people named in full here, or so well known that they need no more."""
        covered = Cover(
            len(self.doc.text),
            [(start, end) for found in self.findings.found.values() for start, end, _ in found.spans],
        )
        shortened = {fold(acronym).strip() for acronym in acronyms}
        short = [(self.findings.order(span.start), span) for span in spans if span.type == "person"]
        for at, token in enumerate(self.tokens):
            if token.folded in shortened:
                found = acronyms.get(self.doc.text[token.start : token.end])
                if found is not None and not covered.overlaps(token.start, token.end):
                    self.findings.mention(found, token.start, token.end, "alias")
                continue
            known = self.by_last.get(self.stem(token.folded))
            if not known and token.folded in self.by_first and self._called(at, token, covered):
                continue
            if known and not covered.overlaps(token.start, token.end) and self._stands_alone(at, token):
                short.append(
                    (self.findings.order(token.start), Span(token.start, token.end, "person", words=(token.folded,)))
                )
        seen: set[tuple[int, int]] = set()
        for _, span in sorted(short, key=lambda item: (item[0], item[1].forms is None)):
            if (span.start, span.end) in seen or covered.overlaps(span.start, span.end):
                continue
            seen.add((span.start, span.end))
            self._settle(span)

    def _settle(self, span: Span) -> None:
        word = self.doc.folded[span.start : span.end]
        if span.forms is None:
            word = span.words[-1]
        other = self._nearest(self.stem(word.split()[-1]), span.start)
        order = self.findings.order(span.start)
        if span.forms:
            form = span.forms[0]
            mine = self.findings.found.get(form.known.key)
            if form.flags & WEAK:
                if mine is None and other is None and not self._titled(span.start):
                    return
                found = other or self.findings.get(form.known.key, "person", form.known)
            elif (
                other is not None and other is not mine and other.first < order and (mine is None or mine.first > order)
            ) or (other is not None and mine is not None and other is not mine and mine.first > other.first):
                found = other
            else:
                found = self.findings.get(form.known.key, "person", form.known)
            self.findings.mention(found, span.start, span.end, "alias")
        elif other is not None:
            self.findings.mention(other, span.start, span.end, "alias")
        elif span.titled:
            found = self.findings.get(f"local:{self.stem(word)}", "person", None)
            found.surfaces[self.doc.text[span.start : span.end]] += 1
            self.findings.mention(found, span.start, span.end, "name")

    def _call(self, given: str, found: Found, at: int) -> None:
        """Notes whose given name it is."""
        order = self.findings.order(at)
        there = self.by_first.setdefault(given, (order, found))
        if there is not None:
            self.by_first[given] = (min(order, there[0]), found) if there[1] is found else None

    def _called(self, at: int, token: Token, covered: Cover) -> bool:
        """Notes a given name that stands alone, after the one person of that name was named in full."""
        words, doc = self.lexicon, self.doc
        folded = token.folded
        if (
            len(folded) < 3
            or folded in words.common
            or folded in words.weak_given
            or folded in words.not_cities
            or token.link
            or doc.text[token.start : token.end].isupper()
            or doc.segment(token.start).mode != NORMAL
            or covered.overlaps(token.start, token.end)
        ):
            return False
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if after is not None and after.link:
            return False
        there = self.by_first[folded]
        if there is None or there[0] > self.findings.order(token.start):
            return False
        _, person = there
        self.findings.mention(person, token.start, token.end, "alias")
        return True

    def _titled(self, start: int) -> bool:
        before = self.doc.word_before(start) or self.doc.word_ending(max(0, start - 2))
        return before in self.lexicon.titles

    def _stands_alone(self, at: int, token: Token) -> bool:
        """Whether a surname's token is not a part of some longer name nobody knows."""
        if token.folded in self.lexicon.common:
            return (not token.initial and self.doc.segment(token.start).mode == NORMAL) or self.doc.word_after(
                token.end
            ) in self.lexicon.say
        if self.doc.segment(token.start).mode != NORMAL:
            return True
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if after is not None and after.link == 1 and after.folded in self.lexicon.org_heads:
            return False
        before = self.tokens[at - 1] if at and token.link == 1 else None
        if before is None:
            return True
        return (
            before.folded in self.lexicon.titles
            or before.folded in self.lexicon.roles
            or before.initial
            or before.folded in self.lexicon.common
        )


def _by_order(item: tuple[int, Found]) -> int:
    return item[0]
