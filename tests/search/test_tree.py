"""Queries as JSON: what is written is read again, and what cannot be meant is named by its path."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsapi.errors import InvalidParameter, InvalidQuery, NewsApiError
from search import tree
from search.parser import parse
from search.printer import to_text
from search.query import (
    All,
    And,
    Boost,
    Exists,
    Fuzzy,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Range,
    Term,
    Text,
    Wildcard,
)
from tests.search.test_parser import bare, trees

NOW = datetime(2026, 6, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "node"),
    [
        ({"op": "all"}, All()),
        ({"op": "nothing"}, Nothing()),
        ({"op": "text", "text": "a b"}, Text("a b")),
        ({"op": "phrase", "text": "a b", "field": "headline"}, Phrase("a b", "headline")),
        ({"op": "near", "words": ["ab", "cd"]}, Near(("ab", "cd"), 10)),
        ({"op": "fuzzy", "word": "iran"}, Fuzzy("iran")),
        ({"op": "wildcard", "pattern": "ir?n*", "field": "body"}, Wildcard("ir?n*", "body")),
        ({"op": "wildcard", "pattern": "smi*", "field": "author"}, Wildcard("smi*", "author")),
        ({"op": "term", "field": "person", "values": ["x"]}, Term("entity.person", ("x",))),
        ({"op": "term", "field": "author", "values": "Ann"}, Term("author", ("ann",))),
        ({"op": "term", "field": "duplicate", "values": [True]}, Term("duplicate", (True,))),
        ({"op": "term", "field": "words", "values": [5, 6]}, Or((Range("words", 5, None, 5), Range("words", 6, None, 6)))),
        ({"op": "term", "field": "has", "values": ["sentiment"]}, Exists("sentiment")),
        ({"op": "exists", "field": "author"}, Exists("author")),
        ({"op": "range", "field": "words", "gt": 5, "lte": 9.5}, Range("words", gt=5, lte=9.5)),
        ({"op": "range", "field": "date", "gte": "2026-01-01", "lte": "2026"}, Range("date", gte=datetime(2026, 1, 1, tzinfo=UTC), lt=datetime(2027, 1, 1, tzinfo=UTC))),
        ({"op": "range", "field": "published", "lt": "now"}, Range("published", lt=NOW)),
        ({"op": "and", "children": ["a OR b", {"op": "text", "text": "c"}]}, And((Or((Text("a"), Text("b"))), Text("c")))),
        ({"op": "or", "children": [{"op": "text", "text": "c"}]}, Text("c")),
        ({"op": "not", "child": {"op": "query", "q": "a"}}, Not(Text("a"))),
        ({"op": "boost", "child": {"op": "all"}, "factor": 2}, Boost(All(), 2.0)),
        ("a b", And((Text("a"), Text("b")))),
    ],
)  # fmt: skip
def test_meaning(value: Any, node: Node) -> None:
    assert bare(tree.read(value, now=NOW)) == node


@pytest.mark.parametrize(
    ("value", "parameter", "says"),
    [
        (5, "query", "an object"),
        ({}, "query.op", "missing"),
        ({"op": "test"}, "query.op", "Did you mean 'text'"),
        ({"op": "text"}, "query.text", "missing"),
        ({"op": "text", "text": "a\0"}, "query.text", "NUL"),
        ({"op": "text", "text": "a", "fild": "body"}, "query.fild", "Did you mean 'field'"),
        ({"op": "text", "text": "a", "field": "title"}, "query.field", "Did you mean 'headline'"),
        ({"op": "text", "text": "a", "field": "source"}, "query.field", "a text field"),
        ({"op": "and", "children": []}, "query.children", "a list"),
        ({"op": "and", "children": [{"op": "not"}]}, "query.children[0].child", "an object"),
        ({"op": "and", "children": ["a", "(b"]}, "query.children[1]", "never closed"),
        ({"op": "boost", "child": "a", "factor": 0}, "query.factor", "0.01"),
        ({"op": "near", "words": ["a"] * 21}, "query.words", "at most 20"),
        ({"op": "near", "words": ["aa", "bb", "cc"], "distance": 99}, "query.words", "0 to 20"),
        ({"op": "wildcard", "pattern": "a*"}, "query.pattern", "at least 2"),
        ({"op": "wildcard", "pattern": "aaa*", "field": "source"}, "query.field", "texts or names"),
        ({"op": "fuzzy", "word": "ab"}, "query.word", "too short"),
        ({"op": "term", "field": "words", "values": ["many"]}, "query.values", "no whole number"),
        ({"op": "term", "field": "headline", "values": ["a"]}, "query.field", "a field of values"),
        ({"op": "term", "field": "author", "values": [None]}, "query.values", "a list of"),
        ({"op": "range", "field": "words"}, "query", "a range with"),
        ({"op": "range", "field": "words", "gt": "5"}, "query.gt", "a number"),
        ({"op": "range", "field": "date", "gt": "tomorrow"}, "query.gt", "must be a date"),
        ({"op": "range", "field": "author", "gt": "a"}, "query.field", "numbers or times"),
    ],
)
def test_errors_name_the_member(value: Any, parameter: str, says: str) -> None:
    with pytest.raises(NewsApiError) as caught:
        tree.read(value)
    assert (caught.value.status, caught.value.extra["parameter"]) == (400, parameter), caught.value.detail
    assert says in caught.value.detail


def test_what_is_too_large_is_refused() -> None:
    deep: Any = "a"
    for _ in range(5_000):
        deep = {"op": "not", "child": deep}
    for value in (deep, {"op": "and", "children": ["a"] * 1_025}, {"op": "and", "children": [{"op": "all"}] * 3_000}):
        with pytest.raises(InvalidParameter):
            tree.read(value)


@given(trees)
@settings(max_examples=100, deadline=None)
def test_a_written_tree_is_read_again(node: Node) -> None:
    sent = orjson.loads(orjson.dumps(tree.write(node)))
    assert tree.read(sent) == node


@given(trees)
@settings(max_examples=50, deadline=None)
def test_tree_and_text_say_the_same(node: Node) -> None:
    assert bare(tree.read(tree.write(parse(to_text(node))))) == bare(node)


json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([*tree.OPS, "words", "date", "a*", "(", "\0"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["op", "text", "field", "children", "child", "values", "gte", "words", "pattern", "factor", "q"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=10,
)


@given(json)
@settings(max_examples=200, deadline=None)
def test_any_json_is_a_query_or_an_error_of_ours(value: Any) -> None:
    try:
        node = tree.read(value)
    except InvalidQuery as error:
        assert isinstance(error.extra["position"], int)
    except NewsApiError as error:
        assert error.status == 400 and error.extra["parameter"].startswith("query")
    else:
        to_text(node)
