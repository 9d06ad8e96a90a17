"""Values longer or odder than columns take are kept, cut or refused with a reason: on every database the same."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Article
from ingest import services
from ingest.models import Capture, CaptureState
from newsapi.errors import NewsApiError
from tests.ingest.api import process, text

pytestmark = pytest.mark.django_db

DONE = (CaptureState.STRUCTURED, CaptureState.DUPLICATE, CaptureState.REJECTED)
LONG = "Längliches "
NAME = "Maximiliana " * 40


def ingest(document: dict[str, Any]) -> Capture | None:
    """What became of it; None where it was refused at the door."""
    try:
        capture = services.receive(orjson.dumps(document), "application/json", wake=False)
    except NewsApiError as error:
        assert 400 <= error.status < 500
        return None
    process()
    capture.refresh_from_db()
    return capture


@pytest.mark.parametrize(
    "given",
    [
        {"source": LONG * 400},
        {"source": "a" * 300 + ".example"},
        {"source": "\u0130" * 250},
        {"url": "https://example.org/" + "x" * 9_000},
        {"external_id": "e" * 255},
        {"external_id": "\U0001f426" * 255},
        {"language": "de-DE-x-" + "-".join(["aaaaaaaa"] * 6)},
        {"published_at": "0001-01-01T00:00:00Z"},
        {"published_at": "9999-12-31T23:59:59Z"},
        {"received_at": "9999-12-31T23:59:59+14:00"},
        {"received_at": "0001-01-01T00:00:00-12:00"},
        {"text": text(headline="Council " * 4_000)},
        {"text": text(headline="\u0000Council\u0000 votes")},
        {"text": text(marker="\ufffe\uffff\U0010ffff\u202e\u0007\u001b[31m")},
        {"text": f"Section {LONG * 100}\n\n" + text()},
        {
            "text": text()
            + f"\n\nBy {NAME}\n\nMayor {NAME} of {NAME} met the {NAME} Foundation and the Bank of {NAME}.\n"
        },
        {"html": f"<title>{LONG * 900}</title><meta property=og:site_name content='{LONG * 90}'><p>" + text() * 3},
        {"html": "<html lang='" + "x" * 500 + f"'><article><h1>Council votes</h1><p>{text()}</p></article>"},
    ],
    ids=lambda given: next(iter(given)),
)
def test_the_longest_and_the_oddest_values(given: dict[str, Any]) -> None:
    capture = ingest({"text": text(), **given} if "html" not in given else given)
    if capture is not None:
        assert capture.state in DONE, capture.reason
        if capture.state == CaptureState.STRUCTURED:
            assert Article.objects.get(id=capture.article_id).document


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {"text": st.text(max_size=400)},
        optional={
            "source": st.text(max_size=300),
            "external_id": st.text(max_size=300),
            "language": st.text(max_size=40),
            "url": st.text(max_size=100),
        },
    )
)
def test_any_text_is_an_article_or_a_clear_refusal(document: dict[str, str]) -> None:
    try:
        capture = ingest({**document, "text": text() + document["text"]})
    except (TypeError, UnicodeEncodeError):
        # orjson takes no lone surrogates, and so no JSON body has them in this form.
        return
    assert capture is None or capture.state in DONE, capture.reason
