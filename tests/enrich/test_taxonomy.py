"""The Media Topics as the API and the classifier read them."""

from __future__ import annotations

import pytest

from enrich import taxonomy


def test_all_terms_are_there_and_parents_come_before_children() -> None:
    assert len(taxonomy.ALL) == 1099
    assert sum(topic.level == 1 for topic in taxonomy.ALL) == 17
    assert sum(topic.level == 2 for topic in taxonomy.ALL) == 121
    seen: set[str] = set()
    for topic in taxonomy.ALL:
        assert topic.parent is None or topic.parent in seen
        assert topic.level == len(taxonomy.ancestors(topic.code)) + 1
        seen.add(topic.code)


@pytest.mark.parametrize(
    "text", ["medtop:11000000", "11000000", "MEDTOP:11000000", "politics", "Politics", " POLITICS "]
)
def test_find_by_code_or_name_whatever_the_case(text: str) -> None:
    topic = taxonomy.find(text)
    assert topic is not None
    assert topic.code == "medtop:11000000"
    assert topic.name == "politics"
    assert topic.parent is None


def test_find_nothing() -> None:
    for text in ("", "medtop:", "99999999", "\x00", "no such topic", "x" * 10_000):
        assert taxonomy.find(text) is None


def test_ancestors_are_nearest_first() -> None:
    soccer = taxonomy.find("soccer")
    assert soccer is not None
    assert [topic.name for topic in taxonomy.ancestors(soccer.code)] == ["competition discipline", "sport"]


def test_descendants_are_all_below() -> None:
    below = {topic.name for topic in taxonomy.descendants("medtop:17000000")}
    assert {"weather forecast", "weather warning"} <= below
    assert "sport" not in below
    everything = sum(len(taxonomy.descendants(t.code)) + 1 for t in taxonomy.ALL if t.level == 1)
    assert everything == len(taxonomy.ALL)


def test_unknown_code() -> None:
    with pytest.raises(KeyError):
        taxonomy.get("medtop:1")
    with pytest.raises(KeyError):
        taxonomy.descendants("medtop:1")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("politcs", "politics"),
        ("Socer", "soccer"),
        ("armed conflct", "armed conflict"),
        ("weather", "weather"),
        ("terror", "terrorism"),
    ],
)
def test_suggest_the_nearest_name(typed: str, meant: str) -> None:
    assert taxonomy.suggest(typed) == meant


def test_suggest_nothing_for_nonsense() -> None:
    assert taxonomy.suggest("zzzzqqqqxxxx") is None
    assert taxonomy.suggest("") is None
