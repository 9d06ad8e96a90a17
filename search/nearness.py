"""Words near each other (NEAR and `"…"~n`): what is looked for, in how many ways it can stand, and where it does."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations_with_replacement, permutations
from math import comb, factorial

from search import analysis

MAX_DISTANCE = 100
"""Other words between the first and the last of two; more have to be closer, see `farthest`."""
MAX_ORDERS = 1_400
"""Ways in which words can stand: tantivy, which knows no windows, looks for each of them."""

Block = tuple[str, ...]
"""A word as written, or several that follow each other."""


def blocks(words: Sequence[str]) -> tuple[Block, ...]:
    """What stands near each other, each once: "covid-19" is two words that follow each other."""
    return tuple(dict.fromkeys(block for block in map(analysis.written, words) if block))


def apart(text: str) -> tuple[str, ...]:
    """The words of a phrase one by one; what is written in a script without spaces stays together."""
    found: list[str] = []
    for chunk in text.split():
        cut = analysis.tokens(chunk)
        found += [chunk] if analysis.unspaced(chunk) else [chunk[token.start : token.end] for token in cut]
    return tuple(dict.fromkeys(found))


def orders(count: int, distance: int, single: bool) -> int:
    """In how many ways so many blocks can stand. Two single words within a distance are looked up in one go."""
    if count < 2 or (count == 2 and single):
        return 1
    return factorial(count) * comb(distance + count - 1, count - 1)


@cache
def farthest(count: int, single: bool) -> int:
    """The largest distance for so many blocks, -1 where there are too many of them."""
    fitting = (d for d in range(MAX_DISTANCE + 1) if orders(count, d, single) <= MAX_ORDERS)
    return max(fitting, default=-1)


def check(words: Sequence[str], distance: int) -> str | None:
    """What is wrong with words that are to be near each other, or None."""
    found = blocks(words)
    if not found:
        return "There is no word to search for."
    for block in found:
        if len(block) == 1 and analysis.lone(block[0]):
            return f"{block[0]!r} is one character of a script without spaces; NEAR needs two at least."
    flat = [word for block in found for word in block]
    if any(len(block) > 1 for block in found) and len(set(flat)) < len(flat):
        return "Phrases that are to be near each other cannot have a word in common."
    most = farthest(len(found), all(len(block) == 1 for block in found))
    if most < 0:
        return f"{len(found)} words are too many to be near each other; take fewer, or AND."
    if not 0 <= distance <= most:
        return f"{len(found)} words may have 0 to {most} other words between them, not {distance}."
    return None


def layouts(found: Sequence[Block], distance: int) -> Iterator[list[str | tuple[int, str]]]:
    """Every way in which the blocks can stand, as words with their offsets."""
    gaps = len(found) - 1
    for order in permutations(found):
        # Non-decreasing sums of gaps, none above the distance.
        for sums in combinations_with_replacement(range(distance + 1), gaps):
            placed: list[str | tuple[int, str]] = []
            offset = 0
            for index, block in enumerate(order):
                start = offset + (sums[index - 1] if index else 0)
                placed += [(start + at, word) for at, word in enumerate(block)]
                offset += len(block)
            yield placed


def windows(places: Mapping[str, Sequence[int]], found: Sequence[Block], distance: int) -> Iterator[list[int]]:
    """The places of the words wherever all blocks stand near enough; `places` are those of every word, ascending."""
    starts = [_starts(places, block) for block in found]
    if not all(starts):
        return
    lengths = [len(block) for block in found]
    width = distance + sum(lengths)
    for first, begins in enumerate(starts):
        for begin in begins:
            chosen = []
            for other, others in enumerate(starts):
                if other == first:
                    chosen.append(begin)
                    continue
                low = bisect_left(others, begin + lengths[first])
                high = bisect_right(others, begin + width - lengths[other])
                if low >= high:
                    break
                chosen.append(others[low])
            else:
                yield [start + at for start, length in zip(chosen, lengths, strict=True) for at in range(length)]


def _starts(places: Mapping[str, Sequence[int]], block: Block) -> list[int]:
    rest = [set(places.get(word, ())) for word in block[1:]]
    return [place for place in places.get(block[0], ()) if all(place + at in there for at, there in enumerate(rest, 1))]
