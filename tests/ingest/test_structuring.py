"""From a raw document to JSON: the whole object, whoever knows what, and any text at all."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrich.draft import RawDocument
from ingest.structuring import as_json, structure
from newsapi.errors import InvalidDocument

SHARED = Path(__file__).parents[3] / "shared"
KEYS = (
    "id site source section headline standfirst byline authors credited_to dateline published_at modified_at language"
    " paragraphs body body_markdown word_count reading_time keywords images url access genre entities topics sentiment fingerprints provenance"
)
TEXT = """Harbour Post
Home > World > Europe
Ministers agree rules for drone flights over the Baltic Sea
By Ellen Marsh in Tallinn
18 June 2026, 07:40
TALLINN – Defence ministers from Estonia, Finland and Sweden agreed on Tuesday to a common set of rules for drone flights.

NATO welcomed the step. Russia’s embassy in Helsinki called it “theatre”.

Read also
Ferry to Stockholm delayed by fog
© Harbour Post. All rights reserved.
"""


def structured(**fields: Any) -> dict[str, Any]:
    return as_json(structure(RawDocument(**fields)))


def check(document: dict[str, Any]) -> None:
    """What holds for every article."""
    orjson.dumps(document)
    assert list(document) == KEYS.split()
    assert document["headline"] or document["paragraphs"]
    assert document["body"] == ("\n\n".join(document["paragraphs"]) or None)
    for name in ("authors", "paragraphs", "keywords", "images", "entities", "topics"):
        assert isinstance(document[name], list)
    for entity in document["entities"]:
        assert 0 <= entity["salience"] <= 1
        for mention in entity["mentions"]:
            text = document[mention["field"]]
            assert text[mention["start"] : mention["end"]] == mention["text"] != ""
    for topic in document["topics"]:
        assert 0 < topic["score"] <= 1
    filled = {
        name for name, value in document.items() if value not in (None, [], 0) and name not in ("id", "provenance")
    }
    assert set(document["provenance"]) == filled
    for entry in document["provenance"].values():
        assert {"method", "confidence", "version", "lines"} <= set(entry)
        assert entry["lines"] == sorted(set(entry["lines"]))
        assert 0 <= entry["confidence"] <= 1


def test_a_whole_article() -> None:
    document = structured(text=TEXT, id="a-1")
    check(document)
    assert document["id"] == "a-1"
    assert document["source"]["name"] == "Harbour Post"
    assert document["section"]["name"] == "Europe"
    assert document["headline"] == "Ministers agree rules for drone flights over the Baltic Sea"
    assert document["authors"] == ["Ellen Marsh"]
    assert document["published_at"] == "2026-06-18T07:40:00Z"
    assert document["dateline"]["place"].casefold() == "tallinn"
    assert document["language"]["code"] == "en"
    assert len(document["paragraphs"]) == 2
    assert {"Estonia", "Finland", "Sweden", "Russia"} <= {entity["name"] for entity in document["entities"]}
    assert re.fullmatch("[0-9a-f]{64}", document["fingerprints"]["content"])
    assert document["provenance"]["headline"]["lines"] == [3]


def test_html() -> None:
    page = "<html lang=en><body><h1>Fog over the harbour</h1><p>The ferry left two hours late.</p><p>It is back.</p></body></html>"
    document = structured(html=page)
    check(document)
    assert document["headline"] == "Fog over the harbour"
    assert document["language"]["code"] == "en"


def test_the_caller_knows_better() -> None:
    document = structured(
        text=TEXT,
        url="https://news.example/drones",
        source="Baltic News Wire",
        published_at=datetime(2026, 6, 17, 22, 1, 2, 345678, tzinfo=UTC),
    )
    check(document)
    assert document["url"] == "https://news.example/drones"
    assert document["source"] == {"name": "Baltic News Wire", "domain": "news.example"}
    assert document["site"] == "Harbour Post"
    assert document["published_at"] == "2026-06-17T22:01:02Z"
    for name in ("url", "source", "published_at"):
        assert document["provenance"][name]["method"] == "caller"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("www.theguardian.com", {"name": "The Guardian", "domain": "theguardian.com"}),
        ("https://paper.example/feed", {"name": "Harbour Post", "domain": "paper.example"}),
        ("The Guardian", {"name": "The Guardian", "domain": "theguardian.com"}),
        ("Village Gazette of Nowhere", {"name": "Village Gazette of Nowhere", "domain": None}),
    ],
)
def test_a_source_by_name_or_domain(source: str, expected: dict[str, str | None]) -> None:
    assert structured(text=TEXT, source=source)["source"] == expected


def test_the_time_of_receipt_is_not_the_time_of_publication() -> None:
    received = datetime(2026, 6, 20, tzinfo=UTC)
    assert structured(text="A headline\n\nA body of a few words.", received_at=received)["published_at"] is None


def test_a_hint_of_another_language_loses() -> None:
    assert structured(text=TEXT, language="de")["language"]["code"] == "en"
    assert structured(text="Jakarta, Indonesia", language="ms")["language"]["code"] == "ms"


def test_a_section_is_in_the_language_of_its_article() -> None:
    text = "Rheinblatt\n\nSport\n\nKöln dreht das Derby\n\nDer Trainer war nach dem Spiel mit der Leistung seiner Mannschaft zufrieden."
    assert structured(text=text)["section"] == {
        "label": "Sport",
        "language": "de",
        "name": "Sport",
        "topic": "medtop:15000000",
    }


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x01", "\ud800", "\u200b\ufeff"])
def test_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        structured(text=text)
    assert caught.value.extra["field"] == "text"


def test_too_much_is_refused() -> None:
    with pytest.raises(InvalidDocument, match="characters"):
        structured(text="word " * 2_000_001)


def test_furniture_alone_is_refused_or_is_a_headline() -> None:
    try:
        check(structured(text="Share on Facebook\nShare on X\n© 2026 Example. All rights reserved."))
    except InvalidDocument as error:
        assert "article" in error.detail


def test_controls_and_surrogates_are_taken_out() -> None:
    document = structured(text="A head\x00line\n\nThe body \ud83d of a \x07few words, “quoted”.", source="A\ud800B")
    check(document)
    assert "\x00" not in orjson.dumps(document).decode()
    assert document["source"]["name"] == "AB"


LINES = st.one_of(
    st.sampled_from([line for line in TEXT.split("\n") if line]),
    st.sampled_from(
        [
            "BREAKING:",
            "By",
            "Tags: a, b",
            "- ",
            "• Iran",
            "Q: Why?",
            "12:30",
            "(Reuters) -",
            "Source: BBC",
            "…",
            "Sport",
        ]
    ),
    st.text(max_size=200),
    st.text(alphabet="ab \u0301שلا中한👩‍👩‍👧ﬁⅫ\u2028\x85\u00ad.,'’-", max_size=60),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(LINES, max_size=14), st.sampled_from(["\n", "\n\n", "\r\n", "\r", " "]))
def test_any_text_gives_an_article_or_is_refused(lines: list[str], between: str) -> None:
    text = between.join(lines)
    try:
        document = structured(text=text)
    except InvalidDocument as error:
        assert error.detail
    else:
        check(document)


TAGS = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<h1>",
            "</h1>",
            "<div class='article'>",
            "</div>",
            "<br>",
            "<script>",
            "</script>",
            "<title>",
        ),
        *("<a href='x'>", "<meta property='og:title' content='", "'>", "<script type='application/ld+json'>{", "<!--"),
        "<time datetime='99999'>",
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(TAGS | LINES, max_size=14))
def test_any_html_gives_an_article_or_is_refused(pieces: list[str]) -> None:
    try:
        document = structured(html="".join(pieces))
    except InvalidDocument as error:
        assert error.detail
    else:
        check(document)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 300_000,
        "word " * 60_000,
        "A " * 20_000 + "\n\n" + "(" * 20_000,
        "\n".join(["Headline number one"] * 20_000),
        "Ünïcödé. " * 20_000,
        "市" * 100_000,
        "“" * 50_000,
        "By " * 20_000,
        "a@b.c " * 20_000,
        "2026-06-18 " * 20_000,
    ],
    ids=range(10),
)
def test_odd_and_long_texts_take_seconds_at_most(text: str) -> None:
    try:
        check(structured(text=text))
    except InvalidDocument as error:
        assert error.detail


@pytest.mark.skipif(not SHARED.exists() and not os.environ.get("CI"), reason="the shared files are not here")
def test_the_seed() -> None:
    [seed] = SHARED.glob("seeds/*.txt")
    document = structured(text=seed.read_text(encoding="utf-8"))
    check(document)
    assert document["site"] == "Flash News"
    assert (document["section"]["label"], document["section"]["language"], document["section"]["name"]) == (
        "Bota",
        "sq",
        "World",
    )
    assert document["headline"] == "Why the fall of the Iranian regime would be a serious blow to Russia"
    assert document["credited_to"] == "The Guardian"
    assert document["language"]["code"] == "en"
    assert len(document["paragraphs"]) in (14, 15)
    assert document["body"].startswith("When foreign policy officials")
    assert document["body"].endswith("geopolitical ambitions.")
    assert "Latest news" not in document["body"]
    names = [entity["name"] for entity in document["entities"]]
    for name in [
        *(
            "Iran",
            "Russia",
            "Moscow",
            "Tehran",
            "Israel",
            "Ukraine",
            "Syria",
            "Saudi Arabia",
            "United States",
            "Kremlin",
        ),
        *("Ural Mountains", "Russian Foreign Ministry", "Hezbollah", "The Guardian", "Donald Trump", "Vladimir Putin"),
        *("Nikita Smagin", "Ruslan Pukhov"),
    ]:
        assert names.count(name) == 1, name
    assert sum("Assad" in name for name in names) == 1
    assert {"conflict, war and peace", "politics"} <= {topic["name"] for topic in document["topics"]}
