"""From spans to entities: who a surname is, which place a name means, and each entity once with all its mentions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial

from enrich import publishers
from enrich.enrichment import Entity, Mention
from enrich.entities.cities import CityJudge, choose_place, is_city
from enrich.entities.document import NORMAL, Document, Token
from enrich.entities.folding import fold, stem
from enrich.entities.gazetteer import Gazetteer, Hit
from enrich.entities.knowledge import ABROAD, CITY, WEAK, WORD, Form, Known
from enrich.entities.lexicon import lexicon
from enrich.entities.organisations import acronym_after
from enrich.entities.salience import salience
from enrich.entities.spans import Span

_FIELDS = {"headline": 0, "standfirst": 1, "body": 2}
_SPACES = re.compile(r"\s+")
# What follows a surname that stands for a family in power.
_HOUSES = frozenset(["regime", "dynasty", "family", "clan", "regimes", "dictatorship"])


@dataclass(slots=True)
class Found:
    """An entity in the making."""

    key: str
    type: str
    known: Known | None
    words: tuple[str, ...] = ()
    country: str | None = None
    surfaces: defaultdict[str, int] = field(default_factory=partial(defaultdict, int))
    alias: str | None = None
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    first: int = 1 << 60


class Resolver:
    """Resolves the chosen spans of one document."""

    def __init__(self, doc: Document, tokens: list[Token], spans: list[Span], source: Gazetteer, language: str) -> None:
        self.doc = doc
        self.tokens = tokens
        self.spans = spans
        self.source = source
        self.names = source.language(language)[0].names
        self.language = language.split("-")[0]
        self.found: dict[str, Found] = {}
        self.by_last: dict[str, list[tuple[int, Found]]] = {}
        self.acronyms: dict[str, Found] = {}
        self._sorted: set[str] = set()
        self._owned: dict[str, list[Found]] = {}
        self.lexicon = lexicon()
        self.judge = CityJudge(doc, [Hit(span.start, span.end, span.forms) for span in spans if span.forms], language)
        # The body introduces people; headline and standfirst are read after it.
        body = next((first for name, first, _, _, _ in doc.fields if name == "body"), 0)
        self._body = body

    def entities(self, credited_to: str | None) -> tuple[Entity, ...]:
        """All entities, the most salient first."""
        rest: list[Span] = []
        for span in self.spans:
            if not self._full_person(span):
                rest.append(span)
        rest = self._organisations(rest)
        rest = self._places(rest)
        self._short_people(rest)
        credited = self._credit(credited_to)
        made = [
            entity for found in self.found.values() if (entity := self._entity(found, found is credited)) is not None
        ]
        made.sort(key=lambda entity: (-entity.salience, entity.name))
        return tuple(made)

    def _order(self, at: int) -> int:
        return at - self._body if at >= self._body else at + len(self.doc.text)

    def _get(self, key: str, kind: str, known: Known | None) -> Found:
        there = self.found.get(key)
        if there is None:
            there = self.found[key] = Found(key, kind, known)
        return there

    def _mention(self, found: Found, start: int, end: int, kind: str) -> None:
        found.spans.append((start, end, kind))
        found.first = min(found.first, self._order(start))

    # People

    def _full_person(self, span: Span) -> bool:
        """Takes a span that is a person's full name."""
        if span.type != "person":
            return False
        if span.forms:
            form = span.forms[0]
            if form.flags & WEAK or (" " not in self.doc.folded[span.start : span.end] and form.kind != "name"):
                return False
            found = self._get(form.known.key, "person", form.known)
            self._mention(found, span.start, span.end, form.kind)
            self._register(found, stem(fold(form.known.name).split()[-1]), span.start)
            return True
        if len(span.words) < 2:
            return False
        known = self.source.people_by_ends.get((span.words[0], span.words[-1]))
        if known is not None:
            found = self._get(known.key, "person", known)
            self._mention(found, span.start, span.end, "name")
        else:
            found = self._local_person(span.words)
            found.surfaces[self.doc.text[span.start : span.end]] += 1
            self._mention(found, span.start, span.end, "name")
        self._register(found, stem(span.words[-1]), span.start)
        return True

    def _local_person(self, words: tuple[str, ...]) -> Found:
        first, last = stem(words[0]), stem(words[-1])
        key = f"local:{first} {last}"
        if key not in self.found and len(first) == 1:
            for _, other in self.by_last.get(last, ()):
                if other.words and other.words[0].startswith(first):
                    return other
        found = self._get(key, "person", None)
        found.words = found.words or words
        return found

    def _register(self, found: Found, last: str, at: int) -> None:
        self.by_last.setdefault(last, []).append((self._order(at), found))

    def _nearest(self, last: str, at: int) -> Found | None:
        """The person of that surname named last before a position, else first after it."""
        people = self.by_last.get(last)
        if not people:
            return None
        if last not in self._sorted:
            people.sort(key=_by_order)
            self._sorted.add(last)
        index = bisect_right(people, self._order(at), key=_by_order)
        return people[max(0, index - 1)][1]

    def _short_people(self, spans: list[Span]) -> None:
        """Surnames and other short names: of people named in full here, or so well known that they need no more."""
        covered = _Cover(
            len(self.doc.text), [(start, end) for found in self.found.values() for start, end, _ in found.spans]
        )
        short = [(self._order(span.start), span) for span in spans if span.type == "person"]
        for at, token in enumerate(self.tokens):
            if token.folded in self.acronym_words:
                self._acronym_token(token, covered)
                continue
            known = self.by_last.get(stem(token.folded))
            if known and not covered.overlaps(token.start, token.end) and self._stands_alone(at, token):
                short.append((self._order(token.start), Span(token.start, token.end, "person", words=(token.folded,))))
        seen: set[tuple[int, int]] = set()
        for _, span in sorted(short, key=lambda item: (item[0], item[1].forms is None)):
            if (span.start, span.end) in seen or covered.overlaps(span.start, span.end):
                continue
            seen.add((span.start, span.end))
            self._short(span)

    def _short(self, span: Span) -> None:
        word = self.doc.folded[span.start : span.end]
        if span.forms is None:
            word = span.words[-1]
        other = self._nearest(stem(word.split()[-1]), span.start)
        order = self._order(span.start)
        if span.forms:
            form = span.forms[0]
            mine = self.found.get(form.known.key)
            if form.flags & WEAK:
                if mine is None and other is None and not self._titled(span.start):
                    return
                found = other or self._get(form.known.key, "person", form.known)
            elif (
                other is not None and other is not mine and other.first < order and (mine is None or mine.first > order)
            ) or (other is not None and mine is not None and other is not mine and mine.first > other.first):
                found = other
            else:
                found = self._get(form.known.key, "person", form.known)
            self._mention(found, span.start, span.end, "alias")
        elif other is not None:
            self._mention(other, span.start, span.end, "alias")
        elif span.titled:
            found = self._get(f"local:{stem(word)}", "person", None)
            found.surfaces[self.doc.text[span.start : span.end]] += 1
            self._mention(found, span.start, span.end, "name")

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

    # Organisations

    def _organisations(self, spans: list[Span]) -> list[Span]:
        rest: list[Span] = []
        deferred: list[tuple[Span, Form]] = []
        pairs: list[tuple[Span, Found]] = []
        for span in spans:
            if span.type != "organisation":
                rest.append(span)
                continue
            if span.forms:
                form = next((form for form in span.forms if form.known.type == "organisation"), span.forms[0])
                if form.flags & (WORD | ABROAD if self.language != "en" else WORD) and not self._clear(span):
                    deferred.append((span, form))
                    continue
                found = self._get(form.known.key, "organisation", form.known)
                self._own(
                    " ".join("defence" if word == "defense" else word for word in fold(form.known.name).split()), found
                )
                start = span.start
                if form.known.name.startswith("The ") and self.doc.text[start - 4 : start] == "The ":
                    start -= 4
                self._mention(found, start, span.end, form.kind)
                if self.doc.text[span.end : span.end + 2] == " (":
                    span.acronym = acronym_after(self.doc, span.end)
            else:
                found = self._pattern_organisation(span)
            pairs.append((span, found))
        for span, form in deferred:
            if form.known.key in self.found:
                self._mention(self.found[form.known.key], span.start, span.end, form.kind)
        for span, found in pairs:
            if span.acronym:
                self.acronyms.setdefault(span.acronym, found)
        self.acronym_words = {fold(acronym).strip(): acronym for acronym in self.acronyms}
        return rest

    def _clear(self, span: Span) -> bool:
        """Whether an organisation named like a word is named here: inside a sentence, or as one who acts."""
        if self.doc.segment(span.start).mode != NORMAL:
            return False
        if not self.doc.initial(span.start):
            return True
        return self.doc.word_after(span.end) in self.lexicon.say or self.doc.text[span.end : span.end + 2] in (
            "'s",
            "’s",
        )

    def _pattern_organisation(self, span: Span) -> Found:
        doc = self.doc
        text = doc.text[span.start : span.end]
        words = tuple("defence" if word == "defense" else word for word in span.words)
        folded = " ".join(words)
        if words[-1:] == ("ministry",) or words[:1] == ("ministry",):
            owner = self._owner(span.start)
            if owner:
                folded = f"{owner} {folded}"
                text = f"{owner.title()} {text}"
                span.country = self.source.knowledge.demonyms.get(owner)
        known = next(
            (form.known for form in self.source.knowledge.forms.get(folded, ()) if form.known.type == "organisation"),
            None,
        )
        key = known.key if known else f"local:{folded}"
        if known is None and len(owners := self._owned.get(folded, [])) == 1:
            self._mention(owners[0], span.start, span.end, "alias")
            return owners[0]
        found = self._get(key, "organisation", known)
        found.country = found.country or span.country
        found.words = found.words or words
        found.surfaces[text] += 1
        self._mention(found, span.start, span.end, "name")
        self._own(folded, found)
        return found

    def _own(self, folded: str, found: Found) -> None:
        """Notes whose ministry this is, for "the Foreign Ministry" further on."""
        owner, _, rest = folded.partition(" ")
        if owner in self.source.knowledge.demonyms and found not in self._owned.setdefault(rest, []):
            self._owned[rest].append(found)

    def _owner(self, start: int) -> str | None:
        """The demonym of the country that owns what starts here: "Russia's Foreign Ministry" gives "russian"."""
        before = self.doc.text[max(0, start - 24) : start]
        match = re.search(r"([^\W\d_]+)['’]s $", before)
        if match is None:
            return None
        for form in self.source.knowledge.forms.get(fold(match[1]), ()):
            if form.known.key.startswith("country:"):
                return next(
                    (word for word, code in self.source.knowledge.demonyms.items() if code == form.known.country), None
                )
        return None

    def _acronym_token(self, token: Token, covered: _Cover) -> None:
        text = self.doc.text[token.start : token.end]
        found = self.acronyms.get(text)
        if found is not None and not covered.overlaps(token.start, token.end):
            self._mention(found, token.start, token.end, "alias")

    # Places

    def _places(self, spans: list[Span]) -> list[Span]:
        rest: list[Span] = []
        places: list[tuple[Span, list[Form]]] = []
        counts: Counter[str] = Counter()
        local: Counter[str] = Counter()
        for span in spans:
            forms = [form for form in span.forms or () if form.known.type == "place"]
            if span.type == "place" and not span.forms:
                text = self.doc.text[span.start : span.end]
                found = self._get("local:" + " ".join(span.words), "place", None)
                found.country = found.country or span.country
                found.surfaces[text] += 1
                self._mention(found, span.start, span.end, "name")
                continue
            if not forms:
                rest.append(span)
                continue
            places.append((span, forms))
            owners = {form.known.country for form in forms}
            if len(owners) == 1 and (owner := forms[0].known.country):
                counts[owner] += 1
                local[owner] += not forms[0].known.key.startswith("country:")
            elif all(form.flags & CITY for form in forms):
                owner = max(forms, key=lambda form: form.known.population).known.country or ""
                counts[owner] += 1
                local[owner] += 1
        for span, forms in places:
            if self._is_surname(span):
                rest.append(Span(span.start, span.end, "person", words=(self.doc.folded[span.start : span.end],)))
                continue
            regions = self.judge.region_after(span.end)
            known = choose_place([form.known for form in forms], regions, counts, local)
            form = next(form for form in forms if form.known is known)
            found = self._get(known.key, "place", known)
            found.alias = found.alias or form.alias
            self._mention(found, span.start, span.end, form.kind)
        self._unknown_towns()
        return rest

    def _is_surname(self, span: Span) -> bool:
        """Whether a place's name is the surname of somebody named before: Michael Jordan, Denzel Washington."""
        people = self.by_last.get(stem(self.doc.folded[span.start : span.end]))
        if not people or min(people, key=lambda item: item[0])[0] > self._order(span.start):
            return False
        if span.forms and span.forms[0].kind == "demonym":
            return False
        return not self.judge.situated(span.start)

    def _unknown_towns(self) -> None:
        """ "in Smallville, Ohio" names a town even if nobody has heard of it."""
        regions = {
            start: found
            for found in self.found.values()
            if found.type == "place" and found.known is not None and found.known.country and not is_city(found.known)
            for start, _, kind in found.spans
            if kind != "demonym"
        }
        spans = self.spans
        covered = _Cover(len(self.doc.text), [(span.start, span.end) for span in spans])
        for at, token in enumerate(self.tokens):
            region = regions.get(token.end + 2)
            if (
                region is None
                or self.doc.text[token.end : token.end + 2] != ", "
                or covered.overlaps(token.start, token.end)
            ):
                continue
            first = at
            while (
                first > 0 and self.tokens[first].link == 1 and self.tokens[first - 1].folded not in self.lexicon.common
            ):
                first -= 1
            start = self.tokens[first].start
            words = self.doc.folded[start : token.end]
            if (
                not self.judge.situated(start)
                or at - first > 2
                or words in self.lexicon.common
                or covered.overlaps(start, token.end)
            ):
                continue
            country = region.known.country if region.known else None
            found = self._get(f"local:{words}, {region.key}", "place", None)
            found.country = country
            found.surfaces[self.doc.text[start : token.end]] += 1
            self._mention(found, start, token.end, "name")

    # The result

    def _credit(self, credited_to: str | None) -> Found | None:
        name = (credited_to or "").strip()
        if not name:
            return None
        publisher = publishers.find(name)
        key = f"organisation:{publisher.name if publisher else name}"
        known = self.source.knowledge.known.get(key)
        if known is None and publisher is None:
            local = self.found.get(f"local:{fold(name).strip()}")
            if local is not None:
                return local
        found = self._get(key, "organisation", known)
        if not found.surfaces:
            found.surfaces[publisher.name if publisher else name] += 1
        if publisher is not None:
            found.country = found.country or publisher.country
        return found

    def _entity(self, found: Found, credited: bool) -> Entity | None:
        known = found.known
        ids: dict[str, str] = {}
        coordinates = None
        country = found.country
        if known is not None:
            name = self.names.get(known.key) or known.name
            if (
                found.alias
                and known.key.startswith("city:")
                and known.key not in self.names
                and not found.alias.isascii()
            ):
                name = found.alias
            if known.type == "person" and self._is_house(found):
                name = self.doc.text[found.spans[0][0] : found.spans[0][1]]
            ids = known.ids()
            coordinates = known.coordinates
            country = known.country or country
        else:
            # The most frequent form; of equal ones the shortest, which is most likely without an ending.
            name = min(found.surfaces, key=lambda text: (-found.surfaces[text], len(text)))
            name = _SPACES.sub(" ", name)
            if self.language == "en":
                ids["en"] = name
        folded = fold(name)
        mentions = []
        for start, end, kind in sorted(set(found.spans)) if len(found.spans) > 1 else found.spans:
            where, first, last, text = self.doc.place(start, end)
            if kind != "demonym":
                kind = "name" if self.doc.folded[start:end] == folded else "alias" if known else kind
            mentions.append(Mention(where, first, last, text, kind))
        if not mentions and not credited:
            return None
        if len(mentions) > 1:
            mentions.sort(key=_in_reading_order)
        return Entity(found.type, name, salience(mentions, self.doc), tuple(mentions), country, coordinates, ids)

    def _is_house(self, found: Found) -> bool:
        """Whether all that is named is the family that rules, father and son: "the Assad regime"."""
        return all(
            kind == "alias"
            and " " not in self.doc.text[start:end]
            and self.doc.word_after(end).rstrip(".,;:") in _HOUSES
            for start, end, kind in found.spans
        )


def _in_reading_order(mention: Mention) -> tuple[int, int]:
    return _FIELDS[mention.field], mention.start


def _by_order(item: tuple[int, Found]) -> int:
    return item[0]


class _Cover:
    """Tells whether a stretch of a text overlaps any of many."""

    def __init__(self, size: int, spans: list[tuple[int, int]]) -> None:
        self._taken = bytearray(size)
        for start, end in spans:
            self._taken[start:end] = b"\x01" * (end - start)

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any position of the stretch is taken."""
        return 1 in self._taken[start:end]
