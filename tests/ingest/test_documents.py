"""An input object is taken, or refused with the field that is to blame."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.draft import RawDocument
from ingest.documents import clean, is_blank, parse_document, parse_json, parse_time
from newsapi.errors import InvalidDocument


def refused(document: object) -> InvalidDocument:
    with pytest.raises(InvalidDocument) as caught:
        parse_document(document)
    return caught.value


def test_every_field() -> None:
    assert parse_document(
        {
            "id": 7,
            "external_id": "x-1",
            "text": "A headline\n\nAnd a text.",
            "html": None,
            "url": "https://example.org/a?b=c#d",
            "source": "  Example\n News ",
            "language": "pt_BR",
            "published_at": "2026-06-18",
            "received_at": "2026-06-18T16:05:00.1234567+02:00",
        }
    ) == RawDocument(
        text="A headline\n\nAnd a text.",
        id="7",
        url="https://example.org/a?b=c#d",
        source="Example News",
        language="pt-BR",
        published_at=datetime(2026, 6, 18, tzinfo=UTC),
        received_at=datetime(2026, 6, 18, 14, 5, 0, 123456, tzinfo=UTC),
    )


@pytest.mark.parametrize("document", [[], "text", 1, None, True, 1.5])
def test_only_objects_are_documents(document: object) -> None:
    assert "object" in refused(document).detail


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("txt", "text"),
        ("body", "text"),
        ("Text", "text"),
        ("publishedAt", "published_at"),
        ("publish_at", "published_at"),
        ("lang", "language"),
        ("link", "url"),
        ("publisher", "source"),
        ("zzz", None),
    ],
)
def test_an_unknown_field_is_named_with_the_nearest(name: str, right: str | None) -> None:
    error = refused({"text": "Something", name: "x"})
    assert error.extra["field"] == name
    assert error.extra.get("suggestion") == right
    assert name in error.detail


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "text"),
        ({"text": None, "html": None}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n\t\u200b\ufeff\x00"}, "text"),
        ({"html": ""}, "html"),
        ({"text": 5}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": {"a": 1}}, "text"),
        ({"text": "a", "html": "<p>a</p>"}, "html"),
        ({"text": "a", "id": ""}, "id"),
        ({"text": "a", "id": "x" * 256}, "id"),
        ({"text": "a", "id": [1]}, "id"),
        ({"text": "a", "id": True}, "id"),
        ({"text": "a", "external_id": {}}, "external_id"),
        ({"text": "a", "url": "example.org/a"}, "url"),
        ({"text": "a", "url": "javascript:alert(1)"}, "url"),
        ({"text": "a", "url": "https://"}, "url"),
        ({"text": "a", "url": "https://exa mple.org"}, "url"),
        ({"text": "a", "url": "https://[::1"}, "url"),
        ({"text": "a", "url": "https://example.org:99999/"}, "url"),
        ({"text": "a", "url": "https://example.org/" + "a" * 5000}, "url"),
        ({"text": "a", "source": 3}, "source"),
        ({"text": "a", "source": "x" * 300}, "source"),
        ({"text": "a", "language": "English please"}, "language"),
        ({"text": "a", "language": "e"}, "language"),
        ({"text": "a", "language": 1}, "language"),
        ({"text": "a", "published_at": 20260618}, "published_at"),
        ({"text": "a", "published_at": "yesterday"}, "published_at"),
        ({"text": "a", "published_at": "0000-01-01"}, "published_at"),
        ({"text": "a", "published_at": "99999-01-01"}, "published_at"),
        ({"text": "a", "published_at": "2026-02-30"}, "published_at"),
        ({"text": "a", "published_at": "2026-06-18T25:00:00Z"}, "published_at"),
        ({"text": "a", "received_at": "0001-01-01T00:00:00+02:00"}, "received_at"),
        ({"text": "a", "received_at": "9999-12-31T23:00:00-02:00"}, "received_at"),
        ({"text": "a", "received_at": "2026-06-18T14:05:00+99:99"}, "received_at"),
        ({"text": "a", "published_at": "\ud800"}, "published_at"),
    ],
)
def test_what_cannot_be_used_is_named(document: dict[str, Any], field: str) -> None:
    error = refused(document)
    assert error.extra["field"] == field
    assert error.status == 422
    error.detail.encode("utf-8")


def test_a_blank_text_beside_html_counts_as_none() -> None:
    assert parse_document({"text": " ", "html": "<p>a</p>"}) == RawDocument(html="<p>a</p>")


def test_odd_text_is_let_in() -> None:
    text = "A\x00B \ud800 C\x07"
    assert parse_document({"text": text}).text == text
    assert clean(text) == "AB  C"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-06-18", datetime(2026, 6, 18, tzinfo=UTC)),
        ("2026-06-18T14:05:00Z", datetime(2026, 6, 18, 14, 5, tzinfo=UTC)),
        ("2026-06-18 14:05", datetime(2026, 6, 18, 14, 5, tzinfo=UTC)),
        ("2026-06-18t14:05:59z", datetime(2026, 6, 18, 14, 5, 59, tzinfo=UTC)),
        ("2026-06-18T23:30:00-0500", datetime(2026, 6, 19, 4, 30, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("0001-01-01", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_times(value: str, expected: datetime) -> None:
    assert parse_time(value) == expected


@pytest.mark.parametrize(
    "line", [b'{"a": ', b"[" * 100_000, b'{"a": NaN}', b"", b'{"text": "\xff"}', b"nonsense", b'{"a": "\\ud800", }']
)
def test_bad_json_says_where(line: bytes) -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse_json(line)
    assert caught.value.code == "invalid_json"


def test_lone_surrogates_in_json_are_let_in() -> None:
    assert parse_json(b'{"text": "a\\ud800b"}') == {"text": "a\ud800b"}


def test_blank() -> None:
    assert is_blank("\n" * 5000)
    assert not is_blank("\n" * 5000 + "a")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["id", "text", "html", "url", "source", "language", "published_at", "received_at", "x"]),
        json_values | st.sampled_from(["2026-06-18", "https://example.org", "en", "9999-12-31T23:59:59-23:59"]),
    )
)
def test_any_object_gives_a_document_or_an_error(document: dict[str, Any]) -> None:
    try:
        raw = parse_document(document)
    except InvalidDocument as error:
        assert error.detail
    else:
        assert (raw.text is None) != (raw.html is None)
