"""Golden files: every `tests/golden/NAME.in.*` must give what `NAME.json` beside it says (see tests/golden/README.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from ingest.documents import parse_document, parse_json
from ingest.readers.decode import decode
from ingest.structuring import as_json, structure
from newsapi.errors import NewsApiError

GOLDEN = Path(__file__).parents[1] / "golden"
INPUTS = sorted(GOLDEN.glob("*.in.*"))
NAMED = {"entities": "name", "topics": "name"}


def answer(path: Path) -> dict[str, Any]:
    """What the input gives: the article, or the error as `newsapi structure` shows it."""
    content = path.read_bytes()
    try:
        if path.suffix == ".json":
            document = parse_json(content)
        else:
            kind = "html" if path.suffix == ".html" else "text"
            document = {kind: decode(content, html=kind == "html")}
        return as_json(structure(parse_document(document)))
    except NewsApiError as error:
        return {"error": {"code": error.code, "title": error.title, "detail": error.detail}}


def differences(expected: Any, found: Any, at: str) -> list[str]:
    """Where `found` is not as expected; empty if all is well."""
    name = at.rpartition(".")[2]
    if name == "paragraphs" and isinstance(expected, dict):
        return outline(expected, found)
    if name in NAMED and isinstance(expected, list):
        return named(expected, found, at, NAMED[name])
    if isinstance(expected, dict) and isinstance(found, dict):
        return [line for key, value in expected.items() for line in differences(value, found.get(key), f"{at}.{key}")]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found, strict=True))
        return [line for number, (value, other) in pairs for line in differences(value, other, f"{at}[{number}]")]
    return [] if expected == found else [f"{at}: expected {expected!r}, found {found!r}"]


def outline(expected: dict[str, Any], found: list[str]) -> list[str]:
    """Of a long text: how many paragraphs, and how the first begins and the last ends."""
    real = {"count": len(found)}
    lines = (
        [f"paragraphs: expected {expected['count']}, found {real['count']}"] if expected["count"] != len(found) else []
    )
    if found and not found[0].startswith(expected.get("first", "")):
        lines.append(f"paragraphs: the first is {found[0][:80]!r}")
    if found and not found[-1].endswith(expected.get("last", "")):
        lines.append(f"paragraphs: the last is {found[-1][-80:]!r}")
    return lines


def named(expected: list[dict[str, Any]], found: list[dict[str, Any]], at: str, key: str) -> list[str]:
    """Every expected item exactly once, as it is described; others may be there too, unless `absent` forbids them."""
    lines = []
    for item in expected:
        same = [other for other in found if other[key] == item[key]]
        if item.get("absent"):
            lines += [f"{at}: {item[key]} must not be there"] if same else []
        elif len(same) != 1:
            lines.append(f"{at}: {item[key]} is there {len(same)} times, among {[other[key] for other in found]}")
        else:
            lines += differences(item, same[0], f"{at}[{item[key]}]")
    return lines


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_golden(path: Path) -> None:
    expected = orjson.loads((GOLDEN / f"{path.name.split('.in.')[0]}.json").read_bytes())
    found = answer(path)
    absent = expected.pop("not_in_body", [])
    wrong = differences(expected, found, "")
    wrong += [f"body: {text!r} must not be in it" for text in absent if text in (found.get("body") or "")]
    assert not wrong, "\n".join(wrong)


def test_every_golden_file_has_its_other_half() -> None:
    inputs = {path.name.split(".in.")[0] for path in INPUTS}
    assert inputs == {path.stem for path in GOLDEN.glob("*.json") if ".in." not in path.name}


def test_thirty_thousand_words() -> None:
    """A book of a text, made and not stored: every paragraph is kept, in order, and nothing of the page around it."""
    paragraphs = [
        f"In the year {1400 + number} the harbour of Aldmouth had {number % 97 + 3} ships, and the keeper of the book "
        f"wrote that bread cost {number % 7 + 1} pence, that the river Ash was frozen for {number % 40} days, and that "
        f"the council met {number % 12 + 1} times to speak of the wall, which nobody wished to pay for."
        for number in range(700)
    ]
    text = "\n\n".join(
        ["Aldmouth Chronicle", "History", "Seven hundred winters of one small harbour", "By Edith Marlow"]
    )
    text += "\n\n2 May 2026\n\n" + "\n\n".join(paragraphs) + "\n\nShare this article\n\nMost read\n\nThe last ferry"
    found = as_json(structure(parse_document({"text": text})))
    assert found["word_count"] > 30_000
    assert found["site"] == "Aldmouth Chronicle"
    assert found["headline"] == "Seven hundred winters of one small harbour"
    assert found["authors"] == ["Edith Marlow"]
    assert found["paragraphs"] == paragraphs
    assert found["reading_time"] > 3600
