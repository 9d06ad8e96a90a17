"""The same text has the same hash however it is set; nearly the same text has nearly the same signature."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.fingerprints import decode, estimate_containment, estimate_jaccard, fingerprint, normalise


def near(body: str) -> str:
    found = fingerprint(body)
    assert found is not None
    return found.near


def words(count: int, seed: int = 1) -> list[str]:
    chosen = random.Random(seed)
    return ["".join(chosen.choices("abcdefghijklmno", k=6)) for _ in range(count)]


def test_values_are_fixed_for_ever() -> None:
    found = fingerprint("The ferry didn’t sail on Tuesday, because of the fog; it’ll sail today.")
    assert found is not None
    assert normalise("The ferry DIDN’T sail!") == "the ferry didn t sail"
    assert found.content == "171b2af9905fba70d3cf64fce696339450bf218ffcb8eff03a9dbcaa982e2888"
    assert found.near[:40] == "AQwAAABdVbACGXN9RQqQ2ALRF0UwP6hXKJFI6wVL"


@pytest.mark.parametrize(
    "other",
    [
        'He said: "No - never."',
        "  HE SAID: “NO – NEVER.”  ",
        "He\nsaid: «No — never…»",
        "He said no never",
        "Ｈｅ ｓａｉｄ： “No”, never",
    ],
)
def test_punctuation_case_and_space_do_not_matter(other: str) -> None:
    first, second = fingerprint("He said: “No – never.”"), fingerprint(other)
    assert first == second


def test_a_changed_word_is_another_text() -> None:
    first, second = fingerprint("Ten people were hurt"), fingerprint("Six people were hurt")
    assert first is not None
    assert second is not None
    assert first.content != second.content


@pytest.mark.parametrize("body", [None, "", "   ", "\n\t"])
def test_no_body_no_fingerprints(body: str | None) -> None:
    assert fingerprint(body) is None


def test_bodies_of_punctuation_differ() -> None:
    assert fingerprint("!!!") != fingerprint("???")


@pytest.mark.parametrize("share", [0.8, 0.5, 0.3])
def test_a_text_cut_short_is_contained(share: float) -> None:
    text = words(500)
    whole, part = near(" ".join(text)), near(" ".join(text[: int(500 * share)]))
    assert estimate_jaccard(whole, part) == pytest.approx(share, abs=0.15)
    assert estimate_containment(whole, part) > 0.75


def test_other_texts_share_nothing() -> None:
    first, second = near(" ".join(words(300, 1))), near(" ".join(words(300, 2)))
    assert estimate_jaccard(first, second) < 0.05
    assert estimate_containment(first, second) < 0.1


def test_an_edited_text_is_near() -> None:
    text = words(400)
    edited = [*text[:100], "corrected", *text[101:250], "a", "new", "remark", *text[250:]]
    assert estimate_jaccard(near(" ".join(text)), near(" ".join(edited))) > 0.85


@pytest.mark.parametrize(
    "alphabet",
    ["的一是不了人我在有他这为之大来以个中上们", "กขคงจฉชซณดตถทนบปผพมยรลวสหอ", "あいうえおかきくけこさしすせそ漢字"],
)
def test_scripts_without_spaces(alphabet: str) -> None:
    chosen = random.Random(5)
    text = "".join(chosen.choices(alphabet, k=600))
    other = "".join(chosen.choices(alphabet, k=600))
    assert estimate_jaccard(near(text), near(text[:300])) == pytest.approx(0.5, abs=0.15)
    assert estimate_jaccard(near(text), near(other)) < 0.1


def test_indic_words_keep_their_vowel_signs() -> None:
    assert normalise("हिन्दी की खबर।") == "हिन्दी की खबर"
    assert decode(near("हिन्दी की खबर आज नई")).shingles == 2


@pytest.mark.parametrize("value", ["", "AAAA", "not base64!", "é", "AQ" * 400])
def test_a_signature_of_another_kind_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="signature"):
        decode(value)


@given(st.text(max_size=400))
def test_any_body(body: str) -> None:
    found = fingerprint(body)
    assert (found is None) == (not body.strip())
    if found:
        assert len(found.content) == 64
        assert len(found.near) == 690
        assert estimate_jaccard(found.near, found.near) == 1.0
