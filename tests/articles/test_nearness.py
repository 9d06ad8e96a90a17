"""Near copies: found among labelled pairs, and what the comparison promises of any two bodies."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import nearness
from articles.copies import Body
from enrich.fingerprints import fingerprint
from newsapi.cli import evaluate
from newsapi.cli.main import main
from newsapi.errors import InvalidDocument
from tests.articles import pairs

WORDS = st.sampled_from(("a", "bridge", "over", "the", "river", "opened", "12", "4.5", "Мост", "新しい橋", "الجسر"))
BODIES = st.lists(WORDS, max_size=60).map(" ".join)


def body(text: str) -> Body:
    prints = fingerprint(text)
    return Body(text, nearness.unpack(prints.near) if prints else None)


def test_the_labelled_pairs_are_those_of_their_rules() -> None:
    made = [json.loads(line) for line in pairs.FILE.read_text("utf-8").splitlines()]
    assert len(made) >= 200
    assert Counter(pair["kind"] for pair in made)["one event, two hands"] >= 14
    assert sum(pair["duplicate"] for pair in made) >= 100 <= sum(not pair["duplicate"] for pair in made)


def test_nearly_all_copies_are_found_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "duplicates", "--data", str(pairs.FILE), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["recall"] >= 0.95 and found["precision"] >= 0.99
    assert found["kinds"]["one event, two hands"]["precision"] == 1


def test_evaluating_says_which_line_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pairs.jsonl"
    for line, said in (("{", "Line 2 is not JSON"), ('{"a": "x"}', '"b" must be'), ('{"a": "", "b": ""}', "duplicate")):
        file.write_text(f'{{"a": "x", "b": "x", "duplicate": true}}\n{line}\n')
        with pytest.raises(InvalidDocument, match=said):
            list(evaluate.read_pairs(file))
    assert main(["evaluate", "duplicates", "--data", str(tmp_path / "none")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_extraction_is_evaluated_by_the_same_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pages.jsonl"
    text = "Harbour opens\n\nThe harbour of Selm opened on Monday after two years of work on its northern pier."
    file.write_text(json.dumps({"text": text, "expected": {"headline": "Harbour opens", "body": text[15:]}}))
    assert main(["evaluate", "extraction", "--data", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["headline"] == {"exact": 1.0, "of": 1}
    assert main(["evaluate", "extraction", "--data", str(file), "--errors"]) == 0
    assert "F1 1.0000" in capsys.readouterr().out
    for content in ("", "{", '{"text": "x"}'):
        file.write_text(content)
        assert main(["evaluate", "extraction", "--data", str(file)]) == 1
    assert main(["evaluate", "extraction", "--data", str(tmp_path / "none")]) == 1


def test_copies_meet_under_a_key_however_short_they_were_cut() -> None:
    rnd = random.Random(5)
    words = [f"word{number}" for number in range(3_000)]
    met = 0
    for _ in range(40):
        text = rnd.choices(words, k=900)
        met += bool(set(body(" ".join(text)).keys) & set(body(" ".join(text[:60])).keys))
    assert met == 40


def test_a_form_with_other_numbers_is_no_copy() -> None:
    text = "Flight {} from the northern airport landed at {} with {} people on board after a delay of {} minutes. " + (
        "The airline apologised to everyone who had waited and promised to pay for the meals of the evening."
    )
    one, other = (body(text.format(*facts)).text for facts in ((17, "09:40", 120, 35), (23, "18:05", 88, 50)))
    compared = nearness.compare(one, other)
    assert compared.contained > 0.4 and not compared.is_near


def test_of_texts_much_alike_most_numbers_must_agree() -> None:
    form = (
        "Mayor {} opened the new library of Hamburg on Tuesday, case {} of the register. The library cost 749 million"
        + (
            " euros and took 15 years. “We waited for it,” said {}, who lives in Leeds, in statement {}. It is the first of"
            " the editions that the city council of Hamburg made known."
        )
    )
    one, other = (form.format(*facts) for facts in (("Duarte", 757, "Sorensen", 757), ("Nowak", 377, "Hoxha", 377)))
    assert not nearness.compare(body(one).text, body(other).text).is_near
    assert nearness.compare(body(one).text, body(one.replace("757", "758")).text).is_near


def test_a_form_with_other_names_is_no_copy_but_names_may_be_spelt_otherwise() -> None:
    form = (
        "The council of {} voted on Tuesday to rebuild the old harbour bridge after years of delay, Mayor {} said. "
        + (
            "The work is to begin in spring and to last for two years, in which buses take another road through the old town."
            " Residents had asked for a safer crossing since a lorry broke through the railing in the winter storms."
        )
    )
    one, other, spelt = (
        body(form.format(*f)).text for f in (("Porto", "Duarte"), ("Gdansk", "Nowak"), ("Pôrto", "Duartes"))
    )
    assert nearness.compare(one, other).contained > 0.65 and not nearness.compare(one, other).is_near
    assert nearness.compare(one, spelt).names >= 0.5 and nearness.compare(one, spelt).is_near


def test_numbers_are_the_same_however_they_are_written() -> None:
    assert body("1,250 euros and 3.5 percent").text.numbers == body("1.250 Euro und 3,5 Prozent").text.numbers


@pytest.mark.parametrize("junk", [None, "", "x", "AAAA", "é", "A" * 690, "=" * 8])
def test_what_is_no_signature_has_no_keys(junk: str | None) -> None:
    signature = nearness.unpack(junk)
    assert nearness.keys(None if signature is None or junk != "A" * 690 else signature, "some text") == ()


@settings(max_examples=60)
@given(BODIES, BODIES)
def test_a_comparison_has_no_order_and_shares_are_shares(one: str, other: str) -> None:
    first, second = body(one), body(other)
    compared = nearness.compare(first.text, second.text)
    assert compared.contained == nearness.compare(second.text, first.text).contained
    for share in (compared.contained, compared.resemblance, compared.lead, compared.numbers):
        assert 0 <= share <= 1
    assert compared.resemblance <= compared.contained
    same = nearness.compare(first.text, first.text)
    assert same.contained in (0, 1) and same.is_near == (same.smaller >= nearness.LEAST_SHINGLES)
    assert len(first.keys) <= nearness.MOST_KEYS and first.keys == body(one).keys


@settings(max_examples=60)
@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    found = body(text)
    assert all(0 <= key < 2**47 for key in found.keys)
    nearness.compare(found.text, found.text)
