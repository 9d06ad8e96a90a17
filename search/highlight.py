"""Shows where a query's words stand in a text: by the analysis that found the article, over the text as it is."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from search import analysis, nearness, patterns
from search import query as tree

FRAGMENTS = 3
LENGTH = 160
"""Characters of a fragment, about."""
_WHOLE = ("headline", "standfirst")
Written = tree.Phrase | tree.Near | tree.Wildcard | tree.Fuzzy
_SPACE = re.compile(r"\s+")
_PARAGRAPH = re.compile(r"[^\n]+")


class Span(NamedTuple):
    """What is marked: [start, end) in code points, and which part of the query it answers."""

    start: int
    end: int
    term: str


def highlight(text: str, query: tree.Query, language: str, field: str) -> tuple[str, ...]:
    """HTML with `<mark>` around what the query looks for in `field`; everything else is escaped.

    A headline or standfirst is given whole, of a longer text the best fragments in their order. Empty where nothing
    is found. `language` (BCP 47) is the article's.
    """
    found = spans(text, query, language, field)
    if not found:
        return ()
    if field in _WHOLE:
        return (_marked(text, 0, len(text), found),)
    return tuple(_fragments(text, found))


def spans(text: str, query: tree.Query, language: str, field: str) -> list[Span]:
    """Where words and phrases of the query stand; what it excludes is not among them. In order, without overlaps."""
    words: set[str] = set()
    as_written: dict[Written, None] = {}
    languages = query.languages or (analysis.primary(language),)
    for root in (query.text, *query.filters):
        for node, wanted in tree.leaves(root):
            if not wanted or getattr(node, "field", field) not in (None, field):
                continue
            match node:
                case tree.Text(asked):
                    found_by = [word.alternatives for word in analysis.query_words(asked, languages)]
                    words.update(stem for alternatives in found_by for stem, _ in alternatives)
                case tree.Phrase() | tree.Near() | tree.Wildcard() | tree.Fuzzy():
                    as_written[node] = None
    found = [Span(*one) for one in analysis.found(text, words, language)] if words else []
    if as_written:
        found += _as_written(text, list(as_written), language)
    return _merged(sorted(found))


def _as_written(text: str, asked: Sequence[Written], language: str) -> Iterator[Span]:
    """Where phrases, patterns and misspelt words stand, and words near each other that are."""
    tokens = analysis.tokens(text)
    places: dict[str, list[int]] = {}
    for place, token in enumerate(tokens):
        places.setdefault(token.text, []).append(place)
    for node in asked:
        match node:
            case tree.Phrase(phrase):
                yield from _phrase(text, tokens, places, analysis.written(phrase), language)
            case tree.Near(words, distance):
                blocks = nearness.blocks(words)
                if len(blocks) == 1:
                    yield from _phrase(text, tokens, places, blocks[0], language)
                    continue
                for window in nearness.windows(places, blocks, distance):
                    yield from (Span(tokens[at].start, tokens[at].end, tokens[at].text) for at in window)
            case tree.Wildcard(pattern):
                like = patterns.matcher(pattern)
                yield from _where(tokens, places, pattern, [word for word in places if like.fullmatch(word)])
            case tree.Fuzzy(word, distance):
                wanted = (analysis.written(word) or ("",))[0]
                yield from _where(
                    tokens, places, word, [one for one in places if patterns.alike(one, wanted, distance)]
                )


def _where(
    tokens: Sequence[analysis.Token], places: Mapping[str, Sequence[int]], term: str, words: Sequence[str]
) -> Iterator[Span]:
    for word in words:
        yield from (Span(tokens[place].start, tokens[place].end, term) for place in places[word])


def _phrase(
    text: str,
    tokens: Sequence[analysis.Token],
    places: Mapping[str, Sequence[int]],
    phrase: tuple[str, ...],
    language: str,
) -> Iterator[Span]:
    if phrase:
        if len(phrase) == 1 and analysis.lone(phrase[0]):
            yield from (Span(*one) for one in analysis.found(text, {phrase[0]}, language))
        for place in places.get(phrase[0], ()):
            here = tokens[place : place + len(phrase)]
            if tuple(token.text for token in here) == phrase:
                yield Span(here[0].start, here[-1].end, " ".join(phrase))


def _merged(found: list[Span]) -> list[Span]:
    """Overlapping spans (pairs of characters, a phrase and a word of it) as one."""
    merged: list[Span] = []
    for span in found:
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), last.term)
        else:
            merged.append(span)
    return merged


def _fragments(text: str, found: list[Span]) -> Iterator[str]:
    """Of all stretches within one paragraph those with most different terms, then with most of them, then earlier."""
    starts = [span.start for span in found]
    rated: list[tuple[int, int, int, int, int]] = []
    for paragraph in _PARAGRAPH.finditer(text):
        here = found[bisect_left(starts, paragraph.start()) : bisect_left(starts, paragraph.end())]
        last = 0
        for first, span in enumerate(here):
            last = max(last, first + 1)
            while last < len(here) and here[last].end - span.start <= LENGTH:
                last += 1
            inside = here[first : min(last, first + LENGTH)]
            different = len({one.term for one in inside})
            end = max(inside[-1].end, span.end)
            rated.append((-different, -len(inside), span.start, min(end, paragraph.end()), paragraph.start()))
    chosen: list[tuple[int, int, bool, bool]] = []
    for _, _, start, end, begin in sorted(rated):
        close = text.find("\n", end)
        left, right = _widened(text, start, end, begin, len(text) if close < 0 else close)
        if all(right <= other[0] or left >= other[1] for other in chosen):
            chosen.append((left, right, left > begin, right < (len(text) if close < 0 else close)))
            if len(chosen) == FRAGMENTS:
                break
    for left, right, before, after in sorted(chosen):
        yield ("… " if before else "") + _marked(text, left, right, found) + (" …" if after else "")


def _widened(text: str, start: int, end: int, begin: int, close: int) -> tuple[int, int]:
    """A stretch of about LENGTH characters around [start, end), cut between words where there are spaces."""
    spare = max(LENGTH - (end - start), 0)
    left = max(begin, start - spare // 2)
    right = min(close, left + max(LENGTH, end - left))
    left = max(begin, min(left, right - LENGTH))
    if left > begin:
        space = _SPACE.search(text, left - 1, min(start, left + 25))
        left = space.end() if space else left
    if right < close:
        space_at = max(text.rfind(" ", max(end, right - 25), right + 1), -1)
        right = space_at if space_at >= end else right
    return left, right


def _marked(text: str, start: int, end: int, found: Sequence[Span]) -> str:
    out: list[str] = []
    at = start
    for span in found:
        if span.end <= start or span.start >= end:
            continue
        first, last = max(span.start, start), min(span.end, end)
        out += [html.escape(text[at:first]), "<mark>", html.escape(text[first:last]), "</mark>"]
        at = last
    out.append(html.escape(text[at:end]))
    return _SPACE.sub(" ", "".join(out)).strip()
