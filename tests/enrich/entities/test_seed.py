"""The acceptance list of the seed article."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from enrich.draft import Draft
from enrich.entities import find_entities

SEEDS = Path(__file__).resolve().parents[3].parent / "shared" / "seeds"
WANTED = {
    "place": "Iran|Russia|Moscow|Tehran|Israel|Ukraine|Syria|Saudi Arabia|United States|Ural Mountains",
    "organisation": "Kremlin|Russian Foreign Ministry|Hezbollah|The Guardian",
    "person": "Donald Trump|Vladimir Putin|Nikita Smagin|Ruslan Pukhov|Assad",
}


def test_the_seed_names_them_each_once() -> None:
    files = sorted(SEEDS.glob("*.txt"))
    if not files:
        assert not os.environ.get("CI"), "the seeds are missing"
        pytest.skip("no seeds here")
    paragraphs = tuple(part for part in files[0].read_text(encoding="utf-8").split("\n\n") if len(part) > 150)
    draft = Draft(
        headline="Why the fall of the Iranian regime would be a serious blow to Russia",
        paragraphs=paragraphs,
        credited_to="The Guardian",
    )
    entities = find_entities(draft, "en")
    for kind, names in WANTED.items():
        there = [entity.name for entity in entities if entity.type == kind]
        assert [name for name in names.split("|") if there.count(name) != 1] == []
    assert entities[0].name in {"Iran", "Russia"}
    assad = next(entity for entity in entities if entity.name == "Assad")
    assert [(mention.text, mention.kind) for mention in assad.mentions] == [("Assad", "name")]
    people = {entity.name for entity in entities if entity.type == "person"}
    assert people == set(WANTED["person"].split("|"))
