"""Mentions on article pages: the text is all there, escaped, whatever the spans."""

from __future__ import annotations

import html
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsapi.marking import readable


def entity(name: str, *mentions: tuple[str, int, int], type: str = "person") -> dict[str, Any]:
    found = [{"field": field, "start": start, "end": end} for field, start, end in mentions]
    return {"id": "e1", "type": type, "name": name, "mentions": found}


def test_mentions_are_links_in_the_field_where_they_stand() -> None:
    article = {
        "headline": "Weiß wins",
        "body": "First.\n\nThen Anna Weiß & others.",
        "entities": [entity("Anna Weiß", ("headline", 0, 4), ("body", 13, 22))],
    }
    shown = readable(article)
    assert ">Weiß</a> wins" in shown["headline"]
    assert shown["paragraphs"][0] == "First."
    assert shown["paragraphs"][1].startswith('Then <a class="mention person" href="/v1/articles?entity=e1"')
    assert shown["paragraphs"][1].endswith(">Anna Weiß</a> &amp; others.")


def test_cards_and_empty_articles_have_nothing_to_mark() -> None:
    assert readable({"headline": "<b>", "entities": [{"name": "x", "type": "place"}]})["headline"] == "&lt;b&gt;"
    assert readable({"headline": None})["paragraphs"] == [""]


@given(
    st.text("ab<&\"'\n ü", max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=8),
)
def test_no_span_loses_or_adds_text(body: str, spans: list[tuple[int, int]]) -> None:
    shown = readable({"body": body, "entities": [entity("n", *(("body", start, end) for start, end in spans))]})
    text = "\n\n".join(html.unescape(re.sub(r"<[^>]*>", "", one)) for one in shown["paragraphs"])
    assert text == body
