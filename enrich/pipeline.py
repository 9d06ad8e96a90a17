"""Enrichment as a whole: from a draft to language, entities, topics, keywords, sentiment, fingerprints and counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from enrich import entities as entity_finder
from enrich import fingerprints, keywords, language, sections, sentiment, topics
from enrich.draft import Draft, Provenance
from enrich.enrichment import Enrichment, Entity, Language, Topic

VERSION = "counts-1"

# Silent reading: of non-fiction 238 words a minute (Brysbaert 2019, "How many words do we read per minute?"), of
# Chinese and Japanese about 500 characters.
WORDS_A_MINUTE = 238
HAN_A_MINUTE = 500
# Thai, Lao, Khmer and Burmese write no spaces between words of about four letters.
LETTERS_A_WORD = 4

_HAN = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED = "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e45\u0e81-\u0eb0\u0ec0-\u0ec4\u1000-\u102a\u1780-\u17b3"
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
# From the first letter or digit on to the next space: one match for each word that has any.
_WORD = re.compile(r"\w\S*")


def describe(draft: Draft, *, hint: str | None = None, found: Language | None = None) -> Enrichment:
    """The little that no article does without: language, fingerprints, counts, and the page's own keywords."""
    words, seconds = count(draft.body)
    enrichment = Enrichment(
        language=found or language_of(draft, hint),
        keywords=draft.keywords,
        fingerprints=fingerprints.fingerprint(draft.body),
        word_count=words,
        reading_time=seconds,
    )
    return _with_provenance(draft, enrichment, hint)


def enrich(draft: Draft, *, hint: str | None = None, found: Language | None = None) -> Enrichment:
    """Everything that follows from the text of a draft. `hint` is a BCP 47 code that the caller gave.

    The language is that of the body, or of headline and standfirst where there is no body. Mentions count code points
    in the draft's own fields. `found` is that language where it is known already (`language_of`). Pure; the first call
    loads gazetteers and models (see `warm`).
    """
    found = found or language_of(draft, hint)
    code = found.code if found else None
    mentioned = entity_finder.find_entities(draft, code)
    about = topics.classify(draft, code, draft.section.topic if draft.section else None)
    phrases = keywords.extract_keywords(draft, code, mentioned)
    feeling = sentiment.score_sentiment(draft, code)
    prints = fingerprints.fingerprint(draft.body)
    words, seconds = count(draft.body)
    enrichment = Enrichment(
        language=found,
        entities=tuple(mentioned),
        topics=tuple(about),
        keywords=tuple(phrases),
        sentiment=feeling,
        fingerprints=prints,
        word_count=words,
        reading_time=seconds,
    )
    return _with_provenance(draft, enrichment, hint)


def count(body: str) -> tuple[int, int]:
    """Words of a body, and the seconds that reading it takes.

    A word is what stands between spaces and has a letter or digit. Each Chinese or Japanese character counts as one (as
    in word processors), of Thai, Lao, Khmer and Burmese every four letters do.
    """
    han = unspaced = 0
    if not body.isascii():
        if found := _HAN_CHARACTER.findall(body):
            han, body = len(found), _HAN_CHARACTER.sub(" ", body)
        if found := _UNSPACED_LETTER.findall(body):
            unspaced, body = (
                -(-len(found) // LETTERS_A_WORD),
                re.sub(f"[{_UNSPACED}\u0e00-\u109f\u1780-\u17ff]", " ", body),
            )
    words = len(_WORD.findall(body)) + unspaced
    seconds = words * 60 / WORDS_A_MINUTE + han * 60 / HAN_A_MINUTE
    return words + han, -(-int(seconds * 1000) // 1000)


def warm() -> None:
    """Load gazetteers, models and the most used lexicons now and not with the first article."""
    language.warm()
    entity_finder.warm()
    topics.warm()
    sections.warm()
    fingerprints.warm()


def language_of(draft: Draft, hint: str | None = None) -> Language | None:
    """The language of the body, or of headline and standfirst where there is no body."""
    heading = "\n".join(part for part in (draft.headline, draft.standfirst) if part)
    return language.detect_language(draft.body, hint, heading) or language.detect_language(heading, hint)


def _lines(draft: Draft, fields: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({line for field in fields if (entry := draft.provenance.get(field)) for line in entry.lines}))


def _with_provenance(draft: Draft, enrichment: Enrichment, hint: str | None) -> Enrichment:
    body = _lines(draft, ("paragraphs",))
    text = _lines(draft, ("headline", "standfirst", "paragraphs"))
    made: dict[str, Provenance] = {}
    if enrichment.language:
        method = "letters, frequent words and n-grams" + (", with the caller's hint" if hint else "")
        made["language"] = Provenance(method, enrichment.language.confidence, language.VERSION, body or text)
    if enrichment.entities:
        method = "gazetteer and patterns"
        made["entities"] = Provenance(method, _of_entities(enrichment.entities), entity_finder.VERSION, text)
    if enrichment.topics:
        made["topics"] = Provenance("lexicon", _of_topics(enrichment.topics), topics.VERSION, text)
    if enrichment.keywords and not draft.keywords:
        made["keywords"] = Provenance("phrases that stand out", 0.6, keywords.VERSION, text)
    if enrichment.sentiment:
        made["sentiment"] = Provenance(enrichment.sentiment.method, 0.5, sentiment.VERSION, text)
    if enrichment.fingerprints:
        made["fingerprints"] = Provenance("SHA-256 and MinHash", 1.0, fingerprints.VERSION, body)
    if enrichment.word_count:
        made["word_count"] = Provenance("counted", 1.0, VERSION, body)
        made["reading_time"] = Provenance("words and characters a minute", 0.7, VERSION, body)
    return replace(enrichment, provenance=made)


def _of_entities(entities: tuple[Entity, ...]) -> float:
    """What is in a gazetteer (and so has ids) is surer than what a pattern found."""
    known = sum(bool(entity.ids) for entity in entities)
    return round(0.6 + 0.3 * known / len(entities), 2)


def _of_topics(topics: tuple[Topic, ...]) -> float:
    return round(min(0.95, max(topic.score for topic in topics)), 2)
