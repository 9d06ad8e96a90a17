"""The text reader on scrapes as people paste them, in many languages, and on what is no article."""

from __future__ import annotations

import contextlib
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrich.draft import Draft, RawDocument
from ingest.readers.text import read_text
from newsapi.errors import InvalidDocument

HERE = Path(__file__).parent
SEEDS = sorted((Path(__file__).parents[4] / "shared" / "seeds").glob("*.txt"))
RECEIVED = datetime(2026, 6, 20, 12, 0, tzinfo=UTC)


def read(text: str, **known: object) -> Draft:
    return read_text(RawDocument(text=text, received_at=RECEIVED, **known))  # type: ignore[arg-type]


def scrapes() -> list[tuple[str, dict[str, str], str, list[str]]]:
    """Name, expectations, text, and expected paragraphs: what stands between ¶ and § or the end of its line."""
    found = []
    texts = [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("test_text_scrapes*.txt"))]
    for part in "".join(texts).split("=== ")[1:]:
        head, _, body = part.partition("\n---\n")
        name, _, rest = head.partition("\n")
        expected = dict(line.split(": ", 1) for line in rest.splitlines() if line)
        paragraphs = [line.split("¶ ", 1)[1].split("§")[0] for line in body.splitlines() if "¶ " in line]
        found.append((name, expected, body.replace("¶ ", "").replace("§", ""), paragraphs))
    return found


@pytest.mark.parametrize(
    ("name", "expected", "text", "paragraphs"), scrapes(), ids=lambda v: v if isinstance(v, str) and len(v) < 60 else ""
)
def test_scrape(name: str, expected: dict[str, str], text: str, paragraphs: list[str]) -> None:
    draft = read(text)
    assert draft.headline == (None if expected["headline"] == "none" else expected["headline"])
    if "wrapped" in expected:
        paragraphs = [" ".join(p.split()) for p in text.split("\n\n") if len(p) > 60]
    assert list(draft.paragraphs) == paragraphs
    assert draft.standfirst == expected.get("standfirst")
    for field, value in (("site", draft.site), ("credited", draft.credited_to)):
        if field in expected:
            assert value == expected[field], field
    if "section" in expected:
        assert draft.section and draft.section.label == expected["section"]
    if "authors" in expected:
        assert list(draft.authors) == expected["authors"].split(", ")
    if "keywords" in expected:
        assert list(draft.keywords) == expected["keywords"].split(", ")
    if "dateline" in expected:
        assert draft.dateline and draft.dateline.place == expected["dateline"]
    for field, at in (("published", draft.published_at), ("modified", draft.modified_at)):
        if field in expected:
            assert at and at.strftime("%Y-%m-%dT%H:%M") == expected[field]
    check_provenance(draft, text)


def check_provenance(draft: Draft, text: str) -> None:
    count = len(text.split("\n")) + text.count("\r")
    for field in Draft.__dataclass_fields__:
        if field == "provenance":
            continue
        assert bool(getattr(draft, field)) == (field in draft.provenance), field
    for came in draft.provenance.values():
        assert 0 < came.confidence <= 1
        assert list(came.lines) == sorted(set(came.lines))
        assert all(1 <= line <= count for line in came.lines)


@pytest.mark.skipif(not SEEDS and not os.environ.get("CI"), reason="no ../shared/seeds")
def test_seed() -> None:
    assert SEEDS
    for seed in SEEDS:
        draft = read(seed.read_text(encoding="utf-8"))
        assert draft.site == draft.source_name == "Flash News"
        assert draft.section
        assert (draft.section.label, draft.section.language, draft.section.name) == ("Bota", "sq", "World")
        assert draft.headline == "Why the fall of the Iranian regime would be a serious blow to Russia"
        assert draft.credited_to == "The Guardian"
        assert draft.standfirst is None
        assert len(draft.paragraphs) in (14, 15)
        assert draft.paragraphs[0].startswith("When foreign policy officials")
        assert draft.paragraphs[-1].endswith("geopolitical ambitions.")
        assert "Latest news" not in draft.body


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_document"),
        (" \n\t\u200b\ufeff \r\n", "empty_document"),
        ("\x00\x01\x02" * 50, "binary_document"),
        ("Share\nTweet\nFacebook", "no_article"),
    ],
)
def test_nothing_to_structure(text: str, code: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read(text)
    assert caught.value.code == code


PIECES = ["Latest news", "By Jane Doe", "18 June 2026", "Share", "Home > World", "The Guardian: A headline about things", "KYIV, June 18 (Reuters) - ", "Tags: a, b", "Photo: AFP", "3 comments", "Comments", "\u2028", "\x0b", "\ud800", "\x00", "\u200f", "- item", "14:32", "Read also:", "©", "中文新闻，今天。", "A sentence of the article, which is long enough to be one, says nothing.", "|", "/AFP/", "[", "Source: ", "# Title", "![a](b)", "\u202e", "&amp;", "..."]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=60)), max_size=25),
    st.sampled_from(["\n", "\n\n", "\r\n", " ", "\r"]),
)
def test_never_fails_otherwise(parts: list[str], joint: str) -> None:
    text = joint.join(parts)
    try:
        draft = read(text)
    except InvalidDocument:
        return
    check_provenance(draft, text)
    if "&" in text or "](" in text:
        return
    bare = "".join(char for char in text if char.isalnum())
    for paragraph in draft.paragraphs:
        for word in paragraph.split():
            assert "".join(char for char in word if char.isalnum()) in bare


@pytest.mark.parametrize("unit", ["a", "word ", "a. ", "(", "a - ", "/a", "中", "#a ", "A: b | ", "June 18, 2026 "])
def test_one_long_line_is_read_in_linear_time(unit: str) -> None:
    text = unit * (2_000_000 // len(unit))
    start = time.process_time()
    assert read(text).paragraphs
    assert time.process_time() - start < 9  # 2 s on a quiet machine; quadratic time would take minutes


@pytest.mark.parametrize("line", ["{0:c}", "w{1}", "Some Title Here {1}", "Line {1} of it", "Jane Doe said {1}."])
def test_very_many_short_lines_are_read_in_linear_time(line: str) -> None:
    text = "\n".join(line.format(97 + i % 20, i) for i in range(200_000))[:900_000]
    start = time.process_time()
    with contextlib.suppress(InvalidDocument):
        read(text)
    assert time.process_time() - start < 9  # 2 s on a quiet machine; quadratic time would take minutes


def test_thirty_thousand_words() -> None:
    paragraph = (
        "The council met again on Thursday and decided, after a debate of three hours, to postpone the vote to autumn."
    )
    draft = read("A very long report on the council\n\n" + "\n\n".join([paragraph] * 1600))
    assert draft.headline == "A very long report on the council"
    assert len(draft.paragraphs) == 1600


def test_what_the_caller_knows_comes_first() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    draft = read(
        "A headline of some words\n\nThe article itself is short, but it is an article with a full stop.\n\n3 March 2025",
        source="bbc.com",
        url="https://bbc.com/a",
        published_at=at,
    )
    assert (draft.published_at, draft.url, draft.source_domain) == (at, "https://bbc.com/a", "bbc.com")
    assert draft.source_name == "BBC"


def test_what_only_resembles_a_note_about_the_author_stays() -> None:
    long = "The council met again on Thursday and decided, after three hours, to postpone the vote on the harbour."
    last = [
        "Amnesty International reports on such cases every year, and has done so since the war ended.",
        "Peter Grant is a fisherman of sixty who has never seen such a summer.",
    ]
    draft = read(
        "\n".join(["Council postpones the vote", "By Jane Doe", "June 18, 2026", long, long[:-1] + " too.", *last])
    )
    assert list(draft.paragraphs[-2:]) == last


def test_a_photographers_line_is_an_images_credit() -> None:
    long = (
        "Malá obec na Vysočině koupila od státu za korunu barokní zámek, který čtyřicet let chátral, a hledá nájemce."
    )
    draft = read(f"Obec koupila zámek za korunu\n18. června 2026\nFoto: Jan Dvorský\n{long}\n")
    assert [image.credit for image in draft.images] == ["Jan Dvorský"]
    assert draft.paragraphs == (long,)


def test_divided_words_are_put_together_again() -> None:
    draft = read(
        "THE DALE GAZETTE                    Page 3\n\nRegional council approves new bus network\n\n"
        "The regional council has approved a new network of buses that will con-\n"
        "nect all villages of more than two hundred inhabitants with the county\n"
        "town by the end of next year, to the surprise of Brenda Oakes, a well-\n"
        "known critic of the plan. She said once again that nobody in the upper\n"
        "dale has ever waited for a bus, and that the money would be better spent\n"
        "on roads.\n"
    )
    assert draft.headline == "Regional council approves new bus network"
    assert "will connect all villages" in draft.body
    assert "a well-known critic" in draft.body


def test_a_quoted_mail_has_its_subject_for_a_headline() -> None:
    draft = read(
        "---------- Forwarded message ---------\nFrom: News Desk <desk@coast.example>\n"
        "Date: Mon, 6 Apr 2026 at 09:14\nSubject: Fwd: Lighthouse sold to choir\nTo: all@coast.example\n\n"
        "> The lighthouse at Point Ardle has been sold to a choir from Cork, which\n"
        "> wants to sing in it. The choir paid €310,000.\n>\n"
        '> "It has an echo of eleven seconds," said the conductor, Fintan Roe.\n'
    )
    assert draft.headline == "Lighthouse sold to choir"
    assert draft.published_at == datetime(2026, 4, 6, 9, 14, tzinfo=UTC)
    assert draft.paragraphs == (
        "The lighthouse at Point Ardle has been sold to a choir from Cork, which wants to sing in it. "
        "The choir paid €310,000.",
        '"It has an echo of eleven seconds," said the conductor, Fintan Roe.',
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Correction of the market was due, traders said, and nobody was surprised when it came on Friday.",
        "Vote counting went on until four in the morning in all of the twelve districts of the region.",
        "Should the council have known? Nobody in the village can say, and nobody has asked them since.",
        "Follow the river for a mile from the library and you come to the house where the book was found.",
        "Newsletters are sold at the door by a boy of nine, who asks for a shilling and takes a biscuit.",
        "Subject to the approval of the board, the choir will sing there in June and again in October.",
    ],
)
def test_what_only_resembles_a_box_stays(sentence: str) -> None:
    long = "The council met again on Thursday and decided, after three hours, to postpone the vote on the harbour."
    draft = read(
        "\n".join(["Council postpones the vote", "By Jane Doe", "June 18, 2026", long, sentence, long[:-1] + " too."])
    )
    assert sentence in draft.paragraphs
