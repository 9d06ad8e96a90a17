"""Wildcards, misspelt words and words near each other: against the plainest way to say the same."""

from __future__ import annotations

import re
from fnmatch import translate
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from search import nearness, patterns
from search.budget import check_wildcard
from search.engines.tantivy.queries import Builder
from search.query import Wildcard

written = st.lists(st.sampled_from(["a", "ab", "b", "é", "中", "*", "?", "**", "?*"]), min_size=1, max_size=25).map(
    "".join
)


@given(written)
@settings(max_examples=150, deadline=None)
def test_whatever_is_allowed_can_be_asked(pattern: str) -> None:
    for field in (None, "author"):
        if check_wildcard(pattern, field) is None:
            assert Builder(("en",), 2_000, False).build(Wildcard(pattern, field)) is not None


@given(st.text("abc*?", min_size=1, max_size=8), st.lists(st.text("abc", max_size=6), max_size=8))
def test_patterns_match_as_in_a_shell(pattern: str, words: list[str]) -> None:
    plain = re.compile(translate(pattern))
    for word in words:
        assert bool(patterns.matcher(pattern).fullmatch(word)) == bool(plain.fullmatch(word))


@given(st.text("a*?\\.+", max_size=8))
def test_escaped_text_means_itself(text: str) -> None:
    assert patterns.pieces(patterns.escaped(text)) == ([(text, False)] if text else [])
    assert patterns.canonical(patterns.canonical(text)) == patterns.canonical(text)


def stands(text: list[str], layout: list[str | tuple[int, str]], start: int) -> bool:
    """Whether the words of a layout are in the text, from this place on."""
    placed = [one for one in layout if isinstance(one, tuple)]
    return all(start + offset < len(text) and text[start + offset] == word for offset, word in placed)


def changes(one: str, other: str) -> int:
    """Optimal string alignment, as it is defined."""
    rows = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i, j in product(range(1, len(one) + 1), range(1, len(other) + 1)):
        rows[i, j] = min(rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + (one[i - 1] != other[j - 1]))
        if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
            rows[i, j] = min(rows[i, j], rows[i - 2, j - 2] + 1)
    return rows[len(one), len(other)]


@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.sampled_from([1, 2]))
def test_words_are_alike_as_far_as_they_are(one: str, other: str, most: int) -> None:
    assert patterns.alike(one, other, most) == (changes(one, other) <= most)


@given(
    st.lists(st.sampled_from("abcdx"), max_size=14),
    st.sampled_from([("a", "b"), ("a", "b", "c"), ("a b", "c"), ("a b", "c d")]),
    st.integers(0, 6),
)
def test_windows_are_where_all_words_stand_near(text: list[str], words: tuple[str, ...], distance: int) -> None:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(text):
        places.setdefault(word, []).append(place)
    blocks = nearness.blocks(words)
    found = list(nearness.windows(places, blocks, distance))
    layouts = list(nearness.layouts(blocks, distance))
    assert bool(found) == any(stands(text, layout, start) for layout in layouts for start in range(len(text)))
    for window in found:
        assert max(window) - min(window) < distance + sum(map(len, blocks))
        assert sorted(text[at] for at in window) == sorted(word for block in blocks for word in block)


def test_layouts_are_as_many_as_are_counted() -> None:
    for words, distance in ((("a", "b", "c"), 4), (("a b", "c"), 3), (("a", "b", "c", "d"), 2)):
        blocks = nearness.blocks(words)
        laid = {tuple(layout) for layout in nearness.layouts(blocks, distance)}
        assert len(laid) == nearness.orders(len(blocks), distance, single=False)
