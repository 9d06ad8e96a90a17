"""The measure of reading pages: the benchmark's own numbers, and sets as they are labelled."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from ingest.evaluation import is_exact, measure, of_bodies, read_cases
from newsapi.errors import InvalidDocument

BODY = ["The council voted on Tuesday to rebuild the bridge.", "Work begins in spring, the mayor said to reporters."]
PAGE = (
    "<html><head><title>Bridge is rebuilt</title><meta name='author' content='Jane Doe'>"
    "<meta property='article:published_time' content='2026-06-18T14:05:00Z'></head><body><article>"
    "<h1>Bridge is rebuilt</h1>" + "".join(f"<p>{part}</p>" for part in BODY) + "</article></body></html>"
)
RIGHT = {"body": BODY, "headline": "Bridge is rebuilt", "published_at": "2026-06-18", "authors": ["Jane Doe"]}


def test_bodies_are_compared_by_four_words_in_a_row() -> None:
    assert of_bodies("a b c d e", "a b c d e") == (1.0, 1.0)
    assert of_bodies("a b c d e", "a b c d") == (1.0, 0.5)
    assert of_bodies("a b c d", "a b c d e") == (0.5, 1.0)
    assert of_bodies("a b", "a b") == (1.0, 1.0)
    assert of_bodies("a b", "") == (None, 0.0)
    assert of_bodies("", "") == (None, None)


def test_a_set_of_lines(tmp_path: Path) -> None:
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    lines = [
        {"id": "one", "html": PAGE, "expected": RIGHT},
        {
            "file": "page.html.gz",
            "expected": {**RIGHT, "authors": ["John Doe"], "published_at": "2026-06-18T14:05:00Z"},
        },
        {"text": "Menu", "expected": {"body": "", "headline": None}},
    ]
    path = tmp_path / "set.ndjson"
    path.write_bytes(b"\n".join(map(orjson.dumps, lines)))
    found = measure(read_cases(path))
    told = found.as_json()
    assert told["pages"] == 3
    assert told["body"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0} or told["failed"] == 0
    assert told["published_at"] == {"exact": 1.0, "of": 2}
    assert told["authors"] == {"exact": 0.5, "of": 2}
    assert {(row["page"], row["field"]) for row in found.wrong} >= {("page.html.gz", "authors")}


def test_the_set_of_the_public_benchmark(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "a1.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    path = tmp_path / "ground-truth.json"
    path.write_bytes(orjson.dumps({"a1": {"articleBody": "\n".join(BODY), "url": "https://example.org/a"}}))
    assert measure(read_cases(path)).f1 == 1.0


@pytest.mark.parametrize(
    "line", [b"{}", b"5", b'{"html": "<p>x", "expected": {"title": "x"}}', b'{"expected": {}}', b"{"]
)
def test_a_bad_line_is_named(line: bytes, tmp_path: Path) -> None:
    path = tmp_path / "set.ndjson"
    path.write_bytes(orjson.dumps({"html": PAGE, "expected": RIGHT}) + b"\n" + line)
    with pytest.raises(InvalidDocument) as caught:
        list(read_cases(path))
    assert "line 2" in caught.value.detail


def test_what_is_exact() -> None:
    at = datetime(2026, 6, 18, 14, 5, tzinfo=UTC)
    assert is_exact("published_at", "2026-06-18T16:05:00+02:00", at) and not is_exact("published_at", "2026-06-19", at)
    assert is_exact("published_at", None, None) and not is_exact("published_at", None, at)
    assert is_exact("authors", ["B", "A"], ("a", "b")) and is_exact("headline", "A  title", "a title")
