"""The seed article: what `newsapi structure` must find in the scrape that started the project."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.documents import parse_document
from ingest.readers.decode import decode
from ingest.structuring import as_json, structure

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
HEADLINE = "Why the fall of the Iranian regime would be a serious blow to Russia"
ENTITIES = {
    "Iran": "place",
    "Russia": "place",
    "Moscow": "place",
    "Tehran": "place",
    "Israel": "place",
    "Ukraine": "place",
    "Syria": "place",
    "Saudi Arabia": "place",
    "United States": "place",
    "Kremlin": None,
    "Ural Mountains": "place",
    "Russian Foreign Ministry": "organisation",
    "Hezbollah": "organisation",
    "The Guardian": "organisation",
    "Donald Trump": "person",
    "Vladimir Putin": "person",
    "Nikita Smagin": "person",
    "Ruslan Pukhov": "person",
    "Assad": "person",
}

pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir() and not os.environ.get("CI"), reason="../shared is absent, and CI is not set"
)


@cache
def seed() -> dict[str, Any]:
    """The first seed, structured from its bytes as the command does it."""
    path = min(SEEDS.glob("*.txt"))
    return as_json(structure(parse_document({"text": decode(path.read_bytes())})))


def test_page() -> None:
    found = seed()
    assert found["site"] == "Flash News"
    assert found["source"]["name"] == "Flash News"
    section = found["section"]
    assert (section["label"], section["language"], section["name"]) == ("Bota", "sq", "World")
    assert found["headline"] == HEADLINE
    assert found["credited_to"] == "The Guardian"
    assert found["language"]["code"] == "en"
    assert found["standfirst"] is None
    assert found["authors"] == []
    assert found["published_at"] is None


def test_paragraphs() -> None:
    found = seed()
    assert len(found["paragraphs"]) in (14, 15)
    assert found["body"].startswith("When foreign policy officials")
    assert found["body"].endswith("geopolitical ambitions.")
    assert HEADLINE not in found["body"]
    assert "Latest news" not in found["body"]
    assert found["body"] == "\n\n".join(found["paragraphs"])


@pytest.mark.parametrize("name", ENTITIES)
def test_entity_once(name: str) -> None:
    same = [entity for entity in seed()["entities"] if entity["name"] == name]
    assert len(same) == 1, [entity["name"] for entity in seed()["entities"]]
    if ENTITIES[name]:
        assert same[0]["type"] == ENTITIES[name]


def test_nobody_is_two() -> None:
    names = [entity["name"] for entity in seed()["entities"]]
    assert len(names) == len(set(names))
    assert not {"Putin", "Trump", "US", "America", "Urals", "Foreign Ministry"} & set(names)


def test_mentions_are_where_they_say() -> None:
    found = seed()
    for entity in found["entities"]:
        for mention in entity["mentions"]:
            assert found[mention["field"]][mention["start"] : mention["end"]] == mention["text"]
    iran = next(entity for entity in found["entities"] if entity["name"] == "Iran")
    assert {mention["text"]: mention["kind"] for mention in iran["mentions"]}["Iranian"] == "demonym"


def test_topics() -> None:
    scores = {topic["name"]: topic["score"] for topic in seed()["topics"]}
    assert {"conflict, war and peace", "politics"} <= set(scores)
    assert scores["conflict, war and peace"] > 0.3
