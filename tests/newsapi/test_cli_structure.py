"""`newsapi structure` from the shell: what goes in, what comes out, and that one bad input stops nothing."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newsapi.cli import structure
from newsapi.cli.main import main

TEXT = "Harbour Post\n\nFerry to Stockholm delayed by fog\n\nThe ferry left two hours late on Tuesday, the port said.\n"
KEYS = (
    "id site source section headline standfirst byline authors credited_to dateline published_at modified_at language"
    " paragraphs body body_markdown word_count reading_time keywords images url access genre entities topics sentiment fingerprints provenance"
)


class Out(io.BytesIO):
    """A stdout of bytes."""

    @property
    def buffer(self) -> Out:
        return self

    def isatty(self) -> bool:
        return False


def call(monkeypatch: pytest.MonkeyPatch, *args: str, stdin: bytes = b"") -> tuple[int, list[dict[str, Any]]]:
    out = Out()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
    code = main(["structure", *args])
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT, encoding="utf-8")
    code, [article] = call(monkeypatch, str(page))
    assert code == 0
    assert list(article) == KEYS.split()
    assert article["id"] == str(page)
    assert article["headline"] == "Ferry to Stockholm delayed by fog"


def test_stdin_and_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    code, [article] = call(
        monkeypatch, "--source", "post.example", "--url", "https://post.example/1", stdin=TEXT.encode()
    )
    assert code == 0
    assert article["id"] == "-"
    assert article["source"]["domain"] == "post.example"
    assert article["url"] == "https://post.example/1"
    assert article["provenance"]["url"]["method"] == "caller"


def test_html_and_other_encodings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><body><article><h1>Fog over the harbour</h1><p>The ferry left two hours late on Tuesday.</p></article>"
        "</body></html>",
        encoding="utf-8",
    )
    windows = tmp_path / "blatt.txt"
    windows.write_bytes(
        "Straße bleibt bis März gesperrt\n\nDie Straße bleibt gesperrt, sagt die Stadt.\n".encode("cp1252")
    )
    code, articles = call(monkeypatch, str(page), str(windows))
    assert code == 0
    assert [article["headline"] for article in articles] == ["Fog over the harbour", "Straße bleibt bis März gesperrt"]


def test_one_bad_input_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    (tmp_path / "image.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d")
    names = [str(tmp_path / name) for name in ("empty.txt", "missing.txt", "image.txt", "", "good.txt")]
    code, answers = call(monkeypatch, *names)
    assert code == 1
    assert [answer["id"] for answer in answers] == names
    assert [answer.get("error", {}).get("code") for answer in answers] == [
        "invalid_document",
        "unreadable",
        "binary_document",
        "unreadable",
        None,
    ]


LINES = b"""\xef\xbb\xbf{"id": "a", "text": "Ferry delayed by fog\\n\\nThe ferry left two hours late on Tuesday."}

not json
{"id": 7, "txt": "x"}
{"text": "Ferry delayed\\n\\nA lone \\ud800 surrogate and a \\u0000 are no harm to the ferry."}
{"id": "e", "text": "   "}
[1]
{"id": "u", "text": "\xff"}
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_json_lines(jobs: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if jobs == "1":
        code, answers = call(monkeypatch, "--ndjson", "-", stdin=LINES)
    else:
        (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(LINES))
        code, answers = call(monkeypatch, "--jobs", jobs, str(tmp_path / "in.jsonl.gz"))
    assert code == 1
    assert [(answer["id"], answer.get("error", {}).get("code")) for answer in answers] == [
        ("a", None),
        ("3", "invalid_json"),
        (7, "invalid_document"),
        ("5", None),
        ("e", "invalid_document"),
        ("7", "invalid_document"),
        ("8", "invalid_json"),
    ]
    assert answers[1]["error"]["detail"].startswith("Line 3: ")
    assert "text" in answers[2]["error"]["detail"]


def test_no_input_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert call(monkeypatch, "--ndjson") == (0, [])
    code, [answer] = call(monkeypatch)
    assert code == 1
    assert answer["error"]["code"] == "invalid_document"


def test_a_bug_is_an_error_of_one_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(raw: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("ingest.structuring.structure", broken)
    code, [answer] = call(monkeypatch, stdin=TEXT.encode())
    assert code == 1
    assert answer["error"]["code"] == "internal_error"


def test_a_line_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure, "MAX_LINE", 1000)
    lines = b'{"text": "' + b"x" * 5000 + b'"}\n' + LINES.splitlines()[-2] + b"\n"
    _, answers = call(monkeypatch, "--ndjson", stdin=lines)
    assert [answer["id"] for answer in answers] == ["1", "2"]
    assert "Line 1" in answers[0]["error"]["detail"]


def test_it_is_streamed_without_django_and_ends_quietly() -> None:
    """The answer to a line comes before the next line is sent; nobody reading the rest is no error."""
    program = "import sys; from newsapi.cli.main import main; code = main(); assert 'django' not in sys.modules; sys.exit(code)"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "structure", "--ndjson"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    for number in ("one", "two"):
        process.stdin.write(json.dumps({"id": number, "text": TEXT}).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == number
    process.stdout.close()
    process.stdin.write(json.dumps({"text": TEXT}).encode() + b"\n")
    process.stdin.close()
    assert process.wait(timeout=60) == 0
