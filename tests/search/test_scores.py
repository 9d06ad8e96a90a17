"""The measures that insights rank by."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.insights.scores import dispersion, log_likelihood, npmi, pmi, surprise

totals = st.integers(0, 10**6)


@given(totals, totals, totals, totals)
def test_surprise_is_finite_and_has_the_sign_of_the_difference(count: int, rest: int, other: int, more: int) -> None:
    found = surprise(count, count + rest, other, other + more)
    assert math.isfinite(found)
    if count + rest:
        here, there = count / (count + rest), (other + 0.5) / (other + more + 1)
        assert found == 0 or (found > 0) == (here >= there)


def test_few_do_not_make_a_high_score() -> None:
    """One of a hundred articles, never seen before, is no news; twenty of them are."""
    assert surprise(1, 100, 0, 10_000) < 3 < surprise(3, 100, 0, 10_000) < surprise(20, 100, 0, 10_000)
    assert surprise(10, 100, 1_000, 10_000) == pytest.approx(0, abs=0.05)
    assert surprise(2, 100, 1_000, 10_000) < -2
    assert surprise(1, 1, 0, 0) < 1 and surprise(0, 0, 5, 10) == 0


def test_dispersion_is_one_for_what_chance_does() -> None:
    assert dispersion([10, 11, 9, 10], [100] * 4) == 1
    assert dispersion([0, 40, 0, 0], [100] * 4) > 10
    assert dispersion([0, 0], [5, 5]) == dispersion([], []) == dispersion([0, 0], [0, 0]) == 1


@given(st.integers(0, 1_000), st.integers(0, 1_000), st.integers(0, 1_000), st.integers(1, 1_000))
def test_association(both: int, first: int, second: int, rest: int) -> None:
    one, other, total = both + first, both + second, both + first + second + rest
    assert log_likelihood(both, one, other, total) >= -1e-6
    if both:
        found = npmi(both, one, other, total)
        assert found is not None and -1 - 1e-9 <= found <= 1 + 1e-9
    else:
        assert pmi(both, one, other, total) is None


def test_association_of_known_tables() -> None:
    assert log_likelihood(25, 50, 50, 100) == pytest.approx(0, abs=1e-9)
    # The first row of Dunning (1993), table 1: “the swiss”.
    assert log_likelihood(110, 2_552, 221, 31_777) == pytest.approx(270.72, abs=0.01)
    assert npmi(10, 10, 10, 100) == pytest.approx(1)
