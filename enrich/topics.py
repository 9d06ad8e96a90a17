"""Which Media Topics an article is about, with scores: weighted terms of a lexicon, saturated, normalised for length.

How the lexicons are written and extended: `enrich/data/topics/__init__.py`. Nothing is trained, so a wrong topic can
always be traced to a line of a file (`explain`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from typing import NamedTuple

from enrich import taxonomy, topic_lexicon
from enrich.draft import Draft
from enrich.enrichment import Topic
from enrich.topic_lexicon import Lexicon, Pattern, prepare

VERSION = "topics-1"

# Weight of a term by its tier in the lexicon file, and of an occurrence by where it stands.
TIERS = (0.0, 0.5, 1.1, 2.2)
IN_HEADLINE, IN_STANDFIRST, IN_LEAD, IN_BODY = 3.0, 2.0, 1.5, 1.0
LEAD_LENGTH = 600
SATURATION = 1.2
# Ambiguous words alone never say more than this, however many there are.
WEAK_CEILING = 1.5

# A topic with one term found once, outside the headline, is a mention, not a subject.
ONCE = 0.4

USUAL_WORDS = 300
SHORTEST, LONGEST_FACTOR = 0.55, 3.0
THRESHOLD = 2.5
# A text without any topic above the threshold gets its best top-level one, with its low score, from here up.
FAINT = 1.4
SCALE = 5.0
# Beside a clear topic of its level a faint one is noise: the least share of the best evidence; the most topics.
LEAST_SHARE = {1: 0.3, 2: 0.3, 3: 0.35, 4: 0.35}
MOST = {1: 4, 2: 5, 3: 3, 4: 3}
SECTION_BOOST = 1.3
SECTION_SCORE = 0.6
# Topics are told by the first 30,000 words or so; the rest of a very long text would only add noise.
LONGEST = 200_000

_NEAREST = {
    **{"sr": "hr", "bs": "hr", "sh": "hr", "me": "hr", "cnr": "hr", "sl": "hr", "be": "ru", "kk": "ru", "ky": "ru"},
    **{"no": "sv", "nb": "sv", "nn": "sv", "da": "sv", "fo": "sv", "af": "nl", "fy": "nl", "lb": "de", "gsw": "de"},
    **{"ca": "es", "gl": "es", "ast": "es", "an": "es", "oc": "fr", "br": "fr", "wa": "fr", "mo": "ro"},
    **{"mk": "bg", "sk": "cs", "az": "tr", "prs": "fa", "ms": "id", "zsm": "id", "in": "id", "iw": "he"},
    **{"yue": "zh", "wuu": "zh", "mr": "hi", "ne": "hi", "arz": "ar", "ary": "ar"},
}
# Where no spaces part words.
_LETTERS_A_WORD = {"zh": 2, "ja": 2, "th": 4.5}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a topic was given: a term as found (folded), its tier, and its occurrences weighted by place."""

    term: str
    tier: int
    occurrences: float


class _Cover(NamedTuple):
    """A phrase where it was found in the text."""

    start: int
    stop: int
    pattern: Pattern


def classify(draft: Draft, language: str | None, section_topic: str | None = None) -> tuple[Topic, ...]:
    """The topics of an article, best first, each with its ancestors scored at least as high.

    `language` is the body's BCP 47 code; where there is no lexicon for it, a related one is used, else English.
    `section_topic` (or the draft's own section) is always among the topics, with its ancestors. Scores are 0 to 1.
    """
    section = _section(draft, section_topic)
    lexicon = lexicon_for(language)
    hits, words = _hits(draft, lexicon)
    evidence = _evidence(lexicon, hits)
    if section:
        root = _roots(section)
        evidence = {code: x * (SECTION_BOOST if _roots(code) == root else 1.0) for code, x in evidence.items()}
    scores = _scores(_rolled_up(evidence), words)
    if section:
        scores[section] = max(SECTION_SCORE, scores.get(section, 0.0))
    for code in sorted(scores, key=lambda code: -taxonomy.get(code).level):
        parent = taxonomy.get(code).parent
        while parent and scores.get(parent, 0.0) < scores[code]:
            scores[parent] = scores[code]
            parent = taxonomy.get(parent).parent
    ranked = sorted(scores.items(), key=lambda item: (-item[1], taxonomy.get(item[0]).level, item[0]))
    return tuple(Topic(code, taxonomy.get(code).name, round(score, 3)) for code, score in ranked)


def explain(draft: Draft, language: str | None) -> dict[str, list[Reason]]:
    """The terms found for each topic code, the heaviest first: for tuning a lexicon and for the curious."""
    lexicon = lexicon_for(language)
    strings = {number: string for string, number in lexicon.automaton.items()}
    hits, _ = _hits(draft, lexicon)
    reasons: dict[str, list[Reason]] = {}
    for number, count in hits.items():
        for topic, tier in lexicon.patterns[number].votes:
            reasons.setdefault(lexicon.codes[topic], []).append(Reason(strings[number].strip(), tier, count))
    for found in reasons.values():
        found.sort(key=lambda reason: (-reason.tier, -reason.occurrences))
    return reasons


def lexicon_for(language: str | None) -> Lexicon:
    """The lexicon of a BCP 47 code, of a related language, or English."""
    return topic_lexicon.load(_file_of(language))


def warm(languages: Iterable[str] = ("en",)) -> None:
    """Read the lexicons of some languages now, so that the first article does not wait for it."""
    for language in languages:
        lexicon_for(language)


@lru_cache(maxsize=512)
def _file_of(language: str | None) -> str:
    code = (language or "en").replace("_", "-").split("-")[0].lower()
    have = topic_lexicon.languages()
    return next((name for name in (code, _NEAREST.get(code, "")) if name in have), "en")


def _section(draft: Draft, section_topic: str | None) -> str | None:
    code = section_topic or (draft.section.topic if draft.section else None)
    topic = taxonomy.find(code) if code else None
    return topic.code if topic else None


@lru_cache(maxsize=2048)
def _roots(code: str) -> str:
    above = taxonomy.ancestors(code)
    return above[-1].code if above else code


def _hits(draft: Draft, lexicon: Lexicon) -> tuple[dict[int, float], float]:
    """Occurrences of each pattern, weighted by place, and the length in words."""
    language = lexicon.language
    headline = prepare((draft.headline or "")[:LONGEST], language)
    standfirst = prepare((draft.standfirst or "")[:LONGEST], language)
    text = headline + standfirst + prepare(" ".join(draft.paragraphs)[:LONGEST], language)
    after_headline = len(headline)
    after_standfirst = after_headline + len(standfirst)
    after_lead = after_standfirst + LEAD_LENGTH
    letters_a_word = _LETTERS_A_WORD.get(language)
    words = len(text) / letters_a_word if letters_a_word else text.count(" ")

    patterns = lexicon.patterns
    found = list(lexicon.automaton.iter(text))
    covers = _covers(text, found, lexicon)
    hits: dict[int, float] = {}
    for end, number in found:
        if covers:
            pattern = patterns[number]
            start = end - pattern.length + 1
            cover = covers.get(start)
            if cover and end - start < cover.stop - cover.start and _hidden(pattern, cover.pattern):
                continue
        if end < after_headline:
            place = IN_HEADLINE
        elif end < after_standfirst:
            place = IN_STANDFIRST
        elif end < after_lead:
            place = IN_LEAD
        else:
            place = IN_BODY
        hits[number] = hits.get(number, 0.0) + place
    return hits, words


def _hidden(pattern: Pattern, phrase: Pattern) -> bool:
    """Whether a term inside a longer phrase says nothing of its own: masked, ambiguous, or the same once more."""
    if phrase.mask:
        return True
    return not pattern.phrase and pattern.firm <= phrase.firm


def _covers(text: str, found: list[tuple[int, int]], lexicon: Lexicon) -> dict[int, _Cover]:
    """For each place where a word begins inside a phrase that was found: that phrase, a mask before others."""
    patterns = lexicon.patterns
    covers: dict[int, _Cover] = {}
    for end, number in found:
        pattern = patterns[number]
        if not pattern.phrase:
            continue
        start = end - pattern.length + 1
        cover = _Cover(start, text.find(" ", end) if pattern.open_end else end, pattern)
        at = start
        while 0 <= at < cover.stop:
            before = covers.get(at)
            if before is None or pattern.mask or not before.pattern.mask:
                covers[at] = cover
            at = text.find(" ", at + 1, cover.stop)
    return covers


def _evidence(lexicon: Lexicon, hits: dict[int, float]) -> dict[str, float]:
    """What the terms say for each topic by itself."""
    strong: dict[int, float] = {}
    weak: dict[int, float] = {}
    kinds: dict[int, float] = {}
    for number, count in hits.items():
        saturated = count * (1 + SATURATION) / (count + SATURATION)
        for topic, tier in lexicon.patterns[number].votes:
            if tier == topic_lexicon.WEAK:
                weak[topic] = weak.get(topic, 0.0) + TIERS[tier] * saturated
                kinds[topic] = kinds.get(topic, 0) + 0.5
            else:
                strong[topic] = strong.get(topic, 0.0) + TIERS[tier] * saturated
                kinds[topic] = kinds.get(topic, 0) + (1 if count < IN_STANDFIRST else 2)
    evidence = {
        lexicon.codes[topic]: (value + weak.get(topic, 0.0)) * (ONCE if kinds[topic] < 2 else 1.0)
        for topic, value in strong.items()
    }
    for topic, value in weak.items():
        if topic not in strong and kinds[topic] >= 1:
            evidence[lexicon.codes[topic]] = min(value, WEAK_CEILING)
    return evidence


def _rolled_up(evidence: dict[str, float]) -> dict[str, float]:
    """Evidence with what children say added to their parents: the best child in full, the others by half."""
    total: dict[str, float] = {}
    below: dict[str, list[float]] = {}
    codes = set(evidence) | {above.code for code in evidence for above in taxonomy.ancestors(code)}
    for code in sorted(codes, key=lambda code: -taxonomy.get(code).level):
        children = below.get(code, [])
        from_children = max(children) + (sum(children) - max(children)) / 2 if children else 0.0
        total[code] = evidence.get(code, 0.0) + from_children
        parent = taxonomy.get(code).parent
        if parent:
            below.setdefault(parent, []).append(total[code])
    return total


def _scores(evidence: dict[str, float], words: float) -> dict[str, float]:
    """The topics that stand out, with scores 0 to 1."""
    length = min(max((words / USUAL_WORDS) ** 0.4, SHORTEST), LONGEST_FACTOR)
    by_level: dict[int, list[tuple[float, str]]] = {}
    for code, value in evidence.items():
        by_level.setdefault(taxonomy.get(code).level, []).append((value / length, code))
    scores = {}
    for level, ranked in sorted(by_level.items()):
        ranked.sort(reverse=True)
        least = max(THRESHOLD, ranked[0][0] * LEAST_SHARE[level])
        scores.update({code: 1 - exp(-x / SCALE) for x, code in ranked[: MOST[level]] if x >= least})
        if level == 1 and not scores and ranked[0][0] >= FAINT:
            scores[ranked[0][1]] = 1 - exp(-ranked[0][0] / SCALE)
    return scores
