"""From spans to entities: who a surname is, which place a name means, and each entity once with all its mentions."""

from __future__ import annotations

import re
from collections import Counter

from enrich import publishers
from enrich.enrichment import Entity
from enrich.entities.cities import CityJudge, choose_place, is_city
from enrich.entities.document import NORMAL, Document, Token
from enrich.entities.folding import fold
from enrich.entities.found import Cover, EntityMaker, Findings, Found
from enrich.entities.gazetteer import Gazetteer, Hit
from enrich.entities.knowledge import ABROAD, ACRONYM, CITY, WORD, Form
from enrich.entities.lexicon import lexicon
from enrich.entities.organisations import acronym_after
from enrich.entities.spans import Span
from enrich.entities.surnames import Surnames


class Resolver:
    """Resolves the chosen spans of one document."""

    def __init__(self, doc: Document, tokens: list[Token], spans: list[Span], source: Gazetteer, language: str) -> None:
        self.doc = doc
        self.tokens = tokens
        self.spans = spans
        self.source = source
        self.language = language.split("-")[0]
        names = source.names(language)
        if language == "zh-Hant":
            names = {**source.names("zh"), **names}
        self.maker = EntityMaker(doc, names, self.language)
        self.findings = Findings(doc)
        self.people = Surnames(doc, tokens, self.findings, source, self.language)
        self.acronyms: dict[str, Found] = {}
        self._owned: dict[str, list[Found]] = {}
        self.lexicon = lexicon()
        self.judge = CityJudge(doc, [Hit(span.start, span.end, span.forms) for span in spans if span.forms], language)

    def entities(self, credited_to: str | None) -> tuple[Entity, ...]:
        """All entities, the most salient first."""
        rest: list[Span] = []
        for span in self.spans:
            if not self.people.full(span):
                rest.append(span)
        rest = self._organisations(rest)
        rest = self._places(rest)
        self.people.short(rest, self.acronyms)
        credited = self._credit(credited_to)
        made = [
            entity
            for found in self.findings.found.values()
            if (entity := self.maker.make(found, found is credited)) is not None
        ]
        made.sort(key=lambda entity: (-entity.salience, entity.name))
        return tuple(made)

    # Organisations

    def _organisations(self, spans: list[Span]) -> list[Span]:
        rest: list[Span] = []
        deferred: list[tuple[Span, Form]] = []
        pairs: list[tuple[Span, Found]] = []
        unexplained: list[Span] = []
        for span in sorted(spans, key=_short_last):
            if span.type != "organisation":
                rest.append(span)
                continue
            if span.forms and _short_last(span):
                # "Rapid Support Forces (RSF)": what the text says that they stand for goes first.
                meant = next((f for s, f in pairs if s.acronym == self.doc.text[span.start : span.end]), None)
                if meant is not None:
                    self.findings.mention(meant, span.start, span.end, "alias")
                    continue
            if span.forms:
                form = next((form for form in span.forms if form.known.type == "organisation"), span.forms[0])
                if form.flags & (WORD | ABROAD if self.language != "en" else WORD) and not self._clear(span):
                    deferred.append((span, form))
                    continue
                found = self.findings.get(form.known.key, "organisation", form.known)
                self._own(
                    " ".join("defence" if word == "defense" else word for word in fold(form.known.name).split()), found
                )
                if form.kind == "alias" and len(form.alias) > len(found.alias or ""):
                    found.alias = form.alias
                start = span.start
                if form.known.name.startswith("The ") and self.doc.text[start - 4 : start] == "The ":
                    start -= 4
                self.findings.mention(found, start, span.end, form.kind)
                if self.doc.text[span.end : span.end + 2] == " (":
                    span.acronym = acronym_after(self.doc, span.end)
            elif span.rank < 0:
                unexplained.append(span)
                continue
            else:
                found = self._pattern_organisation(span)
            pairs.append((span, found))
        for span, form in deferred:
            if form.known.key in self.findings.found:
                self.findings.mention(self.findings.found[form.known.key], span.start, span.end, form.kind)
        for span, found in pairs:
            if span.acronym:
                self.acronyms.setdefault(span.acronym, found)
        for span in unexplained:
            if self.doc.text[span.start : span.end] not in self.acronyms:
                self._pattern_organisation(span)
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
        text = span.name or doc.text[span.start : span.end]
        words = tuple("defence" if word == "defense" else word for word in span.words)
        if span.name:
            words = tuple(fold(span.name).split())
        folded = " ".join(words)
        if words[-1:] == ("ministry",) or words[:1] == ("ministry",):
            owner = self._owner(span.start)
            if owner:
                folded = f"{owner} {folded}"
                text = f"{owner.title()} {text}"
                span.country = self.source.world.demonyms.get(owner)
        known = next((known for known in self.source.world.named(folded) if known.type == "organisation"), None)
        key = known.key if known else f"local:{folded}"
        if known is None and len(owners := self._owned.get(folded, [])) == 1:
            self.findings.mention(owners[0], span.start, span.end, "alias")
            return owners[0]
        found = self.findings.get(key, "organisation", known)
        found.country = found.country or span.country
        found.words = found.words or words
        found.surfaces[text] += 1
        self.findings.mention(found, span.start, span.end, "name")
        self._own(folded, found)
        return found

    def _own(self, folded: str, found: Found) -> None:
        """Notes whose ministry this is, for "the Foreign Ministry" further on."""
        owner, _, rest = folded.partition(" ")
        if owner in self.source.world.demonyms and found not in self._owned.setdefault(rest, []):
            self._owned[rest].append(found)

    def _owner(self, start: int) -> str | None:
        """The demonym of the country that owns what starts here: "Russia's Foreign Ministry" gives "russian"."""
        before = self.doc.text[max(0, start - 24) : start]
        match = re.search(r"([^\W\d_]+)['’]s $", before)
        if match is None:
            return None
        for known in self.source.world.named(fold(match[1])):
            if known.key.startswith("country:"):
                return next((word for word, code in self.source.world.demonyms.items() if code == known.country), None)
        return None

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
                found = self.findings.get("local:" + " ".join(span.words), "place", None)
                found.country = found.country or span.country
                found.surfaces[text] += 1
                self.findings.mention(found, span.start, span.end, "name")
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
            found = self.findings.get(known.key, "place", known)
            if form.kind != "demonym":
                found.alias = found.alias or form.alias
            self.findings.mention(found, span.start, span.end, form.kind)
        self._unknown_towns()
        return rest

    def _is_surname(self, span: Span) -> bool:
        """Whether a place's name is the surname of somebody named before: Michael Jordan, Denzel Washington."""
        people = self.people.by_last.get(self.people.stem(self.doc.folded[span.start : span.end]))
        if not people or min(people, key=lambda item: item[0])[0] > self.findings.order(span.start):
            return False
        if span.forms and span.forms[0].kind == "demonym":
            return False
        return not self.judge.situated(span.start)

    def _unknown_towns(self) -> None:
        """ "in Smallville, Ohio" names a town even if nobody has heard of it."""
        regions = {
            start: found
            for found in self.findings.found.values()
            if found.type == "place" and found.known is not None and found.known.country and not is_city(found.known)
            for start, _, kind in found.spans
            if kind != "demonym"
        }
        spans = self.spans
        covered = Cover(len(self.doc.text), [(span.start, span.end) for span in spans])
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
            found = self.findings.get(f"local:{words}, {region.key}", "place", None)
            found.country = country
            found.surfaces[self.doc.text[start : token.end]] += 1
            self.findings.mention(found, start, token.end, "name")

    # The result

    def _credit(self, credited_to: str | None) -> Found | None:
        name = (credited_to or "").strip()
        if not name:
            return None
        publisher = publishers.find(name)
        key = f"organisation:{publisher.name if publisher else name}"
        known = self.source.world.get(key)
        if known is None and publisher is None:
            local = self.findings.found.get(f"local:{fold(name).strip()}")
            if local is not None:
                return local
        found = self.findings.get(key, "organisation", known)
        if not found.surfaces:
            found.surfaces[publisher.name if publisher else name] += 1
        if publisher is not None:
            found.country = found.country or publisher.country
        return found


def _short_last(span: Span) -> bool:
    """Whether a span is a known acronym: those are read after the names that may explain them."""
    return span.type == "organisation" and bool(span.forms) and all(form.flags & ACRONYM for form in span.forms or ())
