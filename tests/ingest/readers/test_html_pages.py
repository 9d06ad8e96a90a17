"""Pages after the templates of many publishing systems: how much of the text, titles, dates and authors is right."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from enrich.draft import Draft, RawDocument
from ingest.readers.html import read_html

PAGES = sorted((Path(__file__).parent / "pages" / "cms").glob("*.html"))
RECEIVED = datetime(2026, 7, 1, tzinfo=UTC)
GOALS = {"headline": 0.92, "published_at": 0.86, "authors": 0.80}
BODY_GOAL = 0.960


@cache
def read(path: Path) -> Draft:
    return read_html(RawDocument(html=path.read_text(encoding="utf-8"), received_at=RECEIVED))


def expected(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Four words in a row (four characters where there are no spaces), as the public benchmark counts them."""
    spaceless = re.search(r"[぀-ヿ一-鿿]", text)
    words = re.findall(r"\w", text) if spaceless else re.findall(r"\w+", text.casefold())
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3)))


def f1(wanted: str, found: str) -> float:
    a, b = shingles(wanted), shingles(found)
    common = sum((a & b).values())
    return 2 * common / (sum(a.values()) + sum(b.values()))


def value(draft: Draft, field: str) -> Any:
    if field == "section":
        return draft.section.label if draft.section else None
    if field == "image":
        return [draft.images[0].url, draft.images[0].caption, draft.images[0].credit] if draft.images else None
    if field == "markdown":
        return draft.body_markdown
    found = getattr(draft, field)
    if isinstance(found, datetime):
        return found.isoformat()
    return list(found) if isinstance(found, tuple) else found


def same(field: str, wanted: Any, found: Any) -> bool:
    if field.endswith("_at") and found:
        return abs((datetime.fromisoformat(wanted) - datetime.fromisoformat(found)).total_seconds()) < 1
    return bool(wanted == found)


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_page(path: Path) -> None:
    draft = read(path)
    wrong = []
    for field, wanted in expected(path).items():
        if field == "text":
            if (score := f1(" ".join(wanted), draft.body)) < 0.9:
                wrong.append(f"text: F1 {score:.3f}: {draft.paragraphs}")
        elif field == "has":
            wrong += [f"without {text!r}" for text in wanted if text not in draft.paragraphs]
        elif not same(field, wanted, value(draft, field)):
            wrong.append(f"{field}: expected {wanted!r}, found {value(draft, field)!r}")
    assert not wrong, "\n".join(wrong)


def test_body_text_reaches_its_goal() -> None:
    scores = [f1(" ".join(found["text"]), read(path).body) for path in PAGES if "text" in (found := expected(path))]
    assert len(scores) >= 40
    assert sum(scores) / len(scores) >= BODY_GOAL


@pytest.mark.parametrize("field", GOALS)
def test_metadata_reaches_its_goal(field: str) -> None:
    rows = [(wanted[field], value(read(path), field)) for path in PAGES if field in (wanted := expected(path))]
    assert len(rows) >= 40
    assert sum(same(field, wanted, found) for wanted, found in rows) / len(rows) >= GOALS[field]
