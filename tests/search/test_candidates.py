"""Queries that wait for articles find what a search finds, whichever of them are left out unasked."""

from __future__ import annotations

from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.candidates import Needs, Standing, needs
from search.percolator import Percolator
from search.query import All, And, Not, Nothing, Or, Phrase, Query, Term, Text
from search.results import IndexDocument
from tests.search.conforming.archive import article
from tests.search.test_differential import queries, writes


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(writes(), max_size=12), st.lists(queries, min_size=1, max_size=8))
def test_nothing_is_left_out_that_would_match(documents: list[IndexDocument], asked: list[Query]) -> None:
    newest = {one.id: one for one in sorted(documents, key=lambda one: one.version)}
    standing: Standing[int] = Standing()
    for name, query in enumerate(asked):
        standing.put(name, query)
    percolator = Percolator(newest.values())
    wanted = {name: found for name, query in enumerate(asked) if (found := percolator.matching(query))}
    assert standing.matching(newest.values()) == wanted


def test_queries_come_change_and_go_after_articles_were_seen() -> None:
    standing: Standing[str] = Standing()
    batch = [article(1, "storm in France", language="en"), article(2, "Sturm in Bonn", language="de")]
    standing.put("one", Query(Text("storms")))
    standing.put("two", Query(Phrase("sturm in")))
    assert standing.matching(batch) == {"one": {UUID(int=1)}, "two": {UUID(int=2)}}
    standing.put("one", Query(Text("bonn")))
    standing.drop("two")
    standing.put("three", Query(All()))
    assert standing.matching(batch) == {"one": {UUID(int=2)}, "three": {UUID(int=1), UUID(int=2)}}
    assert len(standing) == 2


def test_what_a_query_needs_is_known() -> None:
    assert needs(Query(All()), "en") == Needs()
    assert needs(Query(Nothing()), "en") == Needs((frozenset(),))
    assert needs(Query(Not(Text("storm"))), "en") == Needs()
    assert needs(Query(And((Text("storms"), Not(Text("calm"))))), "en") == Needs((frozenset({("anywhere", "storm")}),))
    either = Query(Or((Text("storms"), Text("calm"))), (Term("source", ("abc",)),))
    assert set(needs(either, "en").all) == {
        frozenset({("source", "abc")}),
        frozenset({("anywhere", "storm"), ("anywhere", "calm")}),
    }
    assert needs(Query(Or((Text("storms"), All()))), "en") == Needs()
