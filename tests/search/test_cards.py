"""What the index takes of an article: everything that a query can ask for is found by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from articles.models import Article
from search.cards import make_document
from search.engines import open_engine
from search.parser import parse
from search.query import Query

NOW = datetime(2026, 6, 18, 12, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "site": "Harbour Post",
    "source": {"name": "Harbour Post", "domain": "harbourpost.co.uk"},
    "section": {"label": "Europa", "name": "Europe", "language": "de", "topic": None},
    "headline": "New bridge over the Elbe",
    "standfirst": "It opens two years late",
    "authors": ["Ellen Marsh", "José Núñez"],
    "byline": "By Ellen Marsh and José Núñez",
    "credited_to": "Reuters",
    "dateline": {"place": "HAMBURG", "date": None},
    "published_at": "2026-06-17T14:05:00Z",
    "modified_at": None,
    "language": {"code": "en-GB", "confidence": 1.0},
    "body": "The mayor opened the bridge on Wednesday.",
    "word_count": 7,
    "keywords": ["Elbe Bridge", "infrastructure"],
    "images": [{"url": "https://example.org/1.jpg", "caption": None, "credit": None}],
    "url": "https://harbourpost.co.uk/a",
    "access": "metered",
    "genre": "opinion",
    "entities": [
        {"id": "e1", "type": "place", "name": "Elbe", "country": "DE", "mentions": [{"start": 0}, {"start": 9}]},
        {"id": "e2", "type": "person", "name": "Anna Petersen", "mentions": [{"start": 5}]},
    ],
    "topics": [{"code": "medtop:04000000", "name": "economy", "score": 1.0}],
    "sentiment": {"score": 0.25, "method": "test"},
}


def row(number: int, document: dict[str, Any]) -> Article:
    received = NOW - timedelta(hours=1)
    date = NOW - timedelta(days=1)
    return Article(number=number, revision=number, date=date, received_at=received, document=document)


@pytest.fixture
def index(tmp_path: Path) -> Any:
    """Two articles: one with everything, one with nothing but a headline."""
    engine = open_engine("tantivy:", str(tmp_path))
    with engine.writer() as writer:
        writer.write([make_document(row(1, DOCUMENT)), make_document(row(2, {"headline": "Bare"}))])
        writer.commit(1)
    return engine.reader()


@pytest.mark.parametrize(
    ("q", "first", "second"),
    [
        ("domain:harbourpost.co.uk", True, False),
        ("domain:*.co.uk", True, False),
        ("dateline:hamburg", True, False),
        ("section:europa", True, False),
        ("section:europe", True, False),
        ("language:en", True, False),
        ("author:nunez OR author:'jose nunez'", False, False),
        ('author:"José Núñez"', True, False),
        ("author:*nunez", True, False),
        ("keyword:elbe*", True, False),
        ('keyword:"elbe bridge"', True, False),
        ("credited:reuters", True, False),
        ("access:metered genre:opinion", True, False),
        ("has:image has:byline has:url has:author has:dateline has:sentiment has:published", True, False),
        ("has:quote OR has:modified", False, False),
        ("-has:image", False, True),
        ("mentions:3", True, False),
        ("mentions:0", False, True),
        ("revision:>1", False, True),
        ("published:2026-06-17", True, False),
        ("published:>now-1d", True, False),
        ("received:[now-2h TO now]", True, True),
        ("received:<now-2h", False, False),
        ("date:now-1d/d", True, True),
        ("sentiment:[0.2 TO 0.3]", True, False),
    ],
)
def test_found_by(index: Any, q: str, first: bool, second: bool) -> None:
    found = {number for number in (1, 2) if index.count(_query(q, number))}
    assert found == {number for number, is_found in ((1, first), (2, second)) if is_found}


def _query(q: str, number: int) -> Query:
    return Query(parse(q, now=NOW), (parse(f"number:{number}"),))


def test_facets_are_as_written() -> None:
    document = make_document(row(1, DOCUMENT))
    assert document.keywords["keyword"] == ["Elbe Bridge", "infrastructure"]
    assert (document.keywords["dateline"], document.keywords["credited_to"]) == (["HAMBURG"], ["Reuters"])
