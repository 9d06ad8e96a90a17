"""Enrichment as a whole: what a draft gives, with provenance for each field."""

from __future__ import annotations

import pytest

from enrich.draft import Draft, Provenance
from enrich.pipeline import count, enrich


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", 0),
        ("One two three.", 3),
        ("It’s a well-known co-operation – isn't it?", 6),
        ("In 2024, 3.5 million", 4),
        ("— … !", 0),
        ("市长表示，明年开始。", 8),
        ("新型iPhone发布", 5),
        ("हिन्दी की खबर", 3),
        ("서울 시장이 말했다", 3),
        ("เมืองต้องการสร้างสะพาน", 5),
    ],
)
def test_words(body: str, words: int) -> None:
    assert count(body)[0] == words


def test_reading_time_is_in_seconds() -> None:
    assert count("word " * 238)[1] == 60
    assert count("市" * 500)[1] == 60
    assert count("word")[1] == 1
    assert count("")[1] == 0


DRAFT = Draft(
    headline="Vladimir Putin flies to Tehran for talks about the war in Ukraine",
    paragraphs=(
        "The president of Russia will meet his Iranian counterpart on Thursday, the Kremlin said.",
        "Both governments want to talk about oil, about sanctions and about the war.",
    ),
    provenance={
        "headline": Provenance("first line", 0.9, "text-1", (1,)),
        "paragraphs": Provenance("line classification", 0.9, "text-1", (3, 5)),
    },
)


def test_everything_is_found() -> None:
    found = enrich(DRAFT)
    assert found.language is not None
    assert found.language.code == "en"
    assert {"Russia", "Iran", "Tehran", "Vladimir Putin", "Ukraine"} <= {entity.name for entity in found.entities}
    assert any(topic.name == "conflict, war and peace" for topic in found.topics)
    assert found.keywords
    assert found.sentiment is not None
    assert found.fingerprints is not None
    assert (found.word_count, found.reading_time) == (27, 7)


def test_provenance_names_component_and_lines() -> None:
    made = enrich(DRAFT).provenance
    assert set(made) == {
        "language",
        "entities",
        "topics",
        "keywords",
        "sentiment",
        "fingerprints",
        "word_count",
        "reading_time",
    }
    assert made["language"].lines == (3, 5)
    assert made["entities"].lines == (1, 3, 5)
    assert all(entry.version and 0 < entry.confidence <= 1 for entry in made.values())


def test_mentions_are_where_they_say() -> None:
    for entity in enrich(DRAFT).entities:
        for mention in entity.mentions:
            text = {"headline": DRAFT.headline or "", "standfirst": "", "body": DRAFT.body}[mention.field]
            assert text[mention.start : mention.end] == mention.text


def test_a_headline_alone_has_a_language_and_no_fingerprints() -> None:
    found = enrich(Draft(headline="Minister zurückgetreten nach Streit über die Rente"))
    assert found.language is not None
    assert found.language.code == "de"
    assert found.fingerprints is None
    assert found.word_count == 0


def test_an_empty_draft() -> None:
    found = enrich(Draft())
    assert found.language is None
    assert found.entities == ()
    assert found.fingerprints is None
